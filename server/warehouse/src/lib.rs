//! Lake, warehouse and governed queries: the only code that knows DataFusion and Delta.
//!
//! `Warehouse::open` gives the warehouse and the one `ScopeIssuer`; whoever holds the issuer (governance) decides
//! what a reader's `Scope` holds, and a reader's query can name nothing else.

pub mod definition;
pub mod fault;
pub mod lake;
pub mod predicate;
pub mod query;
pub mod scope;

pub use definition::MartDefinition;
pub use fault::QueryFault;
pub use predicate::{Comparison, Literal, Mask, Predicate};
pub use query::{Grain, Query, QueryDimension, ROWS, Rows};
pub use scope::{BuildScope, ColumnType, GovernedMart, MartGrant, PinnedColumn, Scope, ScopeIssuer};

use std::{path::PathBuf, sync::Arc, time::Duration};

/// Where the lake stands and what one query may use.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of the lake (Delta tables below it, one folder per dataset).
    pub lake: PathBuf,
    /// Folder for spilled sorts and joins.
    pub scratch: PathBuf,
    /// Memory that all running queries and builds share.
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
}

impl Warehouse {
    /// Opens (or creates) the lake. The issuer is given once: move it into governance.
    pub async fn open(settings: Settings) -> Result<(Self, ScopeIssuer), QueryFault> {
        std::fs::create_dir_all(&settings.lake).map_err(QueryFault::engine)?;
        std::fs::create_dir_all(&settings.scratch).map_err(QueryFault::engine)?;
        Ok((Self { inner: Arc::new(Inner { settings }) }, ScopeIssuer::new()))
    }
}
