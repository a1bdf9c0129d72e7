//! Topics of Kafka: made as said, with as many replicas as the cluster can hold, and their limits.

use super::{
    client::{Complaints, PATIENCE},
    headers,
    producer::BATCH_BYTES,
};
use crate::{
    Words,
    bus::{BusFault, Topic},
};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, AlterConfig, ConfigEntry, ConfigSource, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication},
    error::KafkaError,
    types::RDKafkaErrorCode,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// How long a partition without a leader is asked again.
const SETTLING: Duration = Duration::from_secs(3);

/// Replicas where there are brokers enough, and how many must have a record before it is acknowledged.
const REPLICAS: usize = 3;
const REPLICAS_IN_SYNC: usize = 2;

/// Kafka removes whole segments, never the one being written: a topic has at least this many, so that little more is kept than said.
const SEGMENTS: u64 = 8;

const MEBIBYTE: u64 = 1 << 20;

pub(super) struct Topics {
    admin: Arc<AdminClient<Complaints>>,
    complaints: Complaints,
    /// Largest record by topic.
    limits: Mutex<HashMap<String, Limit>>,
    /// Brokers that answered last; 0: none has been asked.
    brokers: AtomicUsize,
}

#[derive(Clone, Copy)]
enum Limit {
    /// We made the topic so.
    Said(usize),
    /// The brokers told it; it may change.
    Told(usize),
}

/// A topic as the brokers tell it.
pub(super) struct Standing {
    pub partitions: u32,
    replicas: usize,
}

impl Topics {
    pub(super) fn new(common: &ClientConfig, complaints: &Complaints) -> Result<Self, BusFault> {
        let made = common.create_with_context(complaints.clone());
        let admin = made.map_err(|error| BusFault::Refused(format!("Kafka's client cannot be made: check its settings ({error})")))?;
        Ok(Self { admin: Arc::new(admin), complaints: complaints.clone(), limits: Mutex::default(), brokers: AtomicUsize::new(0) })
    }

    /// Makes a topic be as said.
    pub(super) async fn ensure(&self, topic: &Topic) -> Result<(), BusFault> {
        match self.standing(&topic.name).await? {
            Some(standing) => self.change(topic, &standing).await?,
            None => self.create(topic).await?,
        }
        self.limits().insert(topic.name.clone(), Limit::Said(topic.record_bytes));
        Ok(())
    }

    /// Largest record that a topic takes.
    pub(super) async fn limit(&self, topic: &str) -> Result<usize, BusFault> {
        if let Some(Limit::Said(bytes) | Limit::Told(bytes)) = self.limits().get(topic) {
            return Ok(*bytes);
        }
        if self.standing(topic).await?.is_none() {
            return Err(unknown(topic));
        }
        let bytes = self.configuration(topic).await?.into_iter().find(|entry| entry.name == "max.message.bytes");
        let bytes: usize = bytes.and_then(|entry| entry.value?.parse().ok()).unwrap_or(BATCH_BYTES + headers::BYTES);
        if bytes < BATCH_BYTES {
            return Err(BusFault::Refused(format!("Kafka's topic {topic} takes {bytes} bytes at once: set its max.message.bytes to {BATCH_BYTES} or more")));
        }
        let limit = bytes - headers::BYTES;
        self.limits().insert(topic.to_owned(), Limit::Told(limit));
        Ok(limit)
    }

    /// Asks the brokers for a topic's limit anew when it is next needed.
    pub(super) fn forget(&self, topic: &str) {
        let mut limits = self.limits();
        if let Some(Limit::Told(_)) = limits.get(topic) {
            limits.remove(topic);
        }
    }

    /// The cluster's id, made when it was set up.
    pub(super) async fn cluster(&self) -> Result<String, BusFault> {
        let id = self.ask(|admin| Ok(admin.inner().fetch_cluster_id(PATIENCE))).await?;
        id.ok_or_else(|| BusFault::Unavailable("Kafka's brokers do not tell their cluster's id".into()))
    }

    /// A topic's partitions; `None` where there is no such topic.
    pub(super) async fn standing(&self, topic: &str) -> Result<Option<Standing>, BusFault> {
        let name = topic.to_owned();
        let metadata = self.ask(move |admin| admin.inner().fetch_metadata(Some(&name), PATIENCE)).await?;
        self.brokers.store(metadata.brokers().len(), Ordering::Relaxed);
        let Some(told) = metadata.topics().iter().find(|told| told.name() == topic) else { return Ok(None) };
        match told.error().map(RDKafkaErrorCode::from) {
            None => {}
            Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => return Ok(None),
            Some(code) => return Err(self.complaints.fault(&KafkaError::MetadataFetch(code))),
        }
        let replicas = told.partitions().iter().map(|partition| partition.replicas().len()).min().unwrap_or(0);
        Ok(Some(Standing { partitions: told.partitions().len() as u32, replicas }).filter(|standing| standing.partitions > 0))
    }

    /// The oldest and the next offset of a partition.
    pub(super) async fn ends(&self, topic: &str, partition: u32) -> Result<(i64, i64), BusFault> {
        let until = Instant::now() + SETTLING;
        loop {
            let name = topic.to_owned();
            match self.ask(move |admin| admin.inner().fetch_watermarks(&name, partition as i32, PATIENCE)).await {
                // A partition that is new, or whose leader went, has a leader in a moment.
                Err(BusFault::Unavailable(_)) if Instant::now() < until => tokio::time::sleep(Duration::from_millis(100)).await,
                asked => return asked,
            }
        }
    }

    pub(super) fn notes(&self) -> Vec<Words> {
        match self.brokers.load(Ordering::Relaxed) {
            brokers @ 1..REPLICAS => vec![one_replica(brokers)],
            _ => Vec::new(),
        }
    }

    async fn create(&self, topic: &Topic) -> Result<(), BusFault> {
        let (replicas, in_sync) = if self.brokers.load(Ordering::Relaxed) >= REPLICAS { (REPLICAS, REPLICAS_IN_SYNC) } else { (1, 1) };
        let mut settings = settings(topic, topic.partitions);
        settings.insert("min.insync.replicas", in_sync.to_string());
        let mut new = NewTopic::new(&topic.name, topic.partitions as i32, TopicReplication::Fixed(replicas as i32));
        for (name, value) in &settings {
            new = new.set(name, value);
        }
        let made = self.admin.create_topics([&new], &options()).await.map_err(|error| self.complaints.fault(&error))?;
        for result in made {
            match result {
                // Another process was quicker: it is made as both say.
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((_, code)) => return Err(self.complaints.fault(&KafkaError::AdminOp(code))),
            }
        }
        self.shown(topic).await
    }

    /// Waits until the brokers tell of a topic what they were told of it.
    async fn shown(&self, topic: &Topic) -> Result<(), BusFault> {
        for _ in 0..100 {
            if self.standing(&topic.name).await?.is_some_and(|standing| standing.partitions >= topic.partitions) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(BusFault::Unavailable(format!("Kafka has made topic {} and does not show it yet", topic.name)))
    }

    async fn change(&self, topic: &Topic, standing: &Standing) -> Result<(), BusFault> {
        let failed = |error: &KafkaError| self.complaints.fault(error);
        if standing.partitions < topic.partitions {
            let more = NewPartitions::new(&topic.name, topic.partitions as usize);
            for result in self.admin.create_partitions([&more], &options()).await.map_err(|error| failed(&error))? {
                result.map_err(|(_, code)| failed(&KafkaError::AdminOp(code)))?;
            }
            self.shown(topic).await?;
        }
        let mut wanted = settings(topic, standing.partitions.max(topic.partitions));
        if standing.replicas >= REPLICAS {
            wanted.insert("min.insync.replicas", REPLICAS_IN_SYNC.to_string());
        }
        let entries = self.configuration(&topic.name).await?;
        let is = |name: &str, value: &String| entries.iter().any(|entry| entry.name == name && entry.value.as_ref() == Some(value));
        if wanted.iter().all(|(name, value)| is(name, value)) {
            return Ok(());
        }
        // This call takes away what it does not name: what others have set is named again.
        let kept = entries.iter().filter(|entry| entry.source == ConfigSource::DynamicTopic && !wanted.contains_key(entry.name.as_str()));
        let kept = kept.filter_map(|entry| Some((entry.name.as_str(), entry.value.as_deref()?)));
        let mut alter = AlterConfig::new(ResourceSpecifier::Topic(&topic.name));
        for (name, value) in kept.chain(wanted.iter().map(|(name, value)| (*name, value.as_str()))) {
            alter = alter.set(name, value);
        }
        for result in self.admin.alter_configs([&alter], &options()).await.map_err(|error| failed(&error))? {
            result.map_err(|(_, code)| failed(&KafkaError::AdminOp(code)))?;
        }
        Ok(())
    }

    async fn configuration(&self, topic: &str) -> Result<Vec<ConfigEntry>, BusFault> {
        let told = self.admin.describe_configs([&ResourceSpecifier::Topic(topic)], &options()).await.map_err(|error| self.complaints.fault(&error))?;
        match told.into_iter().next() {
            Some(Ok(resource)) => Ok(resource.entries),
            Some(Err(code)) => Err(self.complaints.fault(&KafkaError::AdminOp(code))),
            None => Ok(Vec::new()),
        }
    }

    /// Asks the brokers on a thread that may wait.
    async fn ask<T: Send + 'static>(&self, question: impl FnOnce(&AdminClient<Complaints>) -> Result<T, KafkaError> + Send + 'static) -> Result<T, BusFault> {
        let admin = self.admin.clone();
        let answer = tokio::task::spawn_blocking(move || question(&admin)).await.map_err(|cause| BusFault::Unavailable(cause.to_string()))?;
        answer.map_err(|error| self.complaints.fault(&error))
    }

    fn limits(&self) -> std::sync::MutexGuard<'_, HashMap<String, Limit>> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn unknown(topic: &str) -> BusFault {
    BusFault::Refused(format!("Kafka has no topic {topic:?}: it must be made first"))
}

/// What a topic is set to, as Kafka names it. Its bytes count for each partition alone.
fn settings(topic: &Topic, partitions: u32) -> BTreeMap<&'static str, String> {
    let bytes = (topic.keep_bytes / u64::from(partitions.max(1))).clamp(MEBIBYTE, i64::MAX as u64);
    let milliseconds = topic.keep.as_millis().clamp(1, i64::MAX as u128) as u64;
    BTreeMap::from([
        ("cleanup.policy", "delete".to_owned()),
        ("retention.ms", milliseconds.to_string()),
        ("retention.bytes", bytes.to_string()),
        ("segment.bytes", (bytes / SEGMENTS).clamp(MEBIBYTE, 1024 * MEBIBYTE).to_string()),
        ("segment.ms", (milliseconds / SEGMENTS).clamp(1000, 7 * 24 * 3_600_000).to_string()),
        ("max.message.bytes", (topic.record_bytes.max(BATCH_BYTES) + headers::BYTES).to_string()),
        // Kept from when they came, not from when they were taken: a log that is read late is not gone at once.
        ("message.timestamp.type", "LogAppendTime".to_owned()),
        ("unclean.leader.election.enable", "false".to_owned()),
    ])
}

/// What an administrator should know while there are too few brokers for a topic to outlive one of them.
fn one_replica(brokers: usize) -> Words {
    Words::of(
        format!("Kafka has too few brokers ({brokers} of {REPLICAS}): new topics have one replica, and what is in them is lost with its disk."),
        format!("Kafka tiene pocos servidores ({brokers} de {REPLICAS}): los temas nuevos tienen una sola réplica, y lo que contienen se pierde con su disco."),
    )
}

fn options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_topic_keeps_is_divided_among_its_partitions() {
        let topic =
            Topic { name: "web".into(), partitions: 4, keep: Duration::from_secs(3600), keep_bytes: 64 * MEBIBYTE, record_bytes: 2 * MEBIBYTE as usize };
        let settings = settings(&topic, 4);
        assert_eq!(settings["retention.ms"], "3600000");
        assert_eq!(settings["retention.bytes"], (16 * MEBIBYTE).to_string());
        assert_eq!(settings["segment.bytes"], (2 * MEBIBYTE).to_string());
        assert_eq!(settings["max.message.bytes"], (2 * MEBIBYTE as usize + headers::BYTES).to_string());
        assert_eq!(settings["unclean.leader.election.enable"], "false");
    }
}
