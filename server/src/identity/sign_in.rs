//! Signing in and out: as JSON asks and as plain form posts, which work before the page is alive.

use super::{
    Begun, STAMP, Stamp, canonical_email,
    factors::{asks_for_code, second_step},
    oidc::passwords_accepted,
    store::{self, Credentials},
    viewing,
};
use crate::{
    access::{Visitor, audit::Record, principal::Via},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    ask::FaultKind,
    identity::asks::{SignIn, SignOut, SignedIn},
    text::Text,
};
use axum::{
    body::to_bytes,
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use std::{collections::HashMap, time::Instant};
use tower_sessions::Session;

/// Largest plain form, in bytes.
const FORM_BYTES: usize = 16 << 10;

pub async fn sign_in(portal: Portal, session: Session, visitor: Visitor, ask: SignIn) -> Result<SignedIn> {
    enter(&portal, &session, &visitor, &ask.email, &ask.password).await
}

pub async fn sign_out(portal: Portal, session: Session, _visitor: Visitor, _ask: SignOut) -> Result<()> {
    leave(&portal, &session).await
}

/// `POST /sign-in` with fields `email`, `password`, `next`.
pub async fn sign_in_form(portal: Portal, session: Session, visitor: Visitor, request: Request) -> Response {
    let fields = match form(request).await {
        Ok(fields) => fields,
        Err(fault) => return fault.into_response(),
    };
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let next = Some(field("next")).filter(|path| is_local(path)).unwrap_or("/");
    match enter(&portal, &session, &visitor, field("email"), field("password")).await {
        Ok(SignedIn::Whole) => Redirect::to(next).into_response(),
        Ok(SignedIn::CodeNeeded) => {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            Redirect::to(&format!("/sign-in/code?{query}")).into_response()
        }
        Err(fault) => back_to("/sign-in", &fault, &[("next", next)]),
    }
}

/// `POST /sign-out`.
pub async fn sign_out_form(portal: Portal, session: Session, _visitor: Visitor, _request: Request) -> Response {
    match leave(&portal, &session).await {
        Ok(()) => Redirect::to("/sign-in").into_response(),
        Err(fault) => fault.into_response(),
    }
}

/// Starts a session for who is known to be `person`: a new id, so that one planted before signing in is worth nothing.
pub async fn start_session(session: &Session, person: &str, security_version: i64, visitor: &Visitor) -> Result<()> {
    stamp(session, Stamp { person: person.to_owned(), security_version, begun: Begun::by(visitor), department: None, viewing: None }).await
}

/// Goes on in another department, under a new id.
pub async fn act_in(session: &Session, department: &str) -> Result<()> {
    let known = stamped(session).await?;
    stamp(session, Stamp { department: Some(department.to_owned()), ..known }).await
}

/// Goes on with a session after all of its person's were ended: under a new id and the new security version.
pub(super) async fn go_on(session: &Session, security_version: i64) -> Result<()> {
    let known = stamped(session).await?;
    stamp(session, Stamp { security_version, ..known }).await
}

/// What the session holds; a `sign_in` fault when it is nobody's.
pub(super) async fn stamped(session: &Session) -> Result<Stamp> {
    session.get::<Stamp>(STAMP).await.map_err(Fault::internal)?.ok_or_else(Fault::sign_in)
}

pub(super) async fn stamp(session: &Session, stamp: Stamp) -> Result<()> {
    emptied(session).await?;
    session.insert(STAMP, stamp).await.map_err(Fault::internal)
}

/// Takes everything out of the session and gives it a new id.
pub(super) async fn emptied(session: &Session) -> Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(Fault::internal)
}

/// Starts the session of who proved to be this person, and writes it down: `door` says by what.
pub(super) async fn entered(portal: &Portal, session: &Session, visitor: &Visitor, known: &Credentials, door: &str) -> Result<()> {
    start_session(session, &known.person, known.security_version, visitor).await?;
    store::note_sign_in(&portal.database, &known.person, &portal.identity.place_hash(visitor)).await?;
    let record = Record::by(known.email.clone(), "identity.sign_in", format!("person {}", known.name), "allowed");
    portal.audit.record(record.with(serde_json::json!({ "address": visitor.address.to_string(), "door": door })).seen_at(visitor)).await
}

async fn enter(portal: &Portal, session: &Session, visitor: &Visitor, email: &str, password: &str) -> Result<SignedIn> {
    let inner = &portal.identity.0;
    let email = canonical_email(email.get(..email.len().min(1024)).unwrap_or_default());
    let credentials = store::credentials(&portal.database, &email).await?;
    let place = portal.identity.place_hash(visitor);
    let known_place = credentials.as_ref().is_some_and(|known| known.known_address.as_ref() == Some(&place));
    inner.limits.sign_in(&email, &visitor.place(), known_place, Instant::now())?;
    let from = serde_json::json!({ "address": visitor.address.to_string() });
    if let Err(fault) = passwords_accepted(portal).await {
        // Before anything is compared: the same for everybody, and for whom there is not.
        portal.audit.note(Record::by("visitor", "identity.sign_in", "unknown person", "refused").with(from).seen_at(visitor)).await?;
        return Err(fault);
    }
    let right = inner.passwords.verify(password, credentials.as_ref().map(|known| known.password_hash.as_str())).await?;
    match credentials {
        Some(known) if right && !known.disabled => {
            inner.limits.signed_in(&email, &visitor.place());
            if asks_for_code(&portal.database, &known.person).await? {
                second_step::begin(portal, session, visitor, &known).await?;
                return Ok(SignedIn::CodeNeeded);
            }
            entered(portal, session, visitor, &known, "password").await?;
            Ok(SignedIn::Whole)
        }
        known => {
            // What was typed stays out of the log when it is nobody's address: it may be a password.
            let whom = known.map_or_else(|| "unknown person".to_owned(), |known| format!("person {}", known.email));
            portal.audit.note(Record::by("visitor", "identity.sign_in", whom, "refused").with(from).seen_at(visitor)).await?;
            Err(wrong())
        }
    }
}

async fn leave(portal: &Portal, session: &Session) -> Result<()> {
    if let Ok(caller) = super::signed_in(portal, session).await
        && let Some(person) = portal.identity.person(&caller.person).await?
    {
        if let Via::Viewing(viewer) = &caller.via {
            viewing::close(portal, viewer).await?;
        }
        portal.audit.note(Record::by(caller.via.name(&person.email), "identity.sign_out", "session", "allowed")).await?;
    }
    session.flush().await.map_err(Fault::internal)
}

/// One answer for an unknown address, a wrong password and a disabled person.
fn wrong() -> Fault {
    Fault::new(FaultKind::SignIn, Text::of("The address or the password is wrong.", "La dirección o la contraseña no son correctas."))
}

/// The fields of a plain form post.
pub async fn form(request: Request) -> Result<HashMap<String, String>> {
    let unreadable = || Fault::invalid("The form cannot be read.", "No se puede leer el formulario.");
    let is_form = request.headers().get(http::header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        return Err(unreadable());
    }
    let body = to_bytes(request.into_body(), FORM_BYTES).await.map_err(|_| unreadable())?;
    Ok(url::form_urlencoded::parse(&body).into_owned().collect())
}

/// Sends the browser back to a form with what went wrong: a word that the page has a sentence for, and the field.
pub fn back_to(page: &str, fault: &Fault, keep: &[(&str, &str)]) -> Response {
    let problem = match fault.kind {
        FaultKind::SignIn => "wrong",
        FaultKind::TooMany => "too_many",
        FaultKind::NotFound => "expired",
        FaultKind::Invalid => "invalid",
        FaultKind::Forbidden => "no_passwords",
        _ => "failed",
    };
    if problem == "failed" {
        tracing::error!(cause = ?fault.cause, page, "a form post failed");
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("problem", problem);
    if let Some(field) = &fault.field {
        query.append_pair("field", field);
    }
    for (name, value) in keep {
        query.append_pair(name, value);
    }
    Redirect::to(&format!("{page}?{}", query.finish())).into_response()
}

/// A path of this portal: never another host (`//host`, `/\host`, a scheme).
pub fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn a30_goes_back_only_to_this_portal() {
        assert!(is_local("/dashboards/sales?date=last-quarter"));
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nb"] {
            assert!(!is_local(elsewhere), "{elsewhere}");
        }
    }
}
