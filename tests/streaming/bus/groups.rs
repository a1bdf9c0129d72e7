//! Groups: what is finished stays finished, partitions move with the members, whoever lost one cannot commit it.

use super::{
    house::{House, On, assigned, read, records, until, watch},
    on_each_bus,
};
use std::{collections::BTreeSet, time::Duration};
use streaming::bus::{Polled, Position};

on_each_bus!(
    a_group_goes_on_where_it_committed,
    members_share_the_partitions,
    whoever_lost_a_partition_commits_nothing,
    more_partitions_reach_a_running_group,
    a_member_that_leaves_gives_its_partitions_back,
);

async fn a_group_goes_on_where_it_committed(on: On) {
    let Some(house) = House::new(on).await else { return };
    house.send(records(0..200)).await;
    assert_eq!(house.bus.committed(&house.group, &house.topic.name).await.unwrap(), []);
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 200).await;
    consumer.commit(&told.next()).await.unwrap();
    assert_eq!(house.bus.committed(&house.group, &house.topic.name).await.unwrap(), told.next());
    drop(consumer);
    house.send(records(200..260)).await;
    let mut again = house.subscribe(&house.group).await;
    let rest = read(&mut *again, 60).await;
    let ids: BTreeSet<String> = rest.ids().into_iter().collect();
    assert_eq!(ids, records(200..260).into_iter().map(|record| record.id).collect());
    let mut other = house.subscribe(&format!("{}-other", house.group)).await;
    assert_eq!(read(&mut *other, 260).await.records.len(), 260);
    // Not committed: it comes again.
    drop(again);
    let mut again = house.subscribe(&house.group).await;
    assert_eq!(read(&mut *again, 60).await.records.len(), 60);
}

async fn members_share_the_partitions(on: On) {
    let Some(house) = House::new(on).await else { return };
    let mut first = house.subscribe(&house.group).await;
    assigned(&mut *first, 4).await;
    let mut second = house.subscribe(&house.group).await;
    let (mut lost, mut won) = (Vec::new(), Vec::new());
    while won.len() < 2 || lost.len() < 2 {
        let (one, other) = tokio::join!(first.poll(100, Duration::from_millis(200)), second.poll(100, Duration::from_millis(200)));
        if let Polled::Revoked(partitions) = one.unwrap() {
            lost.extend(partitions);
        }
        if let Polled::Assigned(partitions) = other.unwrap() {
            won.extend(partitions);
        }
    }
    lost.sort();
    won.sort();
    assert_eq!(lost, won, "two of four move, and the other two stay");
    house.send(records(0..400)).await;
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    while ones.len() + others.len() < 400 {
        let (one, other) = tokio::join!(first.poll(100, Duration::from_millis(200)), second.poll(100, Duration::from_millis(200)));
        let records = |polled| if let Polled::Records(records) = polled { records } else { Vec::new() };
        ones.extend(records(one.unwrap()));
        others.extend(records(other.unwrap()));
    }
    let ids: BTreeSet<&String> = ones.iter().chain(&others).map(|delivered| &delivered.record.id).collect();
    assert_eq!((ids.len(), ones.len() + others.len()), (400, 400), "each once");
    assert!(others.iter().all(|delivered| won.contains(&house.partition(delivered.position.partition))));
    assert!(ones.iter().all(|delivered| !won.contains(&house.partition(delivered.position.partition))));
}

async fn whoever_lost_a_partition_commits_nothing(on: On) {
    let Some(house) = House::with(on, |topic| topic.partitions = 2).await else { return };
    house.send(records(0..200)).await;
    let mut first = house.subscribe(&house.group).await;
    let told = read(&mut *first, 200).await;
    let mut second = house.subscribe(&house.group).await;
    let mut won = Vec::new();
    while won.is_empty() {
        let (_, other) = tokio::join!(first.poll(100, Duration::from_millis(200)), second.poll(100, Duration::from_millis(200)));
        if let Polled::Assigned(partitions) = other.unwrap() {
            won.extend(partitions);
        }
    }
    // The first still believes that it finished both.
    first.commit(&told.next()).await.unwrap();
    let committed = house.bus.committed(&house.group, &house.topic.name).await.unwrap();
    assert!(committed.iter().all(|position| position.partition != won[0].partition), "{committed:?}, {won:?}");
    assert_eq!(committed.len(), 1);
    // What was not committed is delivered to its new owner.
    let again = until(&mut *second, "its records", |told| !told.records.is_empty()).await;
    assert!(again.records.iter().all(|delivered| delivered.position.partition == won[0].partition));
    assert_eq!(again.records[0].position.offset, 0);
}

async fn more_partitions_reach_a_running_group(on: On) {
    if on == On::Kafka {
        // Kafka's clients look for new partitions every five minutes: only making them is tried there.
        let Some(house) = House::new(on).await else { return };
        let wider = streaming::bus::Topic { partitions: 6, ..house.topic.clone() };
        house.bus.ensure(&wider).await.unwrap();
        return assert_eq!(house.bounds().await.len(), 6);
    }
    let Some(house) = House::new(on).await else { return };
    let mut consumer = house.subscribe(&house.group).await;
    assigned(&mut *consumer, 4).await;
    let wider = streaming::bus::Topic { partitions: 6, ..house.topic.clone() };
    house.bus.ensure(&wider).await.unwrap();
    assigned(&mut *consumer, 2).await;
    // Fewer are never made.
    house.bus.ensure(&house.topic).await.unwrap();
    assert_eq!(house.bounds().await.len(), 6);
    house.send(records(0..300)).await;
    let told = read(&mut *consumer, 300).await;
    assert!(told.records.iter().any(|delivered| delivered.position.partition >= 4));
}

async fn a_member_that_leaves_gives_its_partitions_back(on: On) {
    let Some(house) = House::new(on).await else { return };
    house.send(records(0..100)).await;
    let mut first = house.subscribe(&house.group).await;
    read(&mut *first, 100).await;
    let waiting = house.subscribe(&house.group).await;
    drop(waiting);
    drop(first);
    let mut next = house.subscribe(&house.group).await;
    assigned(&mut *next, 4).await;
    assert_eq!(read(&mut *next, 100).await.records.len(), 100, "nothing was committed");
    let nobodys = Position { topic: "test-other".into(), partition: 0, offset: 5 };
    next.commit(&[nobodys]).await.unwrap();
    assert_eq!(house.bus.committed(&house.group, &house.topic.name).await.unwrap(), []);
    assert!(watch(&mut *next, Duration::from_millis(500)).await.revoked.is_empty());
}
