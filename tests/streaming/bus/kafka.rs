//! What only Kafka has: security, other programs' records, its notes.

use super::house::{House, On, read, records};
use rdkafka::{
    ClientConfig,
    producer::{FutureProducer, FutureRecord},
};
use std::time::Duration;
use streaming::bus::{Brokers, BusFault, Settings, open};
use tests::{
    services::kafka::{PASSWORD, USER, kafka},
    skips::skipped,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_and_tls_are_spoken() {
    let Some(kafka) = kafka().await else { return };
    let plain = Brokers { user: Some(USER.into()), password: Some(PASSWORD.into()), ..Brokers::default() };
    let mut all = Vec::new();
    for mechanism in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] {
        let with = Brokers { mechanism: mechanism.into(), ..plain.clone() };
        all.push(Brokers { addresses: kafka.brokers_sasl(), security: "sasl_plaintext".into(), ..with.clone() });
        match &kafka.certificate {
            Some(ca) => all.push(Brokers { addresses: kafka.brokers_tls(), security: "sasl_ssl".into(), ca: Some(ca.clone()), ..with }),
            None => skipped("TLS of Kafka: there is no openssl to make a certificate"),
        }
    }
    for brokers in all {
        let what = format!("{} {}", brokers.security, brokers.mechanism);
        let name = format!("test-{}", uuid::Uuid::now_v7().simple());
        let house = House::at(Settings::Kafka(brokers), name).await;
        house.ensure().await;
        house.send(records(0..50)).await;
        let mut consumer = house.subscribe(&house.group).await;
        assert_eq!(read(&mut *consumer, 50).await.records.len(), 50, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_said() {
    let Some(kafka) = kafka().await else { return };
    let brokers = Brokers {
        addresses: kafka.brokers_sasl(),
        security: "sasl_plaintext".into(),
        mechanism: "PLAIN".into(),
        user: Some(USER.into()),
        password: Some("not-the-password".into()),
        ca: None,
    };
    let house = House::at(Settings::Kafka(brokers), "test-refused".into()).await;
    let fault = house.bus.ensure(&house.topic).await.unwrap_err();
    assert!(matches!(&fault, BusFault::Refused(reason) if reason.contains("password")), "{fault:?}");
    assert!(!fault.to_string().contains("not-the-password"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_other_programs_are_read_too() {
    let Some(house) = House::with(On::Kafka, |topic| topic.partitions = 1).await else { return };
    let Settings::Kafka(brokers) = &house.settings else { unreachable!() };
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", &brokers.addresses).create().unwrap();
    let line = FutureRecord::to(&house.topic.name).key("host-1").payload("a line");
    producer.send(line, Duration::from_secs(10)).await.unwrap();
    let gone: FutureRecord<'_, str, str> = FutureRecord::to(&house.topic.name).key("host-1");
    producer.send(gone, Duration::from_secs(10)).await.unwrap();
    let mut consumer = house.subscribe(&house.group).await;
    let told = read(&mut *consumer, 2).await;
    let [line, gone] = &told.records[..] else { panic!("{:?}", told.records) };
    assert_eq!(line.record.id, format!("{}-0-0", house.topic.name));
    assert_eq!((line.record.key.as_str(), &line.record.value[..], line.record.deleted), ("host-1", &b"a line"[..], false));
    assert!(line.record.taken_ms > 1_700_000_000_000);
    assert!(gone.record.deleted && gone.record.value.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_broker_is_noted() {
    let Some(house) = House::new(On::Kafka).await else { return };
    let notes = house.bus.notes();
    let [note] = &notes[..] else { panic!("{notes:?}") };
    assert!(note.en.contains("(1 of 3)") && note.en.contains("one replica"), "{note:?}");
    assert!(note.es.contains("(1 de 3)") && note.es.contains("una sola réplica"), "{note:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn brokers_that_are_away_are_said_to_be() {
    let nowhere = Settings::Kafka(Brokers { addresses: format!("127.0.0.1:{}", tests::program::free_port()), ..Brokers::default() });
    let bus = open(nowhere).await.unwrap();
    let fault = bus.bounds("test").await.unwrap_err();
    assert!(matches!(&fault, BusFault::Unavailable(_)), "{fault:?}");
}
