//! Batches turned into bytes, two at a time and in order: the part that CSV and JSON share.

use super::{Document, Section, Written};
use crate::fault::{Fault, Result};
use arrow::record_batch::RecordBatch;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use std::sync::Arc;
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// Batches encoded at once: one is being written while the next is made.
const AT_ONCE: usize = 2;

/// Turns one batch into bytes; `first` tells that no row was written before it.
pub type Encode = Arc<dyn Fn(&RecordBatch, bool) -> Result<Vec<u8>> + Send + Sync>;

/// Writes all rows of a section and counts them.
pub async fn rows(
    rows: BoxStream<'static, Result<RecordBatch>>,
    encode: Encode,
    before: u64,
    progress: &(dyn Fn(u64) + Send + Sync),
    out: &mut (dyn AsyncWrite + Send + Unpin),
) -> Result<u64> {
    let mut first = true;
    let mut encoded = rows
        .try_filter(|batch| std::future::ready(batch.num_rows() > 0))
        .map(move |batch| {
            let (encode, leads) = (encode.clone(), std::mem::replace(&mut first, false));
            async move {
                let batch = batch?;
                tokio::task::spawn_blocking(move || encode(&batch, leads).map(|bytes| (bytes, batch.num_rows() as u64))).await.map_err(Fault::internal)?
            }
        })
        .buffered(AT_ONCE);
    let mut written = 0;
    while let Some((bytes, count)) = encoded.try_next().await? {
        out.write_all(&bytes).await?;
        written += count;
        progress(before + written);
    }
    Ok(written)
}

/// The one section of a format that holds one.
pub async fn only(document: &mut Document<'_>) -> Result<Section> {
    document.sections.try_next().await?.ok_or_else(|| Fault::internal("a report without a section"))
}

/// What a format without a limit has written.
pub fn all(rows: u64) -> Written {
    Written { rows, ..Written::default() }
}
