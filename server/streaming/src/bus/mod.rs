//! The event bus seam: records in topics, in partitions by key, read by consumer groups that commit what they have finished.

mod kafka;
mod log;
mod rules;
mod settings;

pub use settings::{Brokers, Settings, open};

use crate::{Record, Words};
use async_trait::async_trait;
use std::time::Duration;

/// A topic as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// Lower-case letters, digits, `_`, `-` and `.`.
    pub name: String,
    pub partitions: u32,
    /// Records older than this may go.
    pub keep: Duration,
    /// Oldest records go above this size, in bytes, over all partitions.
    pub keep_bytes: u64,
    /// Largest record, in bytes; a larger one is refused with the reason.
    pub record_bytes: usize,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub topic: String,
    pub partition: u32,
    pub offset: i64,
}

/// One partition of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Partition {
    pub topic: String,
    pub partition: u32,
}

/// A record as a consumer gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub position: Position,
    pub record: Record,
}

/// What a consumer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Records in order within each partition; empty when none came in time.
    Records(Vec<Delivered>),
    /// These partitions are this consumer's from now on; records follow from the committed offset (else from the oldest kept).
    Assigned(Vec<Partition>),
    /// These are another's now: what was not committed will be delivered there again.
    Revoked(Vec<Partition>),
    /// Records from `from` on, before `until`, are gone before they were read (retention), or were read and are gone from the bus
    /// (an unclean broker): never silent. Where the two are equal, something is gone near there and no more is known.
    Gap { partition: Partition, from: i64, until: i64 },
    /// What was read of this partition beyond `next` is gone from the bus, and other records take its offsets: reading goes on at `next`.
    /// The gap is told before.
    Rewound { partition: Partition, next: i64 },
}

/// The oldest kept and the next offset of one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub partition: Partition,
    pub oldest: i64,
    pub next: i64,
}

/// Whether the bus took a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Durable: acknowledged by every replica that must have it, or flushed to the disk.
    At(Position),
    /// Never to be had (too large): with the reason. Sending it again is of no use.
    Refused(String),
}

/// What failed.
#[derive(Debug, thiserror::Error)]
pub enum BusFault {
    /// The bus cannot be reached or is full: try again later. Nothing says which records of the call it has.
    #[error("the event bus is not available: {0}")]
    Unavailable(String),
    /// A setting or a name is wrong: trying again is of no use.
    #[error("{0}")]
    Refused(String),
}

/// An event bus. `send` returns when the records are durable.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Names this very log: offsets count in it alone. Another cluster, and another folder, has another name.
    async fn identity(&self) -> Result<String, BusFault>;

    /// Makes the topic be as said; more partitions may be added, never fewer.
    async fn ensure(&self, topic: &Topic) -> Result<(), BusFault>;

    /// Appends records in order, all to one topic; one answer for each, in the same order.
    async fn send(&self, topic: &str, records: Vec<Record>) -> Result<Vec<Sent>, BusFault>;

    /// Joins a consumer group: its partitions come with the first polls.
    async fn subscribe(&self, group: &str, topics: &[String]) -> Result<Box<dyn Consumer>, BusFault>;

    /// Bounds of each partition of a topic.
    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>, BusFault>;

    /// The next offset that a group has committed for each partition of a topic; those without a commit are absent.
    async fn committed(&self, group: &str, topic: &str) -> Result<Vec<Position>, BusFault>;

    /// What an administrator should know: e.g. that topics have one replica.
    fn notes(&self) -> Vec<Words> {
        Vec::new()
    }
}

/// One member of a consumer group. Dropped, it leaves the group.
#[async_trait]
pub trait Consumer: Send {
    /// Up to `most` records, waiting at most `wait` for the first.
    async fn poll(&mut self, most: usize, wait: Duration) -> Result<Polled, BusFault>;

    /// Everything before these offsets is finished. Offsets of partitions that are no longer this consumer's are ignored.
    async fn commit(&mut self, next: &[Position]) -> Result<(), BusFault>;

    /// Reads an assigned partition from this offset on.
    async fn seek(&mut self, next: &Position) -> Result<(), BusFault>;

    /// No records from this partition until `resume`: a sink is slow.
    async fn pause(&mut self, partition: &Partition) -> Result<(), BusFault>;

    async fn resume(&mut self, partition: &Partition) -> Result<(), BusFault>;
}
