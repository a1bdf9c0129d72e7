//! Control-plane SQL of departments, memberships, attributes, policies and their version.

use super::{accepted::Accepted, matrix, rules::Policy};
use crate::{
    database::{Counter, Database, mark, now_ms},
    fault::Result,
};
use app::{
    governance::asks::{MaskRule, RowRule},
    text::Text,
};
use sqlx::{AnyConnection, Row, any::AnyRow};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    pub name: String,
    pub title: Text,
    pub origin: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub person: String,
    pub department: String,
    pub role: String,
}

/// What a department's models and marts may read beyond its own, and by whom it was granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BuildGrant {
    pub department: String,
    pub dataset: String,
    pub origin: String,
}

/// Who sees rows or figures of a dataset that is no mart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetGrant {
    pub dataset: String,
    pub department: String,
    /// Empty: every role.
    pub role: String,
    /// `rows` or `figures`.
    pub grade: String,
}

/// Grows with each change that may alter what anybody sees or does.
pub async fn version(database: &Database) -> Result<i64> {
    let row = sqlx::query("select version from policy_version where id = 1").fetch_one(database.read()).await?;
    Ok(row.try_get(0)?)
}

/// Call it in every transaction that changes memberships, attributes, policies or grants.
pub async fn bump(transaction: &mut AnyConnection) -> Result<i64> {
    let row = sqlx::query("update policy_version set version = version + 1, changed_ms = $1 where id = 1 returning version")
        .bind(now_ms())
        .fetch_one(&mut *transaction)
        .await?;
    let version = row.try_get(0)?;
    mark(transaction, Counter::Policies, version).await?;
    Ok(version)
}

pub async fn departments(database: &Database) -> Result<Vec<Department>> {
    let rows = sqlx::query("select name, title_en, title_es, origin from department order by title_en, name").fetch_all(database.read()).await?;
    rows.iter()
        .map(|row| {
            Ok(Department { name: row.try_get(0)?, title: Text::of(row.try_get::<String, _>(1)?, row.try_get::<String, _>(2)?), origin: row.try_get(3)? })
        })
        .collect()
}

pub async fn save_department(transaction: &mut AnyConnection, department: &Department) -> Result<()> {
    sqlx::query(
        "insert into department (name, title_en, title_es, origin, created_ms) values ($1, $2, $3, $4, $5) \
         on conflict (name) do update set title_en = excluded.title_en, title_es = excluded.title_es",
    )
    .bind(&department.name)
    .bind(&department.title.en)
    .bind(&department.title.es)
    .bind(&department.origin)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Roles with their titles, from the least.
pub async fn roles(database: &Database) -> Result<Vec<(String, Text)>> {
    let rows = sqlx::query("select name, title_en, title_es from role order by position").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, Text::of(row.try_get::<String, _>(1)?, row.try_get::<String, _>(2)?)))).collect()
}

/// In the order in which they were given: a person acts in the first one's department.
pub async fn memberships(database: &Database) -> Result<Vec<Membership>> {
    let rows = sqlx::query("select person, department, role from membership order by since_ms, department, role").fetch_all(database.read()).await?;
    rows.iter().map(membership).collect()
}

pub async fn memberships_of(database: &Database, person: &str) -> Result<Vec<Membership>> {
    memberships_within(&mut *database.read().acquire().await?, person).await
}

/// The same as one connection sees them: a transaction sees what it changed.
pub async fn memberships_within(connection: &mut AnyConnection, person: &str) -> Result<Vec<Membership>> {
    let rows = sqlx::query("select person, department, role from membership where person = $1 order by since_ms, department, role")
        .bind(person)
        .fetch_all(connection)
        .await?;
    rows.iter().map(membership).collect()
}

fn membership(row: &AnyRow) -> Result<Membership> {
    Ok(Membership { person: row.try_get(0)?, department: row.try_get(1)?, role: row.try_get(2)? })
}

/// Gives a person these memberships (department, role) in place of all others; without another choice they act in the first one's department.
pub async fn set_memberships(transaction: &mut AnyConnection, person: &str, held: &[(String, String)]) -> Result<()> {
    sqlx::query("delete from membership where person = $1").bind(person).execute(&mut *transaction).await?;
    for ((department, role), since_ms) in held.iter().zip(now_ms()..) {
        sqlx::query("insert into membership (person, department, role, since_ms) values ($1, $2, $3, $4)")
            .bind(person)
            .bind(department)
            .bind(role)
            .bind(since_ms)
            .execute(&mut *transaction)
            .await?;
    }
    Ok(())
}

/// Gives a person this one membership in place of all others.
pub async fn set_membership(transaction: &mut AnyConnection, membership: &Membership) -> Result<()> {
    set_memberships(transaction, &membership.person, &[(membership.department.clone(), membership.role.clone())]).await
}

/// Takes away what governance knows of a person.
pub async fn forget_person(transaction: &mut AnyConnection, person: &str) -> Result<()> {
    sqlx::query("delete from membership where person = $1").bind(person).execute(&mut *transaction).await?;
    sqlx::query("delete from person_attribute where person = $1").bind(person).execute(transaction).await?;
    Ok(())
}

/// Whether somebody who is not disabled could still administer people and policies within this transaction, by whatever role (A26).
pub async fn has_administrator(transaction: &mut AnyConnection) -> Result<bool> {
    let cells = matrix::store::cells(&mut *transaction).await?;
    Ok(matrix::rules::is_governed(&cells, &matrix::store::seats(transaction).await?))
}

pub async fn attributes_of(database: &Database, person: &str) -> Result<BTreeMap<String, Vec<String>>> {
    attributes_within(&mut *database.read().acquire().await?, person).await
}

/// The same as one connection sees them.
pub async fn attributes_within(connection: &mut AnyConnection, person: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let rows =
        sqlx::query("select attribute, value from person_attribute where person = $1 order by attribute, value").bind(person).fetch_all(connection).await?;
    let mut attributes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        attributes.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
    }
    Ok(attributes)
}

/// Attributes of everybody: person, attribute, value.
pub async fn attributes(database: &Database) -> Result<Vec<(String, String, String)>> {
    let rows = sqlx::query("select person, attribute, value from person_attribute order by person, attribute, value").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect()
}

/// Replaces a person's attributes.
pub async fn set_attributes(transaction: &mut AnyConnection, person: &str, attributes: &BTreeMap<String, Vec<String>>) -> Result<()> {
    sqlx::query("delete from person_attribute where person = $1").bind(person).execute(&mut *transaction).await?;
    for (attribute, values) in attributes {
        for value in values {
            sqlx::query("insert into person_attribute (person, attribute, value) values ($1, $2, $3) on conflict (person, attribute, value) do nothing")
                .bind(person)
                .bind(attribute)
                .bind(value)
                .execute(&mut *transaction)
                .await?;
        }
    }
    Ok(())
}

/// Casbin's own rules: type and fields.
pub async fn casbin_rules(database: &Database) -> Result<Vec<(String, Vec<String>)>> {
    let rows = sqlx::query("select ptype, v0, v1, v2, v3, v4 from casbin_rule order by ptype, v0, v1, v2, v3, v4").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, (1..6).map(|index| row.try_get(index)).collect::<Result<_, _>>()?))).collect()
}

macro_rules! policy_query {
    ($rest:literal) => {
        concat!("select id, mart, department, role, row_rules, mask_rules, accepted, enabled, origin from policy ", $rest)
    };
}

pub async fn policies(database: &Database) -> Result<Vec<Policy>> {
    let rows = sqlx::query(policy_query!("order by mart, department, role, id")).fetch_all(database.read()).await?;
    rows.iter().map(policy).collect()
}

/// Those of one mart or stream, as one connection sees them.
pub async fn policies_on(connection: &mut AnyConnection, mart: &str) -> Result<Vec<Policy>> {
    let rows = sqlx::query(policy_query!("where mart = $1 order by department, role, id")).bind(mart).fetch_all(connection).await?;
    rows.iter().map(policy).collect()
}

/// What cannot be read closes its mart instead of being left out (FT-P06).
fn policy(row: &AnyRow) -> Result<Policy> {
    let rows = serde_json::from_str::<Vec<RowRule>>(&row.try_get::<String, _>("row_rules")?);
    let masks = serde_json::from_str::<Vec<MaskRule>>(&row.try_get::<String, _>("mask_rules")?);
    let accepted = row.try_get::<Option<String>, _>("accepted")?.map(|text| serde_json::from_str::<Vec<Accepted>>(&text)).transpose();
    Ok(Policy {
        id: row.try_get("id")?,
        mart: row.try_get("mart")?,
        department: row.try_get("department")?,
        role: row.try_get("role")?,
        unreadable: rows.is_err() || masks.is_err() || accepted.is_err(),
        rows: rows.unwrap_or_default(),
        masks: masks.unwrap_or_default(),
        accepted: accepted.unwrap_or_default(),
        enabled: row.try_get::<i64, _>("enabled")? != 0,
        origin: row.try_get("origin")?,
    })
}

pub async fn save_policy(transaction: &mut AnyConnection, policy: &Policy) -> Result<()> {
    sqlx::query(
        "insert into policy (id, mart, department, role, row_rules, mask_rules, accepted, enabled, origin, changed_ms) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         on conflict (id) do update set mart = excluded.mart, department = excluded.department, role = excluded.role, row_rules = excluded.row_rules, \
         mask_rules = excluded.mask_rules, accepted = excluded.accepted, enabled = excluded.enabled, changed_ms = excluded.changed_ms",
    )
    .bind(&policy.id)
    .bind(&policy.mart)
    .bind(&policy.department)
    .bind(&policy.role)
    .bind(serde_json::to_string(&policy.rows)?)
    .bind(serde_json::to_string(&policy.masks)?)
    .bind(policy.accepted.as_ref().map(serde_json::to_string).transpose()?)
    .bind(i64::from(policy.enabled))
    .bind(&policy.origin)
    .bind(now_ms())
    .execute(transaction)
    .await?;
    Ok(())
}

/// Pins a policy's columns at the first publish that it sees, unless somebody did meanwhile.
pub async fn pin_policy(transaction: &mut AnyConnection, id: &str, before: Option<&[Accepted]>, accepted: &[Accepted]) -> Result<()> {
    let before = before.map(serde_json::to_string).transpose()?;
    sqlx::query("update policy set accepted = $2 where id = $1 and coalesce(accepted, '') = coalesce($3, '')")
        .bind(id)
        .bind(serde_json::to_string(accepted)?)
        .bind(before)
        .execute(transaction)
        .await?;
    Ok(())
}

pub async fn delete_policy(transaction: &mut AnyConnection, id: &str) -> Result<bool> {
    Ok(sqlx::query("delete from policy where id = $1").bind(id).execute(transaction).await?.rows_affected() > 0)
}

pub async fn build_grants(database: &Database) -> Result<Vec<BuildGrant>> {
    let rows = sqlx::query("select department, dataset, origin from build_grant order by department, dataset").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok(BuildGrant { department: row.try_get(0)?, dataset: row.try_get(1)?, origin: row.try_get(2)? })).collect()
}

pub async fn add_build_grant(transaction: &mut AnyConnection, grant: &BuildGrant) -> Result<()> {
    sqlx::query("insert into build_grant (department, dataset, origin) values ($1, $2, $3) on conflict (department, dataset) do nothing")
        .bind(&grant.department)
        .bind(&grant.dataset)
        .bind(&grant.origin)
        .execute(transaction)
        .await?;
    Ok(())
}

pub async fn remove_build_grant(transaction: &mut AnyConnection, department: &str, dataset: &str) -> Result<()> {
    sqlx::query("delete from build_grant where department = $1 and dataset = $2").bind(department).bind(dataset).execute(transaction).await?;
    Ok(())
}

pub async fn dataset_grants(database: &Database) -> Result<Vec<DatasetGrant>> {
    let rows = sqlx::query("select dataset, department, role, grade from dataset_grant order by dataset, department, role").fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok(DatasetGrant { dataset: row.try_get(0)?, department: row.try_get(1)?, role: row.try_get(2)?, grade: row.try_get(3)? })).collect()
}

pub async fn set_dataset_grant(transaction: &mut AnyConnection, grant: &DatasetGrant) -> Result<()> {
    sqlx::query(
        "insert into dataset_grant (dataset, department, role, grade, origin) values ($1, $2, $3, $4, 'portal') \
         on conflict (dataset, department, role) do update set grade = excluded.grade",
    )
    .bind(&grant.dataset)
    .bind(&grant.department)
    .bind(&grant.role)
    .bind(&grant.grade)
    .execute(transaction)
    .await?;
    Ok(())
}
