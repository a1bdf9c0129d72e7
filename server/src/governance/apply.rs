//! Departments, memberships, attributes, policies and build grants as code: `organisation.toml`, `policies/*.toml`; policy tests and single sign-on with them.

use super::{
    accepted::Accepted,
    cases,
    departments::checked_word,
    oidc, people,
    policies::{problem_words, spoken},
    revisions::{self, By},
    rules::{self, Policy},
    store::{self, BuildGrant, Department},
};
use crate::{
    apply::{Applied, Change, Folder, wrong},
    database::Changes,
    fault::Result,
    identity::{
        account::operator,
        apply::{FILE, OrganisationFile, read},
    },
    portal::Portal,
};
use app::governance::{
    asks::{MaskRule, RowRule},
    policy::asks::ChangeKind,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PoliciesFile {
    #[serde(default)]
    policies: Vec<PolicyFile>,
    #[serde(default)]
    builds: Vec<BuildsFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    mart: String,
    department: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    rows: Vec<RowFile>,
    #[serde(default)]
    masks: Vec<MaskFile>,
    columns: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    column: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MaskFile {
    column: String,
    mask: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BuildsFile {
    department: String,
    datasets: Vec<String>,
}

/// Adds, alters, and removes what an earlier application brought and the files name no more.
pub async fn apply(portal: &Portal, folder: &Folder, commit: bool) -> Result<Applied> {
    let organisation = read(folder)?;
    let mut applied = Applied::default();
    let mut changes = portal.database.begin().await?;
    let departments = departments(portal, folder, organisation.as_ref(), &mut changes, &mut applied).await?;
    if let Some(organisation) = &organisation {
        memberships(portal, folder, organisation, &departments, commit, &mut changes, &mut applied).await?;
    }
    let (policies, grants) = wanted(portal, folder, &departments).await?;
    save_policies(portal, &policies, &mut changes, &mut applied).await?;
    save_grants(portal, &grants, &mut changes, &mut applied).await?;
    cases::apply::save(portal, folder, &departments, &mut changes, &mut applied).await?;
    let sign_on = oidc::apply::save(portal, folder, &departments, &mut changes, &mut applied).await?;
    match (commit, applied.changes.is_empty()) {
        (true, false) => {
            people::finish(changes).await?;
            if let Some(record) = sign_on {
                portal.audit.record(record).await?;
            }
            applied.notes.extend(cases::apply::broken(portal).await?);
        }
        _ => changes.rollback().await?,
    }
    Ok(applied)
}

/// Writes what differs; gives the names of all departments there are then.
async fn departments(
    portal: &Portal,
    folder: &Folder,
    organisation: Option<&OrganisationFile>,
    changes: &mut Changes,
    applied: &mut Applied,
) -> Result<BTreeSet<String>> {
    let known: BTreeMap<String, Department> = store::departments(&portal.database).await?.into_iter().map(|known| (known.name.clone(), known)).collect();
    let mut names: BTreeSet<String> = known.keys().cloned().collect();
    for file in organisation.iter().flat_map(|organisation| &organisation.departments) {
        let name = checked_word(&file.name).map_err(|fault| wrong(&folder.root().join(FILE), &format!("{}: {}", file.name, fault.message.en)))?;
        let department = Department { name, title: file.title.clone(), origin: "apply".to_owned() };
        match known.get(&department.name) {
            Some(known) if known.title == department.title => continue,
            Some(_) => applied.changes.push(Change::alter(format!("department {}", department.name))),
            None => applied.changes.push(Change::add(format!("department {}", department.name))),
        }
        store::save_department(changes, &department).await?;
        names.insert(department.name);
    }
    Ok(names)
}

async fn memberships(
    portal: &Portal,
    folder: &Folder,
    organisation: &OrganisationFile,
    departments: &BTreeSet<String>,
    commit: bool,
    changes: &mut Changes,
    applied: &mut Applied,
) -> Result<()> {
    let roles: BTreeSet<String> = store::roles(&portal.database).await?.into_iter().map(|(name, _)| name).collect();
    let refuse = |email: &str, reason: &str| wrong(&folder.root().join(FILE), &format!("{email}: {reason}"));
    let mut administered = !portal.identity.people().await?.is_empty();
    for file in &organisation.people {
        let first = (file.department.clone(), file.role.clone());
        let named: Vec<(String, String)> = [first].into_iter().chain(file.also.iter().map(|also| (also.department.clone(), also.role.clone()))).collect();
        for (department, role) in &named {
            if !departments.contains(department) {
                return Err(refuse(&file.email, &format!("there is no department {department}")));
            }
            if !roles.contains(role) {
                return Err(refuse(&file.email, &format!("there is no role {role}")));
            }
            administered |= role == "administrator";
        }
        let attributes = people::checked_attributes(file.attributes.clone().into_iter().collect()).map_err(|fault| refuse(&file.email, &fault.message.en))?;
        // In the plan a new person is not there yet; the line that adds them says where they stand.
        let Some(person) = portal.identity.person_by_email(&file.email).await? else { continue };
        let held = store::memberships_of(&portal.database, &person.id).await?;
        let is_new = commit && held.is_empty();
        if held.iter().map(|held| (&held.department, &held.role)).ne(named.iter().map(|(department, role)| (department, role))) {
            if !is_new {
                applied.changes.push(Change::alter(format!("person {} ({} of {})", file.email, file.role, file.department)));
            }
            store::set_memberships(changes, &person.id, &named).await?;
        }
        if store::attributes_of(&portal.database, &person.id).await? != attributes {
            if !is_new {
                applied.changes.push(Change::alter(format!("person {} (attributes)", file.email)));
            }
            store::set_attributes(changes, &person.id, &attributes).await?;
        }
        if is_new {
            // Counted as a change, so that the transaction is kept.
            applied.changes.push(Change::add(format!("person {} ({} of {})", file.email, file.role, file.department)));
        }
    }
    if administered { Ok(()) } else { Err(refuse("people", "a new house needs one person whose role is administrator")) }
}

/// All policies and grants that the files want, checked.
async fn wanted(portal: &Portal, folder: &Folder, departments: &BTreeSet<String>) -> Result<(Vec<Policy>, BTreeSet<BuildGrant>)> {
    let catalogue = portal.governance.published().await?;
    let roles: BTreeSet<String> = store::roles(&portal.database).await?.into_iter().map(|(name, _)| name).collect();
    let mut policies = Vec::new();
    let mut grants = BTreeSet::new();
    let mut same: BTreeMap<(String, String, String), u32> = BTreeMap::new();
    for (file, read) in folder.all::<PoliciesFile>("policies")? {
        for policy in read.policies {
            let refuse = |reason: String| wrong(&file, &format!("policy on {} for {}: {reason}", policy.mart, policy.department));
            if !departments.contains(&policy.department) {
                return Err(refuse("there is no such department".to_owned()));
            }
            if !policy.role.is_empty() && !roles.contains(&policy.role) {
                return Err(refuse(format!("there is no role {}", policy.role)));
            }
            let count = same.entry((policy.mart.clone(), policy.department.clone(), policy.role.clone())).or_default();
            *count += 1;
            let id = id_of(&policy, *count);
            let dataset = catalogue.governed(&policy.mart);
            let policy = stored(id, policy);
            if let Some(problem) = rules::wrong(&policy, dataset) {
                let text = problem_words(&problem);
                return Err(wrong(&file, &format!("policy on {} for {}: {}", policy.mart, policy.department, text.en)));
            }
            policies.push(policy);
        }
        for builds in read.builds {
            if !departments.contains(&builds.department) {
                return Err(wrong(&file, &format!("builds: there is no department {}", builds.department)));
            }
            let department = builds.department;
            grants.extend(builds.datasets.into_iter().map(|dataset| BuildGrant { department: department.clone(), dataset, origin: "apply".to_owned() }));
        }
    }
    Ok((policies, grants))
}

/// The same policy of the files has the same id each time.
fn id_of(policy: &PolicyFile, count: u32) -> String {
    let named = serde_json::json!([policy.mart, policy.department, policy.role, count]);
    format!("apply{}", hex::encode(&Sha256::digest(named.to_string())[..12]))
}

fn stored(id: String, file: PolicyFile) -> Policy {
    let named = |columns: Vec<String>| columns.into_iter().map(|name| Accepted { name, kind: None, shown: true }).collect();
    Policy {
        id,
        mart: file.mart,
        department: file.department,
        role: file.role,
        rows: file.rows.into_iter().map(|row| RowRule { column: row.column, operator: row.operator, values: row.values }).collect(),
        masks: file.masks.into_iter().map(|mask| MaskRule { column: mask.column, mask: mask.mask }).collect(),
        accepted: file.columns.map(named),
        enabled: true,
        origin: "apply".to_owned(),
        unreadable: false,
    }
}

async fn save_policies(portal: &Portal, wanted: &[Policy], changes: &mut Changes, applied: &mut Applied) -> Result<()> {
    let known = store::policies(&portal.database).await?;
    let what = |policy: &Policy| {
        let role = if policy.role.is_empty() { String::new() } else { format!(" ({})", policy.role) };
        format!("policy on {} for {}{role}", spoken(&policy.mart), policy.department)
    };
    let mut by = By { change: ChangeKind::Apply, actor: operator(), why: "atalaya apply".to_owned(), version: 0 };
    for policy in wanted {
        let before = known.iter().find(|known| known.id == policy.id);
        let mut policy = policy.clone();
        match before {
            Some(before) if is_same(before, &policy) => continue,
            Some(before) => {
                applied.changes.push(Change::alter(what(&policy)));
                if policy.accepted.is_none() || shown(before) == shown(&policy) {
                    // What was accepted stays accepted; columns that only a new rule uses are pinned at the next read.
                    policy.accepted = before.accepted.clone().map(|accepted| with_rule_columns(accepted, &policy));
                }
            }
            None => applied.changes.push(Change::add(what(&policy))),
        }
        lock(changes, &mut by).await?;
        revisions::put(changes, before, &policy, &by).await?;
    }
    for gone in known.iter().filter(|known| known.origin == "apply" && !wanted.iter().any(|policy| policy.id == known.id)) {
        applied.changes.push(Change::remove(what(gone)));
        lock(changes, &mut by).await?;
        revisions::take(changes, gone, &by).await?;
    }
    Ok(())
}

/// Before the first change of a policy: the version is locked, so that revisions are counted by one after the other.
/// `finish` makes it one more, under which all of this comes into force.
async fn lock(changes: &mut Changes, by: &mut By) -> Result<()> {
    if by.version == 0 {
        by.version = store::bump(changes).await? + 1;
    }
    Ok(())
}

fn is_same(before: &Policy, wanted: &Policy) -> bool {
    let columns = wanted.accepted.is_none() || shown(before) == shown(wanted);
    columns && before.enabled && !before.unreadable && before.rows == wanted.rows && before.masks == wanted.masks
}

fn shown(policy: &Policy) -> Option<BTreeSet<&str>> {
    policy.accepted.as_ref().map(|accepted| accepted.iter().filter(|column| column.shown).map(|column| column.name.as_str()).collect())
}

fn with_rule_columns(mut accepted: Vec<Accepted>, policy: &Policy) -> Vec<Accepted> {
    for name in policy.rows.iter().map(|rule| &rule.column).chain(policy.masks.iter().map(|rule| &rule.column)) {
        if !accepted.iter().any(|known| known.name == *name) {
            accepted.push(Accepted { name: name.clone(), kind: None, shown: false });
        }
    }
    accepted
}

async fn save_grants(portal: &Portal, wanted: &BTreeSet<BuildGrant>, changes: &mut Changes, applied: &mut Applied) -> Result<()> {
    let known = store::build_grants(&portal.database).await?;
    let what = |grant: &BuildGrant| format!("builds of {} read {}", grant.department, grant.dataset);
    let same = |left: &BuildGrant, right: &BuildGrant| left.department == right.department && left.dataset == right.dataset;
    for grant in wanted.iter().filter(|grant| !known.iter().any(|known| same(known, grant))) {
        applied.changes.push(Change::add(what(grant)));
        store::add_build_grant(changes, grant).await?;
    }
    for gone in known.iter().filter(|known| known.origin == "apply" && !wanted.iter().any(|grant| same(known, grant))) {
        applied.changes.push(Change::remove(what(gone)));
        store::remove_build_grant(changes, &gone.department, &gone.dataset).await?;
    }
    Ok(())
}
