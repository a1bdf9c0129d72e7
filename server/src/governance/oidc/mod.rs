//! What signing in by OpenID Connect gives: who a subject is here, and departments, roles and attributes by what the token says.
//!
//! Owns `oidc_group` and `oidc_claim` of `0014_identity.sql`.

mod account;
pub mod apply;
pub mod rules;
pub mod settings;
mod store;

use crate::{
    access::{Visitor, audit::Record},
    identity::{
        oidc::{self, Attempt, Refusal},
        sign_in::back_to,
    },
    portal::Portal,
};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use std::collections::HashMap;
use tower_sessions::Session;

/// `GET /sign-in/oidc/back?code=&state=`: from the provider.
pub async fn back(portal: Portal, session: Session, visitor: Visitor, request: Request) -> Response {
    let query = oidc::query(&request);
    drop(request);
    let attempt = match oidc::take(&session).await {
        Ok(attempt) => attempt,
        Err(fault) => return back_to("/sign-in", &fault, &[]),
    };
    let next = attempt.as_ref().map_or_else(|| "/".to_owned(), |attempt| attempt.next.clone());
    match come_in(&portal, &session, &visitor, attempt, &query).await {
        Ok(()) => Redirect::to(&next).into_response(),
        Err(refusal) => oidc::refuse(&portal, &visitor, refusal, &next).await,
    }
}

async fn come_in(portal: &Portal, session: &Session, visitor: &Visitor, attempt: Option<Attempt>, query: &HashMap<String, String>) -> Result<(), Refusal> {
    let arrived = oidc::arrive(portal, attempt, query).await?;
    // What cannot be audited is not done: people and memberships may change below.
    portal.audit.ready().await?;
    let settled = account::settle(portal, session, &arrived).await?;
    let details = settled.details(visitor);
    let record = Record::by(&settled.person.email, "identity.sign_in", format!("person {}", settled.person.name), "allowed");
    portal.audit.record(record.with(details).seen_at(visitor)).await?;
    oidc::enter(portal, session, visitor, &settled.person.id).await?;
    Ok(())
}
