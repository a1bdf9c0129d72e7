//! The lake: one Delta table per dataset; a run writes a new version that nobody reads until its pin moves.

use crate::{
    Warehouse, columns, encode,
    fault::QueryFault,
    scope::{ColumnType, PinnedColumn},
    table::DatasetTable,
};
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use chrono::Utc;
use deltalake::{
    DeltaTable, DeltaTableBuilder,
    kernel::{Action, Add, EagerSnapshot, MetadataExt, Protocol, new_metadata, transaction::CommitData, transaction::TransactionError},
    logstore::{CommitOrBytes, LogStoreRef},
    protocol::{DeltaOperation, SaveMode, checkpoints},
};
use futures::stream::BoxStream;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use url::Url;
use uuid::Uuid;

/// A checkpoint every so many versions keeps opening a table quick.
const CHECKPOINT_VERSIONS: u64 = 20;
/// Attempts to be the next version while other runs commit to the same dataset.
pub(crate) const COMMIT_ATTEMPTS: usize = 20;
/// Opened versions that are remembered.
const OPEN_TABLES: usize = 512;

/// A version that was written and not yet published.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub dataset: String,
    /// Delta version to pin.
    pub version: u64,
    pub rows: u64,
    pub bytes: u64,
    pub columns: Vec<PinnedColumn>,
}

impl Warehouse {
    /// Replaces a dataset's contents by a stream of batches, as a new version; other columns than before are allowed. Load
    /// metadata columns are the caller's to add (`reading::with_load_metadata`). Memory does not grow with rows; dropping
    /// the future, or an error of the stream, leaves nothing behind.
    pub async fn write(
        &self,
        dataset: &str,
        run: &str,
        schema: SchemaRef,
        batches: BoxStream<'static, Result<RecordBatch, QueryFault>>,
    ) -> Result<Written, QueryFault> {
        let folder = self.inner.folder(dataset)?;
        check_run(run)?;
        let columns = columns::pinned(dataset, &schema)?;
        std::fs::create_dir_all(folder.join("_delta_log")).map_err(QueryFault::engine)?;
        let prefix = format!("{run}.{}", &Uuid::new_v4().simple().to_string()[..12]);
        let _writing = self.inner.writing(run);
        let files = encode::write_files(&folder, &prefix, &columns, &schema, batches).await?;
        let (rows, bytes) = files.files.iter().fold((0, 0), |(rows, bytes), file| (rows + file.rows, bytes + file.bytes));
        let version = commit(&folder, run, &columns, &files.files).await?;
        files.keep();
        Ok(Written { dataset: dataset.to_owned(), version, rows, bytes, columns })
    }

    /// Rows of a dataset at a version.
    pub async fn rows_of(&self, dataset: &str, version: u64) -> Result<u64, QueryFault> {
        Ok(self.table(dataset, version).await?.rows)
    }

    /// Bytes of a dataset's files at a version.
    pub async fn dataset_bytes(&self, dataset: &str, version: u64) -> Result<u64, QueryFault> {
        Ok(self.table(dataset, version).await?.bytes)
    }

    /// Columns of a dataset at a version.
    pub async fn columns_of(&self, dataset: &str, version: u64) -> Result<Vec<PinnedColumn>, QueryFault> {
        Ok(self.table(dataset, version).await?.columns.clone())
    }

    /// The ungoverned table, for builds and for what lies beneath a governed table.
    pub(crate) async fn table(&self, dataset: &str, version: u64) -> Result<Arc<DatasetTable>, QueryFault> {
        let key = (dataset.to_owned(), version);
        if let Some(table) = self.inner.tables().get(&key) {
            return Ok(table.clone());
        }
        let store = log_store(&self.inner.folder(dataset)?)?;
        let snapshot = EagerSnapshot::try_new(store.as_ref(), Some(version)).await.map_err(QueryFault::engine)?;
        readable(dataset, snapshot.protocol())?;
        let table = Arc::new(DatasetTable::new(dataset, &snapshot).map_err(QueryFault::engine)?);
        let mut tables = self.inner.tables();
        if tables.len() >= OPEN_TABLES {
            tables.clear();
        }
        tables.insert(key, table.clone());
        Ok(table)
    }
}

impl crate::Inner {
    /// Where a dataset's files stand. Refuses names that are not `layer.name`.
    pub(crate) fn folder(&self, dataset: &str) -> Result<PathBuf, QueryFault> {
        let word =
            |text: &str| !text.is_empty() && text.len() <= 100 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        match dataset.split_once('.') {
            Some((layer, name)) if word(layer) && word(name) => Ok(self.settings.lake.join(layer).join(name)),
            _ => Err(QueryFault::Refused(format!("{dataset:?} is not a dataset name like lake.sales: lower-case letters, digits and _"))),
        }
    }
}

pub(crate) fn log_store(folder: &Path) -> Result<LogStoreRef, QueryFault> {
    let folder = std::path::absolute(folder).map_err(QueryFault::engine)?;
    let url = Url::from_directory_path(&folder).map_err(|()| QueryFault::engine(format!("not a folder: {}", folder.display())))?;
    DeltaTableBuilder::from_url(url).and_then(|builder| builder.build_storage()).map_err(QueryFault::engine)
}

/// The newest version, `None` when there is none yet.
pub(crate) async fn newest(store: &LogStoreRef) -> Result<Option<EagerSnapshot>, QueryFault> {
    if !store.is_delta_table_location().await.map_err(QueryFault::engine)? {
        return Ok(None);
    }
    EagerSnapshot::try_new(store.as_ref(), None).await.map(Some).map_err(QueryFault::engine)
}

/// The columns of a version.
pub(crate) fn columns_in(snapshot: &EagerSnapshot) -> Vec<PinnedColumn> {
    let kind = |data_type| columns::kind_of(data_type).unwrap_or(ColumnType::Text);
    snapshot.arrow_schema().fields().iter().map(|field| PinnedColumn { name: field.name().clone(), kind: kind(field.data_type()) }).collect()
}

/// Makes the files the whole contents of the next version. Whoever commits last wins; every version stays readable.
async fn commit(folder: &Path, run: &str, columns: &[PinnedColumn], files: &[encode::DataFile]) -> Result<u64, QueryFault> {
    let store = log_store(folder)?;
    let schema = columns::delta_schema(columns)?;
    for _ in 0..COMMIT_ATTEMPTS {
        let before = newest(&store).await?;
        let mut actions = Vec::new();
        match &before {
            None => {
                actions.push(Action::Protocol(plain_protocol()?));
                // Versions are kept by their pins; time alone must not delete the log of one.
                let settings = [("delta.enableExpiredLogCleanup", "false")];
                actions.push(Action::Metadata(new_metadata(&schema, Vec::<String>::new(), settings).map_err(QueryFault::engine)?));
            }
            Some(before) => {
                if before.schema().as_ref() != &schema {
                    actions.push(Action::Metadata(before.metadata().clone().with_schema(&schema).map_err(QueryFault::engine)?));
                }
                actions.extend(before.log_data().iter().map(|file| Action::Remove(file.remove_action(true))));
            }
        }
        actions.extend(files.iter().map(|file| Action::Add(add(file))));
        let version = before.map_or(0, |before| before.version() + 1);
        let operation = DeltaOperation::Write { mode: SaveMode::Overwrite, partition_by: None, predicate: None };
        let about = HashMap::from([("run".to_owned(), serde_json::Value::from(run))]);
        let entry = CommitData::new(actions, operation, about, Vec::new()).get_bytes().map_err(QueryFault::engine)?;
        match store.write_commit_entry(version, CommitOrBytes::LogBytes(entry), Uuid::new_v4()).await {
            Ok(()) => {
                flush(folder, version)?;
                checkpoint(&store, version).await;
                return Ok(version);
            }
            Err(TransactionError::VersionAlreadyExists(_)) => {}
            Err(error) => return Err(QueryFault::engine(error)),
        }
    }
    Err(QueryFault::TooMuch("runs that write the same dataset at once"))
}

pub(crate) fn add(file: &encode::DataFile) -> Add {
    Add {
        path: file.name.clone(),
        size: file.bytes as i64,
        modification_time: Utc::now().timestamp_millis(),
        data_change: true,
        stats: Some(file.stats.clone()),
        ..Add::default()
    }
}

/// The oldest protocol: every engine reads it, and neither deletion vectors nor column mapping can be switched on unseen.
pub(crate) fn plain_protocol() -> Result<Protocol, QueryFault> {
    serde_json::from_value(serde_json::json!({ "minReaderVersion": 1, "minWriterVersion": 2 })).map_err(QueryFault::engine)
}

/// Refuses a table that another engine changed to features which this reader would get wrong.
fn readable(dataset: &str, protocol: &Protocol) -> Result<(), QueryFault> {
    let protocol = serde_json::to_value(protocol).map_err(QueryFault::engine)?;
    if protocol["minReaderVersion"].as_u64().is_none_or(|version| version > 1) {
        return Err(QueryFault::engine(format!("{dataset} uses Delta features beyond reader version 1; switch deletion vectors and column mapping off")));
    }
    Ok(())
}

/// Brings the commit and the names of the new files to the disk, before anybody relies on them.
pub(crate) fn flush(folder: &Path, version: u64) -> Result<(), QueryFault> {
    let log = folder.join("_delta_log");
    for path in [log.join(format!("{version:020}.json")), log, folder.to_owned()] {
        std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(QueryFault::engine)?;
    }
    Ok(())
}

/// A checkpoint is a convenience: without it the version is as good.
pub(crate) async fn checkpoint(store: &LogStoreRef, version: u64) {
    if version == 0 || !version.is_multiple_of(CHECKPOINT_VERSIONS) {
        return;
    }
    let mut table = DeltaTable::new(store.clone());
    let made = match table.load_version(version).await {
        Ok(()) => checkpoints::create_checkpoint(&table, None).await,
        Err(error) => Err(error),
    };
    if let Err(error) = made {
        tracing::warn!(version, %error, "no checkpoint made");
    }
}

/// Run ids stand in file names, where a dot ends them.
pub(crate) fn check_run(run: &str) -> Result<(), QueryFault> {
    if run.is_empty() || run.len() > 100 || !run.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err(QueryFault::Refused(format!("{run:?} is not a run id: letters, digits, - and _")));
    }
    Ok(())
}
