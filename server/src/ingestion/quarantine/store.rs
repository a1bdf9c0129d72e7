//! Control-plane SQL of quarantined rows.

use crate::{
    database::{Changes, Database},
    fault::{Fault, Result},
};
use sqlx::Row;
use warehouse::reading::{BadRow, Reason};

/// A row as it was kept.
#[derive(Debug)]
pub struct Kept {
    pub run: String,
    /// Of the run's job.
    pub department: String,
    pub dataset: String,
    pub file: String,
    pub line: i64,
    pub byte: i64,
    pub reason: Reason,
    pub content: String,
}

/// Keeps rows in the order in which they stood, after those that the run kept of this dataset before.
pub async fn keep(database: &Database, run: &str, dataset: &str, rows: &[BadRow]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut changes = database.begin().await?;
    for (position, row) in (0_i64..).zip(rows) {
        sqlx::query("insert into quarantine_row (run, dataset, position, file, line, byte, reason, content) values ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(run)
            .bind(dataset)
            .bind(position)
            .bind(row.file.as_ref())
            .bind(i64::try_from(row.line).map_err(Fault::internal)?)
            .bind(i64::try_from(row.byte).map_err(Fault::internal)?)
            .bind(serde_json::to_string(&row.reason)?)
            // PostgreSQL holds no zero byte in text.
            .bind(row.content.replace('\0', "\u{2400}"))
            .execute(&mut *changes)
            .await?;
    }
    Ok(changes.commit().await?)
}

pub async fn forget(changes: &mut Changes, run: &str) -> Result<()> {
    sqlx::query("delete from quarantine_row where run = $1").bind(run).execute(&mut **changes).await?;
    Ok(())
}

/// Newest runs first, then in order of position.
pub async fn list(database: &Database, run: Option<&str>, most: i64) -> Result<Vec<Kept>> {
    let rows = sqlx::query(
        "select quarantine_row.run, run.department, dataset, file, line, byte, reason, content
         from quarantine_row join run on run.id = quarantine_row.run
         where ($1 = '' or quarantine_row.run = $1) order by quarantine_row.run desc, dataset, position limit $2",
    )
    .bind(run.unwrap_or_default())
    .bind(most)
    .fetch_all(database.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Kept {
                run: row.try_get(0)?,
                department: row.try_get(1)?,
                dataset: row.try_get(2)?,
                file: row.try_get(3)?,
                line: row.try_get(4)?,
                byte: row.try_get(5)?,
                reason: serde_json::from_str(&row.try_get::<String, _>(6)?)?,
                content: row.try_get(7)?,
            })
        })
        .collect()
}
