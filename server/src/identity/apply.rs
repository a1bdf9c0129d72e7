//! The organisation and its people as code: `organisation.toml`.

use super::{Organisation, Person, checked_email, checked_name, store};
use crate::{
    apply::{Applied, Change, Folder, wrong},
    database::new_id,
    fault::{Fault, Result},
    portal::Portal,
};
use app::{identity::memberships::asks::Membership, text::Text};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The whole file; departments, roles and attributes are governance's to apply.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationFile {
    pub name: String,
    pub time_zone: String,
    #[serde(default)]
    pub departments: Vec<DepartmentFile>,
    #[serde(default)]
    pub people: Vec<PersonFile>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentFile {
    pub name: String,
    pub title: Text,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFile {
    pub email: String,
    pub name: String,
    pub department: String,
    pub role: String,
    /// Further departments and roles; they begin in the one above.
    #[serde(default)]
    pub also: Vec<Membership>,
    pub language: Option<String>,
    #[serde(default)]
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// Name of the file.
pub const FILE: &str = "organisation.toml";

/// Reads and checks the file.
pub fn read(folder: &Folder) -> Result<Option<OrganisationFile>> {
    let Some(mut file) = folder.read::<OrganisationFile>(FILE)? else { return Ok(None) };
    let refuse = |fault: Fault, what: &str| wrong(&folder.root().join(FILE), &format!("{what}: {}", fault.message.en));
    let mut seen = BTreeSet::new();
    for person in &mut file.people {
        person.email = checked_email(&person.email).map_err(|fault| refuse(fault, &person.email))?;
        person.name = checked_name(&person.name, "name").map_err(|fault| refuse(fault, &person.email))?;
        if !person.language.as_deref().is_none_or(|language| ["en", "es"].contains(&language)) {
            return Err(refuse(Fault::invalid("language is en or es", "language es en o es"), &person.email));
        }
        if !seen.insert(person.email.clone()) {
            return Err(refuse(Fault::invalid("named twice", "figura dos veces"), &person.email));
        }
    }
    if file.time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(refuse(Fault::invalid("no such time zone", "no existe la zona horaria"), &file.time_zone));
    }
    Ok(Some(file))
}

/// Adds and renames; people whom an earlier application brought and the file names no more are disabled. Never touches
/// a password that is set, nor enables whom an administrator disabled.
pub async fn apply(portal: &Portal, folder: &Folder, commit: bool) -> Result<Applied> {
    let Some(file) = read(folder)? else { return Ok(Applied::default()) };
    let mut applied = Applied::default();
    let mut changes = portal.database.begin().await?;
    let organisation = Organisation { name: file.name.clone(), time_zone: file.time_zone.clone() };
    match store::organisation(&portal.database).await? {
        Some(known) if known == organisation => {}
        known => {
            let what = format!("organisation {} ({})", organisation.name, organisation.time_zone);
            applied.changes.push(if known.is_some() { Change::alter(what) } else { Change::add(what) });
            store::set_organisation(&mut changes, &organisation).await?;
        }
    }
    let known: BTreeMap<String, Person> = store::people(&portal.database).await?.into_iter().map(|person| (person.email.clone(), person)).collect();
    for person in &file.people {
        match known.get(&person.email) {
            Some(known) if known.name == person.name && known.language == person.language => {}
            Some(known) => {
                applied.changes.push(Change::alter(format!("person {} ({})", person.email, person.name)));
                store::rename_person(&mut changes, &known.id, &person.name, person.language.as_deref()).await?;
            }
            None => {
                applied.changes.push(Change::add(format!("person {} ({}, {} of {})", person.email, person.name, person.role, person.department)));
                if commit {
                    let (password, hash) = portal.identity.random_password().await?;
                    store::add_person(&mut changes, &new(person), &hash).await?;
                    applied.notes.push(format!("{}  {password}", person.email));
                }
            }
        }
    }
    for gone in known.values().filter(|known| known.origin == "apply" && !known.disabled && !file.people.iter().any(|person| person.email == known.email)) {
        applied.changes.push(Change::remove(format!("person {} (disabled)", gone.email)));
        store::disable_person(&mut changes, &gone.id, true).await?;
    }
    if commit {
        changes.commit().await?;
    } else {
        changes.rollback().await?;
    }
    Ok(applied)
}

fn new(person: &PersonFile) -> Person {
    Person {
        id: new_id(),
        email: person.email.clone(),
        name: person.name.clone(),
        language: person.language.clone(),
        must_change_password: true,
        disabled: false,
        origin: "apply".to_owned(),
        last_sign_in_ms: None,
    }
}
