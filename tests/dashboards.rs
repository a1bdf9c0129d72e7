//! Dashboards given to others: published and taken back, shared and withdrawn, and what their readers are told of the values in them.

use app::{
    ask::Ask,
    dashboards::{asks::*, sharing::asks::*},
    governance::asks::ListAudit,
    identity::{asks::ChangePerson, memberships::asks::DeletePerson, viewing::asks::BeginViewing},
    reports::asks::{Format, MakeReport, Options, Subject},
    text::Language,
    warehouse::asks::*,
};
use http::StatusCode;
use tests::{
    house::{House, ORGANISATION, POLICIES, Visitor, houses},
    streams,
};

const BOARD: &str = r#"
name = "board"
department = "sales"
title = { en = "Board", es = "Tablero" }
[[tiles]]
id = "filed"
title = { en = "Shops", es = "Tiendas" }
chart = "number"
width = 3
height = 2
question = { mart = "baskets", measures = ["rows"], filters = [{ column = "region", test = { is = ["South"] } }] }
"#;

fn rows(filter: Option<(&str, Test)>) -> Question {
    let filters = filter.map(|(column, test)| Filter { column: column.into(), test }).into_iter().collect();
    Question { mart: "baskets".into(), measures: vec!["rows".into()], filters, ..Question::default() }
}

fn region(name: &str) -> Question {
    rows(Some(("region", Test::Is(vec![Value::Text(name.into())]))))
}

fn at_least(value: f64) -> Question {
    rows(Some(("sales_value", Test::AtLeast(Value::Number(value)))))
}

/// A dashboard of this visitor's own, with a tile for each question.
async fn board(visitor: &mut Visitor, questions: &[(&str, Question)]) -> String {
    let id = visitor.ask(&CreateDashboard { title: "Shops".into() }).await.unwrap();
    for (title, question) in questions {
        let saved =
            SaveQuestion { title: (*title).into(), question: question.clone(), chart: ChartKind::Number, dashboard: Some(id.clone()), new_dashboard: None };
        visitor.ask(&saved).await.unwrap();
    }
    id
}

/// All, one of the south, one from a value that stands in the north, one from a value that stands in the south: Sergio sees the south.
async fn telling(sergio: &mut Visitor) -> String {
    let questions = [("All", rows(None)), ("One region", region("South")), ("From", at_least(1.5)), ("From more", at_least(2.5))];
    board(sergio, &questions).await
}

fn open(id: &str) -> OpenDashboard {
    OpenDashboard { id: id.into() }
}

async fn status<A: Ask>(visitor: &mut Visitor, ask: &A) -> StatusCode {
    visitor.ask(ask).await.err().expect("a refusal").0
}

async fn raw<A: Ask>(visitor: &mut Visitor, ask: &A) -> String {
    let (status, body) = visitor.post(A::PATH, "application/json", serde_json::to_vec(ask).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    String::from_utf8(body).unwrap()
}

fn titles(dashboard: &Dashboard) -> Vec<&str> {
    dashboard.tiles.iter().map(|tile| tile.title.en.as_str()).collect()
}

/// Moves Ana, who stays of the north.
async fn ana_becomes(house: &House, department: &str, role: &str) -> Visitor {
    let attributes = vec![("regions".to_owned(), vec!["North".to_owned()])];
    let id = house.person("ana").await;
    let change = ChangePerson { id, name: "Ana Robles".into(), department: department.into(), role: role.into(), attributes };
    house.signed_in("adela").await.ask(&change).await.unwrap();
    house.signed_in("ana").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_found_by_the_department_and_changed_by_who_may_publish() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut ana, mut fermin) = (house.signed_in("sergio").await, house.signed_in("ana").await, house.signed_in("fermin").await);
        let own = board(&mut ana, &[]).await;
        assert_eq!(status(&mut ana, &PublishDashboard { id: own }).await, StatusCode::FORBIDDEN, "employees do not publish");
        let id = board(&mut sergio, &[("All", rows(None))]).await;
        let publish = PublishDashboard { id: id.clone() };
        assert_eq!(status(&mut ana, &open(&id)).await, StatusCode::NOT_FOUND);
        assert_eq!(status(&mut fermin, &publish).await, StatusCode::NOT_FOUND, "another's");
        let before = sergio.ask(&open(&id)).await.unwrap();
        assert_eq!((before.may_share, before.may_publish, before.may_take_back), (true, true, false));
        sergio.ask(&publish).await.unwrap();

        let seen = ana.ask(&open(&id)).await.unwrap();
        assert_eq!((seen.card.own, seen.card.published_by.as_deref(), seen.tiles.len()), (false, Some("Sergio Vidal"), 1));
        assert!(!seen.may_edit && !seen.may_share && !seen.may_publish && !seen.may_take_back);
        assert!(ana.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.id == id && card.published_by.is_some()));
        let asked = AskQuestion { question: seen.tiles[0].question.clone(), chart: ChartKind::Number, language: Language::En };
        let answer = ana.ask(&asked).await.unwrap();
        assert_eq!(answer.rows, [[Value::Integer(1)]], "her own rows");
        let save = SaveDashboard { id: id.clone(), title: "Hers".into(), tiles: Vec::new(), updated_ms: seen.card.updated_ms };
        assert_eq!(status(&mut ana, &save).await, StatusCode::FORBIDDEN);
        assert_eq!(status(&mut ana, &DeleteDashboard { id: id.clone() }).await, StatusCode::FORBIDDEN);
        assert_eq!(status(&mut ana, &TakeBackDashboard { id: id.clone() }).await, StatusCode::FORBIDDEN);
        for missing in [status(&mut fermin, &open(&id)).await, status(&mut fermin, &TakeBackDashboard { id: id.clone() }).await] {
            assert_eq!(missing, StatusCode::NOT_FOUND, "it is another department's");
        }

        let mut ana = ana_becomes(&house, "sales", "manager").await;
        let seen = ana.ask(&open(&id)).await.unwrap();
        assert!(seen.may_edit && seen.may_take_back && !seen.may_publish);
        ana.ask(&SaveDashboard { title: "Ours".into(), tiles: seen.tiles, ..save }).await.unwrap();
        ana.ask(&TakeBackDashboard { id: id.clone() }).await.unwrap();
        assert_eq!(status(&mut sergio, &open(&id)).await, StatusCode::NOT_FOUND, "it is hers now");
        assert!(ana.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.id == id && card.own && card.title.en == "Ours"));
        ana.ask(&publish).await.unwrap();
        sergio.ask(&DeleteDashboard { id: id.clone() }).await.unwrap();
        assert_eq!(status(&mut ana, &open(&id)).await, StatusCode::NOT_FOUND);

        house.portal.audit.flush().await.unwrap();
        for action in ["dashboards.publish", "dashboards.take_back"] {
            let asked = ListAudit { action: action.into(), outcome: "allowed".into(), ..ListAudit::default() };
            let records = house.signed_in("adela").await.ask(&asked).await.unwrap().records;
            assert!(records.iter().all(|record| record.object == format!("dashboard {id}")) && !records.is_empty(), "{action}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a53_values_outside_of_a_readers_share_are_in_no_answer() {
    for house in houses().await {
        let house = house.furnished().await;
        let mut sergio = house.signed_in("sergio").await;
        let id = telling(&mut sergio).await;
        sergio.ask(&PublishDashboard { id: id.clone() }).await.unwrap();
        let mut ana = ana_becomes(&house, "sales", "manager").await;
        let seen = ana.ask(&open(&id)).await.unwrap();
        assert_eq!((titles(&seen), seen.withheld), (vec!["All", "From"], 2));
        let report = MakeReport { subject: Subject::Dashboard { id: id.clone(), filters: Vec::new() }, format: Format::Json, options: Options::default() };
        let (status, body) = ana.post("/api/reports/stream", "application/json", serde_json::to_vec(&report).unwrap()).await;
        assert_eq!(status, StatusCode::OK);
        for told in [raw(&mut ana, &open(&id)).await, raw(&mut ana, &ListDashboards {}).await, String::from_utf8(body).unwrap()] {
            assert!(!told.contains("South") && !told.contains("2.5"), "{told}");
        }
        // Who chose them is told all of them, and who looks with their eyes is not.
        let own = sergio.ask(&open(&id)).await.unwrap();
        assert_eq!((own.tiles.len(), own.withheld), (4, 0));
        let mut adela = house.signed_in("adela").await;
        adela.ask(&BeginViewing { person: house.person("sergio").await, department: None }).await.unwrap();
        // The rules of who is looked at are told in words, as on every page.
        let told = serde_json::to_string(&adela.ask(&open(&id)).await.unwrap().tiles).unwrap();
        assert!(told.contains("From more") && !told.contains("South") && !told.contains("2.5"), "{told}");
        // To make it one's own tells no more.
        ana.ask(&TakeBackDashboard { id: id.clone() }).await.unwrap();
        let hers = ana.ask(&open(&id)).await.unwrap();
        assert_eq!((hers.card.own, hers.tiles.len(), hers.withheld), (true, 2, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_less_loses_no_tile_of_the_others() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    let id = telling(&mut sergio).await;
    sergio.ask(&PublishDashboard { id: id.clone() }).await.unwrap();
    let mut ana = ana_becomes(&house, "sales", "manager").await;
    let seen = ana.ask(&open(&id)).await.unwrap();
    // She takes one of the two tiles that she sees away, and adds one of her own.
    let hers = Tile { id: "hers".into(), title: app::text::Text::same("Hers"), question: region("North"), ..seen.tiles[1].clone() };
    let save = SaveDashboard { id: id.clone(), title: "Shops".into(), tiles: vec![seen.tiles[1].clone(), hers], updated_ms: seen.card.updated_ms };
    ana.ask(&save).await.unwrap();
    assert_eq!(status(&mut ana, &save).await, StatusCode::CONFLICT);
    let after = ana.ask(&open(&id)).await.unwrap();
    assert_eq!((titles(&after), after.withheld), (vec!["From", "Hers"], 2));
    let after = sergio.ask(&open(&id)).await.unwrap();
    assert_eq!((titles(&after), after.withheld), (vec!["From", "One region", "From more"], 1), "hers is of the north");
    // What is put on it from elsewhere leaves the others where they are, too.
    let pinned = SaveQuestion { title: "Pinned".into(), question: rows(None), chart: ChartKind::Number, dashboard: Some(id.clone()), new_dashboard: None };
    ana.ask(&pinned).await.unwrap();
    let after = sergio.ask(&open(&id)).await.unwrap();
    assert_eq!((titles(&after), after.withheld), (vec!["From", "One region", "From more", "Pinned"], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_for_one_colleague_to_look_at_and_ends() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut ana, mut fermin) = (house.signed_in("sergio").await, house.signed_in("ana").await, house.signed_in("fermin").await);
        let id = telling(&mut sergio).await;
        let person = house.person("ana").await;
        let share = ShareDashboard { id: id.clone(), person: person.clone() };
        let list = ListShares { id: id.clone() };
        assert_eq!(status(&mut ana, &share).await, StatusCode::FORBIDDEN, "employees do not share");
        assert_eq!(status(&mut fermin, &share).await, StatusCode::NOT_FOUND, "another's");
        let abroad = ShareDashboard { id: id.clone(), person: house.person("fermin").await };
        assert_eq!(status(&mut sergio, &abroad).await, StatusCode::UNPROCESSABLE_ENTITY);
        let names = |colleagues: &[Colleague]| colleagues.iter().map(|colleague| colleague.name.clone()).collect::<Vec<_>>();
        let known = sergio.ask(&list).await.unwrap();
        assert_eq!((names(&known.with), names(&known.others)), (vec![], vec!["Ana Robles".to_owned()]));
        sergio.ask(&share).await.unwrap();
        sergio.ask(&share).await.unwrap();
        assert_eq!(names(&sergio.ask(&list).await.unwrap().with), ["Ana Robles"]);

        let seen = ana.ask(&open(&id)).await.unwrap();
        assert_eq!((seen.card.shared_by.as_deref(), seen.card.own, titles(&seen), seen.withheld), (Some("Sergio Vidal"), false, vec!["All", "From"], 2));
        assert!(ana.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.id == id && card.shared_by.is_some()));
        let save = SaveDashboard { id: id.clone(), title: "Hers".into(), tiles: Vec::new(), updated_ms: seen.card.updated_ms };
        assert_eq!(status(&mut ana, &save).await, StatusCode::FORBIDDEN);
        assert_eq!(status(&mut ana, &DeleteDashboard { id: id.clone() }).await, StatusCode::FORBIDDEN);
        assert_eq!(status(&mut fermin, &open(&id)).await, StatusCode::NOT_FOUND);

        // It is for the department in which it was given, and for as long as she is there.
        let mut ana = ana_becomes(&house, "finance", "manager").await;
        assert_eq!(status(&mut ana, &open(&id)).await, StatusCode::NOT_FOUND);
        assert!(ana.ask(&ListDashboards {}).await.unwrap().iter().all(|card| card.id != id));
        let mut ana = ana_becomes(&house, "sales", "employee").await;
        assert!(ana.ask(&open(&id)).await.is_ok());
        sergio.ask(&UnshareDashboard { id: id.clone(), person: person.clone() }).await.unwrap();
        assert_eq!(status(&mut ana, &open(&id)).await, StatusCode::NOT_FOUND);
        // What was shared with her becomes hers with all else, and can be deleted.
        sergio.ask(&share).await.unwrap();
        let gone = DeletePerson { id: house.person("sergio").await, heir: Some(person) };
        house.signed_in("adela").await.ask(&gone).await.unwrap();
        assert!(ana.ask(&ListDashboards {}).await.unwrap().iter().any(|card| card.id == id && card.own));
        ana.ask(&DeleteDashboard { id }).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_of_a_file_is_changed_in_its_file() {
    let mut house = House::empty(None).await.furnished().await;
    house.apply(&[("organisation.toml", ORGANISATION), ("policies/all.toml", POLICIES), ("dashboards/board.toml", BOARD)]).await;
    let (mut sergio, mut ana) = (house.signed_in("sergio").await, house.signed_in("ana").await);
    let seen = ana.ask(&open("board")).await.unwrap();
    assert_eq!((titles(&seen), seen.withheld, seen.card.published_by.clone()), (vec!["Shops"], 0, None), "a file is the organisation's word");
    let seen = sergio.ask(&open("board")).await.unwrap();
    assert!(!seen.may_edit && !seen.may_take_back && !seen.may_publish && !seen.may_share);
    let save = SaveDashboard { id: "board".into(), title: "Mine".into(), tiles: seen.tiles, updated_ms: seen.card.updated_ms };
    let refused = sergio.ask(&save).await.unwrap_err();
    assert!(refused.0 == StatusCode::FORBIDDEN && refused.1.message.en.contains("comes from a file"), "{refused:?}");
    assert_eq!(status(&mut sergio, &DeleteDashboard { id: "board".into() }).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&mut sergio, &TakeBackDashboard { id: "board".into() }).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&mut sergio, &PublishDashboard { id: "board".into() }).await, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a53_the_words_of_a_search_are_its_authors_alone() {
    let house = streams::furnished(House::empty(None).await).await;
    let (mut olga, mut oscar) = (house.signed_in("olga").await, house.signed_in("oscar").await);
    let tile = |query: &str| StreamTile { stream: "web".into(), query: query.into(), minutes: 60, shows: Shows::Count, columns: Vec::new() };
    let pin = PinSearch { title: "Searched".into(), tile: tile("path:/hidden*"), dashboard: String::new(), new_dashboard: "Web".into() };
    let id = olga.ask(&pin).await.unwrap();
    olga.ask(&PinSearch { title: "All".into(), tile: tile(""), dashboard: id.clone(), ..pin }).await.unwrap();
    olga.ask(&PublishDashboard { id: id.clone() }).await.unwrap();
    let told = raw(&mut oscar, &open(&id)).await;
    let seen: Dashboard = serde_json::from_str(&told).unwrap();
    assert!(titles(&seen) == ["All"] && seen.withheld == 1 && !told.contains("hidden"), "{told}");
    assert_eq!(titles(&olga.ask(&open(&id)).await.unwrap()), ["Searched", "All"]);
}
