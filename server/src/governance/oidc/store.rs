//! Control-plane SQL of what groups and claims of the sign-in service give.

use crate::{database::Database, fault::Result};
use app::identity::sign_on::asks::{ClaimRule, GroupRule};
use sqlx::{AnyConnection, Row};

/// In the order in which they are looked at.
pub async fn groups(database: &Database) -> Result<Vec<GroupRule>> {
    let rows = sqlx::query("select group_name, department, role from oidc_group order by position").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok(GroupRule { group: row.try_get(0)?, department: row.try_get(1)?, role: row.try_get(2)? })).collect()
}

pub async fn claims(database: &Database) -> Result<Vec<ClaimRule>> {
    let rows = sqlx::query("select claim, attribute from oidc_claim order by attribute").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok(ClaimRule { claim: row.try_get(0)?, attribute: row.try_get(1)? })).collect()
}

/// Replaces all rules.
pub async fn set_rules(transaction: &mut AnyConnection, groups: &[GroupRule], claims: &[ClaimRule]) -> Result<()> {
    sqlx::query("delete from oidc_group").execute(&mut *transaction).await?;
    sqlx::query("delete from oidc_claim").execute(&mut *transaction).await?;
    for (position, rule) in (0_i64..).zip(groups) {
        sqlx::query("insert into oidc_group (group_name, department, role, position) values ($1, $2, $3, $4)")
            .bind(&rule.group)
            .bind(&rule.department)
            .bind(&rule.role)
            .bind(position)
            .execute(&mut *transaction)
            .await?;
    }
    for rule in claims {
        sqlx::query("insert into oidc_claim (claim, attribute) values ($1, $2)").bind(&rule.claim).bind(&rule.attribute).execute(&mut *transaction).await?;
    }
    Ok(())
}

/// Whether somebody who administers people has come in by this provider: then passwords can be done without.
pub async fn administrator_came_in(database: &Database, issuer: &str) -> Result<bool> {
    let row = sqlx::query(
        "select 1 as one from oidc_identity join person on person.id = oidc_identity.person join membership on membership.person = person.id \
         where oidc_identity.issuer = $1 and membership.role = 'administrator' and person.disabled = 0 limit 1",
    )
    .bind(issuer)
    .fetch_optional(database.read())
    .await?;
    Ok(row.is_some())
}
