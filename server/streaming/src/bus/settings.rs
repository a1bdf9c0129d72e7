//! Which bus there is: a folder, or brokers with what they ask for.

use super::{Bus, BusFault, kafka::Kafka, log::Log};
use std::{fmt, path::PathBuf, sync::Arc};

/// Where the event bus is.
#[derive(Clone, Debug)]
pub enum Settings {
    /// The built-in log, in files of its own in this folder. Several processes of one machine may open it at once.
    Folder(PathBuf),
    Kafka(Brokers),
}

/// A Kafka cluster.
#[derive(Clone, Default)]
pub struct Brokers {
    /// `host:port,host:port`.
    pub addresses: String,
    /// `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`; empty is `plaintext`.
    pub security: String,
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`; read only with SASL.
    pub mechanism: String,
    pub user: Option<String>,
    pub password: Option<String>,
    /// File of the authorities (PEM) that signed the brokers' certificates; without one, the system's.
    pub ca: Option<PathBuf>,
}

impl fmt::Debug for Brokers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Brokers").field("addresses", &self.addresses).field("security", &self.security).finish_non_exhaustive()
    }
}

/// Opens the bus. A folder is made where there is none; brokers need not answer yet: each call says when they do not.
pub async fn open(settings: Settings) -> Result<Arc<dyn Bus>, BusFault> {
    Ok(match settings {
        Settings::Folder(folder) => Arc::new(Log::open(&folder).await?),
        Settings::Kafka(brokers) => Arc::new(Kafka::open(&brokers)?),
    })
}
