//! Builds models and marts: one select, over the datasets that the build's scope names and nothing else.

use crate::{
    Warehouse,
    columns::conform_array,
    fault::QueryFault,
    lake::Written,
    runtime::build_fault,
    scope::BuildScope,
    session::{self, CATALOG, Joins},
    table::DatasetTable,
};
use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Float64Type},
};
use datafusion::{
    catalog::{CatalogProvider, SchemaProvider, TableProvider},
    common::{DataFusionError, Result as EngineResult, TableReference},
    execution::{SendableRecordBatchStream, context::SQLOptions},
    physical_plan::execute_stream,
    sql::{
        parser::{DFParser, Statement as Parsed},
        resolve::resolve_table_references,
        sqlparser::ast::{ObjectName, Statement, visit_relations},
    },
};
use futures::{StreamExt, TryStreamExt};
use std::{collections::BTreeMap, ops::ControlFlow, sync::Arc};

impl Warehouse {
    /// Runs a model's or mart's select over what `scope` may read and writes the result as a new version of `dataset`.
    /// What is larger than the shared memory spills, or ends with `QueryFault::TooMuch`.
    pub async fn build(&self, scope: &BuildScope, dataset: &str, run: &str, sql: &str) -> Result<Written, QueryFault> {
        match self.built(scope, dataset, run, sql, Joins::Hashed).await {
            // The engine's hash joins do not spill: once more with those that do.
            Err(QueryFault::TooMuch("memory")) => self.built(scope, dataset, run, sql, Joins::Sorted).await,
            done => done,
        }
    }

    async fn built(&self, scope: &BuildScope, dataset: &str, run: &str, sql: &str, joins: Joins) -> Result<Written, QueryFault> {
        let rows = self.selected(scope, dataset, sql, None, joins).await?;
        let (schema, name) = (rows.schema(), dataset.to_owned());
        let batches = rows.map_err(move |error| build_fault(&name, error)).boxed();
        self.write(dataset, run, schema, batches).await
    }

    /// Runs a check's `select count(*) …`; `this` names the version of `dataset` in `scope`.
    pub async fn check(&self, scope: &BuildScope, dataset: &str, sql: &str) -> Result<u64, QueryFault> {
        let one_count = || QueryFault::Definition {
            name: dataset.to_owned(),
            reason: "a check must be a select of one count, like `select count(*) from this where …`".into(),
        };
        let version = scope.version_of(dataset).ok_or_else(|| unknown(dataset, dataset))?;
        let this = self.table(dataset, version).await?;
        let rows = self.selected(scope, dataset, sql, Some(this), Joins::Hashed).await?;
        let batches: Vec<RecordBatch> = rows.try_collect().await.map_err(|error| build_fault(dataset, error))?;
        let mut found = batches.iter().filter(|batch| batch.num_rows() > 0);
        let (Some(batch), None) = (found.next(), found.next()) else { return Err(one_count()) };
        if batch.num_rows() != 1 || batch.num_columns() != 1 {
            return Err(one_count());
        }
        let count = conform_array(batch.column(0), &DataType::Float64).map_err(|_| one_count())?;
        // A sum over no rows is null: nothing is wrong then.
        let count = if count.is_null(0) { 0.0 } else { count.as_primitive::<Float64Type>().value(0) };
        if count >= 0.0 && count.fract() == 0.0 { Ok(count as u64) } else { Err(one_count()) }
    }

    /// Dataset names that a select reads, in order of first mention.
    pub fn reads(sql: &str) -> Result<Vec<String>, QueryFault> {
        let statement = one_select("the select", sql)?;
        let (tables, _) = resolve_table_references(&statement, true).map_err(|error| build_fault("the select", error))?;
        let tables: Vec<String> = tables.iter().filter(|table| table.schema().is_some()).map(TableReference::to_string).collect();
        let mut names: Vec<String> = Vec::new();
        if let Parsed::Statement(statement) = &statement {
            let _ = visit_relations(statement.as_ref(), |relation: &ObjectName| {
                let name = plain_name(relation);
                if tables.contains(&name) && !names.contains(&name) {
                    names.push(name);
                }
                ControlFlow::<()>::Continue(())
            });
        }
        // Whatever is read but was not met on the walk still counts.
        names.extend(tables.into_iter().filter(|table| !names.contains(table)).collect::<Vec<_>>());
        Ok(names)
    }

    pub(crate) async fn selected(
        &self,
        scope: &BuildScope,
        dataset: &str,
        sql: &str,
        this: Option<Arc<DatasetTable>>,
        joins: Joins,
    ) -> Result<SendableRecordBatchStream, QueryFault> {
        let statement = one_select(dataset, sql)?;
        let (tables, _) = resolve_table_references(&statement, true).map_err(|error| build_fault(dataset, error))?;
        let mut readable: BTreeMap<String, BTreeMap<String, Arc<dyn TableProvider>>> = BTreeMap::new();
        for table in tables {
            let name = table.to_string();
            let (layer, table): (&str, Arc<dyn TableProvider>) = match &table {
                TableReference::Bare { table } if table.as_ref() == "this" => ("this", this.clone().ok_or_else(|| unknown(dataset, "this"))?),
                TableReference::Partial { schema, .. } => {
                    let version = scope.version_of(&name).ok_or_else(|| unknown(dataset, &name))?;
                    (schema.as_ref(), self.table(&name, version).await?)
                }
                _ => return Err(unknown(dataset, &name)),
            };
            let plain = name.rsplit('.').next().unwrap_or_default().to_owned();
            readable.entry(layer.to_owned()).or_default().insert(plain, table);
        }
        let mut state = session::build_state(&self.inner, joins);
        state.catalog_list().register_catalog(CATALOG.into(), Arc::new(Readable { layers: readable }));
        state.mark_start_execution();
        let wrong = |error| build_fault(dataset, error);
        let plan = state.statement_to_plan(statement).await.map_err(wrong)?;
        SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(&plan).map_err(wrong)?;
        let plan = state.create_physical_plan(&plan).await.map_err(wrong)?;
        execute_stream(plan, state.task_ctx()).map_err(wrong)
    }
}

fn unknown(name: &str, dataset: &str) -> QueryFault {
    QueryFault::Definition {
        name: name.to_owned(),
        reason: format!("unknown dataset {dataset}: a select reads datasets as layer.name (lake.sales), and only those that its job may read"),
    }
}

/// Exactly one select (with `with`, `union`, `values` as they come); everything else is refused before it is planned.
pub(crate) fn one_select(name: &str, sql: &str) -> Result<Parsed, QueryFault> {
    let refused = |reason: String| QueryFault::Definition { name: name.to_owned(), reason };
    let mut statements = DFParser::parse_sql(sql).map_err(|error| refused(syntax(error)))?;
    let statement = statements.pop_front();
    match (statement, statements.pop_front()) {
        (Some(Parsed::Statement(statement)), None) if matches!(*statement, Statement::Query(_)) => Ok(Parsed::Statement(statement)),
        (_, Some(_)) => Err(refused("only one select may stand here".into())),
        _ => Err(refused("a select must stand here, and nothing else".into())),
    }
}

fn syntax(error: DataFusionError) -> String {
    match error.find_root() {
        DataFusionError::SQL(error, _) => error.to_string().trim_start_matches("sql parser error: ").to_owned(),
        other => other.to_string(),
    }
}

/// As `resolve_table_references` spells it: unquoted parts in lower case.
fn plain_name(relation: &ObjectName) -> String {
    let parts = relation.0.iter().filter_map(|part| part.as_ident());
    parts.map(|part| if part.quote_style.is_some() { part.value.clone() } else { part.value.to_lowercase() }).collect::<Vec<_>>().join(".")
}

/// The datasets of one build: a catalog that cannot be written to.
#[derive(Debug)]
struct Readable {
    layers: BTreeMap<String, BTreeMap<String, Arc<dyn TableProvider>>>,
}

impl CatalogProvider for Readable {
    fn schema_names(&self) -> Vec<String> {
        self.layers.keys().cloned().collect()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        self.layers.get(name).map(|tables| Arc::new(Layer { tables: tables.clone() }) as _)
    }
}

#[derive(Debug)]
struct Layer {
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
}

#[async_trait::async_trait]
impl SchemaProvider for Layer {
    fn table_names(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    async fn table(&self, name: &str) -> EngineResult<Option<Arc<dyn TableProvider>>> {
        Ok(self.tables.get(name).cloned())
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.contains_key(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_datasets_in_order_of_first_mention_and_no_cte() {
        let sql = "with recent as (select * from warehouse.sales_line) select * from recent join lake.products p on true where id in (select id from lake.a) union all select * from Warehouse.Sales_Line";
        assert_eq!(Warehouse::reads(sql).unwrap(), ["warehouse.sales_line", "lake.products", "lake.a"]);
        assert_eq!(Warehouse::reads("select 1").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn only_one_select_passes() {
        for refused in [
            "",
            "select 1; select 2",
            "create table x as select 1",
            "explain select 1",
            "set a = 1",
            "copy lake.a to 'x'",
            "insert into lake.a select 1",
            "show tables",
        ] {
            assert!(one_select("m", refused).is_err(), "{refused}");
        }
        assert!(one_select("m", "select 1;").is_ok());
    }
}
