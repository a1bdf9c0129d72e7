//! Control-plane SQL of the queue.

use crate::{
    database::{Changes, Database, now_ms},
    fault::Result,
};
use std::time::Duration;

/// A job to be added.
pub(super) struct New<'a> {
    pub id: &'a str,
    pub kind: &'a str,
    pub lane: &'a str,
    pub payload: &'a str,
    pub attempts: i64,
    pub run_at_ms: i64,
    pub holds: &'a [String],
}

/// A job that a worker has taken.
#[derive(Debug)]
pub(super) struct Claimed {
    pub id: String,
    pub kind: String,
    pub payload: String,
    /// This try included.
    pub attempt: i64,
    pub attempts: i64,
    pub lost: i64,
    pub fence: i64,
}

/// What a wish to cancel came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cancelled {
    /// It was waiting and will not run.
    AtOnce,
    /// It is running and will stop.
    Asked,
    /// It had ended.
    TooLate,
}

/// Whether a lease still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Ours,
    Cancel,
    NotOurs,
}

/// A lease as it stands.
#[derive(Debug)]
pub(super) struct StandingLease {
    pub job: String,
    pub owner: String,
    pub fence: i64,
    pub until_ms: i64,
}

pub(super) async fn insert(changes: &mut Changes, new: &New<'_>) -> Result<()> {
    sqlx::query(
        "insert into job (id, kind, lane, payload, state, attempt, attempts, lost, run_at_ms, fence, cancel, enqueued_ms)
         values ($1, $2, $3, $4, 'waiting', 0, $5, 0, $6, 0, 0, $7)",
    )
    .bind(new.id)
    .bind(new.kind)
    .bind(new.lane)
    .bind(new.payload)
    .bind(new.attempts)
    .bind(new.run_at_ms)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    for name in new.holds {
        sqlx::query("insert into job_hold (job, name) values ($1, $2) on conflict do nothing").bind(new.id).bind(name).execute(&mut **changes).await?;
    }
    Ok(())
}

/// Takes the next due job of a lane whose holds are free.
pub(super) async fn claim(database: &Database, lane: &str, owner: &str, length: Duration) -> Result<Option<Claimed>> {
    let due: Option<(String,)> = sqlx::query_as("select id from job where state = 'waiting' and lane = $1 and run_at_ms <= $2 limit 1")
        .bind(lane)
        .bind(now_ms())
        .fetch_optional(database.read())
        .await?;
    if due.is_none() {
        return Ok(None);
    }
    let mut changes = database.begin().await?;
    // First, so that claimers on PostgreSQL queue at this row.
    let (fence,): (i64,) = sqlx::query_as("update job_turn set turn = turn + 1 where id = 1 returning turn").fetch_one(&mut *changes).await?;
    let next: Option<(String, String, String, i64, i64, i64)> = sqlx::query_as(
        "select id, kind, payload, attempt + 1, attempts, lost from job
         where state = 'waiting' and lane = $1 and run_at_ms <= $2 and not exists (
             select 1 from job_hold mine join job_hold theirs on theirs.name = mine.name join job other on other.id = theirs.job
             where mine.job = job.id and other.state = 'running')
         order by run_at_ms, id limit 1",
    )
    .bind(lane)
    .bind(now_ms())
    .fetch_optional(&mut *changes)
    .await?;
    let Some((id, kind, payload, attempt, attempts, lost)) = next else { return Ok(None) };
    // Counted before the work: a job that kills its process is known by it.
    sqlx::query("update job set state = 'running', attempt = attempt + 1, lease_owner = $2, lease_until_ms = $3, fence = $4 where id = $1")
        .bind(&id)
        .bind(owner)
        .bind(until(length))
        .bind(fence)
        .execute(&mut *changes)
        .await?;
    changes.commit().await?;
    Ok(Some(Claimed { id, kind, payload, attempt, attempts, lost, fence }))
}

/// Whether nothing waits or runs.
pub(super) async fn is_idle(database: &Database) -> Result<bool> {
    let row: Option<(String,)> = sqlx::query_as("select id from job where state in ('waiting', 'running') limit 1").fetch_optional(database.read()).await?;
    Ok(row.is_none())
}

/// Whether the job is still held under this fence; locks its row until the transaction ends.
pub(super) async fn guard(changes: &mut Changes, id: &str, fence: i64) -> Result<Held> {
    let row: Option<(i64,)> = sqlx::query_as("update job set fence = fence where id = $1 and fence = $2 and state = 'running' returning cancel")
        .bind(id)
        .bind(fence)
        .fetch_optional(&mut **changes)
        .await?;
    Ok(standing(row))
}

pub(super) async fn renew(database: &Database, id: &str, fence: i64, length: Duration) -> Result<Held> {
    let mut changes = database.begin().await?;
    // A job that completed itself in its publish is not lost: its worker is about to return.
    let row: Option<(i64,)> =
        sqlx::query_as("update job set lease_until_ms = $3 where id = $1 and fence = $2 and state in ('running', 'done') returning cancel")
            .bind(id)
            .bind(fence)
            .bind(until(length))
            .fetch_optional(&mut *changes)
            .await?;
    changes.commit().await?;
    Ok(standing(row))
}

pub(super) async fn wishes(database: &Database, id: &str, fence: i64) -> Result<Held> {
    let row: Option<(i64,)> = sqlx::query_as("select cancel from job where id = $1 and fence = $2 and state in ('running', 'done')")
        .bind(id)
        .bind(fence)
        .fetch_optional(database.read())
        .await?;
    Ok(standing(row))
}

fn standing(row: Option<(i64,)>) -> Held {
    match row {
        Some((0,)) => Held::Ours,
        Some(_) => Held::Cancel,
        None => Held::NotOurs,
    }
}

/// Ends a job that is held under this fence; false when it is not.
pub(super) async fn finish(changes: &mut Changes, id: &str, fence: i64, state: &str, failure: Option<&str>) -> Result<bool> {
    let ended = sqlx::query(
        "update job set state = $3, failure = $4, finished_ms = $5, lease_owner = null, lease_until_ms = null
         where id = $1 and fence = $2 and state = 'running'",
    )
    .bind(id)
    .bind(fence)
    .bind(state)
    .bind(failure)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Back into the queue for a later try.
pub(super) async fn again(changes: &mut Changes, id: &str, fence: i64, at_ms: i64, failure: Option<&str>) -> Result<bool> {
    let waiting = sqlx::query(
        "update job set state = 'waiting', run_at_ms = $3, failure = $4, lease_owner = null, lease_until_ms = null
         where id = $1 and fence = $2 and state = 'running'",
    )
    .bind(id)
    .bind(fence)
    .bind(at_ms)
    .bind(failure)
    .execute(&mut **changes)
    .await?;
    Ok(waiting.rows_affected() == 1)
}

/// Back into the queue as if this try had not begun.
pub(super) async fn release(changes: &mut Changes, id: &str, fence: i64) -> Result<bool> {
    let waiting = sqlx::query(
        "update job set state = 'waiting', attempt = attempt - 1, lease_owner = null, lease_until_ms = null
         where id = $1 and fence = $2 and state = 'running'",
    )
    .bind(id)
    .bind(fence)
    .execute(&mut **changes)
    .await?;
    Ok(waiting.rows_affected() == 1)
}

pub(super) async fn held(database: &Database) -> Result<Vec<StandingLease>> {
    let rows: Vec<(String, String, i64, i64)> =
        sqlx::query_as("select id, lease_owner, fence, lease_until_ms from job where state = 'running'").fetch_all(database.read()).await?;
    Ok(rows.into_iter().map(|(job, owner, fence, until_ms)| StandingLease { job, owner, fence, until_ms }).collect())
}

/// Takes a job from an owner that died and puts it back into the queue; `None` when somebody was faster.
pub(super) async fn abandon(changes: &mut Changes, id: &str, fence: i64) -> Result<Option<Claimed>> {
    let row: Option<(String, String, i64, i64, i64)> = sqlx::query_as(
        "update job set state = 'waiting', lost = lost + 1, lease_owner = null, lease_until_ms = null
         where id = $1 and fence = $2 and state = 'running' returning kind, payload, attempt, attempts, lost",
    )
    .bind(id)
    .bind(fence)
    .fetch_optional(&mut **changes)
    .await?;
    Ok(row.map(|(kind, payload, attempt, attempts, lost)| Claimed { id: id.to_owned(), kind, payload, attempt, attempts, lost, fence }))
}

pub(super) async fn give_up(changes: &mut Changes, id: &str, failure: &str) -> Result<()> {
    sqlx::query("update job set state = 'failed', failure = $2, finished_ms = $3 where id = $1 and state = 'waiting'")
        .bind(id)
        .bind(failure)
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    Ok(())
}

pub(super) async fn cancel(changes: &mut Changes, id: &str) -> Result<Cancelled> {
    let waiting = sqlx::query("update job set state = 'cancelled', finished_ms = $2 where id = $1 and state = 'waiting'")
        .bind(id)
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    if waiting.rows_affected() == 1 {
        return Ok(Cancelled::AtOnce);
    }
    let running = sqlx::query("update job set cancel = 1 where id = $1 and state = 'running'").bind(id).execute(&mut **changes).await?;
    Ok(if running.rows_affected() == 1 { Cancelled::Asked } else { Cancelled::TooLate })
}

pub(super) async fn forget_finished(database: &Database, before_ms: i64) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query("delete from job where state in ('done', 'failed', 'cancelled') and finished_ms < $1").bind(before_ms).execute(&mut *changes).await?;
    Ok(changes.commit().await?)
}

/// Shown to people who look for a stuck job; no process decides by it.
fn until(length: Duration) -> i64 {
    now_ms().saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX))
}
