//! What the index sink does with the answers that Elasticsearch gives to bulks, from a server that answers so; and a real one that
//! goes away while events come over a real Kafka.

use super::line_house::{Line, STREAM, STREAM_FILE, archived, counted, event, id, ids_in_archive, ids_in_index, same, until};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::any,
};
use serde_json::{Value as Body, json};
use server::streaming::{
    dead_letters::{self, Stage},
    processor::store,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use streaming::Record;
use tests::services::{elasticsearch, kafka};

/// Answers each document by the number before the dash in its id: the status that it gets for so many tries, then 201.
#[derive(Clone, Default)]
struct Double {
    /// Tries of each document.
    tried: Arc<Mutex<BTreeMap<String, usize>>>,
    bulks: Arc<Mutex<Vec<Instant>>>,
    /// Every bulk is refused as a whole until then.
    busy_until: Arc<Mutex<Option<Instant>>>,
}

/// Tries that a status lasts.
fn lasting(status: u16) -> usize {
    match status {
        429 => 3,
        503 | 404 => 1,
        _ => usize::MAX,
    }
}

impl Double {
    async fn run(&self) -> url::Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let app = Router::new().fallback(any(answer)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        address
    }

    fn tries(&self, id: &str) -> usize {
        self.tried.lock().unwrap().get(id).copied().unwrap_or_default()
    }
}

async fn answer(State(double): State<Double>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let body: Bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    if path != "/_bulk" {
        return Json(json!({ "acknowledged": true, "status": "green", "count": 0 })).into_response();
    }
    double.bulks.lock().unwrap().push(Instant::now());
    if double.busy_until.lock().unwrap().is_some_and(|until| Instant::now() < until) {
        return (StatusCode::TOO_MANY_REQUESTS, "busy").into_response();
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    let actions: Vec<Body> = body.lines().step_by(2).map(|line| serde_json::from_str(line).unwrap()).collect();
    let items = actions.iter().map(|action| {
        let (name, action) = action.as_object().unwrap().iter().next().unwrap();
        let id = action["_id"].as_str().unwrap();
        let tries = {
            let mut tried = double.tried.lock().unwrap();
            let tries = tried.entry(id.to_owned()).or_default();
            *tries += 1;
            *tries
        };
        let wanted: u16 = id.split('-').next().and_then(|status| status.parse().ok()).unwrap_or(201);
        let status = if tries > lasting(wanted) { 201 } else { wanted };
        let kind = match status {
            400 => "document_parsing_exception",
            404 => "index_not_found_exception",
            409 => "version_conflict_engine_exception",
            _ => "es_rejected_execution_exception",
        };
        let error = json!({ "type": kind, "reason": "failed to parse field [status] of type [long]" });
        let item = if status < 300 { json!({ "_id": id, "status": status }) } else { json!({ "_id": id, "status": status, "error": error }) };
        json!({ name: item })
    });
    Json(json!({ "errors": true, "items": items.collect::<Vec<_>>() })).into_response()
}

async fn line(double: &Double) -> Line {
    let url = double.run().await;
    Line::with(STREAM_FILE, |config| config.elasticsearch_url = Some(url)).await
}

/// The next offsets that the index has finished, summed up.
async fn finished(line: &Line) -> i64 {
    let mut sum = 0;
    for partition in 0..2 {
        let partition = streaming::bus::Partition { topic: STREAM.into(), partition };
        sum += store::position(&line.portal.database, STREAM, &partition, store::Sink::Index).await.unwrap().unwrap_or(0);
    }
    sum
}

/// FT-S05: a bulk answer with everything in it. Each item is looked at, and the position waits until all are final.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s05_every_item_of_a_mixed_answer_is_looked_at() {
    let double = Double::default();
    let mut line = line(&double).await;
    let with = |number: u64, status: u16| Record { id: format!("{status}-{number}"), key: "one".into(), ..event(number) };
    let statuses = [201, 409, 429, 400, 404, 503];
    line.send((0..60).map(|number| with(number, statuses[(number % 6) as usize])).collect()).await;
    line.start();
    assert!(until(Duration::from_secs(30), async || finished(&line).await == 60).await, "the position stopped at {}", finished(&line).await);
    let letters = dead_letters::store::list(&line.portal.database, STREAM, i64::MAX, 100).await.unwrap();
    let mut dead: Vec<&str> = letters.iter().map(|kept| kept.letter.record.id.as_str()).collect();
    dead.sort_unstable();
    let mut refused: Vec<String> = (0..60).filter(|number| number % 6 == 3).map(|number| format!("400-{number}")).collect();
    refused.sort_unstable();
    assert_eq!(dead, refused);
    assert!(letters.iter().all(|kept| kept.letter.stage == Stage::Index && kept.letter.reason.en.contains("status")), "{letters:?}");
    // Only what had to come again came again.
    assert_eq!((double.tries("201-0"), double.tries("409-1"), double.tries("400-3")), (1, 1, 1));
    assert_eq!((double.tries("429-2"), double.tries("503-5")), (4, 2));
    // Windows and lake had all of them.
    archived(&line.portal, 60, Duration::from_secs(30)).await;
    assert!(until(Duration::from_secs(10), async || counted(&line.portal).await == 60).await);
    line.stop().await;
}

/// FT-S06: everything is refused for a while. Nothing is lost, and nothing spins.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s06_an_index_that_refuses_everything_slows_the_line_down() {
    let double = Double::default();
    *double.busy_until.lock().unwrap() = Some(Instant::now() + Duration::from_secs(4));
    let mut line = line(&double).await;
    line.start();
    line.send((0..200).map(event).collect()).await;
    let meters = line.portal.meters.stream(STREAM);
    assert!(until(Duration::from_secs(4), async || meters.blocked.get() == 1).await, "nothing says that the stream waits");
    assert!(until(Duration::from_secs(30), async || finished(&line).await == 200).await);
    let bulks = double.bulks.lock().unwrap().len();
    assert!(bulks < 40, "{bulks} bulks in four seconds");
    assert_eq!((0..200).filter(|number| double.tries(&id(*number)) == 1).count(), 200);
    line.stop().await;
}

/// FT-S04, shortened, and FT-S09 on the engines that grow: Elasticsearch goes away and comes back while events come over Kafka.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s04_elasticsearch_goes_away_and_everything_drains_after() {
    let (Some(kafka), Some(mut elasticsearch)) = (kafka::own().await, elasticsearch::own().await) else { return };
    let (brokers, url) = (kafka.brokers(), elasticsearch.url());
    let mut line = Line::with(STREAM_FILE, |config| (config.kafka_brokers, config.elasticsearch_url) = (Some(brokers), Some(url))).await;
    line.start();
    line.send((0..2_000).map(event).collect()).await;
    line.indexed(2_000).await;
    elasticsearch.crash();
    for part in 2..10 {
        line.send((part * 1_000..(part + 1) * 1_000).map(event).collect()).await;
    }
    let meters = line.portal.meters.stream(STREAM);
    assert!(until(Duration::from_secs(20), async || meters.blocked.get() == 1 && meters.age.get() > 1.0).await, "{:?}", meters.figures());
    elasticsearch.restart().await;
    line.indexed(10_000).await;
    // The agent did not hear of the last part.
    line.send((9_000..10_000).rev().map(event).collect()).await;
    line.send(vec![event(10_000)]).await;
    line.indexed(10_001).await;
    archived(&line.portal, 10_001, Duration::from_secs(60)).await;
    assert!(until(Duration::from_secs(30), async || meters.age.get() == 0.0).await, "{:?}", meters.figures());
    line.stop().await;
    same(ids_in_index(&line.portal).await, (0..10_001).map(id), "index");
    same(ids_in_archive(&line.portal).await, (0..10_001).map(id), "lake");
    assert_eq!(counted(&line.portal).await, 10_001, "events in windows");
}
