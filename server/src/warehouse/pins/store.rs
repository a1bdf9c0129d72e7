//! Control-plane SQL of pins and of the texts that models and marts are built from.

use super::{Definition, Layer, Pin};
use crate::{
    database::{Changes, Counter, Database, mark, now_ms},
    fault::{Fault, Result},
};
use sqlx::{Any, Executor, Row, any::AnyRow};

/// All pins, in order of their dataset.
pub async fn all(database: &Database) -> Result<Vec<Pin>> {
    let rows = sqlx::query("select dataset, department, version, rows, bytes, columns, definition, run, published_ms, stale from dataset_pin order by dataset")
        .fetch_all(database.read())
        .await?;
    rows.iter().map(pin).collect()
}

pub async fn one(database: &Database, dataset: &str) -> Result<Option<Pin>> {
    let row =
        sqlx::query("select dataset, department, version, rows, bytes, columns, definition, run, published_ms, stale from dataset_pin where dataset = $1")
            .bind(dataset)
            .fetch_optional(database.read())
            .await?;
    row.as_ref().map(pin).transpose()
}

/// The pinned version of a dataset, as this transaction sees it.
pub async fn version(changes: &mut Changes, dataset: &str) -> Result<Option<u64>> {
    let row: Option<(i64,)> = sqlx::query_as("select version from dataset_pin where dataset = $1").bind(dataset).fetch_optional(&mut **changes).await?;
    row.map(|(version,)| unsigned(version)).transpose()
}

/// Grows with each publish.
pub async fn generation(database: &Database) -> Result<i64> {
    let (generation,): (i64,) = sqlx::query_as("select generation from publish_generation where id = 1").fetch_one(database.read()).await?;
    Ok(generation)
}

/// Makes publishes queue, one transaction after another, and gives the new generation. Call it first.
pub async fn lock(changes: &mut Changes) -> Result<i64> {
    let (generation,): (i64,) =
        sqlx::query_as("update publish_generation set generation = generation + 1 where id = 1 returning generation").fetch_one(&mut **changes).await?;
    mark(changes, Counter::Publishes, generation).await?;
    Ok(generation)
}

/// Pins readers to these versions.
pub async fn move_pins(changes: &mut Changes, pins: &[Pin]) -> Result<()> {
    for pin in pins {
        sqlx::query(
            "insert into dataset_past (dataset, version, retired_ms) select dataset, version, $2 from dataset_pin where dataset = $1
             on conflict (dataset, version) do update set retired_ms = excluded.retired_ms",
        )
        .bind(&pin.dataset)
        .bind(pin.published_ms)
        .execute(&mut **changes)
        .await?;
        sqlx::query(
            "insert into dataset_pin (dataset, department, version, rows, bytes, columns, definition, run, published_ms, stale)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
             on conflict (dataset) do update set department = excluded.department, version = excluded.version, rows = excluded.rows,
             bytes = excluded.bytes, columns = excluded.columns, definition = excluded.definition, run = excluded.run,
             published_ms = excluded.published_ms, stale = 0",
        )
        .bind(&pin.dataset)
        .bind(&pin.department)
        .bind(signed(pin.version)?)
        .bind(signed(pin.rows)?)
        .bind(signed(pin.bytes)?)
        .bind(serde_json::to_string(&pin.columns)?)
        .bind(&pin.definition)
        .bind(&pin.run)
        .bind(pin.published_ms)
        .execute(&mut **changes)
        .await?;
    }
    Ok(())
}

/// Says on every page of these datasets that they should be newer than they are.
pub async fn mark_stale(changes: &mut Changes, datasets: &[String]) -> Result<()> {
    for dataset in datasets {
        sqlx::query("update dataset_pin set stale = 1 where dataset = $1").bind(dataset).execute(&mut **changes).await?;
    }
    Ok(())
}

/// Versions that may have readers: the pinned one, the one before, and those retired since `since_ms`.
pub async fn kept(database: &Database, dataset: &str, since_ms: i64) -> Result<Vec<u64>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "select version from dataset_pin where dataset = $1
         union select version from dataset_past where dataset = $1 and (retired_ms >= $2 or retired_ms = (
             select max(retired_ms) from dataset_past where dataset = $1))",
    )
    .bind(dataset)
    .bind(since_ms)
    .fetch_all(database.read())
    .await?;
    rows.into_iter().map(|(version,)| unsigned(version)).collect()
}

/// Forgets the versions of a dataset that are no longer kept, once their files are gone.
pub async fn forget_past(database: &Database, dataset: &str, kept: &[u64]) -> Result<()> {
    let rows: Vec<(i64,)> = sqlx::query_as("select version from dataset_past where dataset = $1").bind(dataset).fetch_all(database.read()).await?;
    let mut changes = database.begin().await?;
    for (version,) in rows {
        if !kept.contains(&unsigned(version)?) {
            sqlx::query("delete from dataset_past where dataset = $1 and version = $2").bind(dataset).bind(version).execute(&mut *changes).await?;
        }
    }
    Ok(changes.commit().await?)
}

/// All texts, models first, in order of their name.
pub async fn definitions(database: &Database) -> Result<Vec<Definition>> {
    let rows =
        sqlx::query("select kind, name, department, definition, origin from definition_text order by kind desc, name").fetch_all(database.read()).await?;
    rows.iter().map(text).collect()
}

pub async fn definition<'e>(from: impl Executor<'e, Database = Any>, layer: Layer, name: &str) -> Result<Option<Definition>> {
    let row = sqlx::query("select kind, name, department, definition, origin from definition_text where kind = $1 and name = $2")
        .bind(layer.name())
        .bind(name)
        .fetch_optional(from)
        .await?;
    row.as_ref().map(text).transpose()
}

/// Removes a text and the pin of what it built: readers find the mart no more.
pub async fn remove_definition(changes: &mut Changes, definition: &Definition) -> Result<()> {
    sqlx::query("delete from definition_text where kind = $1 and name = $2")
        .bind(definition.layer.name())
        .bind(&definition.name)
        .execute(&mut **changes)
        .await?;
    sqlx::query("delete from dataset_pin where dataset = $1").bind(definition.dataset()).execute(&mut **changes).await?;
    // Who caches the pins must look again.
    lock(changes).await.map(drop)
}

/// Adds or replaces a text.
pub async fn save_definition(changes: &mut Changes, definition: &Definition) -> Result<()> {
    sqlx::query(
        "insert into definition_text (kind, name, department, definition, origin, changed_ms) values ($1, $2, $3, $4, $5, $6)
         on conflict (kind, name) do update set department = excluded.department, definition = excluded.definition,
         origin = excluded.origin, changed_ms = excluded.changed_ms",
    )
    .bind(definition.layer.name())
    .bind(&definition.name)
    .bind(&definition.department)
    .bind(&definition.text)
    .bind(&definition.origin)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(())
}

fn pin(row: &AnyRow) -> Result<Pin> {
    Ok(Pin {
        dataset: row.try_get(0)?,
        department: row.try_get(1)?,
        version: unsigned(row.try_get(2)?)?,
        rows: unsigned(row.try_get(3)?)?,
        bytes: unsigned(row.try_get(4)?)?,
        columns: serde_json::from_str(&row.try_get::<String, _>(5)?)?,
        definition: row.try_get(6)?,
        run: row.try_get(7)?,
        published_ms: row.try_get(8)?,
        stale: row.try_get::<i64, _>(9)? != 0,
    })
}

fn text(row: &AnyRow) -> Result<Definition> {
    let layer = if row.try_get::<String, _>(0)? == Layer::Model.name() { Layer::Model } else { Layer::Mart };
    Ok(Definition { layer, name: row.try_get(1)?, department: row.try_get(2)?, text: row.try_get(3)?, origin: row.try_get(4)? })
}

fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(Fault::internal)
}

fn unsigned(number: i64) -> Result<u64> {
    u64::try_from(number).map_err(Fault::internal)
}
