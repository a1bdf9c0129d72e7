//! One member of a stream's consumer group: polls, makes events, gives them to the sinks, commits what all have finished.

use super::{
    batch::Batch,
    events::{self, Made},
    flight::Flight,
    patience::Patience,
    progress::Progress,
    rules::{self, Care},
    seen::Seen,
    store::{self, Begun, Sink},
    take_over::{self, Taken},
    work::Work,
};
use crate::{
    fault::{Fault, Result},
    portal::Portal,
    streaming::{
        keywords::live,
        sinks::{Desk, Sinks, Told, archive, overtaken},
    },
};
use ::streaming::bus::{BusFault, Delivered, Partition, Polled, Position};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// Records of one poll.
pub(super) const POLL: usize = 4_096;
const WAIT: Duration = Duration::from_millis(100);
/// Positions are written and committed so often.
const COMMIT: Duration = Duration::from_secs(1);
/// Bytes of records between the poll and the last sink.
const ROOM_BYTES: usize = 64 << 20;
/// What a record takes besides its value, about.
const RECORD_BYTES: usize = 512;
/// A worker that is told to stop has this long to write what it has.
const GRACE: Duration = Duration::from_secs(20);

/// Works a stream until `stop`, or until the bus has gone back; every fault ends it too. Who called begins anew from the positions that are kept.
pub async fn work(portal: &Portal, work: &Arc<Work>, stop: &CancellationToken) -> Result<()> {
    portal.bus.ensure(&work.topic()).await.map_err(unavailable)?;
    if work.archives() {
        archive::prepare(portal, work).await?;
    }
    let following = follow_keywords(portal, work, stop).await?;
    let consumer = portal.bus.subscribe(&work.group(), &[work.topic_name().to_owned()]).await.map_err(unavailable)?;
    let progress = Arc::new(Progress::default());
    let flight = Arc::new(Flight::default());
    let sinks = Sinks::start(portal, work, &progress);
    let desk = Desk { portal: portal.clone(), work: work.clone(), progress };
    let measuring = AbortOnDropHandle::new(tokio::spawn(super::measure::run(desk.clone(), flight.clone())));
    let patience = Patience::new(consumer, stop.clone(), work.meters.clone());
    let mut worker = Worker { sinks, desk, patience, lanes: BTreeMap::new(), flight, room: Arc::new(Semaphore::new(ROOM_BYTES)), committed: Instant::now() };
    let worked = worker.until(stop).await;
    let finished = match worked {
        Ok(rewound) => worker.finish(rewound).await,
        Err(fault) => Err(fault),
    };
    drop((measuring, following));
    finished
}

/// The keyword lists as they are now before the first record, and as they change from then on.
async fn follow_keywords(portal: &Portal, work: &Arc<Work>, stop: &CancellationToken) -> Result<Option<AbortOnDropHandle<()>>> {
    if work.line.pipeline.keywords.is_none() {
        return Ok(None);
    }
    let (database, name) = (portal.database.clone(), work.stream.name.clone());
    work.keywords.replace(live::set(&database, &name).await?);
    Ok(Some(AbortOnDropHandle::new(tokio::spawn(live::follow(database, name, work.keywords.clone(), stop.clone())))))
}

struct Worker {
    sinks: Sinks,
    desk: Desk,
    patience: Patience,
    lanes: BTreeMap<Partition, Lane>,
    flight: Arc<Flight>,
    room: Arc<Semaphore>,
    committed: Instant,
}

/// One partition of this worker.
pub(super) struct Lane {
    pub fence: i64,
    begun: Option<Begun>,
    /// Something is written down as under way.
    marked: bool,
    pub seen: Seen,
    /// The offset after the last record that came.
    read: i64,
}

/// A partition of which the bus lost what was read from `next` on.
struct Rewound {
    partition: Partition,
    next: i64,
}

impl Worker {
    async fn until(&mut self, stop: &CancellationToken) -> Result<Option<Rewound>> {
        while !stop.is_cancelled() {
            self.sinks.failure()?;
            match self.patience.next(WAIT).await? {
                Polled::Records(records) if records.is_empty() => {}
                Polled::Records(records) => self.records(records).await?,
                Polled::Assigned(partitions) => self.assigned(partitions).await?,
                Polled::Revoked(partitions) => self.revoked(partitions).await?,
                Polled::Gap { partition, from, until } => take_over::gap(&self.desk, &partition, from, until).await?,
                // Where it was found out when the partition was taken over, nothing beyond `next` was read.
                Polled::Rewound { partition, next } if self.lanes.get(&partition).is_none_or(|lane| lane.read <= next) => {}
                Polled::Rewound { partition, next } => return Ok(Some(Rewound { partition, next })),
            }
            if self.committed.elapsed() >= COMMIT {
                self.commit().await?;
            }
        }
        Ok(None)
    }

    async fn assigned(&mut self, partitions: Vec<Partition>) -> Result<()> {
        for Taken { partition, fence, epoch, begun, positions, seen, lowest } in take_over::all(&self.desk, partitions).await? {
            self.patience.seek(&partition, lowest).await?;
            self.desk.progress.assign(partition.clone(), fence, positions.clone());
            for (sink, sender) in self.sinks.senders() {
                let next = positions.get(&sink).copied().unwrap_or(lowest);
                let told = Told::Assigned { partition: partition.clone(), fence, epoch, next };
                match self.patience.wait(sender.send(told)).await? {
                    Some(given) => given.map_err(|_| Fault::internal("a sink has ended"))?,
                    None => return Ok(()),
                }
            }
            self.lanes.insert(partition, Lane { fence, begun, marked: false, seen, read: lowest });
        }
        self.patience.has(self.lanes.keys().cloned().collect());
        Ok(())
    }

    async fn revoked(&mut self, partitions: Vec<Partition>) -> Result<()> {
        for partition in partitions {
            self.lanes.remove(&partition);
            self.desk.progress.forget(&partition);
            self.patience.wait(Sinks::give(&self.sinks.senders(), Told::Forgotten(partition))).await?.transpose()?;
        }
        self.patience.has(self.lanes.keys().cloned().collect());
        Ok(())
    }

    async fn records(&mut self, records: Vec<Delivered>) -> Result<()> {
        self.desk.work.meters.read.inc_by(records.len() as u64);
        let bytes: usize = records.iter().map(|delivered| delivered.record.value.len() + RECORD_BYTES).sum();
        let wanted = u32::try_from(bytes.min(ROOM_BYTES)).map_err(Fault::internal)?;
        let Some(room) = self.patience.wait(self.room.clone().acquire_many_owned(wanted)).await? else { return Ok(()) };
        let room = room.map_err(Fault::internal)?;
        let made = self.make(records).await?;
        self.unmark().await?;
        let letters = made.dead.iter().filter_map(|letter| {
            let partition = Partition { topic: letter.position.topic.clone(), partition: letter.position.partition };
            Some((self.lanes.get(&partition)?.fence, letter.clone()))
        });
        // Before anything of the batch goes on: a position never passes a letter that is not kept.
        if self.patience.wait(self.desk.bury(letters.collect())).await?.transpose()?.is_none() {
            return Ok(());
        }
        let batch = Arc::new(self.sealed(made, room));
        self.flight.add(&batch);
        self.patience.wait(Sinks::give(&self.sinks.senders(), Told::Batch(batch))).await?.transpose().map(drop)
    }

    /// Makes events, after what is about to be touched was written down. Records that may have ended a process come one by one.
    async fn make(&mut self, records: Vec<Delivered>) -> Result<Made> {
        let mut by_partition: BTreeMap<Partition, Vec<Delivered>> = BTreeMap::new();
        for delivered in records {
            let partition = Partition { topic: delivered.position.topic.clone(), partition: delivered.position.partition };
            by_partition.entry(partition).or_default().push(delivered);
        }
        // Of a partition that was given away meanwhile, its new worker reads them.
        by_partition.retain(|partition, _| self.lanes.contains_key(partition));
        for (partition, records) in &by_partition {
            if let (Some(lane), Some(last)) = (self.lanes.get_mut(partition), records.last()) {
                lane.read = last.position.offset + 1;
            }
        }
        let mut made = Made::default();
        let mut together = Vec::new();
        for (partition, mut records) in by_partition {
            if let Some(begun) = self.lanes.get(&partition).and_then(|lane| lane.begun) {
                // In the order of offsets: what comes before them, they one by one, and the rest together with others.
                let mut careful = records.split_off(records.partition_point(|delivered| delivered.position.offset < begun.from));
                let after = careful.split_off(careful.partition_point(|delivered| delivered.position.offset < begun.until));
                if !records.is_empty() && !careful.is_empty() {
                    let before = vec![(partition.clone(), std::mem::take(&mut records))];
                    self.mark(&before, 1).await?;
                    made.add(events::make(&self.desk.work, before).await?);
                }
                for delivered in careful {
                    made.add(self.alone(&partition, delivered, begun).await?);
                }
                if let Some(lane) = self.lanes.get_mut(&partition).filter(|_| !after.is_empty()) {
                    lane.begun = None;
                }
                records.extend(after);
            }
            if !records.is_empty() {
                together.push((partition, records));
            }
        }
        if !together.is_empty() {
            self.mark(&together, 1).await?;
            made.add(events::make(&self.desk.work, together).await?);
        }
        Ok(made)
    }

    /// One record that may have ended a process.
    async fn alone(&mut self, partition: &Partition, delivered: Delivered, begun: Begun) -> Result<Made> {
        match rules::care(begun, delivered.position.offset) {
            Care::Bury(attempts) => Ok(Made::buried(events::poison(delivered, attempts))),
            Care::Alone(attempt) => {
                let one = vec![(partition.clone(), vec![delivered])];
                self.mark(&one, attempt).await?;
                events::make(&self.desk.work, one).await
            }
        }
    }

    /// In the order of offsets: what is a duplicate of what, and the row by which that is remembered.
    fn sealed(&mut self, made: Made, room: OwnedSemaphorePermit) -> Batch {
        events::seal(&self.desk.work, made, room, &mut self.lanes)
    }

    async fn mark(&mut self, ranges: &[(Partition, Vec<Delivered>)], attempts: i64) -> Result<()> {
        let mut changes = self.desk.portal.database.begin().await?;
        for (partition, records) in ranges {
            let (Some(lane), Some(first), Some(last)) = (self.lanes.get_mut(partition), records.first(), records.last()) else { continue };
            let begun = Begun { from: first.position.offset, until: last.position.offset + 1, attempts };
            if !store::begin(&mut changes, &self.desk.work.stream.name, partition, lane.fence, Some(begun)).await? {
                return Err(overtaken(partition));
            }
            lane.marked = true;
        }
        changes.commit().await.map_err(Fault::from)
    }

    async fn unmark(&mut self) -> Result<()> {
        if !self.lanes.values().any(|lane| lane.marked) {
            return Ok(());
        }
        let mut changes = self.desk.portal.database.begin().await?;
        for (partition, lane) in self.lanes.iter_mut().filter(|(_, lane)| lane.marked) {
            if !store::begin(&mut changes, &self.desk.work.stream.name, partition, lane.fence, None).await? {
                return Err(overtaken(partition));
            }
            lane.marked = false;
        }
        changes.commit().await.map_err(Fault::from)
    }

    /// Keeps the index's positions (windows and lake keep their own with their rows) and tells the bus what is finished.
    async fn commit(&mut self) -> Result<()> {
        let standing = self.desk.progress.standing();
        if !standing.is_empty() {
            let mut changes = self.desk.portal.database.begin().await?;
            for (partition, standing) in &standing {
                if !store::holds(&mut changes, &self.desk.work.stream.name, partition, standing.fence).await? {
                    return Err(overtaken(partition));
                }
                if let Some(next) = standing.next.get(&Sink::Index) {
                    store::set_position(&mut changes, &self.desk.work.stream.name, partition, Sink::Index, *next).await?;
                }
            }
            changes.commit().await?;
            self.patience.commit(&self.desk.progress.lowest()).await?;
        }
        self.committed = Instant::now();
        Ok(())
    }

    /// At the end: what was read is written, as far as that goes within the grace; the rest is read again, where the bus still has it.
    async fn finish(mut self, rewound: Option<Rewound>) -> Result<()> {
        let sinks = std::mem::replace(&mut self.sinks, Sinks::none());
        match tokio::time::timeout(GRACE, sinks.finish()).await {
            Ok(finished) => finished?,
            Err(_) => tracing::warn!(stream = self.desk.work.stream.name, "the sinks did not end in time: what they had is read again"),
        }
        self.commit().await?;
        let Some(Rewound { partition, next }) = rewound else { return Ok(()) };
        take_over::rewind(&self.desk, &partition, next).await?;
        self.patience.commit(&[Position { topic: partition.topic, partition: partition.partition, offset: next }]).await
    }
}

pub fn unavailable(fault: BusFault) -> Fault {
    Fault::operator(
        format!("{fault}: check the event bus (ATALAYA_KAFKA_BROKERS, or the folder data/bus)"),
        format!("{fault}: compruebe el bus de eventos (ATALAYA_KAFKA_BROKERS, o la carpeta data/bus)"),
    )
}
