//! Tokens of agents: made at random, shown once, kept as a hash, compared in constant time.

use super::{Agent, store};
use crate::{
    fault::{Fault, Result},
    portal::Portal,
};
use app::{ask::FaultKind, text::Text};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// What every token begins with, so that programs that look for secrets in files know it.
const PREFIX: &str = "ata_";

/// A new token for the agent with this id, and the hash to keep.
pub fn new(id: &str) -> (String, String) {
    let secret: [u8; 32] = rand::random();
    let token = format!("{PREFIX}{id}_{}", URL_SAFE_NO_PAD.encode(secret));
    let hash = hash(&token);
    (token, hash)
}

/// The agent whose token the request carries.
pub async fn agent(portal: &Portal, headers: &HeaderMap) -> Result<Agent> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ")).map(str::trim);
    let token = token.ok_or_else(unknown)?;
    let id = token.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_')).map(|(id, _)| id).ok_or_else(unknown)?;
    let agent = store::by_id(&portal.database, id).await?;
    let kept = agent.as_ref().and_then(|agent| agent.token_hash.as_deref()).unwrap_or_default();
    // Compared also where there is no such agent, so that the time tells nothing.
    let same = bool::from(hash(token).as_bytes().ct_eq(kept.as_bytes()));
    agent.filter(|agent| same && !agent.revoked).ok_or_else(unknown)
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn unknown() -> Fault {
    let en = "The token is missing, wrong or revoked. An administrator makes a new one on the page Agents.";
    let es = "El token falta, es incorrecto o está revocado. Un administrador crea otro en la página Agentes.";
    Fault::new(FaultKind::SignIn, Text::of(en, es))
}
