//! Each change of a policy is kept: what it was and became, who made it, when and why. The one way to write a policy.
//!
//! Owns the table of `0016_governance.sql`. What is pinned when a mart is first published is nobody's change and no revision.

pub mod history;
pub mod restore;
mod store;

use super::{rules::Policy, store as policies};
use crate::{
    database::Database,
    fault::{Fault, Result},
};
use app::governance::policy::asks::ChangeKind;
use sqlx::AnyConnection;
use std::collections::BTreeMap;

/// Most characters of a reason.
const WHY: usize = 200;

/// Who changes policies, and why.
#[derive(Clone, Debug)]
pub struct By {
    pub change: ChangeKind,
    /// As the audit log names them.
    pub actor: String,
    /// One line; may be empty.
    pub why: String,
    /// Under which the change comes into force.
    pub version: i64,
}

/// Writes a policy and keeps what it was; gives its new revision. The transaction has bumped the version before, so that
/// writers wait for each other.
pub async fn put(changes: &mut AnyConnection, was: Option<&Policy>, policy: &Policy, by: &By) -> Result<i64> {
    policies::save_policy(&mut *changes, policy).await?;
    store::add(changes, &policy.id, was, Some(policy), by).await
}

/// Deletes a policy and keeps what it was; gives its last revision. `not_found` when it is gone already.
pub async fn take(changes: &mut AnyConnection, policy: &Policy, by: &By) -> Result<i64> {
    if !policies::delete_policy(&mut *changes, &policy.id).await? {
        return Err(Fault::not_found());
    }
    store::add(changes, &policy.id, Some(policy), None, by).await
}

/// A conflict when the policy has another revision than the one that was edited. Changes of other policies do not count.
pub async fn still_at(changes: &mut AnyConnection, policy: &str, revision: i64) -> Result<()> {
    if store::newest(changes, policy).await? == revision { Ok(()) } else { Err(Fault::conflict()) }
}

/// The newest revision of each policy, deleted ones too; one that was never changed since revisions are kept is not in it.
/// Read it before the policies: then what is shown is never older than its number says.
pub async fn newest(database: &Database) -> Result<BTreeMap<String, i64>> {
    store::newest_of_all(database).await
}

/// A reason as it is kept: one line without white space around it.
pub fn checked_why(why: &str, needed: bool) -> Result<String> {
    let why = why.trim();
    if needed && why.is_empty() {
        return Err(Fault::invalid("Say why in a few words: it stays in the history.", "Diga por qué en pocas palabras: queda en el historial.").on("why"));
    }
    if why.chars().count() > WHY || why.chars().any(char::is_control) {
        return Err(Fault::invalid("Say why in one line of at most 200 characters.", "Diga por qué en una línea de 200 caracteres como máximo.").on("why"));
    }
    Ok(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_and_asked_for_where_it_is_needed() {
        assert_eq!(checked_why("  as Ana asked ", true).unwrap(), "as Ana asked");
        assert_eq!(checked_why(" ", false).unwrap(), "");
        for (why, needed) in [(" ", true), ("two\nlines", false), ("x".repeat(201).as_str(), false)] {
            assert_eq!(checked_why(why, needed).unwrap_err().field.as_deref(), Some("why"), "{why:?}");
        }
    }
}
