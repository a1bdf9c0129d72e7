//! Recovery codes: ten at a time, shown once, kept as keyed hashes, each good once in place of a code of the app.

use super::{about, asks_for_code, compact, end_others, prove, store};
use crate::{
    access::{Permit, key::authenticate},
    fault::{Fault, Result},
    identity::{Identity, passwords},
    portal::Portal,
};
use app::identity::factors::asks::{RecoveryCodes, RenewRecoveryCodes};
use tower_sessions::Session;

const CODES: usize = 10;

/// New ones in place of those that are left.
pub async fn renew(portal: Portal, permit: Permit, session: Session, ask: RenewRecoveryCodes) -> Result<RecoveryCodes> {
    let person = &permit.principal().person;
    about(&permit, "recovery codes");
    prove(&portal, &permit, &ask.proof).await?;
    if !asks_for_code(&portal.database, person).await? {
        return Err(Fault::not_found());
    }
    let (codes, hashes) = fresh(&portal.identity, person);
    let mut changes = portal.database.begin().await?;
    store::replace_recovery_codes(&mut changes, person, &hashes).await?;
    changes.commit().await?;
    end_others(&portal, &permit, &session).await?;
    Ok(RecoveryCodes { codes })
}

/// Codes to be shown, and what is kept of them.
pub(super) fn fresh(identity: &Identity, person: &str) -> (Vec<String>, Vec<String>) {
    // About 59 bits each.
    let codes: Vec<String> = (0..CODES).map(|_| passwords::grouped(3, 4)).collect();
    let hashes = codes.iter().map(|code| hash(identity, person, code)).collect();
    (codes, hashes)
}

/// Takes a code; it is used up by it.
pub(super) async fn take(portal: &Portal, person: &str, code: &str) -> Result<bool> {
    let mut changes = portal.database.begin().await?;
    let taken = store::use_recovery_code(&mut changes, person, &hash(&portal.identity, person, code)).await?;
    changes.commit().await?;
    Ok(taken)
}

fn hash(identity: &Identity, person: &str, code: &str) -> String {
    let code = compact(code).to_lowercase();
    hex::encode(authenticate(&identity.0.recovery_key, &[person.as_bytes(), b" ", code.as_bytes()]))
}
