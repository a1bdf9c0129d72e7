//! Behind the link: who it is for, and the password with which they exist. As JSON asks and as a plain form post.

use super::{checked_place, store};
use crate::{
    access::{Visitor, audit::Record},
    database::new_id,
    fault::{Fault, Result},
    governance::store::{Membership, bump, set_attributes, set_membership},
    identity::{
        Person,
        forgot::not_same,
        links::Link,
        oidc::passwords_accepted,
        sign_in::{back_to, form, start_session},
        store::add_person,
    },
    portal::Portal,
};
use app::identity::invites::asks::{AcceptInvite, OpenInvite, OpenedInvite};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use serde_json::json;
use tower_sessions::Session;

/// What the page behind a good link says; one that expired, was used or revoked is not found, like one that never was.
pub async fn open(portal: Portal, _session: Session, visitor: Visitor, ask: OpenInvite) -> Result<OpenedInvite> {
    let invite = good(&portal, &visitor, &ask.token).await?;
    let organisation = portal.identity.organisation().await?.map(|organisation| organisation.name).unwrap_or_default();
    Ok(OpenedInvite { organisation, name: invite.name, email: invite.email })
}

pub async fn accept(portal: Portal, session: Session, visitor: Visitor, ask: AcceptInvite) -> Result<()> {
    begin(&portal, &session, &visitor, &ask).await
}

/// `POST /invite` with the fields `token`, `password` and `again`.
pub async fn accept_form(portal: Portal, session: Session, visitor: Visitor, request: Request) -> Response {
    let mut fields = match form(request).await {
        Ok(fields) => fields,
        Err(fault) => return fault.into_response(),
    };
    let mut field = |name: &str| fields.remove(name).unwrap_or_default();
    let (ask, again) = (AcceptInvite { token: field("token"), password: field("password") }, field("again"));
    let done = match ask.password == again {
        true => begin(&portal, &session, &visitor, &ask).await,
        false => Err(not_same()),
    };
    match done {
        Ok(()) => Redirect::to("/").into_response(),
        Err(fault) => back_to(&Link::Invite.page(&ask.token), &fault, &[]),
    }
}

async fn good(portal: &Portal, visitor: &Visitor, token: &str) -> Result<store::Invite> {
    match store::by_token(&portal.database, &portal.identity.link_hash(Link::Invite, token)).await? {
        Some(invite) => Ok(invite),
        None => Err(portal.identity.bad_link(visitor)?),
    }
}

async fn begin(portal: &Portal, session: &Session, visitor: &Visitor, ask: &AcceptInvite) -> Result<()> {
    let invite = good(portal, visitor, &ask.token).await?;
    passwords_accepted(portal).await?;
    // What has gone meanwhile is the administrator's to mend: for the person the link is not good any more.
    checked_place(portal, &invite.department, &invite.role).await.map_err(|_| Fault::not_found())?;
    let password = portal.identity.chosen_password(&ask.password, &[&invite.email, &invite.name], "password").await?;
    portal.audit.ready().await?;
    let mut changes = portal.database.begin().await?;
    let taken = store::take(&mut changes, &portal.identity.link_hash(Link::Invite, &ask.token)).await?;
    let invite = taken.ok_or_else(Fault::not_found)?;
    let person = Person {
        id: new_id(),
        email: invite.email,
        name: invite.name,
        language: None,
        must_change_password: false,
        disabled: false,
        origin: "portal".to_owned(),
        last_sign_in_ms: None,
    };
    // Whom somebody added in another way meanwhile has a password of their own.
    let added = add_person(&mut changes, &person, &password).await;
    added.map_err(|fault| if super::is_taken(&fault) { Fault::not_found() } else { fault })?;
    let details = json!({ "department": invite.department, "role": invite.role, "attributes": invite.attributes, "invited_by": invite.invited_by });
    set_membership(&mut changes, &Membership { person: person.id.clone(), department: invite.department, role: invite.role }).await?;
    set_attributes(&mut changes, &person.id, &invite.attributes).await?;
    bump(&mut changes).await?;
    changes.commit().await?;
    start_session(session, &person.id, 1, visitor).await?;
    let record = Record::by(person.email.clone(), "identity.accept_invite", format!("person {}", person.email), "allowed");
    portal.audit.record(record.with(details).seen_at(visitor)).await
}
