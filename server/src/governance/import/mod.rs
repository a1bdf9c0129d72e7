//! People from a list (CSV): first what it would change, line by line, then all of it or nothing, under one new policy version.

mod plan;
mod read;

use super::{
    cases::{self, Touched},
    invites::{self, store::Invite},
    memberships::with_first,
    people::administered,
    store,
};
use crate::{
    access::{Action::Administer, Kind, Need, Permit},
    database::{Changes, new_id, now_ms},
    fault::{Fault, Result},
    identity,
    portal::Portal,
    routing::Routes,
};
use ::warehouse::CsvDialect;
use app::{
    ask::Ask,
    identity::{
        import::asks::{ApplyImport, ImportPreview, ImportRow, Imported, PreviewImport, RowState},
        memberships::asks::Membership,
    },
    text::Text,
};
use axum::{Json, body::to_bytes, extract::Request};
use plan::{Planned, Step, plan};
use serde_json::json;

/// Most bytes of a question: the list as JSON writes it.
const QUESTION_BYTES: u64 = 4 << 20;
/// Days that the invitations of a list are good.
const DAYS: i64 = 7;

/// This part of the API: questions like others, but larger.
pub fn routes(routes: Routes) -> Routes {
    routes.raw_large("POST", PreviewImport::PATH, Need(Kind::Person, Administer), QUESTION_BYTES, preview).raw_large(
        "POST",
        ApplyImport::PATH,
        Need(Kind::Person, Administer),
        QUESTION_BYTES,
        apply,
    )
}

/// What the list would change; changes nothing.
async fn preview(portal: Portal, permit: Permit, request: Request) -> Result<Json<ImportPreview>> {
    let ask: PreviewImport = question(request).await?;
    permit.about("people of a list", json!({ "try": true }));
    let version = store::version(&portal.database).await?;
    let planned = plan(&portal, read::read(&ask.text)?.lines).await?;
    let (mut problem, mut held_back) = (None, None);
    if !planned.iter().any(Planned::is_refused) {
        // Tried, and taken back: only then it is known whether an administrator is left, and which policy tests hold.
        let mut changes = portal.database.begin().await?;
        write_people(&portal, &mut changes, &planned).await?;
        problem = administered(&mut changes).await.err().map(|fault| fault.message);
        held_back = cases::foretold(&portal, &mut changes, Touched::People(&touched(&planned))).await?;
        changes.rollback().await?;
    }
    Ok(Json(ImportPreview { version, rows: planned.iter().map(Planned::row).collect(), problem, held_back, mail: portal.mail.is_some() }))
}

/// Does it all or nothing; a `conflict` when people or policies changed since the preview. Policy tests that would break hold it back,
/// unless a reason is given.
async fn apply(portal: Portal, permit: Permit, request: Request) -> Result<Json<Imported>> {
    let ask: ApplyImport = question(request).await?;
    permit.about("people of a list", json!({ "try": false }));
    if !ask.reason.trim().is_empty() {
        cases::insisted(&permit, &ask.reason)?;
    }
    let lines = read::read(&ask.text)?.lines;
    let mail = invites::mail_state(&portal, ask.mail)?;
    let mut changes = portal.database.begin().await?;
    // First, because it locks the version: what is compared now stays as it is until the end.
    if store::bump(&mut changes).await? != ask.version + 1 {
        return Err(Fault::conflict());
    }
    let planned = plan(&portal, lines).await?;
    if let Some(refused) = planned.iter().find(|planned| planned.is_refused()) {
        let number = refused.line.number;
        return Err(Fault::invalid(
            format!("Line {number} cannot be taken: look at the preview and correct the list."),
            format!("La línea {number} no vale: mire la vista previa y corrija la lista."),
        )
        .on("text"));
    }
    let changed = write_people(&portal, &mut changes, &planned).await?;
    let by = &permit.principal().email;
    let mut links = CsvDialect::Plain.head(["name", "email", "link", "until"].into_iter())?;
    let mut invited = 0;
    for placed in planned.iter().filter_map(Planned::new_person) {
        let invite = Invite {
            id: new_id(),
            email: placed.email.clone(),
            name: placed.name.clone(),
            department: placed.department.clone(),
            role: placed.role.clone(),
            attributes: placed.attributes.clone(),
            invited_by: by.clone(),
            mail: mail.clone(),
            days: DAYS,
            created_ms: now_ms(),
            expires_ms: now_ms() + DAYS * 86_400_000,
        };
        let link = invites::add(&portal, &mut changes, &invite).await?;
        let until = chrono::DateTime::from_timestamp_millis(invite.expires_ms).map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default();
        // Names that a spreadsheet would run are made text (A18).
        links.append(&mut CsvDialect::Plain.head([invite.name.as_str(), invite.email.as_str(), link.as_str(), until.as_str()].into_iter())?);
        invited += 1;
    }
    administered(&mut changes).await?;
    let details = json!({ "invited": invited, "changed": changed, "mail": ask.mail, "people": told(&planned), "attributes": attributed(&planned) });
    permit.about("people of a list", details);
    cases::keep(&portal, &permit, &mut changes, Touched::People(&touched(&planned))).await?;
    changes.commit().await?;
    // By mail each link goes to its person alone.
    let links = (invited > 0 && !ask.mail).then(|| String::from_utf8(links).map_err(Fault::internal)).transpose()?;
    Ok(Json(Imported { invited, changed, links }))
}

/// Everything but new people; gives how many it changed.
async fn write_people(portal: &Portal, changes: &mut Changes, planned: &[Planned]) -> Result<u32> {
    let mut changed = 0;
    for planned in planned {
        match &planned.step {
            Step::Person { person, placed, differs } => {
                if differs.name {
                    identity::store::rename_person(changes, &person.id, &placed.name, person.language.as_deref()).await?;
                }
                if differs.place {
                    let first = Membership { department: placed.department.clone(), role: placed.role.clone() };
                    let held = with_first(store::memberships_of(&portal.database, &person.id).await?, first);
                    store::set_memberships(changes, &person.id, &held).await?;
                }
                if differs.attributes {
                    store::set_attributes(changes, &person.id, &placed.attributes).await?;
                }
            }
            Step::Invited { invite, placed, .. } => {
                let (name, department, role) = (placed.name.clone(), placed.department.clone(), placed.role.clone());
                invites::store::change(changes, &Invite { name, department, role, attributes: placed.attributes.clone(), ..invite.clone() }).await?;
            }
            Step::New(_) | Step::Same | Step::Refused(_) => continue,
        }
        changed += 1;
    }
    Ok(changed)
}

/// Ids of those who are there and would stand elsewhere.
fn touched(planned: &[Planned]) -> Vec<&str> {
    let ids = planned.iter().filter_map(|planned| match &planned.step {
        Step::Person { person, .. } => Some(person.id.as_str()),
        Step::New(_) | Step::Invited { .. } | Step::Same | Step::Refused(_) => None,
    });
    ids.collect()
}

/// For the audit log: whom it invited or changed, and where they stand now.
fn told(planned: &[Planned]) -> Vec<String> {
    let touched = planned.iter().filter_map(|planned| match &planned.step {
        Step::New(placed) | Step::Person { placed, .. } | Step::Invited { placed, .. } => Some(placed),
        Step::Same | Step::Refused(_) => None,
    });
    touched.map(|placed| format!("{}: {} of {}", placed.email, placed.role, placed.department)).collect()
}

/// The same for attributes, which are values.
fn attributed(planned: &[Planned]) -> serde_json::Value {
    let touched = planned.iter().filter_map(|planned| match &planned.step {
        Step::Person { placed, differs, .. } | Step::Invited { placed, differs, .. } if differs.attributes => Some(placed),
        Step::New(placed) if !placed.attributes.is_empty() => Some(placed),
        _ => None,
    });
    touched.map(|placed| (placed.email.clone(), json!(placed.attributes))).collect::<serde_json::Map<_, _>>().into()
}

impl Planned {
    fn is_refused(&self) -> bool {
        matches!(self.step, Step::Refused(_))
    }

    fn new_person(&self) -> Option<&plan::Placed> {
        match &self.step {
            Step::New(placed) => Some(placed),
            _ => None,
        }
    }

    fn row(&self) -> ImportRow {
        let (state, note) = match &self.step {
            Step::New(_) => (RowState::New, Text::default()),
            Step::Person { differs, .. } | Step::Invited { differs, .. } => (RowState::Changed, Text::same(differs.words.join(", "))),
            Step::Same => (RowState::Same, Text::default()),
            Step::Refused(reason) => (RowState::Refused, reason.clone()),
        };
        let line = &self.line;
        ImportRow {
            line: line.number,
            name: line.name.clone(),
            email: line.email.clone(),
            department: line.department.clone(),
            role: line.role.clone(),
            state,
            note,
        }
    }
}

async fn question<A: Ask>(request: Request) -> Result<A> {
    let unreadable = || Fault::invalid("The question is not right, or too large.", "La pregunta no es correcta o es demasiado grande.");
    let most = usize::try_from(QUESTION_BYTES).unwrap_or(usize::MAX);
    let body = to_bytes(request.into_body(), most).await.map_err(|_| unreadable())?;
    serde_json::from_slice(&body).map_err(|cause| unreadable().because(cause))
}
