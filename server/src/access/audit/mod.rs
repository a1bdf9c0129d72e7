//! The audit log: append-only, hash-chained under the house's key, written by one sequencer with group commit, sealed by checkpoints.

mod chain;
mod checkpoint;
pub(crate) mod past;
mod verify;
pub mod words;

use super::{Permit, Visitor, store};
use crate::{
    database::{Database, now_ms},
    fault::{Fault, Result},
};
use checkpoint::Sealer;
use serde::{Deserialize, Serialize};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::{mpsc, oneshot};

pub use chain::Chain;
pub use checkpoint::Checkpoint;
pub use past::Past;
pub use store::{Line, Wanted, found, lines};
pub use verify::{Broken, Damage, Verified, standing, verify};

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
    /// Network address that it came from; empty inside the process and from the command line.
    pub place: String,
    /// The policy version under which it was decided; 0 where nothing was.
    pub policy_version: i64,
    /// Rows and bytes that were given, where that is known.
    pub rows: Option<i64>,
    pub bytes: Option<i64>,
}

impl Record {
    /// By who has a permit, with what the permit's trail says of the request.
    pub fn of(permit: &Permit, action: &str, object: impl Into<String>, outcome: &str) -> Self {
        Self {
            department: permit.principal().department.clone(),
            policy_version: permit.policy_version(),
            ..Self::by(permit.principal().audit_name(), action, object, outcome)
        }
    }

    /// By somebody who has no permit: a visitor who signs in, the operator, a schedule.
    pub fn by(actor: impl Into<String>, action: &str, object: impl Into<String>, outcome: &str) -> Self {
        // PostgreSQL takes no NUL in a text, and one record that it refuses would take its whole group with it.
        let (actor, object) = (actor.into().replace('\0', "\u{fffd}"), object.into().replace('\0', "\u{fffd}"));
        Self {
            at_ms: now_ms(),
            actor,
            department: String::new(),
            action: action.to_owned(),
            object,
            outcome: outcome.to_owned(),
            details: serde_json::Value::Null,
            place: String::new(),
            policy_version: 0,
            rows: None,
            bytes: None,
        }
    }

    pub fn with(mut self, details: serde_json::Value) -> Self {
        self.details = details;
        self
    }

    /// Where the request came from.
    pub fn seen_at(mut self, visitor: &Visitor) -> Self {
        self.place = if *visitor == Visitor::default() { String::new() } else { visitor.address.to_string() };
        self
    }

    /// How much was given.
    pub fn gave(mut self, rows: Option<u64>, bytes: Option<u64>) -> Self {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        (self.rows, self.bytes) = (rows.map(whole), bytes.map(whole));
        self
    }
}

/// Hands records to the one sequencer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AuditWriter {
    queue: mpsc::Sender<Waiting>,
    failing: Arc<AtomicBool>,
    database: Database,
}

/// A record on its way, or only somebody who waits for those before.
#[derive(Debug)]
struct Waiting {
    record: Option<Record>,
    reply: Option<oneshot::Sender<Result<()>>>,
    /// What was written is to be sealed before the reply.
    seal: bool,
}

/// Most records in one commit.
const GROUP: usize = 256;

impl AuditWriter {
    /// Starts the sequencer.
    pub fn start(database: Database, chain: Chain) -> Self {
        let (queue, waiting) = mpsc::channel::<Waiting>(4096);
        let failing = Arc::new(AtomicBool::new(false));
        tokio::spawn(sequence(database.clone(), chain, waiting, failing.clone()));
        Self { queue, failing, database }
    }

    /// Records a read; does not wait for the disk.
    pub async fn note(&self, record: Record) -> Result<()> {
        self.queue.send(Waiting { record: Some(record), reply: None, seal: false }).await.map_err(|_| unwritable())
    }

    /// The same where nothing can wait (a value being dropped). Says in the program's log when there was no room.
    pub fn note_at_once(&self, record: Record) {
        if self.queue.try_send(Waiting { record: Some(record), reply: None, seal: false }).is_err() {
            tracing::error!("a record did not reach the audit log: its queue is full or closed");
        }
    }

    /// Records a change and waits until it is on disk. Never call it while holding a transaction: on SQLite the sequencer waits for that one.
    pub async fn record(&self, record: Record) -> Result<()> {
        self.wait(Some(record), false).await
    }

    /// Waits until everything that was noted is on disk.
    pub async fn flush(&self) -> Result<()> {
        self.wait(None, false).await
    }

    /// The same, and seals what this process wrote: before the process ends.
    pub async fn close(&self) -> Result<()> {
        self.wait(None, true).await
    }

    async fn wait(&self, record: Option<Record>, seal: bool) -> Result<()> {
        let (reply, written) = oneshot::channel();
        self.queue.send(Waiting { record, reply: Some(reply), seal }).await.map_err(|_| unwritable())?;
        written.await.map_err(|_| unwritable())?
    }

    /// Asked before a change: what cannot be audited is not done. Looks whether the table takes a record; after a failed write
    /// it writes one that stays.
    pub async fn ready(&self) -> Result<()> {
        if self.failing.load(Ordering::Acquire) {
            return self.record(Record::by("portal", "audit.resume", "audit", "allowed")).await;
        }
        store::try_append(&self.database).await.map_err(|fault| {
            tracing::error!(cause = ?fault.cause, "the audit log takes no record: changes are refused");
            unwritable()
        })
    }
}

/// The one writer of this process: commits what waits in groups, answers, and seals when it is time.
async fn sequence(database: Database, chain: Chain, mut waiting: mpsc::Receiver<Waiting>, failing: Arc<AtomicBool>) {
    let mut sealer = Sealer::default();
    let mut group = Vec::with_capacity(GROUP);
    loop {
        let received = tokio::select! {
            received = waiting.recv_many(&mut group, GROUP) => Some(received),
            () = tokio::time::sleep_until(sealer.due()), if sealer.has_work() => None,
        };
        let Some(received) = received else {
            sealer.seal(&chain).await;
            continue;
        };
        if received == 0 {
            break;
        }
        let records: Vec<Record> = group.iter_mut().filter_map(|waiting| waiting.record.take()).collect();
        let written = write(&database, &chain, &records, &mut sealer).await;
        if let Err(fault) = &written {
            tracing::error!(cause = ?fault, records = records.len(), "the audit log could not be written");
        }
        if !records.is_empty() {
            failing.store(written.is_err(), Ordering::Release);
        }
        let (closing, others): (Vec<Waiting>, Vec<Waiting>) = group.drain(..).partition(|waiting| waiting.seal);
        answer(others, &written);
        if !closing.is_empty() || sealer.is_due() {
            sealer.seal(&chain).await;
        }
        answer(closing, &written);
    }
}

async fn write(database: &Database, chain: &Chain, records: &[Record], sealer: &mut Sealer) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let (sequence, hash) = store::append(database, chain, records).await?;
    chain.remember(sequence, &hash)?;
    sealer.wrote(sequence, hash);
    Ok(())
}

fn answer(waiting: Vec<Waiting>, written: &Result<()>) {
    for reply in waiting.into_iter().filter_map(|waiting| waiting.reply) {
        let _ = reply.send(written.as_ref().map_err(|_| unwritable()).copied());
    }
}

fn unwritable() -> Fault {
    Fault::operator(
        "The audit log cannot be written, and what cannot be audited is not done. Tell the operator to check the disk and the database.",
        "No se puede escribir el registro de auditoría, y lo que no se puede auditar no se hace. Avise al operador: que compruebe el disco y la base de datos.",
    )
}
