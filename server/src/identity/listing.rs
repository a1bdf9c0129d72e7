//! Sessions as people are told of them: one's own, and for administrators those of others; ending them (A19).
//!
//! What has ended is refused at its next request; a live view asks for its permit at least every two seconds and ends with it.

use super::{
    Person,
    sessions::{Held, Sessions},
};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
};
use app::identity::asks::{EndOtherSessions, EndPersonSession, EndPersonSessions, EndSession, ListPersonSessions, ListSessions, SessionCard};
use serde_json::{Value, json};
use tower_sessions::Session;

/// Not told to who looks as somebody else: from where they sign in is the person's own.
pub async fn own(portal: Portal, permit: Permit, session: Session, _ask: ListSessions) -> Result<Vec<SessionCard>> {
    if permit.viewer().is_some() {
        return Ok(Vec::new());
    }
    cards(&portal, &session, &permit.principal().person).await
}

/// Ends one of one's own; the one that asks may be it.
pub async fn end_own(portal: Portal, permit: Permit, ask: EndSession) -> Result<()> {
    let principal = permit.principal();
    end(&portal, &permit, &principal.person, &principal.email, &ask.id).await
}

pub async fn end_others(portal: Portal, permit: Permit, session: Session, _ask: EndOtherSessions) -> Result<()> {
    let principal = permit.principal();
    end_all(&portal, &permit, &session, &principal.person, &principal.email).await
}

pub async fn of_person(portal: Portal, permit: Permit, session: Session, ask: ListPersonSessions) -> Result<Vec<SessionCard>> {
    let person = known(&portal, &ask.person).await?;
    permit.about(format!("person {}", person.email), Value::Null);
    cards(&portal, &session, &person.id).await
}

pub async fn end_of_person(portal: Portal, permit: Permit, ask: EndPersonSession) -> Result<()> {
    let person = known(&portal, &ask.person).await?;
    end(&portal, &permit, &person.id, &person.email, &ask.id).await
}

/// Ends all of a person's; administrators who mean themselves keep the session with which they ask.
pub async fn end_all_of_person(portal: Portal, permit: Permit, session: Session, ask: EndPersonSessions) -> Result<()> {
    let person = known(&portal, &ask.person).await?;
    end_all(&portal, &permit, &session, &person.id, &person.email).await
}

async fn known(portal: &Portal, person: &str) -> Result<Person> {
    portal.identity.person(person).await?.ok_or_else(Fault::not_found)
}

/// The one that asks first, then those that were used last.
async fn cards(portal: &Portal, session: &Session, person: &str) -> Result<Vec<SessionCard>> {
    let sessions = Sessions::of(&portal.identity);
    let asking = session.id().map(|id| sessions.listed(&id));
    let mut cards: Vec<SessionCard> = sessions.of_person(person).await?.into_iter().map(|held| card(held, asking.as_deref())).collect();
    cards.sort_by_key(|card| !card.this_one);
    Ok(cards)
}

fn card(held: Held, asking: Option<&str>) -> SessionCard {
    SessionCard {
        this_one: asking == Some(held.listed.as_str()),
        id: held.listed,
        browser: held.begun.browser,
        system: held.begun.system,
        address: held.begun.address,
        begun_ms: held.begun_ms,
        seen_ms: held.seen_ms,
    }
}

/// One that ended already, one of somebody else and one that never was are the same: not found.
async fn end(portal: &Portal, permit: &Permit, person: &str, email: &str, id: &str) -> Result<()> {
    permit.about(format!("person {email}"), Value::Null);
    let ended = Sessions::of(&portal.identity).end(person, id).await?.ok_or_else(Fault::not_found)?;
    let Held { begun, begun_ms, .. } = ended;
    let what = json!({ "begun_ms": begun_ms, "address": begun.address, "browser": begun.browser, "system": begun.system });
    permit.about(format!("person {email}"), what);
    Ok(())
}

async fn end_all(portal: &Portal, permit: &Permit, session: &Session, person: &str, email: &str) -> Result<()> {
    permit.about(format!("person {email}"), Value::Null);
    let ended = Sessions::of(&portal.identity).end_others(person, session.id()).await?;
    permit.about(format!("person {email}"), json!({ "ended": ended }));
    Ok(())
}
