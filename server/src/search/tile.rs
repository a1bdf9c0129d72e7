//! A stream on a dashboard: what its tile shows, for a report of the dashboard, and whether it can be shown at all.

use super::{
    export::{self, Ready},
    find,
    range::Bars,
    shown,
};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    reports::GivenRows,
};
use ::search::index::Search;
use app::{
    dashboards::asks::{Shows, StreamTile},
    reports::asks::{Format, Options},
    search::asks::{ExportSearch, TimeRange},
    text::Text,
    warehouse::asks::{AnswerColumn, ColumnKind, Unit},
};
use arrow::{
    array::{ArrayRef, Int64Array, TimestampMicrosecondArray},
    record_batch::RecordBatch,
};
use futures::{StreamExt, stream};
use std::sync::Arc;

/// Events that a tile lists in a report.
const LISTED: usize = 100;

/// Refuses a tile whose stream, query, time or fields are not there for this reader.
pub async fn check_tile(portal: &Portal, permit: &Permit, tile: &StreamTile) -> Result<()> {
    export::ready(portal, permit, &searched(tile, Vec::new())).await.map(drop)
}

/// What a tile shows, as a search.
pub(super) fn searched(tile: &StreamTile, columns: Vec<String>) -> ExportSearch {
    ExportSearch {
        stream: tile.stream.clone(),
        query: tile.query.clone(),
        range: TimeRange::LastMinutes(tile.minutes),
        order: None,
        columns: if columns.is_empty() { tile.columns.clone() } else { columns },
        format: Format::Json,
        options: Options::default(),
    }
}

/// The rows of a tile as a report lists them.
pub(super) async fn rows(portal: &Portal, permit: &Permit, tile: &StreamTile) -> Result<GivenRows> {
    let mut ready = export::ready(portal, permit, &searched(tile, Vec::new())).await?;
    if tile.shows == Shows::Rows && tile.columns.is_empty() {
        let columns = find::usual_columns(&ready.seen);
        ready = export::ready(portal, permit, &searched(tile, columns)).await?;
    }
    let Ready { seen, columns, search } = ready;
    let (columns, batch) = match tile.shows {
        Shows::Count => {
            let events = shown::in_time(portal, portal.index.count(&seen.share, &search)).await?;
            let events: ArrayRef = Arc::new(Int64Array::from(vec![signed(events)]));
            (vec![counted()], batch([("events", events)])?)
        }
        Shows::Histogram => {
            let bars = Bars::over(search.from_ms, search.until_ms);
            let found = shown::in_time(portal, portal.index.histogram(&seen.share, &search, bars.width_ms)).await?;
            let bars = bars.filled(found);
            let from: ArrayRef = Arc::new(bars.list.iter().map(|bar| bar.from_ms.checked_mul(1000)).collect::<TimestampMicrosecondArray>());
            let events: ArrayRef = Arc::new(bars.list.iter().map(|bar| Some(signed(bar.events))).collect::<Int64Array>());
            let time = AnswerColumn { name: "from".into(), label: Text::of("From", "Desde"), kind: ColumnKind::Timestamp, unit: None, masked: false };
            (vec![time, counted()], batch([("from", from), ("events", events)])?)
        }
        Shows::Rows => {
            let search = Search { limit: LISTED, ..search };
            let found = shown::in_time(portal, portal.index.search(&seen.share, &search)).await?;
            (columns.described(), columns.batch(&found.hits)?)
        }
    };
    let total = Some(batch.num_rows() as u64);
    Ok(GivenRows { columns, total, rows: stream::iter([Ok(batch)]).boxed() })
}

fn counted() -> AnswerColumn {
    let words = Text::of("Events", "Eventos");
    AnswerColumn { name: "events".into(), label: words.clone(), kind: ColumnKind::Integer, unit: Some(Unit::Of(words)), masked: false }
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> Result<RecordBatch> {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).map_err(Fault::internal)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
