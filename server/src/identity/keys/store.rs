//! Control-plane rows of API keys.

use super::Kept;
use crate::{
    database::{Changes, Database, now_ms},
    fault::Result,
};
use sqlx::{Row, any::AnyRow};

macro_rules! key_query {
    ($rest:literal) => {
        concat!("select id, person, name, hash, department, powers, security_version, created_ms, expires_ms, used_ms from api_key ", $rest)
    };
}

pub async fn one(database: &Database, id: &str) -> Result<Option<Kept>> {
    let row = sqlx::query(key_query!("where id = $1")).bind(id).fetch_optional(database.read()).await?;
    row.as_ref().map(read).transpose()
}

/// Newest first.
pub async fn of_person(database: &Database, person: &str) -> Result<Vec<Kept>> {
    let rows = sqlx::query(key_query!("where person = $1 order by created_ms desc, id")).bind(person).fetch_all(database.read()).await?;
    rows.iter().map(read).collect()
}

pub async fn add(changes: &mut Changes, key: &Kept) -> Result<()> {
    sqlx::query(
        "insert into api_key (id, person, name, hash, department, powers, security_version, created_ms, expires_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&key.id)
    .bind(&key.person)
    .bind(&key.name)
    .bind(&key.hash)
    .bind(&key.department)
    .bind(serde_json::to_string(&key.powers)?)
    .bind(key.security_version)
    .bind(key.made_ms)
    .bind(key.expires_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Whether the person had such a key.
pub async fn remove(changes: &mut Changes, person: &str, id: &str) -> Result<bool> {
    let done = sqlx::query("delete from api_key where id = $1 and person = $2").bind(id).bind(person).execute(&mut **changes).await?;
    Ok(done.rows_affected() > 0)
}

pub async fn note_use(database: &Database, id: &str) -> Result<()> {
    let mut changes = database.begin().await?;
    sqlx::query("update api_key set used_ms = $2 where id = $1").bind(id).bind(now_ms()).execute(&mut *changes).await?;
    Ok(changes.commit().await?)
}

fn read(row: &AnyRow) -> Result<Kept> {
    Ok(Kept {
        id: row.try_get("id")?,
        person: row.try_get("person")?,
        name: row.try_get("name")?,
        hash: row.try_get("hash")?,
        department: row.try_get("department")?,
        powers: serde_json::from_str(&row.try_get::<String, _>("powers")?)?,
        security_version: row.try_get("security_version")?,
        made_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
        used_ms: row.try_get("used_ms")?,
    })
}
