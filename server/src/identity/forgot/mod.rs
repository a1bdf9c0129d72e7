//! A forgotten password: who asks gets the same answer whether the address is anybody's; a job sends the link, which is good once and for half an hour.

mod send;
mod store;

pub use send::SendReset;

use super::{
    Person, canonical_email, checked_email,
    links::Link,
    oidc::passwords_accepted,
    sign_in::{back_to, form},
};
use crate::{
    access::{Visitor, audit::Record},
    fault::{Fault, Result},
    jobs,
    portal::Portal,
    routing::Routes,
};
use app::identity::forgot::asks::{CheckReset, ChooseReset, ForgotPassword};
use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use std::time::Instant;
use tower_sessions::Session;

/// How long a link is good.
const GOOD_FOR_MS: i64 = 30 * 60_000;
/// Longest address that is looked at, in bytes.
const ADDRESS_BYTES: usize = 254;

/// This part of the API: doors that are open by name.
pub fn routes(routes: Routes) -> Routes {
    routes.open(ask).open(check).open(choose).raw_open("POST", "/forgot", ask_form).raw_open("POST", "/reset", choose_form)
}

async fn ask(portal: Portal, _session: Session, visitor: Visitor, ask: ForgotPassword) -> Result<()> {
    wanted(&portal, &visitor, &ask.email).await
}

/// `POST /forgot` with the field `email`.
async fn ask_form(portal: Portal, _session: Session, visitor: Visitor, request: Request) -> Response {
    let fields = match form(request).await {
        Ok(fields) => fields,
        Err(fault) => return fault.into_response(),
    };
    match wanted(&portal, &visitor, fields.get("email").map(String::as_str).unwrap_or_default()).await {
        Ok(()) => Redirect::to("/forgot?sent=yes").into_response(),
        Err(fault) => back_to("/forgot", &fault, &[]),
    }
}

async fn check(portal: Portal, _session: Session, visitor: Visitor, ask: CheckReset) -> Result<()> {
    whose(&portal, &visitor, &ask.token).await.map(|_| ())
}

async fn choose(portal: Portal, _session: Session, visitor: Visitor, ask: ChooseReset) -> Result<()> {
    chosen(&portal, &visitor, &ask).await
}

/// `POST /reset` with the fields `token`, `password` and `again`.
async fn choose_form(portal: Portal, _session: Session, visitor: Visitor, request: Request) -> Response {
    let mut fields = match form(request).await {
        Ok(fields) => fields,
        Err(fault) => return fault.into_response(),
    };
    let mut field = |name: &str| fields.remove(name).unwrap_or_default();
    let (ask, again) = (ChooseReset { token: field("token"), password: field("password") }, field("again"));
    let done = match ask.password == again {
        true => chosen(&portal, &visitor, &ask).await,
        false => Err(not_same()),
    };
    match done {
        Ok(()) => Redirect::to("/sign-in?done=reset").into_response(),
        Err(fault) => back_to(&Link::Reset.page(&ask.token), &fault, &[]),
    }
}

/// The two fields of a form that chooses a password differ.
pub fn not_same() -> Fault {
    Fault::invalid("The two passwords are not the same.", "Las dos contraseñas no coinciden.").on("again")
}

/// Leaves the work to a job, so that neither the answer nor its time tells whose address it is. Limited by place, and by address without a word:
/// else who floods a mailbox would learn how to, and who owns it could be kept out.
async fn wanted(portal: &Portal, visitor: &Visitor, email: &str) -> Result<()> {
    let limits = &portal.identity.0.limits;
    limits.guess("forgot", &visitor.place(), Instant::now())?;
    passwords_accepted(portal).await?;
    if portal.mail.is_none() {
        return Err(Fault::invalid("This portal sends no mail: ask an administrator.", "Este portal no envía correo: pídaselo a un administrador."));
    }
    let Ok(email) = checked_email(email.get(..email.len().min(ADDRESS_BYTES)).unwrap_or_default()) else { return Ok(()) };
    if !limits.mail_to(&canonical_email(&email), Instant::now()) {
        return Ok(());
    }
    let mut changes = portal.database.begin().await?;
    jobs::enqueue(&mut changes, &SendReset { email, address: visitor.address.to_string() }).await?;
    Ok(changes.commit().await?)
}

/// The person whose link it is, as long as it is good and they are not disabled.
async fn whose(portal: &Portal, visitor: &Visitor, token: &str) -> Result<Person> {
    let hash = portal.identity.link_hash(Link::Reset, token);
    let person = match store::person_of(&portal.database, &hash).await? {
        Some(id) => portal.identity.person(&id).await?.filter(|person| !person.disabled),
        None => None,
    };
    match person {
        Some(person) => Ok(person),
        None => Err(portal.identity.bad_link(visitor)?),
    }
}

/// Sets the password; every session of the person ends, and every other link of theirs.
async fn chosen(portal: &Portal, visitor: &Visitor, ask: &ChooseReset) -> Result<()> {
    let person = whose(portal, visitor, &ask.token).await?;
    passwords_accepted(portal).await?;
    let password = portal.identity.chosen_password(&ask.password, &[&person.email, &person.name], "password").await?;
    portal.audit.ready().await?;
    let mut changes = portal.database.begin().await?;
    // Of two who use it at once one gets it.
    if !store::take(&mut changes, &portal.identity.link_hash(Link::Reset, &ask.token)).await? {
        return Err(Fault::not_found());
    }
    super::store::set_password(&mut changes, &person.id, &password, false).await?;
    changes.commit().await?;
    portal.audit.record(Record::by(person.email.clone(), "identity.reset", format!("person {}", person.email), "allowed").seen_at(visitor)).await
}
