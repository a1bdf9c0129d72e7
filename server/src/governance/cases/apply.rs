//! Policy tests as code: `cases/*.toml`.

use super::{
    State, judged,
    store::{self, Stored},
    untold, wrong,
};
use crate::{
    apply::{Applied, Change, Folder, wrong as wrong_file},
    database::Changes,
    fault::Result,
    identity::{
        apply::{OrganisationFile, read},
        canonical_email, checked_name,
    },
    portal::Portal,
};
use app::governance::cases::asks::{Case, Expectation, Outcome};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesFile {
    #[serde(default)]
    cases: Vec<CaseFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    name: String,
    /// The address of the person.
    person: String,
    /// The department in which they are judged; none: the one in which they act.
    #[serde(default)]
    department: Option<String>,
    mart: String,
    expect: Expectation,
}

/// Adds, alters, and removes what an earlier application brought and the files name no more. Within the caller's transaction, after which
/// there are these `departments`.
pub async fn save(portal: &Portal, folder: &Folder, departments: &BTreeSet<String>, changes: &mut Changes, applied: &mut Applied) -> Result<()> {
    let known = store::all(&portal.database).await?;
    let organisation = read(folder)?;
    let catalogue = portal.governance.published().await?;
    let mut names = BTreeSet::new();
    for (file, cases) in folder.all::<CasesFile>("cases")? {
        for case in cases.cases {
            let refuse = |reason: &str| wrong_file(&file, &format!("policy test {}: {reason}", case.name));
            let name = checked_name(&case.name, "name").map_err(|fault| refuse(&fault.message.en))?;
            if !names.insert(name.clone()) {
                return Err(refuse("named twice"));
            }
            if let Some((field, text)) = wrong(&case.expect, &case.mart, &catalogue) {
                return Err(refuse(&format!("{field}: {}", text.en)));
            }
            if let Some(department) = case.department.as_ref().filter(|department| !departments.contains(*department)) {
                return Err(refuse(&format!("there is no department {department}")));
            }
            let before = known.iter().find(|known| known.case.name == name);
            let what = format!("policy test {name}");
            let Some(person) = portal.identity.person_by_email(&case.person).await? else {
                if !is_named(organisation.as_ref(), &case.person) {
                    return Err(refuse(&format!("nobody has the address {}", case.person)));
                }
                // In the plan a new person is not there yet.
                applied.changes.push(Change::add(what));
                continue;
            };
            let id = before.map_or_else(|| id_of(&name), |before| before.case.id.clone());
            let CaseFile { department, mart, expect: expectation, .. } = case;
            let wanted = Stored { case: Case { id, name, person: person.id, department, mart, expectation }, origin: "apply".to_owned() };
            match before {
                Some(before) if before.case == wanted.case => continue,
                Some(_) => applied.changes.push(Change::alter(what)),
                None => applied.changes.push(Change::add(what)),
            }
            store::save(changes, &wanted).await?;
        }
    }
    for gone in known.iter().filter(|known| known.origin == "apply" && !names.contains(&known.case.name)) {
        applied.changes.push(Change::remove(format!("policy test {}", gone.case.name)));
        store::delete(changes, &gone.case.id).await?;
    }
    Ok(())
}

/// What to say after policies were applied: files are not held back by tests, but whoever applies them is told which are broken.
pub async fn broken(portal: &Portal) -> Result<Vec<String>> {
    let catalogue = portal.governance.published().await?;
    let known = store::all(&portal.database).await?;
    let mut connection = portal.database.read().acquire().await?;
    let mut state = State::default();
    let mut notes = Vec::new();
    for Stored { case, .. } in known {
        let verdict = judged(&case, state.of(&mut connection, &case).await?, &catalogue, &untold);
        if verdict.outcome == Outcome::Broken {
            notes.push(format!("policy test broken: {}. {}", case.name, verdict.why.en));
        }
    }
    Ok(notes)
}

fn is_named(organisation: Option<&OrganisationFile>, address: &str) -> bool {
    let address = canonical_email(address);
    organisation.is_some_and(|organisation| organisation.people.iter().any(|person| person.email == address))
}

/// The same test of the files has the same id each time.
fn id_of(name: &str) -> String {
    format!("apply{}", hex::encode(&Sha256::digest(format!("policy test {name}"))[..12]))
}
