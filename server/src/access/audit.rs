//! The audit log: append-only, hash-chained, written by one sequencer with group commit.

use super::{Permit, store};
use crate::{
    database::{Database, now_ms},
    fault::{Fault, Result},
};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

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
        let principal = permit.principal();
        Self {
            at_ms: now_ms(),
            actor: principal.audit_name(),
            department: principal.department.clone(),
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

/// Hands records to the one sequencer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AuditWriter {
    queue: mpsc::Sender<(Record, Option<oneshot::Sender<Result<()>>>)>,
}

/// Most records in one commit.
const GROUP: usize = 256;

impl AuditWriter {
    /// Starts the sequencer.
    pub fn start(database: Database) -> Self {
        let (queue, mut waiting) = mpsc::channel::<(Record, Option<oneshot::Sender<Result<()>>>)>(4096);
        tokio::spawn(async move {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.recv_many(&mut group, GROUP).await > 0 {
                let records: Vec<Record> = group.iter().map(|(record, _)| record.clone()).collect();
                let written = store::append(&database, &records).await;
                if let Err(fault) = &written {
                    tracing::error!(cause = ?fault, records = records.len(), "the audit log could not be written");
                }
                for (_, reply) in group.drain(..) {
                    if let Some(reply) = reply {
                        let _ = reply.send(match &written {
                            Ok(()) => Ok(()),
                            Err(_) => Err(unwritable()),
                        });
                    }
                }
            }
        });
        Self { queue }
    }

    /// Records a read; does not wait for the disk.
    pub async fn note(&self, record: Record) -> Result<()> {
        self.queue.send((record, None)).await.map_err(|_| unwritable())
    }

    /// Records a change and waits until it is on disk: what cannot be audited is not done.
    pub async fn record(&self, record: Record) -> Result<()> {
        let (reply, written) = oneshot::channel();
        self.queue.send((record, Some(reply))).await.map_err(|_| unwritable())?;
        written.await.map_err(|_| unwritable())?
    }
}

fn unwritable() -> Fault {
    Fault::operator("the audit log cannot be written: check the disk", "no se puede escribir el registro de auditoría: compruebe el disco")
}
