//! Every route against those who have no place there: nobody, who was shut out, keys that ended, another department; and what a refusal tells.

use super::{OPEN, expected, request};
use app::{
    ask::Ask,
    dashboards::asks::{CreateDashboard, OpenDashboard},
    identity::{asks::*, keys::asks::*, memberships::asks::*},
    reports::asks::{Format, MakeReport, Options, ReportState, Subject},
    warehouse::asks::{AskQuestion, ChartKind, ListValues, OpenMart, Question},
};
use http::{StatusCode, header};
use server::{
    access::{Action, Kind, Need},
    routes,
};
use std::time::{Duration, Instant};
use tests::house::{House, Visitor};

/// A visitor with a key and no cookie: the key stands where the cookie would.
async fn with_key(house: &House, key: &str, method: &str, path: &str) -> (StatusCode, String) {
    let mut asked = request(method, path);
    asked.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
    let (status, _, body) = house.visitor().send(asked).await;
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn key(visitor: &mut Visitor, name: &str) -> String {
    visitor.ask(&MakeKey { name: name.into(), powers: KeyPower::ALL.to_vec(), days: 30 }).await.unwrap().key
}

#[tokio::test(flavor = "multi_thread")]
async fn a03_who_was_shut_out_and_what_ran_out_get_one_refusal_everywhere() {
    let house = House::empty(None).await.furnished().await;
    let mut adela = house.signed_in("adela").await;
    let (mut disabled, mut gone) = (house.signed_in("sergio").await, house.signed_in("marta").await);
    let keys = [key(&mut disabled, "disabled").await, key(&mut gone, "gone").await, key(&mut adela, "ran out").await];
    adela.ask(&DisablePerson { id: house.person("sergio").await, disabled: true }).await.unwrap();
    adela.ask(&DeletePerson { id: house.person("marta").await, heir: None }).await.unwrap();
    let mut changes = house.portal.database.begin().await.unwrap();
    sqlx::query("update api_key set expires_ms = 1 where name = 'ran out'").execute(&mut *changes).await.unwrap();
    changes.commit().await.unwrap();
    let (_, entries) = routes::api(&house.portal);
    let mut texts = std::collections::BTreeSet::new();
    for entry in entries.iter().filter(|entry| entry.need.is_some()) {
        let mut answers = Vec::new();
        for visitor in [house.visitor(), disabled.clone(), gone.clone()].iter_mut() {
            let (status, _, body) = visitor.send(request(entry.method, entry.path)).await;
            answers.push((status, String::from_utf8_lossy(&body).into_owned()));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == StatusCode::UNAUTHORIZED), "{}: {answers:?}", entry.path);
        texts.insert(answers[0].1.clone());
        let mut of_keys = Vec::new();
        for key in keys.iter().map(String::as_str).chain(["atk_none_none", "atk_"]) {
            of_keys.push(with_key(&house, key, entry.method, entry.path).await);
        }
        assert!(of_keys.iter().all(|answer| *answer == of_keys[0] && answer.0 == StatusCode::UNAUTHORIZED), "{}: {of_keys:?}", entry.path);
    }
    assert_eq!(texts.len(), 1, "one refusal, whatever the route: {texts:?}");
}

/// What the powers of a key open, written by hand.
fn in_reach_of_keys(need: Need) -> bool {
    use Action::*;
    use Kind::*;
    match need {
        Need(Account | Person | Policy | Audit, _) => false,
        Need(Dashboard | Mart | Question | Report | Stream, View | Export) | Need(Mart, Explore | Sql) => true,
        Need(Csv | Json | Pdf, Export) | Need(Report, Schedule) => true,
        Need(Job | Source, Administer) | Need(Job | Quarantine, View) => true,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a03_a_key_of_all_powers_opens_no_route_beyond_them_or_its_person() {
    let house = House::empty(None).await.furnished().await;
    for name in ["ana", "sergio", "adela"] {
        let key = key(&mut house.signed_in(name).await, "all").await;
        for entry in routes::api(&house.portal).1.iter() {
            let Some(need) = entry.need else { continue };
            let (status, body) = with_key(&house, &key, entry.method, entry.path).await;
            if in_reach_of_keys(need) && expected(need).contains(&name) {
                assert!(!matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) && !status.is_server_error(), "{}: {status} {body}", entry.path);
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{} for {name}: {body}", entry.path);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a03_in_another_department_no_route_tells_of_the_first() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    sergio.ask(&CreateDashboard { title: "Secret of Sales".into() }).await.unwrap();
    let memberships = ["sales", "marketing"].map(|department| Membership { department: department.into(), role: "manager".into() }).to_vec();
    house.signed_in("adela").await.ask(&SetMemberships { person: house.person("ana").await, memberships }).await.unwrap();
    let mut ana = house.signed_in("ana").await;
    ana.ask(&ActIn { department: "marketing".into() }).await.unwrap();
    for entry in routes::api(&house.portal).1.iter().filter(|entry| entry.need.is_some() && !OPEN.contains(&entry.path)) {
        let (status, _, body) = ana.send(request(entry.method, entry.path)).await;
        let body = String::from_utf8_lossy(&body);
        assert!(!status.is_server_error(), "{}: {status} {body}", entry.path);
        for told in ["baskets", "household", "North", "South", "Secret of Sales"] {
            assert!(!body.contains(told), "{} tells {told}: {body}", entry.path);
        }
    }
}

/// The same question about what is there and not theirs, and about what is not there.
struct Pair {
    path: &'static str,
    foreign: Vec<u8>,
    absent: Vec<u8>,
}

impl Pair {
    fn of<A: Ask>(foreign: A, absent: A) -> Self {
        Self { path: A::PATH, foreign: serde_json::to_vec(&foreign).unwrap(), absent: serde_json::to_vec(&absent).unwrap() }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a06_what_is_not_yours_and_what_is_not_there_are_told_alike_and_as_fast() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    let dashboard = sergio.ask(&CreateDashboard { title: "South".into() }).await.unwrap();
    let question = |mart: &str| Question { mart: mart.into(), measures: vec!["rows".into()], ..Question::default() };
    let subject = Subject::Question { title: "t".into(), question: question("baskets"), chart: ChartKind::Table };
    let report = sergio.ask(&MakeReport { subject, format: Format::Csv, options: Options::default() }).await.unwrap().id;
    sergio.ask(&MakeKey { name: "k".into(), powers: vec![KeyPower::Read], days: 1 }).await.unwrap();
    let key = sergio.ask(&ListKeys {}).await.unwrap()[0].id.clone();
    let session = sergio.ask(&ListSessions {}).await.unwrap()[0].id.clone();
    let other = uuid::Uuid::now_v7().to_string();
    let ask = |mart: &str| AskQuestion { question: question(mart), chart: ChartKind::Number, language: Default::default() };
    let values = |mart: &str| ListValues { mart: mart.into(), column: "region".into(), search: String::new(), limit: 50 };
    let pairs = [
        Pair::of(OpenDashboard { id: dashboard }, OpenDashboard { id: other.clone() }),
        Pair::of(OpenMart { name: "baskets".into() }, OpenMart { name: "buskets".into() }),
        Pair::of(ask("baskets"), ask("buskets")),
        Pair::of(values("baskets"), values("buskets")),
        Pair::of(ReportState { id: report }, ReportState { id: other.clone() }),
        Pair::of(EndKey { id: key }, EndKey { id: other.clone() }),
        Pair::of(EndSession { id: session.clone() }, EndSession { id: session.chars().rev().collect() }),
        Pair::of(ActIn { department: "sales".into() }, ActIn { department: "seles".into() }),
    ];
    // Marta of Marketing: a manager as he is, and the mart is not hers.
    let mut marta = house.signed_in("marta").await;
    for pair in &pairs {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..15 {
            let mut answers = Vec::new();
            for (body, times) in [&pair.foreign, &pair.absent].into_iter().zip(&mut times) {
                let began = Instant::now();
                answers.push(marta.post(pair.path, "application/json", body.clone()).await);
                times.push(began.elapsed());
            }
            assert_eq!(answers[0].0, StatusCode::NOT_FOUND, "{}: {}", pair.path, String::from_utf8_lossy(&answers[0].1));
            assert_eq!(answers[0], answers[1], "{}", pair.path);
        }
        // The quickest of each: what else the machine does only adds. Opening a mart or a file would take many times this.
        let [foreign, absent] = times.map(|times| times.into_iter().min().unwrap());
        let (less, more) = (foreign.min(absent), foreign.max(absent));
        assert!(more < less * 3 + Duration::from_millis(3), "{}: {foreign:?} against {absent:?}", pair.path);
    }
}
