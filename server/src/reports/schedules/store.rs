//! Control-plane SQL of schedules of reports.

use crate::{
    database::{Changes, Database},
    fault::Result,
    reports::order::Order,
};
use app::{reports::schedules::asks::Repeat, text::Text};
use sqlx::{Row, any::AnyRow};

/// A schedule as it is kept.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub id: String,
    pub owner: String,
    pub department: String,
    pub order: Order,
    pub repeat: Repeat,
    /// When it comes due, unless it is paused.
    pub next_ms: i64,
    pub paused: bool,
    /// Why the portal paused it.
    pub refusal: Option<Text>,
    /// The last one that was ordered.
    pub report: Option<String>,
    pub last_ms: Option<i64>,
}

pub async fn insert(changes: &mut Changes, schedule: &Schedule) -> Result<()> {
    sqlx::query(
        "insert into report_schedule (id, owner, department, ordered, repeats, next_ms, paused, refusal, report, last_ms)
         values ($1, $2, $3, $4, $5, $6, 0, null, null, null)",
    )
    .bind(&schedule.id)
    .bind(&schedule.owner)
    .bind(&schedule.department)
    .bind(serde_json::to_string(&schedule.order)?)
    .bind(serde_json::to_string(&schedule.repeat)?)
    .bind(schedule.next_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

pub async fn one(database: &Database, id: &str) -> Result<Option<Schedule>> {
    let query = sqlx::query("select id, owner, department, ordered, repeats, next_ms, paused, refusal, report, last_ms from report_schedule where id = $1");
    query.bind(id).fetch_optional(database.read()).await?.as_ref().map(schedule).transpose()
}

/// A person's schedules, the newest first.
pub async fn of(database: &Database, owner: &str) -> Result<Vec<Schedule>> {
    let query = sqlx::query(
        "select id, owner, department, ordered, repeats, next_ms, paused, refusal, report, last_ms
         from report_schedule where owner = $1 order by id desc",
    );
    query.bind(owner).fetch_all(database.read()).await?.iter().map(schedule).collect()
}

/// Everybody's that are due; what can no longer be read is left out, so that it keeps nothing else.
pub async fn due(database: &Database, now_ms: i64) -> Result<Vec<Schedule>> {
    let query = sqlx::query(
        "select id, owner, department, ordered, repeats, next_ms, paused, refusal, report, last_ms
         from report_schedule where paused = 0 and next_ms <= $1 order by next_ms, id",
    );
    Ok(query.bind(now_ms).fetch_all(database.read()).await?.iter().filter_map(|row| schedule(row).ok()).collect())
}

/// How many a person has, as this transaction sees them.
pub async fn count(changes: &mut Changes, owner: &str) -> Result<i64> {
    let row = sqlx::query("select count(*) as held from report_schedule where owner = $1").bind(owner).fetch_one(&mut **changes).await?;
    Ok(row.try_get(0)?)
}

/// Notes the report of the time that is due and moves on to the next, unless another process was faster or its owner paused it.
pub async fn ordered(changes: &mut Changes, schedule: &Schedule, report: &str, ordered_ms: i64, next_ms: i64) -> Result<bool> {
    let moved = sqlx::query("update report_schedule set next_ms = $3, report = $4, last_ms = $5 where id = $1 and next_ms = $2 and paused = 0")
        .bind(&schedule.id)
        .bind(schedule.next_ms)
        .bind(next_ms)
        .bind(report)
        .bind(ordered_ms)
        .execute(&mut **changes)
        .await?;
    Ok(moved.rows_affected() == 1)
}

/// Pauses one that is due, with the reason; false when another process was faster.
pub async fn refuse(changes: &mut Changes, schedule: &Schedule, refusal: &Text) -> Result<bool> {
    let paused = sqlx::query("update report_schedule set paused = 1, refusal = $3 where id = $1 and next_ms = $2 and paused = 0")
        .bind(&schedule.id)
        .bind(schedule.next_ms)
        .bind(serde_json::to_string(refusal)?)
        .execute(&mut **changes)
        .await?;
    Ok(paused.rows_affected() == 1)
}

/// What its owner sets.
pub async fn change(changes: &mut Changes, schedule: &Schedule) -> Result<()> {
    sqlx::query("update report_schedule set repeats = $2, next_ms = $3, paused = $4, refusal = $5 where id = $1")
        .bind(&schedule.id)
        .bind(serde_json::to_string(&schedule.repeat)?)
        .bind(schedule.next_ms)
        .bind(i64::from(schedule.paused))
        .bind(schedule.refusal.as_ref().map(serde_json::to_string).transpose()?)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

pub async fn remove(changes: &mut Changes, id: &str) -> Result<()> {
    sqlx::query("delete from report_schedule where id = $1").bind(id).execute(&mut **changes).await?;
    Ok(())
}

/// A person's schedules go with them: what they order stands on their own share. How many.
pub async fn forget_owner(changes: &mut Changes, owner: &str) -> Result<u64> {
    Ok(sqlx::query("delete from report_schedule where owner = $1").bind(owner).execute(&mut **changes).await?.rows_affected())
}

fn schedule(row: &AnyRow) -> Result<Schedule> {
    Ok(Schedule {
        id: row.try_get(0)?,
        owner: row.try_get(1)?,
        department: row.try_get(2)?,
        order: serde_json::from_str(&row.try_get::<String, _>(3)?)?,
        repeat: serde_json::from_str(&row.try_get::<String, _>(4)?)?,
        next_ms: row.try_get(5)?,
        paused: row.try_get::<i64, _>(6)? != 0,
        refusal: row.try_get::<Option<String>, _>(7)?.map(|text| serde_json::from_str(&text)).transpose()?,
        report: row.try_get(8)?,
        last_ms: row.try_get(9)?,
    })
}
