//! Control-plane SQL of the file ledger.

use super::Files;
use crate::{
    database::{Changes, Database, new_id, now_ms},
    fault::{Fault, Result},
};

/// Claims files for a run that is about to load them. Gives the run that has them already, when there is one (FT-B04).
pub async fn claim(changes: &mut Changes, run: &str, files: &Files) -> Result<Option<String>> {
    if insert(changes, run, files, "claimed").await? {
        return Ok(None);
    }
    let (run,): (String,) = sqlx::query_as("select run from file_ledger where live_key = $1").bind(&files.key).fetch_one(&mut **changes).await?;
    Ok(Some(run))
}

/// The run that loaded exactly these files into what is published now.
pub async fn loaded_by(database: &Database, files: &Files) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(
        "select run from file_ledger where live_key = $1 and state = 'loaded' and exists (select 1 from dataset_pin where dataset_pin.dataset = file_ledger.dataset)",
    )
    .bind(&files.key)
    .fetch_optional(database.read())
    .await?;
    Ok(row.map(|(run,)| run))
}

/// Within the publish: these files are the dataset's contents now, in place of the ones before.
pub async fn loaded(changes: &mut Changes, run: &str, files: &Files) -> Result<()> {
    sqlx::query("update file_ledger set live_key = null, state = 'replaced', at_ms = $3 where dataset = $1 and state = 'loaded' and live_key <> $2")
        .bind(&files.dataset)
        .bind(&files.key)
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    if !insert(changes, run, files, "loaded").await? {
        sqlx::query("update file_ledger set state = 'loaded', run = $2, at_ms = $3 where live_key = $1")
            .bind(&files.key)
            .bind(run)
            .bind(now_ms())
            .execute(&mut **changes)
            .await?;
    }
    Ok(())
}

/// A run that ended without publishing lets go of its files: they may come again.
pub async fn release(changes: &mut Changes, run: &str) -> Result<()> {
    sqlx::query("update file_ledger set live_key = null, state = 'released', at_ms = $2 where run = $1 and state = 'claimed'")
        .bind(run)
        .bind(now_ms())
        .execute(&mut **changes)
        .await?;
    Ok(())
}

async fn insert(changes: &mut Changes, run: &str, files: &Files, state: &str) -> Result<bool> {
    let inserted = sqlx::query(
        "insert into file_ledger (id, dataset, live_key, files, bytes, run, state, at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (live_key) do nothing",
    )
    .bind(new_id())
    .bind(&files.dataset)
    .bind(&files.key)
    .bind(serde_json::to_string(&files.list)?)
    .bind(i64::try_from(files.bytes).map_err(Fault::internal)?)
    .bind(run)
    .bind(state)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(inserted.rows_affected() == 1)
}
