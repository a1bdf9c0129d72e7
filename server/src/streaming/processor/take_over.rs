//! Taking partitions over: fences, positions of each sink, ids seen; and what is done when the bus is another one, or has less than was read.

use super::{
    seen::Seen,
    store::{self, Begun, Sink},
    worker::unavailable,
};
use crate::{
    fault::Result,
    streaming::sinks::{Desk, archive, overtaken},
};
use ::streaming::bus::{Bounds, Partition};
use std::collections::BTreeMap;

/// A partition that is this worker's now.
pub(super) struct Taken {
    pub partition: Partition,
    pub fence: i64,
    pub epoch: i64,
    pub begun: Option<Begun>,
    pub positions: BTreeMap<Sink, i64>,
    pub seen: Seen,
    /// Where reading goes on.
    pub lowest: i64,
}

/// From here on, whoever worked these partitions before writes nothing more.
pub(super) async fn all(desk: &Desk, partitions: Vec<Partition>) -> Result<Vec<Taken>> {
    let topic = desk.work.topic_name();
    let log = desk.portal.bus.identity().await.map_err(unavailable)?;
    let bounds = desk.portal.bus.bounds(topic).await.map_err(unavailable)?;
    let committed = desk.portal.bus.committed(&desk.work.group(), topic).await.map_err(unavailable)?;
    let mut all = Vec::new();
    for partition in partitions {
        let known = bounds.iter().find(|bound| bound.partition == partition).cloned();
        let bound = known.unwrap_or(Bounds { partition, oldest: 0, next: i64::MAX });
        let committed = committed.iter().find(|position| position.partition == bound.partition.partition);
        let start = committed.map_or(bound.oldest, |position| position.offset.min(bound.next));
        all.push(one(desk, &log, bound, start).await?);
    }
    Ok(all)
}

async fn one(desk: &Desk, log: &str, bound: Bounds, start: i64) -> Result<Taken> {
    let (database, work) = (&desk.portal.database, &desk.work);
    let Bounds { partition, oldest, next } = bound;
    let taken = store::take_over(database, &work.stream.name, &partition, &desk.portal.meters.process, log, start).await?;
    let (mut epoch, mut begun, mut positions) = (taken.epoch, taken.begun, taken.positions);
    positions.retain(|sink, _| work.sinks().contains(sink));
    if work.archives() {
        let source = archive::source(&work.stream.name, &partition, epoch);
        let known = desk.portal.warehouse.positions(&work.archive_dataset(), std::slice::from_ref(&source)).await?;
        if let Some(next) = known.and_then(|(_, positions)| positions.get(&source).copied()) {
            positions.insert(Sink::Archive, next);
        }
    }
    let is_another = taken.log != log;
    let furthest = positions.values().copied().max().filter(|furthest| *furthest > next);
    if is_another || furthest.is_some() {
        let lowest = positions.values().copied().min().unwrap_or(oldest);
        if is_another {
            tracing::warn!(
                stream = work.stream.name,
                topic = partition.topic,
                partition = partition.partition,
                log,
                "the event bus is another one: its records are read from {start} on"
            );
            positions.values_mut().for_each(|position| *position = start);
        } else if let Some(furthest) = furthest {
            // The bus lost what it had acknowledged, or the topic was made anew.
            gap(desk, &partition, next, furthest).await?;
            positions.values_mut().filter(|position| **position > next).for_each(|position| *position = oldest);
        }
        count_anew(desk, &partition, taken.fence, log, &positions, lowest).await?;
        (epoch, begun) = (epoch + 1, None);
    }
    let seen = match work.remembers() {
        true => Seen::load(&store::seen(database, &work.stream.name, &partition).await?)?,
        false => Seen::default(),
    };
    let lowest = positions.values().copied().min().unwrap_or(start);
    Ok(Taken { partition, fence: taken.fence, epoch, begun, positions, seen, lowest })
}

/// Under way, the bus lost what was read of a partition beyond `next`: the sinks have written what they had of it, and all go on at
/// `next`, where other records will stand.
pub(super) async fn rewind(desk: &Desk, partition: &Partition, next: i64) -> Result<()> {
    let Some(standing) = desk.progress.standing().remove(partition) else { return Ok(()) };
    let log = desk.portal.bus.identity().await.map_err(unavailable)?;
    let lowest = standing.next.values().copied().min().unwrap_or(next);
    let positions = standing.next.into_iter().map(|(sink, position)| (sink, position.min(next))).collect();
    count_anew(desk, partition, standing.fence, &log, &positions, lowest).await
}

async fn count_anew(desk: &Desk, partition: &Partition, fence: i64, log: &str, next: &BTreeMap<Sink, i64>, lowest: i64) -> Result<()> {
    let stream = &desk.work.stream.name;
    let mut changes = desk.portal.database.begin().await?;
    if !store::holds(&mut changes, stream, partition, fence).await? {
        return Err(overtaken(partition));
    }
    store::count_anew(&mut changes, stream, partition, log, next, lowest).await?;
    Ok(changes.commit().await?)
}

/// Records that were gone before they were read: counted, kept for the page, said in the log.
pub(super) async fn gap(desk: &Desk, partition: &Partition, from: i64, until: i64) -> Result<()> {
    let stream = &desk.work.stream.name;
    tracing::error!(stream, topic = partition.topic, partition = partition.partition, from, until, "records were gone before they were read");
    desk.work.meters.missing.inc_by(until.abs_diff(from));
    store::keep_gap(&desk.portal.database, stream, partition, from, until).await
}
