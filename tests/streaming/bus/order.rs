//! Records come whole, in the order of their key, from where one wants, and large ones are refused.

use super::{
    house::{House, On, assigned, read, record, records, until, watch},
    on_each_bus,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};
use streaming::bus::{BusFault, Position, Sent, open};

on_each_bus!(
    records_come_whole_in_the_order_of_their_key,
    offsets_are_counted_for_each_partition,
    a_large_record_is_refused_and_its_neighbours_are_not,
    a_reader_goes_where_it_is_sent,
    a_paused_partition_waits_and_loses_nothing,
    a_poll_that_is_given_up_loses_nothing,
    a_waiting_reader_sees_what_another_process_sends,
    what_is_not_there_is_refused,
);

async fn records_come_whole_in_the_order_of_their_key(on: On) {
    let Some(house) = House::new(on).await else { return };
    for batch in (0..2000).step_by(100) {
        house.send(records(batch..batch + 100)).await;
    }
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 2000).await;
    assert_eq!(told.records.len(), 2000);
    let mut by_key: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut places: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for delivered in &told.records {
        let number: usize = delivered.record.id.rsplit(':').next().unwrap().parse().unwrap();
        assert_eq!(delivered.record, record(number));
        by_key.entry(&delivered.record.key).or_default().push(number);
        places.entry(&delivered.record.key).or_default().insert(delivered.position.partition);
    }
    assert_eq!(by_key.len(), 20);
    assert!(by_key.values().all(|numbers| numbers.len() == 100 && numbers.is_sorted()), "{by_key:?}");
    assert!(places.values().all(|partitions| partitions.len() == 1), "{places:?}");
    assert!(places.values().flatten().collect::<BTreeSet<_>>().len() > 1, "one partition got everything");
}

async fn offsets_are_counted_for_each_partition(on: On) {
    let Some(house) = House::new(on).await else { return };
    assert!(house.bounds().await.iter().all(|bounds| bounds.oldest == 0 && bounds.next == 0));
    let mut positions = house.send(records(0..300)).await;
    positions.extend(house.send(records(300..400)).await);
    let mut offsets: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for position in &positions {
        assert_eq!(position.topic, house.topic.name);
        offsets.entry(position.partition).or_default().push(position.offset);
    }
    for bounds in house.bounds().await {
        let its = offsets.remove(&bounds.partition.partition).unwrap_or_default();
        assert_eq!(its, (0..bounds.next).collect::<Vec<_>>());
        assert_eq!(bounds.oldest, 0);
    }
    assert!(offsets.is_empty());
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 400).await;
    let mut delivered: Vec<Position> = told.records.iter().map(|delivered| delivered.position.clone()).collect();
    delivered.sort();
    positions.sort();
    assert_eq!(delivered, positions);
}

async fn a_large_record_is_refused_and_its_neighbours_are_not(on: On) {
    let Some(house) = House::with(on, |topic| topic.record_bytes = 700_000).await else { return };
    let mut three = records(0..3);
    three[1].value = vec![b'x'; 700_001].into();
    let sent = house.bus.send(&house.topic.name, three).await.unwrap();
    let Sent::Refused(reason) = &sent[1] else { panic!("taken: {sent:?}") };
    assert!(reason.contains("700000") && reason.contains("limit"), "{reason}");
    assert!(matches!((&sent[0], &sent[2]), (Sent::At(_), Sent::At(_))), "{sent:?}");
    let mut fits = record(3);
    fits.value = vec![b'x'; 699_000].into();
    house.send(vec![fits]).await;
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 3).await;
    let ids: BTreeSet<String> = told.ids().into_iter().collect();
    assert_eq!(ids, [0, 2, 3].map(|number| record(number).id).into());
}

async fn a_reader_goes_where_it_is_sent(on: On) {
    let Some(house) = House::with(on, |topic| topic.partitions = 1).await else { return };
    house.send(records(0..1000)).await;
    let mut consumer = house.subscribe(&house.group).await;
    read(&mut *consumer, 700).await;
    for offset in [10, 990, 0] {
        consumer.seek(&Position { topic: house.topic.name.clone(), partition: 0, offset }).await.unwrap();
        let told = read(&mut *consumer, 1).await;
        assert_eq!(told.records[0].position.offset, offset);
        assert_eq!(told.records[0].record, record(offset as usize));
    }
    let elsewhere = Position { topic: house.topic.name.clone(), partition: 9, offset: 0 };
    assert!(matches!(consumer.seek(&elsewhere).await, Err(BusFault::Refused(_))));
}

async fn a_paused_partition_waits_and_loses_nothing(on: On) {
    let Some(house) = House::with(on, |topic| topic.partitions = 2).await else { return };
    house.send(records(0..400)).await;
    let mut consumer = house.subscribe(&house.group).await;
    assigned(&mut *consumer, 2).await;
    let mut told = read(&mut *consumer, 1).await;
    let paused = house.partition(told.records[0].position.partition);
    consumer.pause(&paused).await.unwrap();
    house.send(records(400..800)).await;
    let meanwhile = watch(&mut *consumer, Duration::from_secs(1)).await;
    assert!(!meanwhile.records.is_empty(), "the other one flows");
    assert!(meanwhile.records.iter().all(|delivered| delivered.position.partition != paused.partition), "it was paused");
    consumer.resume(&paused).await.unwrap();
    told.records.extend(meanwhile.records);
    let rest = read(&mut *consumer, 800 - told.records.len()).await;
    told.records.extend(rest.records);
    let mut next: BTreeMap<u32, i64> = BTreeMap::new();
    for delivered in &told.records {
        let next = next.entry(delivered.position.partition).or_default();
        assert_eq!(delivered.position.offset, *next, "each once, in order");
        *next += 1;
    }
    assert_eq!(told.records.len(), 800);
}

async fn a_poll_that_is_given_up_loses_nothing(on: On) {
    let Some(house) = House::new(on).await else { return };
    let mut consumer = house.subscribe(&house.group).await;
    assigned(&mut *consumer, 4).await;
    let mut told = super::house::Told::default();
    let mut given_up = 0;
    for batch in (0..600).step_by(20) {
        house.send(records(batch..batch + 20)).await;
        for _ in 0..5 {
            match tokio::time::timeout(Duration::from_micros(300), consumer.poll(7, Duration::from_secs(5))).await {
                Ok(polled) => told.take(polled.unwrap()),
                Err(_) => given_up += 1,
            }
        }
    }
    assert!(given_up > 0, "no poll was given up");
    let rest = until(&mut *consumer, "the rest", |rest| told.records.len() + rest.records.len() >= 600).await;
    told.records.extend(rest.records);
    let mut ids = told.ids();
    assert_eq!(ids.len(), 600);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 600);
}

async fn a_waiting_reader_sees_what_another_process_sends(on: On) {
    let Some(house) = House::new(on).await else { return };
    let mut consumer = house.subscribe(&house.group).await;
    assigned(&mut *consumer, 4).await;
    // A bus of its own knows nothing of this one, as one of another process.
    let other = open(house.settings.clone()).await.unwrap();
    super::house::send(&*other, &house.topic.name, records(0..1)).await;
    read(&mut *consumer, 1).await;
    let mut waits = Vec::new();
    for number in 1..8 {
        let (sent, told) = tokio::join!(
            async {
                tokio::time::sleep(Duration::from_millis(150)).await;
                super::house::send(&*other, &house.topic.name, records(number..number + 1)).await;
                Instant::now()
            },
            async {
                let told = until(&mut *consumer, "one record", |told| !told.records.is_empty()).await;
                (told, Instant::now())
            }
        );
        assert_eq!(told.0.records[0].record, record(number));
        waits.push(told.1.saturating_duration_since(sent));
    }
    waits.sort();
    assert!(waits[waits.len() / 2] < Duration::from_millis(150), "{waits:?}");
}

async fn what_is_not_there_is_refused(on: On) {
    let Some(house) = House::new(on).await else { return };
    let refused = |fault: Result<(), BusFault>| assert!(matches!(fault, Err(BusFault::Refused(_))), "{fault:?}");
    refused(house.bus.send("test-nowhere", records(0..1)).await.map(drop));
    refused(house.bus.subscribe("group", &["test-nowhere".into()]).await.map(drop));
    refused(house.bus.bounds("test-nowhere").await.map(drop));
    refused(house.bus.committed("group", "test-nowhere").await.map(drop));
    let mut topic = house.topic.clone();
    topic.name = "No Name".into();
    refused(house.bus.ensure(&topic).await);
    topic.partitions = 0;
    topic.name = "test-none".into();
    refused(house.bus.ensure(&topic).await);
}
