//! The audit log: append-only, hash-chained under the house's key, written by one sequencer with group commit.

use super::{Permit, store};
use crate::{
    access::Key,
    database::{Database, now_ms},
    fault::{Fault, Result},
};
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::sync::{mpsc, oneshot};

pub use store::{Line, lines};

/// One record before it is numbered and chained. `details` holds typed literals as JSON, so that they can be redacted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    pub at_ms: i64,
    /// Who, e.g. `ana@atalaya.example`, `operator root as ana@…`, `schedule`.
    pub actor: String,
    pub department: String,
    /// What was done, e.g. `warehouse.ask`, `report.make`, `policy.save`.
    pub action: String,
    /// To what, e.g. `mart baskets`.
    pub object: String,
    /// `allowed`, `refused`, `failed`.
    pub outcome: String,
    pub details: serde_json::Value,
}

impl Record {
    pub fn of(permit: &Permit, action: &str, object: impl Into<String>, outcome: &str) -> Self {
        Self { department: permit.principal().department.clone(), ..Self::by(permit.principal().audit_name(), action, object, outcome) }
    }

    /// By somebody who has no permit: a visitor who signs in, the operator, a schedule.
    pub fn by(actor: impl Into<String>, action: &str, object: impl Into<String>, outcome: &str) -> Self {
        Self {
            at_ms: now_ms(),
            actor: actor.into(),
            department: String::new(),
            action: action.to_owned(),
            object: object.into(),
            outcome: outcome.to_owned(),
            details: serde_json::Value::Null,
        }
    }

    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = details;
        self
    }
}

/// What holds the chain together: a key that the database does not hold, and a file that says how far the log reached.
#[derive(Clone)]
pub struct Chain {
    pub(super) key: [u8; 32],
    head: PathBuf,
}

/// The last record that was written, as the head file knows it.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    sequence: i64,
    hash: String,
}

impl Chain {
    pub fn new(key: &Key, data: &Path) -> Self {
        Self { key: key.derive("audit"), head: data.join("audit-head.json") }
    }

    fn remember(&self, sequence: i64, hash: String) -> Result<()> {
        let new = self.head.with_extension(format!("{}.new", std::process::id()));
        std::fs::write(&new, serde_json::to_vec(&Head { sequence, hash })?)?;
        Ok(std::fs::rename(&new, &self.head)?)
    }

    fn remembered(&self) -> Result<Option<Head>> {
        match std::fs::read(&self.head) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause.into()),
        }
    }
}

/// Hands records to the one sequencer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AuditWriter {
    queue: mpsc::Sender<Waiting>,
    failing: Arc<AtomicBool>,
}

/// A record on its way, or only somebody who waits for those before.
#[derive(Debug)]
struct Waiting {
    record: Option<Record>,
    reply: Option<oneshot::Sender<Result<()>>>,
}

/// Most records in one commit.
const GROUP: usize = 256;

impl AuditWriter {
    /// Starts the sequencer.
    pub fn start(database: Database, chain: Chain) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(4096);
        let failing = Arc::new(AtomicBool::new(false));
        let state = failing.clone();
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.recv_many(&mut group, GROUP).await > 0 {
                let records: Vec<Record> = group.iter_mut().filter_map(|waiting| waiting.record.take()).collect();
                let written = write(&database, &chain, &records).await;
                if let Err(fault) = &written {
                    tracing::error!(cause = ?fault, records = records.len(), "the audit log could not be written");
                }
                state.store(written.is_err(), Ordering::Release);
                for reply in group.drain(..).filter_map(|waiting| waiting.reply) {
                    let _ = reply.send(written.as_ref().map_err(|_| unwritable()).copied());
                }
            }
        });
        Self { queue, failing }
    }

    /// Records a read; does not wait for the disk.
    pub async fn note(&self, record: Record) -> Result<()> {
        self.queue.send(Waiting { record: Some(record), reply: None }).await.map_err(|_| unwritable())
    }

    /// Records a change and waits until it is on disk. Never call it while holding a transaction: on SQLite the sequencer waits for that one.
    pub async fn record(&self, record: Record) -> Result<()> {
        self.wait(Some(record)).await
    }

    /// Waits until everything that was noted is on disk: before the process ends.
    pub async fn flush(&self) -> Result<()> {
        self.wait(None).await
    }

    async fn wait(&self, record: Option<Record>) -> Result<()> {
        let (reply, written) = oneshot::channel();
        self.queue.send(Waiting { record, reply: Some(reply) }).await.map_err(|_| unwritable())?;
        written.await.map_err(|_| unwritable())?
    }

    /// Asked before a change: what cannot be audited is not done. After a failed write it tries one record again.
    pub async fn ready(&self) -> Result<()> {
        if self.failing.load(Ordering::Acquire) {
            self.record(Record::by("portal", "audit.resume", "audit", "allowed")).await?;
        }
        Ok(())
    }
}

async fn write(database: &Database, chain: &Chain, records: &[Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let (sequence, hash) = store::append(database, chain, records).await?;
    chain.remember(sequence, hash)
}

/// How far the chain holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The last sequence number that is right.
    pub to: i64,
    /// The first that is not: changed, swapped, or gone.
    pub broken_at: Option<i64>,
    hash: String,
}

/// Reads the log on from `from` (all of it by default) and computes the chain again.
pub async fn verify(database: &Database, chain: &Chain, from: Verified) -> Result<Verified> {
    let mut verified = from;
    let head = chain.remembered()?;
    loop {
        let page = store::chained_lines(database, verified.to).await?;
        if page.is_empty() {
            break;
        }
        for line in page {
            let expected = verified.to + 1;
            let hash = store::chained(chain, &verified.hash, expected, &line.record, &line.details);
            if line.sequence != expected || line.hash != hash {
                return Ok(Verified { broken_at: Some(expected), ..verified });
            }
            let cut = head.as_ref().is_some_and(|head| head.sequence == expected && head.hash != hash);
            if cut {
                return Ok(Verified { broken_at: Some(expected), ..verified });
            }
            verified = Verified { to: expected, broken_at: None, hash };
        }
    }
    // Rows taken from the end leave a chain that holds: the head file knows that there were more.
    if head.is_some_and(|head| head.sequence > verified.to) {
        return Ok(Verified { broken_at: Some(verified.to + 1), ..verified });
    }
    Ok(verified)
}

fn unwritable() -> Fault {
    Fault::operator("the audit log cannot be written: check the disk", "no se puede escribir el registro de auditoría: compruebe el disco")
}
