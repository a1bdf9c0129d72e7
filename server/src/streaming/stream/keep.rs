//! How long events stay, and in how many files: retention of index and windows, compaction of the archive.

use crate::{
    database::{new_id, now_ms},
    fault::Result,
    portal::Portal,
    search::stream::{self, Stream},
    streaming::{
        Line, meters,
        processor::work::{Work, archive_dataset},
        sinks::archive,
        windows,
    },
    warehouse::pins,
};
use ::search::IndexFault;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;
/// A retired version of an archive stays this long for who is still reading it, and a file that nobody committed for who
/// is still writing it.
const KEPT: Duration = Duration::from_secs(3_600);

/// Deletes whole indices and window rows that are older than their stream keeps them; tells the bus how long it keeps records.
pub async fn tidy(portal: &Portal) -> Result<()> {
    for stream in stream::store::all(&portal.database).await? {
        let before_ms = now_ms() - i64::from(stream.described.keep_days) * DAY_MS;
        match portal.index.expire(&stream.shape(), before_ms).await {
            Ok(gone) if gone.is_empty() => {}
            Ok(gone) => tracing::info!(stream = stream.name, indices = gone.join(", "), "deleted at the end of their time"),
            Err(IndexFault::Unavailable(reason)) => tracing::warn!(stream = stream.name, reason, "old indices could not be deleted: later again"),
            Err(fault) => tracing::error!(stream = stream.name, %fault, "old indices could not be deleted"),
        }
        windows::store::forget(&portal.database, &stream.name, before_ms).await?;
        if let Ok(line) = Line::of(&stream)
            && let Err(fault) = portal.bus.ensure(&line.topic(&stream.name)).await
        {
            tracing::warn!(stream = stream.name, %fault, "the bus was not told how long it keeps records: later again");
        }
    }
    meters::tidy(portal).await
}

/// Makes few files of many, and deletes those that nobody can read any more.
pub async fn compact(portal: &Portal) -> Result<()> {
    for stream in stream::store::all(&portal.database).await? {
        let name = stream.name.clone();
        if let Err(fault) = one(portal, stream).await {
            tracing::warn!(stream = name, %fault, cause = ?fault.cause, "an archive was not compacted: later again");
        }
    }
    Ok(())
}

async fn one(portal: &Portal, stream: Stream) -> Result<()> {
    let dataset = archive_dataset(&stream.name);
    if pins::one(&portal.database, &dataset).await?.is_none() {
        return Ok(());
    }
    if let Some(written) = portal.warehouse.compact(&dataset, &new_id(), archive::VERSIONS).await? {
        archive::pin(portal, &Work::of(portal, stream)?, &written).await?;
    }
    let since_ms = now_ms() - i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
    let mut kept = pins::kept(&portal.database, &dataset, since_ms).await?;
    // The newest may not be pinned yet.
    kept.extend(portal.warehouse.positions(&dataset, &[]).await?.map(|(newest, _)| newest.version));
    portal.warehouse.clean_appended(&dataset, &kept, KEPT).await?;
    pins::forget_past(&portal.database, &dataset, &kept).await
}
