//! Control-plane rows of departments that Kibana is set up for.

use crate::{
    database::{Changes, Database, now_ms},
    fault::Result,
};
use sqlx::Row;

/// One department's way into Kibana; its API key stands in the secret store under `kibana.<department>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KibanaDepartment {
    pub department: String,
    pub space: String,
    /// Id of the Elasticsearch API key, to invalidate it when another is made.
    pub key_id: String,
    pub changed_ms: i64,
}

pub async fn all(database: &Database) -> Result<Vec<KibanaDepartment>> {
    let rows = sqlx::query("select department, space, key_id, changed_ms from kibana_department order by department").fetch_all(database.read()).await?;
    rows.iter().map(read).collect()
}

pub async fn one(database: &Database, department: &str) -> Result<Option<KibanaDepartment>> {
    let row = sqlx::query("select department, space, key_id, changed_ms from kibana_department where department = $1")
        .bind(department)
        .fetch_optional(database.read())
        .await?;
    row.as_ref().map(read).transpose()
}

pub async fn save(changes: &mut Changes, set_up: &KibanaDepartment) -> Result<()> {
    sqlx::query(
        "insert into kibana_department (department, space, key_id, changed_ms) values ($1, $2, $3, $4) \
         on conflict (department) do update set space = excluded.space, key_id = excluded.key_id, changed_ms = excluded.changed_ms",
    )
    .bind(&set_up.department)
    .bind(&set_up.space)
    .bind(&set_up.key_id)
    .bind(now_ms())
    .execute(&mut **changes)
    .await?;
    Ok(())
}

fn read(row: &sqlx::any::AnyRow) -> Result<KibanaDepartment> {
    Ok(KibanaDepartment { department: row.try_get(0)?, space: row.try_get(1)?, key_id: row.try_get(2)?, changed_ms: row.try_get(3)? })
}
