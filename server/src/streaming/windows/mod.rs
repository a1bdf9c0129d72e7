//! Windows: figures by time and keys, counted as events pass. Rows are provisional until the watermark has passed their end.

pub mod course;
mod fold;
mod report;
mod rules;
pub mod sink;
pub mod store;

pub use report::{Windows, tile_rows};

use crate::{database::Database, fault::Result, search::stream::Stream, streaming::Line};
use ::streaming::window::{Amount, Key};
use std::collections::BTreeMap;

/// One row of a window, over all partitions.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowRow {
    /// Unix milliseconds.
    pub start_ms: i64,
    /// In the order of the window's keys.
    pub keys: Vec<Key>,
    /// Stands for all keys beyond the most that a window may have.
    pub other: bool,
    /// In the order of the window's measures.
    pub amounts: Vec<Amount>,
    /// No event will change it any more.
    pub is_final: bool,
}

/// Rows that begin within these times (from inclusive, until exclusive), by time and keys; none of a window that is not there.
/// Whole rows, as no reader may see them: a window is served only to whom its keys allow (A46).
pub async fn rows(database: &Database, stream: &Stream, window: &str, from_ms: i64, until_ms: i64) -> Result<Vec<WindowRow>> {
    let line = Line::of(stream)?;
    let Some(spec) = line.pipeline.windows.iter().find(|spec| spec.name == window) else { return Ok(Vec::new()) };
    let watermark_ms = store::watermark(database.read(), &stream.name).await?;
    let mut merged: BTreeMap<(i64, Vec<Key>, bool), Vec<Amount>> = BTreeMap::new();
    for row in store::within(database, &stream.name, window, from_ms, until_ms).await? {
        match merged.entry((row.start_ms, row.keys, row.other)) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(row.amounts);
            }
            std::collections::btree_map::Entry::Occupied(mut known) => {
                known.get_mut().iter_mut().zip(row.amounts).for_each(|(sum, amount)| sum.merge(amount));
            }
        }
    }
    let row = |((start_ms, keys, other), amounts)| WindowRow { start_ms, keys, other, amounts, is_final: spec.is_final(start_ms, watermark_ms) };
    Ok(merged.into_iter().map(row).collect())
}
