//! Departments and roles of a person: given by administrators, chosen among by the person.

use super::{
    people::{checked_place, finish_tested},
    store,
};
use crate::{
    access::{Permit, Principal, principal::Via},
    fault::{Fault, Result},
    identity::{Person, sign_in},
    portal::Portal,
};
use app::identity::memberships::asks::{ActIn, Membership, SetMemberships};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tower_sessions::Session;

/// Most that one person holds.
const MOST: usize = 50;

pub async fn set(portal: Portal, permit: Permit, ask: SetMemberships) -> Result<()> {
    let person = portal.identity.person(&ask.person).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), json!({ "memberships": ask.memberships }));
    if ask.memberships.is_empty() {
        return Err(Fault::invalid("A person belongs to at least one department.", "Una persona pertenece al menos a un departamento.").on("department"));
    }
    if ask.memberships.len() > MOST {
        return Err(Fault::invalid("A person holds at most 50 roles.", "Una persona tiene como máximo 50 perfiles.").on("department"));
    }
    for held in &ask.memberships {
        checked_place(&portal, &held.department, &held.role).await?;
    }
    let mut changes = portal.database.begin().await?;
    store::set_memberships(&mut changes, &person.id, &once(ask.memberships)).await?;
    finish_tested(&portal, &permit, changes, &person.id).await
}

/// One's session goes on in another department; one where one holds nothing is the same as none at all.
pub async fn act_in(portal: Portal, permit: Permit, session: Session, ask: ActIn) -> Result<()> {
    let held = store::memberships_of(&portal.database, &permit.principal().person).await?;
    if !held.iter().any(|held| held.department == ask.department) {
        return Err(Fault::not_found());
    }
    permit.about(format!("department {}", ask.department), serde_json::Value::Null);
    sign_in::act_in(&session, &ask.department).await
}

/// The person in this department of theirs (none, or not theirs: the first) with the roles that they hold there.
pub(super) fn seated(person: Person, held: Vec<store::Membership>, attributes: BTreeMap<String, Vec<String>>, department: Option<&str>) -> Principal {
    let chosen = department.and_then(|wanted| held.iter().find(|held| held.department == wanted));
    let department = chosen.or(held.first()).map(|held| held.department.clone()).unwrap_or_default();
    let roles = held.into_iter().filter(|held| held.department == department).map(|held| held.role).collect();
    Principal { person: person.id, name: person.name, email: person.email, department, roles, attributes, via: Via::Session }
}

/// What a person holds after their first place was changed: all else stays.
pub(super) fn with_first(known: Vec<store::Membership>, first: Membership) -> Vec<(String, String)> {
    let others = known.into_iter().skip(1).map(|held| Membership { department: held.department, role: held.role });
    once([first].into_iter().chain(others).collect())
}

fn once(held: Vec<Membership>) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    held.into_iter().map(|held| (held.department, held.role)).filter(|held| seen.insert(held.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_first_place_leaves_the_others() {
        let held = |department: &str, role: &str| store::Membership { person: "p".into(), department: department.into(), role: role.into() };
        let first = Membership { department: "finance".into(), role: "manager".into() };
        let known = vec![held("sales", "employee"), held("finance", "manager"), held("operations", "employee")];
        let pair = |department: &str, role: &str| (department.to_owned(), role.to_owned());
        assert_eq!(with_first(known, first), [pair("finance", "manager"), pair("operations", "employee")]);
    }
}
