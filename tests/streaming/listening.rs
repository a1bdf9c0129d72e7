//! Listeners from their file to the event bus: polled by a job under a lease, moved on only when the bus has acknowledged.

use super::web::Site;
use crate::ingestion::house::{self, House};
use app::ingestion::asks::{ListListeners, ListenerCard, ListenerState, PauseListener, SaveListener};
use axum::{Router, routing::get};
use search::Period;
use server::{
    access::{Action, Kind},
    config::Config,
    ingestion::{
        answers,
        listening::{
            poll::tick_at,
            store::{self, Standing},
        },
    },
    portal::Portal,
    search::stream::{Described, Stream, store as streams},
};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use streaming::{Record, bus::Polled, parse::post::Post};

/// A house that may fetch from these addresses, with a stream `posts` of the department sales.
async fn house(allow: &[SocketAddr], change: impl FnOnce(&mut Config)) -> House {
    let folder = tempfile::tempdir().unwrap();
    house::write_organisation(folder.path());
    let mut config = Config { fetch_allow: allow.to_vec(), ..house::config(folder.path(), None) };
    change(&mut config);
    let house = House { portal: Portal::open(config).await.unwrap(), folder };
    house.apply().await;
    let mut changes = house.portal.database.begin().await.unwrap();
    streams::save(&mut changes, &posts("posts", "sales")).await.unwrap();
    changes.commit().await.unwrap();
    house
}

fn posts(name: &str, department: &str) -> Stream {
    Stream {
        name: name.into(),
        department: department.into(),
        described: Described {
            title: app::text::Text::same("Posts"),
            description: Default::default(),
            fields: Vec::new(),
            columns: Vec::new(),
            period: Period::Month,
            keep_days: 30,
        },
        pipeline: serde_json::json!({ "topic": name, "parser": { "format": "post" } }),
        version: 1,
        origin: "portal".into(),
    }
}

/// A feed whose entries can be changed.
async fn feed() -> (Site, Arc<Mutex<Vec<u32>>>) {
    let numbers: Arc<Mutex<Vec<u32>>> = Arc::new(Mutex::new(vec![1, 2, 3]));
    let held = numbers.clone();
    let text = move || async move {
        let items: String = held
            .lock()
            .unwrap()
            .iter()
            .map(|number| {
                format!("<item><guid>{number}</guid><title>News {number}</title><pubDate>Tue, 01 Sep 2026 10:00:0{} GMT</pubDate></item>", number % 10)
            })
            .collect();
        format!("<rss version=\"2.0\"><channel><title>t</title><link>http://e.example</link><description>d</description>{items}</channel></rss>")
    };
    (Site::serve(Router::new().route("/feed", get(text))).await, numbers)
}

fn write(house: &House, site: &Site, stream: &str) {
    let url = site.url("/feed");
    house.code(
        "listeners/press.toml",
        &format!("name = \"press\"\ntitle = {{ en = \"Press\", es = \"Prensa\" }}\nconnector = \"feeds\"\ndepartment = \"sales\"\nstream = \"{stream}\"\nurl = \"{url}\"\n"),
    );
}

async fn standing(house: &House) -> Standing {
    store::one(house.portal.database.read(), "press").await.unwrap().unwrap()
}

/// Lets the clock come to the listener's next time, and works.
async fn poll(house: &House) {
    let due_ms = standing(house).await.next_ms;
    assert_eq!(tick_at(&house.portal, due_ms).await.unwrap(), 1);
    assert_eq!(tick_at(&house.portal, due_ms).await.unwrap(), 0, "one poll is asked for twice");
    house.work().await;
}

/// Everything that the stream's topic holds.
pub async fn published(house: &House) -> Vec<Record> {
    let mut consumer = house.portal.bus.subscribe(&uuid::Uuid::now_v7().simple().to_string(), &["posts".to_owned()]).await.unwrap();
    let (mut records, mut quiet) = (Vec::new(), 0);
    while quiet < 5 {
        match consumer.poll(100, Duration::from_millis(200)).await.unwrap() {
            Polled::Records(more) if more.is_empty() => quiet += 1,
            Polled::Records(more) => records.extend(more.into_iter().map(|delivered| delivered.record)),
            _ => {}
        }
    }
    records
}

async fn card(house: &House) -> ListenerCard {
    let permit = house.permit("adela", Kind::Source, Action::Administer).await.unwrap();
    let listed = answers::list_listeners(house.portal.clone(), permit, ListListeners {}).await.unwrap();
    listed.listeners.into_iter().find(|card| card.name == "press").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_from_a_file_publishes_what_is_new_and_stands_on_the_page() {
    let (site, numbers) = feed().await;
    let house = house(&[site.address], |_| {}).await;
    write(&house, &site, "posts");
    assert!(house.planned().await.contains(&"+ listener press".to_owned()));
    house.apply().await;
    assert!(house.planned().await.is_empty());
    assert_eq!(card(&house).await.state, ListenerState::Waiting);
    poll(&house).await;
    let first = published(&house).await;
    let ids = |records: &[Record]| {
        let mut ids: Vec<_> = records.iter().map(|record| record.id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&first), ["feed:press:1", "feed:press:2", "feed:press:3"]);
    assert!(first.iter().all(|record| record.source == "press" && record.key == record.id && !record.deleted));
    let told: Post = serde_json::from_slice(&first.iter().find(|record| record.id == "feed:press:2").unwrap().value).unwrap();
    assert_eq!((told.title.as_deref(), told.source_kind.as_str()), (Some("News 2"), "feeds"));
    let shown = card(&house).await;
    assert_eq!((shown.state, shown.records, shown.error), (ListenerState::Listening, 3, None));
    // A feed without marks is asked daily.
    assert!(shown.next_ms.unwrap() - shown.polled_ms.unwrap() > 80_000_000);
    numbers.lock().unwrap().insert(0, 4);
    poll(&house).await;
    assert_eq!(ids(&published(&house).await).len(), 4);
    // Gone from the files: gone.
    house.forget("listeners/press.toml");
    house.apply().await;
    assert!(store::all(&house.portal.database).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s01_a_listener_killed_before_it_noted_what_it_published_publishes_the_same_again() {
    let (site, _) = feed().await;
    let house = house(&[site.address], |_| {}).await;
    write(&house, &site, "posts");
    house.apply().await;
    poll(&house).await;
    // As if the process had died after the bus had acknowledged and before the control plane knew: the state of before.
    let mut changes = house.portal.database.begin().await.unwrap();
    store::save(&mut changes, &standing(&house).await.listening, true).await.unwrap();
    changes.commit().await.unwrap();
    poll(&house).await;
    let records = published(&house).await;
    let mut marks: Vec<_> = records.iter().map(|record| (record.id.clone(), record.version, record.value.clone())).collect();
    assert_eq!(marks.len(), 6);
    marks.sort();
    marks.dedup();
    assert_eq!(marks.len(), 3, "a record that was published again is another one");
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s02_while_the_bus_is_down_the_listener_stays_where_it_is() {
    let (site, _) = feed().await;
    // Nobody answers at this broker.
    let house = house(&[site.address], |config| config.kafka_brokers = Some("127.0.0.1:1".into())).await;
    write(&house, &site, "posts");
    house.apply().await;
    poll(&house).await;
    let after = standing(&house).await;
    assert_eq!((after.state, after.records, after.failures), (serde_json::Value::Null, 0, 1));
    let shown = card(&house).await;
    assert_eq!(shown.state, ListenerState::Failing);
    assert!(shown.error.unwrap().en.contains("event bus is not available"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s17_a_source_that_is_away_is_said_and_asked_again_later_and_later() {
    let (site, _) = feed().await;
    let house = house(&[site.address], |_| {}).await;
    write(&house, &site, "posts");
    house.apply().await;
    drop(site);
    let mut pauses = Vec::new();
    for failures in 1..=3 {
        poll(&house).await;
        let after = standing(&house).await;
        assert_eq!(after.failures, failures);
        pauses.push(after.next_ms - after.polled_ms.unwrap());
    }
    assert!(pauses[0] >= 59_000 && pauses[1] >= 119_000 && pauses[2] >= 239_000, "{pauses:?}");
    assert!(card(&house).await.error.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a42_a_listener_writes_to_no_other_departments_stream() {
    let (site, _) = feed().await;
    let house = house(&[site.address], |_| {}).await;
    let mut changes = house.portal.database.begin().await.unwrap();
    streams::save(&mut changes, &posts("ledger", "finance")).await.unwrap();
    changes.commit().await.unwrap();
    write(&house, &site, "ledger");
    assert!(house.try_apply().await.unwrap_err().message.en.contains("has no stream ledger"));
    write(&house, &site, "posts");
    house.apply().await;
    // The stream goes to another department after the listener was saved: it stops at its next poll.
    let mut changes = house.portal.database.begin().await.unwrap();
    streams::save(&mut changes, &posts("posts", "finance")).await.unwrap();
    changes.commit().await.unwrap();
    poll(&house).await;
    assert!(card(&house).await.error.unwrap().en.contains("has no stream posts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_adds_a_listener_and_pauses_it() {
    let (site, _) = feed().await;
    let house = house(&[site.address], |_| {}).await;
    let permit = async || house.permit("adela", Kind::Source, Action::Administer).await.unwrap();
    let save = |name: &str, stream: &str, url: &str| SaveListener {
        name: name.into(),
        connector: "feeds".into(),
        stream: stream.into(),
        fields: vec![("url".into(), url.into())],
    };
    let url = site.url("/feed").to_string();
    for (ask, field) in [
        (save("Press", "posts", &url), "name"),
        (save("press", "nothing", &url), "stream"),
        (save("press", "posts", "ftp://example.org"), "url"),
        (save("press", "posts", ""), "url"),
    ] {
        let fault = answers::save_listener(house.portal.clone(), permit().await, ask).await.unwrap_err();
        assert_eq!(fault.field.as_deref(), Some(field));
    }
    answers::save_listener(house.portal.clone(), permit().await, save("press", "posts", &url)).await.unwrap();
    assert_eq!(answers::save_listener(house.portal.clone(), permit().await, save("press", "posts", &url)).await.unwrap_err().field.as_deref(), Some("name"));
    let pause = |paused| PauseListener { name: "press".into(), paused };
    answers::pause_listener(house.portal.clone(), permit().await, pause(true)).await.unwrap();
    assert_eq!(tick_at(&house.portal, standing(&house).await.next_ms).await.unwrap(), 0);
    assert_eq!((card(&house).await.state, card(&house).await.next_ms), (ListenerState::Paused, None));
    answers::pause_listener(house.portal.clone(), permit().await, pause(false)).await.unwrap();
    poll(&house).await;
    assert_eq!(published(&house).await.len(), 3);
    let nobody = PauseListener { name: "other".into(), paused: true };
    assert!(answers::pause_listener(house.portal.clone(), permit().await, nobody).await.is_err());
    assert!(house.permit("sergio", Kind::Source, Action::Administer).await.is_err(), "a manager adds no listeners");
}
