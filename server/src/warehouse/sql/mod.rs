//! A reader's own SQL: run for a page, described for its editor, opened whole for reports. Everything goes through the statement gate
//! and the permit's scope; here is no second way to the data.

mod cancelled;
mod saved;
mod store;
mod words;

pub use saved::{delete, list, save};
pub use store::hand_over;

use super::answer;
use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    text::Text,
    warehouse::{
        asks::AnswerColumn,
        sql::asks::{DescribeSql, RunSql, Selected, SqlColumn, SqlSchema, SqlTable},
    },
};
use arrow::record_batch::RecordBatch;
use cancelled::Watched;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use std::{collections::BTreeSet, time::Instant};
use warehouse::{ColumnType, GovernedMart, Rows, columns::kind_of};
use words::told;

/// Most rows and most cells of an answer on a page; downloads have no such cap.
const PAGE_ROWS: u32 = 10_000;
const PAGE_CELLS: usize = 400_000;

/// The name under which the audit log has statements that were run.
const ACTION: &str = "warehouse.sql";

/// Runs a statement for a page. Whoever goes away meanwhile ends it: the engine's query hangs on this future.
pub async fn run(portal: Portal, permit: Permit, ask: RunSql) -> Result<Selected> {
    let watched = Watched::new(&portal, &permit);
    let selected = first(&portal, &permit, &ask).await;
    watched.ended();
    selected
}

async fn first(portal: &Portal, permit: &Permit, ask: &RunSql) -> Result<Selected> {
    let started = Instant::now();
    permit.about("statement", serde_json::json!({ "statement": ask.statement }));
    let reads = portal.warehouse.sql_reads(permit.scope(), &ask.statement).map_err(told)?;
    permit.about(object(&reads), serde_json::json!({ "statement": ask.statement, "marts": reads }));
    let most = ask.limit.clamp(1, PAGE_ROWS);
    // One more, to know whether there are more.
    let Rows { schema, mut batches } = portal.warehouse.sql_first(permit.scope(), &ask.statement, u64::from(most) + 1).await.map_err(told)?;
    let columns = columns(permit, &reads, &schema);
    let most = usize::try_from(most).unwrap_or(usize::MAX).min(PAGE_CELLS / columns.len().max(1));
    let mut rows = Vec::new();
    while rows.len() <= most {
        let Some(batch) = batches.try_next().await.map_err(told)? else { break };
        answer::append(&batch, &mut rows)?;
    }
    let truncated = rows.len() > most;
    rows.truncate(most);
    Ok(Selected { columns, rows, truncated, took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) })
}

/// What may stand in a statement: the marts of the scope with the columns that this reader sees, and the functions of the gate's list.
pub async fn describe(portal: Portal, permit: Permit, _ask: DescribeSql) -> Result<SqlSchema> {
    let table = |mart: &GovernedMart| {
        let definition = mart.definition();
        let columns = mart.columns().map(|(column, mask)| SqlColumn {
            name: column.name.clone(),
            kind: answer::shown_kind(column.kind, mask),
            description: definition.columns.get(&column.name).map(|words| answer::text(&words.description)).unwrap_or_default(),
            masked: mask.is_some(),
        });
        SqlTable {
            name: mart.name().to_owned(),
            title: answer::label(&definition.title, mart.name()),
            description: answer::text(&definition.description),
            columns: columns.collect(),
        }
    };
    Ok(SqlSchema {
        tables: permit.scope().marts().map(table).collect(),
        functions: portal.warehouse.sql_functions(),
        may_export: permit.allows(Need(Kind::Report, Action::Export)),
    })
}

/// Marts that a statement reads, by somebody who may write SQL; refused as running it would be. What reports stand on.
pub async fn reads(portal: &Portal, permit: &Permit, statement: &str) -> Result<Vec<String>> {
    if !permit.allows(Need(Kind::Mart, Action::Sql)) {
        return Err(Fault::forbidden());
    }
    portal.warehouse.sql_reads(permit.scope(), statement).map_err(told)
}

/// A statement opened in full: what reports stream.
pub struct Opened {
    pub columns: Vec<AnswerColumn>,
    /// `None` unless they were to be counted.
    pub total: Option<u64>,
    pub rows: BoxStream<'static, Result<RecordBatch>>,
}

/// Opens a statement without a cap on rows, under the permit of now. `counted`: their number is needed beforehand.
pub async fn open(portal: &Portal, permit: &Permit, statement: &str, counted: bool) -> Result<Opened> {
    let reads = reads(portal, permit, statement).await?;
    let total = if counted { Some(portal.warehouse.sql_count(permit.scope(), statement).await.map_err(told)?) } else { None };
    let Rows { schema, batches } = portal.warehouse.sql(permit.scope(), statement).await.map_err(told)?;
    Ok(Opened { columns: columns(permit, &reads, &schema), total, rows: batches.map_err(told).boxed() })
}

/// The columns of a result under the names that the statement gives them. One that is called as a masked column of what it reads is
/// marked as such.
fn columns(permit: &Permit, reads: &[String], schema: &arrow::datatypes::Schema) -> Vec<AnswerColumn> {
    let marts = reads.iter().filter_map(|name| permit.scope().mart(name));
    let masked: BTreeSet<&str> = marts.flat_map(|mart| mart.columns()).filter(|(_, mask)| mask.is_some()).map(|(column, _)| column.name.as_str()).collect();
    let described = |field: &std::sync::Arc<arrow::datatypes::Field>| AnswerColumn {
        name: field.name().clone(),
        label: Text::same(field.name()),
        kind: answer::shown_kind(kind_of(field.data_type()).unwrap_or(ColumnType::Text), None),
        unit: None,
        masked: masked.contains(field.name().as_str()),
    };
    schema.fields().iter().map(described).collect()
}

/// As the audit log names what a statement read.
fn object(reads: &[String]) -> String {
    match reads {
        [] => "statement".to_owned(),
        [mart] => format!("mart {mart}"),
        marts => format!("marts {}", marts.join(", ")),
    }
}
