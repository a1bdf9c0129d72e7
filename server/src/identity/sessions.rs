//! Sessions of tower-sessions in the control plane: ids hashed at rest, 12 hours without use and 7 days at most.

use super::{Begun, Identity, STAMP, Stamp, signed_in};
use crate::{access::Caller, access::key::authenticate, database::Database, database::now_ms, fault, fault::Fault, portal::Portal};
use async_trait::async_trait;
use serde_json::Value;
use sqlx::{Row, any::AnyRow};
use std::{collections::HashMap, sync::Arc};
use time::OffsetDateTime;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Name of the session cookie.
pub const COOKIE: &str = "atalaya_session";
const IDLE_MS: i64 = 12 * 3_600_000;
const LONGEST_DAYS: i64 = 7;
/// A session of nobody yet, on the way to signing in.
const NOBODYS_MS: i64 = 3_600_000;
/// Use is noted at most this often, so that reading does not write.
const NOTED_MS: i64 = 5 * 60_000;

/// The layer that gives each request its session. The cookie lives as long as a session can; the store ends idle ones.
pub fn session_layer(portal: &Portal) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions::of(&portal.identity))
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(portal.config.public_url.scheme() == "https")
        .with_expiry(Expiry::OnInactivity(time::Duration::days(LONGEST_DAYS)))
}

/// The person of a session that still stands: what lives beside the portal's own requests (another origin) asks at each of its own.
pub async fn session_stands(portal: &Portal, id: &str) -> fault::Result<Caller> {
    let id: Id = id.parse().map_err(|_| Fault::sign_in())?;
    signed_in(portal, &Session::new(Some(id), Arc::new(Sessions::of(&portal.identity)), None)).await
}

/// The store behind the layer.
#[derive(Clone)]
pub struct Sessions {
    database: Database,
    key: [u8; 32],
}

/// A session that stands, as its person is told of it.
pub(super) struct Held {
    hash: String,
    /// Its name outside: the id itself leaves in its own cookie alone. Who knows the name can ask for its end, and nothing else.
    pub listed: String,
    pub begun: Begun,
    pub begun_ms: i64,
    /// Noted every few minutes.
    pub seen_ms: i64,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions(…)")
    }
}

impl Sessions {
    pub(super) fn of(identity: &Identity) -> Self {
        Self { database: identity.0.database.clone(), key: identity.0.session_key }
    }

    /// Whether the session is there still; asking is no use of it.
    pub(super) async fn holds(&self, id: &Id) -> crate::fault::Result<bool> {
        let now = now_ms();
        let row = sqlx::query("select 1 as one from session where id_hash = $1 and expires_ms > $2 and seen_ms > $3")
            .bind(self.hashed(id))
            .bind(now)
            .bind(now - IDLE_MS)
            .fetch_optional(self.database.read())
            .await?;
        Ok(row.is_some())
    }

    /// Those of a person that stand, last used first.
    pub(super) async fn of_person(&self, person: &str) -> fault::Result<Vec<Held>> {
        let now = now_ms();
        let rows = sqlx::query(
            "select id_hash, data, created_ms, seen_ms from session where person = $1 and expires_ms > $2 and seen_ms > $3 \
             order by seen_ms desc, created_ms desc, id_hash",
        )
        .bind(person)
        .bind(now)
        .bind(now - IDLE_MS)
        .fetch_all(self.database.read())
        .await?;
        rows.iter().map(|row| self.held(row)).collect()
    }

    /// Ends the session of a person that is listed by this name and gives what it was; `None` when they have none of it.
    pub(super) async fn end(&self, person: &str, listed: &str) -> fault::Result<Option<Held>> {
        let Some(held) = self.of_person(person).await?.into_iter().find(|held| held.listed == listed) else { return Ok(None) };
        let mut changes = self.database.begin().await?;
        sqlx::query("delete from session where id_hash = $1").bind(&held.hash).execute(&mut *changes).await?;
        changes.commit().await?;
        Ok(Some(held))
    }

    /// Ends all sessions of a person but this one, whoever's it is; gives how many.
    pub(super) async fn end_others(&self, person: &str, kept: Option<Id>) -> fault::Result<u64> {
        let kept = kept.map(|id| self.hashed(&id)).unwrap_or_default();
        let mut changes = self.database.begin().await?;
        let done = sqlx::query("delete from session where person = $1 and id_hash <> $2").bind(person).bind(kept).execute(&mut *changes).await?;
        changes.commit().await?;
        Ok(done.rows_affected())
    }

    /// Forgets sessions that nobody signed in with and that were begun before `before_ms`: attempts that were given up.
    pub(super) async fn forget_nobodys(&self, before_ms: i64) -> fault::Result<()> {
        let mut changes = self.database.begin().await?;
        sqlx::query("delete from session where person is null and created_ms < $1").bind(before_ms).execute(&mut *changes).await?;
        Ok(changes.commit().await?)
    }

    /// By what name a session is listed.
    pub(super) fn listed(&self, id: &Id) -> String {
        self.named(&self.hashed(id))
    }

    fn held(&self, row: &AnyRow) -> fault::Result<Held> {
        let hash: String = row.try_get("id_hash")?;
        let data: String = row.try_get("data")?;
        Ok(Held {
            listed: self.named(&hash),
            begun: stamp(&serde_json::from_str(&data)?).map(|stamp| stamp.begun).unwrap_or_default(),
            begun_ms: row.try_get("created_ms")?,
            seen_ms: row.try_get("seen_ms")?,
            hash,
        })
    }

    fn named(&self, hash: &str) -> String {
        hex::encode(&authenticate(&self.key, &[hash.as_bytes(), b"listed"])[..12])
    }

    fn hashed(&self, id: &Id) -> String {
        hex::encode(authenticate(&self.key, &[&id.0.to_le_bytes()]))
    }
}

#[async_trait]
impl SessionStore for Sessions {
    /// A new session starts its 7 days here; its id has 128 random bits, so that two never meet.
    async fn create(&self, record: &mut Record) -> Result<()> {
        let now = now_ms();
        let person = person(record);
        let lasts_ms = if person.is_some() { LONGEST_DAYS * 86_400_000 } else { NOBODYS_MS };
        let mut transaction = self.database.begin().await.map_err(backend)?;
        sqlx::query("insert into session (id_hash, person, data, created_ms, seen_ms, expires_ms) values ($1, $2, $3, $4, $5, $6)")
            .bind(self.hashed(&record.id))
            .bind(person)
            .bind(encoded(record)?)
            .bind(now)
            .bind(now)
            .bind(now + lasts_ms)
            .execute(&mut *transaction)
            .await
            .map_err(backend)?;
        transaction.commit().await.map_err(backend)
    }

    /// Only what is still there: a session that was ended meanwhile does not come back.
    async fn save(&self, record: &Record) -> Result<()> {
        let mut transaction = self.database.begin().await.map_err(backend)?;
        sqlx::query("update session set person = $2, data = $3 where id_hash = $1")
            .bind(self.hashed(&record.id))
            .bind(person(record))
            .bind(encoded(record)?)
            .execute(&mut *transaction)
            .await
            .map_err(backend)?;
        transaction.commit().await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let hash = self.hashed(id);
        let now = now_ms();
        let row = sqlx::query("select data, seen_ms, expires_ms from session where id_hash = $1 and expires_ms > $2 and seen_ms > $3")
            .bind(&hash)
            .bind(now)
            .bind(now - IDLE_MS)
            .fetch_optional(self.database.read())
            .await
            .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data: String = row.try_get(0).map_err(backend)?;
        let seen_ms: i64 = row.try_get(1).map_err(backend)?;
        let expires_ms: i64 = row.try_get(2).map_err(backend)?;
        if now - seen_ms > NOTED_MS {
            let mut transaction = self.database.begin().await.map_err(backend)?;
            sqlx::query("update session set seen_ms = $2 where id_hash = $1").bind(&hash).bind(now).execute(&mut *transaction).await.map_err(backend)?;
            transaction.commit().await.map_err(backend)?;
        }
        let data = serde_json::from_str(&data).map_err(|cause| Error::Decode(cause.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires_ms / 1000).map_err(|cause| Error::Decode(cause.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut transaction = self.database.begin().await.map_err(backend)?;
        sqlx::query("delete from session where id_hash = $1").bind(self.hashed(id)).execute(&mut *transaction).await.map_err(backend)?;
        transaction.commit().await.map_err(backend)
    }
}

/// Whose session it is, so that all of a person's can be ended at once.
fn person(record: &Record) -> Option<String> {
    stamp(&record.data).map(|stamp| stamp.person)
}

fn stamp(data: &HashMap<String, Value>) -> Option<Stamp> {
    data.get(STAMP).and_then(|stamp| serde_json::from_value(stamp.clone()).ok())
}

fn encoded(record: &Record) -> Result<String> {
    serde_json::to_string(&record.data).map_err(|cause| Error::Encode(cause.to_string()))
}

fn backend(cause: impl std::fmt::Display) -> Error {
    Error::Backend(cause.to_string())
}
