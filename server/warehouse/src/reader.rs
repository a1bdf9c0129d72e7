//! A reader's session: the marts of one scope, the allowed functions, and nothing to write or look around with (A52).

use crate::{
    Warehouse, capped::JoinedPlanner, engine::Engine, fault::QueryFault, functions::Functions, governed::GovernedTable, running::ReadersMemory, scope::Scope,
    session::merge_bytes,
};
use datafusion::{
    catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider},
    common::Result as EngineResult,
    execution::{SessionState, SessionStateBuilder, runtime_env::RuntimeEnv},
    functions::{datetime::planner::DatetimeFunctionPlanner, unicode::planner::UnicodeFunctionPlanner},
    functions_aggregate::planner::AggregateFunctionPlanner,
    functions_window::planner::WindowFunctionPlanner,
    prelude::SessionConfig,
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::Semaphore;

const CATALOG: &str = "atalaya";
/// Marts stand in this schema: `select … from baskets` and `from mart.baskets` are the same.
pub(crate) const LAYER: &str = "mart";

/// What all readers share.
pub(crate) struct Readers {
    pub(crate) functions: Functions,
    memory: Arc<ReadersMemory>,
    /// Queries that may be at work at once; the rest wait in line.
    pub(crate) slots: Arc<Semaphore>,
    pub(crate) engine: Engine,
}

impl Readers {
    /// `memory_bytes`: for all readers' queries together.
    pub(crate) fn new(memory_bytes: usize) -> Result<Self, QueryFault> {
        let (memory, slots) = (ReadersMemory::new(memory_bytes), Arc::new(Semaphore::new(2 * cores())));
        Ok(Self { functions: Functions::allowed(), memory, slots, engine: Engine::start(cores())? })
    }

    /// A session over these marts. The state is the whole of it: no context exists that could register or write anything,
    /// and it does not leave this crate.
    pub(crate) fn session(&self, runtime: &RuntimeEnv, marts: Marts, partitions: usize) -> SessionState {
        let mut config = SessionConfig::new()
            .with_target_partitions(partitions)
            .with_default_catalog_and_schema(CATALOG, LAYER)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(false);
        let options = config.options_mut();
        options.execution.enable_recursive_ctes = false;
        // Filters made while running would stop at the barrier anyway.
        options.optimizer.enable_dynamic_filter_pushdown = false;
        // A scan of a small mart is shared among cores too.
        options.optimizer.repartition_file_min_size = 1 << 20;
        options.execution.sort_spill_reservation_bytes = merge_bytes(self.memory.limit());
        let mut runtime = runtime.clone();
        runtime.memory_pool = self.memory.share();
        SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(Arc::new(runtime))
            .with_catalog_list(Arc::new(marts))
            .with_scalar_functions(self.functions.scalars.clone())
            .with_aggregate_functions(self.functions.aggregates.clone())
            .with_window_functions(self.functions.windows.clone())
            .with_expr_planners(vec![
                Arc::new(JoinedPlanner::new()),
                Arc::new(DatetimeFunctionPlanner),
                Arc::new(UnicodeFunctionPlanner),
                Arc::new(AggregateFunctionPlanner),
                Arc::new(WindowFunctionPlanner),
            ])
            .build()
    }
}

impl Warehouse {
    /// Opens one mart of a scope. What is not in the scope does not exist.
    pub(crate) async fn govern(&self, scope: &Scope, name: &str) -> Result<GovernedTable, QueryFault> {
        let mart = scope.mart(name).ok_or_else(|| QueryFault::UnknownMart(name.to_owned()))?;
        let base = self.table(&format!("{LAYER}.{name}"), mart.version()).await?;
        GovernedTable::new(mart, base)
    }

    pub(crate) fn session(&self, marts: Marts, partitions: usize) -> SessionState {
        self.inner.readers.session(&self.inner.runtime, marts, partitions)
    }
}

/// Cores that one query is spread over.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 16))
}

/// The read-only catalog: one schema that holds the governed marts of one statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marts {
    pub(crate) tables: Arc<BTreeMap<String, Arc<GovernedTable>>>,
}

impl CatalogProviderList for Marts {
    fn register_catalog(&self, _: String, _: Arc<dyn CatalogProvider>) -> Option<Arc<dyn CatalogProvider>> {
        None
    }

    fn catalog_names(&self) -> Vec<String> {
        vec![CATALOG.to_owned()]
    }

    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        (name == CATALOG).then(|| Arc::new(self.clone()) as Arc<dyn CatalogProvider>)
    }
}

impl CatalogProvider for Marts {
    fn schema_names(&self) -> Vec<String> {
        vec![LAYER.to_owned()]
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        (name == LAYER).then(|| Arc::new(self.clone()) as Arc<dyn SchemaProvider>)
    }
}

#[async_trait::async_trait]
impl SchemaProvider for Marts {
    fn table_names(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    async fn table(&self, name: &str) -> EngineResult<Option<Arc<dyn TableProvider>>> {
        Ok(self.tables.get(name).map(|table| table.clone() as Arc<dyn TableProvider>))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }
}
