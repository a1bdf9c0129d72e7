//! Adds rows to a dataset with the positions up to which its sources are then in it: both in one Delta version, or neither.

use crate::{
    Warehouse, columns, encode,
    fault::QueryFault,
    lake::{self, Written},
    scope::PinnedColumn,
};
use arrow::record_batch::RecordBatch;
use deltalake::{
    kernel::{Action, EagerSnapshot, MetadataExt, Transaction, new_metadata, transaction::CommitData, transaction::TransactionError},
    logstore::{CommitOrBytes, LogStoreRef},
    protocol::{DeltaOperation, SaveMode},
};
use futures::{StreamExt, stream};
use std::{collections::HashMap, path::Path};
use uuid::Uuid;

/// One source of a dataset, and how far the rows bring it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// e.g. `web/web/0`: stream, topic, partition.
    pub source: String,
    /// The position from which the rows were read; `None`: the dataset has none of this source.
    pub from: Option<i64>,
    /// The position with which reading goes on.
    pub next: i64,
}

/// What became of an append.
#[derive(Clone, Debug, PartialEq)]
pub enum Appended {
    Done(Written),
    /// Another writer moved one of the sources: these rows are its to write. Nothing was written.
    Overtaken,
}

impl Warehouse {
    /// Appends rows to a dataset (made when there is none) and moves its sources, in one Delta version that is committed on
    /// the snapshot from which their positions were read. Columns that are new are added; one of another type is refused.
    /// Without a batch it makes the dataset, or moves the sources alone. `Written` counts what the whole dataset then has.
    pub async fn append(&self, dataset: &str, run: &str, wanted: &[PinnedColumn], batch: Option<RecordBatch>, moved: &[Moved]) -> Result<Appended, QueryFault> {
        let folder = self.inner.folder(dataset)?;
        lake::check_run(run)?;
        std::fs::create_dir_all(folder.join("_delta_log")).map_err(QueryFault::engine)?;
        let prefix = format!("{run}.{}", &Uuid::new_v4().simple().to_string()[..12]);
        let _writing = self.inner.writing(run);
        let store = lake::log_store(&folder)?;
        let written = match batch.filter(|batch| batch.num_rows() > 0) {
            Some(batch) => {
                let schema = batch.schema();
                let own = columns::pinned(dataset, &schema)?;
                Some(encode::write_files(&folder, &prefix, &own, &schema, stream::iter([Ok(batch)]).boxed()).await?)
            }
            None => None,
        };
        for _ in 0..lake::COMMIT_ATTEMPTS {
            let before = lake::newest(&store).await?;
            if !stands(before.as_ref(), &store, moved).await? {
                return Ok(Appended::Overtaken);
            }
            let columns = united(dataset, before.as_ref(), wanted)?;
            let mut actions = schema_actions(before.as_ref(), &columns)?;
            let files = written.as_ref().map(|written| written.files.as_slice()).unwrap_or_default();
            actions.extend(files.iter().map(|file| Action::Add(lake::add(file))));
            let version = before.as_ref().map_or(0, |before| before.version() + 1);
            if commit(&folder, &store, version, run, actions, transactions(moved)).await? {
                if let Some(written) = written {
                    written.keep();
                }
                return Ok(Appended::Done(self.standing(dataset, version, columns).await?));
            }
        }
        Err(QueryFault::TooMuch("writers of the same dataset at once"))
    }

    /// The newest version of a dataset and where these sources stand in it; `None` when there is no such dataset yet.
    pub async fn positions(&self, dataset: &str, sources: &[String]) -> Result<Option<(Written, HashMap<String, i64>)>, QueryFault> {
        let store = lake::log_store(&self.existing(dataset)?)?;
        let Some(snapshot) = lake::newest(&store).await? else { return Ok(None) };
        let mut positions = HashMap::new();
        for source in sources {
            if let Some(next) = snapshot.transaction_version(store.as_ref(), source).await.map_err(QueryFault::engine)? {
                positions.insert(source.clone(), next);
            }
        }
        let written = self.standing(dataset, snapshot.version(), lake::columns_in(&snapshot)).await?;
        Ok(Some((written, positions)))
    }

    fn existing(&self, dataset: &str) -> Result<std::path::PathBuf, QueryFault> {
        let folder = self.inner.folder(dataset)?;
        std::fs::create_dir_all(folder.join("_delta_log")).map_err(QueryFault::engine)?;
        Ok(folder)
    }

    async fn standing(&self, dataset: &str, version: u64, columns: Vec<PinnedColumn>) -> Result<Written, QueryFault> {
        let table = self.table(dataset, version).await?;
        Ok(Written { dataset: dataset.to_owned(), version, rows: table.rows, bytes: table.bytes, columns })
    }
}

/// Whether every source is where its rows were read from.
async fn stands(before: Option<&EagerSnapshot>, store: &LogStoreRef, moved: &[Moved]) -> Result<bool, QueryFault> {
    for source in moved {
        let known = match before {
            Some(before) => before.transaction_version(store.as_ref(), &source.source).await.map_err(QueryFault::engine)?,
            None => None,
        };
        if known != source.from {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The columns that there are, and after them those that are new.
fn united(dataset: &str, before: Option<&EagerSnapshot>, wanted: &[PinnedColumn]) -> Result<Vec<PinnedColumn>, QueryFault> {
    let mut columns = before.map(lake::columns_in).unwrap_or_default();
    for column in wanted {
        match columns.iter().find(|known| known.name == column.name) {
            None => columns.push(column.clone()),
            Some(known) if known.kind == column.kind => {}
            Some(_) => {
                let reason = format!("the column {} had another type before: give the field another name", column.name);
                return Err(QueryFault::Definition { name: dataset.to_owned(), reason });
            }
        }
    }
    Ok(columns)
}

pub(crate) fn schema_actions(before: Option<&EagerSnapshot>, columns: &[PinnedColumn]) -> Result<Vec<Action>, QueryFault> {
    let schema = columns::delta_schema(columns)?;
    Ok(match before {
        None => {
            let settings = [("delta.enableExpiredLogCleanup", "false")];
            let metadata = new_metadata(&schema, Vec::<String>::new(), settings).map_err(QueryFault::engine)?;
            vec![Action::Protocol(lake::plain_protocol()?), Action::Metadata(metadata)]
        }
        Some(before) if before.schema().as_ref() != &schema => {
            vec![Action::Metadata(before.metadata().clone().with_schema(&schema).map_err(QueryFault::engine)?)]
        }
        Some(_) => Vec::new(),
    })
}

fn transactions(moved: &[Moved]) -> Vec<Transaction> {
    moved.iter().map(|moved| Transaction::new(&moved.source, moved.next)).collect()
}

/// Whether the actions became this version; false when another writer was faster.
pub(crate) async fn commit(
    folder: &Path,
    store: &LogStoreRef,
    version: u64,
    run: &str,
    actions: Vec<Action>,
    transactions: Vec<Transaction>,
) -> Result<bool, QueryFault> {
    let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
    let about = HashMap::from([("run".to_owned(), serde_json::Value::from(run))]);
    let entry = CommitData::new(actions, operation, about, transactions).get_bytes().map_err(QueryFault::engine)?;
    match store.write_commit_entry(version, CommitOrBytes::LogBytes(entry), Uuid::new_v4()).await {
        Ok(()) => {
            lake::flush(folder, version)?;
            lake::checkpoint(store, version).await;
            Ok(true)
        }
        Err(TransactionError::VersionAlreadyExists(_)) => Ok(false),
        Err(error) => Err(QueryFault::engine(error)),
    }
}
