//! Control-plane SQL of roles and of what each may do.

use super::rules::{self, Cells};
use crate::{database::Database, fault::Result, governance::store::Membership};
use app::{
    governance::matrix::asks::{CellState, Place, RoleCard},
    text::Text,
};
use sqlx::{AnyConnection, Row};

/// Roles from the least, with how many people hold each.
pub async fn roles(database: &Database) -> Result<Vec<RoleCard>> {
    let rows = sqlx::query(
        "select role.name, role.title_en, role.title_es, role.origin, count(distinct membership.person) as holders \
         from role left join membership on membership.role = role.name \
         group by role.name, role.title_en, role.title_es, role.origin, role.position order by role.position, role.name",
    )
    .fetch_all(database.read())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(RoleCard {
                name: row.try_get(0)?,
                title: Text::of(row.try_get::<String, _>(1)?, row.try_get::<String, _>(2)?),
                built_in: row.try_get::<String, _>(3)? == "built_in",
                holders: row.try_get(4)?,
            })
        })
        .collect()
}

/// What is set, as this transaction sees it.
pub async fn cells(transaction: &mut AnyConnection) -> Result<Cells> {
    let rows = sqlx::query("select ptype, v0, v1, v2, v3, v4 from casbin_rule where ptype = 'p'").fetch_all(transaction).await?;
    let stored: Vec<(String, Vec<String>)> =
        rows.iter().map(|row| Ok((row.try_get(0)?, (1..6).map(|index| row.try_get(index)).collect::<Result<_, _>>()?))).collect::<Result<_>>()?;
    Ok(rules::cells(&stored))
}

/// Memberships of everybody who is not disabled, as this transaction sees them.
pub async fn seats(transaction: &mut AnyConnection) -> Result<Vec<Membership>> {
    let rows = sqlx::query(
        "select membership.person, membership.department, membership.role from membership join person on person.id = membership.person \
         where person.disabled = 0",
    )
    .fetch_all(transaction)
    .await?;
    rows.iter().map(|row| Ok(Membership { person: row.try_get(0)?, department: row.try_get(1)?, role: row.try_get(2)? })).collect()
}

/// Sets one place in place of whatever is set there.
pub async fn set_cell(transaction: &mut AnyConnection, place: &Place, state: CellState) -> Result<()> {
    // Any state but `Unset` names the same place.
    let Some(known) = rules::fields(place, CellState::Allow) else { return Ok(()) };
    sqlx::query("delete from casbin_rule where ptype = 'p' and v0 = $1 and v1 = $2 and v2 = $3 and v3 = $4")
        .bind(&known[0])
        .bind(&known[1])
        .bind(&known[2])
        .bind(&known[3])
        .execute(&mut *transaction)
        .await?;
    if let Some(wanted) = rules::fields(place, state) {
        sqlx::query("insert into casbin_rule (ptype, v0, v1, v2, v3, v4) values ('p', $1, $2, $3, $4, $5)")
            .bind(&wanted[0])
            .bind(&wanted[1])
            .bind(&wanted[2])
            .bind(&wanted[3])
            .bind(&wanted[4])
            .execute(transaction)
            .await?;
    }
    Ok(())
}

/// Where a role came from (`built_in`, `portal`); `None` when there is no such role.
pub async fn role_origin(transaction: &mut AnyConnection, name: &str) -> Result<Option<String>> {
    let row = sqlx::query("select origin from role where name = $1").bind(name).fetch_optional(transaction).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Adds a role after all others.
pub async fn add_role(transaction: &mut AnyConnection, name: &str, title: &Text) -> Result<()> {
    let row = sqlx::query("select coalesce(max(position), 0) as last from role").fetch_one(&mut *transaction).await?;
    let last: i64 = row.try_get(0)?;
    sqlx::query("insert into role (name, title_en, title_es, position, origin) values ($1, $2, $3, $4, 'portal')")
        .bind(name)
        .bind(&title.en)
        .bind(&title.es)
        .bind(last + 1)
        .execute(transaction)
        .await?;
    Ok(())
}

/// Whether anybody holds a role, disabled people too.
pub async fn is_held(transaction: &mut AnyConnection, name: &str) -> Result<bool> {
    Ok(sqlx::query("select 1 as one from membership where role = $1 limit 1").bind(name).fetch_optional(transaction).await?.is_some())
}

/// Whether a policy or a grant names a role.
pub async fn is_named(transaction: &mut AnyConnection, name: &str) -> Result<bool> {
    let policy = sqlx::query("select 1 as one from policy where role = $1 limit 1").bind(name).fetch_optional(&mut *transaction).await?;
    let grant = sqlx::query("select 1 as one from dataset_grant where role = $1 limit 1").bind(name).fetch_optional(transaction).await?;
    Ok(policy.is_some() || grant.is_some())
}

/// Deletes a role with all that it may.
pub async fn delete_role(transaction: &mut AnyConnection, name: &str) -> Result<()> {
    sqlx::query("delete from casbin_rule where ptype = 'p' and v0 = $1").bind(name).execute(&mut *transaction).await?;
    sqlx::query("delete from role where name = $1").bind(name).execute(transaction).await?;
    Ok(())
}
