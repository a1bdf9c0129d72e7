//! Makes few large files of the many small ones that appends leave, and takes out what was edited or deleted at its source.

use crate::{
    Warehouse, append, encode,
    fault::QueryFault,
    lake::{self, Written},
    runtime::build_fault,
    scope::ScopeIssuer,
    session::Joins,
    table::DatasetTable,
};
use datafusion::execution::SendableRecordBatchStream;
use deltalake::kernel::{Action, Add, EagerSnapshot, Remove};
use futures::StreamExt;
use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
    sync::Arc,
    time::Duration,
};
use uuid::Uuid;

/// Files below this are made one.
const SMALL_BYTES: u64 = 32 << 20;
/// So many small files are worth it.
const SMALL_FILES: usize = 8;

/// Columns by which rows of one thing are known: of several versions the newest stays, and of a deleted one the bare row
/// that says so.
#[derive(Clone, Copy, Debug)]
pub struct Versions {
    pub id: &'static str,
    pub version: &'static str,
    pub deleted: &'static str,
}

impl Warehouse {
    /// Rewrites a dataset's small files as a new version with the same rows, or, where versions of things are among them, all
    /// files with the newest of each. `None`: there was nothing to do. Who appends meanwhile is not kept waiting.
    pub async fn compact(&self, dataset: &str, run: &str, versions: Versions) -> Result<Option<Written>, QueryFault> {
        let folder = self.inner.folder(dataset)?;
        lake::check_run(run)?;
        if !folder.exists() {
            return Ok(None);
        }
        let store = lake::log_store(&folder)?;
        let Some(snapshot) = lake::newest(&store).await? else { return Ok(None) };
        let table = Arc::new(DatasetTable::new(dataset, &snapshot).map_err(QueryFault::engine)?);
        let rewritten = self.has_versions(dataset, &table, versions).await?;
        let (merged, sql) = match rewritten {
            true => (files(&snapshot, |_| true), newest_of(&table, versions)),
            false => (files(&snapshot, |bytes| bytes < SMALL_BYTES), "select * from this".to_owned()),
        };
        if !rewritten && merged.len() < SMALL_FILES {
            return Ok(None);
        }
        let names: HashSet<String> = merged.iter().map(|(name, _)| name.clone()).collect();
        let table = Arc::new(table.only(&names));
        let _writing = self.inner.writing(run);
        let prefix = format!("{run}.{}", &Uuid::new_v4().simple().to_string()[..12]);
        let columns = table.columns.clone();
        let rows = self.select_of(dataset, table, &sql).await?;
        let schema = rows.schema();
        let name = dataset.to_owned();
        let batches = rows.map(move |batch| batch.map_err(|error| build_fault(&name, error))).boxed();
        let written = encode::write_files(&folder, &prefix, &columns, &schema, batches).await?;
        for _ in 0..lake::COMMIT_ATTEMPTS {
            let Some(before) = lake::newest(&store).await? else { return Ok(None) };
            // Another compaction was faster: its work is as good.
            if files(&before, |_| true).iter().filter(|(name, _)| names.contains(name)).count() != names.len() {
                return Ok(None);
            }
            let mut actions: Vec<Action> = merged.iter().map(|(_, remove)| Action::Remove(remove.clone())).collect();
            actions.extend(written.files.iter().map(|file| Action::Add(Add { data_change: rewritten, ..lake::add(file) })));
            let version = before.version() + 1;
            if append::commit(&folder, &store, version, run, actions, Vec::new()).await? {
                written.keep();
                let table = self.table(dataset, version).await?;
                return Ok(Some(Written { dataset: dataset.to_owned(), version, rows: table.rows, bytes: table.bytes, columns }));
            }
        }
        Err(QueryFault::TooMuch("writers of the same dataset at once"))
    }

    /// Deletes files that none of the versions `keep` uses and that nobody has written for `age`: writers of every process are
    /// done within it, or begin anew.
    pub async fn clean_appended(&self, dataset: &str, keep: &[u64], age: Duration) -> Result<(), QueryFault> {
        let folder = self.inner.folder(dataset)?;
        if !folder.exists() {
            return Ok(());
        }
        let young: HashSet<String> = younger(&folder, age)?.iter().filter_map(|name| name.split('.').next().map(str::to_owned)).collect();
        self.clean(dataset, keep, &young.into_iter().collect::<Vec<_>>()).await
    }

    /// Whether a thing that was edited or deleted has more than one row.
    async fn has_versions(&self, dataset: &str, table: &Arc<DatasetTable>, versions: Versions) -> Result<bool, QueryFault> {
        let Versions { id, version, deleted } = versions;
        if ![id, version, deleted].iter().all(|name| table.columns.iter().any(|column| column.name == *name)) {
            return Ok(false);
        }
        let sql = format!(
            "select 1 from this where \"{id}\" in (select \"{id}\" from this where \"{version}\" > 0 or \"{deleted}\") \
             group by \"{id}\" having count(*) > 1 limit 1"
        );
        let mut rows = self.select_of(dataset, table.clone(), &sql).await?;
        while let Some(batch) = rows.next().await {
            if batch.map_err(|error| build_fault(dataset, error))?.num_rows() > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A select over one table alone.
    async fn select_of(&self, dataset: &str, table: Arc<DatasetTable>, sql: &str) -> Result<SendableRecordBatchStream, QueryFault> {
        let nothing_else = ScopeIssuer::new().issue_build("", BTreeMap::new());
        self.selected(&nothing_else, dataset, sql, Some(table), Joins::Sorted).await
    }
}

fn newest_of(table: &DatasetTable, Versions { id, version, deleted }: Versions) -> String {
    let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    format!(
        "select {} from (select *, row_number() over (partition by \"{id}\" order by \"{version}\" desc, \"{deleted}\" desc) as _newest from this) where _newest = 1",
        columns.join(", ")
    )
}

/// Files of a version whose size is as wanted, each with the action that takes it out.
fn files(snapshot: &EagerSnapshot, wanted: impl Fn(u64) -> bool) -> Vec<(String, Remove)> {
    let log = snapshot.log_data();
    let fitting = log.iter().filter(|file| wanted(file.size().unsigned_abs()));
    fitting.map(|file| (file.path().into_owned(), file.remove_action(false))).collect()
}

/// Names of files that were written within `age`.
fn younger(folder: &Path, age: Duration) -> Result<Vec<String>, QueryFault> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(QueryFault::engine)? {
        let entry = entry.map_err(QueryFault::engine)?;
        // A file that goes meanwhile, or whose clock says the future, is left alone.
        let young = entry.metadata().and_then(|metadata| metadata.modified()).map(|modified| modified.elapsed().map_or(true, |elapsed| elapsed < age));
        if young.unwrap_or(true) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}
