//! Files by format: where one is withdrawn no door makes or gives a file of it, and the other formats go on.

use super::matrix::{cell, set};
use app::{
    ask::Fault,
    dashboards::asks::SaveQuestion,
    governance::{asks::ListAudit, matrix::asks::*},
    identity::asks::WhoAmI,
    reports::asks::*,
    warehouse::asks::{ChartKind, Dimension, Question},
};
use axum::body::Body;
use http::{Request, StatusCode};
use server::{
    jobs::{self, Pace},
    reports::export::{self, Export},
    routes,
};
use std::collections::BTreeSet;
use tests::house::{House, Visitor, houses};
use tokio_util::sync::CancellationToken;

fn by_region() -> Question {
    let dimensions = vec![Dimension { column: "region".into(), grain: None }];
    Question { mart: "baskets".into(), measures: vec!["rows".into()], dimensions, ..Question::default() }
}

fn order(format: Format) -> MakeReport {
    MakeReport { subject: Subject::Question { title: "Regions".into(), question: by_region(), chart: ChartKind::Table }, format, options: Options::default() }
}

async fn streamed(visitor: &mut Visitor, order: &MakeReport) -> (StatusCode, String) {
    let (status, body) = visitor.post("/api/reports/stream", "application/json", serde_json::to_vec(order).unwrap()).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn file(visitor: &mut Visitor, id: &str) -> (StatusCode, String) {
    let (status, _, body) = visitor.send(Request::get(format!("/reports/{id}/file")).body(Body::empty()).unwrap()).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn card(visitor: &mut Visitor, id: &str) -> ReportCard {
    visitor.ask(&ReportState { id: id.into() }).await.unwrap()
}

async fn until_idle(house: &House) {
    let pace = Pace { until_idle: true, ..Pace::with_slots(1) };
    jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new()).await.unwrap();
}

/// Refused, with the format and whom to ask.
fn is_refused(answer: Result<ReportCard, (StatusCode, Fault)>, format: &str) -> bool {
    answer.is_err_and(|(status, fault)| {
        let said = |text: &str, whom: &str| text.contains(format) && text.contains(whom);
        let both = said(&fault.message.en, "whoever administers permissions") && said(&fault.message.es, "quien administra los permisos");
        status == StatusCode::FORBIDDEN && both
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_that_is_denied_leaves_by_no_door_and_the_others_do() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut adela, mut sergio, mut fermin) = (house.signed_in("adela").await, house.signed_in("sergio").await, house.signed_in("fermin").await);
        let new_dashboard = Some("Board".into());
        let put = SaveQuestion { title: "Regions".into(), question: by_region(), chart: ChartKind::Table, dashboard: None, new_dashboard };
        let board = sergio.ask(&put).await.unwrap().dashboard.unwrap();
        let whole = |format| MakeReport { subject: Subject::Dashboard { id: board.clone(), filters: Vec::new() }, format, options: Options::default() };
        let made = sergio.ask(&order(Format::Pdf)).await.unwrap().id;
        until_idle(&house).await;
        assert!(file(&mut sergio, &made).await.1.starts_with("%PDF-"));
        let waiting = sergio.ask(&order(Format::Pdf)).await.unwrap().id;

        // Who loses it is said beforehand: the managers of that department.
        let denied = [cell("manager", "sales", "pdf", "export", CellState::Deny)];
        let effects = adela.ask(&PreviewMatrix { cells: denied.to_vec() }).await.unwrap();
        let lost: Vec<(&str, Vec<(&str, &str)>)> =
            effects.iter().map(|effect| (effect.name.as_str(), effect.lost.iter().map(|lost| (lost.kind.as_str(), lost.action.as_str())).collect())).collect();
        assert_eq!(lost, [("Sergio Vidal", vec![("pdf", "export")])]);
        set(&mut adela, &denied).await.unwrap();
        let may = sergio.ask(&WhoAmI {}).await.unwrap().may;
        assert_eq!((may.export, may.csv, may.json, may.pdf), (true, true, true, false));

        // No door for it: in the background, at once, a dashboard, the same again, a file that is there, the command line.
        assert!(is_refused(sergio.ask(&order(Format::Pdf)).await, "PDF"));
        assert!(is_refused(sergio.ask(&whole(Format::Pdf)).await, "PDF"));
        assert!(is_refused(sergio.ask(&RunAgain { id: made.clone() }).await, "PDF"));
        for order in [order(Format::Pdf), whole(Format::Pdf)] {
            let (status, body) = streamed(&mut sergio, &order).await;
            assert!(status == StatusCode::FORBIDDEN && body.contains("PDF") && !body.contains("South"), "{status} {body}");
        }
        let (status, body) = file(&mut sergio, &made).await;
        assert!(status == StatusCode::FORBIDDEN && !body.contains("%PDF-"), "{status}");
        let output = house.folder.path().join("baskets");
        let person = house.person("sergio").await;
        let by_command = |format| Export { mart: "baskets", person: &person, format, output: &output, options: Options::default() };
        assert_eq!(export::export(&house.portal, by_command(Format::Pdf)).await.unwrap_err().status(), StatusCode::FORBIDDEN);
        assert!(!output.exists());

        // What waited is made under the rights of then: not at all.
        until_idle(&house).await;
        let late = card(&mut sergio, &waiting).await;
        assert!(late.state == State::Failed && late.fault.as_ref().is_some_and(|fault| fault.en.contains("PDF")), "{late:?}");
        house.portal.audit.flush().await.unwrap();
        let log = adela.ask(&ListAudit { action: "reports.made".into(), outcome: "refused".into(), ..ListAudit::default() }).await.unwrap();
        assert!(log.records.iter().any(|record| record.object == format!("report {waiting}")), "{:?}", log.records);

        // The others go on, and so does everybody else.
        let (status, csv) = streamed(&mut sergio, &order(Format::Csv)).await;
        assert!(status == StatusCode::OK && csv.contains("South"), "{status} {csv}");
        let (csv, json) = (sergio.ask(&order(Format::Csv)).await.unwrap().id, sergio.ask(&whole(Format::Json)).await.unwrap().id);
        let other = fermin.ask(&order(Format::Pdf)).await.unwrap().id;
        until_idle(&house).await;
        assert!(file(&mut sergio, &csv).await.1.contains("South") && file(&mut sergio, &json).await.1.contains("South"));
        assert!(file(&mut fermin, &other).await.1.starts_with("%PDF-"));
        assert_eq!(export::export(&house.portal, by_command(Format::Csv)).await.unwrap(), 1);

        // Given back, the file of before opens again: its share is the same.
        set(&mut adela, &[cell("manager", "sales", "pdf", "export", CellState::Unset)]).await.unwrap();
        assert!(file(&mut sergio, &made).await.1.starts_with("%PDF-"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_alone_opens_no_door_and_json_lines_go_with_json() {
    let house = House::empty(None).await.furnished().await;
    let (mut adela, mut sergio, mut ana) = (house.signed_in("adela").await, house.signed_in("sergio").await, house.signed_in("ana").await);
    set(&mut adela, &[cell("employee", "", "csv", "export", CellState::Allow)]).await.unwrap();
    assert_eq!(streamed(&mut ana, &order(Format::Csv)).await.0, StatusCode::FORBIDDEN, "employees download nothing");
    assert_eq!(ana.ask(&order(Format::Csv)).await.unwrap_err().0, StatusCode::FORBIDDEN);
    set(&mut adela, &[cell("manager", "", "json", "export", CellState::Unset)]).await.unwrap();
    assert!(is_refused(sergio.ask(&order(Format::JsonLines)).await, "JSON") && is_refused(sergio.ask(&order(Format::Json)).await, "JSON"));
    for format in [Format::Csv, Format::Pdf] {
        sergio.ask(&order(format)).await.unwrap();
    }
    // Whoever sees data may what an employee may, too.
    let withdrawn = [("manager", "csv"), ("manager", "pdf"), ("employee", "csv")];
    set(&mut adela, &withdrawn.map(|(role, kind)| cell(role, "", kind, "export", CellState::Unset))).await.unwrap();
    let may = sergio.ask(&WhoAmI {}).await.unwrap().may;
    assert!(may.export && !may.download() && Format::ALL.into_iter().all(|format| !may.take(format)));
}

#[tokio::test]
async fn whoever_downloaded_before_formats_were_permissions_keeps_them_all() {
    for house in houses().await {
        let mut changes = house.portal.database.begin().await.unwrap();
        for statement in [
            "delete from casbin_rule where v2 in ('csv', 'json', 'pdf')",
            "insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values \
             ('p', 'analyst', 'finance', 'report', 'export', 'allow'), ('p', 'analyst', 'sales', 'report', 'export', 'deny'), \
             ('p', 'watcher', '*', 'stream', 'export', 'allow'), ('p', 'looker', '*', 'report', 'view', 'allow')",
            include_str!("../../migrations/0021_governance.sql"),
        ] {
            sqlx::query(statement).execute(&mut *changes).await.unwrap();
        }
        let rows: Vec<(String, String, String, String)> =
            sqlx::query_as("select v0, v1, v2, v4 from casbin_rule where v2 in ('csv', 'json', 'pdf')").fetch_all(&mut *changes).await.unwrap();
        let rows: BTreeSet<String> = rows.into_iter().map(|(role, department, kind, effect)| format!("{role} {department}: {kind} {effect}")).collect();
        let given = [("analyst", "finance"), ("manager", "*"), ("watcher", "*")];
        let given = given.into_iter().flat_map(|(role, department)| ["csv", "json", "pdf"].map(|kind| format!("{role} {department}: {kind} allow")));
        assert_eq!(rows, given.collect::<BTreeSet<_>>());
    }
}
