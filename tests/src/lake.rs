//! A lake of its own for one test, and batches to put into it.

use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use futures::{StreamExt, stream::BoxStream};
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;
use warehouse::{QueryFault, ScopeIssuer, Settings, Warehouse, Written};

/// A warehouse in a folder that goes with it.
pub struct Lake {
    pub warehouse: Warehouse,
    pub issuer: ScopeIssuer,
    pub folder: TempDir,
}

pub async fn open() -> Lake {
    open_with(64 << 20).await
}

/// `memory_bytes`: what queries and builds share.
pub async fn open_with(memory_bytes: usize) -> Lake {
    let folder = tempfile::tempdir().unwrap();
    let (warehouse, issuer) = Warehouse::open(settings(folder.path(), memory_bytes)).await.unwrap();
    Lake { warehouse, issuer, folder }
}

pub fn settings(folder: &std::path::Path, memory_bytes: usize) -> Settings {
    Settings { lake: folder.join("lake"), scratch: folder.join("scratch"), memory_bytes, query_time: Duration::from_secs(30) }
}

impl Lake {
    /// Writes batches that are at hand.
    pub async fn put(&self, dataset: &str, run: &str, batches: Vec<RecordBatch>) -> Written {
        let schema = batches[0].schema();
        self.warehouse.write(dataset, run, schema, stream(batches)).await.unwrap()
    }
}

pub fn stream(batches: Vec<RecordBatch>) -> BoxStream<'static, Result<RecordBatch, QueryFault>> {
    futures::stream::iter(batches.into_iter().map(Ok)).boxed()
}

/// Rows `from..to` of an endless table: `id`, `store` (one of seven), `amount` (a third of the id).
pub fn sales(from: i64, to: i64) -> RecordBatch {
    let ids = from..to;
    let columns: [(&str, ArrayRef); 3] = [
        ("id", Arc::new(Int64Array::from_iter_values(ids.clone()))),
        ("store", Arc::new(StringArray::from_iter_values(ids.clone().map(|id| format!("store-{}", id % 7))))),
        ("amount", Arc::new(Float64Array::from_iter_values(ids.map(|id| id as f64 / 3.0)))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Names of the data files of a dataset.
pub fn data_files(lake: &Lake, dataset: &str) -> Vec<String> {
    let folder = lake.folder.path().join("lake").join(dataset.replace('.', "/"));
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).filter(|name| name.ends_with(".parquet")).collect();
    names.sort();
    names
}
