//! Control-plane SQL of the audit log and the secret store.

use super::{
    audit::{Chain, Record},
    key::authenticate,
};
use crate::{
    database::{Database, now_ms},
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
    /// Of this record and the hash before it, hexadecimal.
    pub hash: String,
}

/// Which records are wanted; what is empty asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Stands in who, what or on what. Never in details: whoever may not see a literal cannot find it either.
    pub search: String,
    /// A whole address (whoever acts as them, and as whomever they act, too), or a part of a name.
    pub person: String,
    /// `identity.sign_in`, or all that begins with `identity.`.
    pub action: String,
    pub outcome: String,
    pub from_ms: Option<i64>,
    /// Exclusive.
    pub until_ms: Option<i64>,
}

/// Appends records in one transaction, each chained to the hash of the one before. Gives the last sequence number and hash.
pub(super) async fn append(database: &Database, chain: &Chain, records: &[Record]) -> Result<(i64, String)> {
    let mut transaction = database.begin().await?;
    let (mut sequence, mut hash) = last(&mut transaction).await?;
    for record in records {
        (sequence, hash) = append_one(&mut transaction, chain, (sequence, hash), record).await?;
    }
    transaction.commit().await?;
    Ok((sequence, hash))
}

/// Number and hash of the last record, which stays the last until the transaction ends.
pub(super) async fn last(transaction: &mut AnyConnection) -> Result<(i64, String)> {
    if transaction.backend_name() == "PostgreSQL" {
        // SQLite's writing transaction is alone anyway; here two processes must not take the same number.
        sqlx::query("lock table audit in exclusive mode").execute(&mut *transaction).await?;
    }
    let last = sqlx::query("select sequence, hash from audit order by sequence desc limit 1").fetch_optional(transaction).await?;
    Ok(match last {
        Some(row) => (row.try_get(0)?, row.try_get(1)?),
        None => (0, String::new()),
    })
}

/// Appends one record after the last; gives its number and hash.
pub(super) async fn append_one(transaction: &mut AnyConnection, chain: &Chain, last: (i64, String), record: &Record) -> Result<(i64, String)> {
    let (sequence, details) = (last.0 + 1, record.details.to_string());
    let hash = chained(chain, &last.1, sequence, record, &details);
    insert(transaction, sequence, record, &details, &hash).await?;
    Ok((sequence, hash))
}

/// Whether the log would take a record now. Leaves none.
pub(super) async fn try_append(database: &Database) -> Result<()> {
    let mut transaction = database.begin().await?;
    // A number of its own below all others: two that try at once must not wait for each other.
    let sequence = -1 - i64::from(rand::random::<u32>());
    insert(&mut transaction, sequence, &Record::by("portal", "audit.try", "audit", "allowed"), "null", "").await?;
    Ok(transaction.rollback().await?)
}

async fn insert(transaction: &mut AnyConnection, sequence: i64, record: &Record, details: &str, hash: &str) -> Result<()> {
    sqlx::query(
        "insert into audit (sequence, at_ms, actor, department, action, object, outcome, details, place, policy_version, rows, bytes, hash) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(sequence)
    .bind(record.at_ms)
    .bind(&record.actor)
    .bind(&record.department)
    .bind(&record.action)
    .bind(&record.object)
    .bind(&record.outcome)
    .bind(details)
    .bind(&record.place)
    .bind(record.policy_version)
    .bind(record.rows)
    .bind(record.bytes)
    .bind(hash)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Keyed hash of a record and the hash before it: who can write the database alone cannot make the chain hold again.
pub(super) fn chained(chain: &Chain, before: &str, sequence: i64, record: &Record, details: &str) -> String {
    let mut fields =
        serde_json::json!([before, sequence, record.at_ms, record.actor, record.department, record.action, record.object, record.outcome, details]);
    let more = (record.place.as_str(), record.policy_version, record.rows, record.bytes);
    // Records that were written before there were these have the hash that they had.
    if more != ("", 0, None, None)
        && let Some(fields) = fields.as_array_mut()
    {
        fields.push(serde_json::json!([more.0, more.1, more.2, more.3]));
    }
    hex::encode(authenticate(chain.key_of(sequence), &[fields.to_string().as_bytes()]))
}

macro_rules! audit_query {
    ($rest:literal) => {
        concat!("select sequence, at_ms, actor, department, action, object, outcome, details, place, policy_version, rows, bytes, hash from audit ", $rest)
    };
}

/// The next records after `after`, in order, for the verification. One that cannot be read is an error in its place.
pub(super) async fn chained_lines(database: &Database, after: i64) -> Result<Vec<Result<Line>>> {
    let rows = sqlx::query(audit_query!("where sequence > $1 order by sequence limit 2000")).bind(after).fetch_all(database.read()).await?;
    Ok(rows.iter().map(line).collect())
}

/// Newest first: at most `limit` records before `before` whose actor, action or object contains `search`.
pub async fn lines(database: &Database, before: Option<i64>, search: &str, limit: i64) -> Result<Vec<Line>> {
    found(database, &Wanted { search: search.to_owned(), ..Wanted::default() }, before, limit).await
}

/// Newest first: at most `limit` of the wanted records before `before`.
pub async fn found(database: &Database, wanted: &Wanted, before: Option<i64>, limit: i64) -> Result<Vec<Line>> {
    // One text for all: each condition that is not asked for is true of every record.
    let rows = sqlx::query(audit_query!(
        "where sequence < $1 and at_ms >= $2 and at_ms < $3 \
         and ($4 = '' or lower(actor) like $5 escape '\\' or lower(action) like $5 escape '\\' or lower(object) like $5 escape '\\') \
         and ($6 = '' or lower(actor) like $7 escape '\\' or lower(actor) like $8 escape '\\' or lower(actor) like $13 escape '\\') \
         and ($9 = '' or action like $10 escape '\\') and ($11 = '' or outcome = $11) \
         order by sequence desc limit $12"
    ))
    .bind(before.unwrap_or(i64::MAX))
    .bind(wanted.from_ms.unwrap_or(i64::MIN))
    .bind(wanted.until_ms.unwrap_or(i64::MAX))
    .bind(&wanted.search)
    .bind(format!("%{}%", literally(&wanted.search.to_lowercase())))
    .bind(&wanted.person)
    .bind(person(&wanted.person))
    .bind(format!("% as {}", literally(&wanted.person.to_lowercase())))
    .bind(&wanted.action)
    .bind(if wanted.action.ends_with('.') { format!("{}%", literally(&wanted.action)) } else { literally(&wanted.action) })
    .bind(&wanted.outcome)
    .bind(limit)
    .bind(format!("{} as %", literally(&wanted.person.to_lowercase())))
    .fetch_all(database.read())
    .await?;
    rows.iter().map(line).collect()
}

/// A whole address is that person and nobody whose address ends alike.
fn person(person: &str) -> String {
    let literal = literally(&person.to_lowercase());
    if person.contains('@') { literal } else { format!("%{literal}%") }
}

/// A text whose `%` and `_` stand for themselves.
fn literally(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
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
            place: row.try_get("place")?,
            policy_version: row.try_get("policy_version")?,
            rows: row.try_get("rows")?,
            bytes: row.try_get("bytes")?,
        },
        details,
        hash: row.try_get("hash")?,
    })
}

pub(super) async fn secret(database: &Database, name: &str) -> Result<Option<String>> {
    let row = sqlx::query("select sealed from secret where name = $1").bind(name).fetch_optional(database.read()).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// All of them, sealed, as this transaction sees them.
pub(super) async fn secrets(transaction: &mut AnyConnection) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query("select name, sealed from secret order by name").fetch_all(transaction).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
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
