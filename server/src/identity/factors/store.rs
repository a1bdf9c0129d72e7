//! Control-plane SQL of second factors.

use crate::{
    database::{Database, now_ms},
    fault::Result,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

/// An authenticator app that was shown to its person, and perhaps confirmed.
pub struct App {
    pub confirmed: bool,
    pub added_ms: i64,
}

/// A passkey as it is kept.
pub struct Kept {
    pub id: String,
    pub person: String,
    pub name: String,
    /// What the authenticator calls it, in base64url.
    pub credential_id: String,
    /// Public key and counter, as JSON.
    pub credential: String,
    pub added_ms: i64,
    pub used_ms: Option<i64>,
}

pub async fn app(database: &Database, person: &str) -> Result<Option<App>> {
    let row = sqlx::query("select confirmed, added_ms from authenticator_app where person = $1").bind(person).fetch_optional(database.read()).await?;
    row.map(|row| Ok(App { confirmed: row.try_get::<i64, _>(0)? != 0, added_ms: row.try_get(1)? })).transpose()
}

/// Notes that a secret was shown; one that was confirmed is never replaced by this. Whether it was noted.
pub async fn begin_app(transaction: &mut AnyConnection, person: &str) -> Result<bool> {
    let done = sqlx::query(
        "insert into authenticator_app (person, confirmed, last_step, added_ms) values ($1, 0, 0, $2) \
         on conflict (person) do update set added_ms = excluded.added_ms where authenticator_app.confirmed = 0",
    )
    .bind(person)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Turns the app on with the time step of its first code, unless another secret was shown since. Of two who confirm at once one does.
pub async fn confirm_app(transaction: &mut AnyConnection, person: &str, shown: &App, step: i64) -> Result<bool> {
    let done = sqlx::query("update authenticator_app set confirmed = 1, last_step = $2, added_ms = $3 where person = $1 and confirmed = 0 and added_ms = $4")
        .bind(person)
        .bind(step)
        .bind(now_ms())
        .bind(shown.added_ms)
        .execute(transaction)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a code of this time step, unless it or a later one was taken before.
pub async fn use_step(transaction: &mut AnyConnection, person: &str, step: i64) -> Result<bool> {
    let done = sqlx::query("update authenticator_app set last_step = $2 where person = $1 and confirmed = 1 and last_step < $2")
        .bind(person)
        .bind(step)
        .execute(transaction)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets the app; whether there was one that was on.
pub async fn end_app(transaction: &mut AnyConnection, person: &str) -> Result<bool> {
    let on = sqlx::query("delete from authenticator_app where person = $1 and confirmed = 1").bind(person).execute(&mut *transaction).await?;
    sqlx::query("delete from authenticator_app where person = $1").bind(person).execute(transaction).await?;
    Ok(on.rows_affected() > 0)
}

pub async fn recovery_codes(database: &Database, person: &str) -> Result<u32> {
    let row = sqlx::query("select count(*) as codes from recovery_code where person = $1").bind(person).fetch_one(database.read()).await?;
    Ok(u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or(u32::MAX))
}

/// These hashes in place of all that were there.
pub async fn replace_recovery_codes(transaction: &mut AnyConnection, person: &str, hashes: &[String]) -> Result<()> {
    sqlx::query("delete from recovery_code where person = $1").bind(person).execute(&mut *transaction).await?;
    let now = now_ms();
    for hash in hashes {
        sqlx::query("insert into recovery_code (code_hash, person, made_ms) values ($1, $2, $3)")
            .bind(hash)
            .bind(person)
            .bind(now)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// Takes the code away; whether it was there. Of two who use it at once one does.
pub async fn use_recovery_code(transaction: &mut AnyConnection, person: &str, hash: &str) -> Result<bool> {
    let used = sqlx::query("delete from recovery_code where person = $1 and code_hash = $2").bind(person).bind(hash).execute(transaction).await?;
    Ok(used.rows_affected() == 1)
}

macro_rules! passkey_query {
    ($rest:literal) => {
        concat!("select id, person, name, credential_id, credential, added_ms, used_ms from passkey ", $rest)
    };
}

/// A person's, oldest first.
pub async fn passkeys(database: &Database, person: &str) -> Result<Vec<Kept>> {
    let rows = sqlx::query(passkey_query!("where person = $1 order by added_ms, id")).bind(person).fetch_all(database.read()).await?;
    rows.iter().map(read_passkey).collect()
}

pub async fn passkey_of_credential(database: &Database, credential_id: &str) -> Result<Option<Kept>> {
    let row = sqlx::query(passkey_query!("where credential_id = $1")).bind(credential_id).fetch_optional(database.read()).await?;
    row.as_ref().map(read_passkey).transpose()
}

pub async fn add_passkey(transaction: &mut AnyConnection, passkey: &Kept) -> Result<()> {
    sqlx::query("insert into passkey (id, person, name, credential_id, credential, added_ms) values ($1, $2, $3, $4, $5, $6)")
        .bind(&passkey.id)
        .bind(&passkey.person)
        .bind(&passkey.name)
        .bind(&passkey.credential_id)
        .bind(&passkey.credential)
        .bind(passkey.added_ms)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Notes a use with the counter that came of it, unless another use changed the passkey meanwhile. Whether it was noted.
pub async fn use_passkey(transaction: &mut AnyConnection, known: &Kept, credential: &str) -> Result<bool> {
    let used = sqlx::query("update passkey set credential = $3, used_ms = $4 where id = $1 and credential = $2")
        .bind(&known.id)
        .bind(&known.credential)
        .bind(credential)
        .bind(now_ms())
        .execute(transaction)
        .await?;
    Ok(used.rows_affected() == 1)
}

/// Whether the person had it.
pub async fn remove_passkey(transaction: &mut AnyConnection, person: &str, id: &str) -> Result<bool> {
    let done = sqlx::query("delete from passkey where id = $1 and person = $2").bind(id).bind(person).execute(transaction).await?;
    Ok(done.rows_affected() == 1)
}

/// All of a person's; whether there were any.
pub async fn remove_passkeys(transaction: &mut AnyConnection, person: &str) -> Result<bool> {
    let done = sqlx::query("delete from passkey where person = $1").bind(person).execute(transaction).await?;
    Ok(done.rows_affected() > 0)
}

fn read_passkey(row: &AnyRow) -> Result<Kept> {
    Ok(Kept {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        credential_id: row.try_get("credential_id")?,
        credential: row.try_get("credential")?,
        added_ms: row.try_get("added_ms")?,
        used_ms: row.try_get("used_ms")?,
    })
}
