//! Control-plane SQL of samples.

use super::Figures;
use crate::{database::Database, fault::Result};
use sqlx::Row;

/// What one process counted of one stream at one moment.
#[derive(Clone, Debug)]
pub struct Sample {
    pub stream: String,
    pub process: String,
    pub at_ms: i64,
    pub figures: Figures,
}

pub async fn keep(database: &Database, process: &str, at_ms: i64, figures: &[(String, Figures)]) -> Result<()> {
    let mut changes = database.begin().await?;
    for (stream, figures) in figures {
        sqlx::query("insert into stream_sample (stream, process, at_ms, figures) values ($1, $2, $3, $4) on conflict (stream, process, at_ms) do nothing")
            .bind(stream)
            .bind(process)
            .bind(at_ms)
            .bind(serde_json::to_string(figures)?)
            .execute(&mut *changes)
            .await?;
    }
    Ok(changes.commit().await?)
}

/// Samples of a stream since `from_ms`, in order of time.
pub async fn since(database: &Database, stream: &str, from_ms: i64) -> Result<Vec<Sample>> {
    sqlx::query("select stream, process, at_ms, figures from stream_sample where stream = $1 and at_ms >= $2 order by at_ms, process")
        .bind(stream)
        .bind(from_ms)
        .fetch_all(database.read())
        .await?
        .iter()
        .map(|row| {
            Ok(Sample {
                stream: row.try_get(0)?,
                process: row.try_get(1)?,
                at_ms: row.try_get(2)?,
                figures: serde_json::from_str(&row.try_get::<String, _>(3)?)?,
            })
        })
        .collect()
}

pub async fn forget(database: &Database, before_ms: i64) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query("delete from stream_sample where at_ms < $1").bind(before_ms).execute(&mut *changes).await?;
    Ok(changes.commit().await?)
}
