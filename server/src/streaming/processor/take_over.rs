//! Taking partitions over: fences, positions of each sink, ids seen; and what is said when the bus has less than was read.

use super::{
    seen::Seen,
    store::{self, Begun, Sink},
    worker::unavailable,
};
use crate::{
    fault::Result,
    streaming::sinks::{Desk, archive},
};
use ::streaming::bus::Partition;
use std::collections::BTreeMap;

/// A partition that is this worker's now.
pub(super) struct Taken {
    pub partition: Partition,
    pub fence: i64,
    pub begun: Option<Begun>,
    pub positions: BTreeMap<Sink, i64>,
    pub seen: Seen,
    /// Where reading goes on.
    pub lowest: i64,
}

/// From here on, whoever worked these partitions before writes nothing more.
pub(super) async fn all(desk: &Desk, partitions: Vec<Partition>) -> Result<Vec<Taken>> {
    let topic = desk.work.topic_name();
    let bounds = desk.portal.bus.bounds(topic).await.map_err(unavailable)?;
    let committed = desk.portal.bus.committed(&desk.work.group(), topic).await.map_err(unavailable)?;
    let mut all = Vec::new();
    for partition in partitions {
        let (oldest, next) = bounds.iter().find(|bound| bound.partition == partition).map_or((0, i64::MAX), |bound| (bound.oldest, bound.next));
        let start = committed.iter().find(|position| position.partition == partition.partition).map_or(oldest, |position| position.offset.min(next));
        all.push(one(desk, partition, oldest, next, start).await?);
    }
    Ok(all)
}

async fn one(desk: &Desk, partition: Partition, oldest: i64, next: i64, start: i64) -> Result<Taken> {
    let (database, work) = (&desk.portal.database, &desk.work);
    let taken = store::take_over(database, &work.stream.name, &partition, &desk.portal.meters.process, start).await?;
    let mut positions = taken.positions;
    positions.retain(|sink, _| work.sinks().contains(sink));
    if work.archives() {
        let source = archive::source(&work.stream.name, &partition);
        let known = desk.portal.warehouse.positions(&work.archive_dataset(), std::slice::from_ref(&source)).await?;
        if let Some(next) = known.and_then(|(_, positions)| positions.get(&source).copied()) {
            positions.insert(Sink::Archive, next);
        }
    }
    // The bus lost what it had acknowledged, or is another one.
    let beyond: Vec<Sink> = positions.iter().filter(|(_, position)| **position > next).map(|(sink, _)| *sink).collect();
    if let Some(furthest) = positions.values().copied().max().filter(|_| !beyond.is_empty()) {
        gap(desk, &partition, next, furthest).await?;
        let lowest = positions.values().copied().min().unwrap_or(oldest);
        store::begin_anew(database, &work.stream.name, &partition, &beyond, oldest, lowest).await?;
        positions.iter_mut().filter(|(sink, _)| beyond.contains(sink)).for_each(|(_, position)| *position = oldest);
    }
    let seen = match work.remembers() {
        true => Seen::load(&store::seen(database, &work.stream.name, &partition).await?)?,
        false => Seen::default(),
    };
    let lowest = positions.values().copied().min().unwrap_or(start);
    Ok(Taken { partition, fence: taken.fence, begun: taken.begun, positions, seen, lowest })
}

/// Records that were gone before they were read: counted, kept for the page, said in the log.
pub(super) async fn gap(desk: &Desk, partition: &Partition, from: i64, until: i64) -> Result<()> {
    let stream = &desk.work.stream.name;
    tracing::error!(stream, topic = partition.topic, partition = partition.partition, from, until, "records were gone before they were read");
    desk.work.meters.missing.inc_by(until.abs_diff(from));
    store::keep_gap(&desk.portal.database, stream, partition, from, until).await
}
