//! Attacks by sheer number and size: whoever asks too much is told so, and nobody else is kept waiting (A29).

use super::{at, send};
use app::{
    ask::Ask,
    dashboards::asks::{ListDashboards, SaveQuestion},
    identity::asks::WhoAmI,
    reports::asks::{Format, ListReports, MakeReport, Options, Subject},
    warehouse::asks::{ChartKind, Question},
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use server::web;
use tests::house::{House, houses};

/// More requests than anybody may send at once, and what comes back of the allowance meanwhile.
const MANY: usize = 3_000;

fn who_am_i() -> Request<Body> {
    Request::post(WhoAmI::PATH).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap()
}

#[tokio::test]
async fn a29_who_asks_too_often_is_told_to_wait_and_others_are_not() {
    let house = House::empty(None).await.furnished().await;
    let router = web::router(&house.portal).unwrap();
    let mut flood = at(&house.visitor(), &router);
    let mut told = None;
    for _ in 0..MANY {
        let (status, headers, body) = send(&mut flood, who_am_i(), [192, 0, 2, 7]).await;
        if status == StatusCode::TOO_MANY_REQUESTS {
            told = Some((headers, body));
            break;
        }
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{body}");
    }
    let (headers, body) = told.expect("a bound on requests");
    assert!(body.contains("too_many") && headers.contains_key(header::RETRY_AFTER), "{headers:?} {body}");
    let mut other = at(&house.visitor(), &router);
    assert_eq!(send(&mut other, who_am_i(), [198, 51, 100, 9]).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a29_a_question_has_a_largest_size() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    let long = format!("{{\"subject\":\"{}\"}}", "x".repeat(2 << 20));
    for path in [SaveQuestion::PATH, WhoAmI::PATH, "/api/reports/stream", "/api/search/export"] {
        let (status, _) = sergio.post(path, "application/json", long.clone().into()).await;
        assert!(matches!(status, StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY), "{path}: {status}");
    }
    let (status, _) = sergio.post("/sign-in", "application/x-www-form-urlencoded", format!("email={}", "x".repeat(64 << 10)).into()).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// By whichever way they come there.
#[tokio::test(flavor = "multi_thread")]
async fn a29_a_dashboard_holds_so_many_tiles_and_no_more() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], ..Question::default() };
    let mut ask = SaveQuestion { title: "One more".into(), question, chart: ChartKind::Number, dashboard: None, new_dashboard: Some("Mine".into()) };
    ask.dashboard = sergio.ask(&ask).await.unwrap().dashboard;
    for _ in 1..40 {
        sergio.ask(&ask).await.unwrap();
    }
    let (status, fault) = sergio.ask(&ask).await.unwrap_err();
    assert_eq!((status, fault.field.as_deref()), (StatusCode::UNPROCESSABLE_ENTITY, Some("tiles")));
    assert_eq!(sergio.ask(&ListDashboards {}).await.unwrap()[0].tiles, 40);
}

/// Also when the clock orders them; others are not kept waiting.
#[tokio::test(flavor = "multi_thread")]
async fn a29_one_person_has_so_many_reports_under_way_and_no_more() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut fermin) = (house.signed_in("sergio").await, house.signed_in("fermin").await);
        let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], ..Question::default() };
        let subject = Subject::Question { title: "Rows".into(), question, chart: ChartKind::Table };
        let ask = MakeReport { subject, format: Format::Json, options: Options::default() };
        for _ in 0..50 {
            sergio.ask(&ask).await.unwrap();
        }
        let (status, fault) = sergio.ask(&ask).await.unwrap_err();
        assert_eq!((status, fault.retry), (StatusCode::TOO_MANY_REQUESTS, true), "{fault:?}");
        assert_eq!(sergio.ask(&ListReports {}).await.unwrap().len(), 50);
        fermin.ask(&ask).await.unwrap();
    }
}
