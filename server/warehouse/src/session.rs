//! The engine's state for builds: two-core plans, no table function, no recursion, nothing to write with.

use datafusion::{
    catalog::{CatalogProviderList, MemoryCatalogProviderList},
    execution::{SessionState, SessionStateBuilder, runtime_env::RuntimeEnv},
    prelude::SessionConfig,
};
use std::sync::Arc;

pub(crate) const CATALOG: &str = "atalaya";

/// State with an empty catalog list: put in what the build may read.
pub(crate) fn build_state(runtime: &Arc<RuntimeEnv>) -> SessionState {
    let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let mut config = SessionConfig::new()
        .with_target_partitions(cores)
        .with_default_catalog_and_schema(CATALOG, "this")
        .with_information_schema(false)
        .with_create_default_catalog_and_schema(false);
    let options = config.options_mut();
    options.execution.enable_recursive_ctes = false;
    options.execution.parquet.pushdown_filters = false;
    let catalogs: Arc<dyn CatalogProviderList> = Arc::new(MemoryCatalogProviderList::new());
    SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(runtime.clone())
        .with_default_features()
        .with_table_functions(Default::default())
        .with_catalog_list(catalogs)
        .build()
}
