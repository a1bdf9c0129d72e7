//! Control-plane SQL of who looked with whose eyes.

use crate::{database::Database, fault::Result};
use sqlx::{AnyConnection, Row};

/// A look as it begins.
pub(super) struct Begun<'a> {
    pub id: &'a str,
    pub viewer: &'a str,
    pub viewed: &'a str,
    /// Empty: the first of whom is looked at.
    pub department: &'a str,
    pub at_ms: i64,
}

/// A look as the person looked at is told of it.
pub(super) struct Told {
    /// Of who looked; `None` when they are no longer here.
    pub name: Option<String>,
    pub began_ms: i64,
    pub seen_ms: i64,
    pub ended_ms: Option<i64>,
}

pub(super) async fn begin(transaction: &mut AnyConnection, begun: &Begun<'_>) -> Result<()> {
    sqlx::query("insert into viewing (id, viewer, viewed, department, began_ms, seen_ms) values ($1, $2, $3, $4, $5, $6)")
        .bind(begun.id)
        .bind(begun.viewer)
        .bind(begun.viewed)
        .bind(begun.department)
        .bind(begun.at_ms)
        .bind(begun.at_ms)
        .execute(transaction)
        .await?;
    Ok(())
}

/// When something was read last in a look that goes on; `None` when it does not.
pub(super) async fn seen(database: &Database, id: &str) -> Result<Option<i64>> {
    let row = sqlx::query("select seen_ms from viewing where id = $1 and ended_ms is null").bind(id).fetch_optional(database.read()).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn note(transaction: &mut AnyConnection, id: &str, seen_ms: i64) -> Result<()> {
    sqlx::query("update viewing set seen_ms = $2 where id = $1 and ended_ms is null").bind(id).bind(seen_ms).execute(transaction).await?;
    Ok(())
}

/// Whether it went on until now.
pub(super) async fn end(transaction: &mut AnyConnection, id: &str, ended_ms: i64) -> Result<bool> {
    let done = sqlx::query("update viewing set ended_ms = $2 where id = $1 and ended_ms is null").bind(id).bind(ended_ms).execute(transaction).await?;
    Ok(done.rows_affected() > 0)
}

/// The latest of those who looked as a person, at most a hundred.
pub(super) async fn of_viewed(database: &Database, person: &str) -> Result<Vec<Told>> {
    let rows = sqlx::query(
        "select person.name, viewing.began_ms, viewing.seen_ms, viewing.ended_ms from viewing left join person on person.id = viewing.viewer \
         where viewing.viewed = $1 order by viewing.began_ms desc, viewing.id desc limit 100",
    )
    .bind(person)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(|row| Ok(Told { name: row.try_get(0)?, began_ms: row.try_get(1)?, seen_ms: row.try_get(2)?, ended_ms: row.try_get(3)? })).collect()
}
