//! What holds the log together: keys that the database does not hold, a file that says how far it reached, and the store of checkpoints.

use super::{Past, past::Keys, verify::Looked};
use crate::{access::Key, fault::Result};
use object_store::ObjectStore;
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::Mutex;

/// Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    keys: Keys,
    /// Those before, from the oldest.
    past: Arc<Vec<Past>>,
    /// Where checkpoints are written, and nothing else.
    pub(super) checkpoints: Arc<dyn ObjectStore>,
    head: PathBuf,
    /// What pages found when they looked last.
    pub(super) looked: Arc<Mutex<Option<Looked>>>,
}

/// The last record that was written, as the head file knows it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub sequence: i64,
    pub hash: String,
}

impl Chain {
    /// `past`: keys that the house had before, from the oldest.
    pub fn new(key: &Key, past: Vec<Past>, data: &Path, checkpoints: Arc<dyn ObjectStore>) -> Self {
        Self { keys: Keys::of(key), past: Arc::new(past), checkpoints, head: data.join("audit-head.json"), looked: Arc::default() }
    }

    /// Of the hash of the record with this number.
    pub(in crate::access) fn key_of(&self, sequence: i64) -> &[u8; 32] {
        &self.keys_of(sequence).chain
    }

    /// Of the signature under the checkpoint whose last record has this number.
    pub(super) fn seal_of(&self, last: i64) -> &[u8; 32] {
        &self.keys_of(last).seal
    }

    fn keys_of(&self, sequence: i64) -> &Keys {
        self.past.iter().find(|past| sequence <= past.until).map_or(&self.keys, |past| &past.keys)
    }

    /// Never goes back: a log that was cut goes on with smaller numbers, and what is known of it must not be lost with them.
    pub(super) fn remember(&self, sequence: i64, hash: &str) -> Result<()> {
        if self.remembered()?.is_some_and(|head| head.sequence >= sequence) {
            return Ok(());
        }
        let new = self.head.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&new, serde_json::to_vec(&Head { sequence, hash: hash.to_owned() })?)?;
        Ok(std::fs::rename(&new, &self.head)?)
    }

    pub(super) fn remembered(&self) -> Result<Option<Head>> {
        match std::fs::read(&self.head) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause.into()),
        }
    }
}
