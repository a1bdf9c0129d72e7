//! What all queries and builds share: memory that spills to disk, and the one object store that they can reach, the lake.

use crate::{Settings, fault::QueryFault};
use arrow::error::ArrowError;
use datafusion::{
    common::{DataFusionError, Result as EngineResult, exec_err},
    execution::{
        disk_manager::{DiskManager, DiskManagerMode},
        memory_pool::{FairSpillPool, MemoryPool, TrackConsumersPool},
        object_store::{ObjectStoreRegistry, ObjectStoreUrl},
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
};
use object_store::{ObjectStore, local::LocalFileSystem};
use std::{num::NonZeroUsize, sync::Arc};
use url::Url;

/// The address of the lake's store within the engine; it means nothing outside.
pub(crate) fn lake_url() -> EngineResult<ObjectStoreUrl> {
    ObjectStoreUrl::parse("lake://lake")
}

/// One runtime per warehouse: half of `settings.memory_bytes` over all builds (readers have the other, `running.rs`),
/// spilling below `settings.scratch`.
pub(crate) fn open(settings: &Settings) -> Result<Arc<RuntimeEnv>, QueryFault> {
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(&settings.lake).map_err(QueryFault::engine)?);
    let top = NonZeroUsize::MIN.saturating_add(2);
    let pool: Arc<dyn MemoryPool> = Arc::new(TrackConsumersPool::new(FairSpillPool::new(settings.memory_bytes / 2), top));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(pool)
        .with_disk_manager_builder(DiskManager::builder().with_mode(DiskManagerMode::Directories(vec![settings.scratch.clone()])))
        .with_object_store_registry(Arc::new(OnlyTheLake { store }))
        .build()
        .map_err(QueryFault::engine)?;
    Ok(Arc::new(runtime))
}

/// A registry that knows the lake and takes nothing else, so that no plan can name a file (A52).
#[derive(Debug)]
struct OnlyTheLake {
    store: Arc<dyn ObjectStore>,
}

impl ObjectStoreRegistry for OnlyTheLake {
    fn register_store(&self, _: &Url, _: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        None
    }

    fn get_store(&self, url: &Url) -> EngineResult<Arc<dyn ObjectStore>> {
        if url.scheme() == "lake" { Ok(self.store.clone()) } else { exec_err!("no store for {}", url.scheme()) }
    }
}

/// What went wrong in a build, without values from the data: `name` is the dataset being built.
pub(crate) fn build_fault(name: &str, error: DataFusionError) -> QueryFault {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryFault::TooMuch("memory"),
        DataFusionError::Plan(reason) => QueryFault::Definition { name: name.to_owned(), reason: reason.clone() },
        DataFusionError::SQL(error, _) => QueryFault::Definition { name: name.to_owned(), reason: error.to_string() },
        DataFusionError::SchemaError(error, _) => QueryFault::Definition { name: name.to_owned(), reason: error.to_string() },
        DataFusionError::NotImplemented(reason) => QueryFault::Definition { name: name.to_owned(), reason: reason.clone() },
        DataFusionError::ArrowError(error, _) => arrow_fault(error).unwrap_or_else(|| QueryFault::engine(error.to_string())),
        _ => QueryFault::engine(error),
    }
}

/// The words for an expression that failed on some row; the row's value stays out of them.
pub(crate) fn arrow_fault(error: &ArrowError) -> Option<QueryFault> {
    match error {
        ArrowError::CastError(_) | ArrowError::ParseError(_) => Some(QueryFault::Expression("a value does not fit the type that it is cast to")),
        ArrowError::DivideByZero => Some(QueryFault::Expression("division by zero")),
        ArrowError::ArithmeticOverflow(_) | ArrowError::ComputeError(_) => Some(QueryFault::Expression("a number is out of range")),
        _ => None,
    }
}
