//! What the library tells when partitions come and go, kept until the next poll; and where each partition is read from.

use super::client::{Complaints, PATIENCE};
use crate::bus::{Partition, rules::goes_on};
use rdkafka::{
    Offset, TopicPartitionList,
    client::ClientContext,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext, RebalanceProtocol},
    error::KafkaError,
    types::RDKafkaRespErr,
};
use std::{
    collections::VecDeque,
    ops::Range,
    sync::{Mutex, PoisonError},
};

/// What changed.
pub(super) enum Change {
    Assigned(Vec<Assigned>),
    Revoked(Vec<Partition>),
}

/// A partition that came.
pub(super) struct Assigned {
    pub partition: Partition,
    /// The offset to be read next; `None`: could not be found out yet.
    pub next: Option<i64>,
    /// What is missing before it.
    pub gap: Option<Range<i64>>,
    /// The brokers know no place of the group there: it is new, or they have lost it.
    pub unplaced: bool,
}

/// The context of a consumer.
#[derive(Default)]
pub(super) struct Rebalances {
    pub complaints: Complaints,
    changes: Mutex<VecDeque<Change>>,
}

impl Rebalances {
    pub(super) fn take(&self) -> VecDeque<Change> {
        std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, change: Change) {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).push_back(change);
    }
}

/// Where a group goes on in a partition, by what it has committed and by what the brokers still have.
pub(super) fn start(consumer: &BaseConsumer<Rebalances>, partition: &Partition, at: Option<i64>) -> Result<(i64, Option<Range<i64>>), KafkaError> {
    let (oldest, next) = consumer.fetch_watermarks(&partition.topic, partition.partition as i32, PATIENCE)?;
    Ok(goes_on(at, oldest, next))
}

/// What the group has committed for these partitions, in their order.
pub(super) fn committed(consumer: &BaseConsumer<Rebalances>, partitions: &[Partition]) -> Result<Vec<Option<i64>>, KafkaError> {
    if partitions.is_empty() {
        // The library calls this an error.
        return Ok(Vec::new());
    }
    let told = consumer.committed_offsets(list(partitions), PATIENCE)?;
    let of = |partition: &Partition| match told.find_partition(&partition.topic, partition.partition as i32)?.offset() {
        Offset::Offset(offset) => Some(offset),
        _ => None,
    };
    Ok(partitions.iter().map(of).collect())
}

/// Partitions as the library takes them.
pub(super) fn list(partitions: &[Partition]) -> TopicPartitionList {
    let mut list = TopicPartitionList::with_capacity(partitions.len());
    for partition in partitions {
        list.add_partition(&partition.topic, partition.partition as i32);
    }
    list
}

impl ClientContext for Rebalances {
    fn error(&self, error: KafkaError, reason: &str) {
        self.complaints.error(error, reason);
    }

    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.complaints.log(level, facility, message);
    }
}

impl ConsumerContext for Rebalances {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, told: RDKafkaRespErr, tpl: &mut TopicPartitionList) {
        let place = |topic: &str, partition: i32| Partition { topic: topic.to_owned(), partition: partition.unsigned_abs() };
        let partitions: Vec<Partition> = tpl.elements().iter().map(|element| place(element.topic(), element.partition())).collect();
        let cooperative = matches!(consumer.rebalance_protocol(), RebalanceProtocol::Cooperative);
        let done = match told {
            RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS => {
                let mut starts = Vec::new();
                // Where they cannot be found out now, the library asks for them itself, and complains if there are none: a group whose
                // place is not known just now must not begin with the oldest, and miss in silence what was lost.
                let count = partitions.len();
                let known = committed(consumer, &partitions).map_or_else(|_| vec![None; count], |known| known.into_iter().map(Some).collect());
                let mut assigned = TopicPartitionList::new();
                for (partition, at) in partitions.into_iter().zip(known) {
                    let unplaced = at == Some(None);
                    let found = at.and_then(|at| start(consumer, &partition, at).ok());
                    let offset = found.as_ref().map_or(Offset::Stored, |(offset, _)| Offset::Offset(*offset));
                    if let Err(error) = assigned.add_partition_offset(&partition.topic, partition.partition as i32, offset) {
                        tracing::warn!(%error, topic = partition.topic, "Kafka");
                    }
                    let (next, gap) = found.map_or((None, None), |(offset, gap)| (Some(offset), gap));
                    starts.push(Assigned { partition, next, gap, unplaced });
                }
                let done = if cooperative { consumer.incremental_assign(&assigned) } else { consumer.assign(&assigned) };
                if !starts.is_empty() {
                    self.tell(Change::Assigned(starts));
                }
                done
            }
            _ => {
                let done = if cooperative { consumer.incremental_unassign(tpl) } else { consumer.unassign() };
                if !partitions.is_empty() {
                    self.tell(Change::Revoked(partitions));
                }
                done
            }
        };
        if let Err(error) = done {
            tracing::warn!(%error, "Kafka's division of partitions could not be taken over");
        }
    }
}
