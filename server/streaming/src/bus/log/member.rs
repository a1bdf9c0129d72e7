//! One member of a consumer group of the built-in log: keeps its place in the group, reads its partitions in turn.

use super::{
    Log, frame,
    group::store::{self as groups, Finished, Hold, Sign},
    store,
    writer::{Order, Written, now_ms},
};
use crate::bus::{BusFault, Consumer, Delivered, Partition, Polled, Position, rules::goes_on};
use async_trait::async_trait;
use bytes::Bytes;
use std::{
    collections::{BTreeMap, VecDeque},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle, time::Instant};

/// Without a sign of life for this long a member counts as dead.
const LEASE: Duration = Duration::from_secs(6);
const SIGN: Duration = Duration::from_secs(2);

/// A member that does not poll for this long gives no signs any more: what it works on hangs.
const IDLE: Duration = Duration::from_secs(300);

/// How soon records of another process are seen.
const LOOK: Duration = Duration::from_millis(50);

/// Frames read at once from one partition, at first.
const FRAMES: i64 = 2;

pub(super) struct Member {
    log: Log,
    group: String,
    id: String,
    news: watch::Receiver<u64>,
    /// The group's generation when it was last settled who has what; 0: never.
    generation: i64,
    held: BTreeMap<Partition, Held>,
    /// To be told before any record.
    events: VecDeque<Polled>,
    /// Who is read first: each poll another one.
    turn: usize,
    /// Unix milliseconds.
    polled: Arc<AtomicI64>,
    signs: JoinHandle<()>,
}

struct Held {
    topic: i64,
    generation: i64,
    /// The next offset; `None`: the oldest, which is not known yet.
    at: Option<i64>,
    paused: bool,
    /// Read and not yet given out.
    ahead: VecDeque<Delivered>,
}

impl Member {
    pub(super) async fn join(log: Log, group: &str, topics: &[String]) -> Result<Self, BusFault> {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let sign = move |log: Log, sign: Sign| async move { log.order(Order::Sign(Sign { until_ms: now_ms() + LEASE.as_millis() as i64, ..sign })).await };
        let mine = Sign { group: group.to_owned(), member: id.clone(), topics: topics.to_vec(), until_ms: 0 };
        sign(log.clone(), mine.clone()).await?;
        let polled = Arc::new(AtomicI64::new(now_ms()));
        let signs = tokio::spawn({
            let (log, polled) = (log.clone(), polled.clone());
            async move {
                loop {
                    tokio::time::sleep(SIGN).await;
                    if now_ms() - polled.load(Ordering::Relaxed) < IDLE.as_millis() as i64
                        && let Err(cause) = sign(log.clone(), mine.clone()).await
                    {
                        tracing::warn!(%cause, group = mine.group, "a consumer could not give a sign of life");
                    }
                }
            }
        });
        let news = log.0.news.clone();
        Ok(Self { log, group: group.to_owned(), id, news, generation: 0, held: BTreeMap::new(), events: VecDeque::new(), turn: 0, polled, signs })
    }

    /// Finds out whose partitions are whose, where that may have changed.
    async fn settle(&mut self) -> Result<(), BusFault> {
        if groups::generation(&self.log.0.read, &self.group).await? == self.generation {
            return Ok(());
        }
        let order = Order::Settle { group: self.group.clone(), member: self.id.clone() };
        let Written::Holds(generation, holds) = self.log.order(order).await? else { return Ok(()) };
        let place = |hold: &Hold| Partition { topic: hold.topic.clone(), partition: hold.partition };
        let mine: BTreeMap<Partition, Hold> = holds.into_iter().map(|hold| (place(&hold), hold)).collect();
        let stays = |partition: &Partition, held: &Held| mine.get(partition).is_some_and(|hold| hold.generation == held.generation);
        let gone: Vec<Partition> = self.held.iter().filter(|(partition, held)| !stays(partition, held)).map(|(partition, _)| partition.clone()).collect();
        for partition in &gone {
            self.held.remove(partition);
        }
        let come: Vec<(Partition, Hold)> = mine.into_iter().filter(|(partition, _)| !self.held.contains_key(partition)).collect();
        if !gone.is_empty() {
            self.events.retain(|event| !matches!(event, Polled::Gap { partition, .. } | Polled::Rewound { partition, .. } if gone.contains(partition)));
            self.events.push_back(Polled::Revoked(gone));
        }
        if !come.is_empty() {
            self.events.push_back(Polled::Assigned(come.iter().map(|(partition, _)| partition.clone()).collect()));
        }
        self.held.extend(come.into_iter().map(|(partition, hold)| {
            let held = Held { topic: hold.topic_id, generation: hold.generation, at: hold.committed, paused: false, ahead: VecDeque::new() };
            (partition, held)
        }));
        self.generation = generation;
        Ok(())
    }

    /// Up to about `most` records, an equal share of each partition that has some.
    async fn read(&mut self, most: usize) -> Result<Vec<Delivered>, BusFault> {
        let mut ready = self.ready().await?;
        let mut records = Vec::new();
        // A gap is told before what lies behind it.
        if ready.is_empty() || most == 0 || !self.events.is_empty() {
            return Ok(records);
        }
        self.turn = (self.turn + 1) % ready.len();
        ready.rotate_left(self.turn);
        let share = most.div_ceil(ready.len());
        for partition in &ready {
            if let Some(held) = self.held.get_mut(partition)
                && held.ahead.len() < share
                && let Some(gap) = fill(&self.log, partition, held, share).await?
            {
                self.events.push_back(gap);
            }
        }
        // Taken out at the end: a poll that is given up while it waits above has lost nothing.
        for partition in ready {
            if let Some(held) = self.held.get_mut(&partition) {
                let count = share.min(held.ahead.len()).min(most - records.len());
                records.extend(held.ahead.drain(..count));
            }
        }
        Ok(records)
    }

    /// Partitions with records to be read. Where records are gone the reader goes on behind them, and says so.
    async fn ready(&mut self) -> Result<Vec<Partition>, BusFault> {
        let mut topics: Vec<i64> = self.held.values().filter(|held| !held.paused).map(|held| held.topic).collect();
        topics.dedup();
        let mut ends = Vec::new();
        for topic in topics {
            ends.extend(store::ends(&self.log.0.read, topic).await?.into_iter().map(|ends| (topic, ends)));
        }
        let mut ready = Vec::new();
        for (partition, held) in self.held.iter_mut().filter(|(_, held)| !held.paused) {
            if !held.ahead.is_empty() {
                ready.push(partition.clone());
                continue;
            }
            let Some((_, ends)) = ends.iter().find(|(topic, ends)| *topic == held.topic && ends.partition == partition.partition) else { continue };
            let (at, gap) = goes_on(held.at, ends.oldest, ends.next);
            if let Some(Range { start: from, end: until }) = gap {
                self.events.push_back(Polled::Gap { partition: partition.clone(), from, until });
                if until > at {
                    self.events.push_back(Polled::Rewound { partition: partition.clone(), next: at });
                }
            }
            held.at = Some(at);
            if at < ends.next {
                ready.push(partition.clone());
            }
        }
        Ok(ready)
    }
}

/// Reads at least `share` records ahead where there are so many; a gap where a frame is missing or cannot be read.
async fn fill(log: &Log, partition: &Partition, held: &mut Held, share: usize) -> Result<Option<Polled>, BusFault> {
    let mut most = FRAMES;
    while held.ahead.len() < share {
        let at = held.at.unwrap_or(0);
        let frames = store::frames(&log.0.read, held.topic, partition.partition, at, most).await?;
        let whole = frames.len() as i64 == most;
        // Small frames, of senders that send one by one, are read many at once.
        if frames.iter().map(|frame| frame.body.len()).sum::<usize>() < super::FRAME_BYTES / 4 {
            most = (most * 4).min(64);
        }
        for frame in frames {
            let at = held.at.unwrap_or(0);
            let gap = |until| Some(Polled::Gap { partition: partition.clone(), from: at, until });
            if frame.first > at {
                held.at = Some(frame.first);
                return Ok(gap(frame.first));
            }
            let next = frame.first + frame.records;
            held.at = Some(next);
            let sound = i64::from(crc32fast::hash(&frame.body)) == frame.checksum;
            let Some(records) = Some(Bytes::from(frame.body)).filter(|_| sound).and_then(|body| frame::decode(&body).ok()) else {
                tracing::error!(topic = partition.topic, partition = partition.partition, from = at, until = next, "records of the event bus are damaged");
                return Ok(gap(next));
            };
            let position = |offset| Position { topic: partition.topic.clone(), partition: partition.partition, offset };
            let delivered = (frame.first..).zip(records).filter(|(offset, _)| *offset >= at);
            held.ahead.extend(delivered.map(|(offset, record)| Delivered { position: position(offset), record }));
        }
        if !whole {
            break;
        }
    }
    Ok(None)
}

#[async_trait]
impl Consumer for Member {
    async fn poll(&mut self, most: usize, wait: Duration) -> Result<Polled, BusFault> {
        let until = Instant::now() + wait;
        self.polled.store(now_ms(), Ordering::Relaxed);
        loop {
            self.news.borrow_and_update();
            self.settle().await?;
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            let records = self.read(most).await?;
            if records.is_empty()
                && let Some(event) = self.events.pop_front()
            {
                return Ok(event);
            }
            if !records.is_empty() || Instant::now() >= until {
                return Ok(Polled::Records(records));
            }
            // At the latest then, since only this process tells its news.
            let look = until.min(Instant::now() + LOOK);
            tokio::select! {
                _ = self.news.changed() => {}
                () = tokio::time::sleep_until(look) => {}
            }
        }
    }

    async fn commit(&mut self, next: &[Position]) -> Result<(), BusFault> {
        let finished = next.iter().filter_map(|position| {
            let held = self.held.get(&Partition { topic: position.topic.clone(), partition: position.partition })?;
            Some(Finished { position: position.clone(), generation: held.generation })
        });
        let finished: Vec<Finished> = finished.collect();
        if !finished.is_empty() {
            self.log.order(Order::Commit { group: self.group.clone(), member: self.id.clone(), finished }).await?;
        }
        Ok(())
    }

    async fn seek(&mut self, next: &Position) -> Result<(), BusFault> {
        let held =
            self.held.get_mut(&Partition { topic: next.topic.clone(), partition: next.partition }).ok_or_else(|| not_assigned(&next.topic, next.partition))?;
        held.ahead.clear();
        held.at = Some(next.offset);
        Ok(())
    }

    async fn pause(&mut self, partition: &Partition) -> Result<(), BusFault> {
        self.held.get_mut(partition).ok_or_else(|| not_assigned(&partition.topic, partition.partition))?.paused = true;
        Ok(())
    }

    async fn resume(&mut self, partition: &Partition) -> Result<(), BusFault> {
        self.held.get_mut(partition).ok_or_else(|| not_assigned(&partition.topic, partition.partition))?.paused = false;
        Ok(())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.signs.abort();
        self.log.leave_word(Order::Leave { group: self.group.clone(), member: self.id.clone() });
    }
}

fn not_assigned(topic: &str, partition: u32) -> BusFault {
    BusFault::Refused(format!("partition {partition} of {topic} is not assigned to this consumer"))
}
