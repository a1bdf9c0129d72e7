//! What the program may use, built once and passed. No globals.

/// Named here too: who writes datasets may not use governance.
pub use crate::governance::Staged;
use crate::{
    access::{
        Key, PermitMaker, Secrets,
        audit::{AuditWriter, Chain},
    },
    config::Config,
    database::Database,
    fault::{Fault, Result},
    governance::{Catalogue, Dataset, Governance, Source},
    identity::Identity,
    warehouse::{Cache, catalogue},
};
use ::warehouse::Warehouse;
use object_store::{ObjectStore, local::LocalFileSystem};
use std::{ops::Deref, path::PathBuf, sync::Arc, time::Duration};

/// Everything that handlers and jobs use. Cheap to clone.
#[derive(Clone)]
pub struct Portal(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub database: Database,
    pub secrets: Secrets,
    pub warehouse: Warehouse,
    pub identity: Identity,
    pub governance: Governance,
    pub audit: AuditWriter,
    /// What the audit log is verified with.
    pub chain: Chain,
    /// Answers of warm dashboards.
    pub cache: Cache,
    /// Files of reports, below `reports/` in the data folder.
    pub report_store: Arc<dyn ObjectStore>,
}

impl Deref for Portal {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Portal {
    /// Opens the data folder and everything in it. Refuses data without its key.
    pub async fn open(config: Config) -> Result<Self> {
        std::fs::create_dir_all(&config.data)?;
        let (key, made_now) = Key::open(&config.data)?;
        let key = Arc::new(key);
        let database = Database::open(config.database_url.as_deref(), &config.data).await?;
        let secrets = Secrets::open(database.clone(), key.clone(), &config.data, made_now).await?;
        let (warehouse, issuer) = Warehouse::open(::warehouse::Settings {
            lake: config.data.join("lake"),
            scratch: config.data.join("scratch"),
            memory_bytes: config.memory_bytes,
            query_time: Duration::from_secs(config.query_seconds),
        })
        .await?;
        let chain = Chain::new(&key, &config.data);
        let audit = AuditWriter::start(database.clone(), chain.clone());
        let identity = Identity::open(database.clone(), &key)?;
        let governance = Governance::new(database.clone(), identity.clone(), issuer, PermitMaker::claim(), &key);
        governance.follow(published(&database));
        let cache = Cache::new(config.cache_bytes);
        let reports = config.data.join("reports");
        std::fs::create_dir_all(&reports)?;
        let report_store = Arc::new(LocalFileSystem::new_with_prefix(&reports).map_err(Fault::internal)?);
        Ok(Self(Arc::new(Parts { config, database, secrets, warehouse, identity, governance, audit, chain, cache, report_store })))
    }

    /// The renderer of charts for reports.
    pub fn chart_script(&self) -> PathBuf {
        self.config.site.join("pkg/report_charts.js")
    }
}

/// Tells governance what is published: it may not know the domain that holds the pins.
fn published(database: &Database) -> Source {
    let database = database.clone();
    Box::new(move |known| {
        let database = database.clone();
        Box::pin(async move {
            let Some((generation, published)) = catalogue::published(&database, known).await? else { return Ok(None) };
            let datasets = published.into_iter().map(|published| Dataset {
                name: published.pin.dataset,
                department: published.pin.department,
                mart: published.mart,
                version: published.pin.version,
                columns: published.pin.columns,
                published_ms: published.pin.published_ms,
            });
            Ok(Some(Catalogue::new(generation, datasets.collect())))
        })
    })
}
