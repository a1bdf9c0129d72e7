//! The archive sink: events as rows of `lake.<stream>_events`, committed together with the position they were read up to.

use super::{Desk, Told, columns, columns::Rows, overtaken};
use crate::{
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
    streaming::processor::{
        batch::Batch,
        rules,
        seen::News,
        store::{self, Sink},
        work::Work,
    },
    warehouse::pins::{self, Pin},
};
use ::streaming::bus::Partition;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use warehouse::{Appended, Moved, Written};

pub use super::columns::VERSIONS;

/// Where the lake says that this partition's rows stand. A place of another epoch says nothing about this one's offsets.
pub fn source(stream: &str, partition: &Partition, epoch: i64) -> String {
    let first = format!("{stream}/{}/{}", partition.topic, partition.partition);
    if epoch == 0 { first } else { format!("{first}/{epoch}") }
}

/// A partition on its way into the lake.
struct Lane {
    fence: i64,
    epoch: i64,
    /// As the lake has it; `None`: nothing of this partition.
    committed: Option<i64>,
    /// The offset after the last row that waits.
    next: i64,
    rows: Rows,
}

pub(super) async fn run(desk: Desk, mut told: mpsc::Receiver<Told>) -> Result<()> {
    let (every, most) = desk.work.archive();
    let mut lanes: BTreeMap<Partition, Lane> = BTreeMap::new();
    let mut due = Instant::now() + every;
    loop {
        let next = tokio::time::timeout_at(due.into(), told.recv()).await;
        let (open, waiting) = match next {
            Ok(None) => (false, usize::MAX),
            Ok(Some(told)) => {
                take(&desk, &mut lanes, told).await?;
                (true, lanes.values().map(|lane| lane.rows.bytes).sum())
            }
            Err(_) => (true, usize::MAX),
        };
        if waiting >= most || !open {
            commit(&desk, &mut lanes).await?;
            due = Instant::now() + every;
        }
        if !open {
            return Ok(());
        }
    }
}

async fn take(desk: &Desk, lanes: &mut BTreeMap<Partition, Lane>, told: Told) -> Result<()> {
    match told {
        Told::Batch(batch) => gather(lanes, &batch),
        Told::Forgotten(partition) => {
            lanes.remove(&partition);
        }
        Told::Assigned { partition, fence, epoch, next } => {
            let source = source(&desk.work.stream.name, &partition, epoch);
            let known = desk.portal.warehouse.positions(&desk.work.archive_dataset(), std::slice::from_ref(&source)).await?;
            let committed = known.and_then(|(_, positions)| positions.get(&source).copied());
            lanes.insert(partition, Lane { fence, epoch, committed, next, rows: Rows::new(&desk.work.shape) });
        }
    }
    Ok(())
}

fn gather(lanes: &mut BTreeMap<Partition, Lane>, batch: &Batch) {
    for (part, changes, origins) in batch.parts() {
        let Some(lane) = lanes.get_mut(&part.partition).filter(|lane| lane.fence == part.fence) else { continue };
        for (change, origin) in changes.iter().zip(origins) {
            if origin.offset >= lane.next && origin.news != News::None {
                lane.rows.push(change, origin);
            }
        }
        lane.next = lane.next.max(part.until);
    }
}

/// One Delta version of everything that waits; then readers' pin, then the positions.
async fn commit(desk: &Desk, lanes: &mut BTreeMap<Partition, Lane>) -> Result<()> {
    lanes.retain(|partition, lane| desk.progress.holds(partition, lane.fence));
    if lanes.values().all(|lane| lane.committed == Some(lane.next)) {
        return Ok(());
    }
    // A worker that the control plane does not answer, or no longer knows, writes nothing.
    let mut changes = desk.portal.database.begin().await?;
    for (partition, lane) in lanes.iter() {
        if !store::holds(&mut changes, &desk.work.stream.name, partition, lane.fence).await? {
            return Err(overtaken(partition));
        }
    }
    changes.commit().await?;
    let (mut batches, mut moved, mut rows) = (Vec::new(), Vec::new(), 0);
    for (partition, lane) in lanes.iter_mut().filter(|(_, lane)| lane.committed != Some(lane.next)) {
        moved.push(Moved { source: source(&desk.work.stream.name, partition, lane.epoch), from: lane.committed, next: lane.next });
        if lane.rows.rows > 0 {
            rows += lane.rows.rows;
            batches.push(lane.rows.take()?);
        }
    }
    let written = append(desk, batches, &moved, lanes).await?;
    for (partition, lane) in lanes.iter_mut() {
        lane.committed = Some(lane.next);
        desk.progress.advance(partition, lane.fence, Sink::Archive, lane.next);
    }
    desk.work.meters.archived.inc_by(rows as u64);
    pin(&desk.portal, &desk.work, &written).await
}

/// Tries until the lake takes it: a full disk is the operator's to mend, and nothing is dropped meanwhile.
async fn append(desk: &Desk, batches: Vec<arrow::record_batch::RecordBatch>, moved: &[Moved], lanes: &BTreeMap<Partition, Lane>) -> Result<Written> {
    let batch = match batches.first() {
        Some(first) => Some(arrow::compute::concat_batches(&first.schema(), &batches).map_err(Fault::internal)?),
        None => None,
    };
    let mut attempt = 0;
    loop {
        let dataset = desk.work.archive_dataset();
        let appended = desk.portal.warehouse.append(&dataset, &new_id(), &columns::of(&desk.work.shape), batch.clone(), moved).await;
        match appended {
            Ok(Appended::Done(written)) => return Ok(written),
            Ok(Appended::Overtaken) => {
                let lost = lanes.keys().next().cloned().unwrap_or(Partition { topic: String::new(), partition: 0 });
                return Err(overtaken(&lost));
            }
            Err(fault) => {
                desk.work.meters.blocked.set(1);
                tracing::error!(stream = desk.work.stream.name, %fault, "the archive cannot be written: the stream waits");
                tokio::time::sleep(rules::pause(attempt, rand::random()).max(Duration::from_secs(1))).await;
                attempt += 1;
            }
        }
    }
}

/// Makes the archive there and readable, with no row in it: models may name it before the first event.
pub async fn prepare(portal: &Portal, work: &Work) -> Result<()> {
    let dataset = work.archive_dataset();
    let wanted = columns::of(&work.shape);
    let known = portal.warehouse.positions(&dataset, &[]).await?.map(|(written, _)| written);
    let written = match known {
        Some(written) if wanted.iter().all(|column| written.columns.contains(column)) => written,
        _ => match portal.warehouse.append(&dataset, &new_id(), &wanted, None, &[]).await? {
            Appended::Done(written) => written,
            Appended::Overtaken => return Err(Fault::internal("an archive without sources cannot be overtaken")),
        },
    };
    pin(portal, work, &written).await
}

/// Moves readers' pin forward to what was committed.
pub async fn pin(portal: &Portal, work: &Work, written: &Written) -> Result<()> {
    if pins::one(&portal.database, &written.dataset).await?.is_some_and(|pin| pin.version >= written.version && pin.department == work.stream.department) {
        return Ok(());
    }
    let mut changes = portal.database.begin().await?;
    pins::lock(&mut changes).await?;
    // Looked at again under the lock: another worker of the stream may have committed after us.
    if pins::version(&mut changes, &written.dataset).await?.is_none_or(|version| version <= written.version) {
        let pin = Pin {
            dataset: written.dataset.clone(),
            department: work.stream.department.clone(),
            version: written.version,
            rows: written.rows,
            bytes: written.bytes,
            columns: written.columns.clone(),
            definition: None,
            run: format!("stream {}", work.stream.name),
            published_ms: now_ms(),
            stale: false,
        };
        pins::move_pins(&mut changes, &[pin]).await?;
    }
    Ok(changes.commit().await?)
}
