//! Invitations by link: an administrator says who is to come and where they stand; the person exists once they chose a password behind the link.
//!
//! Owns `invite` and `invite_token` of `0015_identity.sql`. A token is in its link alone; the tables know it by a keyed hash.

mod accept;
mod send;
pub mod store;

pub use send::SendInvite;

use super::{
    people::{checked_attributes, checked_place, is_taken},
    store::{departments, roles},
};
use crate::{
    access::{Action::*, Kind::Person, Need, Permit},
    database::{Changes, new_id, now_ms},
    fault::{Fault, Result},
    identity::{
        checked_email, checked_name,
        links::{Link, token},
    },
    jobs, mail,
    portal::Portal,
    routing::Routes,
};
use app::{
    identity::invites::asks::{InviteCard, InviteLink, InvitePerson, Invites, ListInvites, MailState, RenewInvite, RevokeInvite},
    text::Text,
};
use serde_json::json;
use std::collections::BTreeMap;
use store::Invite;

const DAY_MS: i64 = 86_400_000;
/// Days that an invitation may be good; the middle one where nothing else is said.
pub const DAYS: [i64; 3] = [1, 7, 30];

/// This part of the API.
pub fn routes(routes: Routes) -> Routes {
    routes
        .ask(Need(Person, Administer), list)
        .ask(Need(Person, Administer), invite)
        .ask(Need(Person, Administer), renew)
        .ask(Need(Person, Administer), revoke)
        .open(accept::open)
        .open(accept::accept)
        .raw_open("POST", "/invite", accept::accept_form)
}

async fn list(portal: Portal, _permit: Permit, _ask: ListInvites) -> Result<Invites> {
    let now = now_ms();
    let departments: BTreeMap<String, Text> = departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect();
    let roles: BTreeMap<String, Text> = roles(&portal.database).await?.into_iter().collect();
    let title = |titles: &BTreeMap<String, Text>, name: &str| titles.get(name).cloned().unwrap_or_else(|| Text::same(name));
    let cards = store::all(&portal.database).await?.into_iter().map(|invite| InviteCard {
        expired: invite.expires_ms <= now,
        mail: match invite.mail.as_str() {
            "waiting" => MailState::Waiting,
            "sent" => MailState::Sent,
            "failed" => MailState::Failed,
            _ => MailState::None,
        },
        id: invite.id,
        name: invite.name,
        email: invite.email,
        department: title(&departments, &invite.department),
        role: title(&roles, &invite.role),
        invited_by: invite.invited_by,
        expires_ms: invite.expires_ms,
    });
    Ok(Invites { invites: cards.collect(), mail: portal.mail.is_some() })
}

/// Makes an invitation; its link is in the answer (and in the mail) and nowhere else.
async fn invite(portal: Portal, permit: Permit, ask: InvitePerson) -> Result<InviteLink> {
    let invite = Invite {
        id: new_id(),
        email: checked_email(&ask.email)?,
        name: checked_name(&ask.name, "name")?,
        department: ask.department,
        role: ask.role,
        attributes: checked_attributes(ask.attributes)?,
        invited_by: permit.principal().email.clone(),
        mail: mail_state(&portal, ask.mail)?,
        days: checked_days(ask.days)?,
        created_ms: now_ms(),
        expires_ms: now_ms() + ask.days * DAY_MS,
    };
    permit.about(
        format!("invitation {}", invite.email),
        json!({ "department": invite.department, "role": invite.role, "attributes": invite.attributes, "days": invite.days }),
    );
    checked_place(&portal, &invite.department, &invite.role).await?;
    if portal.identity.person_by_email(&invite.email).await?.is_some() {
        return Err(Fault::invalid("Somebody has this address already.", "Alguien tiene ya esa dirección.").on("email"));
    }
    let mut changes = portal.database.begin().await?;
    let link = add(&portal, &mut changes, &invite).await?;
    changes.commit().await?;
    Ok(told(invite, link))
}

/// Another link in place of all earlier ones, good for as many days again.
async fn renew(portal: Portal, permit: Permit, ask: RenewInvite) -> Result<InviteLink> {
    let mut invite = store::find(&portal.database, &ask.id).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("invitation {}", invite.email), json!({ "days": invite.days, "mail": ask.mail }));
    invite.mail = mail_state(&portal, ask.mail)?;
    invite.expires_ms = now_ms() + invite.days * DAY_MS;
    let mut changes = portal.database.begin().await?;
    if !store::renew(&mut changes, &invite.id, invite.expires_ms, &invite.mail).await? {
        return Err(Fault::not_found());
    }
    let link = linked(&portal, &mut changes, &invite).await?;
    changes.commit().await?;
    Ok(told(invite, link))
}

async fn revoke(portal: Portal, permit: Permit, ask: RevokeInvite) -> Result<()> {
    let invite = store::find(&portal.database, &ask.id).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("invitation {}", invite.email), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    if !store::remove(&mut changes, &invite.id).await? {
        return Err(Fault::not_found());
    }
    Ok(changes.commit().await?)
}

/// Writes an invitation that was checked; gives its link.
pub(super) async fn add(portal: &Portal, changes: &mut Changes, invite: &Invite) -> Result<String> {
    store::add(changes, invite).await.map_err(|fault| {
        // The only thing that is unique here is the address.
        if !is_taken(&fault) {
            return fault;
        }
        Fault::invalid(
            "This address has an open invitation: give it a new link, or revoke it.",
            "Esta dirección tiene una invitación abierta: dele un enlace nuevo o anúlela.",
        )
        .on("email")
    })?;
    linked(portal, changes, invite).await
}

async fn linked(portal: &Portal, changes: &mut Changes, invite: &Invite) -> Result<String> {
    let token = token();
    store::add_token(changes, &portal.identity.link_hash(Link::Invite, &token), &invite.id).await?;
    if invite.mail == "waiting" {
        jobs::enqueue(changes, &SendInvite { invite: invite.id.clone() }).await?;
    }
    Ok(Link::Invite.address(portal, &token))
}

pub(super) fn mail_state(portal: &Portal, wanted: bool) -> Result<String> {
    match (wanted, portal.mail.is_some()) {
        (true, false) => Err(mail::not_configured()),
        (true, true) => Ok("waiting".to_owned()),
        (false, _) => Ok(String::new()),
    }
}

fn checked_days(days: i64) -> Result<i64> {
    if DAYS.contains(&days) { Ok(days) } else { Err(Fault::invalid("Choose 1, 7 or 30 days.", "Elija 1, 7 o 30 días.").on("days")) }
}

fn told(invite: Invite, link: String) -> InviteLink {
    InviteLink { mailed: invite.mail == "waiting", name: invite.name, email: invite.email, link, expires_ms: invite.expires_ms }
}
