//! API keys: scripts ask with one in its person's name, in one department, for a limited time and with no more than it was given.
//!
//! A key is shown once and kept as a hash. It ends when its time is over, when its person ends it, is disabled or changes their password,
//! and is refused while its person holds nothing in its department.

mod powers;
mod store;

use crate::{
    access::{Caller, Permit, principal::Via},
    database::{new_id, now_ms},
    fault::{Fault, Result},
    identity,
    portal::Portal,
};
use app::{
    ask::FaultKind,
    identity::keys::asks::{EndKey, KeyCard, KeyPower, ListKeys, MadeKey, MakeKey},
    text::Text,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// What every key begins with, so that programs that look for secrets in files know it.
pub const PREFIX: &str = "atk_";
/// The longest that a key can be good for, and the most that a person has.
const LONGEST_DAYS: u32 = 366;
const MOST: usize = 20;
const DAY_MS: i64 = 86_400_000;
/// Use is noted at most this often, so that reading does not write.
const NOTED_MS: i64 = 5 * 60_000;

/// A key as it is kept.
pub(super) struct Kept {
    pub id: String,
    pub person: String,
    pub name: String,
    pub hash: String,
    pub department: String,
    pub powers: Vec<KeyPower>,
    pub security_version: i64,
    pub made_ms: i64,
    pub expires_ms: i64,
    pub used_ms: Option<i64>,
}

/// On whose behalf a request with this key asks. One text for a key that never was, ended, or has run out (A19).
///
/// Tries are not counted: 256 random bits are not guessed, and a script whose key ran out is to be told so each night.
pub async fn caller(portal: &Portal, key: &str) -> Result<Caller> {
    let kept = good(portal, key).await?.ok_or_else(unknown)?;
    let now = now_ms();
    if kept.used_ms.is_none_or(|used| now - used > NOTED_MS) {
        store::note_use(&portal.database, &kept.id).await?;
    }
    let only = Some(Arc::new(powers::of(&kept.powers)));
    Ok(Caller { only, ..Caller::new(kept.person, Some(kept.department), Via::Key(kept.name)) })
}

pub async fn list(portal: Portal, permit: Permit, _ask: ListKeys) -> Result<Vec<KeyCard>> {
    permit.own_hands()?;
    let standing = identity::store::standing(&portal.database, &permit.principal().person).await?.ok_or_else(Fault::sign_in)?;
    let mut cards = Vec::new();
    for kept in store::of_person(&portal.database, &permit.principal().person).await? {
        cards.push(KeyCard {
            ended: kept.security_version != standing.security_version,
            department: portal.governance.department_title(&kept.department).await?,
            id: kept.id,
            name: kept.name,
            powers: kept.powers,
            made_ms: kept.made_ms,
            expires_ms: kept.expires_ms,
            used_ms: kept.used_ms,
        });
    }
    Ok(cards)
}

/// Makes a key for the department in which its person acts; it is in the answer and nowhere else.
pub async fn make(portal: Portal, permit: Permit, ask: MakeKey) -> Result<MadeKey> {
    let principal = permit.principal();
    permit.about(format!("key {}", ask.name), json!({ "department": principal.department, "powers": ask.powers, "days": ask.days }));
    let name = identity::checked_name(&ask.name, "name")?;
    if ask.powers.is_empty() {
        return Err(Fault::invalid("Choose what it may do.", "Elija qué podrá hacer.").on("powers"));
    }
    if ask.days == 0 || ask.days > LONGEST_DAYS {
        return Err(Fault::invalid("A key is good for 1 to 366 days.", "Una clave vale de 1 a 366 días.").on("days"));
    }
    let known = store::of_person(&portal.database, &principal.person).await?;
    if known.iter().any(|kept| kept.name == name) {
        return Err(Fault::invalid("You have a key of this name already.", "Ya tiene una clave con este nombre.").on("name"));
    }
    if known.len() >= MOST {
        return Err(Fault::invalid("You have 20 keys: end one that you do not need.", "Tiene 20 claves: termine alguna que no necesite."));
    }
    let standing = identity::store::standing(&portal.database, &principal.person).await?.ok_or_else(Fault::sign_in)?;
    let id = new_id();
    let secret: [u8; 32] = rand::random();
    let key = format!("{PREFIX}{id}_{}", URL_SAFE_NO_PAD.encode(secret));
    let made_ms = now_ms();
    let kept = Kept {
        id,
        person: principal.person.clone(),
        name: name.clone(),
        hash: hash(&key),
        department: principal.department.clone(),
        powers: ask.powers,
        security_version: standing.security_version,
        made_ms,
        expires_ms: made_ms + i64::from(ask.days) * DAY_MS,
        used_ms: None,
    };
    let mut changes = portal.database.begin().await?;
    store::add(&mut changes, &kept).await?;
    changes.commit().await?;
    Ok(MadeKey { name, key, address: portal.config.public_url.to_string() })
}

/// Ends a key of one's own; one of somebody else is not found.
pub async fn end(portal: Portal, permit: Permit, ask: EndKey) -> Result<()> {
    let person = &permit.principal().person;
    let kept = store::one(&portal.database, &ask.id).await?.filter(|kept| kept.person == *person).ok_or_else(Fault::not_found)?;
    permit.about(format!("key {}", kept.name), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    if !store::remove(&mut changes, person, &kept.id).await? {
        return Err(Fault::not_found());
    }
    Ok(changes.commit().await?)
}

async fn good(portal: &Portal, key: &str) -> Result<Option<Kept>> {
    let id = key.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).map(|(id, _)| id).unwrap_or_default();
    let kept = store::one(&portal.database, id).await?;
    // Compared also where there is no such key, so that the time tells nothing.
    let hashed = kept.as_ref().map(|kept| kept.hash.as_str()).unwrap_or_default();
    let same = bool::from(hash(key).as_bytes().ct_eq(hashed.as_bytes()));
    let Some(kept) = kept.filter(|kept| same && kept.expires_ms > now_ms()) else { return Ok(None) };
    let standing = identity::store::standing(&portal.database, &kept.person).await?;
    Ok(standing.is_some_and(|standing| !standing.disabled && standing.security_version == kept.security_version).then_some(kept))
}

fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

fn unknown() -> Fault {
    let en = "This key is wrong, has ended or has run out. Make a new one on the page of your account.";
    let es = "Esta clave es incorrecta, se ha terminado o ha caducado. Cree otra en la página de su cuenta.";
    Fault::new(FaultKind::SignIn, Text::of(en, es))
}
