//! The built-in bus: a durable log in SQLite, for the processes of one machine.
//!
//! Records lie in frames of many, so that a row of the database costs little a record. A send returns when the transaction that
//! holds its records is on the disk; senders that come meanwhile share the next one.

mod frame;
mod group;
mod member;
mod store;
mod writer;

use self::{
    member::Member,
    store::Row,
    writer::{Order, Waiting, Written},
};
use super::{Bounds, Bus, BusFault, Consumer, Partition, Position, Sent, Topic, rules};
use crate::Record;
use async_trait::async_trait;
use sqlx::{ConnectOptions, SqlitePool, sqlite::SqlitePoolOptions};
use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};

/// About the largest frame of more than one record.
const FRAME_BYTES: usize = 512 << 10;

/// Memory for records that wait to be written; a send beyond it waits.
const WAITING_BYTES: usize = 64 << 20;

/// How long what is known of a topic is believed.
const BELIEVED: Duration = Duration::from_secs(1);

/// The log of one folder. Cheap to clone.
#[derive(Clone)]
pub struct Log(Arc<Parts>);

struct Parts {
    read: SqlitePool,
    orders: mpsc::UnboundedSender<Waiting>,
    news: watch::Receiver<u64>,
    room: Arc<Semaphore>,
    topics: Mutex<HashMap<String, (Instant, Row)>>,
}

impl Log {
    /// Opens the log of a folder, and makes both where there are none.
    pub async fn open(folder: &Path) -> Result<Self, BusFault> {
        let unavailable = |cause: &dyn std::fmt::Display| BusFault::Unavailable(format!("the event bus's folder {}: {cause}", folder.display()));
        std::fs::create_dir_all(folder).map_err(|cause| unavailable(&cause))?;
        let options = store::options(folder);
        let mut connection = options.connect().await.map_err(|cause| unavailable(&cause))?;
        store::create(&mut connection).await?;
        let read = SqlitePoolOptions::new().max_connections(8).connect_with(options).await.map_err(|cause| unavailable(&cause))?;
        let (orders, waiting) = mpsc::unbounded_channel();
        let (tell, news) = watch::channel(0);
        tokio::spawn(writer::write(connection, waiting, tell));
        let room = Arc::new(Semaphore::new(WAITING_BYTES));
        Ok(Self(Arc::new(Parts { read, orders, news, room, topics: Mutex::default() })))
    }

    async fn order(&self, order: Order) -> Result<Written, BusFault> {
        let room = match &order {
            Order::Append { frames, .. } => {
                let bytes: usize = frames.iter().map(|(_, frame)| frame.bytes.len()).sum();
                let bytes = u32::try_from(bytes.min(WAITING_BYTES)).unwrap_or(u32::MAX);
                Some(self.0.room.clone().acquire_many_owned(bytes).await.map_err(|_| ended())?)
            }
            _ => None,
        };
        let (answer, written) = oneshot::channel();
        self.0.orders.send(Waiting { order, answer, _room: room }).map_err(|_| ended())?;
        written.await.map_err(|_| ended())?
    }

    /// Leaves word for the writer without waiting for it.
    fn leave_word(&self, order: Order) {
        let (answer, _) = oneshot::channel();
        drop(self.0.orders.send(Waiting { order, answer, _room: None }));
    }

    async fn topic(&self, name: &str) -> Result<Row, BusFault> {
        let known = self.topics().get(name).filter(|(since, _)| since.elapsed() < BELIEVED).map(|(_, row)| *row);
        if let Some(row) = known {
            return Ok(row);
        }
        let row =
            store::topic(&self.0.read, name).await?.ok_or_else(|| BusFault::Refused(format!("the event bus has no topic {name:?}: it must be made first")))?;
        self.topics().insert(name.to_owned(), (Instant::now(), row));
        Ok(row)
    }

    fn topics(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Row)>> {
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Bus for Log {
    async fn identity(&self) -> Result<String, BusFault> {
        Ok(format!("log {}", store::identity(&self.0.read).await?))
    }

    async fn ensure(&self, topic: &Topic) -> Result<(), BusFault> {
        rules::makeable(topic)?;
        self.order(Order::Ensure(topic.clone())).await?;
        self.topics().remove(&topic.name);
        Ok(())
    }

    async fn send(&self, topic: &str, records: Vec<Record>) -> Result<Vec<Sent>, BusFault> {
        let row = self.topic(topic).await?;
        let mut answers: Vec<Option<Sent>> = vec![None; records.len()];
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); row.partitions as usize];
        for (at, record) in records.iter().enumerate() {
            match rules::too_large(record, row.record_bytes) {
                Some(reason) => answers[at] = Some(Sent::Refused(reason)),
                None => places[rules::partition_of(&record.key, row.partitions) as usize].push(at),
            }
        }
        let mut frames = Vec::new();
        for (partition, places) in (0..).zip(&places) {
            let of_it: Vec<&Record> = places.iter().map(|at| &records[*at]).collect();
            frames.extend(frame::encode(&of_it, FRAME_BYTES).into_iter().map(|frame| (partition, frame)));
        }
        if !frames.is_empty() {
            let counts: Vec<(u32, u32)> = frames.iter().map(|(partition, frame)| (*partition, frame.records)).collect();
            drop(records);
            let Written::At(firsts) = self.order(Order::Append { topic: row.id, frames }).await? else { return Err(ended()) };
            let mut left: Vec<std::slice::Iter<'_, usize>> = places.iter().map(|places| places.iter()).collect();
            for ((partition, count), first) in counts.into_iter().zip(firsts) {
                for (at, offset) in left[partition as usize].by_ref().take(count as usize).zip(first..) {
                    answers[*at] = Some(Sent::At(Position { topic: topic.to_owned(), partition, offset }));
                }
            }
        }
        answers.into_iter().map(|answer| answer.ok_or_else(ended)).collect()
    }

    async fn subscribe(&self, group: &str, topics: &[String]) -> Result<Box<dyn Consumer>, BusFault> {
        for topic in topics {
            self.topic(topic).await?;
        }
        Ok(Box::new(Member::join(self.clone(), group, topics).await?))
    }

    async fn bounds(&self, topic: &str) -> Result<Vec<Bounds>, BusFault> {
        let row = self.topic(topic).await?;
        let bounds =
            |ends: store::Ends| Bounds { partition: Partition { topic: topic.to_owned(), partition: ends.partition }, oldest: ends.oldest, next: ends.next };
        Ok(store::ends(&self.0.read, row.id).await?.into_iter().map(bounds).collect())
    }

    async fn committed(&self, group: &str, topic: &str) -> Result<Vec<Position>, BusFault> {
        self.topic(topic).await?;
        Ok(group::store::committed(&self.0.read, group, topic).await?)
    }
}

impl From<sqlx::Error> for BusFault {
    fn from(cause: sqlx::Error) -> Self {
        Self::Unavailable(format!("its files: {cause}"))
    }
}

fn ended() -> BusFault {
    BusFault::Unavailable("its writer has ended: start the program again".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::Polled;

    fn record(number: usize, bytes: usize) -> Record {
        Record {
            id: number.to_string(),
            key: "k".into(),
            taken_ms: 0,
            source: "s".into(),
            origin: "o".into(),
            version: 0,
            deleted: false,
            value: vec![b'x'; bytes].into(),
        }
    }

    #[tokio::test]
    async fn ft_s13_damaged_records_are_told_and_those_around_them_are_read() {
        let folder = std::env::temp_dir().join(format!("atalaya-log-{}", uuid::Uuid::now_v7().simple()));
        let log = Log::open(&folder).await.unwrap();
        let topic = Topic { name: "web".into(), partitions: 1, keep: Duration::from_secs(60), keep_bytes: 1 << 30, record_bytes: 1 << 20 };
        log.ensure(&topic).await.unwrap();
        for number in 0..3 {
            log.send("web", vec![record(number * 2, 400_000), record(number * 2 + 1, 10)]).await.unwrap();
        }
        let mut file = store::options(&folder).connect().await.unwrap();
        sqlx::query("update frame set body = zeroblob(length(body)) where first = 2").execute(&mut file).await.unwrap();
        let mut consumer = log.subscribe("g", &["web".into()]).await.unwrap();
        let mut told = Vec::new();
        let mut ids = Vec::new();
        while ids.len() < 4 {
            match consumer.poll(10, Duration::from_secs(5)).await.unwrap() {
                Polled::Records(records) => ids.extend(records.into_iter().map(|delivered| delivered.record.id)),
                Polled::Gap { from, until, .. } => told.push((from, until)),
                _ => {}
            }
        }
        assert_eq!(ids, ["0", "1", "4", "5"]);
        assert_eq!(told, [(2, 4)]);
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn files_of_a_newer_program_are_left_alone() {
        let folder = std::env::temp_dir().join(format!("atalaya-log-{}", uuid::Uuid::now_v7().simple()));
        drop(Log::open(&folder).await.unwrap());
        let mut file = store::options(&folder).connect().await.unwrap();
        sqlx::raw_sql("pragma user_version = 9").execute(&mut file).await.unwrap();
        assert!(matches!(Log::open(&folder).await, Err(BusFault::Refused(_))));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
