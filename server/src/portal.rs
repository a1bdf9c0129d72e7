//! What the program may use, built once and passed. No globals.

use crate::{
    access::{PermitMaker, audit::AuditWriter},
    config::Config,
    database::Database,
    fault::Result,
    governance::Governance,
};
use std::{ops::Deref, sync::Arc, time::Duration};
use warehouse::Warehouse;

/// Everything that handlers and jobs use. Cheap to clone.
#[derive(Clone)]
pub struct Portal(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub database: Database,
    pub warehouse: Warehouse,
    pub governance: Governance,
    pub audit: AuditWriter,
}

impl Deref for Portal {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Portal {
    /// Opens the data folder and everything in it.
    pub async fn open(config: Config) -> Result<Self> {
        std::fs::create_dir_all(&config.data)?;
        let database = Database::open(config.database_url.as_deref(), &config.data).await?;
        let (warehouse, issuer) = Warehouse::open(warehouse::Settings {
            lake: config.data.join("lake"),
            scratch: config.data.join("scratch"),
            memory_bytes: config.memory_bytes,
            query_time: Duration::from_secs(config.query_seconds),
        })
        .await?;
        let audit = AuditWriter::start(database.clone());
        let governance = Governance::open(database.clone(), issuer, PermitMaker::claim()).await?;
        Ok(Self(Arc::new(Parts { config, database, warehouse, governance, audit })))
    }
}
