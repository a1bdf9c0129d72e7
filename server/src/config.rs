//! All settings, their defaults and their one-line meaning: from `atalaya.toml`, overridden by the environment.

use crate::fault::{Fault, Result};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use url::Url;

/// Settings of one portal. Every key may also be given as `ATALAYA_<KEY>`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of everything the portal keeps: control plane, lake, reports, key.
    pub data: PathBuf,
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
    /// Names that `${…}` in source addresses stands for.
    pub variables: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
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
        Ok(config)
    }

    fn overridden(&mut self, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
        fn set<T: std::str::FromStr>(target: &mut T, key: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
            if let Some(text) = variable(key) {
                *target = text.parse().map_err(|_| Fault::operator(format!("{key} is not right: {text}"), format!("{key} no es correcto: {text}")))?;
            }
            Ok(())
        }
        set(&mut self.data, "ATALAYA_DATA", variable)?;
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
        if let Some(url) = variable("ATALAYA_DATABASE_URL") {
            self.database_url = Some(url);
        }
        if let Some(list) = variable("ATALAYA_TRUSTED_PROXIES") {
            self.trusted_proxies = list.split(',').map(|part| part.trim().parse()).collect::<std::result::Result<_, _>>().map_err(|_| {
                Fault::operator(
                    format!("ATALAYA_TRUSTED_PROXIES is not a list of addresses: {list}"),
                    format!("ATALAYA_TRUSTED_PROXIES no es una lista de direcciones: {list}"),
                )
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_and_says_what_is_wrong() {
        let mut config = Config::default();
        config.overridden(&|key| (key == "ATALAYA_PDF_ROWS").then(|| "500".to_owned())).unwrap();
        assert_eq!(config.pdf_rows, 500);
        let fault = config.overridden(&|key| (key == "ATALAYA_PDF_ROWS").then(|| "many".to_owned())).unwrap_err();
        assert!(fault.message.en.contains("ATALAYA_PDF_ROWS"));
    }
}
