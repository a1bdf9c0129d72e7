//! Control-plane SQL of the pages about runs and notices.

use crate::{
    database::{Changes, Database},
    fault::{Fault, Result},
};
use app::{
    ingestion::asks::{Finding, LogLine, Notice, RunCard, RunState, RunTable},
    text::Text,
};
use sqlx::{Row, any::AnyRow};

/// Runs of a department, newest first.
pub(super) async fn runs(database: &Database, department: &str, job: Option<&str>, most: i64) -> Result<Vec<RunCard>> {
    let rows = sqlx::query(
        "select id, job, run.state, run.attempt, run.started_ms, finished_ms, asked_by, message,
             (select cast(coalesce(sum(rows_in), 0) as bigint) from run_table where run = run.id),
             (select cast(coalesce(sum(rows_out), 0) as bigint) from run_table where run = run.id),
             (select cast(coalesce(sum(rows_quarantined), 0) as bigint) from run_table where run = run.id)
         from run where department = $1 and ($2 = '' or job = $2) order by queued_ms desc, id desc limit $3",
    )
    .bind(department)
    .bind(job.unwrap_or_default())
    .bind(most)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(card).collect()
}

pub(super) async fn run(database: &Database, department: &str, id: &str) -> Result<Option<RunCard>> {
    let row = sqlx::query(
        "select id, job, run.state, run.attempt, run.started_ms, finished_ms, asked_by, message,
             (select cast(coalesce(sum(rows_in), 0) as bigint) from run_table where run = run.id),
             (select cast(coalesce(sum(rows_out), 0) as bigint) from run_table where run = run.id),
             (select cast(coalesce(sum(rows_quarantined), 0) as bigint) from run_table where run = run.id)
         from run where department = $1 and id = $2",
    )
    .bind(department)
    .bind(id)
    .fetch_optional(database.read())
    .await?;
    row.as_ref().map(card).transpose()
}

/// The tables of a run. One that is written counts as running until its run has published: before that nobody reads it.
pub(super) async fn tables(database: &Database, run: &str) -> Result<Vec<RunTable>> {
    let rows = sqlx::query(
        "select dataset, rows_in, rows_out, rows_quarantined, bytes, run_table.started_ms, milliseconds,
             case when run.state = 'running' and run_table.state in ('succeeded', 'partial') then 'running' else run_table.state end
         from run_table join run on run.id = run_table.run where run = $1 order by position",
    )
    .bind(run)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(table).collect()
}

pub(super) async fn log(database: &Database, run: &str) -> Result<Vec<LogLine>> {
    let rows = sqlx::query("select at_ms, level, line from run_log where run = $1 order by id").bind(run).fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok(LogLine { at_ms: row.try_get(0)?, level: row.try_get(1)?, text: serde_json::from_str(&row.try_get::<String, _>(2)?)? })).collect()
}

pub(super) async fn findings(database: &Database, run: &str) -> Result<Vec<Finding>> {
    let rows = sqlx::query(
        "select check_text, run_finding.dataset, rows, severity from run_finding
         left join run_table on run_table.run = run_finding.run and run_table.dataset = run_finding.dataset
         where run_finding.run = $1 order by run_table.position, run_finding.position",
    )
    .bind(run)
    .fetch_all(database.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Finding {
                check: serde_json::from_str(&row.try_get::<String, _>(0)?)?,
                dataset: row.try_get(1)?,
                rows: unsigned(row, 2)?,
                severity: row.try_get(3)?,
            })
        })
        .collect()
}

pub(super) async fn notices(database: &Database, department: &str) -> Result<Vec<Notice>> {
    let rows = sqlx::query("select id, at_ms, words, run from notice where department = $1 and dismissed_by is null order by at_ms desc limit 100")
        .bind(department)
        .fetch_all(database.read())
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Notice {
                id: row.try_get(0)?,
                at_ms: row.try_get(1)?,
                text: serde_json::from_str(&row.try_get::<String, _>(2)?)?,
                href: format!("/admin/runs/{}", row.try_get::<String, _>(3)?),
            })
        })
        .collect()
}

pub(super) async fn dismiss(changes: &mut Changes, id: &str, department: &str, by: &str) -> Result<bool> {
    let dismissed = sqlx::query("update notice set dismissed_by = $3 where id = $1 and department = $2 and dismissed_by is null")
        .bind(id)
        .bind(department)
        .bind(by)
        .execute(&mut **changes)
        .await?;
    Ok(dismissed.rows_affected() == 1)
}

/// Every table of every run, newest runs first: job, started, table.
pub async fn all_tables(database: &Database, job: Option<&str>, most: i64) -> Result<Vec<(String, RunTable)>> {
    let rows = sqlx::query(
        "select dataset, rows_in, rows_out, rows_quarantined, bytes, run_table.started_ms, milliseconds,
             case when run.state = 'running' and run_table.state in ('succeeded', 'partial') then 'running' else run_table.state end, job
         from run_table join run on run.id = run_table.run where ($1 = '' or job = $1) order by queued_ms desc, run.id desc, position limit $2",
    )
    .bind(job.unwrap_or_default())
    .bind(most)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(|row| Ok((row.try_get(8)?, table(row)?))).collect()
}

fn card(row: &AnyRow) -> Result<RunCard> {
    Ok(RunCard {
        id: row.try_get(0)?,
        job: row.try_get(1)?,
        state: state(&row.try_get::<String, _>(2)?),
        attempt: u32::try_from(row.try_get::<i64, _>(3)?).map_err(Fault::internal)?,
        started_ms: row.try_get(4)?,
        finished_ms: row.try_get(5)?,
        asked_by: row.try_get(6)?,
        message: row.try_get::<Option<String>, _>(7)?.map(|text| serde_json::from_str::<Text>(&text)).transpose()?,
        rows_in: unsigned(row, 8)?,
        rows_out: unsigned(row, 9)?,
        rows_quarantined: unsigned(row, 10)?,
    })
}

fn table(row: &AnyRow) -> Result<RunTable> {
    Ok(RunTable {
        table: row.try_get(0)?,
        rows_in: unsigned(row, 1)?,
        rows_out: unsigned(row, 2)?,
        rows_quarantined: unsigned(row, 3)?,
        bytes: unsigned(row, 4)?,
        started_ms: row.try_get(5)?,
        milliseconds: unsigned(row, 6)?,
        state: state(&row.try_get::<String, _>(7)?),
    })
}

fn state(word: &str) -> RunState {
    match word {
        "waiting" => RunState::Waiting,
        "running" => RunState::Running,
        "succeeded" => RunState::Succeeded,
        "partial" => RunState::Partial,
        "cancelled" => RunState::Cancelled,
        _ => RunState::Failed,
    }
}

fn unsigned(row: &AnyRow, column: usize) -> Result<u64> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(Fault::internal)
}
