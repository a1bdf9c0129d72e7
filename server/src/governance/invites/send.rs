//! The job that mails an invitation's link.

use super::store::{self, Invite};
use crate::{
    database::{Changes, now_ms},
    fault::{Fault, Result},
    identity::links::{Link, token},
    jobs::{Ending, Failure, Job, Lane, Lease},
    mail::{self, Letter, deliver, one_line},
    portal::Portal,
};
use app::text::Text;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvite {
    pub invite: String,
}

impl Job for SendInvite {
    const KIND: &'static str = "identity.invite";
    const LANE: Lane = Lane::Interactive;

    fn attempts(&self) -> u32 {
        mail::TRIES
    }

    async fn run(&self, portal: &Portal, lease: &Lease) -> Result<(), Failure> {
        // Accepted or revoked meanwhile.
        let Some(invite) = store::find(&portal.database, &self.invite).await?.filter(|invite| invite.expires_ms > now_ms()) else { return Ok(()) };
        // Made at each try, so that no token waits in the queue. One that was made for a mail that never arrived opens nothing: nobody knows it.
        let token = token();
        let mut changes = portal.database.begin().await?;
        store::add_token(&mut changes, &portal.identity.link_hash(Link::Invite, &token), &invite.id).await?;
        changes.commit().await.map_err(Fault::from)?;
        let house = portal.identity.organisation().await?.map(|organisation| organisation.name).unwrap_or_else(|| "Atalaya".to_owned());
        let letter = letter(&invite, &house, &Link::Invite.address(portal, &token));
        deliver(portal, lease, &letter, &format!("invitation {}", invite.email)).await?;
        let mut changes = portal.database.begin().await?;
        store::set_mail(&mut changes, &invite.id, "sent").await?;
        changes.commit().await.map_err(Fault::from)?;
        Ok(())
    }

    async fn ended(&self, changes: &mut Changes, ending: &Ending<'_>) -> Result<()> {
        match ending {
            Ending::GivenUp { .. } => store::set_mail(changes, &self.invite, "failed").await,
            Ending::Retry { .. } | Ending::Released | Ending::Cancelled => Ok(()),
        }
    }
}

fn letter(invite: &Invite, house: &str, link: &str) -> Letter {
    let (name, house, by) = (one_line(&invite.name), one_line(house), &invite.invited_by);
    let days = invite.days;
    Letter {
        to: invite.email.clone(),
        language: None,
        subject: Text::of(format!("{house}: your invitation"), format!("{house}: su invitación")),
        text: Text::of(
            format!(
                "Good day, {name},\n\n{by} invites you to the data portal of {house}. Choose a password here and you are in:\n\n{link}\n\n\
                 The link works once. It is good for {days} days; ask {by} for a new one after that.\n"
            ),
            format!(
                "Buenos días, {name}:\n\n{by} le invita al portal de datos de {house}. Elija aquí una contraseña y podrá entrar:\n\n{link}\n\n\
                 El enlace vale una sola vez, durante {days} días; después pida otro a {by}.\n"
            ),
        ),
    }
}
