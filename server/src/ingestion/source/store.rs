//! Control-plane SQL of sources.

use super::{Origin, Source};
use crate::{
    database::{Changes, Database, now_ms},
    fault::{Fault, Result},
};
use sqlx::{Any, Executor, Row, any::AnyRow};

/// All sources, in order of their name.
pub async fn all(database: &Database) -> Result<Vec<Source>> {
    let rows = sqlx::query("select name, title, connector, department, fields, tables, origin from source order by name").fetch_all(database.read()).await?;
    rows.iter().map(source).collect()
}

pub async fn one<'e>(from: impl Executor<'e, Database = Any>, name: &str) -> Result<Option<Source>> {
    let row =
        sqlx::query("select name, title, connector, department, fields, tables, origin from source where name = $1").bind(name).fetch_optional(from).await?;
    row.as_ref().map(source).transpose()
}

/// Which source a dataset belongs to.
pub async fn of_dataset<'e>(from: impl Executor<'e, Database = Any>, dataset: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("select source from source_table where dataset = $1").bind(dataset).fetch_optional(from).await?;
    Ok(row.map(|(source,)| source))
}

/// Adds or replaces a source. A dataset that belongs to another source is refused.
pub async fn save(changes: &mut Changes, source: &Source) -> Result<()> {
    sqlx::query(
        "insert into source (name, title, connector, department, fields, tables, origin, changed_ms) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (name) do update set title = excluded.title, connector = excluded.connector, department = excluded.department,
         fields = excluded.fields, tables = excluded.tables, origin = excluded.origin, changed_ms = excluded.changed_ms",
    )
    .bind(&source.name)
    .bind(serde_json::to_string(&source.title)?)
    .bind(&source.connector)
    .bind(&source.department)
    .bind(serde_json::to_string(&source.fields)?)
    .bind(serde_json::to_string(&source.tables)?)
    .bind(source.origin.name())
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    sqlx::query("delete from source_table where source = $1").bind(&source.name).execute(&mut **changes).await?;
    for table in &source.tables {
        let dataset = table.dataset();
        let taken = sqlx::query("insert into source_table (dataset, source) values ($1, $2) on conflict do nothing")
            .bind(&dataset)
            .bind(&source.name)
            .execute(&mut **changes)
            .await?;
        if taken.rows_affected() == 0 {
            let name = &table.name;
            return Err(Fault::invalid(
                format!("The table {name} belongs to another source already: choose another name."),
                format!("La tabla {name} ya pertenece a otra fuente: elija otro nombre."),
            )
            .on("table"));
        }
    }
    Ok(())
}

pub async fn delete(changes: &mut Changes, name: &str) -> Result<()> {
    sqlx::query("delete from source_table where source = $1").bind(name).execute(&mut **changes).await?;
    sqlx::query("delete from source where name = $1").bind(name).execute(&mut **changes).await?;
    Ok(())
}

fn source(row: &AnyRow) -> Result<Source> {
    Ok(Source {
        name: row.try_get(0)?,
        title: serde_json::from_str(&row.try_get::<String, _>(1)?)?,
        connector: row.try_get(2)?,
        department: row.try_get(3)?,
        fields: serde_json::from_str(&row.try_get::<String, _>(4)?)?,
        tables: serde_json::from_str(&row.try_get::<String, _>(5)?)?,
        origin: Origin::parse(&row.try_get::<String, _>(6)?),
    })
}
