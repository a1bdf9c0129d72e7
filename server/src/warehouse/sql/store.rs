//! Control-plane SQL of saved statements.

use crate::{
    database::{Changes, Database},
    fault::Result,
};
use app::warehouse::sql::asks::SavedStatement;
use sqlx::{Row, any::AnyRow};

/// A person's statements in one department, by title.
pub async fn of(database: &Database, owner: &str, department: &str) -> Result<Vec<SavedStatement>> {
    sqlx::query("select id, title, statement, changed_ms from saved_statement where owner = $1 and department = $2 order by title, id")
        .bind(owner)
        .bind(department)
        .fetch_all(database.read())
        .await?
        .iter()
        .map(read)
        .collect()
}

/// Writes a statement; never over one of another person or department.
pub async fn put(changes: &mut Changes, owner: &str, department: &str, saved: &SavedStatement) -> Result<()> {
    sqlx::query(
        "insert into saved_statement (id, owner, department, title, statement, changed_ms) values ($1, $2, $3, $4, $5, $6) \
         on conflict (id) do update set title = excluded.title, statement = excluded.statement, changed_ms = excluded.changed_ms \
         where saved_statement.owner = excluded.owner and saved_statement.department = excluded.department",
    )
    .bind(&saved.id)
    .bind(owner)
    .bind(department)
    .bind(&saved.title)
    .bind(&saved.statement)
    .bind(saved.changed_ms)
    .execute(&mut **changes)
    .await?;
    Ok(())
}

/// Whether there was one of this person in this department.
pub async fn remove(changes: &mut Changes, owner: &str, department: &str, id: &str) -> Result<bool> {
    let query = sqlx::query("delete from saved_statement where id = $1 and owner = $2 and department = $3");
    Ok(query.bind(id).bind(owner).bind(department).execute(&mut **changes).await?.rows_affected() > 0)
}

/// A person's statements go to their heir, or away; how many.
pub async fn hand_over(changes: &mut Changes, from: &str, heir: Option<&str>) -> Result<u64> {
    let query = match heir {
        Some(heir) => sqlx::query("update saved_statement set owner = $2 where owner = $1").bind(from).bind(heir),
        None => sqlx::query("delete from saved_statement where owner = $1").bind(from),
    };
    Ok(query.execute(&mut **changes).await?.rows_affected())
}

fn read(row: &AnyRow) -> Result<SavedStatement> {
    Ok(SavedStatement { id: row.try_get(0)?, title: row.try_get(1)?, statement: row.try_get(2)?, changed_ms: row.try_get(3)? })
}
