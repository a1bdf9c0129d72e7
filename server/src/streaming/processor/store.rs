//! Control-plane SQL of workers: fences, records under way, positions, ids seen, gaps.

use super::seen::SeenRow;
use crate::{
    database::{Changes, Database, new_id, now_ms},
    fault::{Fault, Result},
};
use ::streaming::bus::Partition;
use sqlx::Row;
use std::collections::BTreeMap;

/// More than any offset of a bus that is not a thousand years old.
const BEFORE_ALL: i64 = 1 << 50;

/// A sink, as its position is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sink {
    Index,
    Windows,
    Archive,
}

impl Sink {
    pub const ALL: [Self; 3] = [Self::Index, Self::Windows, Self::Archive];

    pub fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Windows => "windows",
            Self::Archive => "archive",
        }
    }
}

/// Records with which a process died.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub from: i64,
    pub until: i64,
    pub attempts: i64,
}

/// A partition as its new worker finds it.
#[derive(Clone, Debug)]
pub struct TakenOver {
    pub fence: i64,
    /// The bus that the offsets count in.
    pub log: String,
    /// How often they began to count anew.
    pub epoch: i64,
    pub begun: Option<Begun>,
    pub positions: BTreeMap<Sink, i64>,
}

/// Makes this process the one that works a partition: whoever did before writes nothing more. A partition that nobody has worked
/// counts in `log`, and its sinks begin at `start`.
pub async fn take_over(database: &Database, stream: &str, partition: &Partition, owner: &str, log: &str, start: i64) -> Result<TakenOver> {
    let mut changes = database.begin().await?;
    let (fence, log, epoch, from, until, attempts): (i64, String, i64, i64, i64, i64) = sqlx::query_as(
        "insert into stream_worker (stream, topic, partition, fence, owner, log, epoch, begun_from, begun_until, attempts, renewed_ms) \
         values ($1, $2, $3, 1, $4, $6, 0, 0, 0, 0, $5) \
         on conflict (stream, topic, partition) do update set fence = stream_worker.fence + 1, owner = excluded.owner, renewed_ms = excluded.renewed_ms \
         returning fence, log, epoch, begun_from, begun_until, attempts",
    )
    .bind(stream)
    .bind(&partition.topic)
    .bind(i64::from(partition.partition))
    .bind(owner)
    .bind(now_ms())
    .bind(log)
    .fetch_one(&mut *changes)
    .await?;
    for sink in Sink::ALL {
        sqlx::query("insert into stream_position (stream, topic, partition, sink, next) values ($1, $2, $3, $4, $5) on conflict (stream, topic, partition, sink) do nothing")
            .bind(stream)
            .bind(&partition.topic)
            .bind(i64::from(partition.partition))
            .bind(sink.name())
            .bind(start)
            .execute(&mut *changes)
            .await?;
    }
    let rows: Vec<(String, i64)> = sqlx::query_as("select sink, next from stream_position where stream = $1 and topic = $2 and partition = $3")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .fetch_all(&mut *changes)
        .await?;
    changes.commit().await?;
    let positions = rows.into_iter().filter_map(|(name, next)| Some((Sink::ALL.into_iter().find(|sink| sink.name() == name)?, next))).collect();
    Ok(TakenOver { fence, log, epoch, begun: (until > from && attempts > 0).then_some(Begun { from, until, attempts }), positions })
}

/// Whether the partition is still this worker's, in the transaction that writes for it: nobody takes it over meanwhile.
pub async fn holds(changes: &mut Changes, stream: &str, partition: &Partition, fence: i64) -> Result<bool> {
    let held = sqlx::query("update stream_worker set renewed_ms = $5 where stream = $1 and topic = $2 and partition = $3 and fence = $4")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(fence)
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    Ok(held.rows_affected() == 1)
}

/// Says that these records are under way (none: that nothing is); false when the partition is another's.
pub async fn begin(changes: &mut Changes, stream: &str, partition: &Partition, fence: i64, begun: Option<Begun>) -> Result<bool> {
    let begun = begun.unwrap_or(Begun { from: 0, until: 0, attempts: 0 });
    let held = sqlx::query(
        "update stream_worker set begun_from = $5, begun_until = $6, attempts = $7, renewed_ms = $8 where stream = $1 and topic = $2 and partition = $3 and fence = $4",
    )
    .bind(stream)
    .bind(&partition.topic)
    .bind(i64::from(partition.partition))
    .bind(fence)
    .bind(begun.from)
    .bind(begun.until)
    .bind(begun.attempts)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(held.rows_affected() == 1)
}

/// The next offset that a sink has not finished; `None` before its first worker.
pub async fn position(database: &Database, stream: &str, partition: &Partition, sink: Sink) -> Result<Option<i64>> {
    let row: Option<(i64,)> = sqlx::query_as("select next from stream_position where stream = $1 and topic = $2 and partition = $3 and sink = $4")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(sink.name())
        .fetch_optional(database.read())
        .await?;
    Ok(row.map(|(next,)| next))
}

/// The same for each partition of a topic.
pub async fn positions<'e>(from: impl sqlx::Executor<'e, Database = sqlx::Any>, stream: &str, topic: &str, sink: Sink) -> Result<Vec<(u32, i64)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as("select partition, next from stream_position where stream = $1 and topic = $2 and sink = $3")
        .bind(stream)
        .bind(topic)
        .bind(sink.name())
        .fetch_all(from)
        .await?;
    Ok(rows.into_iter().map(|(partition, next)| (u32::try_from(partition).unwrap_or(u32::MAX), next)).collect())
}

pub async fn set_position(changes: &mut Changes, stream: &str, partition: &Partition, sink: Sink, next: i64) -> Result<()> {
    sqlx::query("update stream_position set next = $5 where stream = $1 and topic = $2 and partition = $3 and sink = $4")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(sink.name())
        .bind(next)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Offsets count anew, in `log`: each sink goes on at its place in `next`. What is remembered stands before all that comes now, but
/// for ids from `lowest` on (as offsets counted until now), which not every sink had: of these it is better to count twice than to lose one.
pub async fn count_anew(changes: &mut Changes, stream: &str, partition: &Partition, log: &str, next: &BTreeMap<Sink, i64>, lowest: i64) -> Result<()> {
    sqlx::query(
        "update stream_worker set log = $4, epoch = epoch + 1, begun_from = 0, begun_until = 0, attempts = 0 \
         where stream = $1 and topic = $2 and partition = $3",
    )
    .bind(stream)
    .bind(&partition.topic)
    .bind(i64::from(partition.partition))
    .bind(log)
    .execute(&mut **changes)
    .await?;
    for sink in Sink::ALL {
        // One that the stream has not now begins with the others if it has it again.
        if let Some(next) = next.get(&sink).or_else(|| next.values().min()) {
            set_position(changes, stream, partition, sink, *next).await?;
        }
    }
    sqlx::query("delete from stream_seen where stream = $1 and topic = $2 and partition = $3 and until > $4")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(lowest)
        .execute(&mut **changes)
        .await?;
    sqlx::query("update stream_seen set first = first - $4, until = until - $4 where stream = $1 and topic = $2 and partition = $3")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(BEFORE_ALL)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Lets the index take again what the bus still has of a partition; whoever works it begins anew.
pub async fn set_back(changes: &mut Changes, stream: &str, partition: &Partition, oldest: i64) -> Result<()> {
    sqlx::query("update stream_worker set fence = fence + 1 where stream = $1 and topic = $2 and partition = $3")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .execute(&mut **changes)
        .await?;
    sqlx::query("update stream_position set next = $5 where stream = $1 and topic = $2 and partition = $3 and sink = $4 and next > $5")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(Sink::Index.name())
        .bind(oldest)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Writes down ids that were met and forgets those taken before `horizon_ms`.
pub async fn keep_seen(changes: &mut Changes, stream: &str, partition: &Partition, rows: &[SeenRow], horizon_ms: i64) -> Result<()> {
    for row in rows {
        sqlx::query(
            "insert into stream_seen (stream, topic, partition, until, newest_taken_ms, first, ids) values ($1, $2, $3, $4, $5, $6, $7) \
             on conflict (stream, topic, partition, until) do nothing",
        )
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(row.until)
        .bind(row.newest_taken_ms)
        .bind(row.first)
        .bind(&row.ids)
        .execute(&mut **changes)
        .await?;
    }
    sqlx::query("delete from stream_seen where stream = $1 and topic = $2 and partition = $3 and newest_taken_ms < $4")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(horizon_ms)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

/// Ids of a partition as they were kept, in order.
pub async fn seen(database: &Database, stream: &str, partition: &Partition) -> Result<Vec<SeenRow>> {
    sqlx::query("select until, newest_taken_ms, first, ids from stream_seen where stream = $1 and topic = $2 and partition = $3 order by until")
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .fetch_all(database.read())
        .await?
        .iter()
        .map(|row| Ok(SeenRow { until: row.try_get(0)?, newest_taken_ms: row.try_get(1)?, first: row.try_get(2)?, ids: row.try_get(3)? }))
        .collect()
}

/// Records that are gone, for the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub partition: Partition,
    pub from: i64,
    pub until: i64,
    pub found_ms: i64,
}

pub async fn keep_gap(database: &Database, stream: &str, partition: &Partition, from: i64, until: i64) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query("insert into stream_gap (id, stream, topic, partition, from_offset, until_offset, found_ms) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(new_id())
        .bind(stream)
        .bind(&partition.topic)
        .bind(i64::from(partition.partition))
        .bind(from)
        .bind(until)
        .bind(now_ms())
        .execute(&mut *changes)
        .await?;
    Ok(changes.commit().await?)
}

/// The newest gaps of a stream.
pub async fn gaps(database: &Database, stream: &str, most: i64) -> Result<Vec<Gap>> {
    let rows: Vec<(String, i64, i64, i64, i64)> =
        sqlx::query_as("select topic, partition, from_offset, until_offset, found_ms from stream_gap where stream = $1 order by found_ms desc limit $2")
            .bind(stream)
            .bind(most)
            .fetch_all(database.read())
            .await?;
    rows.into_iter()
        .map(|(topic, partition, from, until, found_ms)| {
            Ok(Gap { partition: Partition { topic, partition: u32::try_from(partition).map_err(Fault::internal)? }, from, until, found_ms })
        })
        .collect()
}

/// Everything that is known of a stream's progress goes with it.
pub async fn forget(changes: &mut Changes, stream: &str) -> Result<()> {
    for delete in [
        "delete from stream_worker where stream = $1",
        "delete from stream_position where stream = $1",
        "delete from stream_seen where stream = $1",
        "delete from stream_window where stream = $1",
        "delete from stream_clock where stream = $1",
        "delete from stream_watermark where stream = $1",
        "delete from stream_late where stream = $1",
    ] {
        sqlx::query(delete).bind(stream).execute(&mut **changes).await?;
    }
    Ok(())
}
