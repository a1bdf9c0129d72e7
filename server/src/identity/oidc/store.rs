//! Control-plane SQL of the sign-in service and of who its subjects are here.

use crate::{
    database::{Database, now_ms},
    fault::Result,
};
use sqlx::{AnyConnection, Row, any::AnyRow};

/// The one provider, as an administrator set it up. Its client secret is in the secret store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub enabled: bool,
    /// What the button says.
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    /// Separated by spaces; `openid` is always asked for.
    pub scopes: String,
    pub groups_claim: String,
    pub create_accounts: bool,
    pub refuse_passwords: bool,
    /// Whom people ask who are refused.
    pub contact: String,
    pub changed_ms: i64,
}

/// `None` until it was set up for the first time.
pub async fn provider(database: &Database) -> Result<Option<Provider>> {
    let row = sqlx::query(
        "select enabled, name, issuer, client_id, scopes, groups_claim, create_accounts, refuse_passwords, contact, changed_ms \
         from oidc_provider where id = 'oidc'",
    )
    .fetch_optional(database.read())
    .await?;
    row.as_ref().map(read_provider).transpose()
}

fn read_provider(row: &AnyRow) -> Result<Provider> {
    Ok(Provider {
        enabled: row.try_get::<i64, _>("enabled")? != 0,
        name: row.try_get("name")?,
        issuer: row.try_get("issuer")?,
        client_id: row.try_get("client_id")?,
        scopes: row.try_get("scopes")?,
        groups_claim: row.try_get("groups_claim")?,
        create_accounts: row.try_get::<i64, _>("create_accounts")? != 0,
        refuse_passwords: row.try_get::<i64, _>("refuse_passwords")? != 0,
        contact: row.try_get("contact")?,
        changed_ms: row.try_get("changed_ms")?,
    })
}

/// Saves over the version that was read (0: none yet); `false` when somebody changed it meanwhile.
pub async fn save_provider(transaction: &mut AnyConnection, provider: &Provider, version: i64) -> Result<bool> {
    let done = sqlx::query(
        "insert into oidc_provider \
         (id, enabled, name, issuer, client_id, scopes, groups_claim, create_accounts, refuse_passwords, contact, changed_ms) \
         values ('oidc', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         on conflict (id) do update set enabled = excluded.enabled, name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id, \
         scopes = excluded.scopes, groups_claim = excluded.groups_claim, create_accounts = excluded.create_accounts, \
         refuse_passwords = excluded.refuse_passwords, contact = excluded.contact, changed_ms = excluded.changed_ms \
         where oidc_provider.changed_ms = $11",
    )
    .bind(i64::from(provider.enabled))
    .bind(&provider.name)
    .bind(&provider.issuer)
    .bind(&provider.client_id)
    .bind(&provider.scopes)
    .bind(&provider.groups_claim)
    .bind(i64::from(provider.create_accounts))
    .bind(i64::from(provider.refuse_passwords))
    .bind(&provider.contact)
    .bind(provider.changed_ms)
    .bind(version)
    .execute(transaction)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Lets passwords in again; whether they were refused.
pub(super) async fn accept_passwords(transaction: &mut AnyConnection) -> Result<bool> {
    let done = sqlx::query("update oidc_provider set refuse_passwords = 0, changed_ms = $1 where id = 'oidc' and refuse_passwords <> 0")
        .bind(now_ms())
        .execute(transaction)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Id of the person who a subject is.
pub async fn person_of(database: &Database, issuer: &str, subject: &str) -> Result<Option<String>> {
    let row =
        sqlx::query("select person from oidc_identity where issuer = $1 and subject = $2").bind(issuer).bind(subject).fetch_optional(database.read()).await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

/// Whether a person is a subject of this provider already.
pub async fn is_linked(database: &Database, issuer: &str, person: &str) -> Result<bool> {
    let row =
        sqlx::query("select 1 as one from oidc_identity where issuer = $1 and person = $2").bind(issuer).bind(person).fetch_optional(database.read()).await?;
    Ok(row.is_some())
}

/// Says who a subject is from now on. Breaks a constraint when either of the two is taken.
pub async fn link(transaction: &mut AnyConnection, issuer: &str, subject: &str, person: &str) -> Result<()> {
    sqlx::query("insert into oidc_identity (issuer, subject, person, linked_ms) values ($1, $2, $3, $4)")
        .bind(issuer)
        .bind(subject)
        .bind(person)
        .bind(now_ms())
        .execute(transaction)
        .await?;
    Ok(())
}
