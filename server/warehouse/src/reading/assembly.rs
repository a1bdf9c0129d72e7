//! Gathers the rows of a text file into batches of bounded size.

use super::{
    BadRow, Batch, ReadFault,
    values::{Cell, ColumnBuilder},
};
use crate::scope::PinnedColumn;
use arrow::{
    datatypes::{Field, Schema, SchemaRef},
    record_batch::{RecordBatch, RecordBatchOptions},
};
use std::sync::Arc;

const BATCH_ROWS: usize = 8 << 10;
const BATCH_BYTES: usize = 8 << 20;
const BAD_ROWS: usize = 1_000;

pub(super) struct Assembly {
    file: Arc<str>,
    schema: SchemaRef,
    builders: Vec<ColumnBuilder>,
    rows: usize,
    text_bytes: usize,
    pub(super) bad: Vec<BadRow>,
}

impl Assembly {
    pub(super) fn new(file: Arc<str>, columns: &[PinnedColumn]) -> Self {
        Self {
            file,
            schema: schema(columns),
            builders: columns.iter().map(|column| ColumnBuilder::new(column.kind)).collect(),
            rows: 0,
            text_bytes: 0,
            bad: Vec::new(),
        }
    }

    /// One row, in the order of the columns.
    pub(super) fn push(&mut self, cells: &[Cell<'_>]) {
        for (builder, cell) in self.builders.iter_mut().zip(cells) {
            self.text_bytes += match cell {
                Cell::Text(text) => text.len(),
                Cell::Owned(text) => text.len(),
                _ => 0,
            };
            builder.push(cell);
        }
        self.rows += 1;
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS || self.text_bytes >= BATCH_BYTES || self.bad.len() >= BAD_ROWS
    }

    /// What was gathered, and starts anew.
    pub(super) fn batch(&mut self, bytes: u64) -> Result<Batch, ReadFault> {
        let arrays = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let good = RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
            .map_err(|error| ReadFault::Malformed { file: self.file.to_string(), reason: error.to_string() })?;
        (self.rows, self.text_bytes) = (0, 0);
        Ok(Batch { good, bad: std::mem::take(&mut self.bad), file: self.file.clone(), bytes })
    }
}

/// The schema of batches with these columns.
pub(super) fn schema(columns: &[PinnedColumn]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|column| Field::new(&column.name, ColumnBuilder::data_type(column.kind), true)).collect::<Vec<_>>()))
}
