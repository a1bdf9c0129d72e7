//! Files in a folder of their own, and everything that a reading of them gives.

use arrow::{
    compute::concat_batches,
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use futures::StreamExt;
use tempfile::TempDir;
use warehouse::reading::{BadRow, ReadFault, Source, open};

pub struct Files {
    pub folder: TempDir,
}

impl Files {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A source of one new file.
    pub fn put(&self, name: &str, contents: impl AsRef<[u8]>) -> Source {
        std::fs::write(self.folder.path().join(name), contents).unwrap();
        self.source(name)
    }

    pub fn source(&self, name: &str) -> Source {
        Source { url: format!("file://{}/{name}", self.folder.path().display()), ..Source::default() }
    }
}

impl Default for Files {
    fn default() -> Self {
        Self::new()
    }
}

#[derive(Debug)]
pub struct Read {
    /// `name:Kind` of each column.
    pub columns: Vec<String>,
    pub good: RecordBatch,
    pub bad: Vec<BadRow>,
    pub bytes: u64,
}

impl Read {
    /// The values of a column as text; null is empty.
    pub fn column(&self, name: &str) -> Vec<String> {
        let column = self.good.column_by_name(name).unwrap();
        let format = FormatOptions::default();
        let formatter = ArrayFormatter::try_new(column, &format).unwrap();
        (0..self.good.num_rows()).map(|row| formatter.value(row).to_string()).collect()
    }
}

/// Reads a source to its end.
pub async fn read(source: &Source) -> Result<Read, ReadFault> {
    let mut reading = open(source).await?;
    let (mut good, mut bad, mut bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(batch) = reading.batches.next().await {
        let batch = batch?;
        good.push(batch.good);
        bad.extend(batch.bad);
        bytes += batch.bytes;
    }
    let columns = reading.columns.iter().map(|column| format!("{}:{:?}", column.name, column.kind)).collect();
    Ok(Read { columns, good: concat_batches(&reading.schema, &good).unwrap(), bad, bytes })
}
