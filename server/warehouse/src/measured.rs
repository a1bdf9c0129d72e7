//! Measures as the engine's expressions: parsed over the columns that a reader sees, made of aggregates alone.

use crate::{
    Warehouse, bind,
    columns::arrow_type,
    fault::QueryFault,
    governed::{GovernedColumn, shown_columns},
    hygiene, measure,
    query::ROWS,
    reader::Marts,
    scope::{GovernedMart, Scope},
};
use arrow::datatypes::{Field, Schema};
use datafusion::{
    common::{
        DFSchema,
        tree_node::{Transformed, TreeNode, TreeNodeRecursion},
    },
    execution::SessionState,
    functions_aggregate::count::count_all,
    logical_expr::{Expr, ExprSchemable},
};

/// Aggregates to reckon, and what each measure makes of them.
#[derive(Default)]
pub(crate) struct Measured {
    /// Each under a name of its own.
    pub(crate) aggregates: Vec<Expr>,
    /// One for each measure, over those names, named like the measure.
    pub(crate) results: Vec<Expr>,
    found: Vec<Expr>,
}

impl Measured {
    /// Adds a measure of the mart; `schema` is that of the governed rows.
    pub(crate) fn add(
        &mut self,
        session: &SessionState,
        mart: &GovernedMart,
        columns: &[GovernedColumn],
        schema: &DFSchema,
        name: &str,
    ) -> Result<(), QueryFault> {
        let expression = expression(session, mart, columns, schema, name)?;
        let replaced = expression.transform_down(|part| match part {
            Expr::AggregateFunction(_) => {
                let at = self.found.iter().position(|other| *other == part).unwrap_or_else(|| {
                    self.found.push(part.clone());
                    self.aggregates.push(part.alias(label(self.found.len() - 1)));
                    self.found.len() - 1
                });
                Ok(Transformed::new(bind::column(&label(at)), true, TreeNodeRecursion::Jump))
            }
            part => Ok(Transformed::no(part)),
        });
        let replaced = replaced.map_err(|error| hygiene::while_planning(&error))?.data;
        self.results.push(replaced.alias(name));
        Ok(())
    }
}

impl Warehouse {
    /// Whether a measure can be asked within this scope: false when it needs a column that the reader may not see, or makes
    /// of a masked one what cannot be made of its mask.
    pub fn available(&self, scope: &Scope, mart: &str, measure: &str) -> bool {
        let Some(mart) = scope.mart(mart) else { return false };
        let columns = shown_columns(mart, |_| true);
        let fields: Vec<Field> = columns.iter().map(|column| Field::new(&column.name, arrow_type(column.shown.kind), true)).collect();
        let Ok(schema) = DFSchema::try_from(Schema::new(fields)) else { return false };
        expression(&self.session(Marts::default(), 1), mart, &columns, &schema, measure).is_ok()
    }
}

/// Aggregates carry names that no column can have.
fn label(at: usize) -> String {
    format!("\0{at}")
}

fn expression(session: &SessionState, mart: &GovernedMart, columns: &[GovernedColumn], schema: &DFSchema, name: &str) -> Result<Expr, QueryFault> {
    if name == ROWS {
        return Ok(count_all());
    }
    let declared = mart.definition().measures.get(name).ok_or_else(|| QueryFault::UnknownMeasure(name.to_owned()))?;
    let wrong = |reason: String| QueryFault::Definition { name: format!("{}.{name}", mart.name()), reason };
    let used = measure::columns(&declared.sql).map_err(wrong)?;
    let shown = |name: &String| columns.iter().find(|column| column.name == *name);
    if used.iter().any(|name| shown(name).is_none()) {
        return Err(QueryFault::NotAvailable(name.to_owned()));
    }
    let parsed = session.create_logical_expr(&declared.sql, schema).and_then(|expression| {
        expression.get_type(schema)?;
        Ok(expression)
    });
    parsed.map_err(|error| {
        // `sum` of a hash is no fault of the definition.
        if used.iter().filter_map(shown).any(|column| !column.shown.is_plain()) {
            return QueryFault::NotAvailable(name.to_owned());
        }
        wrong(hygiene::while_planning(&error).to_string())
    })
}
