//! A dataset at one version as a table of the engine: the ungoverned base, for builds and beneath governed tables alone.

use crate::{
    columns, runtime,
    scope::{ColumnType, PinnedColumn},
    statistics::planner_statistics,
};
use arrow::datatypes::SchemaRef;
#[cfg(test)]
use arrow::record_batch::RecordBatch;
#[cfg(test)]
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::{
    catalog::{Session, TableProvider},
    common::{Result, Statistics},
    datasource::{
        TableType,
        listing::PartitionedFile,
        physical_plan::{
            FileGroup, FileScanConfigBuilder, ParquetSource,
            parquet::{CachedParquetFileReaderFactory, ParquetFileReaderFactory},
        },
        source::DataSourceExec,
    },
    logical_expr::{Expr, TableProviderFilterPushDown},
    physical_expr::PhysicalExpr,
    physical_plan::{ExecutionPlan, empty::EmptyExec},
};
use deltalake::kernel::EagerSnapshot;
use std::sync::Arc;

/// The files of one dataset version. Immutable: a version never changes.
#[derive(Debug)]
pub(crate) struct DatasetTable {
    pub(crate) columns: Vec<PinnedColumn>,
    /// Rows and bytes of all files.
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    schema: SchemaRef,
    files: Vec<PartitionedFile>,
    statistics: Statistics,
    /// In place of files: for each the batches that it would hold.
    #[cfg(test)]
    held: Option<Vec<Vec<RecordBatch>>>,
}

impl DatasetTable {
    /// `dataset` is `layer.name`, which is also where its files stand.
    pub(crate) fn new(dataset: &str, snapshot: &EagerSnapshot) -> Result<Self> {
        let delta = snapshot.arrow_schema();
        let columns: Vec<PinnedColumn> = delta
            .fields()
            .iter()
            .map(|field| PinnedColumn { name: field.name().clone(), kind: columns::kind_of(field.data_type()).unwrap_or(ColumnType::Text) })
            .collect();
        let schema = columns::read_schema(&columns);
        let folder = dataset.replace('.', "/");
        let (mut files, mut rows, mut bytes) = (Vec::new(), 0, 0);
        let mut all: Vec<Statistics> = Vec::new();
        for file in snapshot.log_data().iter() {
            let size = file.size().unsigned_abs();
            let (statistics, file_rows) = planner_statistics(&columns, file.stats().as_deref(), size);
            rows += file_rows.unwrap_or(0);
            bytes += size;
            all.push(statistics.clone());
            files.push(PartitionedFile::new(format!("{folder}/{}", file.path()), size).with_statistics(Arc::new(statistics)));
        }
        // The order of the files is the order in which their rows were written.
        files.sort_by(|one, other| one.path().cmp(other.path()));
        let statistics = match all.is_empty() {
            true => Statistics::new_unknown(&schema),
            false => Statistics::try_merge_iter(&all, &schema)?,
        };
        Ok(Self {
            columns,
            rows,
            bytes,
            schema,
            files,
            statistics,
            #[cfg(test)]
            held: None,
        })
    }

    /// A table of batches in memory, of the schema as read, for tests that need more tables than a disk writes in their time.
    #[cfg(test)]
    pub(crate) fn in_memory(columns: Vec<PinnedColumn>, mut files: Vec<Vec<RecordBatch>>) -> Self {
        if files.is_empty() {
            files.push(Vec::new());
        }
        let rows = files.iter().flatten().map(|batch| batch.num_rows() as u64).sum();
        let schema = columns::read_schema(&columns);
        let statistics = Statistics::new_unknown(&schema);
        Self { columns, rows, bytes: 0, schema, files: Vec::new(), statistics, held: Some(files) }
    }

    /// The same with some of its files alone.
    pub(crate) fn only(&self, names: &std::collections::HashSet<String>) -> Self {
        let named = |file: &&PartitionedFile| file.path().filename().is_some_and(|name| names.contains(name));
        Self {
            columns: self.columns.clone(),
            rows: self.rows,
            bytes: self.bytes,
            schema: self.schema.clone(),
            files: self.files.iter().filter(named).cloned().collect(),
            statistics: Statistics::new_unknown(&self.schema),
            #[cfg(test)]
            held: None,
        }
    }

    /// A scan of some columns (all when `None`). `predicate`, over the whole schema, skips row groups by their statistics
    /// and is not promised to remove every row: filter again above.
    pub(crate) fn plan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        predicate: Option<Arc<dyn PhysicalExpr>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        #[cfg(test)]
        if let Some(files) = &self.held {
            // Neighbours stay together and in order, as the groups of files below do.
            let together = files.len().div_ceil(session.config().target_partitions());
            let partitions: Vec<Vec<RecordBatch>> = files.chunks(together).map(|files| files.iter().flatten().cloned().collect()).collect();
            return Ok(MemorySourceConfig::try_new_exec(&partitions, self.schema.clone(), projection.cloned())?);
        }
        if self.files.is_empty() {
            let schema = match projection {
                Some(indices) => Arc::new(self.schema.project(indices)?),
                None => self.schema.clone(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let url = runtime::lake_url()?;
        let environment = session.runtime_env();
        let footers = environment.cache_manager.get_file_metadata_cache();
        let reader: Arc<dyn ParquetFileReaderFactory> = Arc::new(CachedParquetFileReaderFactory::new(environment.object_store(&url)?, footers));
        let mut source = ParquetSource::new(self.schema.clone())
            .with_table_parquet_options(session.default_table_options().parquet)
            .with_parquet_file_reader_factory(reader)
            .with_metadata_size_hint(64 << 10);
        if let Some(predicate) = predicate {
            source = source.with_predicate(predicate);
        }
        let groups = FileGroup::new(self.files.clone()).split_files(session.config().target_partitions());
        let scan = FileScanConfigBuilder::new(url, Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(self.statistics.clone())
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(scan))
    }
}

#[async_trait::async_trait]
impl TableProvider for DatasetTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Filters reach the files by the engine's physical push-down, which every filter above a file scan takes part in.
    async fn scan(&self, session: &dyn Session, projection: Option<&Vec<usize>>, _: &[Expr], limit: Option<usize>) -> Result<Arc<dyn ExecutionPlan>> {
        self.plan(session, projection, None, limit)
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.statistics.clone())
    }
}
