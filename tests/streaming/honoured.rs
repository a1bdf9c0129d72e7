//! What is edited or deleted at its source, to the end: from Mastodon over bus and processor to what a search and a model find.
//!
//! The instance is our own, with answers of the documented shape, as in `mastodon.rs`.

use super::{
    line_house::{count, everything, indexed, share, until},
    listening::published,
    mastodon::{Instance, status_at},
    web::Site,
};
use crate::ingestion::house::{self, House};
use arrow::{array::AsArray, compute::cast, datatypes::DataType};
use futures::TryStreamExt;
use search::{Value, index::Search, language};
use server::{
    config::Config,
    database::now_ms,
    ingestion::listening::{
        poll::tick_at,
        store::{self, Done, Standing},
    },
    portal::Portal,
    streaming::{processor, stream::keep},
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_secs(60);
const ARCHIVE: &str = "lake.posts_events";

const STREAM: &str = r#"
name = "posts"
title = { en = "Posts", es = "Publicaciones" }
department = "sales"
columns = ["author", "text"]
period = "month"
keep_days = 365
[bus]
partitions = 2
[archiving]
seconds = 1
[pipeline]
archive = true
[pipeline.parser]
format = "post"
"#;

const LISTENER: &str = r#"
name = "town"
title = { en = "Town", es = "Pueblo" }
connector = "mastodon"
department = "sales"
stream = "posts"
"#;

/// A house that listens to an instance.
async fn house(site: &Site) -> House {
    let folder = tempfile::tempdir().unwrap();
    house::write_organisation(folder.path());
    house::write_code(folder.path(), "streams/posts.toml", STREAM);
    let listener = format!("{LISTENER}instance = \"{}\"\n", site.url("/"));
    house::write_code(folder.path(), "listeners/town.toml", &listener);
    let config = Config { fetch_allow: vec![site.address], metrics_address: String::new(), ..house::config(folder.path(), None) };
    let house = House { portal: Portal::open(config).await.unwrap(), folder };
    house.apply().await;
    house
}

async fn standing(house: &House) -> Standing {
    store::one(house.portal.database.read(), "town").await.unwrap().unwrap()
}

/// Lets the clock come to the listener's next time, and works.
async fn poll(house: &House) {
    assert_eq!(tick_at(&house.portal, standing(house).await.next_ms).await.unwrap(), 1);
    house.work().await;
    let after = standing(house).await;
    assert!(after.error.is_none() && after.notes.is_empty(), "{:?} {:?}", after.error, after.notes);
}

/// As if so much time had passed since the instance was asked for each post: they are asked for again.
async fn a_while_later(house: &House) {
    let mut standing = standing(house).await;
    for watched in standing.state["watched"].as_array_mut().unwrap() {
        watched["asked_ms"] = (watched["asked_ms"].as_i64().unwrap() - 11 * 60_000).into();
    }
    let done = Done { state: &standing.state, next_ms: standing.next_ms, notes: &[], records: 0, refused: 0, gap: None };
    let mut changes = house.portal.database.begin().await.unwrap();
    store::polled(&mut changes, "town", &done).await.unwrap();
    changes.commit().await.unwrap();
}

/// Ids of posts that a query finds, in order.
async fn found(portal: &Portal, query: &str) -> Vec<String> {
    let share = share(portal).await;
    let open: Vec<_> = share.open_fields().cloned().collect();
    let query = language::parse(query, &open).expect("a query");
    let found = portal.index.search(&share, &Search { query, ..everything(10, None) }).await.unwrap();
    let mut ids: Vec<String> = found.hits.into_iter().map(|hit| hit.id.rsplit(':').next().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// Rows of the archive that models see.
async fn rows(house: &House) -> u64 {
    house.pin(ARCHIVE).await.map_or(0, |pin| pin.rows)
}

/// The texts in a version of a table, in order; rows without one are left out.
async fn texts(portal: &Portal, dataset: &str, version: u64) -> Vec<String> {
    let mut batches = portal.warehouse.contents(dataset, version).await.unwrap();
    let mut texts = Vec::new();
    while let Some(batch) = batches.try_next().await.unwrap() {
        let column = cast(batch.column_by_name("text").expect("the column"), &DataType::Utf8).unwrap();
        texts.extend(column.as_string::<i32>().iter().flatten().map(str::to_owned));
    }
    texts.sort();
    texts
}

/// The texts that a model gets out of the archive.
async fn modelled(house: &House) -> Vec<String> {
    let scope = house.portal.governance.build_scope("sales", &[]).await.unwrap();
    let run = uuid::Uuid::now_v7().simple().to_string();
    let sql = "select text from lake.posts_events where not coalesce(_deleted, false)";
    let built = house.portal.warehouse.build(&scope, "warehouse.said", &run, sql).await.unwrap();
    texts(&house.portal, "warehouse.said", built.version).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s10_edits_and_deletions_reach_searches_and_models_and_stay_there() {
    let instance = Instance::new(0);
    let published_ms = now_ms() - 600_000;
    let statuses = ["Fresh bread", "Pumpkin soup", "Regretted words"];
    instance.change(|inside| {
        inside.statuses.extend((1..).zip(statuses).map(|(id, text)| (id, status_at(id, &format!("<p>{text}</p>"), published_ms + id as i64 * 1_000))));
    });
    let site = instance.start().await;
    let house = house(&site).await;
    let stop = CancellationToken::new();
    let processing = tokio::spawn(processor::run(house.portal.clone(), stop.clone()));
    poll(&house).await;
    indexed(&house.portal, 3, LONG).await;
    assert_eq!(found(&house.portal, "regretted").await, ["3"]);
    assert_eq!(found(&house.portal, "soup").await, ["2"]);
    assert!(until(LONG, async || rows(&house).await == 3).await, "{} rows in the lake", rows(&house).await);
    assert_eq!(modelled(&house).await, statuses);

    instance.change(|inside| {
        inside.statuses.remove(&3);
        let edited = inside.statuses.get_mut(&2).unwrap();
        edited["content"] = "<p>Tomato stew</p>".into();
        edited["edited_at"] = chrono::Utc::now().to_rfc3339().into();
    });
    a_while_later(&house).await;
    poll(&house).await;
    indexed(&house.portal, 2, LONG).await;
    assert!(until(LONG, async || found(&house.portal, "stew").await == ["2"]).await);
    for gone in ["soup", "pumpkin", "regretted", "post_id:3"] {
        assert!(found(&house.portal, gone).await.is_empty(), "{gone} is still found");
    }
    assert_eq!(found(&house.portal, "author:lena").await, ["1", "2"]);
    let values = house.portal.index.top_values(&share(&house.portal).await, &everything(0, None), "post_id", 10).await.unwrap();
    assert_eq!(values, [(Value::Text("1".into()), 1), (Value::Text("2".into()), 1)]);

    // The lake has each version until the hourly compaction takes out what is not the newest.
    assert!(until(LONG, async || rows(&house).await == 5).await, "{} rows in the lake", rows(&house).await);
    keep::compact(&house.portal).await.unwrap();
    let now = ["Fresh bread", "Tomato stew"];
    assert_eq!(modelled(&house).await, now);
    let pin = house.pin(ARCHIVE).await.unwrap();
    assert_eq!((pin.rows, texts(&house.portal, ARCHIVE, pin.version).await), (3, now.map(str::to_owned).to_vec()), "no row keeps what is gone");
    // The bus gives everything once more and backwards, the deletion before what it deletes: what is gone stays gone.
    let mut records = published(&house).await;
    records.reverse();
    let meters = house.portal.meters.stream("posts");
    house.portal.bus.send("posts", records).await.unwrap();
    assert!(until(LONG, async || meters.duplicate.get() == 5).await, "{} came again", meters.duplicate.get());
    stop.cancel();
    processing.await.unwrap().unwrap();
    assert_eq!((count(&house.portal).await, rows(&house).await), (2, 3));
    assert!(found(&house.portal, "soup").await.is_empty() && found(&house.portal, "regretted").await.is_empty());
    assert_eq!(modelled(&house).await, now);
}
