//! Looking as somebody else: what a session remembers of it, how it ends, and what the person looked at is told (A40).
//!
//! Whether somebody may look, and what they see, is governance's to say.

mod store;

use super::{STAMP, Stamp, sign_in};
use crate::{
    access::{Caller, Permit, Principal, Viewer, audit::Record, principal::Via},
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
};
use app::identity::viewing::asks::{EndViewing, ListViewings, ViewingCard};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Begun;
use tower_sessions::Session;

/// That a look goes on is noted at most this often, so that reading does not write.
const NOTED_MS: i64 = 60_000;

/// As whom a session's person looks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Viewing {
    id: String,
    person: String,
    /// Of theirs; none: the first.
    department: Option<String>,
}

/// The caller whom a session with a look stands for: the person looked at, with who looks.
pub(super) async fn caller(portal: &Portal, own: String, department: Option<String>, viewing: Viewing) -> Result<Caller> {
    let own = portal.identity.person(&own).await?.ok_or_else(Fault::sign_in)?;
    let viewer = Viewer { viewing: viewing.id, person: own.id, name: own.name, email: own.email, department };
    Ok(Caller::new(viewing.person, viewing.department, Via::Viewing(viewer)))
}

/// Makes the session look as `person`, under a new id: what was opened before, under either name, ends with the old one.
pub async fn begin(portal: &Portal, session: &Session, viewer: &Principal, person: &str, department: Option<&str>) -> Result<()> {
    let known = sign_in::stamped(session).await?;
    let id = new_id();
    let begun = Begun { id: &id, viewer: &viewer.person, viewed: person, department: department.unwrap_or_default(), at_ms: now_ms() };
    let mut changes = portal.database.begin().await?;
    store::begin(&mut changes, &begun).await?;
    changes.commit().await?;
    let viewing = Viewing { id, person: person.to_owned(), department: department.map(str::to_owned) };
    sign_in::stamp(session, Stamp { viewing: Some(viewing), ..known }).await
}

/// Whether a look still goes on as far as it is written down; notes that it does.
pub async fn goes_on(portal: &Portal, viewer: &Viewer) -> Result<bool> {
    let Some(seen_ms) = store::seen(&portal.database, &viewer.viewing).await? else { return Ok(false) };
    let now = now_ms();
    if now - seen_ms > NOTED_MS {
        let mut changes = portal.database.begin().await?;
        store::note(&mut changes, &viewer.viewing, now).await?;
        changes.commit().await?;
    }
    Ok(true)
}

/// Ends a look that may not go on: the session is its person's own again. Under the same id, since a page that is being rendered
/// could not tell the browser another one.
pub async fn drop_out(portal: &Portal, session: &Session, caller: &Caller, viewer: &Viewer) -> Result<()> {
    let known = sign_in::stamped(session).await?;
    session.insert(STAMP, Stamp { viewing: None, ..known }).await.map_err(Fault::internal)?;
    session.save().await.map_err(Fault::internal)?;
    if close(portal, viewer).await? {
        let email = portal.identity.person(&caller.person).await?.map(|person| person.email).unwrap_or_default();
        let record = Record::by(caller.via.name(&email), "identity.end_viewing", format!("person {email}"), "allowed");
        portal.audit.note(record.with(json!({ "by": "portal" }))).await?;
    }
    Ok(())
}

/// Writes down that a look is over; whether it went on until now.
pub(super) async fn close(portal: &Portal, viewer: &Viewer) -> Result<bool> {
    let mut changes = portal.database.begin().await?;
    let ended = store::end(&mut changes, &viewer.viewing, now_ms()).await?;
    changes.commit().await?;
    Ok(ended)
}

/// Goes on as oneself. Whoever does not look as somebody else does so anyway.
pub async fn end(portal: Portal, permit: Permit, session: Session, _ask: EndViewing) -> Result<()> {
    leave(&portal, &permit, &session).await
}

/// `POST /identity/end-viewing`, which works before the page is alive.
pub async fn end_form(portal: Portal, permit: Permit, request: Request) -> Result<Response> {
    let session = request.extensions().get::<Session>().cloned().ok_or_else(Fault::sign_in)?;
    leave(&portal, &permit, &session).await?;
    Ok(Redirect::to("/").into_response())
}

async fn leave(portal: &Portal, permit: &Permit, session: &Session) -> Result<()> {
    let Some(viewer) = permit.viewer() else { return Ok(()) };
    permit.about(format!("person {}", permit.principal().email), serde_json::Value::Null);
    close(portal, viewer).await?;
    let known = sign_in::stamped(session).await?;
    sign_in::stamp(session, Stamp { viewing: None, ..known }).await
}

/// Who looked as oneself, the latest first. Not told to who looks: it is the person's own.
pub async fn of_me(portal: Portal, permit: Permit, _ask: ListViewings) -> Result<Vec<ViewingCard>> {
    if permit.viewer().is_some() {
        return Ok(Vec::new());
    }
    let told = store::of_viewed(&portal.database, &permit.principal().person).await?;
    let card = |told: store::Told| ViewingCard { name: told.name, began_ms: told.began_ms, seen_ms: told.seen_ms, ended_ms: told.ended_ms };
    Ok(told.into_iter().map(card).collect())
}
