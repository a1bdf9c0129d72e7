//! Each person's share of the real data, by every door.

use super::counts::figures;
use app::{
    reports::asks::{Format, MakeReport, Options, Subject},
    warehouse::asks::{AskQuestion, ChartKind, Dimension, Filter, ListMarts, OpenMart, Question, Test, Value},
};
use reqwest::StatusCode;
use tests::demo::demo;

fn baskets(measures: &[&str], filters: Vec<Filter>) -> Question {
    Question { mart: "baskets".into(), measures: measures.iter().map(|name| (*name).to_owned()).collect(), filters, ..Question::default() }
}

fn ask(question: Question) -> AskQuestion {
    AskQuestion { question, chart: ChartKind::Table, language: app::text::Language::En }
}

fn is(column: &str, value: &str) -> Filter {
    Filter { column: column.into(), test: Test::Is(vec![Value::Text(value.into())]) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_sees_itself_and_a_filter_on_another_finds_nothing() {
    let Some(demo) = demo().await else { return };
    let (ana, sergio) = (demo.person("ana").await, demo.person("sergio").await);
    for (person, own, foreign) in [(&ana, "North", "South"), (&sergio, "South", "North")] {
        let by_region = Question { dimensions: vec![Dimension { column: "region".into(), grain: None }], ..baskets(&["lines"], Vec::new()) };
        let answer = person.ask(&ask(by_region)).await.unwrap();
        assert_eq!(answer.rows.len(), 1);
        assert_eq!(answer.rows[0][0], Value::Text(own.into()));
        let none =
            person.ask(&ask(Question { mart: "baskets".into(), filters: vec![is("region", foreign)], limit: Some(5), ..Question::default() })).await.unwrap();
        assert!(none.rows.is_empty());
    }
    assert_eq!(figures(&sergio, baskets(&["lines"], Vec::new())).await, [394_733.0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a06_what_is_not_a_readers_is_the_same_as_what_is_not_there() {
    let Some(demo) = demo().await else { return };
    let ana = demo.person("ana").await;
    let foreign = ana.ask(&OpenMart { name: "campaign_performance".into() }).await.unwrap_err();
    let absent = ana.ask(&OpenMart { name: "no_such_mart".into() }).await.unwrap_err();
    assert_eq!(foreign.0, StatusCode::NOT_FOUND);
    assert_eq!(foreign, absent);
    let mine: Vec<String> = ana.ask(&ListMarts {}).await.unwrap().into_iter().map(|card| card.name).collect();
    assert!(mine.contains(&"baskets".to_owned()) && !mine.contains(&"campaign_performance".to_owned()), "{mine:?}");
    for path in ["/reports/018f0000-0000-7000-8000-000000000000/file", "/data/campaign_performance"] {
        let status = demo.person("sergio").await.get(path).await.status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let adela = demo.person("adela").await;
    assert_eq!(adela.ask(&ask(baskets(&["sales"], Vec::new()))).await.unwrap_err().0, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn ana_downloads_nowhere() {
    let Some(demo) = demo().await else { return };
    let ana = demo.person("ana").await;
    let subject = Subject::Question { title: "Baskets".into(), question: baskets(&["sales"], Vec::new()), chart: ChartKind::Table };
    for format in Format::ALL {
        let order = MakeReport { subject: subject.clone(), format, options: Options::default() };
        assert_eq!(ana.ask(&order).await.unwrap_err().0, StatusCode::FORBIDDEN, "{format:?}");
        let streamed = ana.post("/api/reports/stream", serde_json::to_vec(&order).unwrap()).await;
        assert_eq!(streamed.status(), StatusCode::FORBIDDEN, "{format:?}");
    }
    let page = ana.get("/dashboards/sales").await.text().await.unwrap();
    assert!(page.contains("region North") && !page.contains("data-download"), "the page offers a download");
    let refused = demo.program.run(&["export", "baskets", "--as", "ana@atalaya.example", "--format", "csv", "--output", "-"]);
    assert!(!refused.status.success() && refused.stdout.is_empty());
    let adela = demo.person("adela").await;
    let log = app::governance::asks::ListAudit { search: "as ana@".into(), ..Default::default() };
    let records = adela.ask(&log).await.unwrap().records;
    assert!(records.iter().any(|record| record.actor.starts_with("operator ") && record.outcome == "refused"), "{records:?}");
}

/// A condition that would fail on rows of another region must not tell that there are such rows.
#[tokio::test(flavor = "multi_thread")]
async fn a36_a_filter_that_would_fail_on_hidden_rows_tells_nothing() {
    let Some(demo) = demo().await else { return };
    let ana = demo.person("ana").await;
    let wrong = |value: Value| Filter { column: "sales_value".into(), test: Test::Is(vec![value]) };
    let text = ana.ask(&ask(baskets(&["lines"], vec![wrong(Value::Text("0/0".into()))]))).await;
    let both = ana.ask(&ask(baskets(&["lines"], vec![wrong(Value::Text("0/0".into())), is("region", "South")]))).await;
    match (text, both) {
        (Err(one), Err(other)) => assert_eq!(one, other),
        (Ok(one), Ok(other)) => assert_eq!(one.rows, other.rows),
        (one, other) => panic!("{one:?} {other:?}"),
    }
}
