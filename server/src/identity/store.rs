//! Control-plane SQL of the organisation, people, sessions and set-up tokens.

use crate::{
    database::{Database, now_ms},
    fault::Result,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    pub name: String,
    /// IANA name: days and periods count in it.
    pub time_zone: String,
}

/// A person without their secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub name: String,
    /// `en` or `es`; none: as the browser asks.
    pub language: Option<String>,
    pub must_change_password: bool,
    pub disabled: bool,
    /// `portal`, `apply` or `oidc`.
    pub origin: String,
    pub last_sign_in_ms: Option<i64>,
}

/// What signing in needs.
pub(super) struct Credentials {
    pub person: String,
    pub name: String,
    pub email: String,
    pub password_hash: String,
    pub security_version: i64,
    pub disabled: bool,
    pub known_address: Option<String>,
}

/// Whether sessions of a person still hold.
pub(super) struct Standing {
    pub security_version: i64,
    pub disabled: bool,
}

macro_rules! person_query {
    ($rest:literal) => {
        concat!("select id, email, name, language, must_change_password, disabled, origin, last_sign_in_ms from person ", $rest)
    };
}

pub async fn person(database: &Database, id: &str) -> Result<Option<Person>> {
    person_within(&mut *database.read().acquire().await?, id).await
}

/// The same as one connection sees them: a transaction sees what it changed.
pub async fn person_within(connection: &mut AnyConnection, id: &str) -> Result<Option<Person>> {
    let row = sqlx::query(person_query!("where id = $1")).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(read_person).transpose()
}

pub async fn person_by_email(database: &Database, email: &str) -> Result<Option<Person>> {
    let row = sqlx::query(person_query!("where email = $1")).bind(email).fetch_optional(database.read()).await?;
    row.as_ref().map(read_person).transpose()
}

pub async fn people(database: &Database) -> Result<Vec<Person>> {
    let rows = sqlx::query(person_query!("order by name, email")).fetch_all(database.read()).await?;
    rows.iter().map(read_person).collect()
}

fn read_person(row: &AnyRow) -> Result<Person> {
    Ok(Person {
        id: row.try_get("id")?,
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        language: row.try_get("language")?,
        must_change_password: row.try_get::<i64, _>("must_change_password")? != 0,
        disabled: row.try_get::<i64, _>("disabled")? != 0,
        origin: row.try_get("origin")?,
        last_sign_in_ms: row.try_get("last_sign_in_ms")?,
    })
}

/// Inserts a person with a first password that is to be changed, or was chosen (`must_change`).
pub async fn add_person(transaction: &mut AnyConnection, person: &Person, password_hash: &str) -> Result<()> {
    sqlx::query(
        "insert into person (id, email, name, language, password_hash, must_change_password, disabled, security_version, origin, created_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)",
    )
    .bind(&person.id)
    .bind(&person.email)
    .bind(&person.name)
    .bind(&person.language)
    .bind(password_hash)
    .bind(i64::from(person.must_change_password))
    .bind(i64::from(person.disabled))
    .bind(&person.origin)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Changes what a person is called and reads.
pub async fn rename_person(transaction: &mut AnyConnection, id: &str, name: &str, language: Option<&str>) -> Result<()> {
    sqlx::query("update person set name = $2, language = $3 where id = $1").bind(id).bind(name).bind(language).execute(transaction).await?;
    Ok(())
}

/// Disables or enables; ends every session.
pub async fn disable_person(transaction: &mut AnyConnection, id: &str, disabled: bool) -> Result<bool> {
    let done = sqlx::query("update person set disabled = $2, security_version = security_version + 1 where id = $1")
        .bind(id)
        .bind(i64::from(disabled))
        .execute(&mut *transaction)
        .await?;
    end_sessions(transaction, id).await?;
    Ok(done.rows_affected() > 0)
}

/// Sets a new password and ends every session. Gives the new security version; `None` when there is no such person.
pub async fn set_password(transaction: &mut AnyConnection, id: &str, password_hash: &str, must_change: bool) -> Result<Option<i64>> {
    let row = sqlx::query(
        "update person set password_hash = $2, must_change_password = $3, security_version = security_version + 1 where id = $1 returning security_version",
    )
    .bind(id)
    .bind(password_hash)
    .bind(i64::from(must_change))
    .fetch_optional(&mut *transaction)
    .await?;
    // A link that was mailed before is worth nothing any more.
    sqlx::query("delete from password_reset where person = $1").bind(id).execute(&mut *transaction).await?;
    end_sessions(transaction, id).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

pub(super) async fn credentials(database: &Database, email: &str) -> Result<Option<Credentials>> {
    let row = sqlx::query("select id, name, email, password_hash, security_version, disabled, known_address from person where email = $1")
        .bind(email)
        .fetch_optional(database.read())
        .await?;
    row.map(|row| {
        Ok(Credentials {
            person: row.try_get("id")?,
            name: row.try_get("name")?,
            email: row.try_get("email")?,
            password_hash: row.try_get("password_hash")?,
            security_version: row.try_get("security_version")?,
            disabled: row.try_get::<i64, _>("disabled")? != 0,
            known_address: row.try_get("known_address")?,
        })
    })
    .transpose()
}

pub(super) async fn standing(database: &Database, person: &str) -> Result<Option<Standing>> {
    let row = sqlx::query("select security_version, disabled from person where id = $1").bind(person).fetch_optional(database.read()).await?;
    row.map(|row| Ok(Standing { security_version: row.try_get(0)?, disabled: row.try_get::<i64, _>(1)? != 0 })).transpose()
}

pub(super) async fn note_sign_in(database: &Database, person: &str, known_address: &str) -> Result<()> {
    let mut transaction = database.begin().await?;
    sqlx::query("update person set last_sign_in_ms = $2, known_address = $3 where id = $1")
        .bind(person)
        .bind(now_ms())
        .bind(known_address)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("delete from session where expires_ms < $1").bind(now_ms()).execute(&mut *transaction).await?;
    Ok(transaction.commit().await?)
}

/// Whether nobody is there yet: the house waits for its set-up.
pub async fn is_empty(database: &Database) -> Result<bool> {
    Ok(sqlx::query("select 1 as one from person limit 1").fetch_optional(database.read()).await?.is_none())
}

pub async fn organisation(database: &Database) -> Result<Option<Organisation>> {
    let row = sqlx::query("select name, time_zone from organisation where id = 'organisation'").fetch_optional(database.read()).await?;
    row.map(|row| Ok(Organisation { name: row.try_get(0)?, time_zone: row.try_get(1)? })).transpose()
}

pub async fn set_organisation(transaction: &mut AnyConnection, organisation: &Organisation) -> Result<()> {
    sqlx::query(
        "insert into organisation (id, name, time_zone, created_ms) values ('organisation', $1, $2, $3) \
         on conflict (id) do update set name = excluded.name, time_zone = excluded.time_zone",
    )
    .bind(&organisation.name)
    .bind(&organisation.time_zone)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Replaces any earlier token: one link is good at a time.
pub(super) async fn set_token(database: &Database, token_hash: &str, expires_ms: i64) -> Result<()> {
    let mut transaction = database.begin().await?;
    sqlx::query("delete from set_up_token").execute(&mut *transaction).await?;
    sqlx::query("insert into set_up_token (token_hash, created_ms, expires_ms) values ($1, $2, $3)")
        .bind(token_hash)
        .bind(now_ms())
        .bind(expires_ms)
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

pub(super) async fn token_is_good(database: &Database, token_hash: &str) -> Result<bool> {
    let row = sqlx::query("select 1 as one from set_up_token where token_hash = $1 and expires_ms > $2")
        .bind(token_hash)
        .bind(now_ms())
        .fetch_optional(database.read())
        .await?;
    Ok(row.is_some())
}

/// Takes the token away; whether it was good and the house is still empty. Of two who use it at once one gets it.
pub(super) async fn use_token(transaction: &mut AnyConnection, token_hash: &str) -> Result<bool> {
    let used =
        sqlx::query("delete from set_up_token where token_hash = $1 and expires_ms > $2").bind(token_hash).bind(now_ms()).execute(&mut *transaction).await?;
    let nobody = sqlx::query("select 1 as one from person limit 1").fetch_optional(transaction).await?.is_none();
    Ok(used.rows_affected() == 1 && nobody)
}

/// Takes a person away with their sessions and keys; what others know of them is gone before.
pub async fn delete_person(transaction: &mut AnyConnection, id: &str) -> Result<()> {
    end_sessions(&mut *transaction, id).await?;
    sqlx::query("delete from api_key where person = $1").bind(id).execute(&mut *transaction).await?;
    sqlx::query("delete from person where id = $1").bind(id).execute(transaction).await?;
    Ok(())
}

/// Ends every session, also those that wait for a code.
pub(super) async fn end_all(transaction: &mut AnyConnection, person: &str) -> Result<()> {
    sqlx::query("update person set security_version = security_version + 1 where id = $1").bind(person).execute(&mut *transaction).await?;
    end_sessions(transaction, person).await
}

/// What is known by a hash under the house's key alone, when that changes: sessions end, links that were not used are void, and no place
/// is known any more.
pub async fn forget_keyed(transaction: &mut AnyConnection) -> Result<()> {
    for statement in [
        "delete from session",
        "delete from set_up_token",
        "delete from invite_token",
        "delete from password_reset",
        "delete from recovery_code",
        "update person set known_address = null",
    ] {
        sqlx::query(statement).execute(&mut *transaction).await?;
    }
    Ok(())
}

async fn end_sessions(transaction: &mut AnyConnection, person: &str) -> Result<()> {
    sqlx::query("delete from session where person = $1").bind(person).execute(transaction).await?;
    Ok(())
}
