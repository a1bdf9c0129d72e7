//! Loads one table of a source into the lake as a new version; rows that do not fit come aside into quarantine.

use super::{
    PROGRESS,
    record::{Record, Table as Shown},
};
use crate::{
    database::now_ms,
    fault::Fault,
    ingestion::{
        connectors, failing,
        ledger::{self, Files},
        quarantine,
        source::{Source, Table},
        words,
    },
    jobs::{Failure, Lease},
    portal::Portal,
    warehouse::pins,
};
use futures::StreamExt;
use std::sync::{Arc, Mutex, PoisonError};
use warehouse::{
    QueryFault,
    lake::Written,
    reading::{BadRow, ReadFault, Reading, load_schema, with_load_metadata},
};

/// A table that was written and waits for the publish.
#[derive(Debug)]
pub(super) struct Loaded {
    pub written: Written,
    pub department: String,
    pub files: Files,
    pub quarantined: u64,
}

/// Most rows of one table that quarantine keeps; all are counted.
const KEPT_ROWS: usize = 1_000;

/// `None` when the files are the ones it was loaded from last, and nobody asked for it by hand.
pub(super) async fn table(portal: &Portal, lease: &Lease, record: &Record, source: &Source, table: &Table, again: bool) -> Result<Option<Loaded>, Failure> {
    let dataset = table.dataset();
    let reading = connectors::named(&source.connector)?.read(portal, source, table).await?;
    let files = Files::of(&dataset, source, table, &reading.files);
    if !again && let Some(run) = ledger::store::loaded_by(&portal.database, &files).await? {
        record.info(words::unchanged(&dataset, &run)).await?;
        return Ok(None);
    }
    let mut shown = record.begin(&dataset).await?;
    match write(portal, lease, record, &mut shown, reading).await {
        Ok((written, bad)) => {
            let quarantined = shown.figures.rows_quarantined;
            quarantine::store::keep(&portal.database, &record.run, &dataset, &bad).await?;
            shown.state = if quarantined == 0 { "succeeded" } else { "partial" };
            record.show(&shown).await?;
            record.info(words::loaded(&dataset, written.rows, quarantined)).await?;
            drift(portal, record, &written).await?;
            Ok(Some(Loaded { written, department: source.department.clone(), files, quarantined }))
        }
        Err((failure, bad)) => {
            quarantine::store::keep(&portal.database, &record.run, &dataset, &bad).await?;
            shown.state = "failed";
            record.show(&shown).await?;
            Err(failure)
        }
    }
}

/// What has come so far, shared with the stream that the lake reads.
#[derive(Default)]
struct Seen {
    good: u64,
    bad: u64,
    bytes: u64,
    kept: Vec<BadRow>,
    fault: Option<ReadFault>,
}

async fn write(portal: &Portal, lease: &Lease, record: &Record, shown: &mut Shown, reading: Reading) -> Result<(Written, Vec<BadRow>), (Failure, Vec<BadRow>)> {
    let seen = Arc::new(Mutex::new(Seen::default()));
    let schema = load_schema(&reading.schema);
    let stream = {
        let (seen, run, loaded_at) = (seen.clone(), record.run.clone(), now_ms() * 1_000);
        reading.batches.map(move |batch| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            match batch {
                Ok(batch) => {
                    seen.good += batch.good.num_rows() as u64;
                    seen.bad += batch.bad.len() as u64;
                    seen.bytes += batch.bytes;
                    let room = KEPT_ROWS.saturating_sub(seen.kept.len());
                    seen.kept.extend(batch.bad.into_iter().take(room));
                    drop(seen);
                    with_load_metadata(&batch.good, &run, loaded_at, &batch.file)
                }
                Err(fault) => {
                    // Kept here too: on its way through the engine it may be wrapped beyond recognition.
                    let told = QueryFault::engine(fault.to_string());
                    seen.fault = Some(fault);
                    Err(told)
                }
            }
        })
    };
    let dataset = shown.dataset.clone();
    let mut writing = std::pin::pin!(portal.warehouse.write(&dataset, &record.run, schema, stream.fuse().boxed()));
    let mut progress = tokio::time::interval(PROGRESS);
    let outcome = loop {
        tokio::select! {
            outcome = &mut writing => break outcome,
            _ = progress.tick() => {
                count(shown, &seen);
                if let Err(fault) = record.show(shown).await {
                    tracing::warn!(run = record.run, %fault, "progress could not be shown");
                }
            }
            () = lease.over().cancelled() => std::future::pending().await,
        }
    };
    count(shown, &seen);
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = std::mem::take(&mut seen.kept);
    match (outcome, seen.fault.take()) {
        (_, Some(fault)) => Err((failing::reading(fault), kept)),
        (Err(fault), None) => Err((failing::engine(&dataset, fault), kept)),
        (Ok(written), None) => {
            shown.figures.rows_out = written.rows;
            shown.figures.bytes = written.bytes;
            if written.rows == 0 && seen.bad > 0 {
                return Err((Failure::data(Fault::invalid_text(words::nothing_fits(&dataset, seen.bad))), kept));
            }
            if written.rows != seen.good {
                return Err((Failure::bug(Fault::internal(format!("{dataset}: {} rows read, {} written", seen.good, written.rows))), kept));
            }
            Ok((written, kept))
        }
    }
}

fn count(shown: &mut Shown, seen: &Mutex<Seen>) {
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    shown.figures.rows_in = seen.good + seen.bad;
    shown.figures.rows_out = seen.good;
    shown.figures.rows_quarantined = seen.bad;
    shown.figures.bytes = seen.bytes;
}

/// Columns that came, went or changed their type since the version that is published: said, never silent (FT-B12).
async fn drift(portal: &Portal, record: &Record, written: &Written) -> Result<(), Failure> {
    let Some(pin) = pins::one(&portal.database, &written.dataset).await? else { return Ok(()) };
    let change = super::super::rules::drift(&pin.columns, &written.columns);
    if !change.is_empty() {
        record.warn(words::drift(&written.dataset, &change)).await?;
    }
    if written.rows * 2 < pin.rows {
        record.warn(words::shrunk(&written.dataset, pin.rows, written.rows)).await?;
    }
    Ok(())
}
