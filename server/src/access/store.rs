//! Control-plane SQL of the audit log and the secret store.

use super::{
    audit::{Chain, Record},
    key::authenticate,
};
use crate::{
    database::{Database, DatabaseKind, now_ms},
    fault::Result,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

/// A record as it stands in the log.
#[derive(Clone, Debug)]
pub struct Line {
    pub sequence: i64,
    pub record: Record,
    /// The details as they were written: the hash is over this text.
    pub(super) details: String,
    pub(super) hash: String,
}

/// Appends records in one transaction, each chained to the hash of the one before. Gives the last sequence number and hash.
pub(super) async fn append(database: &Database, chain: &Chain, records: &[Record]) -> Result<(i64, String)> {
    let mut transaction = database.begin().await?;
    if database.kind() == DatabaseKind::Postgres {
        // SQLite's writing transaction is alone anyway; here two processes must not take the same number.
        sqlx::query("lock table audit in exclusive mode").execute(&mut *transaction).await?;
    }
    let last = sqlx::query("select sequence, hash from audit order by sequence desc limit 1").fetch_optional(&mut *transaction).await?;
    let (mut sequence, mut hash) = match last {
        Some(row) => (row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?),
        None => (0, String::new()),
    };
    for record in records {
        sequence += 1;
        let details = record.details.to_string();
        hash = chained(chain, &hash, sequence, record, &details);
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
        .bind(details)
        .bind(&hash)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok((sequence, hash))
}

/// Keyed hash of a record and the hash before it: who can write the database alone cannot make the chain hold again.
pub(super) fn chained(chain: &Chain, before: &str, sequence: i64, record: &Record, details: &str) -> String {
    let fields = serde_json::json!([before, sequence, record.at_ms, record.actor, record.department, record.action, record.object, record.outcome, details]);
    hex::encode(authenticate(&chain.key, &[fields.to_string().as_bytes()]))
}

/// The next records after `after`, in order, for the verification.
pub(super) async fn chained_lines(database: &Database, after: i64) -> Result<Vec<Line>> {
    let rows = sqlx::query(
        "select sequence, at_ms, actor, department, action, object, outcome, details, hash from audit where sequence > $1 order by sequence limit 2000",
    )
    .bind(after)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(line).collect()
}

/// Newest first: at most `limit` records before `before` whose actor, action or object contains `search`.
pub async fn lines(database: &Database, before: Option<i64>, search: &str, limit: i64) -> Result<Vec<Line>> {
    let pattern = format!("%{}%", search.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query(
        "select sequence, at_ms, actor, department, action, object, outcome, details, hash from audit \
         where sequence < $1 and (lower(actor) like $2 escape '\\' or lower(action) like $2 escape '\\' or lower(object) like $2 escape '\\') \
         order by sequence desc limit $3",
    )
    .bind(before.unwrap_or(i64::MAX))
    .bind(pattern)
    .bind(limit)
    .fetch_all(database.read())
    .await?;
    rows.iter().map(line).collect()
}

fn line(row: &AnyRow) -> Result<Line> {
    let details: String = row.try_get("details")?;
    Ok(Line {
        sequence: row.try_get("sequence")?,
        record: Record {
            at_ms: row.try_get("at_ms")?,
            actor: row.try_get("actor")?,
            department: row.try_get("department")?,
            action: row.try_get("action")?,
            object: row.try_get("object")?,
            outcome: row.try_get("outcome")?,
            details: serde_json::from_str(&details).unwrap_or_default(),
        },
        details,
        hash: row.try_get("hash")?,
    })
}

pub(super) async fn secret(database: &Database, name: &str) -> Result<Option<String>> {
    let row = sqlx::query("select sealed from secret where name = $1").bind(name).fetch_optional(database.read()).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn write_secret(transaction: &mut AnyConnection, name: &str, sealed: &str) -> Result<()> {
    sqlx::query(
        "insert into secret (name, sealed, written_ms) values ($1, $2, $3) \
         on conflict (name) do update set sealed = excluded.sealed, written_ms = excluded.written_ms",
    )
    .bind(name)
    .bind(sealed)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(())
}

pub(super) async fn forget_secret(transaction: &mut AnyConnection, name: &str) -> Result<()> {
    sqlx::query("delete from secret where name = $1").bind(name).execute(transaction).await?;
    Ok(())
}
