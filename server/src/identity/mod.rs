//! People, sessions, signing in and out, the organisation. Owns the tables of the migrations named `identity`, but those that say who is invited
//! and what groups and claims mean (`0014`, `0015`: governance's); decides no access to data.
//!
//! Must not know departments, roles or policies: what joins them to people stands in governance.

pub mod account;
pub mod apply;
pub mod factors;
pub mod forgot;
pub mod keys;
mod limits;
pub mod links;
pub mod listing;
pub mod oidc;
mod pass;
mod passwords;
mod sessions;
pub mod set_up;
pub mod sign_in;
pub mod store;
pub mod viewing;

pub use pass::Pass;
pub use sessions::{COOKIE, session_layer, session_stands};
pub use store::{Organisation, Person};

use crate::{
    access::{Caller, Key, Visitor, key::authenticate, principal::Via},
    database::Database,
    fault::{Fault, Result},
    portal::Portal,
};
use limits::Limits;
use passwords::Passwords;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tower_sessions::Session;

/// What identity keeps in memory. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    database: Database,
    passwords: Passwords,
    limits: Limits,
    /// What the sign-in service said of itself.
    providers: oidc::Providers,
    session_key: [u8; 32],
    token_key: [u8; 32],
    address_key: [u8; 32],
    recovery_key: [u8; 32],
}

/// What a session holds: whose it is, the security version it was made under, and where it was begun.
#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    person: String,
    security_version: i64,
    #[serde(default)]
    begun: Begun,
    /// The department that was chosen; none: the first of theirs.
    #[serde(default)]
    department: Option<String>,
    /// As whom they look.
    #[serde(default)]
    viewing: Option<viewing::Viewing>,
}

/// Where a session was begun, as far as that is known: its person recognises it by this.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Begun {
    address: Option<String>,
    browser: Option<String>,
    system: Option<String>,
}

/// Name of the stamp within a session.
const STAMP: &str = "signed_in";

impl Begun {
    fn by(visitor: &Visitor) -> Self {
        Self {
            address: (!visitor.address.is_unspecified()).then(|| visitor.address.to_string()),
            browser: visitor.device.browser.map(str::to_owned),
            system: visitor.device.system.map(str::to_owned),
        }
    }
}

impl Identity {
    pub fn open(database: Database, key: &Key) -> Result<Self> {
        Ok(Self(Arc::new(Inner {
            database,
            passwords: Passwords::new()?,
            limits: Limits::default(),
            providers: oidc::Providers::default(),
            session_key: key.derive("session"),
            token_key: key.derive("set-up token"),
            address_key: key.derive("known address"),
            recovery_key: key.derive("recovery code"),
        })))
    }

    pub async fn person(&self, id: &str) -> Result<Option<Person>> {
        store::person(&self.0.database, id).await
    }

    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>> {
        store::person_by_email(&self.0.database, &canonical_email(email)).await
    }

    pub async fn people(&self) -> Result<Vec<Person>> {
        store::people(&self.0.database).await
    }

    /// Name and time zone; `None` in a house that nobody set up.
    pub async fn organisation(&self) -> Result<Option<Organisation>> {
        store::organisation(&self.0.database).await
    }

    /// A new random password with its hash, for who is added or reset: shown once.
    pub async fn random_password(&self) -> Result<(String, String)> {
        let password = passwords::random();
        let hash = self.0.passwords.hash(&password).await?;
        Ok((password, hash))
    }

    /// Hash of a password that a person chose; refused when it is too weak, also by what is `known` of them (address, name).
    pub async fn chosen_password(&self, password: &str, known: &[&str], field: &str) -> Result<String> {
        passwords::check(password, known).map_err(|fault| fault.on(field))?;
        self.0.passwords.hash(password).await
    }

    /// Keyed hash of a visitor's place, so that the table of people holds no addresses.
    fn place_hash(&self, visitor: &Visitor) -> String {
        hex::encode(&authenticate(&self.0.address_key, &[visitor.place().as_bytes()])[..12])
    }
}

/// Whose session this is, in the department they chose, or as whom they look; a `sign_in` fault without one, and for one that was ended
/// meanwhile (A19).
pub async fn signed_in(portal: &Portal, session: &Session) -> Result<Caller> {
    let stamp = sign_in::stamped(session).await?;
    match store::standing(&portal.database, &stamp.person).await? {
        Some(standing) if !standing.disabled && standing.security_version == stamp.security_version => {
            let Stamp { person, department, viewing, .. } = stamp;
            match viewing {
                None => Ok(Caller::new(person, department, Via::Session)),
                Some(viewing) => viewing::caller(portal, person, department, viewing).await,
            }
        }
        _ => {
            session.flush().await.map_err(Fault::internal)?;
            Err(Fault::sign_in())
        }
    }
}

/// The same later, for an answer that goes on for long: the session as it is in the store now, not as the request found it.
pub async fn still_signed_in(portal: &Portal, session: &Session) -> Result<Caller> {
    let id = session.id().ok_or_else(Fault::sign_in)?;
    if !sessions::Sessions::of(&portal.identity).holds(&id).await? {
        return Err(Fault::sign_in());
    }
    signed_in(portal, session).await
}

/// The one form of an address that is compared and stored: compatible characters unified, lower case.
pub fn canonical_email(email: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    email.trim().nfkc().collect::<String>().to_lowercase()
}

/// An e-mail address in its one form, or why it is none. ASCII alone, so that no look-alike can be registered (A08, A11).
pub fn checked_email(email: &str) -> Result<String> {
    let email = canonical_email(email);
    let allowed = |character: char| character.is_ascii_alphanumeric() || ".!#$%&*+/=?^_{|}~-".contains(character);
    let right = email.len() <= 254
        && email.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && local.chars().all(allowed) && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
        });
    if right { Ok(email) } else { Err(Fault::invalid("This is not an e-mail address.", "Esto no es una dirección de correo.").on("email")) }
}

/// A name of a person or an organisation: one line of 1 to 120 characters.
pub fn checked_name(name: &str, field: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 120 || name.chars().any(char::is_control) {
        return Err(Fault::invalid("Write a name of 1 to 120 characters.", "Escriba un nombre de 1 a 120 caracteres.").on(field));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a08_look_alike_addresses_are_one_or_refused() {
        assert_eq!(checked_email(" Ana@Atalaya.Example ").unwrap(), "ana@atalaya.example");
        assert_eq!(canonical_email("ａna@atalaya.example"), "ana@atalaya.example");
        for wrong in ["аna@atalaya.example", "ana", "@x", "ana@", "a b@c.d", "ana@x\n.example", "ana'--@x.example", "\"<x>\"@x.example"] {
            assert!(checked_email(wrong).is_err(), "{wrong}");
        }
    }
}
