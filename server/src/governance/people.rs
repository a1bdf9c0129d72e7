//! The administrators' page of people: who is there, in which department, with which role and attributes.

use super::{
    cases::{self, Touched},
    memberships::with_first,
    store::{self, Membership},
};
use crate::{
    access::Permit,
    database::{Changes, new_id},
    fault::{Fault, Result},
    identity::{self, Person, checked_email, checked_name},
    portal::Portal,
};
use app::identity::{
    asks::{AddPerson, ChangePerson, DisablePerson, FirstPassword, ListPeople, People, PersonCard, ResetPassword},
    memberships::asks::Membership as Held,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub async fn list(portal: Portal, _permit: Permit, _ask: ListPeople) -> Result<People> {
    let mut memberships: BTreeMap<String, Vec<Held>> = BTreeMap::new();
    for Membership { person, department, role } in store::memberships(&portal.database).await? {
        memberships.entry(person).or_default().push(Held { department, role });
    }
    let mut attributes: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (person, attribute, value) in store::attributes(&portal.database).await? {
        attributes.entry(person).or_default().entry(attribute).or_default().push(value);
    }
    let people = portal.identity.people().await?.into_iter().map(|person| {
        let memberships = memberships.remove(&person.id).unwrap_or_default();
        let Held { department, role } = memberships.first().cloned().unwrap_or_default();
        let attributes = attributes.get(&person.id).cloned().unwrap_or_default().into_iter().collect();
        let Person { id, name, email, disabled, last_sign_in_ms, .. } = person;
        PersonCard { id, name, email, department, role, memberships, attributes, disabled, last_sign_in_ms }
    });
    Ok(People {
        people: people.collect(),
        departments: store::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect(),
        roles: store::roles(&portal.database).await?,
        attributes: known_attributes(&portal, attributes.into_values().flat_map(BTreeMap::into_keys).collect()).await?,
    })
}

/// Adds a person; their first password is in the answer and nowhere else.
pub async fn add(portal: Portal, permit: Permit, ask: AddPerson) -> Result<FirstPassword> {
    let person = Person {
        id: new_id(),
        email: checked_email(&ask.email)?,
        name: checked_name(&ask.name, "name")?,
        language: None,
        must_change_password: true,
        disabled: false,
        origin: "portal".to_owned(),
        last_sign_in_ms: None,
    };
    permit.about(format!("person {}", person.email), json!({ "department": ask.department, "role": ask.role, "attributes": ask.attributes }));
    checked_place(&portal, &ask.department, &ask.role).await?;
    let attributes = checked_attributes(ask.attributes)?;
    let (password, hash) = portal.identity.random_password().await?;
    let mut changes = portal.database.begin().await?;
    identity::store::add_person(&mut changes, &person, &hash).await.map_err(taken)?;
    store::set_membership(&mut changes, &Membership { person: person.id.clone(), department: ask.department, role: ask.role }).await?;
    store::set_attributes(&mut changes, &person.id, &attributes).await?;
    store::bump(&mut changes).await?;
    changes.commit().await?;
    Ok(FirstPassword { person: person.id, password })
}

/// Changes name, department, role and attributes; takes effect at the person's next read (A19).
pub async fn change(portal: Portal, permit: Permit, ask: ChangePerson) -> Result<()> {
    let person = portal.identity.person(&ask.id).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), json!({ "department": ask.department, "role": ask.role, "attributes": ask.attributes }));
    let name = checked_name(&ask.name, "name")?;
    checked_place(&portal, &ask.department, &ask.role).await?;
    let attributes = checked_attributes(ask.attributes)?;
    let known = store::memberships_of(&portal.database, &person.id).await?;
    let held = with_first(known, Held { department: ask.department, role: ask.role });
    let mut changes = portal.database.begin().await?;
    identity::store::rename_person(&mut changes, &person.id, &name, person.language.as_deref()).await?;
    store::set_memberships(&mut changes, &person.id, &held).await?;
    store::set_attributes(&mut changes, &person.id, &attributes).await?;
    finish_tested(&portal, &permit, changes, &person.id).await
}

/// Disables (ends every session at once) or enables. No policy test holds it back: to shut somebody out must not wait, and shows them nothing.
pub async fn disable(portal: Portal, permit: Permit, ask: DisablePerson) -> Result<()> {
    let person = portal.identity.person(&ask.id).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), json!({ "disabled": ask.disabled }));
    let mut changes = portal.database.begin().await?;
    identity::store::disable_person(&mut changes, &person.id, ask.disabled).await?;
    finish(changes).await
}

pub async fn reset_password(portal: Portal, permit: Permit, ask: ResetPassword) -> Result<FirstPassword> {
    let person = portal.identity.person(&ask.id).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), serde_json::Value::Null);
    identity::oidc::passwords_accepted(&portal).await?;
    let (password, hash) = portal.identity.random_password().await?;
    let mut changes = portal.database.begin().await?;
    identity::store::set_password(&mut changes, &person.id, &hash, true).await?;
    changes.commit().await?;
    Ok(FirstPassword { person: person.id, password })
}

/// Commits under a new policy version, unless it would leave the house without an administrator (A26).
pub(super) async fn finish(mut changes: Changes) -> Result<()> {
    settle(&mut changes).await?;
    Ok(changes.commit().await?)
}

/// The same for a change of where a person stands, or of their attributes, which policy tests about them may hold back.
pub(super) async fn finish_tested(portal: &Portal, permit: &Permit, mut changes: Changes, person: &str) -> Result<()> {
    settle(&mut changes).await?;
    cases::keep(portal, permit, &mut changes, Touched::People(&[person])).await?;
    Ok(changes.commit().await?)
}

async fn settle(changes: &mut Changes) -> Result<()> {
    // First, because it locks the version: of two administrators who remove each other at once, the second is counted after the first.
    store::bump(changes).await?;
    administered(changes).await
}

/// Refuses what would leave the house without an administrator.
pub(super) async fn administered(changes: &mut Changes) -> Result<()> {
    if store::has_administrator(changes).await? {
        return Ok(());
    }
    Err(Fault::invalid("This is the last administrator: make somebody else one first.", "Es el último administrador: nombre antes a otra persona."))
}

pub(super) async fn checked_place(portal: &Portal, department: &str, role: &str) -> Result<()> {
    let departments = portal.governance.departments().await?.into_iter().collect();
    checked_place_among(portal, &departments, department, role).await
}

/// The same among these departments: the store does not have those yet that files bring.
pub(super) async fn checked_place_among(portal: &Portal, departments: &BTreeSet<String>, department: &str, role: &str) -> Result<()> {
    if !departments.contains(department) {
        return Err(Fault::invalid("There is no such department.", "No existe ese departamento.").on("department"));
    }
    if !store::roles(&portal.database).await?.iter().any(|(known, _)| known == role) {
        return Err(Fault::invalid("There is no such role.", "No existe esa función.").on("role"));
    }
    Ok(())
}

/// Attribute names are words, values one line each; empty values are left out, since a rule would close on them.
pub(super) fn checked_attributes(attributes: Vec<(String, Vec<String>)>) -> Result<BTreeMap<String, Vec<String>>> {
    let mut checked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, values) in attributes {
        let values: BTreeSet<String> = values.into_iter().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty()).collect();
        let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !named || values.iter().any(|value| value.chars().count() > 200 || value.chars().any(char::is_control)) {
            return Err(Fault::invalid(
                "An attribute has a name of small letters and values of one line.",
                "Un atributo tiene un nombre en minúsculas y valores de una línea.",
            )
            .on("attributes"));
        }
        checked.entry(name).or_default().extend(values);
    }
    checked.retain(|_, values| !values.is_empty());
    Ok(checked)
}

/// Attributes that people have or that rules ask for.
pub(super) async fn known_attributes(portal: &Portal, mut known: BTreeSet<String>) -> Result<Vec<String>> {
    let policies = store::policies(&portal.database).await?;
    known.extend(policies.iter().flat_map(|policy| &policy.rows).filter_map(super::rules::attribute).map(str::to_owned));
    Ok(known.into_iter().collect())
}

fn taken(fault: Fault) -> Fault {
    if is_taken(&fault) { Fault::invalid("Somebody has this address already.", "Alguien tiene ya esa dirección.").on("email") } else { fault }
}

/// Whether the database refused it because there is one already.
pub(super) fn is_taken(fault: &Fault) -> bool {
    let cause = fault.cause.as_ref().and_then(|cause| cause.downcast_ref::<sqlx::Error>());
    cause.is_some_and(|cause| matches!(cause, sqlx::Error::Database(database) if database.is_unique_violation()))
}
