//! The job that sends the link for a new password, when the address is somebody's.

use super::{GOOD_FOR_MS, store};
use crate::{
    access::audit::Record,
    database::now_ms,
    fault::{Fault, Result},
    identity::{
        Person,
        links::{Link, token},
    },
    jobs::{Failure, Job, Lane, Lease},
    mail::{self, Letter, deliver, one_line},
    portal::Portal,
};
use app::text::{Language, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Most good links of one person: with them, no more mail until they run out. Holds for all processes of the house together.
const MOST_OPEN: i64 = 5;

#[derive(Debug, Serialize, Deserialize)]
pub struct SendReset {
    /// As somebody typed it, in its one form; perhaps nobody's.
    pub email: String,
    /// From where it was asked for.
    pub address: String,
}

impl Job for SendReset {
    const KIND: &'static str = "identity.reset";
    const LANE: Lane = Lane::Interactive;

    fn attempts(&self) -> u32 {
        mail::TRIES
    }

    async fn run(&self, portal: &Portal, lease: &Lease) -> Result<(), Failure> {
        let person = portal.identity.person_by_email(&self.email).await?;
        let whom = person.as_ref().map_or_else(|| "unknown person".to_owned(), |person| format!("person {}", person.email));
        let first = lease.attempt == 1;
        let welcome = match &person {
            Some(person) => !person.disabled && (!first || store::open(&portal.database, &person.id).await? < MOST_OPEN),
            None => false,
        };
        if first {
            let outcome = if welcome { "allowed" } else { "refused" };
            portal.audit.note(Record::by("visitor", "identity.forgot", whom.clone(), outcome).with(json!({ "address": self.address }))).await?;
        }
        let Some(person) = person.filter(|_| welcome) else { return Ok(()) };
        // Made at each try, so that no token waits in the queue.
        let token = token();
        let mut changes = portal.database.begin().await?;
        store::add(&mut changes, &portal.identity.link_hash(Link::Reset, &token), &person.id, now_ms() + GOOD_FOR_MS).await?;
        changes.commit().await.map_err(Fault::from)?;
        let house = portal.identity.organisation().await?.map(|organisation| organisation.name).unwrap_or_else(|| "Atalaya".to_owned());
        deliver(portal, lease, &letter(&person, &house, &Link::Reset.address(portal, &token)), &whom).await
    }
}

fn letter(person: &Person, house: &str, link: &str) -> Letter {
    let (name, house) = (one_line(&person.name), one_line(house));
    Letter {
        to: person.email.clone(),
        language: person.language.as_deref().map(Language::parse),
        subject: Text::of(format!("{house}: choose a new password"), format!("{house}: elija una contraseña nueva")),
        text: Text::of(
            format!(
                "Good day, {name},\n\nsomebody asked for a new password of yours at {house}. If it was you, choose it here:\n\n{link}\n\n\
                 The link works once, for 30 minutes. If it was not you, do nothing: your password stays as it is.\n"
            ),
            format!(
                "Buenos días, {name}:\n\nalguien ha pedido una contraseña nueva para usted en {house}. Si ha sido usted, elíjala aquí:\n\n{link}\n\n\
                 El enlace vale una sola vez, durante 30 minutos. Si no ha sido usted, no haga nada: su contraseña no cambia.\n"
            ),
        ),
    }
}
