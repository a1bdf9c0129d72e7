//! The windows sink: counts each event once and keeps rows, position and the ids that were met in one transaction.

use super::store;
use crate::{
    database::now_ms,
    fault::Result,
    streaming::{
        processor::{
            batch::{Batch, Origin, Part},
            seen::{News, SeenRow},
            store::{self as workers, Sink},
        },
        sinks::{Desk, Told, overtaken},
    },
};
use ::search::{Change, Value as Indexed};
use ::streaming::{
    bus::{Bounds, Partition},
    parse::{Field, Value},
    window::{Clock, Key, Occurred, Row, Standing, State, watermark},
};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Provisional rows are shown so often.
const FLUSH: Duration = Duration::from_secs(1);
/// Rows that wait are written as soon as there are so many.
const WAITING: usize = 20_000;
/// The bus is not waited for longer.
const SAID_SOON: Duration = Duration::from_millis(500);
/// A partition without events for so long holds no window open.
const IDLE_MS: i64 = 60_000;

/// A partition on its way into the windows.
struct Lane {
    fence: i64,
    next: i64,
    state: State,
    /// In full, the newest of each.
    rows: BTreeMap<(String, i64, Vec<Key>, bool), Row>,
    missed: BTreeMap<String, store::Missed>,
    seen: Vec<SeenRow>,
    horizon_ms: i64,
    events: u64,
    dirty: bool,
}

pub async fn run(desk: Desk, mut told: mpsc::Receiver<Told>) -> Result<()> {
    let mut lanes: BTreeMap<Partition, Lane> = BTreeMap::new();
    let mut reached = store::watermark(desk.portal.database.read(), &desk.work.stream.name).await?;
    let mut due = Instant::now() + FLUSH;
    loop {
        let next = tokio::time::timeout_at(due.into(), told.recv()).await;
        let open = match next {
            Ok(None) => false,
            Ok(Some(told)) => {
                take(&desk, &mut lanes, told, reached).await?;
                true
            }
            Err(_) => true,
        };
        let waiting: usize = lanes.values().map(|lane| lane.rows.len()).sum();
        if !open || waiting >= WAITING || Instant::now() >= due {
            flush(&desk, &mut lanes, &mut reached).await?;
            due = Instant::now() + FLUSH;
        }
        if !open {
            return Ok(());
        }
    }
}

async fn take(desk: &Desk, lanes: &mut BTreeMap<Partition, Lane>, told: Told, reached: Option<i64>) -> Result<()> {
    match told {
        Told::Batch(batch) => count(desk, lanes, &batch, reached),
        Told::Forgotten(partition) => {
            lanes.remove(&partition);
        }
        Told::Assigned { partition, fence, next, .. } => {
            let state = restored(desk, &partition).await?;
            let lane =
                Lane { fence, next, state, rows: BTreeMap::new(), missed: BTreeMap::new(), seen: Vec::new(), horizon_ms: i64::MIN, events: 0, dirty: false };
            lanes.insert(partition, lane);
        }
    }
    Ok(())
}

/// As the last transaction left it.
async fn restored(desk: &Desk, partition: &Partition) -> Result<State> {
    let (database, work) = (&desk.portal.database, &desk.work);
    let clocks = store::clocks(database.read(), &work.stream.name, &partition.topic).await?;
    let clock = clocks.into_iter().find(|(number, _)| *number == partition.partition).map(|(_, clock)| clock).unwrap_or_default();
    let windows = work.pipeline.windows();
    let widest_ms = windows.specs().map(|spec| spec.width_ms() + spec.lateness_ms()).max().unwrap_or_default();
    let rows = match clock.newest_ms {
        Some(newest_ms) => store::since(database, &work.stream.name, partition, newest_ms.saturating_sub(widest_ms)).await?,
        None => Vec::new(),
    };
    // Ids are remembered for all sinks together (`seen.rs`), so none is given here.
    Ok(State::restore(windows, clock, [], rows))
}

fn count(desk: &Desk, lanes: &mut BTreeMap<Partition, Lane>, batch: &Batch, reached: Option<i64>) {
    for (part, changes, origins) in batch.parts() {
        let Some(lane) = lanes.get_mut(&part.partition).filter(|lane| lane.fence == part.fence) else { continue };
        lane.count(desk, part, changes, origins, reached);
    }
}

impl Lane {
    fn count(&mut self, desk: &Desk, part: &Part, changes: &[Change], origins: &[Origin], reached: Option<i64>) {
        let windows = desk.work.pipeline.windows();
        if !windows.is_empty() {
            let fields = desk.work.pipeline.fields();
            let next = self.next;
            let counted: Vec<_> = changes
                .iter()
                .zip(origins)
                .filter(|(_, origin)| origin.offset >= next && origin.news == News::Event)
                .filter_map(|(change, origin)| match change {
                    Change::Put(document) => Some((document, origin, values(fields, &document.fields))),
                    Change::Delete { .. } => None,
                })
                .collect();
            let events =
                counted.iter().map(|(document, origin, values)| Occurred { id: &document.id, at_ms: document.at_ms, taken_ms: origin.record.taken_ms, values });
            let change = self.state.take(windows, events, now_ms(), reached, 0);
            self.events += counted.len() as u64;
            for row in change.rows {
                self.rows.insert((row.window.clone(), row.start_ms, row.keys.clone(), row.other), row);
            }
            for (window, late) in change.late {
                self.missed.entry(window).or_default().late += late;
            }
            for (window, beyond) in change.beyond {
                self.missed.entry(window).or_default().beyond += beyond;
            }
        }
        self.seen.extend(part.seen.clone().filter(|row| row.until > self.next));
        self.horizon_ms = self.horizon_ms.max(part.horizon_ms);
        self.next = self.next.max(part.until);
        self.dirty = true;
    }
}

/// An event's values in the order of the pipeline's fields.
fn values<'e>(fields: &[Field], given: &'e [(String, Indexed)]) -> Vec<Value<'e>> {
    let mut given = given.iter().peekable();
    let value = |field: &Field| match given.next_if(|(name, _)| *name == field.name) {
        None => Value::Null,
        Some((_, Indexed::Text(text))) => Value::text(text),
        Some((_, Indexed::Texts(texts))) => Value::Texts(texts.iter().map(|text| text.as_str().into()).collect()),
        Some((_, Indexed::Integer(number))) => Value::Integer(*number),
        Some((_, Indexed::Number(number))) => Value::Number(*number),
        Some((_, Indexed::Bool(truth))) => Value::Bool(*truth),
        Some((_, Indexed::Timestamp(at_ms))) => Value::Timestamp(*at_ms),
    };
    fields.iter().map(value).collect()
}

async fn flush(desk: &Desk, lanes: &mut BTreeMap<Partition, Lane>, reached: &mut Option<i64>) -> Result<()> {
    lanes.retain(|partition, lane| desk.progress.holds(partition, lane.fence));
    if !lanes.values().any(|lane| lane.dirty) {
        return Ok(());
    }
    let stream = &desk.work.stream.name;
    let bounds = bounds(desk).await;
    let mut changes = desk.portal.database.begin().await?;
    for (partition, lane) in lanes.iter_mut().filter(|(_, lane)| lane.dirty) {
        if !workers::holds(&mut changes, stream, partition, lane.fence).await? {
            return Err(overtaken(partition));
        }
        store::put(&mut changes, stream, partition, std::mem::take(&mut lane.rows).into_values()).await?;
        store::put_clock(&mut changes, stream, partition, lane.state.clock()).await?;
        for (window, missed) in std::mem::take(&mut lane.missed) {
            store::add_missed(&mut changes, stream, &window, missed).await?;
            desk.work.meters.late.inc_by(missed.late);
            desk.work.meters.beyond.inc_by(missed.beyond);
        }
        workers::keep_seen(&mut changes, stream, partition, &std::mem::take(&mut lane.seen), lane.horizon_ms).await?;
        workers::set_position(&mut changes, stream, partition, Sink::Windows, lane.next).await?;
    }
    if !desk.work.pipeline.windows().is_empty() {
        let topic = desk.work.topic_name();
        let clocks = store::clocks(&mut *changes, stream, topic).await?;
        let counted = workers::positions(&mut *changes, stream, topic, Sink::Windows).await?;
        *reached = watermark(*reached, &standings(&clocks, &counted, bounds.as_deref()), now_ms(), IDLE_MS);
        if let Some(reached) = *reached {
            store::put_watermark(&mut changes, stream, reached).await?;
        }
    }
    changes.commit().await?;
    for (partition, lane) in lanes.iter_mut().filter(|(_, lane)| lane.dirty) {
        lane.dirty = false;
        desk.work.meters.windowed.inc_by(std::mem::take(&mut lane.events));
        desk.progress.advance(partition, lane.fence, Sink::Windows, lane.next);
    }
    Ok(())
}

/// What the bus has of each partition; `None` when it does not say so soon. Asked before anything is locked.
async fn bounds(desk: &Desk) -> Option<Vec<Bounds>> {
    tokio::time::timeout(SAID_SOON, desk.portal.bus.bounds(desk.work.topic_name())).await.ok()?.ok()
}

/// Every partition's clock, and whether it is behind. Where the bus does not say, all are: then nobody's events become late.
fn standings(clocks: &[(u32, Clock)], counted: &[(u32, i64)], bounds: Option<&[Bounds]>) -> Vec<Standing> {
    fn of<T: Copy>(all: &[(u32, T)], partition: u32) -> Option<T> {
        all.iter().find(|(known, _)| *known == partition).map(|(_, one)| *one)
    }
    match bounds {
        None => clocks.iter().map(|(_, clock)| Standing { clock: *clock, is_behind: true }).collect(),
        Some(bounds) => bounds
            .iter()
            .map(|bound| {
                let partition = bound.partition.partition;
                let next = of(counted, partition).unwrap_or(0).max(bound.oldest);
                Standing { clock: of(clocks, partition).unwrap_or_default(), is_behind: next < bound.next }
            })
            .collect(),
    }
}
