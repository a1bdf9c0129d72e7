//! The first step of an empty house: the organisation and its first administrator, with the token of the printed link.

use super::store::{self, Department, Membership};
use crate::{
    access::{Visitor, audit::Record},
    database::new_id,
    fault::{Fault, Result},
    identity::{
        self, Organisation, Person, checked_email, checked_name,
        set_up::{limit, take},
        sign_in::{back_to, form, start_session},
    },
    portal::Portal,
};
use app::{identity::asks::SetUp, text::Text};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use tower_sessions::Session;

pub async fn set_up(portal: Portal, session: Session, visitor: Visitor, ask: SetUp) -> Result<()> {
    begin(&portal, &session, &visitor, ask).await
}

/// `POST /set-up` with the same fields as the question.
pub async fn set_up_form(portal: Portal, session: Session, visitor: Visitor, request: Request) -> Response {
    let mut fields = match form(request).await {
        Ok(fields) => fields,
        Err(fault) => return fault.into_response(),
    };
    let mut field = |name: &str| fields.remove(name).unwrap_or_default();
    let ask = SetUp {
        token: field("token"),
        organisation: field("organisation"),
        time_zone: field("time_zone"),
        name: field("name"),
        email: field("email"),
        password: field("password"),
    };
    let token = ask.token.clone();
    match begin(&portal, &session, &visitor, ask).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(fault) => back_to("/set-up", &fault, &[("token", &token)]),
    }
}

async fn begin(portal: &Portal, session: &Session, visitor: &Visitor, ask: SetUp) -> Result<()> {
    limit(portal, visitor)?;
    if !identity::set_up::is_open(portal, &ask.token).await? {
        return Err(Fault::not_found());
    }
    let organisation = Organisation { name: checked_name(&ask.organisation, "organisation")?, time_zone: checked_time_zone(&ask.time_zone)? };
    let person = Person {
        id: new_id(),
        email: checked_email(&ask.email)?,
        name: checked_name(&ask.name, "name")?,
        language: None,
        must_change_password: false,
        disabled: false,
        origin: "portal".to_owned(),
        last_sign_in_ms: None,
    };
    let hash = portal.identity.chosen_password(&ask.password, &[&person.email, &person.name, &organisation.name], "password").await?;
    let administration = Department { name: "administration".to_owned(), title: Text::of("Administration", "Administración"), origin: "portal".to_owned() };
    let mut changes = portal.database.begin().await?;
    take(portal, &mut changes, &ask.token).await?;
    identity::store::set_organisation(&mut changes, &organisation).await?;
    identity::store::add_person(&mut changes, &person, &hash).await?;
    store::save_department(&mut changes, &administration).await?;
    store::set_membership(&mut changes, &Membership { person: person.id.clone(), department: administration.name, role: "administrator".to_owned() }).await?;
    store::bump(&mut changes).await?;
    changes.commit().await?;
    start_session(session, &person.id, 1, visitor).await?;
    portal.audit.record(Record::by(person.email, "identity.set_up", format!("organisation {}", organisation.name), "allowed")).await
}

/// An IANA name.
pub(super) fn checked_time_zone(name: &str) -> Result<String> {
    let zone: chrono_tz::Tz = name.trim().parse().map_err(|_| {
        Fault::invalid("There is no such time zone; write one like Europe/Madrid.", "No existe esa zona horaria; escriba una como Europe/Madrid.")
            .on("time_zone")
    })?;
    Ok(zone.name().to_owned())
}
