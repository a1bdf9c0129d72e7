//! Control-plane SQL of runs: their states, tables, log lines, findings and notices.

use super::Work;
use crate::{
    database::{Changes, Database, new_id, now_ms},
    fault::{Fault, Result},
    ingestion::{self, job::IngestionJob},
    jobs::{Failure, Lease},
};
use app::text::Text;

/// A run whose try has begun.
#[derive(Debug)]
pub struct Started {
    pub run: String,
    pub job: String,
    pub work: Work,
}

/// A run that has ended without publishing.
#[derive(Debug)]
pub(super) struct Ended {
    pub job: String,
    pub department: String,
    pub work: Work,
}

/// One table's figures.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    pub rows_in: u64,
    pub rows_out: u64,
    pub rows_quarantined: u64,
    pub bytes: u64,
}

/// False when the same interval of the job has a run already.
pub(super) async fn insert(changes: &mut Changes, id: &str, job: &IngestionJob, interval: &str, by: &str, work: &Work) -> Result<bool> {
    let inserted = sqlx::query(
        "insert into run (id, job, department, interval_key, state, attempt, asked_by, work, queued_ms) values ($1, $2, $3, $4, 'waiting', 0, $5, $6, $7)
         on conflict do nothing",
    )
    .bind(id)
    .bind(&job.name)
    .bind(&job.department)
    .bind(interval)
    .bind(by)
    .bind(serde_json::to_string(work)?)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn queued(changes: &mut Changes, run: &str, queued: &str) -> Result<()> {
    sqlx::query("update run set queued = $2 where id = $1").bind(run).bind(queued).execute(&mut **changes).await?;
    Ok(())
}

pub(super) async fn queue_id(changes: &mut Changes, run: &str) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> = sqlx::query_as("select queued from run where id = $1").bind(run).fetch_optional(&mut **changes).await?;
    Ok(row.and_then(|(queued,)| queued))
}

/// Begins a try, and forgets what an earlier one noted. `None` when an earlier one published.
pub(super) async fn start(database: &Database, lease: &Lease, run: &str) -> Result<Option<Started>, Failure> {
    let mut changes = database.begin().await?;
    lease.guard(&mut changes).await?;
    let row: Option<(String, String, String)> =
        sqlx::query_as("select job, state, work from run where id = $1").bind(run).fetch_optional(&mut *changes).await?;
    let (job, state, work) = row.ok_or_else(|| Failure::bug(Fault::internal("the queue names a run that is not there")))?;
    if state == "succeeded" || state == "partial" {
        return Ok(None);
    }
    sqlx::query("update run set state = 'running', attempt = $2, started_ms = $3, finished_ms = null, message = null where id = $1")
        .bind(run)
        .bind(i64::from(lease.attempt))
        .bind(now_ms())
        .execute(&mut *changes)
        .await?;
    sqlx::query("delete from run_table where run = $1").bind(run).execute(&mut *changes).await?;
    sqlx::query("delete from run_finding where run = $1").bind(run).execute(&mut *changes).await?;
    ingestion::quarantine::store::forget(&mut changes, run).await?;
    ingestion::job::store::started(&mut changes, &job).await?;
    changes.commit().await?;
    Ok(Some(Started { run: run.to_owned(), job, work: serde_json::from_str(&work).map_err(|cause| Failure::bug(Fault::internal(cause)))? }))
}

/// Back to waiting between two tries.
pub(super) async fn waiting(changes: &mut Changes, run: &str, message: Option<&Text>) -> Result<()> {
    sqlx::query("update run set state = 'waiting', message = $2 where id = $1 and state = 'running'")
        .bind(run)
        .bind(message.map(serde_json::to_string).transpose()?)
        .execute(&mut **changes)
        .await?;
    sqlx::query("update run_table set state = 'cancelled' where run = $1 and state <> 'failed'").bind(run).execute(&mut **changes).await?;
    Ok(())
}

/// Ends a run without publishing; `None` when it had ended.
pub(super) async fn finish(changes: &mut Changes, run: &str, state: &str, message: Option<&Text>) -> Result<Option<Ended>> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "update run set state = $2, message = $3, finished_ms = $4 where id = $1 and state in ('waiting', 'running') returning job, department, work",
    )
    .bind(run)
    .bind(state)
    .bind(message.map(serde_json::to_string).transpose()?)
    .bind(now_ms())
    .fetch_optional(&mut **changes)
    .await?;
    let Some((job, department, work)) = row else { return Ok(None) };
    // Nothing was published: a table that was written well is not a success.
    sqlx::query("update run_table set state = 'cancelled' where run = $1 and state <> 'failed'").bind(run).execute(&mut **changes).await?;
    Ok(Some(Ended { job, department, work: serde_json::from_str(&work)? }))
}

/// Marks a run as published, within the transaction that moves its pins.
pub(super) async fn published(changes: &mut Changes, run: &str, state: &str, generation: i64) -> Result<()> {
    sqlx::query("update run set state = $2, generation = $3, finished_ms = $4, message = null where id = $1")
        .bind(run)
        .bind(state)
        .bind(generation)
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Greatest publish generation that a job made; `None` when it never published.
pub(super) async fn last_generation(changes: &mut Changes, job: &str) -> Result<Option<i64>> {
    let (generation,): (Option<i64>,) = sqlx::query_as("select max(generation) from run where job = $1").bind(job).fetch_one(&mut **changes).await?;
    Ok(generation)
}

/// Whether a job was ever asked to run.
pub async fn has_any(changes: &mut Changes, job: &str) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("select id from run where job = $1 limit 1").bind(job).fetch_optional(&mut **changes).await?;
    Ok(row.is_some())
}

/// Whether a job has a run that has not started yet.
pub async fn has_waiting(changes: &mut Changes, job: &str) -> Result<bool> {
    let row: Option<(i64,)> =
        sqlx::query_as("select attempt from run where job = $1 and state = 'waiting' and attempt = 0 limit 1").bind(job).fetch_optional(&mut **changes).await?;
    Ok(row.is_some())
}

pub(super) async fn work_of(database: &Database, run: &str) -> Result<Option<Work>> {
    let row: Option<(String,)> = sqlx::query_as("select work from run where id = $1").bind(run).fetch_optional(database.read()).await?;
    row.map(|(work,)| Ok(serde_json::from_str(&work)?)).transpose()
}

/// What the runs that have not ended are to do.
pub async fn coming(database: &Database) -> Result<Vec<Work>> {
    let rows: Vec<(String,)> = sqlx::query_as("select work from run where state in ('waiting', 'running')").fetch_all(database.read()).await?;
    rows.into_iter().map(|(work,)| Ok(serde_json::from_str(&work)?)).collect()
}

/// Runs that may be writing files now, but for `run`.
pub(super) async fn live(database: &Database, but: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sqlx::query_as("select id from run where state in ('waiting', 'running') and id <> $1").bind(but).fetch_all(database.read()).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Shows a table of the run with its figures so far.
pub(super) async fn table(changes: &mut Changes, run: &str, attempt: u32, table: &super::record::Table) -> Result<()> {
    sqlx::query(
        "insert into run_table (run, dataset, attempt, position, rows_in, rows_out, rows_quarantined, bytes, started_ms, milliseconds, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (run, dataset) do update set rows_in = excluded.rows_in, rows_out = excluded.rows_out,
         rows_quarantined = excluded.rows_quarantined, bytes = excluded.bytes, milliseconds = excluded.milliseconds, state = excluded.state
         where run_table.attempt = excluded.attempt",
    )
    .bind(run)
    .bind(&table.dataset)
    .bind(i64::from(attempt))
    .bind(table.position)
    .bind(signed(table.figures.rows_in)?)
    .bind(signed(table.figures.rows_out)?)
    .bind(signed(table.figures.rows_quarantined)?)
    .bind(signed(table.figures.bytes)?)
    .bind(table.started_ms)
    .bind(i64::try_from(table.began.elapsed().as_millis()).map_err(Fault::internal)?)
    .bind(table.state)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

pub(super) async fn log(changes: &mut Changes, run: &str, level: &str, line: &Text) -> Result<()> {
    sqlx::query("insert into run_log (run, id, at_ms, level, line) values ($1, $2, $3, $4, $5)")
        .bind(run)
        .bind(new_id())
        .bind(now_ms())
        .bind(level)
        .bind(serde_json::to_string(line)?)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

pub(super) async fn finding(changes: &mut Changes, run: &str, dataset: &str, position: usize, check: &Text, rows: u64, severity: &str) -> Result<()> {
    sqlx::query("insert into run_finding (run, dataset, position, check_text, rows, severity) values ($1, $2, $3, $4, $5, $6)")
        .bind(run)
        .bind(dataset)
        .bind(i64::try_from(position).map_err(Fault::internal)?)
        .bind(serde_json::to_string(check)?)
        .bind(signed(rows)?)
        .bind(severity)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

pub(super) async fn notice(changes: &mut Changes, run: &str, department: &str, words: &Text) -> Result<()> {
    sqlx::query("insert into notice (id, department, run, at_ms, words) values ($1, $2, $3, $4, $5) on conflict do nothing")
        .bind(new_id())
        .bind(department)
        .bind(run)
        .bind(now_ms())
        .bind(serde_json::to_string(words)?)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Forgets runs that ended before `before_ms`, but for each job's newest hundred.
pub(super) async fn forget(database: &Database, before_ms: i64) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query(
        "delete from run where state in ('succeeded', 'partial', 'failed', 'cancelled') and finished_ms < $1 and id not in (
             select newer.id from (select id, row_number() over (partition by job order by queued_ms desc) as place from run) newer where newer.place <= 100)",
    )
    .bind(before_ms)
    .execute(&mut *changes)
    .await?;
    Ok(changes.commit().await?)
}

fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Fault::internal)
}
