//! Second factors: an authenticator app with recovery codes, and passkeys. Owns the tables of `0013_identity.sql`.
//!
//! Who changes their own proves once more who they are, and their other sessions end.

pub mod authenticator;
pub mod passkey_door;
pub mod passkeys;
pub mod recovery;
pub mod second_step;
mod store;

use super::{account::operator, sessions::Sessions, store as people};
use crate::{
    access::{Permit, audit::Record},
    database::Database,
    fault::{Fault, Result},
    portal::Portal,
};
use app::identity::factors::asks::{Factors, ListFactors, PasskeyCard, RemoveFactors};
use serde_json::json;
use sqlx::AnyConnection;
use std::time::Instant;
use tower_sessions::Session;

/// Most characters of a code that are looked at.
const LONGEST: usize = 64;

pub async fn list(portal: Portal, permit: Permit, _ask: ListFactors) -> Result<Factors> {
    permit.own_hands()?;
    let person = &permit.principal().person;
    let passkeys = store::passkeys(&portal.database, person).await?.into_iter();
    Ok(Factors {
        app_since_ms: store::app(&portal.database, person).await?.filter(|app| app.confirmed).map(|app| app.added_ms),
        recovery_codes: store::recovery_codes(&portal.database, person).await?,
        passkeys: passkeys.map(|kept| PasskeyCard { id: kept.id, name: kept.name, added_ms: kept.added_ms, used_ms: kept.used_ms }).collect(),
        passkeys_offered: passkeys::ceremonies(&portal.config).is_some(),
    })
}

/// For administrators: takes all second factors of a person away and ends their sessions, one's own too when one means oneself.
pub async fn remove(portal: Portal, permit: Permit, ask: RemoveFactors) -> Result<bool> {
    let person = portal.identity.person(&ask.person).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), json!({ "factor": "all" }));
    remove_all(&portal, &person.id).await
}

/// The same on the command line, for when nobody can sign in any more.
pub async fn remove_by_operator(portal: &Portal, email: &str) -> Result<bool> {
    let person = portal.identity.person_by_email(email).await?.ok_or_else(Fault::not_found)?;
    let any = remove_all(portal, &person.id).await?;
    let record = Record::by(operator(), "identity.remove_factors", format!("person {}", person.email), "allowed");
    portal.audit.record(record.with(json!({ "factor": "all" }))).await?;
    Ok(any)
}

async fn remove_all(portal: &Portal, person: &str) -> Result<bool> {
    let mut changes = portal.database.begin().await?;
    let any = forget(portal, &mut changes, person).await?;
    people::end_all(&mut changes, person).await?;
    changes.commit().await?;
    Ok(any)
}

/// Forgets all second factors of a person, also for who deletes the person; whether there were any.
pub async fn forget(portal: &Portal, transaction: &mut AnyConnection, person: &str) -> Result<bool> {
    let app = authenticator::forget(portal, transaction, person).await?;
    Ok(store::remove_passkeys(transaction, person).await? || app)
}

/// Whether a right password is to be followed by a code.
pub(super) async fn asks_for_code(database: &Database, person: &str) -> Result<bool> {
    Ok(store::app(database, person).await?.is_some_and(|app| app.confirmed))
}

/// By which door a code lets its person in: of the app or one of the recovery codes, which is used up by it. None: it is not right.
async fn given(portal: &Portal, person: &str, code: &str) -> Result<Option<&'static str>> {
    let code = compact(code);
    Ok(if is_of_app(&code) {
        authenticator::take(portal, person, &code).await?.then_some("password+totp")
    } else {
        recovery::take(portal, person, &code).await?.then_some("recovery code")
    })
}

/// Asks once more who is asking: by their password, or by a code of the app that is on. A session that was stolen changes nothing here.
async fn prove(portal: &Portal, permit: &Permit, proof: &str) -> Result<()> {
    let principal = permit.principal();
    let inner = &portal.identity.0;
    inner.limits.guess("password of", &principal.person, Instant::now())?;
    let code = compact(proof);
    let right = if is_of_app(&code) {
        authenticator::take(portal, &principal.person, &code).await?
    } else {
        let known = people::credentials(&portal.database, &principal.email).await?.ok_or_else(Fault::sign_in)?;
        inner.passwords.verify(proof, Some(&known.password_hash)).await?
    };
    if !right {
        return Err(Fault::invalid(
            "This is neither your password nor a code that your app shows now and that was not used yet.",
            "No es su contraseña ni un código que su aplicación muestre ahora y que no se haya usado.",
        )
        .on("proof"));
    }
    inner.limits.guessed_right("password of", &principal.person);
    Ok(())
}

/// Ends the other sessions of who changed their factors.
async fn end_others(portal: &Portal, permit: &Permit, session: &Session) -> Result<()> {
    Sessions::of(&portal.identity).end_others(&permit.principal().person, session.id()).await?;
    Ok(())
}

/// What the audit log says of a change of one's own.
fn about(permit: &Permit, factor: &str) {
    permit.about(format!("person {}", permit.principal().email), json!({ "factor": factor }));
}

/// As typed, without the spaces and hyphens that make it readable.
fn compact(code: &str) -> String {
    code.chars().filter(|character| !character.is_whitespace() && *character != '-').take(LONGEST).collect()
}

/// Six digits: no password and no recovery code looks like that.
fn is_of_app(code: &str) -> bool {
    code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_passwords_and_recovery_codes() {
        assert!(is_of_app(&compact(" 123 456 ")) && is_of_app(&compact("123-456")));
        for other in ["12345", "1234567", "h7kq-2mnp-x4ry", "three quiet rivers", "", "１２３４５６"] {
            assert!(!is_of_app(&compact(other)), "{other}");
        }
    }
}
