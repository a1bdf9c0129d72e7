//! Control-plane SQL of keyword lists.

use super::KeywordList;
use crate::{
    database::{Changes, Database},
    fault::{Fault, Result},
};
use sqlx::{Row, any::AnyRow};

/// All lists, by department and name.
pub async fn all(database: &Database) -> Result<Vec<KeywordList>> {
    let rows =
        sqlx::query("select id, department, name, terms, streams, sources, language, is_on, origin, changed_ms from keyword_list order by department, name")
            .fetch_all(database.read())
            .await?;
    rows.iter().map(list).collect()
}

/// One of this department's lists.
pub async fn one(changes: &mut Changes, id: &str, department: &str) -> Result<Option<KeywordList>> {
    let row = sqlx::query(
        "select id, department, name, terms, streams, sources, language, is_on, origin, changed_ms from keyword_list where id = $1 and department = $2",
    )
    .bind(id)
    .bind(department)
    .fetch_optional(&mut **changes)
    .await?;
    row.as_ref().map(list).transpose()
}

/// Adds or replaces a list; running processors read it within about a second.
pub async fn save(changes: &mut Changes, list: &KeywordList) -> Result<()> {
    let saved = sqlx::query(
        "insert into keyword_list (id, department, name, terms, streams, sources, language, is_on, origin, changed_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (id) do update set name = excluded.name, terms = excluded.terms, streams = excluded.streams, sources = excluded.sources,
         language = excluded.language, is_on = excluded.is_on, origin = excluded.origin, changed_ms = excluded.changed_ms",
    )
    .bind(&list.id)
    .bind(&list.department)
    .bind(&list.name)
    .bind(serde_json::to_string(&list.terms)?)
    .bind(serde_json::to_string(&list.streams)?)
    .bind(serde_json::to_string(&list.sources)?)
    .bind(list.language.as_deref())
    .bind(i64::from(list.on))
    .bind(&list.origin)
    .bind(list.changed_ms)
    .execute(&mut **changes)
    .await;
    saved.map_err(|cause| taken(cause, &list.name))?;
    moved(changes).await
}

/// Whether there was one.
pub async fn delete(changes: &mut Changes, id: &str) -> Result<bool> {
    let deleted = sqlx::query("delete from keyword_list where id = $1").bind(id).execute(&mut **changes).await?.rows_affected() > 0;
    moved(changes).await?;
    Ok(deleted)
}

/// Grows with every change of any list.
pub async fn version(database: &Database) -> Result<i64> {
    Ok(sqlx::query("select version from keyword_version where id = 1").fetch_one(database.read()).await?.try_get(0)?)
}

async fn moved(changes: &mut Changes) -> Result<()> {
    sqlx::query("update keyword_version set version = version + 1 where id = 1").execute(&mut **changes).await?;
    Ok(())
}

fn taken(cause: sqlx::Error, name: &str) -> Fault {
    if cause.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        return Fault::invalid(format!("There is a list named {name} already."), format!("Ya hay una lista llamada {name}.")).on("name");
    }
    cause.into()
}

fn list(row: &AnyRow) -> Result<KeywordList> {
    let words = |column: usize| -> Result<Vec<String>> { Ok(serde_json::from_str(&row.try_get::<String, _>(column)?)?) };
    Ok(KeywordList {
        id: row.try_get(0)?,
        department: row.try_get(1)?,
        name: row.try_get(2)?,
        terms: words(3)?,
        streams: words(4)?,
        sources: words(5)?,
        language: row.try_get(6)?,
        on: row.try_get::<i64, _>(7)? != 0,
        origin: row.try_get(8)?,
        changed_ms: row.try_get(9)?,
    })
}
