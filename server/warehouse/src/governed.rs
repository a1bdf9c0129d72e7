//! A mart as one reader sees it: base scan, then the row rule, then the masks, and the barrier above.

use crate::{
    barrier::BarrierExec,
    beneath::harmless,
    bind,
    columns::arrow_type,
    fault::QueryFault,
    masks::Shown,
    scope::{ColumnType, GovernedMart, PinnedColumn},
    table::DatasetTable,
};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::{
    catalog::{Session, TableProvider},
    common::{Column, DFSchema, Result, internal_datafusion_err, internal_err},
    datasource::TableType,
    logical_expr::{Expr, TableProviderFilterPushDown, utils::conjunction},
    physical_plan::{ExecutionPlan, ExecutionPlanProperties, filter::FilterExecBuilder, projection::ProjectionExec},
};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// One column that the reader sees.
#[derive(Debug)]
pub(crate) struct GovernedColumn {
    pub(crate) name: String,
    pub(crate) shown: Shown,
}

/// Columns of a mart as shown, in its order. `accepts` says which pinned columns the table still has.
pub(crate) fn shown_columns(mart: &GovernedMart, accepts: impl Fn(&PinnedColumn) -> bool) -> Vec<GovernedColumn> {
    let mut seen = HashSet::new();
    mart.columns()
        .filter(|(column, _)| accepts(column) && seen.insert(column.name.clone()))
        .filter_map(|(column, mask)| {
            Some(GovernedColumn { name: column.name.clone(), shown: Shown::of(&column.name, column.kind, mask, &mart.grant.hash_key)? })
        })
        .collect()
}

/// A governed mart as a table of the engine.
#[derive(Debug)]
pub(crate) struct GovernedTable {
    base: Arc<DatasetTable>,
    /// Over the base's columns; `None` when every row may be seen.
    rule: Option<Expr>,
    columns: Vec<GovernedColumn>,
    /// For each column, its place in the base.
    places: Vec<usize>,
    schema: SchemaRef,
    /// Leaves the barrier out, to show that the tests would notice.
    #[cfg(test)]
    pub(crate) bare: bool,
}

impl GovernedTable {
    /// A pinned column that the table no longer has in this type is hidden; a rule over such a column closes the mart, as
    /// does a mart of which nothing is left to see (A49).
    pub(crate) fn new(mart: &GovernedMart, base: Arc<DatasetTable>) -> Result<Self, QueryFault> {
        let unknown = || QueryFault::UnknownMart(mart.name().to_owned());
        let kind = |name: &str| base.columns.iter().find(|column| column.name == name).map(|column| column.kind);
        let rule = bind::rule(mart.rows(), &kind).map_err(|reason| {
            tracing::debug!(mart = mart.name(), %reason, "the row rule does not fit: closed");
            unknown()
        })?;
        let columns = shown_columns(mart, |column| base.columns.contains(column));
        let places = columns.iter().filter_map(|column| base.columns.iter().position(|other| other.name == column.name)).collect();
        if columns.is_empty() {
            return Err(unknown());
        }
        let schema = Arc::new(Schema::new(columns.iter().map(|column| Field::new(&column.name, arrow_type(column.shown.kind), true)).collect::<Vec<_>>()));
        Ok(Self {
            base,
            rule,
            columns,
            places,
            schema,
            #[cfg(test)]
            bare: false,
        })
    }

    pub(crate) fn columns(&self) -> &[GovernedColumn] {
        &self.columns
    }

    /// Type of a column as it is shown.
    pub(crate) fn kind(&self, name: &str) -> Option<ColumnType> {
        self.columns.iter().find(|column| column.name == name).map(|column| column.shown.kind)
    }

    fn harmless(&self, condition: &Expr) -> bool {
        harmless(condition, &|column: &Column| {
            let column = self.columns.iter().find(|other| other.name == column.name)?;
            column.shown.is_plain().then(|| arrow_type(column.shown.kind))
        })
    }

    /// Row rule and those of the reader's conditions that may join it, over the base's columns.
    fn condition(&self, filters: &[Expr]) -> Result<Option<Expr>> {
        if !filters.iter().all(|filter| self.harmless(filter)) {
            return internal_err!("a condition got beneath the barrier of its mart");
        }
        Ok(conjunction(self.rule.iter().chain(filters).cloned()))
    }

    /// The governed rows of the columns at `wanted`, without the barrier.
    fn beneath(&self, session: &dyn Session, wanted: &[usize], filters: &[Expr]) -> Result<Arc<dyn ExecutionPlan>> {
        let condition = self.condition(filters)?;
        let wanted_places: Vec<usize> = wanted.iter().map(|index| self.places[*index]).collect();
        let mut plan = match &condition {
            None => self.scan_base(session, &wanted_places, None)?,
            Some(condition) => {
                let mut needed: BTreeSet<usize> = wanted_places.iter().copied().collect();
                for column in condition.column_refs() {
                    needed.insert(self.base.schema().index_of(&column.name)?);
                }
                let needed: Vec<usize> = needed.into_iter().collect();
                let input = self.scan_base(session, &needed, Some(condition))?;
                let predicate = session.create_physical_expr(condition.clone(), &DFSchema::try_from(input.schema())?)?;
                let kept: Option<Vec<usize>> = wanted_places.iter().map(|place| needed.iter().position(|other| other == place)).collect();
                let kept = kept.ok_or_else(|| internal_datafusion_err!("a column of the mart was not read"))?;
                Arc::new(FilterExecBuilder::new(predicate, input).apply_projection(Some(kept))?.with_batch_size(session.config().batch_size()).build()?)
            }
        };
        let columns: Vec<&GovernedColumn> = wanted.iter().map(|index| &self.columns[*index]).collect();
        if columns.iter().any(|column| !column.shown.is_plain()) {
            let input = DFSchema::try_from(plan.schema())?;
            let masked = columns
                .iter()
                .map(|column| Ok((session.create_physical_expr(column.shown.expression(bind::column(&column.name))?, &input)?, column.name.clone())))
                .collect::<Result<Vec<_>>>()?;
            plan = Arc::new(ProjectionExec::try_new(masked, plan)?);
        }
        Ok(plan)
    }

    /// Base rows, on as many partitions as the session has; row groups that the condition excludes are skipped.
    fn scan_base(&self, session: &dyn Session, columns: &[usize], condition: Option<&Expr>) -> Result<Arc<dyn ExecutionPlan>> {
        let predicate = match condition {
            Some(condition) => Some(session.create_physical_expr(condition.clone(), &DFSchema::try_from(self.base.schema())?)?),
            None => None,
        };
        let plan = self.base.plan(session, Some(&columns.to_vec()), predicate, None)?;
        let partitions = session.config().target_partitions();
        // The optimiser, which would spread a large file over the partitions, does not see beneath the barrier.
        match plan.output_partitioning().partition_count() < partitions {
            true => Ok(plan.repartitioned(partitions, session.config_options())?.unwrap_or(plan)),
            false => Ok(plan),
        }
    }
}

#[async_trait::async_trait]
impl TableProvider for GovernedTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(&self, session: &dyn Session, projection: Option<&Vec<usize>>, filters: &[Expr], _: Option<usize>) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.columns.len()).collect();
        let wanted = projection.unwrap_or(&all);
        let rows = self.beneath(session, wanted, filters)?;
        #[cfg(test)]
        if self.bare {
            return Ok(rows);
        }
        Ok(Arc::new(BarrierExec::over(rows, &Arc::new(self.schema.project(wanted)?))?))
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(filters
            .iter()
            .map(|filter| if self.harmless(filter) { TableProviderFilterPushDown::Exact } else { TableProviderFilterPushDown::Unsupported })
            .collect())
    }
}
