//! The lake: one Delta table per dataset; a run writes a new version that nobody reads until its pin moves.

use crate::{
    Warehouse,
    fault::QueryFault,
    scope::{BuildScope, PinnedColumn},
};
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use futures::stream::BoxStream;

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
    /// Replaces a dataset's contents by a stream of batches, as a new version. Load metadata columns (`_run`, `_loaded_at`,
    /// `_source`) are the caller's to add. Streams: memory does not grow with rows.
    pub async fn write(
        &self,
        dataset: &str,
        run: &str,
        schema: SchemaRef,
        batches: BoxStream<'static, Result<RecordBatch, QueryFault>>,
    ) -> Result<Written, QueryFault> {
        let _ = (dataset, run, schema, batches);
        Err(QueryFault::Refused("not built".into()))
    }

    /// Runs a model's or mart's select over what `scope` may read and writes the result as a new version of `dataset`.
    pub async fn build(&self, scope: &BuildScope, dataset: &str, run: &str, sql: &str) -> Result<Written, QueryFault> {
        let _ = (scope, dataset, run, sql);
        Err(QueryFault::Refused("not built".into()))
    }

    /// Runs a check's `select count(*) …`; `this` names the version of `dataset` in `scope`.
    pub async fn check(&self, scope: &BuildScope, dataset: &str, sql: &str) -> Result<u64, QueryFault> {
        let _ = (scope, dataset, sql);
        Err(QueryFault::Refused("not built".into()))
    }

    /// Dataset names that a select reads, in order of first mention.
    pub fn reads(sql: &str) -> Result<Vec<String>, QueryFault> {
        let _ = sql;
        Ok(Vec::new())
    }

    /// Deletes files that none of the versions to keep uses, and leftovers of killed runs.
    pub async fn clean(&self, dataset: &str, keep: &[u64]) -> Result<(), QueryFault> {
        let _ = (dataset, keep);
        Ok(())
    }
}
