//! Brokers go and come back: FT-S02, FT-S03 on a cluster of three nodes.

use super::house::{House, SOON, read, records, until};
use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use streaming::bus::{Brokers, Bus, BusFault, Polled, Position, Sent, Settings};
use tests::services::kafka::{Kafka, three};

fn settings(kafka: &Kafka) -> Settings {
    Settings::Kafka(Brokers { addresses: kafka.brokers(), ..Brokers::default() })
}

/// Sends numbered records as an agent does: a batch that the bus cannot take is sent again, whole, until it is taken.
struct Agent {
    stop: AtomicBool,
    sent: AtomicUsize,
    unavailable: AtomicUsize,
}

impl Agent {
    fn start(bus: Arc<dyn Bus>, topic: String) -> (Arc<Self>, tokio::task::JoinHandle<()>) {
        let agent = Arc::new(Self { stop: AtomicBool::new(false), sent: AtomicUsize::new(0), unavailable: AtomicUsize::new(0) });
        let sending = tokio::spawn({
            let agent = agent.clone();
            async move {
                let mut next = 0;
                while !agent.stop.load(Ordering::Relaxed) {
                    match bus.send(&topic, records(next..next + 40)).await {
                        Ok(sent) => {
                            assert!(sent.iter().all(|sent| matches!(sent, Sent::At(_))), "{sent:?}");
                            next += 40;
                            agent.sent.store(next, Ordering::Relaxed);
                            tokio::time::sleep(Duration::from_millis(20)).await;
                        }
                        Err(BusFault::Unavailable(_)) => drop(agent.unavailable.fetch_add(1, Ordering::Relaxed)),
                        Err(fault) => panic!("{fault}"),
                    }
                }
            }
        });
        (agent, sending)
    }

    async fn goes_on(&self, what: &str) {
        let (before, late) = (self.sent.load(Ordering::Relaxed), Instant::now() + SOON);
        while self.sent.load(Ordering::Relaxed) < before + 400 {
            assert!(Instant::now() < late, "nothing is sent after {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft_s02_leader_killed_and_all_brokers_down_lose_and_turn_nothing() {
    let Some(mut kafka) = three().await else { return };
    let house = House::at(settings(&kafka), format!("test-{}", uuid::Uuid::now_v7().simple())).await;
    house.ensure().await;
    assert!(house.bus.notes().is_empty(), "three brokers hold three replicas");
    let (agent, sending) = Agent::start(house.bus.clone(), house.topic.name.clone());
    agent.goes_on("the start").await;
    for node in 1..=3 {
        // Each leads some of the four partitions.
        kafka.crash(node);
        agent.goes_on(&format!("the end of node {node}")).await;
        kafka.restart().await;
        agent.goes_on(&format!("the return of node {node}")).await;
    }
    for node in 1..=3 {
        kafka.crash(node);
    }
    let late = Instant::now() + SOON;
    while agent.unavailable.load(Ordering::Relaxed) == 0 {
        assert!(Instant::now() < late, "nobody says that the brokers are away");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    kafka.restart().await;
    agent.goes_on("the return of all").await;
    agent.stop.store(true, Ordering::Relaxed);
    sending.await.unwrap();
    let sent = agent.sent.load(Ordering::Relaxed);
    let mut consumer = house.subscribe(&house.group).await;
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let told = until(&mut *consumer, "all that was sent", |told| {
        let ids: BTreeSet<&String> = told.records.iter().map(|delivered| &delivered.record.id).collect();
        ids.len() >= sent
    })
    .await;
    for delivered in &told.records {
        let number: usize = delivered.record.id.rsplit(':').next().unwrap().parse().unwrap();
        // Sent twice where nobody knew whether it was taken: the first counts, as the id says.
        if seen.insert(number) {
            by_key.entry(delivered.record.key.clone()).or_default().push(number);
        }
    }
    assert!((0..sent).all(|number| seen.contains(&number)), "none is missing");
    assert!(by_key.values().all(|numbers| numbers.is_sorted()), "each key keeps its order");
    assert!(told.gaps.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft_s03_what_brokers_acknowledged_and_lost_is_told() {
    let Some(mut kafka) = three().await else { return };
    let house = House::at(settings(&kafka), format!("test-{}", uuid::Uuid::now_v7().simple())).await;
    // A topic as nobody should make it: an unclean leader may take over.
    let admin: AdminClient<DefaultClientContext> = ClientConfig::new().set("bootstrap.servers", kafka.brokers()).create().unwrap();
    let replicas: [&[i32]; 1] = [&[1, 2]];
    let topic = NewTopic::new(&house.topic.name, 1, TopicReplication::Variable(&replicas));
    // The records' own times are years ago: nothing may be deleted for its age.
    let topic =
        topic.set("retention.ms", "-1").set("unclean.leader.election.enable", "true").set("min.insync.replicas", "1").set("max.message.bytes", "1000000");
    admin.create_topics([&topic], &AdminOptions::new()).await.unwrap().remove(0).unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    house.send(records(0..5)).await;
    let mut consumer = house.subscribe(&house.group).await;
    assert_eq!(read(&mut *consumer, 5).await.records.len(), 5);
    kafka.crash(2);
    // Taken by the only replica left, once the cluster knows that the other is gone.
    house.send(records(5..10)).await;
    assert_eq!(read(&mut *consumer, 5).await.records.len(), 5);
    consumer.commit(&[Position { topic: house.topic.name.clone(), partition: 0, offset: 10 }]).await.unwrap();
    kafka.crash(1);
    kafka.start_node(2);
    let mut gaps = Vec::new();
    // What came instead, for whoever must find out why.
    let mut others: Vec<String> = Vec::new();
    let late = Instant::now() + SOON;
    while gaps.is_empty() {
        assert!(Instant::now() < late, "the loss was never told: {others:?}, the topic holds {:?}", house.bus.bounds(&house.topic.name).await);
        match consumer.poll(100, Duration::from_millis(200)).await {
            Ok(Polled::Gap { partition, from, until }) => gaps.push((partition.partition, from, until)),
            Ok(Polled::Records(records)) if records.is_empty() => {}
            other => others.push(format!("{other:?}")),
        }
        others.dedup();
    }
    assert_eq!(gaps, [(0, 5, 10)]);
    house.send(records(20..25)).await;
    let told = read(&mut *consumer, 5).await;
    // The brokers may have lost the group's place too: then all that is left comes once more.
    let [(_, next)] = told.rewound[..] else { panic!("{:?}", told.rewound) };
    assert!([0, 5].contains(&next), "{next}");
    let told = if next == 0 { read(&mut *consumer, 5).await } else { told };
    assert_eq!(told.records[0].position.offset, 5, "new records stand where the lost ones stood, and are delivered");
    drop(consumer);
    kafka.restart().await;
}
