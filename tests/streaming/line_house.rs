//! A portal with one stream of a web server's log, the events that go into it, and what came of them.

use ::streaming::{
    Record,
    bus::{Bus, Sent},
};
use arrow::array::AsArray;
use futures::TryStreamExt;
use search::{
    Share,
    index::{Hit, Search},
    language::Query,
    share::Condition,
};
use server::{
    apply::{self, Folder},
    config::Config,
    portal::Portal,
    search::stream,
    streaming::{processor, windows},
    warehouse::pins,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

pub const STREAM: &str = "web";
/// 24 November 2026, 10:00 UTC.
pub const BEGIN_MS: i64 = 1_795_514_400_000;

const ORGANISATION: &str = r#"
name = "Test"
time_zone = "UTC"
[[departments]]
name = "operations"
title = { en = "Operations", es = "Operaciones" }
[[departments]]
name = "administration"
title = { en = "Administration", es = "Administración" }
[[people]]
email = "adela@test.example"
name = "Adela"
department = "administration"
role = "administrator"
[[people]]
email = "olga@test.example"
name = "Olga"
department = "operations"
role = "manager"
"#;

pub const STREAM_FILE: &str = r#"
name = "web"
title = { en = "Web server", es = "Servidor web" }
department = "operations"
columns = ["time", "status", "path"]
keep_days = 30
[bus]
partitions = 2
[archiving]
seconds = 2
[pipeline]
archive = true
[pipeline.parser]
format = "combined"
[[pipeline.windows]]
name = "by_minute"
width_seconds = 60
lateness_seconds = 300
keys = ["status"]
measures = [{ name = "requests" }, { name = "bytes", sum = "bytes" }]
"#;

/// Settings of a test's portal.
pub fn config(folder: &Path) -> Config {
    Config { data: folder.join("data"), metrics_address: String::new(), ..Config::default() }
}

/// Writes the organisation with this stream as code and applies it.
pub async fn furnish(portal: &Portal, folder: &Path, stream: &str) {
    let code = folder.join("code");
    fs::create_dir_all(code.join("streams")).unwrap();
    fs::write(code.join("organisation.toml"), ORGANISATION).unwrap();
    fs::write(code.join("streams/web.toml"), stream).unwrap();
    let folder = Folder::open(&code, &BTreeMap::new()).unwrap();
    apply::applied(portal, &folder).await.unwrap();
}

/// The portal in this process, with a processor that can be stopped and started.
pub struct Line {
    /// Goes with the test.
    _folder: tempfile::TempDir,
    pub portal: Portal,
    processor: Option<(CancellationToken, tokio::task::JoinHandle<()>)>,
}

impl Line {
    pub async fn new(stream: &str) -> Self {
        Self::with(stream, |_| {}).await
    }

    pub async fn with(stream: &str, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        change(&mut config);
        let portal = Portal::open(config).await.unwrap();
        furnish(&portal, folder.path(), stream).await;
        portal.bus.ensure(&topic()).await.unwrap();
        Self { _folder: folder, portal, processor: None }
    }

    /// The same data in another process, as it were: `between` is done while nobody has it open.
    pub async fn opened_again(self, between: impl FnOnce()) -> Self {
        let Self { _folder, portal, .. } = self;
        let config = portal.config.clone();
        drop(portal);
        between();
        Self { _folder, portal: Portal::open(config).await.unwrap(), processor: None }
    }

    pub fn start(&mut self) {
        let stop = CancellationToken::new();
        let (portal, stopped) = (self.portal.clone(), stop.clone());
        let task = tokio::spawn(async move { processor::run(portal, stopped).await.unwrap() });
        self.processor = Some((stop, task));
    }

    pub async fn stop(&mut self) {
        let (stop, task) = self.processor.take().expect("a running processor");
        stop.cancel();
        task.await.unwrap();
    }

    /// As a crash would: nothing is written after this.
    pub async fn crash(&mut self) {
        let (_, task) = self.processor.take().expect("a running processor");
        task.abort();
        let _ = task.await;
    }

    pub async fn send(&self, records: Vec<Record>) {
        send(self.portal.bus.as_ref(), records).await;
    }

    /// Until the index has so many events, or it does not come to that.
    pub async fn indexed(&self, events: u64) {
        indexed(&self.portal, events, Duration::from_secs(60)).await;
    }
}

pub fn topic() -> ::streaming::bus::Topic {
    ::streaming::bus::Topic { name: STREAM.into(), partitions: 2, keep: Duration::from_secs(7 * 86_400), keep_bytes: 10 << 30, record_bytes: 1 << 20 }
}

pub async fn send(bus: &dyn Bus, records: Vec<Record>) {
    for sent in bus.send(STREAM, records).await.unwrap() {
        assert!(matches!(sent, Sent::At(_)), "{sent:?}");
    }
}

/// Event number `number`: a second later than the one before, every tenth a 404.
pub fn event(number: u64) -> Record {
    event_at(number, BEGIN_MS + i64::try_from(number).unwrap() * 1_000)
}

pub fn event_at(number: u64, at_ms: i64) -> Record {
    raw(number, line_at(number, at_ms))
}

/// Line `number`, so many seconds after the first.
pub fn line_of(number: u64, seconds: u64) -> String {
    line_at(number, BEGIN_MS + i64::try_from(seconds).unwrap() * 1_000)
}

fn line_at(number: u64, at_ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(at_ms).unwrap().format("%d/%b/%Y:%H:%M:%S +0000");
    let status = if number.is_multiple_of(10) { 404 } else { 200 };
    format!("192.0.2.{} - - [{time}] \"GET /page/{number} HTTP/1.1\" {status} 512 \"-\" \"test\"", number % 250)
}

pub fn raw(number: u64, line: String) -> Record {
    Record {
        id: format!("agent/1/{number}"),
        key: format!("file-{}", number % 5),
        taken_ms: chrono::Utc::now().timestamp_millis(),
        source: "agent".into(),
        origin: "/var/log/access.log".into(),
        version: 0,
        deleted: false,
        value: line.into(),
    }
}

pub fn id(number: u64) -> String {
    format!("agent/1/{number}")
}

pub async fn shape(portal: &Portal) -> search::Shape {
    stream::store::all(&portal.database).await.unwrap().remove(0).shape()
}

pub fn everything(limit: usize, after: Option<String>) -> Search {
    Search { query: Query::All, from_ms: 0, until_ms: i64::MAX / 4, order: None, after, limit, highlight: false }
}

/// Everything, masked by nothing.
pub async fn share(portal: &Portal) -> Share {
    let shape = shape(portal).await;
    let fields = shape.fields.iter().map(|field| field.name.clone()).collect();
    Share::new(shape, Condition::All(Vec::new()), fields, BTreeMap::new(), [0; 32])
}

pub async fn count(portal: &Portal) -> u64 {
    portal.index.count(&share(portal).await, &everything(0, None)).await.unwrap_or(0)
}

pub async fn indexed(portal: &Portal, events: u64, longest: Duration) {
    let until = Instant::now() + longest;
    loop {
        let found = count(portal).await;
        if found == events {
            return;
        }
        assert!(Instant::now() < until, "{found} of {events} events in the index after {longest:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Whether something comes to hold in time.
pub async fn until(longest: Duration, mut holds: impl AsyncFnMut() -> bool) -> bool {
    let end = Instant::now() + longest;
    while Instant::now() < end {
        if holds().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// Something of each hit.
async fn each_hit<T>(portal: &Portal, of: impl Fn(Hit) -> T) -> Vec<T> {
    let share = share(portal).await;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = portal.index.search(&share, &everything(1_000, after.take())).await.unwrap();
        after = page.hits.last().map(|hit| hit.cursor.clone());
        found.extend(page.hits.into_iter().map(&of));
        if after.is_none() {
            return found;
        }
    }
}

/// A text column of the archive as models read it.
async fn archive_column(portal: &Portal, name: &str) -> Vec<String> {
    let pin = pins::one(&portal.database, "lake.web_events").await.unwrap().expect("a pinned archive");
    let mut batches = portal.warehouse.contents(&pin.dataset, pin.version).await.unwrap();
    let mut found = Vec::new();
    while let Some(batch) = batches.try_next().await.unwrap() {
        let column = arrow::compute::cast(batch.column_by_name(name).expect("the column"), &arrow::datatypes::DataType::Utf8).unwrap();
        found.extend(column.as_string::<i32>().iter().map(|text| text.expect("a text").to_owned()));
    }
    found
}

fn number_of(path: &str) -> u64 {
    path.strip_prefix("/page/").and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{path} was never written"))
}

/// Numbers of the events in the index, each as often as it is there.
pub async fn numbers_in_index(portal: &Portal) -> Vec<u64> {
    let number = |hit: Hit| match hit.fields.into_iter().find(|(name, _)| name == "path") {
        Some((_, search::Value::Text(path))) => number_of(&path),
        other => panic!("no path: {other:?}"),
    };
    each_hit(portal, number).await
}

pub async fn numbers_in_archive(portal: &Portal) -> Vec<u64> {
    archive_column(portal, "path").await.iter().map(|path| number_of(path)).collect()
}

/// Rows of the archive that models see.
pub async fn archive_rows(portal: &Portal) -> u64 {
    pins::one(&portal.database, "lake.web_events").await.unwrap().map_or(0, |pin| pin.rows)
}

/// Ids in the index, each as often as it is there.
pub async fn ids_in_index(portal: &Portal) -> Vec<String> {
    each_hit(portal, |hit| hit.id).await
}

/// Ids in the archive as models read it, each as often as it is there.
pub async fn ids_in_archive(portal: &Portal) -> Vec<String> {
    archive_column(portal, "_id").await
}

/// Until the archive has so many rows.
pub async fn archived(portal: &Portal, rows: usize, longest: Duration) {
    let until = Instant::now() + longest;
    loop {
        let found = ids_in_archive(portal).await.len();
        if found >= rows {
            return;
        }
        assert!(Instant::now() < until, "{found} of {rows} events in the archive after {longest:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Events that the windows have counted.
pub async fn counted(portal: &Portal) -> u64 {
    let stream = stream::store::all(&portal.database).await.unwrap().remove(0);
    let rows = windows::rows(&portal.database, &stream, "by_minute", 0, i64::MAX).await.unwrap();
    rows.iter().map(|row| row.amounts[0].as_f64() as u64).sum()
}

/// Each id once, and exactly those.
pub fn same(mut found: Vec<String>, wanted: impl IntoIterator<Item = String>, place: &str) {
    let wanted: BTreeSet<String> = wanted.into_iter().collect();
    let total = found.len();
    found.sort();
    found.dedup();
    assert_eq!(total, found.len(), "{place}: {} doubled", total - found.len());
    let found: BTreeSet<String> = found.into_iter().collect();
    let missing: Vec<&String> = wanted.difference(&found).take(5).collect();
    let more: Vec<&String> = found.difference(&wanted).take(5).collect();
    assert!(missing.is_empty() && more.is_empty(), "{place}: {} of {}; missing {missing:?}, too many {more:?}", found.len(), wanted.len());
}

/// Everything everywhere, once.
pub async fn whole(line: &Line, events: impl Iterator<Item = u64> + Clone) {
    let wanted = events.clone().count();
    line.indexed(wanted as u64).await;
    archived(&line.portal, wanted, Duration::from_secs(60)).await;
    same(ids_in_index(&line.portal).await, events.clone().map(id), "index");
    same(ids_in_archive(&line.portal).await, events.map(id), "archive");
    windows_have(line, wanted as u64).await;
}

pub async fn windows_have(line: &Line, events: u64) {
    for _ in 0..100 {
        if counted(&line.portal).await == events {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(counted(&line.portal).await, events, "events in windows");
}
