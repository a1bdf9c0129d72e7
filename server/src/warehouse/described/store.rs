//! Control-plane SQL of what people say of datasets.

use super::{Described, DescribedColumn};
use crate::{
    database::{Changes, Database, now_ms},
    fault::Result,
};
use app::text::Text;
use sqlx::{Row, any::AnyRow};
use std::collections::BTreeMap;

/// All that was said, by dataset.
pub async fn all(database: &Database) -> Result<BTreeMap<String, Described>> {
    let rows = sqlx::query("select dataset, keeper, tags, description_en, description_es, version from catalog_entry").fetch_all(database.read()).await?;
    let mut all = BTreeMap::new();
    for row in &rows {
        let dataset: String = row.try_get(0)?;
        all.insert(dataset, described(row)?);
    }
    let rows = sqlx::query("select dataset, name, description_en, description_es, personal from catalog_column").fetch_all(database.read()).await?;
    for row in &rows {
        let dataset: String = row.try_get(0)?;
        if let Some(described) = all.get_mut(&dataset) {
            described.columns.insert(row.try_get(1)?, column(row)?);
        }
    }
    Ok(all)
}

/// What was said of one dataset; nothing where nobody said anything.
pub async fn one(database: &Database, dataset: &str) -> Result<Described> {
    let row = sqlx::query("select dataset, keeper, tags, description_en, description_es, version from catalog_entry where dataset = $1")
        .bind(dataset)
        .fetch_optional(database.read())
        .await?;
    let Some(row) = row else { return Ok(Described::default()) };
    let mut found = described(&row)?;
    let rows = sqlx::query("select dataset, name, description_en, description_es, personal from catalog_column where dataset = $1")
        .bind(dataset)
        .fetch_all(database.read())
        .await?;
    for row in &rows {
        found.columns.insert(row.try_get(1)?, column(row)?);
    }
    Ok(found)
}

/// Writes what is said of a dataset, its columns aside, unless somebody changed it since `version`: false then.
pub async fn put(changes: &mut Changes, dataset: &str, described: &Described, version: i64) -> Result<bool> {
    let written = sqlx::query(
        "insert into catalog_entry (dataset, keeper, tags, description_en, description_es, version, changed_ms) values ($1, $2, $3, $4, $5, 1, $6)
         on conflict (dataset) do update set keeper = excluded.keeper, tags = excluded.tags, description_en = excluded.description_en,
         description_es = excluded.description_es, version = catalog_entry.version + 1, changed_ms = excluded.changed_ms
         where catalog_entry.version = $7",
    )
    .bind(dataset)
    .bind(&described.keeper)
    .bind(serde_json::to_string(&described.tags)?)
    .bind(&described.description.en)
    .bind(&described.description.es)
    .bind(now_ms())
    .bind(version)
    .execute(&mut **changes)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Writes what is said of one column; `put` goes before it in the same transaction.
pub async fn put_column(changes: &mut Changes, dataset: &str, name: &str, column: &DescribedColumn) -> Result<()> {
    sqlx::query(
        "insert into catalog_column (dataset, name, description_en, description_es, personal) values ($1, $2, $3, $4, $5)
         on conflict (dataset, name) do update set description_en = excluded.description_en, description_es = excluded.description_es,
         personal = excluded.personal",
    )
    .bind(dataset)
    .bind(name)
    .bind(&column.description.en)
    .bind(&column.description.es)
    .bind(i64::from(column.personal))
    .execute(&mut **changes)
    .await?;
    Ok(())
}

fn described(row: &AnyRow) -> Result<Described> {
    Ok(Described {
        keeper: row.try_get(1)?,
        tags: serde_json::from_str(&row.try_get::<String, _>(2)?)?,
        description: Text::of(row.try_get::<String, _>(3)?, row.try_get::<String, _>(4)?),
        columns: BTreeMap::new(),
        version: row.try_get(5)?,
    })
}

fn column(row: &AnyRow) -> Result<DescribedColumn> {
    Ok(DescribedColumn { description: Text::of(row.try_get::<String, _>(2)?, row.try_get::<String, _>(3)?), personal: row.try_get::<i64, _>(4)? != 0 })
}
