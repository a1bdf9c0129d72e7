//! A window on a dashboard, for a report of the dashboard: its figures as rows.

use super::course;
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    reports::{Content, Given, GivenRows, Giver},
    search::share,
};
use app::{
    dashboards::asks::{ReadWindow, WindowTile},
    text::{Language, Text},
    warehouse::asks::{AnswerColumn, ChartKind, ColumnKind},
};
use arrow::{
    array::{ArrayRef, Float64Array, StringArray, TimestampMicrosecondArray},
    record_batch::RecordBatch,
};
use async_trait::async_trait;
use futures::{StreamExt, stream};
use std::sync::Arc;

const NAME: &str = "windows";

/// What a tile shows, for a report of its dashboard.
pub fn tile_rows(tile: &WindowTile, language: Language) -> Result<Content> {
    let asked = ReadWindow { tile: tile.clone(), chart: ChartKind::Table, language };
    Ok(Content::Given(Given::of_stream(NAME, &tile.stream, &asked)?))
}

/// What `reports` asks for rows.
pub struct Windows;

#[async_trait]
impl Giver for Windows {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn check(&self, portal: &Portal, permit: &Permit, given: &Given) -> Result<()> {
        let ask = given.asked_of_stream::<ReadWindow>(permit, |ask| &ask.tile.stream)?;
        course::check(portal, permit, &ask.tile).await
    }

    async fn rows(&self, portal: &Portal, permit: &Permit, given: &Given, _counted: bool) -> Result<GivenRows> {
        let ask = given.asked_of_stream::<ReadWindow>(permit, |ask| &ask.tile.stream)?;
        let seen = share::of(portal, permit, &ask.tile.stream).await?;
        let course = course::of(portal, &seen, &ask).await?;
        let (mut from, mut names, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
        for (place, at_ms) in course.times_ms.iter().enumerate() {
            for line in &course.lines {
                from.push(at_ms.checked_mul(1000));
                names.push(line.name.clone());
                amounts.push(line.points.get(place).copied());
            }
        }
        let column = |name: &str, label: Text, kind| AnswerColumn { name: name.to_owned(), label, kind, unit: None, masked: false };
        let mut columns = vec![column("from", Text::of("From", "Desde"), ColumnKind::Timestamp)];
        let mut arrays: Vec<(&str, ArrayRef)> = vec![("from", Arc::new(TimestampMicrosecondArray::from(from)))];
        if let Some(by) = &ask.tile.by {
            columns.push(column(by, Text::same(by.clone()), ColumnKind::Text));
            arrays.push(("by", Arc::new(StringArray::from(names))));
        }
        columns.push(column(&ask.tile.measure, Text::same(ask.tile.measure.clone()), ColumnKind::Number));
        arrays.push(("amount", Arc::new(Float64Array::from(amounts))));
        let batch = RecordBatch::try_from_iter_with_nullable(arrays.into_iter().map(|(name, array)| (name, array, true))).map_err(Fault::internal)?;
        let total = Some(batch.num_rows() as u64);
        Ok(GivenRows { columns, total, rows: stream::iter([Ok(batch)]).boxed() })
    }
}
