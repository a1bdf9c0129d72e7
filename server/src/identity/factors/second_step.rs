//! The second step of signing in: after a right password a half session, which grants nothing, and the code that makes it whole.

use super::given;
use crate::{
    access::{Visitor, audit::Record},
    database::now_ms,
    fault::{Fault, Result},
    identity::{
        sign_in::{back_to, emptied, entered, form, is_local},
        store::{self, Credentials},
    },
    portal::Portal,
};
use app::{ask::FaultKind, identity::factors::asks::SignInCode, text::Text};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Instant;
use tower_sessions::Session;

/// Name of the half within a session. No route but those of this file looks at it.
const HALF: &str = "half_signed_in";
/// How long a code may be given.
const GOOD_FOR_MS: i64 = 5 * 60_000;

/// Whose password was right, and under which security version.
#[derive(Debug, Serialize, Deserialize)]
struct Half {
    person: String,
    security_version: i64,
    until_ms: i64,
}

/// Makes the session a half one of who gave a right password. Whoever's it was before, it is so no more.
pub(in crate::identity) async fn begin(portal: &Portal, session: &Session, visitor: &Visitor, known: &Credentials) -> Result<()> {
    emptied(session).await?;
    let half = Half { person: known.person.clone(), security_version: known.security_version, until_ms: now_ms() + GOOD_FOR_MS };
    session.insert(HALF, half).await.map_err(Fault::internal)?;
    let record = Record::by(known.email.clone(), "identity.sign_in_half", format!("person {}", known.name), "allowed");
    portal.audit.note(record.with(json!({ "address": visitor.address.to_string(), "door": "password" })).seen_at(visitor)).await
}

pub async fn sign_in_code(portal: Portal, session: Session, visitor: Visitor, ask: SignInCode) -> Result<()> {
    let known = waiting(&portal, &session).await?.ok_or_else(over)?;
    finish(&portal, &session, &visitor, &known, &ask.code).await
}

/// `POST /sign-in/code` with fields `code`, `next`.
pub async fn sign_in_code_form(portal: Portal, session: Session, visitor: Visitor, request: Request) -> Response {
    let fields = match form(request).await {
        Ok(fields) => fields,
        Err(fault) => return fault.into_response(),
    };
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let next = Some(field("next")).filter(|path| is_local(path)).unwrap_or("/");
    let known = match waiting(&portal, &session).await {
        Ok(Some(known)) => known,
        // The first step again; its page has a sentence for it.
        Ok(None) => return back_to("/sign-in", &Fault::not_found(), &[("next", next)]),
        Err(fault) => return back_to("/sign-in", &fault, &[("next", next)]),
    };
    match finish(&portal, &session, &visitor, &known, field("code")).await {
        Ok(()) => Redirect::to(next).into_response(),
        Err(fault) => back_to("/sign-in/code", &fault, &[("next", next)]),
    }
}

/// Whose code is waited for; none: nobody's, or no longer.
async fn waiting(portal: &Portal, session: &Session) -> Result<Option<Credentials>> {
    let Some(half) = session.get::<Half>(HALF).await.map_err(Fault::internal)? else { return Ok(None) };
    let person = portal.identity.person(&half.person).await?;
    let known = match person {
        Some(person) if half.until_ms > now_ms() => store::credentials(&portal.database, &person.email).await?,
        _ => None,
    };
    let known = known.filter(|known| known.person == half.person && known.security_version == half.security_version && !known.disabled);
    if known.is_none() {
        session.flush().await.map_err(Fault::internal)?;
    }
    Ok(known)
}

async fn finish(portal: &Portal, session: &Session, visitor: &Visitor, known: &Credentials, code: &str) -> Result<()> {
    let limits = &portal.identity.0.limits;
    let known_place = known.known_address.as_ref() == Some(&portal.identity.place_hash(visitor));
    limits.code(&known.person, &visitor.place(), known_place, Instant::now())?;
    let Some(door) = given(portal, &known.person, code).await? else {
        let record = Record::by("visitor", "identity.sign_in_code", format!("person {}", known.email), "refused");
        portal.audit.note(record.with(json!({ "address": visitor.address.to_string() })).seen_at(visitor)).await?;
        return Err(wrong());
    };
    limits.code_right(&known.person, &visitor.place());
    entered(portal, session, visitor, known, door).await
}

/// One answer for a wrong code and one that was used.
fn wrong() -> Fault {
    Fault::new(
        FaultKind::SignIn,
        Text::of("The code is wrong, or was used already. Give the newest one.", "El código no es correcto o ya se usó. Escriba el más reciente."),
    )
    .on("code")
}

fn over() -> Fault {
    Fault::new(FaultKind::SignIn, Text::of("Give your password first, then the code.", "Escriba primero su contraseña y después el código."))
}
