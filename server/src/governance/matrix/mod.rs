//! The matrix of permissions: what each role may do, everywhere and in single departments; who gains or loses by a change.
//!
//! Row and column grants are no matter of it: these stand in policies.

pub mod roles;
pub mod rules;
pub(super) mod store;

use super::{
    casbin,
    rules::{applying, bind},
    store::{self as governed, Membership},
};
use crate::{
    access::{Action, Kind, Need, Permit, Principal, principal::Via},
    fault::{Fault, Result},
    portal::Portal,
};
use ::casbin::Enforcer;
use app::{
    governance::matrix::asks::{CellState, Matrix, MatrixCell, MatrixEffect, Permission, Place, PreviewMatrix, SaveMatrix, ShowMatrix},
    text::Text,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub async fn show(portal: Portal, permit: Permit, _ask: ShowMatrix) -> Result<Matrix> {
    // The version first: what is newer than it says is a conflict when it is saved, never lost.
    let version = governed::version(&portal.database).await?;
    let cells = rules::cells(&governed::casbin_rules(&portal.database).await?);
    Ok(Matrix {
        version,
        roles: store::roles(&portal.database).await?,
        departments: governed::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect(),
        permissions: rules::KNOWN.iter().copied().map(rules::permission).collect(),
        cells: cells.into_iter().filter(|(place, _)| rules::is_known(&place.permission)).map(|(place, state)| MatrixCell { place, state }).collect(),
        may_change: permit.allows(Need(Kind::Policy, Action::Administer)),
    })
}

/// Sets all cells or none; takes effect at everybody's next read.
pub async fn save(portal: Portal, permit: Permit, ask: SaveMatrix) -> Result<i64> {
    permit.about("permissions", in_words(&ask.cells));
    check(&portal, &ask.cells).await?;
    let mut changes = portal.database.begin().await?;
    let version = governed::bump(&mut changes).await?;
    if version != ask.version + 1 {
        return Err(Fault::conflict());
    }
    for cell in &ask.cells {
        store::set_cell(&mut changes, &cell.place, cell.state).await?;
    }
    if !governed::has_administrator(&mut changes).await? {
        return Err(Fault::invalid(
            "Nobody would be left who administers people and policies: leave both with a role that somebody holds.",
            "No quedaría nadie que administre personas y políticas: deje ambas cosas a un perfil que alguien tenga.",
        ));
    }
    changes.commit().await?;
    Ok(version)
}

/// Who would gain or lose which permission, in each department in which they may act.
pub async fn preview(portal: Portal, permit: Permit, ask: PreviewMatrix) -> Result<Vec<MatrixEffect>> {
    permit.about("permissions", in_words(&ask.cells));
    check(&portal, &ask.cells).await?;
    let stored = governed::casbin_rules(&portal.database).await?;
    let wanted = rules::as_rules(&rules::with(rules::cells(&stored), &ask.cells));
    let memberships = governed::memberships(&portal.database).await?;
    let before = casbin::enforcer_of(stored, memberships.clone()).await?;
    let after = casbin::enforcer_of(wanted, memberships.clone()).await?;
    let policies = governed::policies(&portal.database).await?;
    let catalogue = portal.governance.published().await?;
    let titles: BTreeMap<String, Text> =
        governed::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect();
    // Many people stand alike, and asking Casbin costs more than anything else here.
    let mut known: BTreeMap<(String, Vec<String>, bool), Difference> = BTreeMap::new();
    let mut effects = Vec::new();
    for principal in principals(&portal, memberships).await? {
        let granted = |(name, dataset)| matches!(bind(&applying(&policies, name, &principal), dataset, &principal), Some(Ok(_)));
        let reads = catalogue.all_governed().any(granted);
        let key = (principal.department.clone(), principal.roles.clone(), reads);
        let difference = match known.get(&key) {
            Some(difference) => difference.clone(),
            None => known.entry(key).or_insert(difference(&before, &after, &principal, reads)?).clone(),
        };
        if difference != Difference::default() {
            let department = titles.get(&principal.department).cloned().unwrap_or_else(|| Text::same(principal.department.clone()));
            effects.push(MatrixEffect { name: principal.name, department, gained: difference.gained, lost: difference.lost });
        }
    }
    Ok(effects)
}

#[derive(Clone, Default, PartialEq)]
struct Difference {
    gained: Vec<Permission>,
    lost: Vec<Permission>,
}

fn difference(before: &Enforcer, after: &Enforcer, principal: &Principal, reads: bool) -> Result<Difference> {
    let had = casbin::permitted(before, principal, reads)?;
    let has = casbin::permitted(after, principal, reads)?;
    let only = |these: &HashSet<Need>, those: &HashSet<Need>| {
        rules::KNOWN.iter().copied().filter(|need| these.contains(need) && !those.contains(need)).map(rules::permission).collect()
    };
    Ok(Difference { gained: only(&has, &had), lost: only(&had, &has) })
}

/// Everybody who is not disabled, once for each department in which they may act, by name.
async fn principals(portal: &Portal, memberships: Vec<Membership>) -> Result<Vec<Principal>> {
    let mut roles: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for Membership { person, department, role } in memberships {
        roles.entry((person, department)).or_default().insert(role);
    }
    let mut attributes: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (person, attribute, value) in governed::attributes(&portal.database).await? {
        attributes.entry(person).or_default().entry(attribute).or_default().push(value);
    }
    let mut principals = Vec::new();
    for person in portal.identity.people().await?.into_iter().filter(|person| !person.disabled) {
        for ((_, department), roles) in roles.iter().filter(|((known, _), _)| *known == person.id) {
            principals.push(Principal {
                person: person.id.clone(),
                name: person.name.clone(),
                email: person.email.clone(),
                department: department.clone(),
                roles: roles.iter().cloned().collect(),
                attributes: attributes.get(&person.id).cloned().unwrap_or_default(),
                via: Via::Session,
            });
        }
    }
    Ok(principals)
}

/// Refuses roles, departments and permissions that are not there.
async fn check(portal: &Portal, cells: &[MatrixCell]) -> Result<()> {
    let roles = governed::roles(&portal.database).await?;
    let departments = governed::departments(&portal.database).await?;
    for MatrixCell { place: Place { role, department, permission }, .. } in cells {
        let text = if !roles.iter().any(|(known, _)| known == role) {
            Text::of("There is no such role.", "No existe ese perfil.")
        } else if !department.is_empty() && !departments.iter().any(|known| known.name == *department) {
            Text::of("There is no such department.", "No existe ese departamento.")
        } else if !rules::is_known(permission) {
            Text::of("There is no such permission.", "No existe ese permiso.")
        } else {
            continue;
        };
        return Err(Fault::invalid_text(text).on("cells"));
    }
    Ok(())
}

/// For the audit log: `manager *: report export`.
fn in_words(cells: &[MatrixCell]) -> Value {
    let of = |state: CellState| -> Vec<String> {
        let those = cells.iter().filter(|cell| cell.state == state).map(|cell| &cell.place);
        those
            .map(|place| {
                let department = if place.department.is_empty() { "*" } else { &place.department };
                format!("{} {department}: {} {}", place.role, place.permission.kind, place.permission.action)
            })
            .collect()
    };
    json!({ "allowed": of(CellState::Allow), "denied": of(CellState::Deny), "withdrawn": of(CellState::Unset) })
}
