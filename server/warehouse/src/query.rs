//! A reader's query in typed form, and the rows it gives.

use crate::{
    Warehouse, bind,
    fault::QueryFault,
    gate,
    governed::GovernedTable,
    grain, hygiene,
    measured::Measured,
    predicate::Predicate,
    reader::{Marts, cores},
    running,
    scope::{GovernedMart, Scope},
};
use arrow::{array::AsArray, datatypes::Int64Type, datatypes::SchemaRef, record_batch::RecordBatch};
use datafusion::{
    common::{Result as EngineResult, TableReference},
    datasource::provider_as_source,
    execution::SessionState,
    functions_aggregate::count::count_all,
    logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, SortExpr},
    sql::{parser::Statement as Parsed, sqlparser::ast::Statement},
};
use futures::{StreamExt, stream::BoxStream};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

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
///
/// Columns are of six types: Utf8, Int64, Float64, Boolean, Date32, and Timestamp in microseconds of UTC (without a zone).
/// A masked column is of the type that its mask gives: a hash is text.
pub struct Rows {
    pub schema: SchemaRef,
    pub batches: BoxStream<'static, Result<RecordBatch, QueryFault>>,
}

impl Warehouse {
    /// Runs one typed query within a scope. Groups come sorted, ties in the order of the other columns; rows that are listed
    /// without a sort come in the order in which the mart was written.
    pub async fn run(&self, scope: &Scope, query: &Query) -> Result<Rows, QueryFault> {
        let listing = query.measures.is_empty() && query.dimensions.is_empty();
        // One partition reads the files in their order; sorting every column for the same effect would read them all.
        let partitions = if listing && query.sort.is_empty() { 1 } else { cores() };
        let session = self.session(Marts::default(), partitions);
        let plan = self.plan(&session, scope, query).await?;
        running::rows(&self.inner.readers, session, self.inner.settings.query_time, async move { Ok(plan) }).await
    }

    /// Rows that `query` would give without limit and offset.
    pub async fn count(&self, scope: &Scope, query: &Query) -> Result<u64, QueryFault> {
        // Measures do not change how many groups there are.
        let measures = if query.dimensions.is_empty() { query.measures.clone() } else { Vec::new() };
        let query = Query { measures, sort: Vec::new(), limit: None, offset: 0, ..query.clone() };
        let session = self.session(Marts::default(), cores());
        let plan = self.plan(&session, scope, &query).await?;
        let none: [Expr; 0] = [];
        let counted = planned(LogicalPlanBuilder::from(plan).aggregate(none, [count_all()]).and_then(LogicalPlanBuilder::build))?;
        let mut rows = running::rows(&self.inner.readers, session, self.inner.settings.query_time, async move { Ok(counted) }).await?;
        let mut count = 0;
        while let Some(batch) = rows.batches.next().await {
            count += batch?.column(0).as_primitive::<Int64Type>().iter().flatten().sum::<i64>();
        }
        Ok(count.unsigned_abs())
    }

    /// Runs an admitted select over these marts and no others.
    pub(crate) async fn select(&self, statement: Statement, tables: BTreeMap<String, Arc<GovernedTable>>) -> Result<Rows, QueryFault> {
        self.select_as(statement, tables, Ok).await
    }

    /// The same with something made of its plan, once that has been judged.
    pub(crate) async fn select_as(
        &self,
        statement: Statement,
        tables: BTreeMap<String, Arc<GovernedTable>>,
        make: impl FnOnce(LogicalPlan) -> Result<LogicalPlan, QueryFault> + Send + 'static,
    ) -> Result<Rows, QueryFault> {
        let session = self.session(Marts { tables: Arc::new(tables) }, cores());
        let planner = session.clone();
        running::rows(&self.inner.readers, session, self.inner.settings.query_time, async move {
            let plan = planner.statement_to_plan(Parsed::Statement(Box::new(statement))).await.map_err(|error| hygiene::while_planning(&error))?;
            gate::judge(&plan)?;
            make(plan)
        })
        .await
    }

    pub(crate) async fn plan(&self, session: &SessionState, scope: &Scope, query: &Query) -> Result<LogicalPlan, QueryFault> {
        let table = self.govern(scope, &query.mart).await?;
        let mart = scope.mart(&query.mart).ok_or_else(|| QueryFault::UnknownMart(query.mart.clone()))?;
        typed_plan(session, mart, Arc::new(table), query)
    }
}

/// The plan of a typed query; no text of a reader's is parsed on the way.
pub(crate) fn typed_plan(session: &SessionState, mart: &GovernedMart, table: Arc<GovernedTable>, query: &Query) -> Result<LogicalPlan, QueryFault> {
    let kind = |name: &str| table.kind(name);
    let filters = bind::condition(&Predicate::All(query.filters.clone()), &kind)?;
    let mut rows = planned(LogicalPlanBuilder::scan(TableReference::bare(mart.name()), provider_as_source(table.clone()), None))?;
    if !query.filters.is_empty() {
        rows = planned(rows.filter(filters))?;
    }
    let (rows, outputs) = match query.measures.is_empty() && query.dimensions.is_empty() {
        true => listed(rows, &table, query)?,
        false => grouped(rows, session, mart, &table, query)?,
    };
    ordered(rows, outputs, query)
}

/// Rows of some columns, and their names.
fn listed(rows: LogicalPlanBuilder, table: &GovernedTable, query: &Query) -> Result<(LogicalPlanBuilder, Vec<String>), QueryFault> {
    let outputs: Vec<String> = match query.columns.is_empty() {
        true => table.columns().iter().map(|column| column.name.clone()).collect(),
        false => query.columns.clone(),
    };
    if let Some(unknown) = outputs.iter().find(|name| table.kind(name).is_none()) {
        return Err(QueryFault::UnknownColumn(unknown.clone()));
    }
    distinct(&outputs)?;
    Ok((planned(rows.project(outputs.iter().map(|name| bind::column(name).alias(name))))?, outputs))
}

/// Measures by dimensions, and the names of both.
fn grouped(
    rows: LogicalPlanBuilder,
    session: &SessionState,
    mart: &GovernedMart,
    table: &GovernedTable,
    query: &Query,
) -> Result<(LogicalPlanBuilder, Vec<String>), QueryFault> {
    if !query.columns.is_empty() {
        return Err(QueryFault::Refused("columns are listed without measures and dimensions".into()));
    }
    let mut groups = Vec::new();
    for dimension in &query.dimensions {
        let name = &dimension.column;
        let kind = table.kind(name).ok_or_else(|| QueryFault::UnknownColumn(name.clone()))?;
        let group = match dimension.grain {
            None => bind::column(name),
            Some(grain) => {
                grain::kind_at(grain, kind).ok_or_else(|| QueryFault::IllTyped { column: name.clone(), expected: "date or time of this grain" })?;
                grain::at(grain, kind, bind::column(name))
            }
        };
        groups.push(group.alias(name));
    }
    let mut measured = Measured::default();
    for name in &query.measures {
        measured.add(session, mart, table.columns(), rows.schema(), name)?;
    }
    let dimensions: Vec<String> = query.dimensions.iter().map(|dimension| dimension.column.clone()).collect();
    let outputs: Vec<String> = dimensions.iter().chain(&query.measures).cloned().collect();
    distinct(&outputs)?;
    let rows = planned(rows.aggregate(groups, measured.aggregates))?;
    let rows = planned(rows.project(dimensions.iter().map(|name| bind::column(name)).chain(measured.results)))?;
    Ok((rows, outputs))
}

/// Sorts (groups always, so that equal questions give equal answers) and cuts.
fn ordered(mut rows: LogicalPlanBuilder, outputs: Vec<String>, query: &Query) -> Result<LogicalPlan, QueryFault> {
    let grouped = !query.measures.is_empty() || !query.dimensions.is_empty();
    if grouped && !query.dimensions.is_empty() || !query.sort.is_empty() {
        let mut sorts: Vec<SortExpr> = Vec::new();
        let mut sorted = HashSet::new();
        for (name, descending) in &query.sort {
            if !outputs.contains(name) {
                return Err(QueryFault::UnknownColumn(name.clone()));
            }
            if sorted.insert(name) {
                sorts.push(bind::column(name).sort(!descending, false));
            }
        }
        // Dimensions alone tell groups apart; listed rows need every column.
        let ties = if grouped { &outputs[..query.dimensions.len()] } else { &outputs[..] };
        sorts.extend(ties.iter().filter(|name| !sorted.contains(name)).map(|name| bind::column(name).sort(true, false)));
        rows = planned(rows.sort(sorts))?;
    }
    if query.limit.is_some() || query.offset > 0 {
        let at_most = |number: u64| usize::try_from(number.min(i64::MAX as u64)).unwrap_or(usize::MAX);
        rows = planned(rows.limit(at_most(query.offset), query.limit.map(at_most)))?;
    }
    planned(rows.build())
}

fn distinct(outputs: &[String]) -> Result<(), QueryFault> {
    let mut seen = HashSet::new();
    match outputs.iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(QueryFault::Refused(format!("{twice} is asked for twice"))),
        None => Ok(()),
    }
}

pub(crate) fn planned<T>(result: EngineResult<T>) -> Result<T, QueryFault> {
    result.map_err(|error| hygiene::while_planning(&error))
}
