//! Lake, warehouse and governed queries: the only code that knows DataFusion and Delta.
//!
//! `Warehouse::open` gives the warehouse and the one `ScopeIssuer`; whoever holds the issuer (governance) decides
//! what a reader's `Scope` holds, and a reader's query can name nothing else.

mod append;
mod barrier;
mod beneath;
mod bind;
mod build;
mod capped;
mod clean;
pub mod columns;
mod compact;
pub mod definition;
mod encode;
mod engine;
pub mod fault;
mod functions;
mod gate;
mod gate_reads;
mod gate_walk;
mod governed;
mod grain;
mod hygiene;
pub mod lake;
mod masks;
mod measure;
mod measured;
#[cfg(test)]
mod oracle;
mod plain;
pub mod predicate;
pub mod query;
mod reader;
pub mod reading;
mod row_hash;
mod running;
mod runtime;
pub mod scope;
mod session;
mod statement;
mod statistics;
mod table;
mod text;

pub use append::{Appended, Moved};
pub use compact::Versions;
pub use definition::MartDefinition;
pub use fault::QueryFault;
pub use lake::Written;
pub use predicate::{Comparison, Literal, Mask, Predicate};
pub use query::{Grain, Query, QueryDimension, ROWS, Rows};
pub use scope::{BuildScope, ColumnType, GovernedMart, MartGrant, PinnedColumn, Scope, ScopeIssuer};
pub use text::{CsvDialect, json_objects};

use datafusion::execution::runtime_env::RuntimeEnv;
use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use table::DatasetTable;

/// Where the lake stands and what one query may use.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the lake (Delta tables below it, one folder per dataset).
    pub lake: PathBuf,
    /// Folder for spilled sorts and joins.
    pub scratch: PathBuf,
    /// Memory of the engine: half for all readers' queries together, half for builds.
    pub memory_bytes: usize,
    /// A reader's query that takes longer ends with `QueryFault::TooMuch`.
    pub query_time: Duration,
}

/// The lake and the engine. Cheap to clone.
#[derive(Clone)]
pub struct Warehouse {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    /// Memory, scratch and the lake's store, shared by all queries and builds.
    pub(crate) runtime: Arc<RuntimeEnv>,
    /// What readers' sessions share: their functions and their memory.
    pub(crate) readers: reader::Readers,
    /// Opened dataset versions; a version never changes.
    tables: Mutex<HashMap<(String, u64), Arc<DatasetTable>>>,
    /// Runs that are writing in this process, with how many writes.
    writing: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Warehouse {
    /// Opens (or creates) the lake. The issuer is given once: move it into governance.
    pub async fn open(settings: Settings) -> Result<(Self, ScopeIssuer), QueryFault> {
        std::fs::create_dir_all(&settings.lake).map_err(QueryFault::engine)?;
        std::fs::create_dir_all(&settings.scratch).map_err(QueryFault::engine)?;
        let runtime = runtime::open(&settings)?;
        let readers = reader::Readers::new(settings.memory_bytes / 2)?;
        let inner = Inner { settings, runtime, readers, tables: Mutex::default(), writing: Arc::default() };
        Ok((Self { inner: Arc::new(inner) }, ScopeIssuer::new()))
    }
}

impl Inner {
    pub(crate) fn tables(&self) -> MutexGuard<'_, HashMap<(String, u64), Arc<DatasetTable>>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a run writes, until the value is dropped: its files are nobody's leftovers.
    pub(crate) fn writing(&self, run: &str) -> Writing {
        *self.writing.lock().unwrap_or_else(PoisonError::into_inner).entry(run.to_owned()).or_default() += 1;
        Writing { run: run.to_owned(), writing: self.writing.clone() }
    }

    pub(crate) fn live_runs(&self) -> Vec<String> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }
}

/// A run that is writing.
pub(crate) struct Writing {
    run: String,
    writing: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writes) = writing.get_mut(&self.run) {
            *writes -= 1;
            if *writes == 0 {
                writing.remove(&self.run);
            }
        }
    }
}
