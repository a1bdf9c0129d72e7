//! Downloads of what a search finds: all of it, under the share of now.

use app::{
    governance::{
        asks::{ListPolicies, SavePolicy},
        matrix::asks::*,
    },
    reports::asks::{Format, ListReports, Options, ReportState, State},
    search::asks::*,
};
use axum::body::Body;
use http::{Request, StatusCode};
use server::{
    jobs::{self, Pace},
    routes,
};
use std::collections::BTreeSet;
use tests::{
    house::{House, Visitor, houses},
    streams::{Event, furnished, lately, write},
};
use tokio_util::sync::CancellationToken;

const HOUR: TimeRange = TimeRange::LastMinutes(60);

fn export(format: Format) -> ExportSearch {
    ExportSearch { stream: "web".into(), query: String::new(), range: HOUR, order: None, columns: Vec::new(), format, options: Options::default() }
}

async fn streamed(visitor: &mut Visitor, ask: &ExportSearch) -> (StatusCode, String) {
    let (status, body) = visitor.post("/api/search/export", "application/json", serde_json::to_vec(ask).unwrap()).await;
    (status, String::from_utf8(body).unwrap())
}

async fn until_idle(house: &House) {
    let pace = Pace { until_idle: true, ..Pace::with_slots(1) };
    jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new()).await.unwrap();
}

#[tokio::test]
async fn every_row_is_there_beyond_any_page() {
    let house = furnished(House::empty(None).await).await;
    let at = lately();
    // Many at the same moment: pages are told apart by more than the time.
    let events: Vec<Event> =
        (0..23_456).map(|n| Event::new(format!("e{n}"), at + n / 500, if n % 4 == 0 { "blog" } else { "shop" }, format!("/p{n}"), 404)).collect();
    write(&house, &events).await;
    let (mut olga, mut sara, mut oscar) = (house.signed_in("olga").await, house.signed_in("sara").await, house.signed_in("oscar").await);
    let (status, csv) = streamed(&mut olga, &export(Format::Csv)).await;
    assert_eq!(status, StatusCode::OK);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["time", "client", "user", "host", "path", "status", "bytes", "agent", "message"]);
    let paths: BTreeSet<String> = reader.records().map(|row| row.unwrap()[4].to_owned()).collect();
    assert_eq!(paths.len(), 23_456);
    let by_path = ExportSearch { order: Some(("path".into(), true)), columns: vec!["path".into()], ..export(Format::Csv) };
    let (_, csv) = streamed(&mut olga, &by_path).await;
    assert_eq!(csv.lines().nth(1), Some("/p9999"));
    let narrow = ExportSearch { query: "host:blog".into(), columns: vec!["path".into(), "client".into()], ..export(Format::JsonLines) };
    let (_, lines) = streamed(&mut sara, &narrow).await;
    assert_eq!(lines.lines().count(), 5_864);
    assert!(lines.lines().all(|line| line.starts_with("{\"path\":\"/p") && line.ends_with(",\"client\":\"••••••••••77\"}")), "{}", &lines[..200]);
    let (_, json) = streamed(&mut sara, &ExportSearch { query: "path:/p7".into(), ..export(Format::Json) }).await;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!((rows.len(), rows[0]["bytes"].as_i64(), rows[0]["user"].is_null(), rows[0].get("agent")), (1, Some(1_000), true, None));
    assert_eq!(streamed(&mut oscar, &export(Format::Csv)).await.0, StatusCode::FORBIDDEN, "employees do not download");
    for (wrong, field) in [
        (ExportSearch { query: "status:[".into(), ..export(Format::Csv) }, "query"),
        (ExportSearch { query: "client:1".into(), ..export(Format::Csv) }, "query"),
        (ExportSearch { order: Some(("client".into(), true)), ..export(Format::Csv) }, "order"),
        (ExportSearch { order: Some(("path".into(), true)), ..export(Format::Csv) }, "order"),
        (ExportSearch { columns: vec!["agent".into()], ..export(Format::Csv) }, "columns"),
        (ExportSearch { range: TimeRange::LastMinutes(0), ..export(Format::Csv) }, "range"),
    ] {
        let (status, body) = streamed(&mut sara, &wrong).await;
        assert_eq!((status, body.contains(&format!("\"field\":\"{field}\""))), (StatusCode::UNPROCESSABLE_ENTITY, true), "{body}");
    }
}

#[tokio::test]
async fn a44_a_pdf_is_made_in_the_background_and_kept_for_the_same_share_alone() {
    for house in houses().await {
        let house = furnished(house).await;
        let at = lately();
        let events: Vec<Event> = (0..120).map(|n| Event::new(format!("e{n}"), at + n, "shop", format!("/p{n}"), 404)).collect();
        write(&house, &events).await;
        let (mut sara, mut adela) = (house.signed_in("sara").await, house.signed_in("adela").await);
        let ask = ExportSearch { query: "path:/p1*".into(), ..export(Format::Pdf) };
        let card = sara.ask(&ask).await.unwrap();
        assert_eq!((card.state, card.title.as_str()), (State::Waiting, "Web requests"));
        until_idle(&house).await;
        let card = sara.ask(&ReportState { id: card.id }).await.unwrap();
        assert_eq!((card.state, card.rows, &card.fault), (State::Ready, 31, &None));
        let file = || Request::get(format!("/reports/{}/file", card.id)).body(Body::empty()).unwrap();
        let (status, _, bytes) = sara.send(file()).await;
        assert_eq!((status, &bytes[..5]), (StatusCode::OK, b"%PDF-".as_slice()));
        assert_eq!(house.signed_in("olga").await.send(file()).await.0, StatusCode::NOT_FOUND);
        let listed = adela.ask(&ListPolicies {}).await.unwrap();
        let mut policy = listed.policies.into_iter().find(|policy| policy.department == "security").unwrap();
        policy.rows[0].values = vec!["500".into()];
        policy.revision = adela.ask(&SavePolicy { policy: policy.clone(), why: "other errors".into() }).await.unwrap();
        assert_eq!(sara.send(file()).await.0, StatusCode::CONFLICT, "her share is another now");
        assert_eq!(sara.ask(&ListReports {}).await.unwrap()[0].state, State::RunAgain);
        let again = sara.ask(&app::reports::asks::RunAgain { id: card.id.clone() }).await.unwrap();
        until_idle(&house).await;
        assert_eq!(sara.ask(&ReportState { id: again.id }).await.unwrap().rows, 0);
        // Without the stream there is neither the file nor another.
        policy.enabled = false;
        adela.ask(&SavePolicy { policy, why: "no more".into() }).await.unwrap();
        assert_ne!(sara.send(file()).await.0, StatusCode::OK);
        assert_eq!(sara.ask(&app::reports::asks::RunAgain { id: card.id.clone() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_format_that_is_withdrawn_is_given_of_no_search() {
    let house = furnished(House::empty(None).await).await;
    write(&house, &[Event::new("e1", lately(), "shop", "/p1", 404)]).await;
    let (mut olga, mut adela) = (house.signed_in("olga").await, house.signed_in("adela").await);
    let permission = Permission { kind: "json".into(), action: "export".into() };
    let place = Place { role: "manager".into(), department: "operations".into(), permission };
    let version = adela.ask(&ShowMatrix {}).await.unwrap().version;
    adela.ask(&SaveMatrix { cells: vec![MatrixCell { place, state: CellState::Deny }], version }).await.unwrap();
    for format in [Format::Json, Format::JsonLines] {
        let (status, body) = streamed(&mut olga, &export(format)).await;
        assert!(status == StatusCode::FORBIDDEN && body.contains("JSON") && !body.contains("/p1"), "{status} {body}");
        assert_eq!(olga.ask(&export(format)).await.unwrap_err().0, StatusCode::FORBIDDEN);
    }
    assert!(streamed(&mut olga, &export(Format::Csv)).await.1.contains("/p1"));
}
