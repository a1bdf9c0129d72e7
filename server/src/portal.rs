//! What the program may use, built once and passed. No globals.

/// Named here too: who writes datasets may not use governance.
pub use crate::governance::Staged;
use crate::{
    access::{
        Caller, Folder, Key, Permit, PermitMaker, Secrets,
        audit::{AuditWriter, Chain, Past, past},
    },
    config::Config,
    dashboards,
    database::{Changes, Database},
    fault::{Fault, Result},
    governance::{Catalogue, Dataset, Governance, Source},
    identity::{self, Identity},
    ingestion::fetch::Fetcher,
    mail::Mail,
    reports::{self, Giver},
    search::{
        self, Searches, Watches,
        kibana::{self, Kibana},
        stream,
    },
    streaming::{Meters, live::Courses, windows::Windows},
    warehouse::{self, Cache, catalogue},
};
use ::search::index::{self, Index};
use ::streaming::bus::{self, Bus};
use ::warehouse::Warehouse;
use app::identity::memberships::asks::HandedOver;
use object_store::{ObjectStore, local::LocalFileSystem};
use std::{collections::BTreeSet, ops::Deref, path::PathBuf, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Everything that handlers and jobs use. Cheap to clone.
#[derive(Clone)]
pub struct Portal(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    /// The data folder, in use by this process.
    pub folder: Folder,
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
    /// Domains that give rows to reports.
    pub givers: Vec<Box<dyn Giver>>,
    /// Live views of this process.
    pub watches: Watches,
    /// Cancelled when the portal stops: answers that go on for long end.
    pub closing: CancellationToken,
    /// Gets pages of the public web, and nothing else.
    pub fetcher: Fetcher,
    /// Files of reports, below `reports/` in the data folder.
    pub report_store: Arc<dyn ObjectStore>,
    /// Records on their way: the log in `bus/` in the data folder, or Kafka. Each call says when it does not answer.
    pub bus: Arc<dyn Bus>,
    /// Events as they are found: the folder `index/` in the data folder, or Elasticsearch. Written with a shape, read with a share.
    pub index: Index,
    /// Courses of windows that are watched.
    pub courses: Courses,
    /// Figures of this process, for Prometheus and the page of streams.
    pub meters: Meters,
    /// Kibana behind the portal, where one is configured.
    pub kibana: Option<Kibana>,
    /// Mail to people, where a server for it is configured.
    pub mail: Option<Mail>,
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
        let folder = Folder::open(&config.data)?;
        let Unlocked { key, database, secrets } = Unlocked::open(&config).await?;
        let (warehouse, issuer) = Warehouse::open(::warehouse::Settings {
            lake: config.data.join("lake"),
            scratch: config.data.join("scratch"),
            memory_bytes: config.memory_bytes,
            query_time: Duration::from_secs(config.query_seconds),
        })
        .await?;
        let chain = chain(&config, &key, past::all(&secrets).await?)?;
        let audit = AuditWriter::start(database.clone(), chain.clone());
        let identity = Identity::open(database.clone(), &key)?;
        let governance = Governance::new(database.clone(), identity.clone(), issuer, PermitMaker::claim(), &key);
        governance.follow(published(&database));
        let cache = Cache::new(config.cache_bytes);
        let fetcher = Fetcher::open(&config)?;
        let reports = config.data.join("reports");
        std::fs::create_dir_all(&reports)?;
        let report_store = Arc::new(LocalFileSystem::new_with_prefix(&reports).map_err(Fault::internal)?);
        let bus = bus::open(bus_settings(&config)).await.map_err(|fault| outside(&fault, "ATALAYA_KAFKA_BROKERS"))?;
        let index = index::open(index_settings(&config)).map_err(|fault| outside(&fault, "ATALAYA_ELASTICSEARCH_URL"))?;
        let kibana = Kibana::of(&config)?;
        let mail = Mail::of(&config)?;
        Ok(Self(Arc::new(Parts {
            config,
            folder,
            database,
            secrets,
            warehouse,
            identity,
            governance,
            audit,
            chain,
            cache,
            givers: vec![Box::new(Searches), Box::new(Windows)],
            watches: Watches::default(),
            closing: CancellationToken::new(),
            fetcher,
            report_store,
            bus,
            index,
            courses: Courses::default(),
            meters: Meters::default(),
            kibana,
            mail,
        })))
    }

    /// Whether Kibana is there for this reader: governance's menu asks, and may not know the domain that holds it.
    pub async fn offers_kibana(&self, permit: &Permit) -> Result<bool> {
        kibana::offered(self, permit).await
    }

    /// The person of a portal session that still stands, for what lives on another origin and may not know identity.
    pub async fn session_stands(&self, id: &str) -> Result<Caller> {
        identity::session_stands(self, id).await
    }

    /// What a person owns in any room goes to their heir, or away with them.
    pub async fn hand_over(&self, changes: &mut Changes, from: &str, heir: Option<&str>) -> Result<HandedOver> {
        let (dashboards, questions) = dashboards::hand_over(changes, from, heir).await?;
        Ok(HandedOver {
            dashboards,
            questions,
            searches: search::hand_over(changes, from, heir).await?,
            statements: warehouse::sql::hand_over(changes, from, heir).await?,
            reports: reports::forget_owner(changes, from).await?,
            schedules: reports::schedules::forget_owner(changes, from).await?,
        })
    }

    /// The renderer of charts for reports.
    pub fn chart_script(&self) -> PathBuf {
        self.config.site.join("pkg/report_charts.js")
    }
}

/// The control plane with the key that it is sealed with.
pub(crate) struct Unlocked {
    pub key: Arc<Key>,
    pub database: Database,
    pub secrets: Secrets,
}

impl Unlocked {
    /// Refuses data without its key. A change of keys that was cut off is brought to its end.
    pub async fn open(config: &Config) -> Result<Self> {
        let (key, made_now) = match &config.key {
            Some(key) => (key.clone(), false),
            None => {
                let (key, made_now) = Key::open(&config.data)?;
                (Arc::new(key), made_now)
            }
        };
        let database = Database::open(config.database_url.as_deref(), &config.data).await?;
        let key = if config.key.is_some() { key } else { Secrets::settled(&database, key, &config.data).await? };
        let secrets = Secrets::open(database.clone(), key.clone(), &config.data, made_now).await?;
        Ok(Self { key, database, secrets })
    }
}

/// What the audit log of this data folder is written and verified with; `past`: its keys of before.
pub(crate) fn chain(config: &Config, key: &Key, past: Vec<Past>) -> Result<Chain> {
    // A folder of their own: whoever keeps them elsewhere copies it, and nothing in it is ever written again.
    let checkpoints = config.data.join("audit");
    std::fs::create_dir_all(&checkpoints)?;
    let checkpoints = Arc::new(LocalFileSystem::new_with_prefix(&checkpoints).map_err(Fault::internal)?);
    Ok(Chain::new(key, past, &config.data, checkpoints))
}

fn bus_settings(config: &Config) -> bus::Settings {
    match &config.kafka_brokers {
        None => bus::Settings::Folder(config.data.join("bus")),
        Some(addresses) => bus::Settings::Kafka(bus::Brokers {
            addresses: addresses.clone(),
            security: config.kafka_security.clone(),
            mechanism: config.kafka_mechanism.clone(),
            user: config.kafka_user.clone(),
            password: config.kafka_password.clone(),
            ca: config.kafka_ca.clone(),
        }),
    }
}

fn index_settings(config: &Config) -> index::Settings {
    let Some(url) = &config.elasticsearch_url else { return index::Settings::Folder(config.data.join("index")) };
    let credentials = match (&config.elasticsearch_api_key, &config.elasticsearch_user, &config.elasticsearch_password) {
        (Some(key), _, _) => index::Credentials::ApiKey(key.clone()),
        (None, Some(user), Some(password)) => index::Credentials::Password { user: user.clone(), password: password.clone() },
        _ => index::Credentials::None,
    };
    index::Settings::Elasticsearch { url: url.clone(), credentials, authority: config.elasticsearch_ca.clone() }
}

/// Settings that cannot be right. Systems that are down are said when they are used.
fn outside(fault: &dyn std::error::Error, setting: &str) -> Fault {
    Fault::operator(format!("{fault}: check {setting}"), format!("{fault}: compruebe {setting}"))
}

/// Tells governance what is published: it may not know the domains that hold the pins and the streams.
fn published(database: &Database) -> Source {
    let database = database.clone();
    Box::new(move |known| {
        let database = database.clone();
        Box::pin(async move {
            let Some((generation, published)) = catalogue::published(&database, known).await? else { return Ok(None) };
            let tables = published.into_iter().map(|published| Dataset {
                name: published.pin.dataset,
                department: published.pin.department,
                mart: published.mart,
                stream: None,
                version: published.pin.version,
                columns: published.pin.columns,
                worded: BTreeSet::new(),
                time: None,
                published_ms: published.pin.published_ms,
            });
            let streams = stream::store::all(&database).await?.into_iter().map(|stream| Dataset {
                name: stream.dataset(),
                columns: stream.columns(),
                worded: stream.worded(),
                time: stream.time(),
                stream: Some(Arc::new(stream.definition())),
                department: stream.department,
                mart: None,
                version: 0,
                published_ms: 0,
            });
            Ok(Some(Catalogue::new(generation, tables.chain(streams).collect())))
        })
    })
}
