//! How fast the lake takes both large tables, and how long models and marts take to build.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Bench, figure};
use crate::demo_data;

pub fn measure(bench: &Bench) -> Result<()> {
    let portal = bench.portal()?;
    let database = portal.home().folder().join("peer.duckdb");
    let peer = bench.peer("load", &[demo_data::fetch()?.as_os_str(), database.as_os_str()]);
    for table in ["transactions", "promotions"] {
        let run = portal.runs.iter().find(|run| is_table(run, table)).with_context(|| format!("no run loaded {table}"))?;
        let ours = per_second(run.get("rows_in"), run.get("seconds")).with_context(|| format!("the run of {table} has no figures"))?;
        let theirs = peer.as_ref().and_then(|figures| per_second(figures[table].get("rows"), figures[table].get("seconds")));
        figure(&format!("load {table}"), ours, "rows/s", theirs.map(|value| ("DuckDB", value)));
    }
    let built: f64 = portal.runs.iter().filter(|run| run["job"] == "warehouse").filter_map(|run| run["seconds"].as_f64()).sum();
    figure("build models and marts", built, "s", None);
    Ok(())
}

/// Tables are named with their layer, as in `lake.promotions`.
fn is_table(run: &Value, name: &str) -> bool {
    run["table"].as_str().is_some_and(|table| table.rsplit('.').next() == Some(name))
}

fn per_second(rows: Option<&Value>, seconds: Option<&Value>) -> Option<f64> {
    Some(rows?.as_f64()? / seconds?.as_f64()?.max(0.001))
}
