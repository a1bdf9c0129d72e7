//! Control-plane SQL of window rows, clocks and the watermark. Each partition has its share of a row; whoever reads adds them up.

use crate::{
    database::{Changes, Database},
    fault::Result,
};
use ::streaming::{
    bus::Partition,
    window::{Clock, Row},
};
use sqlx::{Any, Executor, Row as _, any::AnyRow};

/// Replaces a partition's shares of rows.
pub(super) async fn put(changes: &mut Changes, stream: &str, partition: &Partition, rows: impl IntoIterator<Item = Row>) -> Result<()> {
    for row in rows {
        sqlx::query(
            "insert into stream_window (stream, name, start_ms, keys, other, topic, partition, amounts) values ($1, $2, $3, $4, $5, $6, $7, $8) \
             on conflict (stream, name, start_ms, keys, other, topic, partition) do update set amounts = excluded.amounts",
        )
        .bind(stream)
        .bind(&row.window)
        .bind(row.start_ms)
        .bind(serde_json::to_string(&row.keys)?)
        .bind(i64::from(row.other))
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(serde_json::to_string(&row.amounts)?)
        .execute(&mut **changes)
        .await?;
    }
    Ok(())
}

pub(super) async fn put_clock(changes: &mut Changes, stream: &str, partition: &Partition, clock: Clock) -> Result<()> {
    sqlx::query(
        "insert into stream_clock (stream, topic, partition, newest_ms, active_ms) values ($1, $2, $3, $4, $5) \
         on conflict (stream, topic, partition) do update set newest_ms = excluded.newest_ms, active_ms = excluded.active_ms",
    )
    .bind(stream)
    .bind(&partition.topic)
    .bind(i64::from(partition.partition))
    .bind(clock.newest_ms)
    .bind(clock.active_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Events of a window that it does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// They came when their stretch was final.
    pub late: u64,
    /// No further stretch could be opened for them (`window::Change::beyond`).
    pub beyond: u64,
}

/// Adds to what a window has missed.
pub(super) async fn add_missed(changes: &mut Changes, stream: &str, window: &str, missed: Missed) -> Result<()> {
    sqlx::query(
        "insert into stream_late (stream, name, events, beyond) values ($1, $2, $3, $4) \
         on conflict (stream, name) do update set events = stream_late.events + excluded.events, beyond = stream_late.beyond + excluded.beyond",
    )
    .bind(stream)
    .bind(window)
    .bind(i64::try_from(missed.late).unwrap_or(i64::MAX))
    .bind(i64::try_from(missed.beyond).unwrap_or(i64::MAX))
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// What each window of a stream has missed since the stream is there, by name; none of those that missed nothing.
pub async fn missed(database: &Database, stream: &str) -> Result<Vec<(String, Missed)>> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("select name, events, beyond from stream_late where stream = $1 order by name").bind(stream).fetch_all(database.read()).await?;
    Ok(rows.into_iter().map(|(window, late, beyond)| (window, Missed { late: late.unsigned_abs(), beyond: beyond.unsigned_abs() })).collect())
}

/// The clocks of all partitions of a topic, those of other workers too.
pub(super) async fn clocks<'e>(from: impl Executor<'e, Database = Any>, stream: &str, topic: &str) -> Result<Vec<(u32, Clock)>> {
    let rows: Vec<(i64, Option<i64>, i64)> = sqlx::query_as("select partition, newest_ms, active_ms from stream_clock where stream = $1 and topic = $2")
        .bind(stream)
        .bind(topic)
        .fetch_all(from)
        .await?;
    Ok(rows.into_iter().map(|(partition, newest_ms, active_ms)| (u32::try_from(partition).unwrap_or(u32::MAX), Clock { newest_ms, active_ms })).collect())
}

/// The time that readers were told is reached.
pub(super) async fn watermark<'e>(from: impl Executor<'e, Database = Any>, stream: &str) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sqlx::query_as("select watermark_ms from stream_watermark where stream = $1").bind(stream).fetch_optional(from).await?;
    Ok(row.map(|(watermark_ms,)| watermark_ms))
}

/// Never back.
pub(super) async fn put_watermark(changes: &mut Changes, stream: &str, watermark_ms: i64) -> Result<()> {
    sqlx::query(
        "insert into stream_watermark (stream, watermark_ms) values ($1, $2) on conflict (stream) do update set watermark_ms = excluded.watermark_ms \
         where stream_watermark.watermark_ms < excluded.watermark_ms",
    )
    .bind(stream)
    .bind(watermark_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// A partition's shares that begin at or after this time.
pub(super) async fn since(database: &Database, stream: &str, partition: &Partition, from_ms: i64) -> Result<Vec<Row>> {
    sqlx::query("select name, start_ms, keys, other, amounts from stream_window where stream = $1 and topic = $2 and partition = $3 and start_ms >= $4")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(from_ms)
        .fetch_all(database.read())
        .await?
        .iter()
        .map(read)
        .collect()
}

/// All shares of a window that begin within these times (from inclusive, until exclusive).
pub async fn within(database: &Database, stream: &str, window: &str, from_ms: i64, until_ms: i64) -> Result<Vec<Row>> {
    sqlx::query("select name, start_ms, keys, other, amounts from stream_window where stream = $1 and name = $2 and start_ms >= $3 and start_ms < $4")
        .bind(stream)
        .bind(window)
        .bind(from_ms)
        .bind(until_ms)
        .fetch_all(database.read())
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Deletes rows of windows that began before this time.
pub async fn forget(database: &Database, stream: &str, before_ms: i64) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query("delete from stream_window where stream = $1 and start_ms < $2").bind(stream).bind(before_ms).execute(&mut *changes).await?;
    Ok(changes.commit().await?)
}

fn read(row: &AnyRow) -> Result<Row> {
    Ok(Row {
        window: row.try_get(0)?,
        start_ms: row.try_get(1)?,
        keys: serde_json::from_str(&row.try_get::<String, _>(2)?)?,
        other: row.try_get::<i64, _>(3)? != 0,
        amounts: serde_json::from_str(&row.try_get::<String, _>(4)?)?,
    })
}
