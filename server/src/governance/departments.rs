//! Adding and renaming departments.

use super::{
    Governance,
    store::{self, Department},
};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    identity::checked_name,
    portal::Portal,
};
use app::{governance::asks::SaveDepartment, text::Text};
use std::collections::{BTreeMap, HashSet};

pub async fn save(portal: Portal, permit: Permit, ask: SaveDepartment) -> Result<()> {
    permit.about(format!("department {}", ask.name), serde_json::Value::Null);
    let name = checked_word(&ask.name)?;
    let title = Text::of(checked_name(&ask.title.en, "title")?, checked_name(&ask.title.es, "title")?);
    let mut changes = portal.database.begin().await?;
    store::save_department(&mut changes, &Department { name, title, origin: "portal".to_owned() }).await?;
    store::bump(&mut changes).await?;
    Ok(changes.commit().await?)
}

impl Governance {
    /// Names of all departments.
    pub async fn departments(&self) -> Result<Vec<String>> {
        Ok(store::departments(&self.database).await?.into_iter().map(|department| department.name).collect())
    }

    /// What people call the departments, by name.
    pub async fn department_titles(&self) -> Result<BTreeMap<String, Text>> {
        Ok(store::departments(&self.database).await?.into_iter().map(|department| (department.name, department.title)).collect())
    }

    /// What people call a department; its name where it has no title.
    pub async fn department_title(&self, name: &str) -> Result<Text> {
        let known = store::departments(&self.database).await?.into_iter().find(|department| department.name == name);
        Ok(known.map_or_else(|| Text::same(name), |department| department.title))
    }

    /// Who may act in a department, as (id, name), by name.
    pub async fn colleagues(&self, department: &str) -> Result<Vec<(String, String)>> {
        let held = store::memberships(&self.database).await?.into_iter().filter(|held| held.department == department);
        let there: HashSet<String> = held.map(|held| held.person).collect();
        let people = self.identity.people().await?.into_iter().filter(|person| !person.disabled && there.contains(&person.id));
        let mut colleagues: Vec<(String, String)> = people.map(|person| (person.id, person.name)).collect();
        colleagues.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
        Ok(colleagues)
    }
}

/// A name that stands in addresses and rules: small letters, digits, `_`, at most 60, a letter first.
pub fn checked_word(word: &str) -> Result<String> {
    let right = word.len() <= 60
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if right {
        return Ok(word.to_owned());
    }
    Err(Fault::invalid("Use small letters, digits and _, a letter first, at most 60.", "Use minúsculas, cifras y _, primero una letra, 60 como máximo.")
        .on("name"))
}
