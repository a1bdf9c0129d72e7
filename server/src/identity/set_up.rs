//! The set-up link of an empty house: a token that works once, for a day, kept as a hash.

use super::{Identity, store};
use crate::{
    access::{Visitor, key::authenticate},
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sqlx::AnyConnection;
use std::time::Instant;

const GOOD_FOR_MS: i64 = 24 * 3_600_000;

/// A new set-up link when nobody is there yet: print it once. Earlier links stop working.
pub async fn link(portal: &Portal) -> Result<Option<String>> {
    if !store::is_empty(&portal.database).await? {
        return Ok(None);
    }
    let token = BASE64.encode(rand::random::<[u8; 24]>());
    store::set_token(&portal.database, &portal.identity.token_hash(&token), now_ms() + GOOD_FOR_MS).await?;
    let mut link = portal.config.public_url.clone();
    link.set_path("/set-up");
    link.set_query(Some(&format!("token={token}")));
    Ok(Some(link.into()))
}

/// Whether a set-up page with this token is to be shown.
pub async fn is_open(portal: &Portal, token: &str) -> Result<bool> {
    store::token_is_good(&portal.database, &portal.identity.token_hash(token)).await
}

/// Takes the token within the transaction that makes the first administrator; `not_found` when it is not good (any more).
pub async fn take(portal: &Portal, transaction: &mut AnyConnection, token: &str) -> Result<()> {
    if store::use_token(transaction, &portal.identity.token_hash(token)).await? { Ok(()) } else { Err(Fault::not_found()) }
}

/// Tokens cannot be guessed, and trying is limited all the same.
pub fn limit(portal: &Portal, visitor: &Visitor) -> Result<()> {
    portal.identity.0.limits.guess("set-up", &visitor.place(), Instant::now())
}

impl Identity {
    fn token_hash(&self, token: &str) -> String {
        hex::encode(authenticate(&self.0.token_key, &[token.as_bytes()]))
    }
}
