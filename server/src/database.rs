//! The control plane's database: SQLite in the data folder, or PostgreSQL by `ATALAYA_DATABASE_URL`.
//!
//! sqlx's `Any` driver speaks to both with the same SQL text (`$n` works on both); types are portable only:
//! ids as text, times as bigint milliseconds, booleans as bigint 0/1, JSON as text.

use crate::fault::{Fault, Result};
use sqlx::{Any, AnyPool, Transaction, any::AnyPoolOptions};
use std::path::Path;

/// A writing transaction of the control plane: what several domains change together.
pub type Changes = Transaction<'static, Any>;

/// The pools. On SQLite one writing connection per process, so that writers queue here and not in `SQLITE_BUSY`.
#[derive(Clone, Debug)]
pub struct Database {
    read: AnyPool,
    write: AnyPool,
    kind: DatabaseKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl Database {
    /// Opens `url`, or `control.sqlite` in the data folder, and brings its tables up to date.
    pub async fn open(url: Option<&str>, data: &Path) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let database = match url {
            Some(url) => Self::postgres(url).await?,
            None => Self::sqlite(&data.join("control.sqlite")).await?,
        };
        sqlx::migrate!("../migrations").run(&database.write).await.map_err(Fault::internal)?;
        Ok(database)
    }

    async fn sqlite(file: &Path) -> Result<Self> {
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let options = || {
            AnyPoolOptions::new().after_connect(|connection, _| {
                Box::pin(async move {
                    for pragma in ["pragma journal_mode = wal", "pragma synchronous = normal", "pragma foreign_keys = on", "pragma busy_timeout = 10000"] {
                        sqlx::query(pragma).execute(&mut *connection).await?;
                    }
                    Ok(())
                })
            })
        };
        let write = options().max_connections(1).connect(&url).await?;
        let read = options().max_connections(8).connect(&url).await?;
        Ok(Self { read, write, kind: DatabaseKind::Sqlite })
    }

    async fn postgres(url: &str) -> Result<Self> {
        let pool = AnyPoolOptions::new().max_connections(16).connect(url).await.map_err(|cause| {
            Fault::operator(
                "the control-plane database does not answer: check ATALAYA_DATABASE_URL",
                "la base de datos de control no responde: compruebe ATALAYA_DATABASE_URL",
            )
            .because(cause)
        })?;
        Ok(Self { read: pool.clone(), write: pool, kind: DatabaseKind::Postgres })
    }

    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// For reads outside a transaction.
    pub fn read(&self) -> &AnyPool {
        &self.read
    }

    /// A writing transaction; on SQLite it takes the write lock at once.
    pub async fn begin(&self) -> Result<Changes> {
        Ok(match self.kind {
            DatabaseKind::Sqlite => self.write.begin_with("begin immediate").await?,
            DatabaseKind::Postgres => self.write.begin().await?,
        })
    }
}

/// Unix milliseconds now.
pub fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// A new id: time-ordered, as text.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}
