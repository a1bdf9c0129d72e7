//! Looking as somebody else, and asking why somebody sees what they see: never a value beyond one's own share (A40).

use app::{
    ask::Ask,
    dashboards::asks::{CreateDashboard, FindAnything, ListDashboards, ListQuestions, OpenDashboard, SaveQuestion},
    governance::{
        asks::{ListAudit, PolicyCard, RowRule, SavePolicy, WhyAccess},
        why::asks::{ColumnState, Standing, WhyPerson},
    },
    identity::{asks::*, viewing::asks::*},
    reports::asks::{DeleteReport, Format, ListReports, MakeReport, Options, Subject},
    search::asks::{ListStreams, SearchStream, Searched, TimeRange},
    text::{Language, Text},
    warehouse::asks::*,
};
use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::{Value as Json, json};
use server::{
    access::{Action, Need},
    routes,
};
use tests::{
    house::{House, Visitor, houses},
    streams::{self, Event, lately},
};

const REGIONS: [&str; 4] = ["North", "South", "East", "West"];

async fn look(house: &House, visitor: &mut Visitor, name: &str) {
    visitor.ask(&BeginViewing { person: house.person(name).await, department: None }).await.expect("looks as somebody else");
}

fn by_region() -> Question {
    let dimensions = vec![Dimension { column: "region".into(), grain: None }];
    Question { mart: "baskets".into(), measures: vec!["rows".into()], dimensions, ..Question::default() }
}

fn ask(question: Question) -> AskQuestion {
    AskQuestion { question, chart: ChartKind::Bar, language: Language::En }
}

async fn regions(visitor: &mut Visitor) -> Vec<String> {
    let answer = visitor.ask(&ask(by_region())).await.unwrap();
    let mut regions: Vec<String> = answer.rows.iter().map(|row| if let Value::Text(region) = &row[0] { region.clone() } else { panic!("{row:?}") }).collect();
    regions.sort();
    regions
}

async fn post(visitor: &mut Visitor, path: &str, body: &Json) -> (StatusCode, String) {
    let (status, bytes) = visitor.post(path, "application/json", body.to_string().into()).await;
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// Gives administrators two regions of the mart.
async fn grant_two_regions(adela: &mut Visitor) {
    let rule = RowRule { column: "region".into(), operator: "in".into(), values: vec!["North".into(), "South".into()] };
    let policy = PolicyCard { mart: "baskets".into(), department: "administration".into(), rows: vec![rule], enabled: true, ..PolicyCard::default() };
    adela.ask(&SavePolicy { policy, why: String::new() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_without_a_share_of_ones_own_the_shape_is_all_there_is() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut fermin, mut adela) = (house.signed_in("fermin").await, house.signed_in("adela").await);
        // Kept for whom it is: nobody else gets it.
        assert_eq!(regions(&mut fermin).await.len(), 4);
        look(&house, &mut adela, "fermin").await;
        let me = adela.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.name.as_str(), me.may.browse, me.may.export, me.may.edit, me.may.sql), ("Fermín Otero", true, false, false, false));
        assert_eq!(me.viewing, Some(Viewing { viewer: "Adela Campos".into(), veiled: vec!["baskets".into()] }));
        let card = adela.ask(&OpenMart { name: "baskets".into() }).await.unwrap();
        assert_eq!((card.title.en.as_str(), card.columns.len(), card.veiled, card.may_export), ("Baskets", 3, true, false));
        assert_eq!((card.freshness.rows, &card.freshness.data_up_to), (None, &None));
        let answer = adela.ask(&ask(by_region())).await.unwrap();
        assert!(answer.veiled && answer.rows.is_empty() && answer.total_rows.is_none(), "{answer:?}");
        let question = json!({ "mart": "baskets", "measures": ["rows"], "dimensions": [{ "column": "region" }] });
        for (path, body) in [
            (ListMarts::PATH, json!({})),
            (OpenMart::PATH, json!({ "name": "baskets" })),
            (AskQuestion::PATH, json!({ "question": question, "chart": "bar" })),
            (AskQuestion::PATH, json!({ "question": { "mart": "baskets", "measures": ["rows"] }, "chart": "number" })),
            (AskQuestion::PATH, json!({ "question": { "mart": "baskets" }, "chart": "table" })),
            (ListValues::PATH, json!({ "mart": "baskets", "column": "region", "limit": 10 })),
            (ListDashboards::PATH, json!({})),
            (ListQuestions::PATH, json!({})),
            (FindAnything::PATH, json!({ "text": "" })),
            (ListReports::PATH, json!({})),
            (WhyAccess::PATH, json!({})),
            (ListStreams::PATH, json!({})),
        ] {
            let (status, told) = post(&mut adela, path, &body).await;
            assert_eq!(status, StatusCode::OK, "{path} {told}");
            assert!(!REGIONS.iter().chain(&["1.5", "2.5", "3.5", "4.5"]).any(|value| told.contains(value)), "{path}: {told}");
        }
        // Rooms of administration are not the other's.
        assert_eq!(adela.ask(&ListPeople {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
        adela.ask(&EndViewing {}).await.unwrap();
        // Their rules are told in words.
        look(&house, &mut adela, "ana").await;
        let why = adela.ask(&WhyAccess {}).await.unwrap();
        assert!(why[0].veiled && !why[0].leaves_nothing && why[0].access.filters == [Text::of("region North", "región North")], "{why:?}");
        assert_eq!(regions(&mut adela).await, [""; 0]);
        adela.ask(&EndViewing {}).await.unwrap();
        let me = adela.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.name.as_str(), me.viewing, me.may.view_as), ("Adela Campos", None, true));
        assert_eq!(regions(&mut fermin).await.len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_with_a_share_of_ones_own_what_both_see_is_shown() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut adela = house.signed_in("adela").await;
        grant_two_regions(&mut adela).await;
        assert_eq!(regions(&mut adela).await, ["North", "South"]);
        for (name, both) in [("fermin", &["North", "South"] as &[&str]), ("sergio", &["South"]), ("ana", &["North"]), ("marta", &[])] {
            look(&house, &mut adela, name).await;
            if both.is_empty() {
                assert_eq!(adela.ask(&ask(by_region())).await.unwrap_err().0, StatusCode::NOT_FOUND, "{name}");
            } else {
                assert_eq!(regions(&mut adela).await, both, "{name}");
                assert_eq!(adela.ask(&WhoAmI {}).await.unwrap().viewing.unwrap().veiled, [""; 0]);
            }
            adela.ask(&EndViewing {}).await.unwrap();
        }
        // What the other sees as a code of their department, one sees not at all.
        look(&house, &mut adela, "sergio").await;
        let question = Question { mart: "baskets".into(), columns: vec!["region".into(), "household_id".into()], ..Question::default() };
        let listed = AskQuestion { question, chart: ChartKind::Table, language: Language::En };
        assert_eq!(adela.ask(&listed).await.unwrap().rows, [[Value::Text("South".into()), Value::Null]]);
    }
}

fn request(method: &str, path: &str) -> Request<Body> {
    let path: String = path.split('/').map(|part| if part.starts_with('{') { "nothing" } else { part }).collect::<Vec<_>>().join("/");
    Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_nothing_is_changed_or_taken_along() {
    let house = House::empty(None).await.furnished().await;
    let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
    grant_two_regions(&mut adela).await;
    let subject = Subject::Question { title: "Mine".into(), question: by_region(), chart: ChartKind::Table };
    let order = MakeReport { subject, format: Format::Csv, options: Options::default() };
    let report = sergio.ask(&order).await.unwrap().id;
    super::until_idle(&house).await;
    look(&house, &mut adela, "sergio").await;
    for entry in routes::api(&house.portal).1 {
        let Some(Need(_, action)) = entry.need else { continue };
        if !matches!(action, Action::View | Action::Explore) {
            let (status, _, body) = adela.send(request(entry.method, entry.path)).await;
            let body = String::from_utf8_lossy(&body);
            assert_eq!(status, StatusCode::FORBIDDEN, "{}: {body}", entry.path);
            assert!(body.contains("looking as somebody else") && !REGIONS.iter().any(|region| body.contains(region)), "{}: {body}", entry.path);
        }
    }
    let (status, told) = post(&mut adela, "/api/reports/stream", &serde_json::to_value(&order).unwrap()).await;
    assert!(status == StatusCode::FORBIDDEN && told.contains("would carry their share away"), "{told}");
    let (status, ..) = adela.send(Request::get(format!("/reports/{report}/file")).body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    // This one asks for no more than looking.
    assert_eq!(adela.ask(&DeleteReport { id: report }).await.unwrap_err().0, StatusCode::FORBIDDEN);
    let reports = adela.ask(&ListReports {}).await.unwrap();
    assert_eq!((reports[0].title.as_str(), reports[0].rows, reports[0].bytes), ("Mine", 0, 0));
    assert_eq!(sergio.ask(&ListReports {}).await.unwrap()[0].rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_what_is_private_shows_its_title_alone() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
        let filters = vec![Filter { column: "region".into(), test: Test::Is(vec![Value::Text("South".into())]) }];
        let board = sergio.ask(&CreateDashboard { title: "My board".into() }).await.unwrap();
        let question = SaveQuestion {
            title: "My question".into(),
            question: Question { filters, ..by_region() },
            chart: ChartKind::Bar,
            dashboard: Some(board.clone()),
            new_dashboard: None,
        };
        sergio.ask(&question).await.unwrap();
        look(&house, &mut adela, "sergio").await;
        let (_, told) = post(&mut adela, ListQuestions::PATH, &json!({})).await;
        assert!(told.contains("My question") && !told.contains("South"), "{told}");
        assert!(adela.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.title.en == "My board"));
        let (status, told) = post(&mut adela, OpenDashboard::PATH, &json!({ "id": board })).await;
        assert!(status == StatusCode::FORBIDDEN && told.contains("only its title") && !told.contains("South"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_both_names_are_recorded_and_the_person_is_told() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut ana, mut sergio, mut adela) = (house.signed_in("ana").await, house.signed_in("sergio").await, house.signed_in("adela").await);
        let as_adela = BeginViewing { person: house.person("adela").await, department: None };
        for nobody in [&mut ana, &mut sergio] {
            assert_eq!(nobody.ask(&as_adela).await.unwrap_err().0, StatusCode::FORBIDDEN, "employees and managers look as themselves");
        }
        assert_eq!(adela.ask(&as_adela).await.unwrap_err().0, StatusCode::UNPROCESSABLE_ENTITY);
        let elsewhere = BeginViewing { person: house.person("ana").await, department: Some("finance".into()) };
        assert_eq!(adela.ask(&elsewhere).await.unwrap_err().0, StatusCode::NOT_FOUND);
        look(&house, &mut adela, "ana").await;
        adela.ask(&ListMarts {}).await.unwrap();
        assert!(adela.ask(&ListViewings {}).await.unwrap().is_empty() && adela.ask(&ListSessions {}).await.unwrap().is_empty());
        let told = ana.ask(&ListViewings {}).await.unwrap();
        assert_eq!((told.len(), told[0].name.as_deref(), told[0].ended_ms), (1, Some("Adela Campos"), None));
        // As a form, before the page is alive.
        let (status, to) = adela.form("/identity/end-viewing", &[]).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/"));
        let told = ana.ask(&ListViewings {}).await.unwrap();
        assert!(told[0].ended_ms.is_some_and(|ended| ended >= told[0].began_ms), "{told:?}");
        assert!(sergio.ask(&ListViewings {}).await.unwrap().is_empty());
        house.portal.audit.flush().await.unwrap();
        for person in ["ana@atalaya.example", "adela@atalaya.example"] {
            let records = adela.ask(&ListAudit { person: person.into(), ..ListAudit::default() }).await.unwrap().records;
            for action in ["warehouse.marts", "identity.end_viewing"] {
                let both = records.iter().find(|record| record.action == action && record.outcome == "allowed").unwrap_or_else(|| panic!("{person} {action}"));
                assert_eq!(both.actor, "adela@atalaya.example as ana@atalaya.example");
            }
        }
        let begun = adela.ask(&ListAudit { action: "identity.view_as".into(), outcome: "allowed".into(), ..ListAudit::default() }).await.unwrap().records;
        assert_eq!((begun[0].actor.as_str(), begun[0].object.as_str()), ("adela@atalaya.example", "person ana@atalaya.example"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_a_look_ends_with_the_right_and_with_either_person() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut other, mut adela) = (house.signed_in("adela").await, house.signed_in("adela").await);
        let ana = house.person("ana").await;
        look(&house, &mut adela, "ana").await;
        other.ask(&DisablePerson { id: ana.clone(), disabled: true }).await.unwrap();
        assert_eq!(adela.ask(&ListMarts {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
        let me = adela.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.name.as_str(), me.viewing), ("Adela Campos", None));
        adela.ask(&ListPeople {}).await.unwrap();
        assert_eq!(adela.ask(&BeginViewing { person: ana.clone(), department: None }).await.unwrap_err().0, StatusCode::NOT_FOUND);
        other.ask(&DisablePerson { id: ana, disabled: false }).await.unwrap();
        // An administrator who is one no longer.
        let email = "eva@atalaya.example".to_owned();
        let person = |role: &str| AddPerson {
            name: "Eva Ruiz".into(),
            email: email.clone(),
            department: "administration".into(),
            role: role.into(),
            attributes: Vec::new(),
        };
        let first = other.ask(&person("administrator")).await.unwrap();
        let mut eva = house.visitor();
        eva.ask(&SignIn { email: email.clone(), password: first.password }).await.unwrap();
        look(&house, &mut eva, "sergio").await;
        eva.ask(&ListMarts {}).await.unwrap();
        let AddPerson { name, department, attributes, .. } = person("employee");
        other.ask(&ChangePerson { id: first.person.clone(), name, department, role: "employee".into(), attributes }).await.unwrap();
        assert_eq!(eva.ask(&ListMarts {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
        let me = eva.ask(&WhoAmI {}).await.unwrap();
        assert_eq!((me.name.as_str(), me.viewing), ("Eva Ruiz", None));
        other.ask(&DisablePerson { id: first.person, disabled: true }).await.unwrap();
        assert_eq!(eva.ask(&WhoAmI {}).await.unwrap_err().0, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a40_events_of_a_stream_are_veiled_too() {
    let house = streams::furnished(House::empty(None).await).await;
    streams::write(&house, &[Event { client: "203.0.113.77".into(), ..Event::new("s1", lately(), "shop", "/cart", 200) }]).await;
    let mut adela = house.signed_in("adela").await;
    look(&house, &mut adela, "olga").await;
    assert_eq!(adela.ask(&WhoAmI {}).await.unwrap().viewing.unwrap().veiled, ["stream.web"]);
    let cards = adela.ask(&ListStreams {}).await.unwrap();
    assert_eq!((cards[0].veiled, cards[0].newest_ms, cards[0].fields.len()), (true, None, 9));
    let query = SearchStream { stream: "web".into(), range: TimeRange::LastMinutes(60), histogram: true, ..SearchStream::default() };
    let Searched::Found(page) = adela.ask(&query).await.unwrap() else { panic!("a right query") };
    assert!(page.total == 0 && page.hits.is_empty() && page.bars.iter().all(|bar| bar.events == 0), "{page:?}");
    let mut olga = house.signed_in("olga").await;
    let Searched::Found(page) = olga.ask(&query).await.unwrap() else { panic!("a right query") };
    assert_eq!(page.total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn why_names_roles_rules_and_columns_without_a_value_of_the_data() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut adela) = (house.signed_in("sergio").await, house.signed_in("adela").await);
        let ana = house.person("ana").await;
        let asked = WhyPerson { person: ana.clone(), ..WhyPerson::default() };
        assert_eq!(sergio.ask(&asked).await.unwrap_err().0, StatusCode::FORBIDDEN);
        let why = adela.ask(&asked).await.unwrap();
        assert_eq!((why.name.as_str(), why.roles[0].en.as_str(), why.department.as_str()), ("Ana Robles", "Employee", "sales"));
        let mart = &why.marts[0];
        assert_eq!((mart.mart.as_str(), mart.standing, mart.leaves_nothing), ("baskets", Standing::Seen, false));
        assert_eq!(mart.rows, [Text::of("Region is one of North (their attribute regions)", "Región es uno de North (su atributo regions)")]);
        assert_eq!(mart.grants[0].attributes, [("regions".to_owned(), vec!["North".to_owned()])]);
        assert_eq!(mart.grants[0].masks[0].en, "household id masked");
        let states: Vec<_> = mart.columns.iter().map(|column| (column.name.as_str(), column.state)).collect();
        assert_eq!(states, [("region", ColumnState::Shown), ("household_id", ColumnState::Masked), ("sales_value", ColumnState::Shown)]);
        // Not granted, and granted but closed.
        let marta = adela.ask(&WhyPerson { person: house.person("marta").await, ..WhyPerson::default() }).await.unwrap();
        assert!(marta.marts.iter().all(|mart| mart.standing == Standing::NotGranted && mart.grants.is_empty() && mart.columns.is_empty()));
        let bare = ChangePerson { id: ana, name: "Ana Robles".into(), department: "sales".into(), role: "employee".into(), attributes: Vec::new() };
        adela.ask(&bare).await.unwrap();
        let closed = adela.ask(&asked).await.unwrap().marts.remove(0);
        assert_eq!(closed.standing, Standing::Closed);
        assert!(closed.closed.is_some_and(|why| why.en.contains("regions")) && closed.columns.is_empty());
        let unknown = WhyPerson { mart: Some("payroll".into()), ..asked.clone() };
        assert_eq!(adela.ask(&unknown).await.unwrap_err().0, StatusCode::NOT_FOUND);
        assert_eq!(adela.ask(&WhyPerson { person: "nobody".into(), ..asked }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    }
}
