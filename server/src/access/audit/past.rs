//! Keys that the log had before the house's key was changed: what was written under them still verifies, and nothing more is written.

use super::{Chain, Record};
use crate::{
    access::{Key, Secrets, store},
    fault::Result,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sqlx::AnyConnection;

/// Name of the secret that holds them, sealed under the key of now.
const SECRET: &str = "audit-keys";

/// Of the hashes in the log, and of the signatures under checkpoints.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Keys {
    #[serde(serialize_with = "written", deserialize_with = "read")]
    pub chain: [u8; 32],
    #[serde(serialize_with = "written", deserialize_with = "read")]
    pub seal: [u8; 32],
}

/// Keys with the last record that was written under them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Past {
    pub(super) until: i64,
    #[serde(flatten)]
    pub(super) keys: Keys,
}

impl Keys {
    pub fn of(key: &Key) -> Self {
        Self { chain: key.derive("audit"), seal: key.derive("audit-checkpoint") }
    }
}

/// All keys of before, from the oldest.
pub async fn all(secrets: &Secrets) -> Result<Vec<Past>> {
    Ok(match secrets.reveal(SECRET).await? {
        Some(text) => serde_json::from_str(&text)?,
        None => Vec::new(),
    })
}

/// In the transaction that changes the house's key: keeps the keys of now among those of before (`secrets`: under the new key), and
/// appends `record` under the new ones, by the chain that `make` makes of those of before. That record holds all before it: whoever has
/// the old key alone cannot write them anew.
pub(crate) async fn change(
    transaction: &mut AnyConnection,
    secrets: &Secrets,
    mut past: Vec<Past>,
    old: &Key,
    make: impl FnOnce(Vec<Past>) -> Result<Chain>,
    record: &Record,
) -> Result<Changed> {
    let last = store::last(transaction).await?;
    past.push(Past { until: last.0, keys: Keys::of(old) });
    secrets.write(transaction, SECRET, &serde_json::to_string(&past)?).await?;
    let chain = make(past)?;
    let (sequence, hash) = store::append_one(transaction, &chain, last, record).await?;
    Ok(Changed { chain, sequence, hash })
}

/// A change of keys that waits for its commit.
pub(crate) struct Changed {
    chain: Chain,
    sequence: i64,
    hash: String,
}

impl Changed {
    /// After the commit: the head file knows of the record, too.
    pub fn remember(self) -> Result<()> {
        self.chain.remember(self.sequence, &self.hash)
    }
}

fn written<S: Serializer>(key: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(key))
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| D::Error::custom("not a key"))
}
