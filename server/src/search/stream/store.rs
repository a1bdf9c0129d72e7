//! Control-plane rows of streams.

use super::Stream;
use crate::{
    database::{Changes, Database, now_ms},
    fault::Result,
};
use sqlx::{Row, any::AnyRow};

/// All streams, by name.
pub async fn all(database: &Database) -> Result<Vec<Stream>> {
    sqlx::query("select name, department, described, pipeline, version, origin from stream order by name")
        .fetch_all(database.read())
        .await?
        .iter()
        .map(read)
        .collect()
}

pub async fn one(database: &Database, name: &str) -> Result<Option<Stream>> {
    sqlx::query("select name, department, described, pipeline, version, origin from stream where name = $1")
        .bind(name)
        .fetch_optional(database.read())
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Writes a stream; the caller moves the publish generation, so that governance learns of it.
pub async fn save(changes: &mut Changes, stream: &Stream) -> Result<()> {
    sqlx::query(
        "insert into stream (name, department, described, pipeline, version, origin, changed_ms) values ($1, $2, $3, $4, $5, $6, $7) \
         on conflict (name) do update set department = excluded.department, described = excluded.described, pipeline = excluded.pipeline, \
         version = excluded.version, origin = excluded.origin, changed_ms = excluded.changed_ms",
    )
    .bind(&stream.name)
    .bind(&stream.department)
    .bind(serde_json::to_string(&stream.described)?)
    .bind(stream.pipeline.to_string())
    .bind(i64::from(stream.version))
    .bind(&stream.origin)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Takes a stream away; whether there was one.
pub async fn remove(changes: &mut Changes, name: &str) -> Result<bool> {
    Ok(sqlx::query("delete from stream where name = $1").bind(name).execute(&mut **changes).await?.rows_affected() > 0)
}

fn read(row: &AnyRow) -> Result<Stream> {
    Ok(Stream {
        name: row.try_get(0)?,
        department: row.try_get(1)?,
        described: serde_json::from_str(&row.try_get::<String, _>(2)?)?,
        pipeline: serde_json::from_str(&row.try_get::<String, _>(3)?)?,
        version: u32::try_from(row.try_get::<i64, _>(4)?).unwrap_or_default(),
        origin: row.try_get(5)?,
    })
}
