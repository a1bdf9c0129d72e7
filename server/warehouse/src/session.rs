//! The engine's state for builds: two-core plans, no table function, no recursion, nothing to write with.

use crate::Inner;
use datafusion::{
    catalog::{CatalogProviderList, MemoryCatalogProviderList},
    execution::{SessionState, SessionStateBuilder},
    prelude::SessionConfig,
};
use std::sync::Arc;

pub(crate) const CATALOG: &str = "atalaya";

/// What each partition of each sort keeps aside for merging what it spilled: the engine's own default, less where a sort of a
/// few rows could not begin for want of it.
pub(crate) fn merge_bytes(memory_bytes: usize) -> usize {
    (10 << 20).min(memory_bytes / 32)
}

/// How a build joins tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joins {
    /// Fast, while one side fits in memory.
    Hashed,
    /// Slower, and spills.
    Sorted,
}

/// State with an empty catalog list: put in what the build may read.
pub(crate) fn build_state(inner: &Inner, joins: Joins) -> SessionState {
    let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let mut config = SessionConfig::new()
        .with_target_partitions(cores)
        .with_default_catalog_and_schema(CATALOG, "this")
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false);
    let options = config.options_mut();
    options.execution.enable_recursive_ctes = false;
    options.execution.parquet.pushdown_filters = false;
    options.optimizer.prefer_hash_join = joins == Joins::Hashed;
    options.execution.sort_spill_reservation_bytes = merge_bytes(inner.settings.memory_bytes);
    let catalogs: Arc<dyn CatalogProviderList> = Arc::new(MemoryCatalogProviderList::new());
    SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(inner.runtime.clone())
        .with_default_features()
        .with_table_functions(Default::default())
        .with_catalog_list(catalogs)
        .build()
}
