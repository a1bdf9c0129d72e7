//! What a change of policies passes before it is saved: tests that hold now hold afterwards, or somebody says why it is done all the same.

use super::{Principals, judged, store, untold};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    governance::{policies, revisions, rules::Policy},
    portal::Portal,
};
use app::governance::cases::asks::{BROKEN_CASES, ChangeAnyway, HeldBack, Outcome};
use serde_json::{Map, Value, json};

/// Most tests that a refusal names.
const NAMED: usize = 5;

/// What is about to happen to the list of policies.
pub enum Edit<'a> {
    /// Adds it, or puts it in the place of the one with its id.
    Save(&'a Policy),
    /// By its id.
    Delete(&'a str),
}

impl Edit<'_> {
    fn applied(&self, before: &[Policy]) -> Vec<Policy> {
        let id = match self {
            Self::Save(policy) => policy.id.as_str(),
            Self::Delete(id) => *id,
        };
        let mut after: Vec<Policy> = before.iter().filter(|policy| policy.id != id).cloned().collect();
        if let Self::Save(policy) = self {
            after.push((*policy).clone());
        }
        after
    }
}

/// Refuses a change under which a test that holds now would not hold any more, be it only that it could not be told any more; unless the
/// permit says why it is done all the same. Then the audit record names the tests and the reason.
///
/// Call it within the transaction of the change, after the version was raised: that locks it, so that nothing is saved between the two.
pub async fn keep(portal: &Portal, permit: &Permit, edit: Edit<'_>) -> Result<()> {
    let before = crate::governance::store::policies(&portal.database).await?;
    let after = edit.applied(&before);
    let broken = broken(portal, &before, &after).await?;
    let trail = permit.trail();
    if broken.is_empty() && trail.reason.is_none() {
        return Ok(());
    }
    let mut details = match trail.details {
        Value::Object(known) => known,
        _ => Map::new(),
    };
    details.insert("broken".to_owned(), json!(broken));
    details.insert("reason".to_owned(), json!(trail.reason));
    permit.about(trail.object, Value::Object(details));
    if broken.is_empty() || trail.reason.is_some() { Ok(()) } else { Err(refusal(&broken)) }
}

/// Changes policies although tests break.
pub async fn anyway(portal: Portal, permit: Permit, ask: ChangeAnyway) -> Result<i64> {
    permit.insist(checked_reason(&ask.reason)?);
    match ask.change {
        HeldBack::Save(save) => policies::save(portal, permit, *save).await,
        HeldBack::Delete(delete) => policies::delete(portal, permit, delete).await,
        HeldBack::Restore(restore) => revisions::restore::restore(portal, permit, restore).await,
    }
}

/// Names of the tests that hold before and not afterwards.
async fn broken(portal: &Portal, before: &[Policy], after: &[Policy]) -> Result<Vec<String>> {
    let catalogue = portal.governance.published().await?;
    let mut principals = Principals::default();
    let mut broken = Vec::new();
    for known in store::all(&portal.database).await? {
        let case = known.case;
        if of(before, &case.mart).eq(of(after, &case.mart)) {
            continue;
        }
        let principal = principals.of(portal, &case.person).await?;
        let holds = |policies: &[Policy]| judged(&case, principal, policies, &catalogue, &untold).outcome == Outcome::Holds;
        if holds(before) && !holds(after) {
            broken.push(case.name);
        }
    }
    Ok(broken)
}

fn of<'a>(policies: &'a [Policy], mart: &'a str) -> impl Iterator<Item = &'a Policy> {
    policies.iter().filter(move |policy| policy.mart == mart)
}

fn refusal(broken: &[String]) -> Fault {
    let named = broken.iter().take(NAMED).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    let (more_en, more_es) = match broken.len().saturating_sub(NAMED) {
        0 => (String::new(), String::new()),
        more => (format!(" and {more} more"), format!(" y {more} más")),
    };
    let (tests, pruebas) = match broken.len() {
        1 => ("1 policy test does not hold any more".to_owned(), "Deja de cumplirse 1 prueba".to_owned()),
        count => (format!("{count} policy tests do not hold any more"), format!("Dejan de cumplirse {count} pruebas")),
    };
    Fault::invalid(
        format!("{tests}: {named}{more_en}. Correct the policy, or say why it is changed all the same."),
        format!("{pruebas}: {named}{more_es}. Corrija la política o diga por qué se cambia de todos modos."),
    )
    .on(BROKEN_CASES)
}

/// One line of 3 to 300 characters.
fn checked_reason(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if !(3..=300).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(
            Fault::invalid("Write the reason in one line of 3 to 300 characters.", "Escriba el motivo en una línea de 3 a 300 caracteres.").on("reason")
        );
    }
    Ok(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_tests_and_the_way_on() {
        let names: Vec<String> = (1..=7).map(|number| format!("test {number}")).collect();
        let refused = refusal(&names);
        assert!(refused.message.en.starts_with("7 policy tests do not hold any more: “test 1”,") && refused.message.en.contains("“test 5” and 2 more."));
        assert!(refused.message.es.contains("y 2 más") && refused.field.as_deref() == Some("cases"));
        assert!(refusal(&names[..1]).message.en.starts_with("1 policy test does"));
        assert!(checked_reason(" a\nb c ").is_err() && checked_reason("  ok ").is_err() && checked_reason(" agreed with Marta ").is_ok());
    }
}
