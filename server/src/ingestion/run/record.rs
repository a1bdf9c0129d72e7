//! What a run says of itself while it goes: log lines and the figures of each table.

use super::store::{self, Figures};
use crate::{
    database::{Database, now_ms},
    fault::Result,
    portal::Portal,
};
use app::text::Text;
use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Instant,
};

/// Writes into the run's rows. Each write is a transaction of its own: they are to be seen while the run goes.
pub(super) struct Record {
    database: Database,
    pub run: String,
    attempt: u32,
    tables: AtomicI64,
}

/// A table of the run being written.
#[derive(Debug)]
pub(super) struct Table {
    pub dataset: String,
    pub position: i64,
    pub figures: Figures,
    pub started_ms: i64,
    pub began: Instant,
    /// `running`, `succeeded`, `partial` or `failed`.
    pub state: &'static str,
}

impl Record {
    pub fn new(portal: &Portal, run: &str, attempt: u32) -> Self {
        Self { database: portal.database.clone(), run: run.to_owned(), attempt, tables: AtomicI64::new(0) }
    }

    pub async fn info(&self, line: Text) -> Result<()> {
        self.line("info", &line).await
    }

    pub async fn warn(&self, line: Text) -> Result<()> {
        self.line("warn", &line).await
    }

    pub async fn error(&self, line: Text) -> Result<()> {
        self.line("error", &line).await
    }

    async fn line(&self, level: &str, line: &Text) -> Result<()> {
        let mut changes = self.database.begin().await?;
        store::log(&mut changes, &self.run, level, line).await?;
        Ok(changes.commit().await?)
    }

    /// Begins a table: it shows on the run's page from now on.
    pub async fn begin(&self, dataset: &str) -> Result<Table> {
        let table = Table {
            dataset: dataset.to_owned(),
            position: self.tables.fetch_add(1, Ordering::Relaxed),
            figures: Figures::default(),
            started_ms: now_ms(),
            began: Instant::now(),
            state: "running",
        };
        self.show(&table).await?;
        Ok(table)
    }

    pub async fn show(&self, table: &Table) -> Result<()> {
        let mut changes = self.database.begin().await?;
        store::table(&mut changes, &self.run, self.attempt, table).await?;
        Ok(changes.commit().await?)
    }

    pub async fn finding(&self, dataset: &str, position: usize, check: &Text, rows: u64, severity: &str) -> Result<()> {
        let mut changes = self.database.begin().await?;
        store::finding(&mut changes, &self.run, dataset, position, check, rows, severity).await?;
        Ok(changes.commit().await?)
    }
}
