//! Attacks on what one sees: of others' marts, of others' things, of answers that were kept for others.

use super::publish;
use app::{
    ask::Ask,
    dashboards::asks::*,
    governance::asks::{ListPolicies, MaskRule, SavePolicy},
    identity::asks::{ChangePerson, EndSession},
    reports::asks::{DeleteReport, Format, MakeReport, Options, ReportState, RunAgain, Subject},
    text::{Language, Text},
    warehouse::{
        asks::*,
        sql::asks::{DeleteStatement, ROWS, RunSql, SaveStatement},
    },
};
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value as Json, json};
use tests::house::{House, ORGANISATION, POLICIES, Visitor, houses};

/// The body of a question about something of this name.
type About = fn(&str) -> Json;

fn by_region() -> Question {
    let dimensions = vec![Dimension { column: "region".into(), grain: None }];
    Question { mart: "baskets".into(), measures: vec!["rows".into()], dimensions, ..Question::default() }
}

fn ask(question: Question) -> AskQuestion {
    AskQuestion { question, chart: ChartKind::Bar, language: Language::En }
}

/// The regions of an answer, and whether it had been kept.
async fn regions(visitor: &mut Visitor) -> (Vec<String>, bool) {
    let answer = visitor.ask(&ask(by_region())).await.unwrap();
    let mut regions: Vec<String> = answer.rows.iter().map(|row| if let Value::Text(region) = &row[0] { region.clone() } else { panic!("{row:?}") }).collect();
    regions.sort();
    let drawn = answer.option.unwrap_or_default().to_string();
    for other in ["North", "South", "East", "West"].iter().filter(|other| !regions.iter().any(|own| own == **other)) {
        assert!(!drawn.contains(other), "{drawn}");
    }
    (regions, answer.cached)
}

async fn post(visitor: &mut Visitor, path: &str, body: &Json) -> (StatusCode, String) {
    let (status, bytes) = visitor.post(path, "application/json", body.to_string().into()).await;
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a01_no_form_of_a_statement_or_a_filter_steps_over_the_row_rule() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    for statement in [
        "select count(*) from (select * from baskets) b",
        "with b as (select * from baskets) select count(*) from b",
        "select count(*) from baskets b /* where */ -- or not",
        "select count(*) from mart.baskets",
        "select count(*) from (select region from baskets union select region from baskets) b",
        "select count(distinct b.region) from baskets b join baskets c on b.region <> c.region or b.region = c.region",
        "select count(*) from baskets where region in (select region from baskets)",
        "select count(*) from baskets where region = 'South' or 1 = 1 or region is null",
        "select count(*) from baskets where not (region = 'South') or true",
        "select count(*) from baskets where household_id is not null or sales_value > -1",
    ] {
        let selected = sergio.ask(&RunSql { statement: statement.into(), limit: ROWS }).await.unwrap_or_else(|fault| panic!("{statement}: {fault:?}"));
        assert_eq!(selected.rows, [[Value::Integer(1)]], "{statement}");
    }
    // Allowed or not: nothing of another's is told.
    for statement in [
        "with baskets as (select * from baskets) select * from baskets",
        "with mart as (select * from baskets) select * from mart.baskets",
        "select * from baskets lake, lake.transactions",
        "select \"region\" as \"household_id\", household_id as region from baskets",
        "select * from baskets order by (select max(region) from baskets)",
        "select * from baskets full outer join baskets other on false",
        "select max(region) over (order by region desc) from baskets",
        "select * from BASKETS where region like '%' escape '!'",
        "select * from \"mart.baskets\"",
        "select * from mart.\"baskets\" union all select * from \"Baskets\"",
        "select * from baskets where '1'='1' --' and region = 'South'",
    ] {
        let (_, told) = post(&mut sergio, RunSql::PATH, &json!({ "statement": statement, "limit": ROWS })).await;
        assert!(!["North", "East", "West"].iter().any(|region| told.contains(region)), "{statement}: {told}");
    }
    let north = || vec![Value::Text("North".into())];
    for test in [Test::Is(north()), Test::IsNot(vec![Value::Text("South".into())]), Test::Empty, Test::Contains("orth".into())] {
        let filters = vec![Filter { column: "region".into(), test: test.clone() }];
        assert!(sergio.ask(&ask(Question { filters, ..by_region() })).await.unwrap().rows.is_empty(), "{test:?}");
    }
    for test in [Test::IsNot(north()), Test::NotEmpty] {
        let filters = vec![Filter { column: "region".into(), test: test.clone() }];
        assert_eq!(sergio.ask(&ask(Question { filters, ..by_region() })).await.unwrap().rows.len(), 1, "{test:?}");
    }
}

/// Whoever may write of their own writes nothing over what they do not see.
#[tokio::test(flavor = "multi_thread")]
async fn a02_what_one_does_not_see_is_not_overwritten() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut fermin, mut marta) = (house.signed_in("sergio").await, house.signed_in("fermin").await, house.signed_in("marta").await);
        let own = sergio.ask(&CreateDashboard { title: "Mine".into() }).await.unwrap();
        let before = sergio.ask(&OpenDashboard { id: own.clone() }).await.unwrap();
        let save = |id: &str, tiles: Vec<Tile>| SaveDashboard { id: id.into(), title: "Theirs".into(), tiles, updated_ms: before.card.updated_ms };
        let absent = fermin.ask(&save("none", Vec::new())).await.unwrap_err();
        assert_eq!(absent.0, StatusCode::NOT_FOUND);
        assert_eq!(fermin.ask(&save(&own, Vec::new())).await.unwrap_err(), absent);
        assert_eq!(fermin.ask(&DeleteDashboard { id: own.clone() }).await.unwrap_err(), absent);
        let onto = |dashboard: &str, mart: &str| SaveQuestion {
            title: "Theirs".into(),
            question: Question { mart: mart.into(), ..by_region() },
            chart: ChartKind::Bar,
            dashboard: Some(dashboard.into()),
            new_dashboard: None,
        };
        assert_eq!(fermin.ask(&onto(&own, "baskets")).await.unwrap_err(), absent);
        // Nor does anything stand on a mart that is not the writer's.
        assert_eq!(marta.ask(&onto("", "baskets")).await.unwrap_err(), absent);
        let tile = |mart: &str| Tile {
            id: "t".into(),
            title: Text::same("t"),
            note: Text::default(),
            chart: ChartKind::Number,
            question: Question { mart: mart.into(), measures: vec!["rows".into()], ..Question::default() },
            stream: None,
            window: None,
            width: 3,
            height: 2,
        };
        assert_eq!(sergio.ask(&save(&own, vec![tile("payroll")])).await.unwrap_err(), absent);
        assert_eq!(sergio.ask(&OpenDashboard { id: own.clone() }).await.unwrap(), before);
        sergio.ask(&save(&own, vec![tile("baskets")])).await.unwrap();
    }
}

/// Somebody else's and what never was: the same status and the same bytes, at each door that takes an id.
#[tokio::test(flavor = "multi_thread")]
async fn a06_what_is_anothers_is_answered_as_what_is_not_there() {
    for house in houses().await {
        let house = house.furnished().await;
        let (mut sergio, mut fermin, mut marta) = (house.signed_in("sergio").await, house.signed_in("fermin").await, house.signed_in("marta").await);
        let dashboard = sergio.ask(&CreateDashboard { title: "Mine".into() }).await.unwrap();
        let question = SaveQuestion { title: "Mine".into(), question: by_region(), chart: ChartKind::Bar, dashboard: None, new_dashboard: None };
        let question = sergio.ask(&question).await.unwrap().id;
        let statement = sergio.ask(&SaveStatement { id: String::new(), title: "Mine".into(), statement: "select 1".into() }).await.unwrap().id;
        let subject = Subject::Question { title: "Mine".into(), question: by_region(), chart: ChartKind::Table };
        let report = sergio.ask(&MakeReport { subject, format: Format::Csv, options: Options::default() }).await.unwrap().id;
        let subject = |id: &str| json!({ "subject": { "dashboard": { "id": id, "filters": [] } }, "format": "json", "options": {} });
        let doors: [(&str, &str, About); 9] = [
            (OpenDashboard::PATH, &dashboard, |id| json!({ "id": id })),
            (DeleteDashboard::PATH, &dashboard, |id| json!({ "id": id })),
            (SaveDashboard::PATH, &dashboard, |id| json!({ "id": id, "title": "x", "tiles": [], "updated_ms": 1 })),
            (DeleteQuestion::PATH, &question, |id| json!({ "id": id })),
            (SaveStatement::PATH, &statement, |id| json!({ "id": id, "title": "x", "statement": "select 1" })),
            (DeleteStatement::PATH, &statement, |id| json!({ "id": id })),
            (ReportState::PATH, &report, |id| json!({ "id": id })),
            (RunAgain::PATH, &report, |id| json!({ "id": id })),
            (DeleteReport::PATH, &report, |id| json!({ "id": id })),
        ];
        for (path, foreign, body) in doors {
            let (there, gone) = (post(&mut fermin, path, &body(foreign)).await, post(&mut fermin, path, &body("none")).await);
            assert_eq!((there.0, &there), (StatusCode::NOT_FOUND, &gone), "{path}");
        }
        for path in ["/api/reports/stream", MakeReport::PATH] {
            let (there, gone) = (post(&mut fermin, path, &subject(&dashboard)).await, post(&mut fermin, path, &subject("none")).await);
            assert_eq!((there.0, &there), (StatusCode::NOT_FOUND, &gone), "{path}");
        }
        // A mart that was granted to others.
        let doors: [(&str, About); 6] = [
            (OpenMart::PATH, |name| json!({ "name": name })),
            (AskQuestion::PATH, |name| json!({ "question": { "mart": name }, "chart": "table" })),
            (AskQuestion::PATH, |name| json!({ "question": { "mart": name, "columns": ["region"] }, "chart": "table" })),
            (ListValues::PATH, |name| json!({ "mart": name, "column": "region", "limit": 5 })),
            (SaveQuestion::PATH, |name| json!({ "title": "x", "question": { "mart": name }, "chart": "table" })),
            (
                "/api/reports/stream",
                |name| json!({ "subject": { "question": { "title": "x", "question": { "mart": name }, "chart": "table" } }, "format": "csv", "options": {} }),
            ),
        ];
        for (path, body) in doors {
            let (there, gone) = (post(&mut marta, path, &body("baskets")).await, post(&mut marta, path, &body("nothing")).await);
            assert_eq!((there.0, &there), (StatusCode::NOT_FOUND, &gone), "{path}");
        }
        assert_eq!(sergio.ask(&OpenDashboard { id: dashboard }).await.unwrap().card.title.en, "Mine", "nothing was done to it");
    }
}

/// The id in the path decides, whatever else is sent along.
#[tokio::test(flavor = "multi_thread")]
async fn a07_an_id_beside_the_path_opens_nothing() {
    let house = House::empty(None).await.furnished().await;
    let (mut sergio, mut fermin) = (house.signed_in("sergio").await, house.signed_in("fermin").await);
    let subject = || Subject::Question { title: "Mine".into(), question: by_region(), chart: ChartKind::Table };
    let order = || MakeReport { subject: subject(), format: Format::Csv, options: Options::default() };
    let (foreign, own) = (sergio.ask(&order()).await.unwrap().id, fermin.ask(&order()).await.unwrap().id);
    super::until_idle(&house).await;
    for (path, query, body) in [(&foreign, &own, &own), (&foreign, &own, &foreign), (&"none".to_owned(), &own, &own)] {
        let request = Request::get(format!("/reports/{path}/file?id={query}&report={query}")).body(Body::from(json!({ "id": body }).to_string())).unwrap();
        let (status, _, answer) = fermin.send(request).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{}", String::from_utf8_lossy(&answer));
    }
    let request = Request::get(format!("/reports/{own}/file?id={foreign}")).body(Body::from(json!({ "id": foreign }).to_string())).unwrap();
    let (status, _, answer) = fermin.send(request).await;
    assert_eq!((status, String::from_utf8_lossy(&answer).lines().count()), (StatusCode::OK, 5), "all four regions are his");
}

#[tokio::test(flavor = "multi_thread")]
async fn a08_stars_numbers_and_twins_are_no_ids() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    let own = sergio.ask(&CreateDashboard { title: "Mine".into() }).await.unwrap();
    let wide: String = own.chars().map(|letter| char::from_u32(letter as u32 + 0xfee0).unwrap()).collect();
    let (padded, begun) = (format!("{own} "), format!("{own}%"));
    let ids = ["*", "%", "0", "1", "-1", "", " ", "' or '1'='1", "../dashboards", "null", "undefined", wide.as_str(), padded.as_str(), begun.as_str()];
    for id in ids {
        for path in
            [OpenDashboard::PATH, DeleteDashboard::PATH, DeleteQuestion::PATH, DeleteStatement::PATH, ReportState::PATH, DeleteReport::PATH, EndSession::PATH]
        {
            let (status, body) = post(&mut sergio, path, &json!({ "id": id })).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path} {id:?}: {body}");
        }
    }
    assert!(sergio.ask(&OpenDashboard { id: own }).await.is_ok());
}

/// A kept answer is given again only for the same share, words, question and version.
#[tokio::test(flavor = "multi_thread")]
async fn a27_each_part_of_what_was_asked_is_in_the_key() {
    let house = House::empty(None).await.furnished().await;
    let mut fermin = house.signed_in("fermin").await;
    let all = ["East", "North", "South", "West"].map(str::to_owned).to_vec();
    assert_eq!(regions(&mut fermin).await, (all.clone(), false));
    assert_eq!(regions(&mut fermin).await, (all, true));
    let filters = vec![Filter { column: "region".into(), test: Test::IsNot(vec![Value::Text("West".into())]) }];
    let others = [
        AskQuestion { language: Language::Es, ..ask(by_region()) },
        AskQuestion { chart: ChartKind::Table, ..ask(by_region()) },
        ask(Question { limit: Some(2), ..by_region() }),
        ask(Question { limit: Some(2), offset: 2, ..by_region() }),
        ask(Question { sort: vec![Sort { by: "region".into(), descending: true }], ..by_region() }),
        ask(Question { filters, ..by_region() }),
    ];
    for other in others {
        assert!(!fermin.ask(&other).await.unwrap().cached, "{other:?}");
        assert!(fermin.ask(&other).await.unwrap().cached, "{other:?}");
    }
    publish(&house, &["North", "Centre"], &[1.0, 2.0]).await;
    assert_eq!(regions(&mut fermin).await, (vec!["Centre".to_owned(), "North".to_owned()], false), "another version");
    let mut adela = house.signed_in("adela").await;
    let listed = adela.ask(&ListPolicies {}).await.unwrap();
    let mut policy = listed.policies.into_iter().find(|policy| policy.department == "finance").unwrap();
    policy.masks.push(MaskRule { column: "household_id".into(), mask: "null".into() });
    adela.ask(&SavePolicy { policy, why: "no households".into() }).await.unwrap();
    assert!(!regions(&mut fermin).await.1, "another mask, though of another column");
}

/// The widest asks first; whoever sees less gets less, also at once and after a change of their own.
#[tokio::test(flavor = "multi_thread")]
async fn a28_what_was_kept_for_who_sees_more_is_given_to_nobody_else() {
    let house = House::empty(None).await.furnished().await;
    let (mut fermin, mut sergio, mut ana) = (house.signed_in("fermin").await, house.signed_in("sergio").await, house.signed_in("ana").await);
    assert_eq!(regions(&mut fermin).await.0.len(), 4);
    for _ in 0..3 {
        let (all, south, north) = tokio::join!(regions(&mut fermin), regions(&mut sergio), regions(&mut ana));
        assert_eq!((all.0.len(), south.0, north.0), (4, vec!["South".to_owned()], vec!["North".to_owned()]));
    }
    let values = ListValues { mart: "baskets".into(), column: "region".into(), search: String::new(), limit: 10 };
    let (all, south) = tokio::join!(fermin.ask(&values), sergio.ask(&values));
    assert_eq!((all.unwrap().len(), south.unwrap()), (4, vec![ValueCount { value: Value::Text("South".into()), rows: 1 }]));
    let mut adela = house.signed_in("adela").await;
    let moved = ChangePerson {
        id: house.person("sergio").await,
        name: "Sergio Vidal".into(),
        department: "sales".into(),
        role: "manager".into(),
        attributes: vec![("regions".into(), vec!["East".into(), "West".into()])],
    };
    adela.ask(&moved).await.unwrap();
    assert_eq!(regions(&mut sergio).await.0, ["East", "West"]);
    assert_eq!(sergio.ask(&OpenMart { name: "baskets".into() }).await.unwrap().freshness.rows, Some(2));
    assert_eq!(regions(&mut ana).await.0, ["North"]);
}

/// A25, A38 and A14 too: the page, the file at once, and the file that is made later.
#[tokio::test(flavor = "multi_thread")]
async fn a52_no_door_takes_what_is_no_select() {
    let house = House::empty(None).await.furnished().await;
    let mut sergio = house.signed_in("sergio").await;
    for statement in [
        "explain select * from baskets",
        "explain analyze verbose select * from baskets",
        "show tables",
        "describe baskets",
        "set datafusion.execution.target_partitions = 1",
        "copy baskets to '/tmp/leak.csv'",
        "create external table raw stored as csv location '/etc/passwd'",
        "create or replace view baskets as select 1",
        "insert into baskets select * from baskets",
        "with w as (delete from baskets returning *) select * from w",
        "select * into copy from baskets",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from baskets; drop table baskets",
        "attach 'x' as y",
        "select * from information_schema.df_settings",
    ] {
        let order = json!({ "subject": { "statement": { "title": "x", "statement": statement } }, "format": "csv", "options": {} });
        let asked = json!({ "statement": statement, "limit": ROWS });
        for (path, body) in [(RunSql::PATH, &asked), ("/api/reports/stream", &order), (MakeReport::PATH, &order)] {
            let (status, told) = post(&mut sergio, path, body).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {statement}: {told}");
            assert!(!told.contains("root:") && !told.contains("datafusion"), "{path} {statement}: {told}");
        }
    }
    assert_eq!(regions(&mut sergio).await.0, ["South"], "the mart is as it was");
}

const BOARD: &str = r#"
name = "board"
department = "sales"
title = { en = "Sales", es = "Ventas" }
[[tiles]]
id = "own"
title = { en = "Baskets", es = "Cestas" }
chart = "number"
width = 3
height = 2
question = { mart = "baskets", measures = ["rows"] }
[[tiles]]
id = "foreign"
title = { en = "Salaries by person", es = "Salarios por persona" }
chart = "number"
width = 3
height = 2
question = { mart = "payroll", measures = ["salaries"] }
"#;

/// Neither its name, nor its tile, nor that there is one more.
#[tokio::test(flavor = "multi_thread")]
async fn a53_nothing_of_a_mart_that_is_not_ones_own_is_on_a_dashboard() {
    let mut house = House::empty(None).await.furnished().await;
    house.apply(&[("organisation.toml", ORGANISATION), ("policies/all.toml", POLICIES), ("dashboards/board.toml", BOARD)]).await;
    let mut ana = house.signed_in("ana").await;
    let cards = ana.ask(&ListDashboards {}).await.unwrap();
    assert_eq!(cards.iter().map(|card| (card.id.as_str(), card.tiles)).collect::<Vec<_>>(), [("board", 1)]);
    for (path, body) in [(ListDashboards::PATH, json!({})), (OpenDashboard::PATH, json!({ "id": "board" })), (FindAnything::PATH, json!({ "text": "" }))] {
        let (status, told) = post(&mut ana, path, &body).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        assert!(!["payroll", "salaries", "Salaries"].iter().any(|word| told.contains(word)), "{path}: {told}");
    }
}
