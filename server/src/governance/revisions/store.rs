//! Control-plane SQL of the revisions of policies.

use super::By;
use crate::{
    database::{Database, new_id, now_ms},
    fault::Result,
    governance::rules::Policy,
};
use sqlx::{AnyConnection, Row, any::AnyRow};
use std::collections::BTreeMap;

/// One change as it is kept.
#[derive(Clone, Debug)]
pub struct Revision {
    pub id: String,
    pub policy: String,
    pub revision: i64,
    /// The newest revision of the same policy.
    pub newest: i64,
    pub change: String,
    pub was: Option<Policy>,
    pub became: Option<Policy>,
    /// The change took the policy away.
    pub deleted: bool,
    pub version: i64,
    pub actor: String,
    pub why: String,
    pub at_ms: i64,
}

macro_rules! revision_query {
    ($rest:literal) => {
        concat!(
            "select id, policy, revision, change, was, became, policy_version, actor, why, at_ms, \
             (select max(newer.revision) from policy_revision as newer where newer.policy = policy_revision.policy) as newest \
             from policy_revision ",
            $rest
        )
    };
}

/// Adds the next revision of a policy; gives its number.
pub async fn add(transaction: &mut AnyConnection, policy: &str, was: Option<&Policy>, became: Option<&Policy>, by: &By) -> Result<i64> {
    let revision = newest(&mut *transaction, policy).await? + 1;
    sqlx::query(
        "insert into policy_revision (id, policy, revision, change, was, became, policy_version, actor, why, at_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new_id())
    .bind(policy)
    .bind(revision)
    .bind(by.change.name())
    .bind(was.map(serde_json::to_string).transpose()?)
    .bind(became.map(serde_json::to_string).transpose()?)
    .bind(by.version)
    .bind(&by.actor)
    .bind(&by.why)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(revision)
}

/// The newest revision of one policy; 0 when none is kept.
pub async fn newest(transaction: &mut AnyConnection, policy: &str) -> Result<i64> {
    let (newest,): (Option<i64>,) =
        sqlx::query_as("select max(revision) from policy_revision where policy = $1").bind(policy).fetch_one(&mut *transaction).await?;
    Ok(newest.unwrap_or_default())
}

pub async fn newest_of_all(database: &Database) -> Result<BTreeMap<String, i64>> {
    let rows = sqlx::query("select policy, max(revision) from policy_revision group by policy").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Newest first: at most `most` changes before the one with the id `before`, of one policy or (empty) of all.
pub async fn found(database: &Database, policy: &str, before: Option<&str>, most: i64) -> Result<Vec<Revision>> {
    let rows = sqlx::query(revision_query!("where ($1 = '' or policy = $1) and ($2 = '' or id < $2) order by id desc limit $3"))
        .bind(policy)
        .bind(before.unwrap_or_default())
        .bind(most)
        .fetch_all(database.read())
        .await?;
    rows.iter().map(revision).collect()
}

pub async fn one(database: &Database, id: &str) -> Result<Option<Revision>> {
    sqlx::query(revision_query!("where id = $1")).bind(id).fetch_optional(database.read()).await?.as_ref().map(revision).transpose()
}

/// One change of a policy by its number.
pub async fn numbered(database: &Database, policy: &str, number: i64) -> Result<Option<Revision>> {
    let row = sqlx::query(revision_query!("where policy = $1 and revision = $2")).bind(policy).bind(number).fetch_optional(database.read()).await?;
    row.as_ref().map(revision).transpose()
}

fn revision(row: &AnyRow) -> Result<Revision> {
    let policy = |name: &str| -> Result<Option<Policy>> {
        let text = row.try_get::<Option<String>, _>(name)?;
        // What cannot be read is shown as absent and cannot be restored.
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    };
    Ok(Revision {
        id: row.try_get("id")?,
        policy: row.try_get("policy")?,
        revision: row.try_get("revision")?,
        newest: row.try_get("newest")?,
        change: row.try_get("change")?,
        was: policy("was")?,
        became: policy("became")?,
        deleted: row.try_get::<Option<String>, _>("became")?.is_none(),
        version: row.try_get("policy_version")?,
        actor: row.try_get("actor")?,
        why: row.try_get("why")?,
        at_ms: row.try_get("at_ms")?,
    })
}
