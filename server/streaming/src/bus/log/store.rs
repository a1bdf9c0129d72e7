//! SQL of the built-in log: topics, partitions, frames of records, retention.

use super::frame::Frame;
use crate::bus::{BusFault, Topic};
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// Written into the file; a newer program's file is not touched by an older program.
const VERSION: i64 = 1;

const TABLES: &str = "
    create table if not exists topic (
        id integer primary key, name text not null, partitions integer not null, keep_ms integer not null, keep_bytes integer not null,
        record_bytes integer not null, constraint topic_name unique (name));
    create table if not exists partition (
        topic integer not null, partition integer not null, oldest integer not null, next integer not null, bytes integer not null,
        primary key (topic, partition)) without rowid;
    create table if not exists frame (
        id integer primary key, topic integer not null, partition integer not null, first integer not null, records integer not null,
        written_ms integer not null, checksum integer not null, bytes integer not null, body blob not null);
    create unique index if not exists frame_place on frame (topic, partition, first);
    create index if not exists frame_age on frame (topic, id);
    create table if not exists consumer_group (name text primary key, generation integer not null) without rowid;
    create table if not exists member (
        consumer_group text not null, id text not null, topics text not null, until_ms integer not null,
        primary key (consumer_group, id)) without rowid;
    create table if not exists assignment (
        consumer_group text not null, topic text not null, partition integer not null, owner text not null, wanted text,
        generation integer not null, primary key (consumer_group, topic, partition)) without rowid;
    create table if not exists committed (
        consumer_group text not null, topic text not null, partition integer not null, next integer not null,
        primary key (consumer_group, topic, partition)) without rowid;
    create table if not exists identity (id text not null);
    insert into identity (id) select lower(hex(randomblob(16))) where not exists (select 1 from identity);";

/// A topic as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub id: i64,
    pub partitions: u32,
    pub record_bytes: usize,
}

/// One partition's ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub partition: u32,
    pub oldest: i64,
    pub next: i64,
}

/// A frame as it is read.
pub(super) struct Stored {
    pub first: i64,
    pub records: i64,
    pub checksum: i64,
    pub body: Vec<u8>,
}

/// How every connection is opened. `full`: a commit returns when it is on the disk.
pub(super) fn options(folder: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join("bus.sqlite"))
        .create_if_missing(true)
        // Frames are large: fewer, larger pages.
        .page_size(16384)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        .pragma("wal_autocheckpoint", "2000")
        .pragma("journal_size_limit", "67108864")
}

/// Makes the tables where there are none.
pub(super) async fn create(connection: &mut SqliteConnection) -> Result<(), BusFault> {
    let mut changes = connection.begin_with("begin immediate").await?;
    let (version,): (i64,) = sqlx::query_as("pragma user_version").fetch_one(&mut *changes).await?;
    if version > VERSION {
        return Err(BusFault::Refused("the event bus's files were written by a newer program: start that one".into()));
    }
    sqlx::raw_sql(TABLES).execute(&mut *changes).await?;
    sqlx::raw_sql("pragma user_version = 1").execute(&mut *changes).await?;
    changes.commit().await?;
    Ok(())
}

/// Made with the file.
pub(super) async fn identity(read: &SqlitePool) -> Result<String, sqlx::Error> {
    let (id,): (String,) = sqlx::query_as("select id from identity").fetch_one(read).await?;
    Ok(id)
}

pub(super) async fn topic(read: &SqlitePool, name: &str) -> Result<Option<Row>, sqlx::Error> {
    let mut connection = read.acquire().await?;
    topic_in(&mut connection, name).await
}

pub(super) async fn topic_in(connection: &mut SqliteConnection, name: &str) -> Result<Option<Row>, sqlx::Error> {
    let row: Option<(i64, i64, i64)> =
        sqlx::query_as("select id, partitions, record_bytes from topic where name = $1").bind(name).fetch_optional(connection).await?;
    Ok(row.map(|(id, partitions, record_bytes)| Row { id, partitions: partitions as u32, record_bytes: record_bytes as usize }))
}

/// Makes a topic be as said; whether it has more partitions now.
pub(super) async fn ensure(connection: &mut SqliteConnection, topic: &Topic) -> Result<bool, sqlx::Error> {
    let before = topic_in(connection, &topic.name).await?.map_or(0, |row| row.partitions);
    let (id, partitions): (i64, i64) = sqlx::query_as(
        "insert into topic (name, partitions, keep_ms, keep_bytes, record_bytes) values ($1, $2, $3, $4, $5)
         on conflict (name) do update set partitions = max(partitions, excluded.partitions), keep_ms = excluded.keep_ms,
             keep_bytes = excluded.keep_bytes, record_bytes = excluded.record_bytes
         returning id, partitions",
    )
    .bind(&topic.name)
    .bind(i64::from(topic.partitions))
    .bind(i64::try_from(topic.keep.as_millis()).unwrap_or(i64::MAX))
    .bind(i64::try_from(topic.keep_bytes).unwrap_or(i64::MAX))
    .bind(i64::try_from(topic.record_bytes).unwrap_or(i64::MAX))
    .fetch_one(&mut *connection)
    .await?;
    for partition in i64::from(before)..partitions {
        sqlx::query("insert into partition (topic, partition, oldest, next, bytes) values ($1, $2, 0, 0, 0) on conflict do nothing")
            .bind(id)
            .bind(partition)
            .execute(&mut *connection)
            .await?;
    }
    Ok(partitions > i64::from(before))
}

/// Appends a frame; the offset of its first record.
pub(super) async fn append(connection: &mut SqliteConnection, topic: i64, partition: u32, frame: &Frame, now_ms: i64) -> Result<i64, sqlx::Error> {
    let bytes = frame.bytes.len() as i64;
    let (next,): (i64,) = sqlx::query_as("update partition set next = next + $3, bytes = bytes + $4 where topic = $1 and partition = $2 returning next")
        .bind(topic)
        .bind(i64::from(partition))
        .bind(i64::from(frame.records))
        .bind(bytes)
        .fetch_one(&mut *connection)
        .await?;
    let first = next - i64::from(frame.records);
    sqlx::query("insert into frame (topic, partition, first, records, written_ms, checksum, bytes, body) values ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(topic)
        .bind(i64::from(partition))
        .bind(first)
        .bind(i64::from(frame.records))
        .bind(now_ms)
        .bind(i64::from(crc32fast::hash(&frame.bytes)))
        .bind(bytes)
        .bind(&frame.bytes[..])
        .execute(connection)
        .await?;
    Ok(first)
}

pub(super) async fn ends(read: &SqlitePool, topic: i64) -> Result<Vec<Ends>, sqlx::Error> {
    let rows: Vec<(i64, i64, i64)> =
        sqlx::query_as("select partition, oldest, next from partition where topic = $1 order by partition").bind(topic).fetch_all(read).await?;
    Ok(rows.into_iter().map(|(partition, oldest, next)| Ends { partition: partition as u32, oldest, next }).collect())
}

/// The frame that holds an offset and those behind it, up to `most`.
pub(super) async fn frames(read: &SqlitePool, topic: i64, partition: u32, from: i64, most: i64) -> Result<Vec<Stored>, sqlx::Error> {
    let rows: Vec<(i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "select first, records, checksum, body from frame
         where topic = $1 and partition = $2
             and first >= coalesce((select max(first) from frame where topic = $1 and partition = $2 and first <= $3), $3)
         order by first limit $4",
    )
    .bind(topic)
    .bind(i64::from(partition))
    .bind(from)
    .bind(most)
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|(first, records, checksum, body)| Stored { first, records, checksum, body }).collect())
}

/// Topics that hold more, or older, than they keep.
pub(super) async fn overfull(connection: &mut SqliteConnection, now_ms: i64) -> Result<Vec<i64>, sqlx::Error> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "select id from topic
         where keep_bytes < (select sum(bytes) from partition where topic = topic.id)
             or keep_ms < $1 - (select written_ms from frame where topic = topic.id order by frame.id limit 1)",
    )
    .bind(now_ms)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Removes the oldest frames of a topic until it holds what it keeps; the newest frame goes by its age alone.
pub(super) async fn shorten(connection: &mut SqliteConnection, topic: i64, now_ms: i64) -> Result<(), sqlx::Error> {
    const AT_ONCE: usize = 64;
    let (keep_ms, keep_bytes): (i64, i64) =
        sqlx::query_as("select keep_ms, keep_bytes from topic where id = $1").bind(topic).fetch_one(&mut *connection).await?;
    loop {
        let (mut held,): (i64,) =
            sqlx::query_as("select coalesce(sum(bytes), 0) from partition where topic = $1").bind(topic).fetch_one(&mut *connection).await?;
        let oldest: Vec<(i64, i64, i64, i64, i64, i64)> =
            sqlx::query_as("select id, partition, first, records, bytes, written_ms from frame where topic = $1 order by id limit $2")
                .bind(topic)
                .bind(AT_ONCE as i64 + 1)
                .fetch_all(&mut *connection)
                .await?;
        let mut removed = 0;
        for (id, partition, first, records, bytes, written_ms) in oldest.iter().take(AT_ONCE) {
            let too_much = held > keep_bytes && oldest.len() > removed + 1;
            if !too_much && now_ms.saturating_sub(*written_ms) <= keep_ms {
                break;
            }
            sqlx::query("delete from frame where id = $1").bind(id).execute(&mut *connection).await?;
            sqlx::query("update partition set oldest = max(oldest, $3), bytes = bytes - $4 where topic = $1 and partition = $2")
                .bind(topic)
                .bind(partition)
                .bind(first + records)
                .bind(bytes)
                .execute(&mut *connection)
                .await?;
            held -= bytes;
            removed += 1;
        }
        if removed < AT_ONCE {
            return Ok(());
        }
    }
}
