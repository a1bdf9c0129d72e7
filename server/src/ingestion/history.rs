//! `atalaya runs`: one line per run and table, for people or (`--json`) for scripts. Figures only, the operator's grade.

use super::answers::store;
use crate::{fault::Result, portal::Portal};
use app::ingestion::asks::RunTable;
use std::io::Write;

/// Most lines.
const MOST: i64 = 10_000;

/// Prints the newest runs first.
pub async fn print(portal: &Portal, job: Option<&str>, json: bool, out: &mut impl Write) -> Result<()> {
    let lines = store::all_tables(&portal.database, job, MOST).await?;
    if json {
        for (job, table) in &lines {
            writeln!(out, "{}", as_json(job, table)?)?;
        }
        return Ok(());
    }
    let rows = lines.iter().map(|(job, table)| {
        [
            job.clone(),
            table.table.clone(),
            table.rows_in.to_string(),
            table.rows_out.to_string(),
            table.rows_quarantined.to_string(),
            started(table),
            format!("{:.1}", seconds(table)),
            state(table).unwrap_or_default(),
        ]
    });
    let head = ["job", "table", "rows in", "rows out", "quarantined", "started", "seconds", "state"].map(str::to_owned);
    let rows: Vec<[String; 8]> = std::iter::once(head).chain(rows).collect();
    let widths: [usize; 8] = std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(column, (cell, width))| if matches!(column, 2..=4 | 6) { format!("{cell:>width$}") } else { format!("{cell:<width$}") })
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

fn as_json(job: &str, table: &RunTable) -> Result<String> {
    Ok(serde_json::to_string(&serde_json::json!({
        "job": job,
        "table": table.table,
        "rows_in": table.rows_in,
        "rows_out": table.rows_out,
        "rows_quarantined": table.rows_quarantined,
        "started": started(table),
        "seconds": seconds(table),
        "state": table.state,
    }))?)
}

fn started(table: &RunTable) -> String {
    chrono::DateTime::from_timestamp_millis(table.started_ms).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

fn seconds(table: &RunTable) -> f64 {
    table.milliseconds as f64 / 1_000.0
}

fn state(table: &RunTable) -> Result<String> {
    Ok(serde_json::to_value(table.state)?.as_str().unwrap_or_default().to_owned())
}
