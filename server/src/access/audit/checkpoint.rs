//! Signed checkpoints: small objects, written once into a store of their own, that say how far the log reached and with which hash.

use super::Chain;
use crate::{
    access::key::authenticate,
    database::now_ms,
    fault::{Fault, Result},
};
use futures::TryStreamExt;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload, path::Path};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio::time::Instant;

/// Records after which a checkpoint is written, and the longest that a record waits for one.
const RECORDS: i64 = 1_000;
const WAIT: Duration = Duration::from_secs(600);
/// When the store did not take one.
const AGAIN: Duration = Duration::from_secs(60);
/// Records wait behind a store that does not answer: not for long.
const PATIENCE: Duration = Duration::from_secs(5);

/// That the records up to `last` were there, with this hash of the last one (which holds all before it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    pub format: u32,
    /// The first record that no checkpoint before this one sealed.
    pub first: i64,
    pub last: i64,
    pub hash: String,
    /// When it was written, in Unix milliseconds.
    pub at_ms: i64,
    /// HMAC-SHA-256 over the rest, hexadecimal, by a key derived from the house's.
    pub signature: String,
}

impl Checkpoint {
    fn signed(chain: &Chain, first: i64, last: i64, hash: String) -> Self {
        let mut checkpoint = Self { format: 1, first, last, hash, at_ms: now_ms(), signature: String::new() };
        checkpoint.signature = hex::encode(checkpoint.signature_of(chain));
        checkpoint
    }

    fn signature_of(&self, chain: &Chain) -> [u8; 32] {
        let fields = serde_json::json!(["atalaya audit checkpoint", self.format, self.first, self.last, self.hash, self.at_ms]);
        authenticate(chain.seal_of(self.last), &[fields.to_string().as_bytes()])
    }

    fn is_genuine(&self, chain: &Chain) -> bool {
        use subtle::ConstantTimeEq;
        let signature = hex::decode(&self.signature).unwrap_or_default();
        self.format == 1 && bool::from(self.signature_of(chain).as_slice().ct_eq(&signature))
    }

    /// Sorts as the records do. The hash stands in the name so that one of another history lies beside it and not in its way.
    fn path(&self) -> Path {
        Path::from(format!("{:020}-{}.json", self.last, self.hash.get(..16).unwrap_or_default()))
    }
}

/// What stands in the store, by name: the number of the last record that it seals, as the name says, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Named {
    pub last: i64,
    path: Path,
}

/// All checkpoints that seal records after `from`, in the order of the records. Names alone are read.
pub(super) async fn named(chain: &Chain, from: i64) -> Result<Vec<Named>> {
    let mut named = Vec::new();
    let mut listed = chain.checkpoints.list(None);
    while let Some(object) = listed.try_next().await.map_err(unreadable)? {
        let last = object.location.filename().and_then(|name| name.strip_suffix(".json")?.split_once('-')?.0.parse::<i64>().ok());
        if let Some(last) = last.filter(|last| *last > from) {
            named.push(Named { last, path: object.location });
        }
    }
    named.sort();
    Ok(named)
}

/// Reads one; `None` when it is not what this house signed.
pub(super) async fn read(chain: &Chain, named: &Named) -> Result<Option<Checkpoint>> {
    let object = chain.checkpoints.get(&named.path).await.map_err(unreadable)?;
    let bytes = object.bytes().await.map_err(unreadable)?;
    let read: Option<Checkpoint> = serde_json::from_slice(&bytes).ok();
    Ok(read.filter(|checkpoint| checkpoint.last == named.last && checkpoint.is_genuine(chain)))
}

/// The last record that is sealed. What this house did not sign counts for nothing: it could keep everything from being sealed.
async fn newest(chain: &Chain) -> Result<i64> {
    for named in named(chain, 0).await?.iter().rev() {
        if let Some(checkpoint) = read(chain, named).await? {
            return Ok(checkpoint.last);
        }
    }
    Ok(0)
}

/// What the sequencer remembers of sealing.
pub(super) struct Sealer {
    /// The last record that a checkpoint seals; not looked up yet when `None`.
    sealed: Option<i64>,
    /// The last record that this process wrote since, and its hash: a process that only reads seals nothing.
    written: Option<(i64, String)>,
    due: Instant,
    /// Not before this, whatever is due: the store did not take the last one.
    patience: Instant,
}

impl Default for Sealer {
    /// The first record of a process is sealed at once.
    fn default() -> Self {
        Self { sealed: None, written: None, due: Instant::now(), patience: Instant::now() }
    }
}

impl Sealer {
    /// Told after each commit.
    pub fn wrote(&mut self, sequence: i64, hash: String) {
        if let Some(sealed) = self.sealed {
            if self.written.is_none() {
                self.due = Instant::now() + WAIT;
            }
            if sequence - sealed >= RECORDS {
                self.due = Instant::now();
            }
        }
        self.written = Some((sequence, hash));
    }

    pub fn due(&self) -> Instant {
        self.due.max(self.patience)
    }

    pub fn has_work(&self) -> bool {
        self.written.is_some()
    }

    pub fn is_due(&self) -> bool {
        self.has_work() && Instant::now() >= self.due()
    }

    /// Writes a checkpoint over what this process wrote. A store that does not take it is said in the program's log and asked again
    /// in a minute: records go on, since the chain and the head file hold them meanwhile.
    pub async fn seal(&mut self, chain: &Chain) {
        let Some((last, hash)) = self.written.clone() else { return };
        let known = self.sealed;
        let sealing = async move {
            let before = match known {
                Some(before) => before,
                None => newest(chain).await?,
            };
            if last > before {
                put(chain, &Checkpoint::signed(chain, before + 1, last, hash)).await?;
            }
            Ok::<i64, Fault>(last.max(before))
        };
        let sealed = tokio::time::timeout(PATIENCE, sealing).await.unwrap_or_else(|_| Err(refused()));
        match sealed {
            Ok(sealed) => {
                self.sealed = Some(sealed);
                self.written = None;
            }
            Err(fault) => {
                tracing::error!(cause = ?fault.cause, "no checkpoint of the audit log was written: {fault}");
                self.patience = Instant::now() + AGAIN;
            }
        }
    }
}

async fn put(chain: &Chain, checkpoint: &Checkpoint) -> Result<()> {
    let payload = PutPayload::from(serde_json::to_vec(checkpoint)?);
    match chain.checkpoints.put_opts(&checkpoint.path(), payload, PutMode::Create.into()).await {
        // Another process of the house has sealed the same record: the name holds number and hash.
        Ok(_) | Err(Error::AlreadyExists { .. }) => Ok(()),
        Err(cause) => Err(refused().because(cause)),
    }
}

fn refused() -> Fault {
    Fault::operator(
        "the store of checkpoints does not take one: check the folder audit in the data folder",
        "el almacén de puntos de control no admite uno: compruebe la carpeta audit de la carpeta de datos",
    )
}

fn unreadable(cause: Error) -> Fault {
    Fault::operator(
        "the checkpoints of the audit log cannot be read: check the folder audit in the data folder",
        "no se pueden leer los puntos de control de la auditoría: compruebe la carpeta audit de la carpeta de datos",
    )
    .because(cause)
}
