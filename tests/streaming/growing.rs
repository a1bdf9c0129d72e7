//! The page `docs/growing.md` as it is written: the same program on other engines, by the settings that stand there.

use ::streaming::bus;
use app::{
    dashboards::asks::{ReadWindow, WindowTile},
    search::asks::{SearchStream, Searched, TimeRange},
};
use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};
use tests::{
    demo::Person,
    followed_log::FollowedLog,
    program::root,
    services::{elasticsearch, kafka, postgresql},
};

/// Settings of the page that only servers can take which the registries do not have: an Elasticsearch with its security module.
const WITHOUT_A_SERVER: [&str; 4] =
    ["ATALAYA_ELASTICSEARCH_API_KEY", "ATALAYA_ELASTICSEARCH_USER", "ATALAYA_ELASTICSEARCH_PASSWORD", "ATALAYA_ELASTICSEARCH_CA"];

/// Names of settings in the page's blocks, each with what stands behind its `=`.
fn written() -> BTreeMap<String, String> {
    let page = fs::read_to_string(root().join("docs/growing.md")).expect("the page");
    let settings = page.lines().filter_map(|line| line.split_once('=')).filter(|(name, _)| name.starts_with("ATALAYA_"));
    settings.map(|(name, value)| (name.to_owned(), value.split('#').next().unwrap_or_default().trim().to_owned())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_of_the_page_move_the_line_to_kafka_elasticsearch_and_postgresql() {
    let (Some(kafka), Some(elasticsearch)) = (kafka::own().await, elasticsearch::own().await) else { return };
    let mut written = written();
    for name in WITHOUT_A_SERVER {
        written.remove(name);
    }
    // What is the reader's own is put in; what is a choice (how Kafka is spoken to) stays as it is written.
    let mut own = vec![("ATALAYA_ELASTICSEARCH_URL", elasticsearch.url().to_string())];
    match &kafka.certificate {
        Some(certificate) => own.extend([
            ("ATALAYA_KAFKA_BROKERS", kafka.brokers_tls()),
            ("ATALAYA_KAFKA_USER", kafka::USER.to_owned()),
            ("ATALAYA_KAFKA_PASSWORD", kafka::PASSWORD.to_owned()),
            ("ATALAYA_KAFKA_CA", certificate.display().to_string()),
        ]),
        None => {
            written.retain(|name, _| !name.starts_with("ATALAYA_KAFKA_"));
            written.insert("ATALAYA_KAFKA_BROKERS".to_owned(), String::new());
            own.push(("ATALAYA_KAFKA_BROKERS", kafka.brokers()));
        }
    }
    match postgresql::database().await {
        Some(database) => own.push(("ATALAYA_DATABASE_URL", database)),
        None => drop(written.remove("ATALAYA_DATABASE_URL")),
    }
    for (name, value) in own {
        assert!(written.insert(name.to_owned(), value).is_some(), "the page does not name {name}");
    }
    let environment: Vec<(String, String)> = written.into_iter().collect();
    let log = FollowedLog::start(&environment).await;
    // Oldest first: what comes more than two minutes after newer lines is late.
    for number in (0..40).rev() {
        let (path, status) = if number % 5 == 0 { ("/apple-touch-icon.png", 404) } else { ("/index.html", 200) };
        log.log(30 + number * 10, path, status);
    }
    let olga = Person::sign_in(&log.program, "olga@atalaya.example", &log.password).await;
    assert_eq!(found(&olga, "status:404 AND path:/apple-touch-icon*", 8).await, 8);
    assert_eq!(found(&olga, "", 40).await, 40);
    let tile = WindowTile { stream: "web".into(), window: "by_minute".into(), measure: "errors".into(), by: None, minutes: 60 };
    let window = ReadWindow { tile, ..ReadWindow::default() };
    let late = Instant::now() + Duration::from_secs(30);
    while olga.ask(&window).await.unwrap().total != 8.0 {
        assert!(Instant::now() < late, "{:?}", olga.ask(&window).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    // And it is there that it went.
    let indices = reqwest::get(elasticsearch.url().join("/_cat/indices?h=index").unwrap()).await.unwrap().text().await.unwrap();
    assert!(indices.contains("atalaya-operations-web"), "{indices}");
    let brokers = bus::Brokers { addresses: kafka.brokers(), ..bus::Brokers::default() };
    let records: i64 = bus::open(bus::Settings::Kafka(brokers)).await.unwrap().bounds("web").await.unwrap().iter().map(|bounds| bounds.next).sum();
    assert_eq!(records, 40);
    assert!(!log.program.folder.join("data/bus").exists() && !log.program.folder.join("data/index").exists(), "nothing falls back to a folder");
}

/// How many events a query finds, once there are so many.
async fn found(person: &Person, query: &str, wanted: u64) -> u64 {
    let ask = SearchStream { stream: "web".into(), query: query.into(), range: TimeRange::LastMinutes(60), ..SearchStream::default() };
    let until = Instant::now() + Duration::from_secs(120);
    loop {
        let total = match person.ask(&ask).await {
            Ok(Searched::Found(page)) => page.total,
            Ok(Searched::Wrong(wrong)) => panic!("{}", wrong.message.en),
            // The index is made with the first event.
            Err((status, fault)) => {
                assert!(Instant::now() < until, "{status} {fault}");
                0
            }
        };
        if total == wanted || Instant::now() > until {
            return total;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
