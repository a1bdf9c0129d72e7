//! The bus on Kafka: idempotent producers that wait for all replicas, consumers that commit by hand, gaps that are never silent.

mod client;
mod consumer;
mod headers;
mod producer;
mod reading;
mod rebalance;
mod topics;

use self::{
    client::{Complaints, PATIENCE, configuration},
    producer::Producer,
    topics::Topics,
};
use super::{Bounds, Brokers, Bus, BusFault, Consumer, Partition, Position, Sent, Topic, rules};
use crate::{Record, Words};
use async_trait::async_trait;
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer as _},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub struct Kafka {
    common: ClientConfig,
    complaints: Complaints,
    topics: Topics,
    producer: Producer,
    /// Clients that are members of no group and ask for what it has committed.
    groups: Mutex<HashMap<String, Arc<BaseConsumer<Complaints>>>>,
}

impl Kafka {
    /// Takes the settings; brokers are asked when there is something to ask.
    pub fn open(brokers: &Brokers) -> Result<Self, BusFault> {
        let common = configuration(brokers)?;
        let complaints = Complaints::default();
        let topics = Topics::new(&common, &complaints)?;
        let producer = Producer::new(&common, &complaints)?;
        Ok(Self { common, complaints, topics, producer, groups: Mutex::default() })
    }

    fn group(&self, group: &str) -> Result<Arc<BaseConsumer<Complaints>>, BusFault> {
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = groups.get(group) {
            return Ok(client.clone());
        }
        let mut config = self.common.clone();
        config.set("group.id", group);
        let client: BaseConsumer<Complaints> = config.create_with_context(self.complaints.clone()).map_err(|error| self.complaints.fault(&error))?;
        let client = Arc::new(client);
        groups.insert(group.to_owned(), client.clone());
        Ok(client)
    }
}

#[async_trait]
impl Bus for Kafka {
    async fn identity(&self) -> Result<String, BusFault> {
        Ok(format!("kafka {}", self.topics.cluster().await?))
    }

    async fn ensure(&self, topic: &Topic) -> Result<(), BusFault> {
        rules::makeable(topic)?;
        self.topics.ensure(topic).await
    }

    async fn send(&self, topic: &str, records: Vec<Record>) -> Result<Vec<Sent>, BusFault> {
        let limit = self.topics.limit(topic).await?;
        let mut refused: Vec<(usize, String)> = Vec::new();
        let mut taken = Vec::with_capacity(records.len());
        for (at, record) in records.into_iter().enumerate() {
            match rules::too_large(&record, limit) {
                Some(reason) => refused.push((at, reason)),
                None => taken.push(record),
            }
        }
        let sent = self.producer.send(topic, taken).await;
        if sent.is_err() {
            // The topic may be another one by now.
            self.topics.forget(topic);
        }
        let mut sent = sent?;
        // In ascending order, so each finds the place that it had.
        for (at, reason) in refused {
            sent.insert(at, Sent::Refused(reason));
        }
        Ok(sent)
    }

    async fn subscribe(&self, group: &str, topics: &[String]) -> Result<Box<dyn Consumer>, BusFault> {
        for topic in topics {
            if self.topics.standing(topic).await?.is_none() {
                return Err(topics::unknown(topic));
            }
        }
        Ok(Box::new(consumer::Member::join(&self.common, group, topics)?))
    }

    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>, BusFault> {
        let standing = self.topics.standing(topic).await?.ok_or_else(|| topics::unknown(topic))?;
        let mut bounds = Vec::new();
        for partition in 0..standing.partitions {
            let (oldest, next) = self.topics.ends(topic, partition).await?;
            bounds.push(Bounds { partition: Partition { topic: topic.to_owned(), partition }, oldest, next });
        }
        Ok(bounds)
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<Vec<Position>, BusFault> {
        let standing = self.topics.standing(topic).await?.ok_or_else(|| topics::unknown(topic))?;
        let client = self.group(group)?;
        let mut asked = TopicPartitionList::new();
        asked.add_partition_range(topic, 0, standing.partitions as i32 - 1);
        let told = tokio::task::spawn_blocking(move || {
            // Nobody else takes what gathers there.
            while client.poll(Duration::ZERO).is_some() {}
            client.committed_offsets(asked, PATIENCE)
        });
        let told = told.await;
        let told = told.map_err(|cause| BusFault::Unavailable(cause.to_string()))?.map_err(|error| self.complaints.fault(&error))?;
        let position = |(topic, partition, offset): (&str, i32, Offset)| match offset {
            Offset::Offset(offset) => Some(Position { topic: topic.to_owned(), partition: partition.unsigned_abs(), offset }),
            _ => None,
        };
        Ok(told.elements().iter().filter_map(|element| position((element.topic(), element.partition(), element.offset()))).collect())
    }

    fn notes(&self) -> Vec<Words> {
        self.topics.notes()
    }
}
