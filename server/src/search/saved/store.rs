//! Control-plane rows of saved searches.

use crate::{
    database::{Changes, Database, now_ms},
    fault::Result,
};
use app::search::asks::SavedSearch;
use sqlx::{Row, any::AnyRow};

/// A person's searches, by title.
pub async fn of(database: &Database, owner: &str) -> Result<Vec<SavedSearch>> {
    sqlx::query("select id, title, stream, search, period, columns from saved_search where owner = $1 order by title, id")
        .bind(owner)
        .fetch_all(database.read())
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Writes a search; never over one of another person.
pub async fn put(changes: &mut Changes, owner: &str, search: &SavedSearch) -> Result<()> {
    sqlx::query(
        "insert into saved_search (id, owner, title, stream, search, period, columns, changed_ms) values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (id) do update set title = excluded.title, stream = excluded.stream, search = excluded.search, period = excluded.period, \
         columns = excluded.columns, changed_ms = excluded.changed_ms where saved_search.owner = excluded.owner",
    )
    .bind(&search.id)
    .bind(owner)
    .bind(&search.title)
    .bind(&search.stream)
    .bind(&search.query)
    .bind(serde_json::to_string(&search.range)?)
    .bind(serde_json::to_string(&search.columns)?)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Whether there was one of this person.
pub async fn remove(changes: &mut Changes, owner: &str, id: &str) -> Result<bool> {
    Ok(sqlx::query("delete from saved_search where id = $1 and owner = $2").bind(id).bind(owner).execute(&mut **changes).await?.rows_affected() > 0)
}

/// A person's searches go to their heir, or away; how many.
pub async fn hand_over(changes: &mut Changes, from: &str, heir: Option<&str>) -> Result<u64> {
    let query = match heir {
        Some(heir) => sqlx::query("update saved_search set owner = $2 where owner = $1").bind(from).bind(heir),
        None => sqlx::query("delete from saved_search where owner = $1").bind(from),
    };
    Ok(query.execute(&mut **changes).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<SavedSearch> {
    Ok(SavedSearch {
        id: row.try_get(0)?,
        title: row.try_get(1)?,
        stream: row.try_get(2)?,
        query: row.try_get(3)?,
        range: serde_json::from_str(&row.try_get::<String, _>(4)?)?,
        columns: serde_json::from_str(&row.try_get::<String, _>(5)?)?,
    })
}
