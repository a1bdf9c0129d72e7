//! Control-plane SQL of backups: reads every table, writes every table. Names come from the database's own catalogue, never from a file.

use super::Table;
use crate::{
    database::{Changes, Database, DatabaseKind},
    fault::{Fault, Result},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use futures::TryStreamExt;
use serde_json::{Value, json};
use sqlx::{Acquire, Any, AnyConnection, AssertSqlSafe, Column, Row, TypeInfo, ValueRef, any::AnyRow, query::Query};

/// A transaction that sees one moment of the control plane, however long it reads.
pub(super) async fn snapshot(database: &Database) -> Result<Changes> {
    Ok(match database.kind() {
        DatabaseKind::Sqlite => database.read().begin().await?,
        DatabaseKind::Postgres => database.read().begin_with("begin isolation level repeatable read").await?,
    })
}

pub(super) async fn migrations(connection: &mut AnyConnection) -> Result<Vec<i64>> {
    let rows = sqlx::query("select version from _sqlx_migrations order by version").fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Names of all tables of ours.
pub(super) async fn tables(database: &Database, connection: &mut AnyConnection) -> Result<Vec<String>> {
    let query = match database.kind() {
        DatabaseKind::Sqlite => "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '%sqlx%' order by name",
        DatabaseKind::Postgres => {
            "select cast(table_name as text) as name from information_schema.tables \
             where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name not like '%sqlx%' order by 1"
        }
    };
    let rows = sqlx::query(query).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

pub(super) async fn columns(connection: &mut AnyConnection, table: &str) -> Result<Vec<String>> {
    use sqlx::{Executor, SqlSafeStr, Statement};
    let text = AssertSqlSafe(format!("select * from {}", quoted(table)?));
    let statement = connection.prepare(text.into_sql_str()).await?;
    Ok(statement.columns().iter().map(|column| column.name().to_owned()).collect())
}

/// Reads a table row by row.
pub(super) async fn each_row(connection: &mut AnyConnection, table: &str, mut write: impl FnMut(Vec<Value>) -> Result<()>) -> Result<()> {
    let text = format!("select * from {}", quoted(table)?);
    let mut rows = sqlx::query(AssertSqlSafe(text)).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        write((0..row.len()).map(|index| value(&row, index)).collect::<Result<_>>()?)?;
    }
    Ok(())
}

/// Empties all tables and fills them anew. A table whose rows refer to another one waits until that one is filled.
pub(super) async fn replace_all(changes: &mut Changes, known: &[String], tables: &[Table]) -> Result<()> {
    let mut left: Vec<&String> = known.iter().collect();
    while !left.is_empty() {
        let before = left.len();
        let mut refused = Vec::new();
        for name in left {
            let mut step = changes.begin().await?;
            match sqlx::query(AssertSqlSafe(format!("delete from {}", quoted(name)?))).execute(&mut *step).await {
                Ok(_) => step.commit().await?,
                Err(cause) if refers(&cause) => {
                    step.rollback().await?;
                    refused.push(name);
                }
                Err(cause) => return Err(cause.into()),
            }
        }
        left = refused;
        if left.len() == before {
            return Err(Fault::internal("tables refer to each other in a circle"));
        }
    }
    let mut left: Vec<&Table> = tables.iter().collect();
    while !left.is_empty() {
        let before = left.len();
        let mut refused = Vec::new();
        for table in left {
            let mut step = changes.begin().await?;
            match fill(&mut step, table).await {
                Ok(()) => step.commit().await?,
                Err(Fault { cause: Some(cause), .. }) if cause.downcast_ref::<sqlx::Error>().is_some_and(refers) => {
                    step.rollback().await?;
                    refused.push(table);
                }
                Err(fault) => return Err(fault),
            }
        }
        left = refused;
        if left.len() == before {
            return Err(Fault::internal("rows refer to rows that the backup does not hold"));
        }
    }
    Ok(())
}

async fn fill(connection: &mut AnyConnection, table: &Table) -> Result<()> {
    let name = quoted(&table.name)?;
    for row in &table.rows {
        // Nulls are left out: a null that is bound would need the column's type.
        let present: Vec<(&String, &Value)> = table.columns.iter().zip(row).filter(|(_, value)| !value.is_null()).collect();
        let columns = present.iter().map(|(column, _)| quoted(column)).collect::<Result<Vec<_>>>()?.join(", ");
        let places = (1..=present.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ");
        let mut query = sqlx::query(AssertSqlSafe(format!("insert into {name} ({columns}) values ({places})")));
        for (_, value) in present {
            query = bound(query, value)?;
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

fn value(row: &AnyRow, index: usize) -> Result<Value> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "TEXT" => json!(row.try_get::<String, _>(index)?),
        "SMALLINT" | "INTEGER" | "BIGINT" => json!(row.try_get::<i64, _>(index)?),
        "REAL" | "DOUBLE" => json!(row.try_get::<f64, _>(index)?),
        "BLOB" => json!({ "base64": BASE64.encode(row.try_get::<Vec<u8>, _>(index)?) }),
        other => return Err(Fault::internal(format!("a control-plane column of type {other}"))),
    })
}

fn bound<'q>(query: Query<'q, Any, sqlx::any::AnyArguments>, value: &Value) -> Result<Query<'q, Any, sqlx::any::AnyArguments>> {
    let odd = || Fault::internal("a value that no column holds");
    Ok(match value {
        Value::String(text) => query.bind(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => query.bind(integer),
            None => query.bind(number.as_f64().ok_or_else(odd)?),
        },
        Value::Object(object) => {
            let bytes = object.get("base64").and_then(Value::as_str).and_then(|text| BASE64.decode(text).ok()).ok_or_else(odd)?;
            query.bind(bytes)
        }
        _ => return Err(odd()),
    })
}

/// An identifier of ours: anything else is refused, not escaped.
fn quoted(name: &str) -> Result<String> {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain { Ok(format!("\"{name}\"")) } else { Err(Fault::internal(format!("not a name of ours: {name}"))) }
}

fn refers(cause: &sqlx::Error) -> bool {
    matches!(cause, sqlx::Error::Database(database) if database.is_foreign_key_violation())
}
