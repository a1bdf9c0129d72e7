//! The control plane's database: SQLite in the data folder, or PostgreSQL by `ATALAYA_DATABASE_URL`.
//!
//! sqlx's `Any` driver speaks to both with the same SQL text (`$n` works on both); types are portable only:
//! ids as text, times as bigint milliseconds, booleans as bigint 0/1, JSON as text.

use crate::fault::{Fault, Result};
use sqlx::{Any, AnyConnection, AnyPool, Row, Transaction, any::AnyPoolOptions};
use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

/// A writing transaction of the control plane: what several domains change together.
pub type Changes = Transaction<'static, Any>;

/// The pools. On SQLite one writing connection per process, so that writers queue here and not in `SQLITE_BUSY`.
#[derive(Clone, Debug)]
pub struct Database {
    read: AnyPool,
    write: AnyPool,
    kind: DatabaseKind,
    /// Beside the file of SQLite.
    marks: Option<Arc<Marks>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

/// A number in one row that grows in each transaction of its kind; what is decided hangs on both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// `policy_version`.
    Policies,
    /// `publish_generation`.
    Publishes,
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
        Ok(Self { read, write, kind: DatabaseKind::Sqlite, marks: Some(Arc::new(Marks::beside(file))) })
    }

    async fn postgres(url: &str) -> Result<Self> {
        let pool = AnyPoolOptions::new().max_connections(16).connect(url).await.map_err(|cause| {
            Fault::operator(
                "the control-plane database does not answer: check ATALAYA_DATABASE_URL",
                "la base de datos de control no responde: compruebe ATALAYA_DATABASE_URL",
            )
            .because(cause)
        })?;
        Ok(Self { read: pool.clone(), write: pool, kind: DatabaseKind::Postgres, marks: None })
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

    /// The same, on the disk when its commit returns, whatever happens to the machine: for what something outside hangs on.
    pub async fn begin_durable(&self) -> Result<Changes> {
        if self.kind == DatabaseKind::Sqlite {
            // There is one writing connection: the transaction is on it.
            sqlx::query("pragma synchronous = full").execute(&self.write).await?;
        }
        self.begin().await
    }

    /// The greatest number that a counter may have by now, without asking the database: whoever knows that number knows the newest.
    /// `None` where that cannot be told (PostgreSQL, nothing marked yet).
    pub fn marked(&self, counter: Counter) -> Option<i64> {
        self.marks.as_ref()?.of(counter).read()
    }
}

/// The files that say how far each counter goes.
#[derive(Debug)]
struct Marks {
    policies: Mark,
    publishes: Mark,
}

/// One of them. It is written in place and never replaced, so that it is opened once.
#[derive(Debug)]
struct Mark {
    path: PathBuf,
    file: OnceLock<File>,
}

impl Marks {
    fn beside(database: &Path) -> Self {
        let mark = |counter| Mark { path: mark_of(database, counter), file: OnceLock::new() };
        Self { policies: mark(Counter::Policies), publishes: mark(Counter::Publishes) }
    }

    fn of(&self, counter: Counter) -> &Mark {
        match counter {
            Counter::Policies => &self.policies,
            Counter::Publishes => &self.publishes,
        }
    }
}

impl Mark {
    /// `None` before anything was marked.
    fn read(&self) -> Option<i64> {
        let file = match self.file.get() {
            Some(file) => file,
            None => {
                let file = File::open(&self.path).ok()?;
                self.file.get_or_init(|| file)
            }
        };
        let mut digits = [0; DIGITS];
        file.read_exact_at(&mut digits, 0).ok()?;
        std::str::from_utf8(&digits).ok()?.parse().ok()
    }
}

/// Digits of a mark: all of one length, so that each stands exactly where the one before stood.
const DIGITS: usize = 20;

/// Says beside the database how far a counter goes in this transaction. Call it in each that moved one, before its commit.
///
/// A mark is thus never behind what is committed: whoever knows the number that it says need not ask the database, also when another
/// process writes. SQLite has one writer at a time, so that marks come in order; one that was rolled back is ahead until the next, and
/// everybody asks the database meanwhile.
pub async fn mark(transaction: &mut AnyConnection, counter: Counter, number: i64) -> Result<()> {
    if transaction.backend_name() != "SQLite" {
        return Ok(());
    }
    let row = sqlx::query("select file from pragma_database_list where name = 'main'").fetch_one(transaction).await?;
    let file = mark_of(Path::new(&row.try_get::<String, _>(0)?), counter);
    // Of one length and in place: whoever reads meanwhile never reads an older number than stood there.
    let file = std::fs::OpenOptions::new().write(true).create(true).truncate(false).open(file)?;
    Ok(file.write_all_at(format!("{number:0DIGITS$}\n").as_bytes(), 0)?)
}

/// `control.policies` beside `control.sqlite`.
fn mark_of(database: &Path, counter: Counter) -> PathBuf {
    database.with_extension(match counter {
        Counter::Policies => "policies",
        Counter::Publishes => "publishes",
    })
}

/// Unix milliseconds now.
pub fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// A new id: time-ordered, as text.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}
