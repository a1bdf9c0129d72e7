//! A dashboard of twelve tiles over both large tables: cold, warm, and with twenty readers at once.

use std::time::Instant;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::portal::Portal;
use super::session::Session;
use super::{Bench, figure, quantile};
use crate::demo_data;

/// May ask both large marts.
const READER: &str = "marta@atalaya.example";
const QUESTION: &str = "/api/warehouse/ask";

pub fn measure(bench: &Bench) -> Result<()> {
    let questions = questions();
    let peer = bench.peer("queries", &[demo_data::fetch()?.as_os_str(), bench.portal()?.home().folder().join("queries.duckdb").as_os_str()]);
    let mut cold = Vec::new();
    for _ in 0..5 {
        // A server that has just started holds no answer and no file.
        let portal = bench.portal()?.restart()?;
        cold.push(all(&portal.sign_in(READER)?, &questions)?);
    }
    report("dashboard of 12 tiles, cold", &mut cold, peer.as_ref().and_then(|figures| figures["cold_ms"].as_f64()));

    let portal = bench.portal()?.restart()?;
    let session = portal.sign_in(READER)?;
    all(&session, &questions)?;
    let mut warm = (0..40).map(|_| all(&session, &questions)).collect::<Result<Vec<_>>>()?;
    report("dashboard of 12 tiles, warm", &mut warm, peer.as_ref().and_then(|figures| figures["warm_ms"].as_f64()));

    let mut many = together(&portal, &questions, 20)?;
    report("dashboard of 12 tiles, 20 readers at once", &mut many, None);
    Ok(())
}

fn report(name: &str, times: &mut [f64], peer: Option<f64>) {
    figure(&format!("{name}, p50"), quantile(times, 0.5), "ms", peer.map(|value| ("DuckDB, the same twelve groupings", value)));
    figure(&format!("{name}, p95"), quantile(times, 0.95), "ms", None);
}

/// Asks for all tiles as a browser does, six at a time; milliseconds until the last has answered.
fn all(session: &Session<'_>, questions: &[Value]) -> Result<f64> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..6)
            .map(|lane| scope.spawn(move || questions.iter().skip(lane).step_by(6).try_for_each(|question| session.ask(QUESTION, question).map(drop))))
            .collect();
        lanes.into_iter().try_for_each(|lane| lane.join().unwrap_or_else(|_| bail!("a request panicked")))
    })?;
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn together(portal: &Portal, questions: &[Value], readers: usize) -> Result<Vec<f64>> {
    let session = portal.sign_in(READER)?;
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..readers).map(|_| scope.spawn(|| all(&session, questions))).collect();
        readers.into_iter().map(|reader| reader.join().unwrap_or_else(|_| bail!("a reader panicked"))).collect()
    })
}

/// Six tiles over the 1.5 million basket lines, six over what the 21 million promotions became.
fn questions() -> Vec<Value> {
    let by = |columns: &[&str]| columns.iter().map(|column| json!({ "column": column })).collect::<Vec<_>>();
    let at = |column: &str, grain: &str| json!({ "column": column, "grain": grain });
    let tile = |mart: &str, measures: &[&str], dimensions: Vec<Value>, chart: &str| json!({ "chart": chart, "question": { "mart": mart, "measures": measures, "dimensions": dimensions, "limit": 500 } });
    vec![
        tile("baskets", &["sales"], vec![], "number"),
        tile("baskets", &["baskets"], by(&["region"]), "bar"),
        tile("baskets", &["sales"], vec![at("day", "week")], "line"),
        tile("baskets", &["sales"], by(&["department"]), "ranking"),
        tile("baskets", &["sales"], vec![at("day", "day_of_week"), at("purchased_at", "hour_of_day")], "heat_map"),
        tile("baskets", &["sales", "discount_share"], by(&["store"]), "table"),
        tile("promotion_effect", &["promoted_share"], vec![], "number"),
        tile("promotion_effect", &["sales", "promoted_sales"], by(&["week"]), "line"),
        tile("promotion_effect", &["placements", "hit_rate"], by(&["display"]), "bar"),
        tile("promotion_effect", &["sales_per_placement"], by(&["mailer"]), "bar"),
        tile("promotion_effect", &["promoted_sales"], by(&["department"]), "treemap"),
        tile("promotion_effect", &["placements"], by(&["region", "brand"]), "stacked_bar"),
    ]
}
