//! Control-plane rows of agents.

use super::{Agent, Seen};
use crate::{
    database::{Changes, Database},
    fault::Result,
};
use sqlx::{Row, any::AnyRow};

/// All agents, by name.
pub async fn all(database: &Database) -> Result<Vec<Agent>> {
    sqlx::query("select id, name, department, keeper, topics, token_hash, made_by, made_ms, revoked_ms, seen_ms, state, reports from agent order by name")
        .fetch_all(database.read())
        .await?
        .iter()
        .map(read)
        .collect()
}

pub async fn by_id(database: &Database, id: &str) -> Result<Option<Agent>> {
    sqlx::query("select id, name, department, keeper, topics, token_hash, made_by, made_ms, revoked_ms, seen_ms, state, reports from agent where id = $1")
        .bind(id)
        .fetch_optional(database.read())
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

pub async fn by_name(changes: &mut Changes, name: &str) -> Result<Option<Agent>> {
    sqlx::query("select id, name, department, keeper, topics, token_hash, made_by, made_ms, revoked_ms, seen_ms, state, reports from agent where name = $1")
        .bind(name)
        .fetch_optional(&mut **changes)
        .await?
        .as_ref()
        .map(read)
        .transpose()
}

/// Writes an agent with its token; what it said before stays.
pub async fn save(changes: &mut Changes, agent: &Agent) -> Result<()> {
    sqlx::query(
        "insert into agent (id, name, department, keeper, topics, token_hash, made_by, made_ms, revoked_ms, seen_ms, state, reports) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, null, null, null, '[]') \
         on conflict (name) do update set id = excluded.id, department = excluded.department, keeper = excluded.keeper, topics = excluded.topics, \
         token_hash = excluded.token_hash, made_by = excluded.made_by, made_ms = excluded.made_ms, revoked_ms = null",
    )
    .bind(&agent.id)
    .bind(&agent.name)
    .bind(&agent.department)
    .bind(&agent.keeper)
    .bind(serde_json::to_string(&agent.topics)?)
    .bind(&agent.token_hash)
    .bind(&agent.made_by)
    .bind(agent.made_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Whether there was one that was not revoked yet.
pub async fn revoke(changes: &mut Changes, id: &str, now_ms: i64) -> Result<bool> {
    let revoked = sqlx::query("update agent set revoked_ms = $1 where id = $2 and revoked_ms is null").bind(now_ms).bind(id);
    Ok(revoked.execute(&mut **changes).await?.rows_affected() > 0)
}

pub async fn saw(changes: &mut Changes, id: &str, seen: &Seen) -> Result<()> {
    sqlx::query("update agent set seen_ms = $1, state = $2, reports = $3 where id = $4")
        .bind(seen.at_ms)
        .bind(serde_json::to_string(&seen.state)?)
        .bind(serde_json::to_string(&seen.reports)?)
        .bind(id)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<Agent> {
    let seen_ms: Option<i64> = row.try_get(9)?;
    let state: Option<String> = row.try_get(10)?;
    Ok(Agent {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        department: row.try_get(2)?,
        keeper: row.try_get(3)?,
        topics: serde_json::from_str(&row.try_get::<String, _>(4)?)?,
        token_hash: row.try_get(5)?,
        made_by: row.try_get(6)?,
        made_ms: row.try_get(7)?,
        revoked: row.try_get::<Option<i64>, _>(8)?.is_some(),
        seen_ms,
        state: state.map(|state| serde_json::from_str(&state)).transpose()?,
        reports: serde_json::from_str(&row.try_get::<String, _>(11)?)?,
    })
}
