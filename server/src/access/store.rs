//! Control-plane SQL of the audit log and the secret store.

use super::audit::Record;
use crate::{database::Database, fault::Result};
use sha2::{Digest, Sha256};
use sqlx::Row;

/// Appends records in one transaction, each chained to the hash of the one before.
pub(super) async fn append(database: &Database, records: &[Record]) -> Result<()> {
    let mut transaction = database.begin().await?;
    let last = sqlx::query("select sequence, hash from audit order by sequence desc limit 1").fetch_optional(&mut *transaction).await?;
    let (mut sequence, mut hash) = match last {
        Some(row) => (row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?),
        None => (0, String::new()),
    };
    for record in records {
        sequence += 1;
        hash = chained(&hash, sequence, record);
        sqlx::query(
            "insert into audit (sequence, at_ms, actor, department, action, object, outcome, details, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(sequence)
        .bind(record.at_ms)
        .bind(&record.actor)
        .bind(&record.department)
        .bind(&record.action)
        .bind(&record.object)
        .bind(&record.outcome)
        .bind(record.details.to_string())
        .bind(&hash)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Hash of a record and the hash before it; `atalaya audit` computes it again.
pub(super) fn chained(before: &str, sequence: i64, record: &Record) -> String {
    let fields =
        serde_json::json!([before, sequence, record.at_ms, record.actor, record.department, record.action, record.object, record.outcome, record.details]);
    hex::encode(Sha256::digest(fields.to_string()))
}
