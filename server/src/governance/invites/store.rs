//! Control-plane SQL of invitations and of the hashes of their links.

use crate::{
    database::{Database, now_ms},
    fault::Result,
};
use sqlx::{AnyConnection, Row, any::AnyRow};
use std::collections::BTreeMap;

/// Who is to come, and where they will stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    pub id: String,
    pub email: String,
    pub name: String,
    pub department: String,
    pub role: String,
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Address of the administrator.
    pub invited_by: String,
    /// Empty: not by mail; else `waiting`, `sent` or `failed`.
    pub mail: String,
    pub days: i64,
    pub created_ms: i64,
    pub expires_ms: i64,
}

macro_rules! invite_query {
    ($rest:literal) => {
        concat!("select id, email, name, department, role, attributes, invited_by, mail, days, created_ms, expires_ms from invite ", $rest)
    };
}

/// The newest first.
pub async fn all(database: &Database) -> Result<Vec<Invite>> {
    let rows = sqlx::query(invite_query!("order by created_ms desc, email")).fetch_all(database.read()).await?;
    rows.iter().map(invite).collect()
}

pub async fn find(database: &Database, id: &str) -> Result<Option<Invite>> {
    let row = sqlx::query(invite_query!("where id = $1")).bind(id).fetch_optional(database.read()).await?;
    row.as_ref().map(invite).transpose()
}

/// The invitation behind a link, while it is good.
pub async fn by_token(database: &Database, token_hash: &str) -> Result<Option<Invite>> {
    let row = sqlx::query(invite_query!("where expires_ms > $2 and id in (select invite from invite_token where token_hash = $1)"))
        .bind(token_hash)
        .bind(now_ms())
        .fetch_optional(database.read())
        .await?;
    row.as_ref().map(invite).transpose()
}

/// Takes the invitation behind a good link away, and with it all its links: of two who use it at once one gets it.
pub async fn take(transaction: &mut AnyConnection, token_hash: &str) -> Result<Option<Invite>> {
    let row = sqlx::query(
        "delete from invite where expires_ms > $2 and id in (select invite from invite_token where token_hash = $1) \
         returning id, email, name, department, role, attributes, invited_by, mail, days, created_ms, expires_ms",
    )
    .bind(token_hash)
    .bind(now_ms())
    .fetch_optional(transaction)
    .await?;
    row.as_ref().map(invite).transpose()
}

pub async fn add(transaction: &mut AnyConnection, invite: &Invite) -> Result<()> {
    sqlx::query(
        "insert into invite (id, email, name, department, role, attributes, invited_by, mail, days, created_ms, expires_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&invite.id)
    .bind(&invite.email)
    .bind(&invite.name)
    .bind(&invite.department)
    .bind(&invite.role)
    .bind(serde_json::to_string(&invite.attributes)?)
    .bind(&invite.invited_by)
    .bind(&invite.mail)
    .bind(invite.days)
    .bind(invite.created_ms)
    .bind(invite.expires_ms)
    .execute(transaction)
    .await?;
    Ok(())
}

/// Changes who is to come, and where they will stand; the links stay.
pub async fn change(transaction: &mut AnyConnection, invite: &Invite) -> Result<()> {
    sqlx::query("update invite set name = $2, department = $3, role = $4, attributes = $5 where id = $1")
        .bind(&invite.id)
        .bind(&invite.name)
        .bind(&invite.department)
        .bind(&invite.role)
        .bind(serde_json::to_string(&invite.attributes)?)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Takes all earlier links away and moves the end; false when there is no such invitation any more.
pub async fn renew(transaction: &mut AnyConnection, id: &str, expires_ms: i64, mail: &str) -> Result<bool> {
    sqlx::query("delete from invite_token where invite = $1").bind(id).execute(&mut *transaction).await?;
    let renewed = sqlx::query("update invite set expires_ms = $2, mail = $3 where id = $1").bind(id).bind(expires_ms).bind(mail).execute(transaction).await?;
    Ok(renewed.rows_affected() == 1)
}

pub async fn remove(transaction: &mut AnyConnection, id: &str) -> Result<bool> {
    Ok(sqlx::query("delete from invite where id = $1").bind(id).execute(transaction).await?.rows_affected() == 1)
}

pub async fn add_token(transaction: &mut AnyConnection, token_hash: &str, invite: &str) -> Result<()> {
    sqlx::query("insert into invite_token (token_hash, invite, created_ms) values ($1, $2, $3)")
        .bind(token_hash)
        .bind(invite)
        .bind(now_ms())
        .execute(transaction)
        .await?;
    Ok(())
}

/// How far the mail of an invitation is.
pub async fn set_mail(transaction: &mut AnyConnection, id: &str, state: &str) -> Result<()> {
    sqlx::query("update invite set mail = $2 where id = $1").bind(id).bind(state).execute(transaction).await?;
    Ok(())
}

fn invite(row: &AnyRow) -> Result<Invite> {
    Ok(Invite {
        id: row.try_get("id")?,
        email: row.try_get("email")?,
        name: row.try_get("name")?,
        department: row.try_get("department")?,
        role: row.try_get("role")?,
        attributes: serde_json::from_str(&row.try_get::<String, _>("attributes")?)?,
        invited_by: row.try_get("invited_by")?,
        mail: row.try_get("mail")?,
        days: row.try_get("days")?,
        created_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
    })
}
