//! The catalog through the real router: who may know of what, from source to dashboard, and what administrators say of it.

use app::{
    ask::Ask,
    catalog::asks::*,
    dashboards::asks::SaveQuestion,
    governance::asks::ListAudit,
    text::Text,
    warehouse::asks::{ChartKind, OpenMart, Question},
};
use http::StatusCode;
use server::{
    jobs::{self, Pace},
    routes,
};
use std::{
    fs,
    time::{Duration, SystemTime},
};
use tests::{
    house::{House, ORGANISATION, Visitor, houses},
    streams,
};
use tokio_util::sync::CancellationToken;

const SALES: &str = "id,region,card,amount\n1,North,card-77,5\n2,South,card-78,50\n3,North,card-79,6\n";

const POLICIES: &str = r#"
[[policies]]
mart = "shop"
department = "sales"
rows = [{ column = "region", operator = "in", values = ["person.regions"] }]
masks = [{ column = "loyalty_card", mask = "hide" }, { column = "id", mask = "hash" }]
"#;

const LINE: &str = r#"/*
title = { en = "Lines", es = "Líneas" }
department = "sales"
*/
select id, region, card, amount from lake.sales
"#;

const SHOP: &str = r#"/*
title = { en = "Shop", es = "Tienda" }
description = { en = "Receipts.", es = "Recibos." }
department = "sales"
[measures.amount_sum]
sql = "sum(amount)"
label = { en = "Takings", es = "Ingresos" }
[measures.holders]
sql = "count(distinct loyalty_card)"
label = { en = "Card holders", es = "Titulares" }
[measures.northern]
sql = "sum(case when region = 'North' then amount else 0 end)"
label = { en = "In the north", es = "En el norte" }
[columns.amount]
label = { en = "Value", es = "Valor" }
[[checks]]
text = { en = "Receipts over ten", es = "Recibos de más de diez" }
severity = "warn"
sql = "select count(*) from this where amount > 10"
*/
select id, region, card as loyalty_card, amount from warehouse.line
"#;

const JOB: &str = r#"
name = "night"
title = { en = "Night", es = "Noche" }
department = "administration"
sources = ["tills"]
models = ["line"]
marts = ["shop"]
"#;

const DASHBOARD: &str = r#"
name = "shop_board"
department = "sales"
title = { en = "Board of the shop", es = "Tablero de la tienda" }
[[tiles]]
id = "by_region"
title = { en = "By region", es = "Por región" }
chart = "bar"
width = 6
height = 4
[tiles.question]
mart = "shop"
measures = ["amount_sum"]
dimensions = [{ column = "region" }]
"#;

/// A house whose night job has loaded the tills and built a model and a mart, on which a dashboard stands.
async fn shop() -> House {
    shop_in(House::empty(None).await).await
}

async fn shop_in(mut house: House) -> House {
    let file = house.folder.path().join("files/sales.csv");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, SALES).unwrap();
    // It looks finished, so that nobody waits for it to settle.
    fs::File::options().write(true).open(&file).unwrap().set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    let columns = "columns = { id = \"integer\", region = \"text\", card = \"text\", amount = \"number\" }";
    let source = format!(
        "name = \"tills\"\ntitle = {{ en = \"Tills\", es = \"Cajas\" }}\nconnector = \"files\"\ndepartment = \"sales\"\n[[tables]]\nname = \"sales\"\nurl = \"{}\"\n{columns}\n",
        file.display()
    );
    house
        .apply(&[
            ("organisation.toml", ORGANISATION),
            ("policies/all.toml", POLICIES),
            ("sources/tills.toml", &source),
            ("models/line.sql", LINE),
            ("marts/shop.sql", SHOP),
            ("jobs/night.toml", JOB),
            ("dashboards/shop_board.toml", DASHBOARD),
        ])
        .await;
    let pace = Pace { until_idle: true, poll: Duration::from_millis(20), ..Pace::with_slots(2) };
    tokio::time::timeout(Duration::from_secs(180), jobs::work(house.portal.clone(), routes::jobs(), pace, CancellationToken::new())).await.unwrap().unwrap();
    house
}

async fn raw<A: Ask>(visitor: &mut Visitor, ask: &A) -> (StatusCode, String) {
    let (status, body) = visitor.post(A::PATH, "application/json", serde_json::to_vec(ask).unwrap()).await;
    (status, String::from_utf8(body).unwrap())
}

fn entry(name: &str) -> OpenEntry {
    OpenEntry { name: name.into() }
}

async fn save_question(visitor: &mut Visitor, title: &str) {
    let question = Question { mart: "shop".into(), measures: vec!["amount_sum".into()], ..Question::default() };
    visitor.ask(&SaveQuestion { title: title.into(), question, chart: ChartKind::Table, dashboard: None, new_dashboard: None }).await.unwrap();
}

/// Kind, name and columns of each.
fn nodes(nodes: &[Node]) -> Vec<(NodeKind, &str, Vec<&str>)> {
    nodes.iter().map(|node| (node.kind, node.title.en.as_str(), node.columns.iter().map(String::as_str).collect())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a06_what_one_may_not_know_of_is_as_what_is_not_there() {
    let house = shop().await;
    let (mut ana, mut marta) = (house.signed_in("ana").await, house.signed_in("marta").await);
    assert!(marta.ask(&ListCatalog {}).await.unwrap().is_empty());
    let names: Vec<String> = ana.ask(&ListCatalog {}).await.unwrap().into_iter().map(|card| card.name).collect();
    assert_eq!(names, ["mart.shop"]);
    let absent = raw(&mut marta, &entry("mart.none")).await;
    assert_eq!(absent.0, StatusCode::NOT_FOUND);
    for foreign in ["mart.shop", "warehouse.line", "lake.sales", "stream.web", "shop", ""] {
        assert_eq!(raw(&mut marta, &entry(foreign)).await, absent, "{foreign}");
    }
    for foreign in ["warehouse.line", "lake.sales", "source.tills"] {
        assert_eq!(raw(&mut ana, &entry(foreign)).await, absent, "{foreign}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a41_a_reader_learns_nothing_of_hidden_columns_and_of_what_a_mart_is_made_of() {
    let house = shop().await;
    let (mut ana, mut adela) = (house.signed_in("ana").await, house.signed_in("adela").await);
    save_question(&mut ana, "Takings of mine").await;
    // What an administrator says of a hidden column is hidden with it.
    let of_card = DescribeColumn {
        name: "mart.shop".into(),
        version: 0,
        column: "loyalty_card".into(),
        description: Text::same("Number on the plastic"),
        personal: true,
    };
    adela.ask(&of_card).await.unwrap();
    for said in [raw(&mut ana, &ListCatalog {}).await.1, raw(&mut ana, &entry("mart.shop")).await.1] {
        for hidden in ["loyalty_card", "holders", "Titulares", "plastic", PERSONAL, "warehouse.line", "lake.sales", "ills", "Night", "over ten", "'North'"] {
            assert!(!said.contains(hidden), "{hidden} in {said}");
        }
    }
    let shop = ana.ask(&entry("mart.shop")).await.unwrap();
    let columns: Vec<(&str, bool)> = shop.columns.iter().map(|column| (column.name.as_str(), column.mask.is_some())).collect();
    assert_eq!(columns, [("id", true), ("region", false), ("amount", false)]);
    let formulas: Vec<&str> = shop.measures.iter().map(|measure| measure.formula.es.as_str()).collect();
    assert_eq!(formulas, ["suma de «Valor»", "sum(case when region = '…' then amount else 0 end)"]);
    assert_eq!((shop.card.quality, shop.card.rows, shop.checks.len(), shop.editing.is_none()), (Quality::Failed, None, 0, true));
    assert!(shop.upstream.is_empty() && shop.unseen.is_empty());
    let expected = [(NodeKind::Dashboard, "Board of the shop", vec!["amount", "region"]), (NodeKind::Question, "Takings of mine", vec!["amount"])];
    assert_eq!(nodes(&shop.downstream), expected);
    assert!(shop.downstream.iter().all(|node| node.direct && node.sure));
    // Of the same department: the dashboard, and neither the question nor that there is one.
    let sergio = house.signed_in("sergio").await.ask(&entry("mart.shop")).await.unwrap();
    assert_eq!((nodes(&sergio.downstream), sergio.unseen), (expected[..1].to_vec(), Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_administers_jobs_sees_the_way_from_source_to_dashboard_and_counts_what_is_others() {
    let house = shop().await;
    let (mut ana, mut adela) = (house.signed_in("ana").await, house.signed_in("adela").await);
    save_question(&mut ana, "Takings of mine").await;
    let listed: Vec<String> = adela.ask(&ListCatalog {}).await.unwrap().into_iter().map(|card| card.name).collect();
    assert_eq!(listed, ["mart.shop", "warehouse.line", "lake.sales"]);
    let (_, said) = raw(&mut adela, &entry("mart.shop")).await;
    for private in ["Takings of mine", "Board of the shop", "Ana Robles", "ana@", "card-7"] {
        assert!(!said.contains(private), "{private} in {said}");
    }
    let shop = adela.ask(&entry("mart.shop")).await.unwrap();
    let upstream: Vec<(NodeKind, &str, bool)> = shop.upstream.iter().map(|node| (node.kind, node.title.en.as_str(), node.direct)).collect();
    let expected = [(NodeKind::Job, "Night", true), (NodeKind::Source, "Tills", false), (NodeKind::Table, "sales", false), (NodeKind::Model, "Lines", true)];
    assert_eq!(upstream, expected);
    assert!(shop.columns.iter().any(|column| column.name == "loyalty_card"));
    assert_eq!((shop.card.rows, shop.checks[0].rows, shop.open), (Some(3), 1, None));
    let unseen: Vec<_> = shop.unseen.iter().map(|unseen| (unseen.kind, unseen.department.en.as_str(), unseen.count, unseen.by_column.clone())).collect();
    let by = |columns: &[&str]| columns.iter().map(|column| ((*column).to_owned(), 1)).collect::<Vec<(String, u64)>>();
    assert_eq!(unseen, [(NodeKind::Dashboard, "Sales", 1, by(&["amount", "region"])), (NodeKind::Question, "Sales", 1, by(&["amount"]))]);
    // From the other end: the same things, through the model and the mart.
    let sales = adela.ask(&entry("lake.sales")).await.unwrap();
    let all = ["amount", "card", "id", "region"].to_vec();
    assert_eq!(nodes(&sales.downstream), [(NodeKind::Model, "Lines", all.clone()), (NodeKind::Mart, "Shop", all)]);
    assert!(sales.downstream[0].direct && !sales.downstream[1].direct);
    assert_eq!(sales.unseen.iter().map(|unseen| unseen.count).sum::<u64>(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_is_seen_where_the_data_is_and_stands_in_the_audit() {
    for house in houses().await {
        described(&shop_in(house).await).await;
    }
}

async fn described(house: &House) {
    let (mut ana, mut adela) = (house.signed_in("ana").await, house.signed_in("adela").await);
    let described = DescribeEntry {
        name: "mart.shop".into(),
        version: 0,
        description: Text::of("What the tills rang up.", ""),
        tags: vec!["Retail".into(), "retail".into()],
        keeper: Some("sergio@atalaya.example".into()),
    };
    assert_eq!(ana.ask(&described).await.unwrap_err().0, StatusCode::FORBIDDEN);
    let nobody = DescribeEntry { keeper: Some("nobody@atalaya.example".into()), ..described.clone() };
    assert_eq!(adela.ask(&nobody).await.unwrap_err().1.field.as_deref(), Some("keeper"));
    assert_eq!(adela.ask(&DescribeEntry { name: "mart.none".into(), ..described.clone() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    assert_eq!(adela.ask(&described).await.unwrap(), 1);
    assert_eq!(adela.ask(&described).await.unwrap_err().0, StatusCode::CONFLICT);
    let amount =
        DescribeColumn { name: "mart.shop".into(), version: 1, column: "amount".into(), description: Text::of("In euros.", "En euros."), personal: true };
    assert_eq!(adela.ask(&DescribeColumn { column: "none".into(), ..amount.clone() }).await.unwrap_err().0, StatusCode::NOT_FOUND);
    assert_eq!(adela.ask(&amount).await.unwrap(), 2);
    let shop = ana.ask(&entry("mart.shop")).await.unwrap();
    assert_eq!(shop.card.description, Text::of("What the tills rang up.", "Recibos."));
    assert_eq!((shop.card.tags, shop.card.keeper.as_deref()), (vec![PERSONAL.to_owned(), "retail".to_owned()], Some("Sergio Vidal")));
    let column = shop.columns.iter().find(|column| column.name == "amount").unwrap();
    assert_eq!((column.description.es.as_str(), column.personal), ("En euros.", true));
    let card = ana.ask(&OpenMart { name: "shop".into() }).await.unwrap();
    assert_eq!(card.description.en, "What the tills rang up.");
    assert!(card.columns.iter().any(|column| column.description.en == "In euros."));
    house.portal.audit.flush().await.unwrap();
    let by = |person: &str, action: &str| ListAudit { action: action.into(), person: format!("{person}@atalaya.example"), ..ListAudit::default() };
    let records = adela.ask(&by("adela", "catalog.")).await.unwrap().records;
    let allowed = records.iter().filter(|record| record.outcome == "allowed");
    let done: Vec<(&str, &str)> = allowed.map(|record| (record.action.as_str(), record.object.as_str())).collect();
    assert_eq!(done, [("catalog.describe_column", "catalog mart.shop"), ("catalog.describe", "catalog mart.shop")]);
    assert_eq!(adela.ask(&by("ana", "catalog.entry")).await.unwrap().records.len(), 1);
}

#[tokio::test]
async fn a_stream_stands_there_with_the_fields_that_its_reader_is_shown() {
    let house = streams::furnished(House::empty(None).await).await;
    let mut sara = house.signed_in("sara").await;
    let cards = sara.ask(&ListCatalog {}).await.unwrap();
    assert_eq!(cards.iter().map(|card| (card.name.as_str(), card.published_ms)).collect::<Vec<_>>(), [("stream.web", None)]);
    let (_, said) = raw(&mut sara, &entry("stream.web")).await;
    assert!(!said.contains("agent") && !said.contains("message"), "a hidden field is not named: {said}");
    let web = sara.ask(&entry("stream.web")).await.unwrap();
    let masked: Vec<(&str, bool)> = web.columns.iter().map(|column| (column.name.as_str(), column.mask.is_some())).collect();
    assert_eq!(masked, [("time", false), ("client", true), ("user", true), ("host", false), ("path", false), ("status", false), ("bytes", true)]);
    assert_eq!(web.open.as_deref(), Some("/search/web"));
}
