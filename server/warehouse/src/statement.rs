//! A reader's own SQL: all of its rows, the first of them, their number, and which marts it reads; always through the gate.

use crate::{
    Warehouse,
    fault::QueryFault,
    gate,
    governed::GovernedTable,
    query::{Rows, planned},
    scope::Scope,
};
use arrow::{array::AsArray, datatypes::Int64Type};
use datafusion::{
    functions_aggregate::count::count_all,
    logical_expr::{Expr, LogicalPlanBuilder},
    sql::sqlparser::ast::Statement,
};
use futures::StreamExt;
use std::{collections::BTreeMap, sync::Arc};

impl Warehouse {
    /// Runs one statement of a reader's SQL behind the statement gate. Its order is its own `order by`.
    pub async fn sql(&self, scope: &Scope, statement: &str) -> Result<Rows, QueryFault> {
        let (statement, tables) = self.admitted(scope, statement).await?;
        self.select(statement, tables).await
    }

    /// The same, but `most` rows of it at most: nothing is reckoned for rows that nobody looks at.
    pub async fn sql_first(&self, scope: &Scope, statement: &str, most: u64) -> Result<Rows, QueryFault> {
        let (statement, tables) = self.admitted(scope, statement).await?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        self.select_as(statement, tables, move |plan| planned(LogicalPlanBuilder::from(plan).limit(0, Some(most)).and_then(LogicalPlanBuilder::build))).await
    }

    /// Rows that a statement gives.
    pub async fn sql_count(&self, scope: &Scope, statement: &str) -> Result<u64, QueryFault> {
        let (statement, tables) = self.admitted(scope, statement).await?;
        let counted = self.select_as(statement, tables, |plan| {
            let none: [Expr; 0] = [];
            planned(LogicalPlanBuilder::from(plan).aggregate(none, [count_all()]).and_then(LogicalPlanBuilder::build))
        });
        let mut rows = counted.await?;
        let mut count = 0;
        while let Some(batch) = rows.batches.next().await {
            count += batch?.column(0).as_primitive::<Int64Type>().iter().flatten().sum::<i64>();
        }
        Ok(count.unsigned_abs())
    }

    /// Marts of the scope that a statement reads, in order; the fault that running it would give when it is refused or names another.
    pub fn sql_reads(&self, scope: &Scope, statement: &str) -> Result<Vec<String>, QueryFault> {
        let admitted = gate::admit(statement, &self.inner.readers.functions)?;
        let mut reads = Vec::new();
        for name in admitted.relations {
            match scope.mart(&name) {
                Some(_) => reads.push(name),
                None if admitted.own.contains(&name) => {}
                None => return Err(QueryFault::UnknownMart(name)),
            }
        }
        Ok(reads)
    }

    /// Functions that a statement may call, by name.
    pub fn sql_functions(&self) -> Vec<String> {
        self.inner.readers.functions.in_order()
    }

    /// A statement that passed the gate, and the marts that it names as its reader sees them.
    async fn admitted(&self, scope: &Scope, statement: &str) -> Result<(Statement, BTreeMap<String, Arc<GovernedTable>>), QueryFault> {
        let admitted = gate::admit(statement, &self.inner.readers.functions)?;
        let mut tables = BTreeMap::new();
        for name in admitted.relations {
            match self.govern(scope, &name).await {
                Ok(table) => drop(tables.insert(name, Arc::new(table))),
                Err(QueryFault::UnknownMart(_)) if admitted.own.contains(&name) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok((admitted.statement, tables))
    }
}
