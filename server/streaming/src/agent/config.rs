//! The settings of an agent: a file of its own, `agent.toml`.

use super::AgentFault;
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use url::Url;

/// One agent. Paths are relative to the file's folder.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentConfig {
    /// Its name on the portal and in the ids of its events: no two agents may have the same.
    pub name: String,
    /// What it keeps: the buffer and the positions in files. Nobody else's.
    pub folder: PathBuf,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default, rename = "input")]
    pub inputs: Vec<Input>,
    /// Where events go; absent for an agent inside the portal, which writes to the portal's bus.
    #[serde(default)]
    pub output: Option<Output>,
    /// The portal to report to when the output is Kafka.
    #[serde(default)]
    pub report: Option<Portal>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Most bytes that the buffer takes on the disk.
    pub buffer_bytes: u64,
    /// Largest event; a longer line is cut there and counted. At most 4 MiB.
    pub record_bytes: usize,
    /// What arrives within this time is flushed together: at most 50.
    pub commit_ms: u64,
    pub when_full: WhenFull,
    /// Events and bytes sent together.
    pub batch_records: usize,
    pub batch_bytes: usize,
    /// How long a stopping agent goes on delivering; what is left then stays in the buffer.
    pub drain_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            buffer_bytes: 1 << 30,
            record_bytes: 256 << 10,
            commit_ms: 20,
            when_full: WhenFull::Block,
            batch_records: 2_000,
            batch_bytes: 512 << 10,
            drain_seconds: 5,
        }
    }
}

/// What happens when the buffer is at its limit, or the disk is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// Files wait, connections wait, HTTP is answered 429; datagrams are counted as lost.
    #[default]
    Block,
    /// The agent ends with an error.
    Stop,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Input {
    /// Log files that grow.
    File(FileInput),
    /// A folder whose complete files are read once.
    Spool(SpoolInput),
    Syslog(SyslogInput),
    Http(HttpInput),
}

impl Input {
    pub fn topic(&self) -> &str {
        match self {
            Self::File(file) => &file.topic,
            Self::Spool(spool) => &spool.topic,
            Self::Syslog(syslog) => &syslog.topic,
            Self::Http(http) => &http.topic,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileInput {
    pub topic: String,
    /// Patterns as the shell knows them: `/var/log/nginx/*.log`. Rotated names beside a file need not be named.
    pub paths: Vec<String>,
    /// Where files that are there at the agent's first start are read from.
    #[serde(default)]
    pub from: From,
    #[serde(default)]
    pub multiline: Option<Multiline>,
    /// How often names are looked up, and known files looked at, in milliseconds.
    #[serde(default = "scan_ms")]
    pub scan_ms: u64,
    #[serde(default = "poll_ms")]
    pub poll_ms: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum From {
    #[default]
    Start,
    End,
}

/// Several lines that are one event: a stack trace.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multiline {
    /// An expression that matches the first line of each event.
    pub start: String,
    /// After this time without a further line the event is complete.
    #[serde(default = "multiline_wait_ms")]
    pub wait_ms: u64,
    /// Most lines of one event; its bytes are bounded as a line's are.
    #[serde(default = "multiline_lines")]
    pub lines: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpoolInput {
    pub topic: String,
    /// Files whose names begin with `.` or end in `.tmp`, `.part` or `.partial` are not complete yet.
    pub folder: PathBuf,
    /// Files that did not change for this long are complete.
    #[serde(default = "settle_ms")]
    pub settle_ms: u64,
    /// Whether read files go to the folder `done` in it or are deleted.
    #[serde(default)]
    pub then: Then,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    #[default]
    Move,
    Remove,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyslogInput {
    pub topic: String,
    #[serde(default)]
    pub udp: Option<SocketAddr>,
    #[serde(default)]
    pub tcp: Option<SocketAddr>,
    /// Most connections at once.
    #[serde(default = "connections")]
    pub connections: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpInput {
    pub topic: String,
    pub listen: SocketAddr,
    /// Largest body, compressed and not, in bytes.
    #[serde(default = "body_bytes")]
    pub body_bytes: usize,
    /// File with a token that senders must give (`Authorization: Bearer …`).
    #[serde(default)]
    pub token_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Output {
    Portal(Portal),
    Kafka(Kafka),
    Log(Log),
}

/// The built-in event bus of a portal on the same machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// `bus` in the portal's data folder.
    pub folder: PathBuf,
}

/// A portal and the token that its administrator made for this agent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    pub url: Url,
    #[serde(default)]
    pub token: Option<String>,
    #[serde(default)]
    pub token_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kafka {
    /// `host:port,host:port`.
    pub brokers: String,
    /// `plaintext`, `ssl`, `sasl_plaintext` or `sasl_ssl`.
    #[serde(default = "plaintext")]
    pub security: String,
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    #[serde(default = "plain")]
    pub mechanism: String,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password: Option<String>,
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

fn scan_ms() -> u64 {
    1_000
}
fn poll_ms() -> u64 {
    200
}
fn multiline_wait_ms() -> u64 {
    2_000
}
fn multiline_lines() -> usize {
    500
}
fn settle_ms() -> u64 {
    2_000
}
fn connections() -> usize {
    256
}
fn body_bytes() -> usize {
    2 << 20
}
fn plaintext() -> String {
    "plaintext".into()
}
fn plain() -> String {
    "PLAIN".into()
}

impl AgentConfig {
    /// Reads the file and looks whether it can be meant.
    pub fn load(file: &Path) -> Result<Self, AgentFault> {
        let text = std::fs::read_to_string(file).map_err(|cause| AgentFault::file(file, &cause))?;
        Self::parse(&text, file.parent().unwrap_or(Path::new("."))).map_err(|fault| {
            let file = file.display();
            AgentFault::new(format!("{file}: {}", fault.en), format!("{file}: {}", fault.es))
        })
    }

    /// `base` is what relative paths start from.
    pub fn parse(text: &str, base: &Path) -> Result<Self, AgentFault> {
        let mut config: Self = toml::from_str(text).map_err(|cause| AgentFault::new(cause.to_string(), cause.to_string()))?;
        config.folder = base.join(&config.folder);
        let portals = config.report.iter_mut().chain(config.output.iter_mut().filter_map(|output| match output {
            Output::Portal(portal) => Some(portal),
            Output::Kafka(_) | Output::Log(_) => None,
        }));
        portals.filter_map(|portal| portal.token_file.as_mut()).for_each(|path| *path = base.join(&*path));
        match &mut config.output {
            Some(Output::Log(log)) => log.folder = base.join(&log.folder),
            Some(Output::Kafka(kafka)) => kafka.ca = kafka.ca.take().map(|path| base.join(path)),
            Some(Output::Portal(_)) | None => {}
        }
        for input in &mut config.inputs {
            match input {
                Input::File(file) => file.paths.iter_mut().for_each(|path| *path = base.join(&*path).to_string_lossy().into_owned()),
                Input::Spool(spool) => spool.folder = base.join(&spool.folder),
                Input::Http(http) => http.token_file = http.token_file.take().map(|path| base.join(path)),
                Input::Syslog(_) => {}
            }
        }
        super::check::check(&config)?;
        Ok(config)
    }
}
