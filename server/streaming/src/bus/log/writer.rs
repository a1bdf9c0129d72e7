//! The one writer of this process: what waits is written in one transaction, so that many senders share one flush of the disk.

use super::{
    frame::Frame,
    group::store::{self as groups, Finished, Hold, Sign},
    store,
};
use crate::bus::{BusFault, Topic};
use sqlx::{Connection, Sqlite, SqliteConnection, Transaction};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc, oneshot, watch},
    time::MissedTickBehavior,
};

/// Most orders in one transaction.
const ORDERS: usize = 1024;

/// How often it is looked whether something is too old.
const LOOK: Duration = Duration::from_secs(1);

/// What is to be written.
pub(super) enum Order {
    Ensure(Topic),
    /// Frames for the partitions of one topic.
    Append {
        topic: i64,
        frames: Vec<(u32, Frame)>,
    },
    Sign(Sign),
    Leave {
        group: String,
        member: String,
    },
    Settle {
        group: String,
        member: String,
    },
    Commit {
        group: String,
        member: String,
        finished: Vec<Finished>,
    },
}

/// What came of an order.
#[derive(Clone, Debug)]
pub(super) enum Written {
    Done,
    /// The offset of each frame's first record.
    At(Vec<i64>),
    /// The group's generation and what the member has.
    Holds(i64, Vec<Hold>),
}

/// An order on its way.
pub(super) struct Waiting {
    pub order: Order,
    pub answer: oneshot::Sender<Result<Written, BusFault>>,
    /// Of the memory that waiting records may take; given back when this is written.
    pub _room: Option<OwnedSemaphorePermit>,
}

/// Writes what comes until nobody can send any more. `news` changes when there are records or another division of partitions.
pub(super) async fn write(mut connection: SqliteConnection, mut orders: mpsc::UnboundedReceiver<Waiting>, news: watch::Sender<u64>) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let mut waiting = Vec::new();
        tokio::select! {
            // While one transaction is flushed the next one's orders gather here: no timer is needed.
            received = orders.recv_many(&mut waiting, ORDERS) => if received == 0 { break },
            _ = look.tick() => {}
        }
        if waiting.is_empty() {
            if let Err(cause) = shorten(&mut connection).await {
                tracing::warn!(%cause, "the event bus could not remove what is too old");
            }
            continue;
        }
        match together(&mut connection, &waiting).await {
            Ok(written) => waiting.into_iter().zip(written).for_each(|(waiting, written)| drop(waiting.answer.send(Ok(written)))),
            Err(cause) if waiting.len() == 1 => drop(waiting.pop().map(|order| order.answer.send(Err(cause)))),
            // One order must not take the others with it.
            Err(_) => {
                for order in waiting {
                    let written = together(&mut connection, std::slice::from_ref(&order)).await;
                    drop(order.answer.send(written.map(|mut written| written.pop().unwrap_or(Written::Done))));
                }
            }
        }
        news.send_modify(|count| *count += 1);
    }
    drop(connection.close().await);
}

async fn together(connection: &mut SqliteConnection, waiting: &[Waiting]) -> Result<Vec<Written>, BusFault> {
    let mut changes = connection.begin_with("begin immediate").await?;
    let now_ms = now_ms();
    let mut written = Vec::with_capacity(waiting.len());
    let mut grown = BTreeSet::new();
    while let Some(next) = waiting.get(written.len()) {
        if let Order::Append { topic, .. } = &next.order {
            let senders = alike(&waiting[written.len()..], *topic);
            written.extend(append(&mut changes, *topic, rows(&senders), &senders, now_ms).await?);
            grown.insert(*topic);
        } else {
            written.push(one(&mut changes, &next.order, now_ms).await?);
        }
    }
    for topic in store::overfull(&mut changes, now_ms).await? {
        if grown.contains(&topic) {
            store::shorten(&mut changes, topic, now_ms).await?;
        }
    }
    changes.commit().await?;
    Ok(written)
}

/// What the first of those that wait bring for one topic, up to the first that brings something else.
fn alike(waiting: &[Waiting], topic: i64) -> Vec<&Vec<(u32, Frame)>> {
    let mut frames = Vec::new();
    for waiting in waiting {
        match &waiting.order {
            Order::Append { topic: its, frames: brought } if *its == topic => frames.push(brought),
            _ => break,
        }
    }
    frames
}

async fn one(changes: &mut Transaction<'_, Sqlite>, order: &Order, now_ms: i64) -> Result<Written, BusFault> {
    match order {
        Order::Ensure(topic) => {
            if store::ensure(changes, topic).await? {
                groups::widened(changes, &topic.name).await?;
            }
        }
        // Written with its like.
        Order::Append { .. } => {}
        Order::Sign(sign) => groups::sign(changes, sign, now_ms).await?,
        Order::Leave { group, member } => groups::leave(changes, group, member).await?,
        Order::Settle { group, member } => {
            let (generation, holds) = groups::settle(changes, group, member).await?;
            return Ok(Written::Holds(generation, holds));
        }
        Order::Commit { group, member, finished } => groups::commit(changes, group, member, finished).await?,
    }
    Ok(Written::Done)
}

/// A row to be written: the frames of one partition, and whose they are.
struct Row {
    partition: u32,
    frame: Frame,
    /// The sender, the place of its frame, and how many records of others come before in this row.
    parts: Vec<(usize, usize, u32)>,
}

/// Puts small frames of one partition together.
fn rows(senders: &[&Vec<(u32, Frame)>]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    // The row of each partition that may still grow.
    let mut open: BTreeMap<u32, usize> = BTreeMap::new();
    for (sender, frames) in senders.iter().enumerate() {
        for (at, (partition, frame)) in frames.iter().enumerate() {
            let fits = |row: &usize| rows[*row].frame.bytes.len() + frame.bytes.len() <= super::FRAME_BYTES;
            let row = open.get(partition).copied().filter(fits).unwrap_or_else(|| {
                rows.push(Row { partition: *partition, frame: Frame::default(), parts: Vec::new() });
                rows.len() - 1
            });
            open.insert(*partition, row);
            let before = rows[row].frame.records;
            rows[row].parts.push((sender, at, before));
            rows[row].frame.extend(frame);
        }
    }
    rows
}

/// Writes rows; each sender's answer says where its frames begin.
async fn append(
    changes: &mut Transaction<'_, Sqlite>,
    topic: i64,
    rows: Vec<Row>,
    senders: &[&Vec<(u32, Frame)>],
    now_ms: i64,
) -> Result<Vec<Written>, sqlx::Error> {
    let mut firsts: Vec<Vec<i64>> = senders.iter().map(|frames| vec![0; frames.len()]).collect();
    for row in rows {
        let first = store::append(changes, topic, row.partition, &row.frame, now_ms).await?;
        for (sender, at, before) in row.parts {
            firsts[sender][at] = first + i64::from(before);
        }
    }
    Ok(firsts.into_iter().map(Written::At).collect())
}

async fn shorten(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let now_ms = now_ms();
    // Looked at without the write lock first: mostly there is nothing to do.
    if store::overfull(connection, now_ms).await?.is_empty() {
        return Ok(());
    }
    let mut changes = connection.begin_with("begin immediate").await?;
    for topic in store::overfull(&mut changes, now_ms).await? {
        store::shorten(&mut changes, topic, now_ms).await?;
    }
    changes.commit().await
}

/// Unix milliseconds now.
pub(super) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
