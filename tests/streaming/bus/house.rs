//! A bus with a topic of a test's own, and what tests do with it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use streaming::{
    Record,
    bus::{Bounds, Brokers, Bus, BusFault, Consumer, Delivered, Partition, Polled, Position, Sent, Settings, Topic, open},
};
use tests::services::kafka::kafka;

/// Which implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Log,
    Kafka,
}

pub struct House {
    pub bus: Arc<dyn Bus>,
    pub settings: Settings,
    pub topic: Topic,
    pub group: String,
    folder: Option<PathBuf>,
}

/// No case waits longer for what must come; on a busy machine a server needs a minute to start again.
pub const SOON: Duration = Duration::from_secs(120);

impl House {
    /// A bus with a new topic of four partitions; `None` where the implementation cannot be had here, which was said.
    pub async fn new(on: On) -> Option<Self> {
        Self::with(on, |_| {}).await
    }

    /// The same, with something of the topic changed.
    pub async fn with(on: On, change: impl FnOnce(&mut Topic)) -> Option<Self> {
        let name = format!("test-{}", uuid::Uuid::now_v7().simple());
        let (settings, folder) = match on {
            On::Log => {
                let folder = std::env::temp_dir().join(format!("atalaya-bus-{name}"));
                (Settings::Folder(folder.clone()), Some(folder))
            }
            On::Kafka => (Settings::Kafka(Brokers { addresses: kafka().await?.brokers(), ..Brokers::default() }), None),
        };
        let mut house = Self::at(settings, name).await;
        house.folder = folder;
        change(&mut house.topic);
        house.ensure().await;
        Some(house)
    }

    /// A bus by its settings; the topic is not made yet.
    pub async fn at(settings: Settings, name: String) -> Self {
        let bus = open(settings.clone()).await.expect("a bus");
        let topic = Topic { name: name.clone(), partitions: 4, keep: Duration::from_secs(3600), keep_bytes: 1 << 30, record_bytes: 1 << 20 };
        Self { bus, settings, topic, group: format!("group-{name}"), folder: None }
    }

    /// Makes the topic; a busy machine's broker may need more than one try.
    pub async fn ensure(&self) {
        let late = Instant::now() + SOON;
        while let Err(fault) = self.bus.ensure(&self.topic).await {
            assert!(Instant::now() < late && matches!(fault, BusFault::Unavailable(_)), "{fault}");
        }
    }

    pub async fn send(&self, records: Vec<Record>) -> Vec<Position> {
        send(&*self.bus, &self.topic.name, records).await
    }

    pub async fn subscribe(&self, group: &str) -> Box<dyn Consumer> {
        self.bus.subscribe(group, std::slice::from_ref(&self.topic.name)).await.expect("a consumer")
    }

    pub async fn bounds(&self) -> Vec<Bounds> {
        self.bus.bounds(&self.topic.name).await.expect("bounds")
    }

    pub fn partition(&self, partition: u32) -> Partition {
        Partition { topic: self.topic.name.clone(), partition }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// Sends what must be taken whole.
pub async fn send(bus: &dyn Bus, topic: &str, records: Vec<Record>) -> Vec<Position> {
    let sent = bus.send(topic, records).await.expect("sent");
    let position = |sent| match sent {
        Sent::At(position) => position,
        Sent::Refused(reason) => panic!("refused: {reason}"),
    };
    sent.into_iter().map(position).collect()
}

/// A numbered record; its key is one of 20.
pub fn record(number: usize) -> Record {
    Record {
        id: format!("agent:file:{number}"),
        key: format!("key-{}", number % 20),
        taken_ms: 1_700_000_000_000 + number as i64,
        source: "agent".into(),
        origin: "/var/log/año.log".into(),
        version: (number % 3) as i64,
        deleted: number.is_multiple_of(7),
        value: format!("line {number} \u{1F5FC}").into_bytes().into(),
    }
}

pub fn records(numbers: std::ops::Range<usize>) -> Vec<Record> {
    numbers.map(record).collect()
}

/// What a consumer was told, until enough records came.
#[derive(Default)]
pub struct Told {
    pub records: Vec<Delivered>,
    pub assigned: Vec<Partition>,
    pub revoked: Vec<Partition>,
    pub gaps: Vec<(Partition, i64, i64)>,
    pub rewound: Vec<(Partition, i64)>,
}

impl Told {
    pub fn ids(&self) -> Vec<String> {
        self.records.iter().map(|delivered| delivered.record.id.clone()).collect()
    }

    /// The next offset of each partition that records came from.
    pub fn next(&self) -> Vec<Position> {
        let mut next: BTreeMap<(String, u32), i64> = BTreeMap::new();
        for Delivered { position, .. } in &self.records {
            next.insert((position.topic.clone(), position.partition), position.offset + 1);
        }
        next.into_iter().map(|((topic, partition), offset)| Position { topic, partition, offset }).collect()
    }

    pub fn take(&mut self, polled: Polled) {
        match polled {
            Polled::Records(records) => self.records.extend(records),
            Polled::Assigned(partitions) => self.assigned.extend(partitions),
            Polled::Revoked(partitions) => self.revoked.extend(partitions),
            Polled::Gap { partition, from, until } => self.gaps.push((partition, from, until)),
            Polled::Rewound { partition, next } => self.rewound.push((partition, next)),
        }
    }
}

/// Polls until something holds.
pub async fn until(consumer: &mut dyn Consumer, what: &str, mut holds: impl FnMut(&Told) -> bool) -> Told {
    let mut told = Told::default();
    let late = Instant::now() + SOON;
    while !holds(&told) {
        assert!(Instant::now() < late, "never came: {what}; {} records, assigned {:?}, gaps {:?}", told.records.len(), told.assigned, told.gaps);
        told.take(consumer.poll(500, Duration::from_millis(200)).await.expect("polled"));
    }
    told
}

/// Polls until so many records came.
pub async fn read(consumer: &mut dyn Consumer, count: usize) -> Told {
    until(consumer, &format!("{count} records"), |told| told.records.len() >= count).await
}

/// Polls until so many partitions are assigned.
pub async fn assigned(consumer: &mut dyn Consumer, count: usize) -> Told {
    until(consumer, &format!("{count} partitions"), |told| told.assigned.len() >= count).await
}

/// Polls for a while; everything that came.
pub async fn watch(consumer: &mut dyn Consumer, time: Duration) -> Told {
    let since = Instant::now();
    let mut told = Told::default();
    while since.elapsed() < time {
        told.take(consumer.poll(500, Duration::from_millis(100)).await.expect("polled"));
    }
    told
}
