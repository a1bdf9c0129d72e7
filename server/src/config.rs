//! All settings, their defaults and their one-line meaning: from `atalaya.toml`, overridden by the environment.

use crate::{
    access::Key,
    fault::{Fault, Result},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};
use url::Url;

/// Settings of one portal. Every key may also be given as `ATALAYA_<KEY>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of everything the portal keeps: control plane, lake, reports, key.
    pub data: PathBuf,
    /// The key, in place of the file in `data`. From the environment alone: settings files are copied around.
    #[serde(skip)]
    pub key: Option<Arc<Key>>,
    /// Address that people type; decides cookies, links, the Origin check.
    pub public_url: Url,
    /// Address and port to listen on.
    pub listen: String,
    /// Folder of the browser half, fonts and icons.
    pub site: PathBuf,
    /// PostgreSQL for the control plane instead of SQLite.
    pub database_url: Option<String>,
    /// Memory that queries and builds share, in bytes.
    pub memory_bytes: usize,
    /// Longest time of one reader's query, in seconds.
    pub query_seconds: u64,
    /// Bytes of answers kept in memory for warm dashboards.
    pub cache_bytes: u64,
    /// Most rows laid out in one PDF.
    pub pdf_rows: u64,
    /// Days and bytes that reports are kept.
    pub report_days: u32,
    pub report_bytes: u64,
    /// Largest uploaded file, in bytes.
    pub upload_bytes: u64,
    /// Jobs at once in each lane (loads and builds; what people wait for).
    pub job_slots: usize,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Kafka brokers (`host:port,host:port`) for the event bus instead of the built-in log.
    pub kafka_brokers: Option<String>,
    /// `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`.
    pub kafka_security: String,
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    pub kafka_mechanism: String,
    pub kafka_user: Option<String>,
    pub kafka_password: Option<String>,
    /// File of the authorities (PEM) that signed the brokers' certificates.
    pub kafka_ca: Option<PathBuf>,
    /// Elasticsearch (or OpenSearch) for the search index instead of the built-in one.
    pub elasticsearch_url: Option<Url>,
    pub elasticsearch_user: Option<String>,
    pub elasticsearch_password: Option<String>,
    pub elasticsearch_api_key: Option<String>,
    /// File of the authority (PEM) that signed Elasticsearch's certificate; else the public ones are asked.
    pub elasticsearch_ca: Option<PathBuf>,
    /// Kibana to be shown inside the portal, and the address of its own origin.
    pub kibana_url: Option<Url>,
    pub kibana_public_url: Option<Url>,
    /// SMTP server that mail is handed to; without it there is no mail.
    pub smtp_host: Option<String>,
    /// Else 465 (`tls`), 587 (`starttls`) or 25 (`none`).
    pub smtp_port: Option<u16>,
    /// `tls`, `starttls`, or `none` for a server on this machine alone.
    pub smtp_tls: String,
    pub smtp_user: Option<String>,
    pub smtp_password: Option<String>,
    /// File that holds the password, in place of `smtp_password`.
    pub smtp_password_file: Option<PathBuf>,
    /// Sender: `portal@example.org` or `Atalaya <portal@example.org>`.
    pub smtp_from: Option<String>,
    /// File of the authority (PEM) that signed the server's certificate; the public ones are asked too.
    pub smtp_ca: Option<PathBuf>,
    /// Settings file of an agent inside `serve`: it takes events where the portal runs.
    pub agent: Option<PathBuf>,
    /// Most dead letters of one stream, and their bytes: a stream that has more of them waits.
    pub dead_letters: u64,
    pub dead_letter_bytes: u64,
    /// Whether `serve` and `work` also process the streams; not where `stream` does as a process of its own.
    pub process_streams: bool,
    /// Address and port of Prometheus metrics; empty: none.
    pub metrics_address: String,
    /// `address:port` pairs on private networks that fetches may reach.
    pub fetch_allow: Vec<std::net::SocketAddr>,
    /// Where owners of fetched sites can write: an address or a page; named in the user agent instead of `public_url`.
    pub fetch_contact: Option<String>,
    /// Names that `${…}` in source addresses stands for.
    pub variables: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            key: None,
            public_url: Url::parse("http://localhost:8420").unwrap_or_else(|_| unreachable!("a constant address")),
            listen: "127.0.0.1:8420".into(),
            site: PathBuf::from("public"),
            database_url: None,
            memory_bytes: 4 << 30,
            query_seconds: 60,
            cache_bytes: 128 << 20,
            pdf_rows: 10_000,
            report_days: 30,
            report_bytes: 5 << 30,
            upload_bytes: 4 << 30,
            job_slots: 2,
            trusted_proxies: Vec::new(),
            kafka_brokers: None,
            kafka_security: "plaintext".into(),
            kafka_mechanism: "PLAIN".into(),
            kafka_user: None,
            kafka_password: None,
            kafka_ca: None,
            elasticsearch_url: None,
            elasticsearch_user: None,
            elasticsearch_password: None,
            elasticsearch_api_key: None,
            elasticsearch_ca: None,
            kibana_url: None,
            kibana_public_url: None,
            smtp_host: None,
            smtp_port: None,
            smtp_tls: "starttls".into(),
            smtp_user: None,
            smtp_password: None,
            smtp_password_file: None,
            smtp_from: None,
            smtp_ca: None,
            agent: None,
            dead_letters: 100_000,
            dead_letter_bytes: 256 << 20,
            process_streams: true,
            metrics_address: "127.0.0.1:8422".into(),
            fetch_allow: Vec::new(),
            fetch_contact: None,
            variables: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads `file` (paths in it are relative to it), then the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let mut config = match file {
            Some(file) => Self::read(file)?,
            None => Self::default(),
        };
        config.overridden(&|key| std::env::var(key).ok())?;
        Ok(config)
    }

    fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).map_err(|cause| {
            Fault::operator(
                format!("cannot read {}: check --config or ATALAYA_CONFIG", file.display()),
                format!("no se puede leer {}: compruebe --config o ATALAYA_CONFIG", file.display()),
            )
            .because(cause)
        })?;
        let mut config: Self =
            toml::from_str(&text).map_err(|cause| Fault::operator(format!("{}: {cause}", file.display()), format!("{}: {cause}", file.display())))?;
        let base = file.parent().unwrap_or(Path::new("."));
        config.data = base.join(&config.data);
        config.site = base.join(&config.site);
        let files = [&mut config.kafka_ca, &mut config.elasticsearch_ca, &mut config.smtp_ca, &mut config.smtp_password_file, &mut config.agent];
        for path in files.into_iter().flatten() {
            *path = base.join(&*path);
        }
        Ok(config)
    }

    fn overridden(&mut self, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
        fn set<T: std::str::FromStr>(target: &mut T, key: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
            if let Some(text) = variable(key) {
                *target = text.parse().map_err(|_| Fault::operator(format!("{key} is not right: {text}"), format!("{key} no es correcto: {text}")))?;
            }
            Ok(())
        }
        fn some<T: std::str::FromStr>(target: &mut Option<T>, key: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
            if let Some(text) = variable(key) {
                *target = Some(text.parse().map_err(|_| Fault::operator(format!("{key} is not right"), format!("{key} no es correcto")))?);
            }
            Ok(())
        }
        fn list<T: std::str::FromStr>(target: &mut Vec<T>, key: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
            if let Some(text) = variable(key) {
                let wrong = || Fault::operator(format!("{key} is not a list of addresses: {text}"), format!("{key} no es una lista de direcciones: {text}"));
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                *target = parts.map(str::parse).collect::<std::result::Result<_, _>>().map_err(|_| wrong())?;
            }
            Ok(())
        }
        set(&mut self.data, "ATALAYA_DATA", variable)?;
        if let Some(text) = variable("ATALAYA_KEY") {
            self.key = Some(Arc::new(Key::given(&text, "ATALAYA_KEY")?));
        }
        set(&mut self.public_url, "ATALAYA_PUBLIC_URL", variable)?;
        set(&mut self.listen, "ATALAYA_LISTEN", variable)?;
        set(&mut self.site, "ATALAYA_SITE", variable)?;
        set(&mut self.memory_bytes, "ATALAYA_MEMORY_BYTES", variable)?;
        set(&mut self.query_seconds, "ATALAYA_QUERY_SECONDS", variable)?;
        set(&mut self.cache_bytes, "ATALAYA_CACHE_BYTES", variable)?;
        set(&mut self.pdf_rows, "ATALAYA_PDF_ROWS", variable)?;
        set(&mut self.report_days, "ATALAYA_REPORT_DAYS", variable)?;
        set(&mut self.report_bytes, "ATALAYA_REPORT_BYTES", variable)?;
        set(&mut self.upload_bytes, "ATALAYA_UPLOAD_BYTES", variable)?;
        set(&mut self.job_slots, "ATALAYA_JOB_SLOTS", variable)?;
        set(&mut self.kafka_security, "ATALAYA_KAFKA_SECURITY", variable)?;
        set(&mut self.kafka_mechanism, "ATALAYA_KAFKA_MECHANISM", variable)?;
        set(&mut self.smtp_tls, "ATALAYA_SMTP_TLS", variable)?;
        set(&mut self.dead_letters, "ATALAYA_DEAD_LETTERS", variable)?;
        set(&mut self.dead_letter_bytes, "ATALAYA_DEAD_LETTER_BYTES", variable)?;
        set(&mut self.process_streams, "ATALAYA_PROCESS_STREAMS", variable)?;
        set(&mut self.metrics_address, "ATALAYA_METRICS_ADDRESS", variable)?;
        some(&mut self.database_url, "ATALAYA_DATABASE_URL", variable)?;
        some(&mut self.kafka_brokers, "ATALAYA_KAFKA_BROKERS", variable)?;
        some(&mut self.kafka_user, "ATALAYA_KAFKA_USER", variable)?;
        some(&mut self.kafka_password, "ATALAYA_KAFKA_PASSWORD", variable)?;
        some(&mut self.kafka_ca, "ATALAYA_KAFKA_CA", variable)?;
        some(&mut self.elasticsearch_url, "ATALAYA_ELASTICSEARCH_URL", variable)?;
        some(&mut self.elasticsearch_user, "ATALAYA_ELASTICSEARCH_USER", variable)?;
        some(&mut self.elasticsearch_password, "ATALAYA_ELASTICSEARCH_PASSWORD", variable)?;
        some(&mut self.elasticsearch_api_key, "ATALAYA_ELASTICSEARCH_API_KEY", variable)?;
        some(&mut self.elasticsearch_ca, "ATALAYA_ELASTICSEARCH_CA", variable)?;
        some(&mut self.smtp_host, "ATALAYA_SMTP_HOST", variable)?;
        some(&mut self.smtp_port, "ATALAYA_SMTP_PORT", variable)?;
        some(&mut self.smtp_user, "ATALAYA_SMTP_USER", variable)?;
        some(&mut self.smtp_password, "ATALAYA_SMTP_PASSWORD", variable)?;
        some(&mut self.smtp_password_file, "ATALAYA_SMTP_PASSWORD_FILE", variable)?;
        some(&mut self.smtp_from, "ATALAYA_SMTP_FROM", variable)?;
        some(&mut self.smtp_ca, "ATALAYA_SMTP_CA", variable)?;
        some(&mut self.agent, "ATALAYA_AGENT", variable)?;
        some(&mut self.kibana_url, "ATALAYA_KIBANA_URL", variable)?;
        some(&mut self.kibana_public_url, "ATALAYA_KIBANA_PUBLIC_URL", variable)?;
        some(&mut self.fetch_contact, "ATALAYA_FETCH_CONTACT", variable)?;
        list(&mut self.fetch_allow, "ATALAYA_FETCH_ALLOW", variable)?;
        list(&mut self.trusted_proxies, "ATALAYA_TRUSTED_PROXIES", variable)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_paths_count_from_the_file() {
        let folder = std::env::temp_dir().join(format!("atalaya-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("atalaya.toml");
        let text = "data = \"data\"\nsite = \"/srv/site\"\nkafka_ca = \"kafka.pem\"\nelasticsearch_ca = \"tls/search.pem\"\nagent = \"agent.toml\"\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::read(&file);
        std::fs::remove_dir_all(&folder).unwrap();
        let config = config.unwrap();
        assert_eq!((config.data, config.site), (folder.join("data"), PathBuf::from("/srv/site")));
        let named = [config.kafka_ca, config.elasticsearch_ca, config.agent].map(Option::unwrap);
        assert_eq!(named, [folder.join("kafka.pem"), folder.join("tls/search.pem"), folder.join("agent.toml")]);
    }

    #[test]
    fn the_environment_wins_and_says_what_is_wrong() {
        let mut config = Config::default();
        config.overridden(&|key| (key == "ATALAYA_PDF_ROWS").then(|| "500".to_owned())).unwrap();
        assert_eq!(config.pdf_rows, 500);
        let fault = config.overridden(&|key| (key == "ATALAYA_PDF_ROWS").then(|| "many".to_owned())).unwrap_err();
        assert!(fault.message.en.contains("ATALAYA_PDF_ROWS"));
        let key = hex::encode(rand::random::<[u8; 32]>());
        config.overridden(&|name| (name == "ATALAYA_KEY").then(|| key.clone())).unwrap();
        assert!(config.key.is_some() && !format!("{config:?}").contains(&key));
        assert!(config.overridden(&|name| (name == "ATALAYA_KEY").then(|| "changeme".to_owned())).is_err());
    }
}
