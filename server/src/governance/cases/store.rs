//! Control-plane SQL of policy tests.

use crate::{
    database::{Database, now_ms},
    fault::Result,
};
use app::governance::cases::asks::Case;
use sqlx::{AnyConnection, Row, any::AnyRow};

/// A test with where it came from: `portal` or `apply`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    pub case: Case,
    pub origin: String,
}

/// By name.
pub async fn all(database: &Database) -> Result<Vec<Stored>> {
    let rows =
        sqlx::query("select id, name, person, department, mart, expectation, origin from policy_case order by name, id").fetch_all(database.read()).await?;
    rows.iter().map(stored).collect()
}

fn stored(row: &AnyRow) -> Result<Stored> {
    let case = Case {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        person: row.try_get("person")?,
        department: row.try_get("department")?,
        mart: row.try_get("mart")?,
        expectation: serde_json::from_str(&row.try_get::<String, _>("expectation")?)?,
    };
    Ok(Stored { case, origin: row.try_get("origin")? })
}

pub async fn save(transaction: &mut AnyConnection, stored: &Stored) -> Result<()> {
    let case = &stored.case;
    sqlx::query(
        "insert into policy_case (id, name, person, department, mart, expectation, origin, changed_ms) values ($1, $2, $3, $4, $5, $6, $7, $8) \
         on conflict (id) do update set name = excluded.name, person = excluded.person, department = excluded.department, mart = excluded.mart, \
         expectation = excluded.expectation, changed_ms = excluded.changed_ms",
    )
    .bind(&case.id)
    .bind(&case.name)
    .bind(&case.person)
    .bind(&case.department)
    .bind(&case.mart)
    .bind(serde_json::to_string(&case.expectation)?)
    .bind(&stored.origin)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Whether there was one.
pub async fn delete(transaction: &mut AnyConnection, id: &str) -> Result<bool> {
    Ok(sqlx::query("delete from policy_case where id = $1").bind(id).execute(transaction).await?.rows_affected() > 0)
}

/// Those of one person; gives their names.
pub async fn delete_of(transaction: &mut AnyConnection, person: &str) -> Result<Vec<String>> {
    let rows = sqlx::query("delete from policy_case where person = $1 returning name").bind(person).fetch_all(transaction).await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
