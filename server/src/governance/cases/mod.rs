//! Policy tests: what a person must or must not get of a mart, kept with the policies and run before a change of policies or people is
//! saved (`guard`).
//!
//! A test is decided by rules alone, never by rows, and what it says tells no value that its reader's own share does not hold (A40).

pub mod apply;
mod guard;
mod implication;
mod state;
mod store;
mod verdict;

pub use guard::{Touched, anyway, foretold, insisted, keep, person_anyway};

use super::{Catalogue, Governance, literal, masks};
use crate::{
    access::{Action, Kind, Need, Permit, Scope},
    database::new_id,
    fault::{Fault, Result},
    identity::checked_name,
    portal::Portal,
};
use ::warehouse::Literal;
use app::{
    governance::cases::asks::{Case, CaseCard, Cases, DeleteCase, Expectation, ListCases, SaveCase, Verdict},
    text::Text,
};
use sqlx::AnyConnection;
use state::{Given, State};
use std::collections::{BTreeMap, BTreeSet};
use store::Stored;
use verdict::{Seen, Told, cannot_tell, verdict};

/// Most values that one test names.
const VALUES: usize = 1_000;

pub async fn list(portal: Portal, permit: Permit, _ask: ListCases) -> Result<Cases> {
    let catalogue = portal.governance.published().await?;
    let people: Vec<(String, String)> = portal.identity.people().await?.into_iter().map(|person| (person.id, person.name)).collect();
    let departments = titles(&portal).await?;
    let seats: BTreeSet<(String, String)> = super::store::memberships(&portal.database).await?.into_iter().map(|held| (held.person, held.department)).collect();
    let known = store::all(&portal.database).await?;
    let mut connection = portal.database.read().acquire().await?;
    let mut state = State::default();
    let mut cases = Vec::new();
    for Stored { case, .. } in known {
        let verdict = judged_for(permit.scope(), &case, state.of(&mut connection, &case).await?, &catalogue);
        let person_name = people.iter().find(|(id, _)| *id == case.person).map(|(_, name)| name.clone()).unwrap_or_default();
        cases.push(CaseCard { case, person_name, verdict });
    }
    Ok(Cases {
        cases,
        people,
        seats: seats.into_iter().collect(),
        departments: departments.into_iter().collect(),
        marts: catalogue.all_governed().map(|(name, _)| name.to_owned()).collect(),
        may_change: permit.allows(Need(Kind::Policy, Action::Administer)),
    })
}

pub async fn save(portal: Portal, permit: Permit, ask: SaveCase) -> Result<()> {
    permit.about(format!("policy test {}", ask.case.name.trim()), serde_json::to_value(&ask.case)?);
    let stored = checked(&portal, ask.case).await?;
    let mut changes = portal.database.begin().await?;
    store::save(&mut changes, &stored).await.map_err(taken)?;
    Ok(changes.commit().await?)
}

pub async fn delete(portal: Portal, permit: Permit, ask: DeleteCase) -> Result<()> {
    let known = store::all(&portal.database).await?.into_iter().find(|known| known.case.id == ask.id).ok_or_else(Fault::not_found)?;
    permit.about(format!("policy test {}", known.case.name), serde_json::to_value(&known.case)?);
    let mut changes = portal.database.begin().await?;
    if !store::delete(&mut changes, &ask.id).await? {
        return Err(Fault::not_found());
    }
    Ok(changes.commit().await?)
}

/// Deletes the tests about a person who goes; gives their names.
pub async fn forget(changes: &mut AnyConnection, person: &str) -> Result<Vec<String>> {
    store::delete_of(changes, person).await
}

/// What departments are called.
async fn titles(portal: &Portal) -> Result<BTreeMap<String, Text>> {
    Ok(super::store::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect())
}

/// What a test says under certain policies of its person as they stand.
fn judged(case: &Case, given: Given<'_>, catalogue: &Catalogue, told: Told) -> Verdict {
    match given.seat {
        Ok(principal) => verdict(&case.expectation, &Seen::by(principal, &case.mart, given.policies, catalogue), told),
        Err(why) => cannot_tell(why.clone()),
    }
}

/// The same for who has this share: a value is told where the share certainly holds it, unmasked.
fn judged_for(own: &Scope, case: &Case, given: Given<'_>, catalogue: &Catalogue) -> Verdict {
    let told = |column: &str, value: &Literal| holds(own, &case.mart, column, value);
    judged(case, given, catalogue, &told)
}

/// Whether a share certainly holds a value of a column, unmasked.
fn holds(own: &Scope, mart: &str, column: &str, value: &Literal) -> bool {
    let in_sight = own.governed(mart).filter(|own| own.columns().any(|(known, mask)| known.name == column && mask.is_none()));
    in_sight.is_some_and(|own| implication::admits(own.rows(), column, value))
}

impl Governance {
    /// Whether the rules alone say that a reader's own share holds a value of a column, unmasked: then it may be told to them (A53).
    pub fn certainly_holds(&self, permit: &Permit, mart: &str, column: &str, value: &Literal) -> bool {
        holds(permit.scope(), mart, column, value)
    }
}

/// Tells no value.
fn untold(_column: &str, _value: &Literal) -> bool {
    false
}

/// A test as it may be stored: what it names is there and fits.
async fn checked(portal: &Portal, case: Case) -> Result<Stored> {
    let known = if case.id.is_empty() {
        None
    } else {
        Some(store::all(&portal.database).await?.into_iter().find(|known| known.case.id == case.id).ok_or_else(Fault::not_found)?)
    };
    let name = checked_name(&case.name, "name")?;
    portal.identity.person(&case.person).await?.ok_or_else(|| Fault::invalid("There is no such person.", "No existe esa persona.").on("person"))?;
    if let Some(department) = &case.department
        && !super::store::memberships_of(&portal.database, &case.person).await?.iter().any(|held| held.department == *department)
    {
        return Err(Fault::invalid("This person does not belong to that department.", "Esta persona no pertenece a ese departamento.").on("department"));
    }
    let catalogue = portal.governance.published().await?;
    if catalogue.governed(&case.mart).is_none() && known.as_ref().is_none_or(|known| known.case.mart != case.mart) {
        return Err(Fault::invalid("There is no such mart or stream.", "No existe ese data mart ni ese flujo.").on("mart"));
    }
    if let Some((field, text)) = wrong(&case.expectation, &case.mart, &catalogue) {
        return Err(Fault::invalid_text(text).on(field));
    }
    let (id, origin) = known.map_or_else(|| (new_id(), "portal".to_owned()), |known| (known.case.id, known.origin));
    Ok(Stored { case: Case { id, name, ..case }, origin })
}

/// What is wrong with an expectation in itself, and (once the mart is published) on its columns: the field and why.
fn wrong(expectation: &Expectation, mart: &str, catalogue: &Catalogue) -> Option<(&'static str, Text)> {
    let (column, mask, values) = match expectation {
        Expectation::SeesNothing | Expectation::IsGranted | Expectation::LeavesNoRow => return None,
        Expectation::SeesColumn(column) | Expectation::HidesColumn(column) => (column, None, None),
        Expectation::Masked { column, mask } => (column, Some(mask), None),
        Expectation::OnlyRows { column, values } => (column, None, Some(values)),
    };
    let mask_wrong = || ("mask", Text::of("This mask cannot be put on that column.", "Esa máscara no puede ponerse en esa columna."));
    let values_wrong = || ("values", Text::of("Write at least one value of the column's type.", "Escriba al menos un valor del tipo de la columna."));
    if mask.is_some_and(|mask| masks::parse(mask).is_none()) {
        return Some(mask_wrong());
    }
    if values.is_some_and(|values| values.is_empty() || values.len() > VALUES) {
        return Some(values_wrong());
    }
    let dataset = catalogue.governed(mart)?;
    let Some(known) = dataset.columns.iter().find(|known| known.name == *column) else {
        return Some(("column", Text::of(format!("It has no column {column}."), format!("No tiene la columna {column}."))));
    };
    if mask.is_some_and(|mask| masks::fitting(mask, known.kind).is_none()) {
        return Some(mask_wrong());
    }
    if values.is_some_and(|values| values.iter().any(|value| literal::parse(value, known.kind).is_none())) {
        return Some(values_wrong());
    }
    None
}

fn taken(fault: Fault) -> Fault {
    let unique = fault
        .cause
        .as_ref()
        .and_then(|cause| cause.downcast_ref::<sqlx::Error>())
        .is_some_and(|cause| matches!(cause, sqlx::Error::Database(database) if database.is_unique_violation()));
    if unique { Fault::invalid("Another test has this name.", "Otra prueba tiene ese nombre.").on("name") } else { fault }
}
