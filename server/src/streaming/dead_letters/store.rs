//! Control-plane SQL of dead letters.

use super::{DeadLetter, Stage, Taken};
use crate::{
    database::{Changes, Database},
    fault::{Fault, Result},
};
use ::streaming::{Record, bus::Position};
use base64::{Engine, engine::general_purpose::STANDARD};
use sqlx::{Any, Executor, Row, any::AnyRow};

/// A letter as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    pub letter: DeadLetter,
    pub dead_ms: i64,
}

pub(super) async fn keep(changes: &mut Changes, stream: &str, letter: &DeadLetter, dead_ms: i64) -> Result<()> {
    let record = &letter.record;
    sqlx::query(
        "insert into dead_letter (stream, stage, topic, partition, position, record, record_key, version, deleted, taken_ms, source, origin, reason, attempts, \
         content, bytes, dead_ms) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         on conflict (stream, stage, record, version) do update set topic = excluded.topic, partition = excluded.partition, position = excluded.position, \
         reason = excluded.reason, attempts = dead_letter.attempts + excluded.attempts, dead_ms = excluded.dead_ms \
         where dead_letter.topic <> excluded.topic or dead_letter.partition <> excluded.partition or dead_letter.position <> excluded.position",
    )
    .bind(stream)
    .bind(letter.stage.name())
    .bind(&letter.position.topic)
    .bind(i64::from(letter.position.partition))
    .bind(letter.position.offset)
    .bind(&record.id)
    .bind(&record.key)
    .bind(record.version)
    .bind(i64::from(record.deleted))
    .bind(record.taken_ms)
    .bind(&record.source)
    .bind(&record.origin)
    .bind(serde_json::to_string(&letter.reason)?)
    .bind(i64::from(letter.attempts))
    .bind(STANDARD.encode(&record.value))
    .bind(signed(record.value.len())?)
    .bind(dead_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// How many letters of a stream wait, and their bytes.
pub async fn taken<'e>(from: impl Executor<'e, Database = Any>, stream: &str) -> Result<Taken> {
    // A sum is of another type than what it sums on PostgreSQL.
    let (letters, bytes): (i64, i64) =
        sqlx::query_as("select count(*), cast(coalesce(sum(bytes), 0) as bigint) from dead_letter where stream = $1").bind(stream).fetch_one(from).await?;
    Ok(Taken { letters: letters.unsigned_abs(), bytes: bytes.unsigned_abs() })
}

/// The newest letters of a stream, those before `before_ms`.
pub async fn list(database: &Database, stream: &str, before_ms: i64, most: i64) -> Result<Vec<Kept>> {
    sqlx::query(
        "select stage, topic, partition, position, record, record_key, version, deleted, taken_ms, source, origin, reason, attempts, content, dead_ms \
         from dead_letter where stream = $1 and dead_ms < $2 order by dead_ms desc, topic, partition, position desc limit $3",
    )
    .bind(stream)
    .bind(before_ms)
    .bind(most)
    .fetch_all(database.read())
    .await?
    .iter()
    .map(read)
    .collect()
}

/// The oldest letters of a stream, up to those of `until_ms`, for a replay in the order in which they died.
pub async fn oldest(database: &Database, stream: &str, until_ms: i64, most: i64) -> Result<Vec<Kept>> {
    sqlx::query(
        "select stage, topic, partition, position, record, record_key, version, deleted, taken_ms, source, origin, reason, attempts, content, dead_ms \
         from dead_letter where stream = $1 and dead_ms <= $2 order by dead_ms, topic, partition, position limit $3",
    )
    .bind(stream)
    .bind(until_ms)
    .bind(most)
    .fetch_all(database.read())
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Takes a letter out, unless it died again meanwhile (then it is another).
pub async fn remove(changes: &mut Changes, stream: &str, kept: &Kept) -> Result<bool> {
    let letter = &kept.letter;
    let removed = sqlx::query("delete from dead_letter where stream = $1 and stage = $2 and record = $3 and version = $4 and dead_ms = $5")
        .bind(stream)
        .bind(letter.stage.name())
        .bind(&letter.record.id)
        .bind(letter.record.version)
        .bind(kept.dead_ms)
        .execute(&mut **changes)
        .await?;
    Ok(removed.rows_affected() > 0)
}

/// Throws letters away, those that died up to `until_ms`; gives how many.
pub async fn discard(changes: &mut Changes, stream: &str, until_ms: i64) -> Result<u64> {
    let removed = sqlx::query("delete from dead_letter where stream = $1 and dead_ms <= $2").bind(stream).bind(until_ms).execute(&mut **changes).await?;
    Ok(removed.rows_affected())
}

fn read(row: &AnyRow) -> Result<Kept> {
    let stage: String = row.try_get(0)?;
    let letter = DeadLetter {
        stage: Stage::ALL.into_iter().find(|known| known.name() == stage).unwrap_or(Stage::Parse),
        position: Position { topic: row.try_get(1)?, partition: u32::try_from(row.try_get::<i64, _>(2)?).map_err(Fault::internal)?, offset: row.try_get(3)? },
        record: Record {
            id: row.try_get(4)?,
            key: row.try_get(5)?,
            version: row.try_get(6)?,
            deleted: row.try_get::<i64, _>(7)? != 0,
            taken_ms: row.try_get(8)?,
            source: row.try_get(9)?,
            origin: row.try_get(10)?,
            value: STANDARD.decode(row.try_get::<String, _>(13)?).map_err(Fault::internal)?.into(),
        },
        reason: serde_json::from_str(&row.try_get::<String, _>(11)?)?,
        attempts: u32::try_from(row.try_get::<i64, _>(12)?).unwrap_or(u32::MAX),
    };
    Ok(Kept { letter, dead_ms: row.try_get(14)? })
}

fn signed(number: usize) -> Result<i64> {
    i64::try_from(number).map_err(Fault::internal)
}
