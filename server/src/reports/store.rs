//! Control-plane SQL of reports.

use super::order::Order;
use crate::{
    database::{Changes, Database},
    fault::{Fault, Result},
};
use app::text::Text;
use sqlx::{Row, any::AnyRow};
use std::collections::BTreeMap;

/// A report as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: String,
    pub owner: String,
    pub department: String,
    pub order: Order,
    pub state: String,
    pub rows: u64,
    pub bytes: u64,
    pub pages: Option<u32>,
    pub made_ms: i64,
    pub expires_ms: i64,
    /// Mart to the fingerprint of the share it was made under.
    pub fingerprints: BTreeMap<String, String>,
    pub left_out: Option<Text>,
    pub fault: Option<Text>,
}

pub async fn insert(changes: &mut Changes, kept: &Kept) -> Result<()> {
    sqlx::query(
        "insert into report (id, owner, department, ordered, state, rows, bytes, pages, made_ms, expires_ms, fingerprints)
         values ($1, $2, $3, $4, $5, 0, 0, null, $6, $7, $8)",
    )
    .bind(&kept.id)
    .bind(&kept.owner)
    .bind(&kept.department)
    .bind(serde_json::to_string(&kept.order)?)
    .bind(&kept.state)
    .bind(kept.made_ms)
    .bind(kept.expires_ms)
    .bind(serde_json::to_string(&kept.fingerprints)?)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// How many of a person's reports wait or are being made, as this transaction sees it.
pub async fn under_way(changes: &mut Changes, owner: &str) -> Result<i64> {
    let query = sqlx::query_as::<_, (i64,)>("select count(*) from report where owner = $1 and state in ('waiting', 'making')");
    Ok(query.bind(owner).fetch_one(&mut **changes).await?.0)
}

pub async fn one(database: &Database, id: &str) -> Result<Option<Kept>> {
    let query = sqlx::query(
        "select id, owner, department, ordered, state, rows, bytes, pages, made_ms, expires_ms, fingerprints, left_out, fault
         from report where id = $1",
    );
    query.bind(id).fetch_optional(database.read()).await?.as_ref().map(kept).transpose()
}

/// A person's reports, the newest first.
pub async fn of(database: &Database, owner: &str) -> Result<Vec<Kept>> {
    let query = sqlx::query(
        "select id, owner, department, ordered, state, rows, bytes, pages, made_ms, expires_ms, fingerprints, left_out, fault
         from report where owner = $1 order by made_ms desc, id desc limit 500",
    );
    query.bind(owner).fetch_all(database.read()).await?.iter().map(kept).collect()
}

/// Everybody's reports that can be opened or run again; what can no longer be read is left out.
pub async fn standing(database: &Database, now_ms: i64) -> Result<Vec<Kept>> {
    let query = sqlx::query(
        "select id, owner, department, ordered, state, rows, bytes, pages, made_ms, expires_ms, fingerprints, left_out, fault
         from report where state <> 'failed' and expires_ms > $1 order by made_ms desc, id desc",
    );
    Ok(query.bind(now_ms).fetch_all(database.read()).await?.iter().filter_map(|row| kept(row).ok()).collect())
}

/// All with a file, the oldest first: for retention.
pub async fn ready(database: &Database) -> Result<Vec<Kept>> {
    let query = sqlx::query(
        "select id, owner, department, ordered, state, rows, bytes, pages, made_ms, expires_ms, fingerprints, left_out, fault
         from report where state = 'ready' order by made_ms",
    );
    query.fetch_all(database.read()).await?.iter().map(kept).collect()
}

/// How far a report is, while it is made.
pub async fn progress(database: &Database, id: &str, rows: u64) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query("update report set state = 'making', rows = $2 where id = $1").bind(id).bind(signed(rows)?).execute(&mut *changes).await?;
    Ok(changes.commit().await?)
}

/// What a finished report is.
#[derive(Debug, Default)]
pub struct Done {
    pub rows: u64,
    pub bytes: u64,
    pub pages: Option<u32>,
    pub left_out: Option<Text>,
    pub fingerprints: BTreeMap<String, String>,
}

pub async fn finish(changes: &mut Changes, id: &str, done: &Done) -> Result<()> {
    sqlx::query("update report set state = 'ready', rows = $2, bytes = $3, pages = $4, left_out = $5, fingerprints = $6, fault = null where id = $1")
        .bind(id)
        .bind(signed(done.rows)?)
        .bind(signed(done.bytes)?)
        .bind(done.pages.map(i64::from))
        .bind(done.left_out.as_ref().map(serde_json::to_string).transpose()?)
        .bind(serde_json::to_string(&done.fingerprints)?)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

pub async fn fail(changes: &mut Changes, id: &str, state: &str, fault: Option<&Text>) -> Result<()> {
    sqlx::query("update report set state = $2, fault = $3 where id = $1")
        .bind(id)
        .bind(state)
        .bind(fault.map(serde_json::to_string).transpose()?)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

pub async fn remove(changes: &mut Changes, id: &str) -> Result<()> {
    sqlx::query("delete from report where id = $1").bind(id).execute(&mut **changes).await?;
    Ok(())
}

/// A person's reports are for nobody else: files are past their days from now on, what has none goes. How many.
pub async fn forget_owner(changes: &mut Changes, owner: &str) -> Result<u64> {
    let gone = sqlx::query("delete from report where owner = $1 and state <> 'ready'").bind(owner).execute(&mut **changes).await?.rows_affected();
    let past = sqlx::query("update report set expires_ms = 0 where owner = $1").bind(owner).execute(&mut **changes).await?.rows_affected();
    Ok(gone + past)
}

fn kept(row: &AnyRow) -> Result<Kept> {
    let number = |index: usize| -> Result<u64> { u64::try_from(row.try_get::<i64, _>(index)?).map_err(Fault::internal) };
    let json = |index: usize| -> Result<Option<Text>> { Ok(row.try_get::<Option<String>, _>(index)?.map(|text| serde_json::from_str(&text)).transpose()?) };
    Ok(Kept {
        id: row.try_get(0)?,
        owner: row.try_get(1)?,
        department: row.try_get(2)?,
        order: serde_json::from_str(&row.try_get::<String, _>(3)?)?,
        state: row.try_get(4)?,
        rows: number(5)?,
        bytes: number(6)?,
        pages: row.try_get::<Option<i64>, _>(7)?.and_then(|pages| u32::try_from(pages).ok()),
        made_ms: row.try_get(8)?,
        expires_ms: row.try_get(9)?,
        fingerprints: serde_json::from_str(&row.try_get::<String, _>(10)?)?,
        left_out: json(11)?,
        fault: json(12)?,
    })
}

fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Fault::internal)
}
