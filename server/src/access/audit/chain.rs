//! What holds the log together: keys that the database does not hold, a file that says how far it reached, and the store of checkpoints.

use super::verify::Looked;
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
    /// Of the hashes in the log.
    pub(in crate::access) key: [u8; 32],
    /// Of the signatures under checkpoints.
    pub(super) seal: [u8; 32],
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
    pub fn new(key: &Key, data: &Path, checkpoints: Arc<dyn ObjectStore>) -> Self {
        let (seal, head) = (key.derive("audit-checkpoint"), data.join("audit-head.json"));
        Self { key: key.derive("audit"), seal, checkpoints, head, looked: Arc::default() }
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
