//! What a change of policies or people passes before it is saved: tests that hold now hold afterwards, or somebody says why it is done all
//! the same.

use super::{State, judged, store, titles, untold};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    governance::{memberships, people, policies, revisions},
    portal::Portal,
};
use app::{
    governance::cases::asks::{BROKEN_CASES, Case, ChangeAnyway, ChangePersonAnyway, HeldBack, HeldBackPerson, Outcome},
    text::{Language, Text},
};
use serde_json::{Map, Value, json};
use sqlx::AnyConnection;

/// Most tests that a refusal names.
const NAMED: usize = 5;

/// What a change is about. Tests of anything else are not run.
#[derive(Clone, Copy)]
pub enum Touched<'a> {
    /// Policies of these marts and streams.
    Marts(&'a [&'a str]),
    /// Departments, roles or attributes of people with these ids.
    People(&'a [&'a str]),
}

impl Touched<'_> {
    fn holds(&self, case: &Case) -> bool {
        match self {
            Self::Marts(marts) => marts.contains(&case.mart.as_str()),
            Self::People(people) => people.contains(&case.person.as_str()),
        }
    }
}

/// A test that a change breaks.
struct Broken {
    name: String,
    /// Who where, when the test says where.
    whom: Option<Text>,
}

/// Refuses a change under which a test that holds now would not hold any more, be it only that it could not be told any more; unless the
/// permit says why it is done all the same. Then the audit record names the tests and the reason.
///
/// Call it within the transaction of the change, after all is written and the version was raised: that locks it, so that nothing else is
/// saved before the commit.
pub async fn keep(portal: &Portal, permit: &Permit, changes: &mut AnyConnection, touched: Touched<'_>) -> Result<()> {
    let broken = broken(portal, changes, touched).await?;
    let trail = permit.trail();
    if broken.is_empty() && trail.reason.is_none() {
        return Ok(());
    }
    let mut details = match trail.details {
        Value::Object(known) => known,
        _ => Map::new(),
    };
    let names: Vec<&str> = broken.iter().map(|broken| broken.name.as_str()).collect();
    details.insert("broken".to_owned(), json!(names));
    details.insert("reason".to_owned(), json!(trail.reason));
    permit.about(trail.object, Value::Object(details));
    if broken.is_empty() || trail.reason.is_some() { Ok(()) } else { Err(refusal(&broken)) }
}

/// What `keep` would say to a change that is only tried.
pub async fn foretold(portal: &Portal, changes: &mut AnyConnection, touched: Touched<'_>) -> Result<Option<Text>> {
    let broken = broken(portal, changes, touched).await?;
    Ok((!broken.is_empty()).then(|| refusal(&broken).message))
}

/// Lets what follows under this permit go on although tests break.
pub fn insisted(permit: &Permit, reason: &str) -> Result<()> {
    permit.insist(checked_reason(reason)?);
    Ok(())
}

/// Changes policies although tests break.
pub async fn anyway(portal: Portal, permit: Permit, ask: ChangeAnyway) -> Result<i64> {
    insisted(&permit, &ask.reason)?;
    match ask.change {
        HeldBack::Save(save) => policies::save(portal, permit, *save).await,
        HeldBack::Delete(delete) => policies::delete(portal, permit, delete).await,
        HeldBack::Restore(restore) => revisions::restore::restore(portal, permit, restore).await,
    }
}

/// Changes a person although tests break.
pub async fn person_anyway(portal: Portal, permit: Permit, ask: ChangePersonAnyway) -> Result<()> {
    insisted(&permit, &ask.reason)?;
    match ask.change {
        HeldBackPerson::Change(change) => people::change(portal, permit, change).await,
        HeldBackPerson::Place(place) => memberships::set(portal, permit, place).await,
    }
}

/// Tests that hold as things stand, and not any more as this transaction leaves them.
async fn broken(portal: &Portal, changes: &mut AnyConnection, touched: Touched<'_>) -> Result<Vec<Broken>> {
    let cases: Vec<Case> = store::all(&portal.database).await?.into_iter().map(|known| known.case).filter(|case| touched.holds(case)).collect();
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let catalogue = portal.governance.published().await?;
    let titles = titles(portal).await?;
    // What everybody sees: the transaction is not committed.
    let mut standing = portal.database.read().acquire().await?;
    let (mut before, mut after) = (State::default(), State::default());
    let mut broken = Vec::new();
    for case in cases {
        let given = before.of(&mut standing, &case).await?;
        let Ok(principal) = given.seat else { continue };
        if judged(&case, given, &catalogue, &untold).outcome != Outcome::Holds {
            continue;
        }
        if judged(&case, after.of(changes, &case).await?, &catalogue, &untold).outcome != Outcome::Holds {
            let title = case.department.as_ref().map(|department| titles.get(department).cloned().unwrap_or_else(|| Text::same(department)));
            let whom = title.map(|title| Text::of(format!("{} in {}", principal.name, title.en), format!("{} en {}", principal.name, title.es)));
            broken.push(Broken { name: case.name, whom });
        }
    }
    Ok(broken)
}

fn refusal(broken: &[Broken]) -> Fault {
    let named = |language: Language| {
        let named = broken.iter().take(NAMED).map(|broken| match &broken.whom {
            Some(whom) => format!("“{}” ({})", broken.name, whom.get(language)),
            None => format!("“{}”", broken.name),
        });
        named.collect::<Vec<_>>().join(", ")
    };
    let (named_en, named_es) = (named(Language::En), named(Language::Es));
    let (more_en, more_es) = match broken.len().saturating_sub(NAMED) {
        0 => (String::new(), String::new()),
        more => (format!(" and {more} more"), format!(" y {more} más")),
    };
    let (tests, pruebas) = match broken.len() {
        1 => ("1 policy test does not hold any more".to_owned(), "Deja de cumplirse 1 prueba".to_owned()),
        count => (format!("{count} policy tests do not hold any more"), format!("Dejan de cumplirse {count} pruebas")),
    };
    Fault::invalid(
        format!("{tests}: {named_en}{more_en}. Correct the change, or say why it is made all the same."),
        format!("{pruebas}: {named_es}{more_es}. Corrija el cambio o diga por qué se hace de todos modos."),
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
        let mut tests: Vec<Broken> = (1..=7).map(|number| Broken { name: format!("test {number}"), whom: None }).collect();
        let refused = refusal(&tests);
        assert!(refused.message.en.starts_with("7 policy tests do not hold any more: “test 1”,") && refused.message.en.contains("“test 5” and 2 more."));
        assert!(refused.message.es.contains("y 2 más") && refused.field.as_deref() == Some("cases"));
        tests[0].whom = Some(Text::of("Ana in Sales", "Ana en Ventas"));
        let one = refusal(&tests[..1]).message;
        assert!(one.en.starts_with("1 policy test does") && one.en.contains(": “test 1” (Ana in Sales).") && one.es.contains("“test 1” (Ana en Ventas)."));
        assert!(checked_reason(" a\nb c ").is_err() && checked_reason("  ok ").is_err() && checked_reason(" agreed with Marta ").is_ok());
    }
}
