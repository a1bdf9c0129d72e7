//! Control-plane SQL of ingestion jobs.

use super::{IngestionJob, Standing};
use crate::{
    database::{Changes, Database, now_ms},
    fault::{Fault, Result},
    ingestion::source::Origin,
};
use sqlx::{Any, Executor, Row, any::AnyRow};

/// All jobs, in order of their name.
pub async fn all<'e>(from: impl Executor<'e, Database = Any>) -> Result<Vec<Standing>> {
    let rows = sqlx::query(
        "select name, title, department, schedule, time_zone, after_jobs, sources, models, marts, attempts, origin, paused, scheduled_to_ms
         from ingestion_job order by name",
    )
    .fetch_all(from)
    .await?;
    rows.iter().map(standing).collect()
}

pub async fn one<'e>(from: impl Executor<'e, Database = Any>, name: &str) -> Result<Option<Standing>> {
    let row = sqlx::query(
        "select name, title, department, schedule, time_zone, after_jobs, sources, models, marts, attempts, origin, paused, scheduled_to_ms
         from ingestion_job where name = $1",
    )
    .bind(name)
    .fetch_optional(from)
    .await?;
    row.as_ref().map(standing).transpose()
}

/// Adds or replaces a job. Its schedule counts from now when it is new or its schedule changed.
pub async fn save(changes: &mut Changes, job: &IngestionJob) -> Result<()> {
    sqlx::query(
        "insert into ingestion_job (name, title, department, schedule, time_zone, after_jobs, sources, models, marts, attempts, paused,
             origin, scheduled_to_ms, started_generation)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, -1)
         on conflict (name) do update set title = excluded.title, department = excluded.department, time_zone = excluded.time_zone,
         after_jobs = excluded.after_jobs, sources = excluded.sources, models = excluded.models, marts = excluded.marts,
         attempts = excluded.attempts, origin = excluded.origin, schedule = excluded.schedule, scheduled_to_ms = case
             when coalesce(ingestion_job.schedule, '') = coalesce(excluded.schedule, '') and ingestion_job.time_zone = excluded.time_zone
             then ingestion_job.scheduled_to_ms else excluded.scheduled_to_ms end",
    )
    .bind(&job.name)
    .bind(serde_json::to_string(&job.title)?)
    .bind(&job.department)
    .bind(&job.schedule)
    .bind(&job.time_zone)
    .bind(serde_json::to_string(&job.after)?)
    .bind(serde_json::to_string(&job.sources)?)
    .bind(serde_json::to_string(&job.models)?)
    .bind(serde_json::to_string(&job.marts)?)
    .bind(i64::from(job.attempts))
    .bind(job.origin.name())
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Removes a job; its runs stay in the history.
pub async fn delete(changes: &mut Changes, name: &str) -> Result<()> {
    sqlx::query("delete from ingestion_job where name = $1").bind(name).execute(&mut **changes).await?;
    Ok(())
}

/// Pauses or resumes the schedule. What was missed while paused is not caught up.
pub async fn pause(changes: &mut Changes, name: &str, paused: bool) -> Result<()> {
    sqlx::query("update ingestion_job set paused = $2, scheduled_to_ms = $3 where name = $1")
        .bind(name)
        .bind(i64::from(paused))
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Moves the schedule on, unless another process was faster.
pub async fn scheduled(changes: &mut Changes, name: &str, from_ms: i64, to_ms: i64) -> Result<bool> {
    let moved = sqlx::query("update ingestion_job set scheduled_to_ms = $3 where name = $1 and scheduled_to_ms = $2 and paused = 0")
        .bind(name)
        .bind(from_ms)
        .bind(to_ms)
        .execute(&mut **changes)
        .await?;
    Ok(moved.rows_affected() == 1)
}

/// Notes what a job's run has seen published when it started.
pub async fn started(changes: &mut Changes, name: &str) -> Result<()> {
    sqlx::query("update ingestion_job set started_generation = (select generation from publish_generation where id = 1) where name = $1")
        .bind(name)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Publish generation at the job's last start; -1 when it never started.
pub async fn started_generation(changes: &mut Changes, name: &str) -> Result<i64> {
    let row: Option<(i64,)> = sqlx::query_as("select started_generation from ingestion_job where name = $1").bind(name).fetch_optional(&mut **changes).await?;
    Ok(row.map_or(-1, |(generation,)| generation))
}

/// Whether the database knows this job at all: for plans.
pub async fn names(database: &Database) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("select name from ingestion_job order by name").fetch_all(database.read()).await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

fn standing(row: &AnyRow) -> Result<Standing> {
    let list = |column: usize| -> Result<Vec<String>> { Ok(serde_json::from_str(&row.try_get::<String, _>(column)?)?) };
    Ok(Standing {
        job: IngestionJob {
            name: row.try_get(0)?,
            title: serde_json::from_str(&row.try_get::<String, _>(1)?)?,
            department: row.try_get(2)?,
            schedule: row.try_get(3)?,
            time_zone: row.try_get(4)?,
            after: list(5)?,
            sources: list(6)?,
            models: list(7)?,
            marts: list(8)?,
            attempts: u32::try_from(row.try_get::<i64, _>(9)?).map_err(Fault::internal)?,
            origin: Origin::parse(&row.try_get::<String, _>(10)?),
        },
        paused: row.try_get::<i64, _>(11)? != 0,
        scheduled_to_ms: row.try_get(12)?,
    })
}
