//! Schedules of reports: each time has one report, under what its owner may then, or is paused with the reason.

use app::{
    governance::{asks::ListAudit, matrix::asks::*},
    identity::{asks::*, memberships::asks::DeletePerson, viewing::asks::BeginViewing},
    reports::{asks::*, schedules::asks::*},
    warehouse::asks::{ChartKind, Dimension, Question},
};
use axum::body::Body;
use http::{Request, StatusCode};
use server::{
    jobs::{self, Pace},
    reports::schedules::tick_at,
    routes,
};
use std::time::Duration;
use tests::house::{House, Visitor, houses};
use tokio_util::sync::CancellationToken;

const DAY: i64 = 86_400_000;
const DAILY: Repeat = Repeat { days: Days::Daily, hour: 6, minute: 30 };

/// Has a report made, and then again every day.
async fn scheduled(house: &House, visitor: &mut Visitor, format: Format) -> ScheduleCard {
    let dimensions = vec![Dimension { column: "region".into(), grain: None }];
    let question = Question { mart: "baskets".into(), measures: vec!["rows".into()], dimensions, ..Question::default() };
    let subject = Subject::Question { title: "Regions".into(), question, chart: ChartKind::Table };
    let report = visitor.ask(&MakeReport { subject, format, options: Options::default() }).await.unwrap().id;
    until_idle(house).await;
    visitor.ask(&MakeSchedule { report, repeat: DAILY }).await.unwrap()
}

async fn until_idle(house: &House) {
    let pace = Pace { until_idle: true, poll: Duration::from_millis(20), ..Pace::with_slots(1) };
    jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new()).await.unwrap();
}

async fn schedule(visitor: &mut Visitor) -> ScheduleCard {
    visitor.ask(&ListSchedules {}).await.unwrap().remove(0)
}

/// What is due at this time, made.
async fn made(house: &House, at_ms: i64) -> Vec<String> {
    let reports = tick_at(&house.portal, at_ms).await.unwrap();
    until_idle(house).await;
    reports
}

async fn file(visitor: &mut Visitor, id: &str) -> String {
    let (_, _, body) = visitor.send(Request::get(format!("/reports/{id}/file")).body(Body::empty()).unwrap()).await;
    String::from_utf8_lossy(&body).into_owned()
}

/// Sergio's department and region, by an administrator.
async fn change_sergio(house: &House, adela: &mut Visitor, department: &str, region: &str) {
    let id = house.person("sergio").await;
    let attributes = vec![("regions".into(), vec![region.into()])];
    adela.ask(&ChangePerson { id, name: "Sergio Vidal".into(), department: department.into(), role: "manager".into(), attributes }).await.unwrap();
}

async fn disable_sergio(house: &House, adela: &mut Visitor, disabled: bool) {
    adela.ask(&DisablePerson { id: house.person("sergio").await, disabled }).await.unwrap();
}

async fn withdraw(adela: &mut Visitor, kind: &str, action: &str) {
    let permission = Permission { kind: kind.into(), action: action.into() };
    let place = Place { role: "manager".into(), department: String::new(), permission };
    let version = adela.ask(&ShowMatrix {}).await.unwrap().version;
    adela.ask(&SaveMatrix { cells: vec![MatrixCell { place, state: CellState::Unset }], version }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_each_time_is_made_under_the_share_of_then() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
        let first = scheduled(&house, &mut sergio, Format::Csv).await;
        let due = first.next_ms.unwrap();
        assert!((first.last_ms, &first.last, &first.refusal) == (None, &None, &None), "{first:?}");
        assert!(made(&house, due - 1).await.is_empty(), "not before its time");
        let south = made(&house, due).await;
        assert_eq!(south.len(), 1);
        let text = file(&mut sergio, &south[0]).await;
        assert!(text.contains("South") && !text.contains("East"), "{text}");
        let card = schedule(&mut sergio).await;
        let last = card.last.unwrap();
        assert_eq!((last.id.as_str(), last.state, last.title.as_str()), (south[0].as_str(), State::Ready, "Regions"));
        let next = card.next_ms.unwrap();
        assert!((due + DAY - next).abs() <= DAY / 24, "a day later by the organisation's clock");

        change_sergio(&house, &mut adela, "sales", "East").await;
        let east = made(&house, next).await;
        let text = file(&mut sergio, &east[0]).await;
        assert!(text.contains("East") && !text.contains("South"), "{text}");
        house.portal.audit.flush().await.unwrap();
        let log = adela.ask(&ListAudit { action: "reports.make".into(), outcome: "allowed".into(), ..ListAudit::default() }).await.unwrap();
        let ordered = log.records.iter().find(|record| record.object == format!("report {}", east[0])).unwrap();
        assert!(ordered.actor == "sergio@atalaya.example" && ordered.details.contains(&first.id), "{ordered:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_time_has_one_report_whichever_process_sees_it_and_what_was_missed_has_one() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut sergio = house.signed_in("sergio").await;
        let due = scheduled(&house, &mut sergio, Format::Csv).await.next_ms.unwrap();
        let other = house.opened_again().await;
        // The portal was off for nine days.
        let back = due + 9 * DAY;
        let clocks = (0..8).map(|number| tick_at(if number % 2 == 0 { &house.portal } else { &other }, back));
        let ordered: usize = futures::future::join_all(clocks).await.into_iter().map(|reports| reports.unwrap().len()).sum();
        assert_eq!(ordered, 1);
        until_idle(&house).await;
        assert_eq!(sergio.ask(&ListReports {}).await.unwrap().len(), 2, "the one that was repeated, and one");
        assert!(schedule(&mut sergio).await.next_ms.unwrap() > back);
        // A clock that goes back asks for nothing twice.
        assert!(made(&house, due).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a21_a_schedule_is_its_owners_alone_and_of_their_own_reports() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut marta, mut adela) = (house.signed_in("sergio").await, house.signed_in("marta").await, house.signed_in("adela").await);
        let card = scheduled(&house, &mut sergio, Format::Csv).await;
        let report = sergio.ask(&ListReports {}).await.unwrap().remove(0).id;
        for (report, id) in [(report.clone(), card.id.clone()), ("none".into(), "none".into())] {
            assert_eq!(marta.ask(&MakeSchedule { report, repeat: DAILY }).await.unwrap_err().0, StatusCode::NOT_FOUND);
            assert_eq!(marta.ask(&ChangeSchedule { id: id.clone(), repeat: DAILY, paused: true }).await.unwrap_err().0, StatusCode::NOT_FOUND);
            assert_eq!(marta.ask(&DeleteSchedule { id }).await.unwrap_err().0, StatusCode::NOT_FOUND);
        }
        assert!(marta.ask(&ListSchedules {}).await.unwrap().is_empty());
        made(&house, card.next_ms.unwrap()).await;
        // Who looks as him reads the title, and changes nothing.
        adela.ask(&BeginViewing { person: house.person("sergio").await, department: None }).await.unwrap();
        let looked = schedule(&mut adela).await;
        assert_eq!((looked.title.as_str(), &looked.last), ("Regions", &None));
        assert_eq!(adela.ask(&MakeSchedule { report, repeat: DAILY }).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert_eq!(adela.ask(&DeleteSchedule { id: card.id.clone() }).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert!(schedule(&mut sergio).await.last.is_some());
        // Paused, nothing is made and nothing caught up; deleted, it is gone.
        let change = |paused| ChangeSchedule { id: card.id.clone(), repeat: DAILY, paused };
        assert_eq!(sergio.ask(&change(true)).await.unwrap().next_ms, None);
        assert!(made(&house, card.next_ms.unwrap() + 3 * DAY).await.is_empty());
        assert_eq!(sergio.ask(&change(false)).await.unwrap().next_ms, card.next_ms);
        sergio.ask(&DeleteSchedule { id: card.id.clone() }).await.unwrap();
        assert!(sergio.ask(&ListSchedules {}).await.unwrap().is_empty());
        assert!(made(&house, card.next_ms.unwrap()).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduling_is_a_permission_and_its_end_pauses_what_was_scheduled() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut ana, mut adela) = (house.signed_in("sergio").await, house.signed_in("ana").await, house.signed_in("adela").await);
        let card = scheduled(&house, &mut sergio, Format::Csv).await;
        let due = card.next_ms.unwrap();
        assert!(sergio.ask(&WhoAmI {}).await.unwrap().may.schedule && !ana.ask(&WhoAmI {}).await.unwrap().may.schedule);
        assert_eq!(ana.ask(&MakeSchedule { report: "none".into(), repeat: DAILY }).await.unwrap_err().0, StatusCode::FORBIDDEN);

        withdraw(&mut adela, "report", "schedule").await;
        assert!(!sergio.ask(&WhoAmI {}).await.unwrap().may.schedule);
        assert!(made(&house, due).await.is_empty());
        let paused = schedule(&mut sergio).await;
        assert!(paused.next_ms.is_none() && paused.refusal.as_ref().is_some_and(|why| why.es.contains("programa informes")), "{paused:?}");
        let report = sergio.ask(&ListReports {}).await.unwrap();
        assert_eq!(report.len(), 1, "only the one that was repeated");
        assert_eq!(sergio.ask(&MakeSchedule { report: report[0].id.clone(), repeat: DAILY }).await.unwrap_err().0, StatusCode::FORBIDDEN);
        assert_eq!(sergio.ask(&ChangeSchedule { id: card.id.clone(), repeat: DAILY, paused: false }).await.unwrap_err().0, StatusCode::FORBIDDEN);
        house.portal.audit.flush().await.unwrap();
        let log = adela.ask(&ListAudit { action: "reports.schedule_paused".into(), ..ListAudit::default() }).await.unwrap();
        assert_eq!(log.records.len(), 1, "{:?}", log.records);
        let record = &log.records[0];
        assert_eq!((record.actor.as_str(), record.object.clone()), ("sergio@atalaya.example", format!("schedule {}", card.id)));
        assert!(record.outcome == "refused" && record.details.contains("no longer schedules reports"), "{record:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a22_who_may_no_longer_has_nothing_made_and_reads_why() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
        let card = scheduled(&house, &mut sergio, Format::Pdf).await;
        let due = card.next_ms.unwrap();
        let resume = ChangeSchedule { id: card.id.clone(), repeat: DAILY, paused: false };

        disable_sergio(&house, &mut adela, true).await;
        assert!(made(&house, due).await.is_empty());
        disable_sergio(&house, &mut adela, false).await;
        assert!(made(&house, due + DAY).await.is_empty(), "it waits for its owner");
        let mut sergio = house.signed_in("sergio").await;
        assert!(schedule(&mut sergio).await.refusal.unwrap().en.contains("account was disabled"));
        assert_eq!(sergio.ask(&ListReports {}).await.unwrap().len(), 1);
        let resumed = sergio.ask(&resume).await.unwrap();
        assert_eq!((resumed.next_ms, resumed.refusal), (Some(due), None));

        // In another department he has another share: what was scheduled in the first is not made there.
        change_sergio(&house, &mut adela, "finance", "South").await;
        assert!(made(&house, due).await.is_empty());
        let elsewhere = schedule(&mut sergio).await;
        assert_eq!(elsewhere.elsewhere.as_ref().map(|title| title.en.as_str()), Some("Sales"));
        assert!(elsewhere.refusal.unwrap().en.contains("no longer belong"));
        assert_eq!(sergio.ask(&resume).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
        change_sergio(&house, &mut adela, "sales", "South").await;
        sergio.ask(&resume).await.unwrap();

        withdraw(&mut adela, "pdf", "export").await;
        assert!(made(&house, due).await.is_empty());
        assert!(schedule(&mut sergio).await.refusal.unwrap().en.contains("PDF"));
        assert_eq!(sergio.ask(&resume).await.unwrap_err().0, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_data_no_longer_gives_pauses_and_who_is_deleted_takes_their_schedules_along() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
        let due = scheduled(&house, &mut sergio, Format::Csv).await.next_ms.unwrap();
        let id = house.person("sergio").await;
        // Without a region the mart is closed.
        let no_region =
            ChangePerson { id: id.clone(), name: "Sergio Vidal".into(), department: "sales".into(), role: "manager".into(), attributes: Vec::new() };
        adela.ask(&no_region).await.unwrap();
        assert!(made(&house, due).await.is_empty());
        let refusal = schedule(&mut sergio).await.refusal.unwrap().en;
        assert!(refusal.contains("not there for you") && !refusal.contains("baskets"), "{refusal}");
        let heir = Some(house.person("marta").await);
        let gone = adela.ask(&DeletePerson { id, heir }).await.unwrap();
        assert_eq!((gone.schedules, gone.reports), (1, 1));
        assert!(house.signed_in("marta").await.ask(&ListSchedules {}).await.unwrap().is_empty(), "another share is another report");
        assert!(made(&house, due + DAY).await.is_empty());
    }
}
