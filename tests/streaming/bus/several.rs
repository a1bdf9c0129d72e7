//! The built-in log, opened several times at once, as by several processes of one machine.

use super::house::{House, On, read, records, send};
use std::collections::BTreeMap;
use streaming::bus::open;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_senders_and_openers_lose_and_double_nothing() {
    let house = House::new(On::Log).await.unwrap();
    let mut senders = Vec::new();
    for opener in 0..4 {
        let bus = open(house.settings.clone()).await.unwrap();
        for sender in 0..8 {
            let (bus, topic) = (bus.clone(), house.topic.name.clone());
            senders.push(tokio::spawn(async move {
                let start = (opener * 8 + sender) * 1000;
                let mut positions = Vec::new();
                for number in start..start + 50 {
                    positions.extend(send(&*bus, &topic, records(number..number + 1)).await);
                }
                positions
            }));
        }
    }
    let mut places: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for sender in senders {
        let positions = sender.await.unwrap();
        for position in positions {
            places.entry(position.partition).or_default().push(position.offset);
        }
    }
    for bounds in house.bounds().await {
        let mut offsets = places.remove(&bounds.partition.partition).unwrap_or_default();
        offsets.sort_unstable();
        assert_eq!(offsets, (0..bounds.next).collect::<Vec<_>>(), "each offset was given once");
    }
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 1600).await;
    let mut numbers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for id in told.ids() {
        let number: usize = id.rsplit(':').next().unwrap().parse().unwrap();
        numbers.entry(number / 1000).or_default().push(number);
    }
    assert_eq!(numbers.len(), 32);
    for (sender, mut its) in numbers {
        its.sort_unstable();
        assert_eq!(its, (sender * 1000..sender * 1000 + 50).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_has_members_in_several_processes() {
    let house = House::new(On::Log).await.unwrap();
    let other = open(house.settings.clone()).await.unwrap();
    let mut here = house.subscribe(&house.group).await;
    super::house::assigned(&mut *here, 4).await;
    let mut there = other.subscribe(&house.group, std::slice::from_ref(&house.topic.name)).await.unwrap();
    let poll = std::time::Duration::from_millis(100);
    let mut won = 0;
    while won < 2 {
        let (_, polled) = tokio::join!(here.poll(10, poll), there.poll(10, poll));
        if let streaming::bus::Polled::Assigned(partitions) = polled.unwrap() {
            won += partitions.len();
        }
    }
    drop(there);
    super::house::assigned(&mut *here, 2).await;
    house.send(records(0..100)).await;
    assert_eq!(read(&mut *here, 100).await.records.len(), 100);
}
