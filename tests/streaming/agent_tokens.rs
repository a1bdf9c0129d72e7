//! Tokens of agents and the route they open: who may write what, what is refused and why, and how agents show on their page.

use app::streaming::asks::{AgentCard, ListAgents, MadeAgent, MakeAgent, RevokeAgent};
use axum::body::Body;
use flate2::{Compression, write::GzEncoder};
use futures::stream;
use http::{Request, StatusCode, header};
use search::{Field, FieldKind, Period};
use server::search::stream::{Described, Stream, StreamField, store};
use std::{collections::BTreeMap, io::Write, process::Stdio, time::Duration};
use streaming::{
    agent::{AgentFault, Heartbeat},
    bus::{Polled, Topic},
};
use tests::{
    house::{House, Visitor, houses},
    program::program,
};

/// Streams `web` of sales and `ledger` of finance, with their topics.
async fn streams(house: &House) {
    let mut changes = house.portal.database.begin().await.unwrap();
    for (name, department) in [("web", "sales"), ("ledger", "finance")] {
        let field = Field { name: "time".into(), kind: FieldKind::Timestamp, from: Vec::new() };
        let described = Described {
            title: app::text::Text::same(name),
            description: app::text::Text::same(name),
            fields: vec![StreamField { field, description: app::text::Text::same("time") }],
            columns: vec!["time".into()],
            period: Period::Day,
            keep_days: 7,
        };
        let pipeline = serde_json::json!({});
        store::save(&mut changes, &Stream { name: name.into(), department: department.into(), described, pipeline, version: 1, origin: "apply".into() })
            .await
            .unwrap();
    }
    changes.commit().await.unwrap();
    for name in ["web", "ledger"] {
        let topic = Topic { name: name.into(), partitions: 1, keep: Duration::from_secs(3_600), keep_bytes: 1 << 30, record_bytes: 100_000 };
        house.portal.bus.ensure(&topic).await.unwrap();
    }
}

async fn make(adela: &mut Visitor, name: &str) -> MadeAgent {
    adela.ask(&MakeAgent { name: name.into(), department: "sales".into(), topics: vec!["web".into()] }).await.unwrap()
}

fn line(id: &str, topic: &str, value: &str) -> String {
    serde_json::json!({ "topic": topic, "id": id, "taken_ms": 5, "origin": "/a.log", "value": value }).to_string()
}

/// Posts with a token, or without one; gives status and words.
async fn post(house: &House, token: Option<&str>, path: &str, body: impl Into<Body>) -> (StatusCode, String) {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-ndjson");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let (status, _, body) = house.visitor().send(request.body(body.into()).unwrap()).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// Values on a topic by id.
async fn on_bus(house: &House, topic: &str, wanted: usize) -> BTreeMap<String, String> {
    let mut consumer = house.portal.bus.subscribe(&format!("test-{}", uuid::Uuid::new_v4().simple()), &[topic.to_owned()]).await.unwrap();
    let (mut found, mut quiet) = (BTreeMap::new(), 0);
    while quiet < 3 || (found.len() < wanted && quiet < 200) {
        match consumer.poll(1_000, Duration::from_millis(100)).await.unwrap() {
            Polled::Records(records) if !records.is_empty() => {
                quiet = 0;
                found.extend(records.into_iter().map(|one| (one.record.id, String::from_utf8_lossy(&one.record.value).into_owned())));
            }
            _ => quiet += 1,
        }
    }
    found
}

const INGEST: &str = "/api/streaming/ingest";

/// A04 and A24 too: tokens that were changed, revoked or invented.
#[tokio::test]
async fn a05_a_token_opens_its_topics_and_nothing_else_and_a_revoked_one_opens_nothing() {
    for house in houses().await {
        let house = house.furnished().await;
        streams(&house).await;
        let mut adela = house.signed_in("adela").await;
        let made = make(&mut adela, "web-1").await;
        assert!(made.config.contains(&made.token) && made.config.contains("name = \"web-1\""));
        let token = Some(made.token.as_str());
        let good = line("web-1:1", "web", "GET /");
        let (status, body) = post(&house, token, INGEST, format!("{good}\n{}", line("web-1:2", "web", "GET /b"))).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"accepted":2,"refused":[]}"#));
        assert_eq!(on_bus(&house, "web", 2).await, BTreeMap::from([("web-1:1", "GET /"), ("web-1:2", "GET /b")].map(|(id, value)| (id.into(), value.into()))));

        let wrong = format!("{}x", made.token);
        for refused in [None, Some("ata_"), Some("nonsense"), Some(wrong.as_str()), Some("ata_0_0")] {
            assert_eq!(post(&house, refused, INGEST, good.clone()).await.0, StatusCode::UNAUTHORIZED, "{refused:?}");
        }
        let large = line("web-1:4", "web", &"x".repeat(5 << 20));
        for (body, status, words) in [
            (line("web-1:3", "ledger", "x"), StatusCode::FORBIDDEN, "may not write to the topic ledger"),
            (format!("{good}\n{}", line("web-1:3", "nothing", "x")), StatusCode::FORBIDDEN, "may not write to the topic nothing"),
            (line("web-2:3", "web", "x"), StatusCode::UNPROCESSABLE_ENTITY, "whose ids begin with `web-1:`"),
            (format!("{good}\nnonsense"), StatusCode::UNPROCESSABLE_ENTITY, "Line 2 is not an event"),
            (large, StatusCode::PAYLOAD_TOO_LARGE, "larger than 4 MiB"),
        ] {
            let (given, said) = post(&house, token, INGEST, body).await;
            assert!(given == status && said.contains(words), "{given}: {said}");
        }
        // One that the bus never takes is named; the others are there.
        let (status, body) = post(&house, token, INGEST, format!("{}\n{}", line("web-1:5", "web", &"x".repeat(200_000)), line("web-1:6", "web", "y"))).await;
        assert!(status == StatusCode::OK && body.contains(r#""accepted":1"#) && body.contains(r#""line":0"#), "{body}");
        assert_eq!(on_bus(&house, "web", 3).await.len(), 3);
        assert_eq!(on_bus(&house, "ledger", 0).await.len(), 0);

        // Kept as a hash, never shown again.
        let listed = adela.ask(&ListAgents {}).await.unwrap();
        assert!(!format!("{listed:?}").contains(&made.token));
        assert_eq!(listed.departments.iter().map(|department| department.topics.clone()).collect::<Vec<_>>(), [["ledger"], ["web"]]);
        adela.ask(&RevokeAgent { id: listed.agents[0].id.clone() }).await.unwrap();
        let (status, said) = post(&house, token, INGEST, good.clone()).await;
        assert!(status == StatusCode::UNAUTHORIZED && said.contains("revoked"), "{said}");
        assert_eq!(post(&house, token, "/api/streaming/heartbeat", serde_json::to_vec(&Heartbeat::default()).unwrap()).await.0, StatusCode::UNAUTHORIZED);
        // The name may have a new token; the old one stays closed.
        let again = make(&mut adela, "web-1").await;
        assert_eq!(post(&house, Some(&again.token), INGEST, good.clone()).await.0, StatusCode::OK);
        assert_eq!(post(&house, token, INGEST, good).await.0, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn tokens_are_made_for_a_departments_own_topics_and_a_name_that_is_free() {
    let house = House::empty(None).await.furnished().await;
    streams(&house).await;
    let mut adela = house.signed_in("adela").await;
    make(&mut adela, "web-1").await;
    let wanted = |name: &str, department: &str, topic: &str| MakeAgent { name: name.into(), department: department.into(), topics: vec![topic.into()] };
    for (wrong, field) in [
        (wanted("web-1", "sales", "web"), "name"),
        (wanted("a b", "sales", "web"), "name"),
        (wanted("", "sales", "web"), "name"),
        (wanted("b", "sales", "ledger"), "topics"),
        (wanted("b", "marketing", "web"), "department"),
        (MakeAgent { topics: Vec::new(), ..wanted("b", "sales", "web") }, "topics"),
    ] {
        let (status, fault) = adela.ask(&wrong).await.unwrap_err();
        assert_eq!((status, fault.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some(field)), "{wrong:?}");
    }
    let gone = adela.ask(&RevokeAgent { id: "nothing".into() }).await.unwrap_err();
    assert_eq!(gone.0, StatusCode::NOT_FOUND);
    // A stream that went to another department takes its topic along.
    let made = make(&mut adela, "web-2").await;
    let mut moved = store::all(&house.portal.database).await.unwrap().remove(1);
    moved.department = "finance".into();
    let mut changes = house.portal.database.begin().await.unwrap();
    store::save(&mut changes, &moved).await.unwrap();
    changes.commit().await.unwrap();
    assert_eq!(post(&house, Some(&made.token), INGEST, line("web-2:1", "web", "x")).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_heartbeat_shows_on_the_page_with_what_happened() {
    for house in houses().await {
        let house = house.furnished().await;
        streams(&house).await;
        let mut adela = house.signed_in("adela").await;
        let made = make(&mut adela, "web-1").await;
        let fresh = only(&mut adela).await;
        assert!(fresh.seen_ms.is_none() && fresh.state.is_none() && !fresh.revoked && !fresh.inside);
        let said = |text: &str| AgentFault::new(text, format!("{text} (es)"));
        for (lag_ms, report) in [(5_000, "first"), (7_000, "second")] {
            let heartbeat = Heartbeat {
                lag_ms,
                buffered_bytes: 4_096,
                cut_lines: 2,
                lost: 1,
                problem: Some(said("down")),
                reports: vec![said(report)],
                ..Heartbeat::default()
            };
            let (status, _) = post(&house, Some(&made.token), "/api/streaming/heartbeat", serde_json::to_vec(&heartbeat).unwrap()).await;
            assert_eq!(status, StatusCode::NO_CONTENT);
        }
        let seen = only(&mut adela).await;
        let state = seen.state.unwrap();
        assert_eq!((state.lag_ms, state.buffered_bytes, state.errors(), state.problem.unwrap().es.as_str()), (7_000, 4_096, 3, "down (es)"));
        assert!(seen.seen_ms.is_some());
        assert_eq!(seen.reports.iter().map(|(_, text)| text.en.as_str()).collect::<Vec<_>>(), ["second", "first"]);
        let huge = vec![b' '; 100_000];
        assert_eq!(post(&house, Some(&made.token), "/api/streaming/heartbeat", huge).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

async fn only(adela: &mut Visitor) -> AgentCard {
    adela.ask(&ListAgents {}).await.unwrap().agents.remove(0)
}

/// A34 too: a packed body that grows.
#[tokio::test]
async fn a29_too_many_slow_senders_are_told_to_come_later() {
    let house = House::empty(None).await.furnished().await;
    streams(&house).await;
    let token = make(&mut house.signed_in("adela").await, "web-1").await.token;
    let visitor = house.visitor();
    let request = |body: Body| Request::post(INGEST).header(header::AUTHORIZATION, format!("Bearer {token}")).body(body).unwrap();
    let endless = || Body::from_stream(stream::pending::<Result<bytes::Bytes, std::io::Error>>());
    let slow: Vec<_> = (0..8)
        .map(|_| {
            let (mut visitor, request) = (visitor.clone(), request(endless()));
            tokio::spawn(async move { visitor.send(request).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, headers, _) = visitor.clone().send(request(Body::from(line("web-1:1", "web", "x")))).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(headers.contains_key(header::RETRY_AFTER));
    slow.iter().for_each(tokio::task::JoinHandle::abort);
    for one in slow {
        let _ = one.await;
    }
    assert_eq!(visitor.clone().send(request(Body::from(line("web-1:1", "web", "x")))).await.0, StatusCode::OK);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b'\n'; 32 << 20]).unwrap();
    let mut bomb = request(Body::from(encoder.finish().unwrap()));
    bomb.headers_mut().insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
    assert_eq!(visitor.clone().send(bomb).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

/// The real agent over HTTP to a real portal: a token that is revoked meanwhile stops it, a new one lets it go on; nothing is lost.
#[tokio::test]
async fn an_agent_delivers_to_the_portal_waits_while_its_token_is_revoked_and_goes_on_with_a_new_one() {
    let house = House::empty(None).await.furnished().await;
    streams(&house).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let api = house.api();
    tokio::spawn(async move { axum::serve(listener, api).await });
    let mut adela = house.signed_in("adela").await;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("a.log");
    let write = |numbers: std::ops::Range<u32>| {
        let mut file = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        numbers.for_each(|number| writeln!(file, "line {number} ü").unwrap());
    };
    write(0..10_000);
    let mut running: Option<std::process::Child> = None;
    for turn in 0..2_u32 {
        let token = make(&mut adela, "web-1").await.token;
        let settings = format!(
            "name = \"web-1\"\nfolder = \"agent\"\n[[input]]\nkind = \"file\"\ntopic = \"web\"\npaths = [\"a.log\"]\n[output.portal]\nurl = \"{url}\"\ntoken = \"{token}\"\n"
        );
        std::fs::write(folder.path().join("agent.toml"), settings).unwrap();
        if let Some(mut before) = running.take() {
            before.kill().unwrap();
            before.wait().unwrap();
        }
        let mut agent = std::process::Command::new(program());
        agent.arg("--config").arg(folder.path().join("agent.toml")).arg("agent").stdin(Stdio::null()).stderr(Stdio::null());
        running = Some(agent.spawn().unwrap());
        let wanted = 10_000 + turn * 500;
        let found = on_bus(&house, "web", wanted as usize).await;
        assert_eq!(found.len(), wanted as usize);
        assert!(found.values().any(|value| value == "line 9999 ü"));
        let card = only(&mut adela).await;
        assert!(card.seen_ms.is_some(), "the first heartbeat comes at the start");
        adela.ask(&RevokeAgent { id: card.id }).await.unwrap();
        if turn == 0 {
            write(10_000..10_500);
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            assert_eq!(on_bus(&house, "web", 10_000).await.len(), 10_000, "nothing comes through with a revoked token");
        }
    }
    let mut last = running.unwrap();
    last.kill().unwrap();
    last.wait().unwrap();
}
