//! Retention, and that a reader is told what it missed by it; opening again what a crash left.

use super::{
    house::{House, On, SOON, assigned, read, record, records, until},
    on_each_bus,
};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};
use streaming::{
    Record,
    bus::{Brokers, Bus, Position, Settings, Topic, open},
};
use tests::services::kafka::own;

on_each_bus!(what_is_too_old_goes_and_its_reader_is_told, what_is_too_much_goes_oldest_first, a_slow_reader_is_told_what_it_missed);

/// Waits until a topic's only partition begins behind an offset.
async fn shortened(house: &House, behind: i64) -> (i64, i64) {
    let late = Instant::now() + SOON;
    loop {
        let bounds = house.bounds().await.remove(0);
        if bounds.oldest > behind {
            return (bounds.oldest, bounds.next);
        }
        assert!(Instant::now() < late, "nothing is removed: {bounds:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn what_is_too_old_goes_and_its_reader_is_told(on: On) {
    let keep = |topic: &mut Topic| (topic.partitions, topic.keep) = (1, Duration::from_secs(3));
    let Some(mut house) = House::with(on, keep).await else { return };
    house.send(records(0..100)).await;
    let mut consumer = house.subscribe(&house.group).await;
    read(&mut *consumer, 100).await;
    consumer.commit(&[Position { topic: house.topic.name.clone(), partition: 0, offset: 40 }]).await.unwrap();
    drop(consumer);
    let (oldest, next) = shortened(&house, 40).await;
    assert_eq!((oldest, next), (100, 100), "all of them are too old");
    // What comes now stays.
    house.topic.keep = Duration::from_secs(3600);
    house.ensure().await;
    house.send(records(100..110)).await;
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 10).await;
    assert_eq!(told.gaps, [(house.partition(0), 40, 100)]);
    assert_eq!(told.records[0].record, record(100));
}

async fn what_is_too_much_goes_oldest_first(on: On) {
    let keep = |topic: &mut Topic| (topic.partitions, topic.keep_bytes) = (1, 4 << 20);
    let Some(house) = House::with(on, keep).await else { return };
    for batch in 0..40 {
        house.send((batch * 5..batch * 5 + 5).map(noise).collect()).await;
    }
    // A segment may go at each look that the server takes.
    let kept = |(oldest, next): (i64, i64)| (next - oldest) as u64 * 50_000;
    let late = Instant::now() + SOON;
    let mut bounds = shortened(&house, 0).await;
    while kept(bounds) >= 6 << 20 {
        assert!(Instant::now() < late, "{} bytes are kept", kept(bounds));
        tokio::time::sleep(Duration::from_millis(100)).await;
        bounds = shortened(&house, 0).await;
    }
    let (oldest, next) = bounds;
    assert_eq!(next, 200);
    assert!(kept(bounds) >= 1 << 20, "{} bytes are kept", kept(bounds));
    // A group that never read is told nothing: it begins with what there is.
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 1).await;
    assert!(told.gaps.is_empty());
    assert!(told.records[0].position.offset >= oldest);
}

async fn a_slow_reader_is_told_what_it_missed(on: On) {
    let keep = |topic: &mut Topic| (topic.partitions, topic.keep_bytes) = (1, 4 << 20);
    let Some(house) = House::with(on, keep).await else { return };
    house.send(records(0..10)).await;
    let mut consumer = house.subscribe(&house.group).await;
    read(&mut *consumer, 10).await;
    consumer.pause(&house.partition(0)).await.unwrap();
    for batch in 2..40 {
        house.send((batch * 5..batch * 5 + 5).map(noise).collect()).await;
    }
    shortened(&house, 10).await;
    consumer.resume(&house.partition(0)).await.unwrap();
    let told = until(&mut *consumer, "the newest record", |told| told.records.last().is_some_and(|last| last.position.offset == 199)).await;
    let first = told.records[0].position.offset;
    // Each offset was either delivered or named as missing.
    let named: i64 = told.gaps.iter().map(|(_, from, until)| until - from).sum();
    assert!(named > 0, "no gap, and records begin at {first}");
    assert_eq!(named + told.records.len() as i64, 190);
    let mut offsets: BTreeSet<i64> = told.records.iter().map(|delivered| delivered.position.offset).collect();
    offsets.extend(told.gaps.iter().flat_map(|(_, from, until)| *from..*until));
    assert_eq!(offsets, (10..200).collect());
}

/// A record of 50,000 bytes that cannot be compressed.
fn noise(number: usize) -> Record {
    let mut state = number as u64 + 1;
    let byte = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    Record { value: (0..50_000).map(byte).collect::<Vec<u8>>().into(), ..record(number) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_whole_when_it_is_opened_again() {
    let house = House::new(On::Log).await.unwrap();
    survives(&house, async || open(house.settings.clone()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ft_s02_kafka_is_whole_after_a_crash() {
    let Some(mut kafka) = own().await else { return };
    let settings = Settings::Kafka(Brokers { addresses: kafka.brokers(), ..Brokers::default() });
    let house = House::at(settings, "test-crash".into()).await;
    house.ensure().await;
    let bus = house.bus.clone();
    survives(&house, async || {
        kafka.crash(1);
        kafka.restart().await;
        bus.clone()
    })
    .await;
}

/// What was acknowledged and committed is there afterwards, for the reader that was there before too.
async fn survives(house: &House, crash: impl AsyncFnOnce() -> std::sync::Arc<dyn Bus>) {
    let topic = &house.topic.name;
    house.send(records(0..300)).await;
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 300).await;
    consumer.commit(&told.next()).await.unwrap();
    let (committed, before) = (house.bus.committed(&house.group, topic).await.unwrap(), house.bounds().await);
    let bus = crash().await;
    let late = Instant::now() + SOON;
    let after = loop {
        match bus.bounds(topic).await {
            Ok(bounds) => break bounds,
            Err(fault) => assert!(Instant::now() < late, "{fault}"),
        }
    };
    assert_eq!(after, before);
    assert_eq!(bus.committed(&house.group, topic).await.unwrap(), committed);
    super::house::send(&*bus, topic, records(300..350)).await;
    let mut late: BTreeSet<String> = BTreeSet::new();
    let patience = Instant::now() + SOON;
    while late.len() < 50 {
        assert!(Instant::now() < patience, "{} of 50 came", late.len());
        // Brokers that are away are a fault to be met by trying again.
        if let Ok(streaming::bus::Polled::Records(records)) = consumer.poll(100, Duration::from_millis(200)).await {
            late.extend(records.into_iter().map(|delivered| delivered.record.id));
        }
    }
    assert_eq!(late, records(300..350).into_iter().map(|record| record.id).collect());
    let mut other = bus.subscribe("test-other", std::slice::from_ref(topic)).await.unwrap();
    assigned(&mut *other, 4).await;
    assert_eq!(read(&mut *other, 350).await.records.len(), 350);
}
