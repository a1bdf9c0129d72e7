//! The thread of a consumer: polls the library, tells what came and went, and finds out what is missing.

use super::{
    client::{Complaints, PATIENCE},
    headers,
    rebalance::{Assigned, Change, Rebalances, committed, list, start},
};
use crate::bus::{BusFault, Delivered, Partition, Polled, Position};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer},
    error::KafkaError,
    types::RDKafkaErrorCode,
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ops::Range,
    sync::mpsc,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Most bytes in one answer.
const BYTES: usize = 16 << 20;

type Answer<T> = oneshot::Sender<Result<T, BusFault>>;

/// What the thread is asked.
pub(super) enum Question {
    Poll { most: usize, wait: Duration, answer: Answer<Polled> },
    Commit { next: Vec<Position>, answer: Answer<()> },
    Seek { next: Position, answer: Answer<()> },
    Pause { partition: Partition, answer: Answer<()> },
    Resume { partition: Partition, answer: Answer<()> },
}

pub(super) struct Reading {
    consumer: BaseConsumer<Rebalances>,
    complaints: Complaints,
    /// What is assigned, and the offset to be read next there; `None`: not known yet.
    held: BTreeMap<Partition, Option<i64>>,
    /// Where this reader has last put the group, also in partitions that have gone since.
    placed: BTreeMap<Partition, i64>,
    paused: BTreeSet<Partition>,
    /// To be told before any further record.
    events: VecDeque<Polled>,
    /// The place of some partition is lost, and it is not known yet of which.
    lost: bool,
    /// To be told when the records before it are.
    fault: Option<BusFault>,
}

impl Reading {
    pub(super) fn new(common: &ClientConfig, group: &str, topics: &[String]) -> Result<Self, BusFault> {
        let mut config = common.clone();
        config
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            // An offset that is gone is an error that we look into, never a silent jump.
            .set("auto.offset.reset", "error")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "2000")
            .set("queued.min.messages", "20000")
            .set("queued.max.messages.kbytes", "16384")
            .set("fetch.queue.backoff.ms", "10")
            .set("fetch.error.backoff.ms", "100");
        let context = Rebalances::default();
        let complaints = context.complaints.clone();
        let consumer: BaseConsumer<Rebalances> = config.create_with_context(context).map_err(|error| complaints.fault(&error))?;
        let names: Vec<&str> = topics.iter().map(String::as_str).collect();
        consumer.subscribe(&names).map_err(|error| complaints.fault(&error))?;
        Ok(Self {
            consumer,
            complaints,
            held: BTreeMap::new(),
            placed: BTreeMap::new(),
            paused: BTreeSet::new(),
            events: VecDeque::new(),
            lost: false,
            fault: None,
        })
    }

    /// Answers until nobody can ask any more.
    pub(super) fn answer(mut self, asked: &mpsc::Receiver<Question>) {
        while let Ok(question) = asked.recv() {
            // Whoever asked may have gone: that is no fault.
            match question {
                Question::Poll { most, wait, answer } => drop(answer.send(self.poll(most, wait))),
                Question::Commit { next, answer } => drop(answer.send(self.commit(&next))),
                Question::Seek { next, answer } => drop(answer.send(self.seek(&next))),
                Question::Pause { partition, answer } => drop(answer.send(self.hold(&partition, true))),
                Question::Resume { partition, answer } => drop(answer.send(self.hold(&partition, false))),
            }
        }
    }

    fn poll(&mut self, most: usize, wait: Duration) -> Result<Polled, BusFault> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if self.lost {
            self.look_for_gaps()?;
            self.lost = false;
        }
        let until = Instant::now() + wait;
        let mut records: Vec<Delivered> = Vec::new();
        let mut bytes = 0;
        let mut trouble = None;
        while self.events.is_empty() && records.len() < most && bytes < BYTES {
            let left = if records.is_empty() { until.saturating_duration_since(Instant::now()) } else { Duration::ZERO };
            let polled = self.consumer.poll(left).map(|polled| polled.map(|message| headers::delivered(&message)));
            self.take_changes(&mut records);
            match polled {
                Some(Ok(delivered)) => {
                    let partition = Partition { topic: delivered.position.topic.clone(), partition: delivered.position.partition };
                    // A late one of a partition that has gone is another's now.
                    if let Some(next) = self.held.get_mut(&partition) {
                        *next = Some(delivered.position.offset + 1);
                        bytes += delivered.record.value.len();
                        records.push(delivered);
                    }
                }
                // What came before is given out first.
                Some(Err(error)) if is_lost(&error) => {
                    self.lost = true;
                    break;
                }
                Some(Err(error)) if is_final(&error) => {
                    self.fault = Some(self.complaints.fault(&error));
                    break;
                }
                Some(Err(error)) => trouble = Some(error),
                None if !records.is_empty() || Instant::now() >= until => break,
                None => {}
            }
        }
        if !records.is_empty() {
            return Ok(Polled::Records(records));
        }
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        match (self.events.pop_front(), trouble) {
            (Some(event), _) => Ok(event),
            // The library goes on trying by itself: only where the brokers do not answer now is it said.
            (None, Some(error)) if self.consumer.fetch_metadata(None, Duration::from_secs(1)).is_err() => Err(self.complaints.fault(&error)),
            _ => Ok(Polled::Records(records)),
        }
    }

    fn take_changes(&mut self, records: &mut Vec<Delivered>) {
        for change in self.consumer.context().take() {
            match change {
                Change::Assigned(starts) => {
                    self.events.push_back(Polled::Assigned(starts.iter().map(|start| start.partition.clone()).collect()));
                    for Assigned { partition, next, gap, unplaced } in starts {
                        self.held.insert(partition.clone(), next);
                        let gap = if unplaced { self.gone_with_its_place(&partition) } else { gap };
                        self.miss(&partition, gap.clone());
                        if let Some(next) = next {
                            self.step_back(&partition, next, gap);
                        }
                    }
                }
                Change::Revoked(partitions) => {
                    self.held.retain(|partition, _| !partitions.contains(partition));
                    self.paused.retain(|partition| !partitions.contains(partition));
                    let gone = |position: &Position| partitions.iter().any(|gone| gone.topic == position.topic && gone.partition == position.partition);
                    records.retain(|record| !gone(&record.position));
                    self.events.push_back(Polled::Revoked(partitions));
                }
            }
        }
    }

    /// Brokers that lost records may have lost the group's place with them. Then it begins with the oldest; who put it there still knows
    /// what is gone, and must not miss it in silence.
    fn gone_with_its_place(&self, partition: &Partition) -> Option<Range<i64>> {
        let placed = self.placed.get(partition).copied()?;
        match start(&self.consumer, partition, Some(placed)) {
            Ok((_, gap)) => gap,
            Err(error) => {
                let fault = self.complaints.fault(&error);
                tracing::warn!(%fault, topic = partition.topic, partition = partition.partition, "whether records went with a group's place is not known");
                None
            }
        }
    }

    /// The library has lost its place somewhere: finds out where, and goes on with what there is.
    fn look_for_gaps(&mut self) -> Result<(), BusFault> {
        let partitions: Vec<Partition> = self.held.keys().cloned().collect();
        let unknown: Vec<Partition> = self.held.iter().filter(|(_, next)| next.is_none()).map(|(partition, _)| partition.clone()).collect();
        let known = committed(&self.consumer, &unknown).map_err(|error| self.complaints.fault(&error))?;
        let mut explained = !unknown.is_empty();
        for (partition, next) in unknown.iter().zip(known) {
            self.held.insert(partition.clone(), next);
        }
        for partition in &partitions {
            let at = self.held.get(partition).copied().flatten();
            let (next, gap) = start(&self.consumer, partition, at).map_err(|error| self.complaints.fault(&error))?;
            explained |= gap.is_some();
            self.miss(partition, gap.clone());
            self.step_back(partition, next, gap);
            self.begin_at(partition, next)?;
        }
        if !explained {
            // Other records stand where some were that had been read, and the library does not say in which partition.
            for partition in &partitions {
                let at = self.held.get(partition).copied().flatten().unwrap_or_default();
                self.miss(partition, Some(at..at));
            }
        }
        Ok(())
    }

    /// What was acknowledged and read is there no more: the group's place goes back with the log. Were it left beyond the end, whoever reads
    /// the partition next would begin there, and what has come by then would be passed over.
    fn step_back(&mut self, partition: &Partition, next: i64, gap: Option<Range<i64>>) {
        if gap.is_some_and(|gap| gap.end > next) {
            self.events.push_back(Polled::Rewound { partition: partition.clone(), next });
            let place = Position { topic: partition.topic.clone(), partition: partition.partition, offset: next };
            if let Err(fault) = self.commit(&[place]) {
                tracing::warn!(%fault, topic = partition.topic, partition = partition.partition, "the place of a group that is beyond the end of its log stays there");
            }
        }
    }

    fn miss(&mut self, partition: &Partition, gap: Option<Range<i64>>) {
        if let Some(Range { start: from, end: until }) = gap {
            self.events.push_back(Polled::Gap { partition: partition.clone(), from, until });
        }
    }

    fn commit(&mut self, next: &[Position]) -> Result<(), BusFault> {
        let mut finished = TopicPartitionList::new();
        for position in next {
            if self.held.contains_key(&Partition { topic: position.topic.clone(), partition: position.partition }) {
                let added = finished.add_partition_offset(&position.topic, position.partition as i32, Offset::Offset(position.offset));
                added.map_err(|error| self.complaints.fault(&error))?;
            }
        }
        if finished.count() == 0 {
            return Ok(());
        }
        match self.consumer.commit(&finished, CommitMode::Sync) {
            Ok(()) => {
                let placed = next.iter().map(|position| (Partition { topic: position.topic.clone(), partition: position.partition }, position.offset));
                self.placed.extend(placed.filter(|(partition, _)| self.held.contains_key(partition)));
                Ok(())
            }
            Err(error) if is_fenced(&error) => Ok(()),
            Err(error) => Err(self.complaints.fault(&error)),
        }
    }

    fn seek(&mut self, next: &Position) -> Result<(), BusFault> {
        let partition = Partition { topic: next.topic.clone(), partition: next.partition };
        if !self.held.contains_key(&partition) {
            return Err(not_assigned(&partition));
        }
        self.go_to(&partition, next.offset)
    }

    fn go_to(&mut self, partition: &Partition, offset: i64) -> Result<(), BusFault> {
        let failed = |error: KafkaError| self.complaints.fault(&error);
        let mut to = TopicPartitionList::new();
        to.add_partition_offset(&partition.topic, partition.partition as i32, Offset::Offset(offset)).map_err(failed)?;
        let sought = self.consumer.seek_partitions(to.clone(), PATIENCE).map_err(failed)?;
        if sought.elements().iter().any(|element| element.error().is_err()) {
            return self.begin_at(partition, offset);
        }
        self.held.insert(partition.clone(), Some(offset));
        Ok(())
    }

    /// The library has stopped reading there, and may take a seek without ever reading again: it is given the partition anew.
    fn begin_at(&mut self, partition: &Partition, offset: i64) -> Result<(), BusFault> {
        let failed = |error: KafkaError| self.complaints.fault(&error);
        let mut to = TopicPartitionList::new();
        to.add_partition_offset(&partition.topic, partition.partition as i32, Offset::Offset(offset)).map_err(failed)?;
        self.consumer.incremental_unassign(&to).map_err(failed)?;
        self.consumer.incremental_assign(&to).map_err(failed)?;
        if self.paused.contains(partition) {
            self.consumer.pause(&to).map_err(failed)?;
        }
        self.held.insert(partition.clone(), Some(offset));
        Ok(())
    }

    fn hold(&mut self, partition: &Partition, paused: bool) -> Result<(), BusFault> {
        if !self.held.contains_key(partition) {
            return Err(not_assigned(partition));
        }
        let one = list(std::slice::from_ref(partition));
        let done = if paused { self.consumer.pause(&one) } else { self.consumer.resume(&one) };
        done.map_err(|error| self.complaints.fault(&error))?;
        if paused {
            self.paused.insert(partition.clone());
        } else {
            self.paused.remove(partition);
        }
        Ok(())
    }
}

/// The place of a partition is lost: its offset is out of range, or other records stand there.
fn is_lost(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(error.rdkafka_error_code(), Some(Code::AutoOffsetReset | Code::NoOffset | Code::OffsetOutOfRange | Code::LogTruncation))
}

/// Waiting will not help.
fn is_final(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let codes = [Code::TopicAuthorizationFailed, Code::GroupAuthorizationFailed, Code::ClusterAuthorizationFailed, Code::UnknownTopicOrPartition, Code::Fatal];
    matches!(error, KafkaError::MessageConsumptionFatal(_)) || error.rdkafka_error_code().is_some_and(|code| codes.contains(&code))
}

/// The group has gone on without this member: what it finished is another's.
fn is_fenced(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let codes = [Code::IllegalGeneration, Code::UnknownMemberId, Code::FencedInstanceId, Code::FencedMemberEpoch, Code::StaleMemberEpoch];
    error.rdkafka_error_code().is_some_and(|code| codes.contains(&code))
}

fn not_assigned(partition: &Partition) -> BusFault {
    BusFault::Refused(format!("partition {} of {} is not assigned to this consumer", partition.partition, partition.topic))
}
