//! Delivers what the buffer holds: in batches, in order, again and again until the other side has it.

mod back_off;
mod portal;
mod refused;

pub use portal::Client;

use super::{
    AgentFault,
    buffer::{Batch, Reader},
    config::Limits,
    status::Status,
};
use crate::{
    Record,
    bus::{Bus, BusFault, Sent},
};
use back_off::BackOff;
use refused::RefusedFile;
use std::{
    path::Path,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// How long the other side is left alone when it says that a setting is wrong.
const SETTING_WAIT: Duration = Duration::from_secs(10);

/// Where events go.
#[derive(Clone)]
pub enum Output {
    Bus(Arc<dyn Bus>),
    Portal(Client),
}

/// Not delivered: to be tried again.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What happened: it stands in the log and on the page of agents.
    pub said: AgentFault,
    /// How long the other side wants to be left alone.
    pub after: Option<Duration>,
}

impl Failure {
    pub fn later(said: AgentFault) -> Self {
        Self { said, after: None }
    }
}

/// Delivers until told to stop; a batch that is under way then stays in the buffer.
pub async fn run(reader: Reader, output: Output, folder: &Path, limits: &Limits, status: Arc<Status>, stop: CancellationToken) -> Result<(), AgentFault> {
    let receipts = reader.receipts();
    let refused = RefusedFile(folder.join("refused.jsonl"));
    // One batch is read while another is delivered.
    let (ready, mut batches) = mpsc::channel(1);
    let reading = tokio::spawn(read(reader, (limits.batch_records, limits.batch_bytes), ready));
    let mut delivered = Ok(());
    loop {
        let batch = tokio::select! {
            batch = batches.recv() => batch,
            () = stop.cancelled() => break,
        };
        let Some(batch) = batch else { break };
        let batch = match batch {
            Ok(batch) => batch,
            Err(fault) => {
                delivered = Err(fault);
                break;
            }
        };
        status.oldest_ms.store(batch.oldest_ms, Relaxed);
        tokio::select! {
            () = deliver(&batch, &output, &refused, &status) => receipts.delivered(&batch),
            () = stop.cancelled() => break,
        }
        status.oldest_ms.store(0, Relaxed);
    }
    reading.abort();
    delivered
}

async fn read(mut reader: Reader, (most, most_bytes): (usize, usize), ready: mpsc::Sender<Result<Batch, AgentFault>>) {
    loop {
        let batch = reader.next(most, most_bytes).await;
        let failed = batch.is_err();
        if ready.send(batch).await.is_err() || failed {
            break;
        }
    }
}

/// Until all of it is delivered.
async fn deliver(batch: &Batch, output: &Output, refused: &RefusedFile, status: &Status) {
    let mut back_off = BackOff::default();
    loop {
        match attempt(batch, output, refused).await {
            Ok(count) => {
                status.problem(None);
                status.delivered.fetch_add((batch.len() - count.min(batch.len())) as u64, Relaxed);
                status.refused.fetch_add(count as u64, Relaxed);
                return;
            }
            Err(failure) => {
                let wait = back_off.next(failure.after);
                status.problem(Some(failure.said));
                tokio::time::sleep(wait).await;
            }
        }
    }
}

/// How many were refused for good.
async fn attempt(batch: &Batch, output: &Output, file: &RefusedFile) -> Result<usize, Failure> {
    let records: Vec<(Arc<str>, Record)> = batch.records().collect();
    let refused = match output {
        Output::Bus(bus) => to_bus(&**bus, records).await?,
        Output::Portal(client) => client.send(&records).await?,
    };
    if refused.is_empty() {
        return Ok(0);
    }
    let records: Vec<(Arc<str>, Record)> = batch.records().collect();
    let kept: Vec<_> = refused.into_iter().filter_map(|(at, reason)| records.get(at).map(|(topic, record)| (&**topic, record, reason))).collect();
    file.keep(&kept).map_err(Failure::later)?;
    Ok(kept.len())
}

async fn to_bus(bus: &dyn Bus, records: Vec<(Arc<str>, Record)>) -> Result<Vec<(usize, String)>, Failure> {
    let mut topics: Vec<(Arc<str>, Vec<usize>, Vec<Record>)> = Vec::new();
    for (at, (topic, record)) in records.into_iter().enumerate() {
        match topics.iter_mut().find(|(known, _, _)| *known == topic) {
            Some((_, places, records)) => {
                places.push(at);
                records.push(record);
            }
            None => topics.push((topic, vec![at], vec![record])),
        }
    }
    let mut refused = Vec::new();
    for (topic, places, records) in topics {
        let sent = bus.send(&topic, records).await.map_err(|fault| {
            let said = AgentFault::new(
                format!("topic {topic}: {fault}. Look whether the event bus runs and its settings are right"),
                format!("tema {topic}: {fault}. Compruebe que el bus de eventos funciona y que sus ajustes son correctos"),
            );
            Failure { said, after: matches!(fault, BusFault::Refused(_)).then_some(SETTING_WAIT) }
        })?;
        refused.extend(places.into_iter().zip(sent).filter_map(|(at, sent)| match sent {
            Sent::At(_) => None,
            Sent::Refused(reason) => Some((at, reason)),
        }));
    }
    Ok(refused)
}
