//! Control-plane SQL of dashboards and questions.

use crate::{
    database::{Changes, Database},
    fault::Result,
};
use app::{
    dashboards::asks::{DashboardFilter, SavedQuestion, Tile},
    text::Text,
    warehouse::asks::ChartKind,
};
use sqlx::{Row, any::AnyRow};
use std::collections::BTreeMap;

/// A dashboard as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub id: String,
    pub title: Text,
    pub description: Text,
    pub department: String,
    /// Whose it is; `None`: the department's.
    pub owner: Option<String>,
    /// Who published it to the department; with neither, it came from a file.
    pub author: Option<String>,
    /// By tile, who chose what it asks, where that is another person than the owner or author.
    pub written: BTreeMap<String, String>,
    pub filters: Vec<DashboardFilter>,
    pub tiles: Vec<Tile>,
    pub updated_ms: i64,
}

macro_rules! dashboard_query {
    ($rest:literal) => {
        concat!(
            "select id, title_en, title_es, description_en, description_es, department, owner, filters, tiles, updated_ms, author, written from dashboard ",
            $rest
        )
    };
}

/// Dashboards of a department, a person's own, and those of colleagues there that are shared with them, by title.
pub async fn of(database: &Database, department: &str, person: &str) -> Result<Vec<Kept>> {
    let rows = sqlx::query(dashboard_query!(
        "where (owner is null and department = $1) or owner = $2
         or (owner is not null and department = $1 and id in (select dashboard from dashboard_share where person = $2))
         order by owner is not null, title_en, id"
    ))
    .bind(department)
    .bind(person)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(dashboard).collect()
}

pub async fn one(database: &Database, id: &str) -> Result<Option<Kept>> {
    let row = sqlx::query(dashboard_query!("where id = $1")).bind(id).fetch_optional(database.read()).await?;
    row.as_ref().map(dashboard).transpose()
}

/// Everybody's dashboards. One that can no longer be read is left out: it must not keep the others from being told of.
pub async fn all(database: &Database) -> Result<Vec<Kept>> {
    let rows = sqlx::query(dashboard_query!("order by title_en, id")).fetch_all(database.read()).await?;
    Ok(rows.iter().filter_map(|row| dashboard(row).ok()).collect())
}

/// Adds or replaces.
pub async fn put(changes: &mut Changes, kept: &Kept) -> Result<()> {
    sqlx::query(
        "insert into dashboard (id, title_en, title_es, description_en, description_es, department, owner, filters, tiles, updated_ms, author, written)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (id) do update set title_en = excluded.title_en, title_es = excluded.title_es, description_en = excluded.description_en,
         description_es = excluded.description_es, department = excluded.department, owner = excluded.owner, filters = excluded.filters,
         tiles = excluded.tiles, updated_ms = excluded.updated_ms, author = excluded.author, written = excluded.written",
    )
    .bind(&kept.id)
    .bind(&kept.title.en)
    .bind(&kept.title.es)
    .bind(&kept.description.en)
    .bind(&kept.description.es)
    .bind(&kept.department)
    .bind(&kept.owner)
    .bind(serde_json::to_string(&kept.filters)?)
    .bind(serde_json::to_string(&kept.tiles)?)
    .bind(kept.updated_ms)
    .bind(&kept.author)
    .bind(serde_json::to_string(&kept.written)?)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// When it was last changed, read in the transaction that changes it.
pub async fn updated(changes: &mut Changes, id: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_as::<_, (i64,)>("select updated_ms from dashboard where id = $1").bind(id).fetch_optional(&mut **changes).await?.map(|row| row.0))
}

pub async fn remove(changes: &mut Changes, id: &str) -> Result<()> {
    end_shares(changes, id).await?;
    sqlx::query("update question set dashboard = null where dashboard = $1").bind(id).execute(&mut **changes).await?;
    sqlx::query("delete from dashboard where id = $1").bind(id).execute(&mut **changes).await?;
    Ok(())
}

/// With whom a dashboard is shared.
pub async fn shares(database: &Database, id: &str) -> Result<Vec<String>> {
    let rows = sqlx::query_as::<_, (String,)>("select person from dashboard_share where dashboard = $1").bind(id).fetch_all(database.read()).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Everybody's shares, as (dashboard, person).
pub async fn all_shares(database: &Database) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as::<_, (String, String)>("select dashboard, person from dashboard_share").fetch_all(database.read()).await?)
}

/// Whether a dashboard is shared with a person.
pub async fn is_shared(database: &Database, id: &str, person: &str) -> Result<bool> {
    let query = sqlx::query("select person from dashboard_share where dashboard = $1 and person = $2").bind(id).bind(person);
    Ok(query.fetch_optional(database.read()).await?.is_some())
}

pub async fn add_share(changes: &mut Changes, id: &str, person: &str) -> Result<()> {
    let query = sqlx::query("insert into dashboard_share (dashboard, person) values ($1, $2) on conflict (dashboard, person) do nothing");
    query.bind(id).bind(person).execute(&mut **changes).await?;
    Ok(())
}

pub async fn remove_share(changes: &mut Changes, id: &str, person: &str) -> Result<()> {
    sqlx::query("delete from dashboard_share where dashboard = $1 and person = $2").bind(id).bind(person).execute(&mut **changes).await?;
    Ok(())
}

/// Nobody but its owner has it any more.
pub async fn end_shares(changes: &mut Changes, id: &str) -> Result<()> {
    sqlx::query("delete from dashboard_share where dashboard = $1").bind(id).execute(&mut **changes).await?;
    Ok(())
}

/// A person's own questions, the newest first.
pub async fn questions(database: &Database, owner: &str) -> Result<Vec<SavedQuestion>> {
    let rows = sqlx::query("select id, title, question, chart, dashboard, updated_ms from question where owner = $1 order by updated_ms desc, id")
        .bind(owner)
        .fetch_all(database.read())
        .await?;
    rows.iter().map(question).collect()
}

/// Everybody's questions, each with its owner and their department; what can no longer be read is left out.
pub async fn all_questions(database: &Database) -> Result<Vec<(String, String, SavedQuestion)>> {
    let rows = sqlx::query("select id, title, question, chart, dashboard, updated_ms, owner, department from question order by title, id")
        .fetch_all(database.read())
        .await?;
    let read = |row: &AnyRow| -> Result<(String, String, SavedQuestion)> { Ok((row.try_get(6)?, row.try_get(7)?, question(row)?)) };
    Ok(rows.iter().filter_map(|row| read(row).ok()).collect())
}

pub async fn put_question(changes: &mut Changes, owner: &str, department: &str, saved: &SavedQuestion) -> Result<()> {
    sqlx::query("insert into question (id, owner, department, title, question, chart, dashboard, updated_ms) values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(&saved.id)
        .bind(owner)
        .bind(department)
        .bind(&saved.title.en)
        .bind(serde_json::to_string(&saved.question)?)
        .bind(serde_json::to_string(&saved.chart)?)
        .bind(&saved.dashboard)
        .bind(saved.updated_ms)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Rows deleted: none when it is not there or another's.
pub async fn remove_question(changes: &mut Changes, owner: &str, id: &str) -> Result<u64> {
    Ok(sqlx::query("delete from question where id = $1 and owner = $2").bind(id).bind(owner).execute(&mut **changes).await?.rows_affected())
}

/// A person's own dashboards and questions go to their heir, or away; how many of each. What they published stays their department's.
pub async fn hand_over(changes: &mut Changes, from: &str, heir: Option<&str>) -> Result<(u64, u64)> {
    sqlx::query("delete from dashboard_share where person = $1").bind(from).execute(&mut **changes).await?;
    if let Some(heir) = heir {
        // What becomes their own is shared with them no longer.
        sqlx::query("delete from dashboard_share where person = $2 and dashboard in (select id from dashboard where owner = $1)")
            .bind(from)
            .bind(heir)
            .execute(&mut **changes)
            .await?;
        sqlx::query("update dashboard set author = $2 where author = $1").bind(from).bind(heir).execute(&mut **changes).await?;
    } else {
        sqlx::query("delete from dashboard_share where dashboard in (select id from dashboard where owner = $1)").bind(from).execute(&mut **changes).await?;
        sqlx::query("update question set dashboard = null where dashboard in (select id from dashboard where owner = $1)")
            .bind(from)
            .execute(&mut **changes)
            .await?;
    }
    let [dashboards, questions] = match heir {
        Some(_) => ["update dashboard set owner = $2 where owner = $1", "update question set owner = $2 where owner = $1"],
        None => ["delete from dashboard where owner = $1", "delete from question where owner = $1"],
    };
    let mut done = [0, 0];
    for (statement, count) in [dashboards, questions].into_iter().zip(&mut done) {
        let query = sqlx::query(statement).bind(from);
        let query = if let Some(heir) = heir { query.bind(heir) } else { query };
        *count = query.execute(&mut **changes).await?.rows_affected();
    }
    Ok(done.into())
}

fn dashboard(row: &AnyRow) -> Result<Kept> {
    Ok(Kept {
        id: row.try_get(0)?,
        title: Text::of(row.try_get::<String, _>(1)?, row.try_get::<String, _>(2)?),
        description: Text::of(row.try_get::<String, _>(3)?, row.try_get::<String, _>(4)?),
        department: row.try_get(5)?,
        owner: row.try_get(6)?,
        author: row.try_get(10)?,
        written: serde_json::from_str(&row.try_get::<String, _>(11)?)?,
        filters: serde_json::from_str(&row.try_get::<String, _>(7)?)?,
        tiles: serde_json::from_str(&row.try_get::<String, _>(8)?)?,
        updated_ms: row.try_get(9)?,
    })
}

fn question(row: &AnyRow) -> Result<SavedQuestion> {
    Ok(SavedQuestion {
        id: row.try_get(0)?,
        title: Text::same(row.try_get::<String, _>(1)?),
        question: serde_json::from_str(&row.try_get::<String, _>(2)?)?,
        chart: serde_json::from_str::<ChartKind>(&row.try_get::<String, _>(3)?)?,
        dashboard: row.try_get(4)?,
        updated_ms: row.try_get(5)?,
    })
}
