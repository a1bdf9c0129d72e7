//! Control-plane SQL of the links by which people choose a new password.

use crate::{
    database::{Database, now_ms},
    fault::Result,
};
use sqlx::{AnyConnection, Row};

/// Writes down what a link's token hashes to; what has run out goes.
pub(super) async fn add(transaction: &mut AnyConnection, token_hash: &str, person: &str, expires_ms: i64) -> Result<()> {
    sqlx::query("delete from password_reset where expires_ms < $1").bind(now_ms()).execute(&mut *transaction).await?;
    sqlx::query("insert into password_reset (token_hash, person, created_ms, expires_ms) values ($1, $2, $3, $4)")
        .bind(token_hash)
        .bind(person)
        .bind(now_ms())
        .bind(expires_ms)
        .execute(transaction)
        .await?;
    Ok(())
}

/// How many good links a person has.
pub(super) async fn open(database: &Database, person: &str) -> Result<i64> {
    let row =
        sqlx::query("select count(*) from password_reset where person = $1 and expires_ms > $2").bind(person).bind(now_ms()).fetch_one(database.read()).await?;
    Ok(row.try_get(0)?)
}

/// Whose link this is, while it is good.
pub(super) async fn person_of(database: &Database, token_hash: &str) -> Result<Option<String>> {
    let row = sqlx::query("select person from password_reset where token_hash = $1 and expires_ms > $2")
        .bind(token_hash)
        .bind(now_ms())
        .fetch_optional(database.read())
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Takes the link away; whether it was good and its person is not disabled.
pub(super) async fn take(transaction: &mut AnyConnection, token_hash: &str) -> Result<bool> {
    let taken = sqlx::query(
        "delete from password_reset where token_hash = $1 and expires_ms > $2 \
         and exists (select 1 from person where person.id = password_reset.person and person.disabled = 0)",
    )
    .bind(token_hash)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(taken.rows_affected() == 1)
}
