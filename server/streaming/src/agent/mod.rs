//! The agent: takes events where they arise, keeps them on the disk, delivers them to the bus.
//!
//! A role of its own (`atalaya agent`), and a part of the portal where that runs one itself. At least once to the bus: what is
//! sent again has the same id.

pub mod buffer;
mod check;
pub mod config;
mod fault;
pub mod gzip;
mod http;
mod send;
mod spool;
mod status;
mod syslog;
mod tail;
pub mod wire;

pub use check::{is_name, is_topic};
pub use config::{AgentConfig, Limits, WhenFull};
pub use fault::AgentFault;
pub use send::{Client, Output};
pub use status::{Heartbeat, Status};

use buffer::{Buffer, Opened};
use config::{FileInput, Input};
use std::{
    fs::File,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often the portal is told how the agent is doing.
pub const HEARTBEAT: Duration = Duration::from_secs(10);

/// An agent whose folder is open.
pub struct Agent {
    config: AgentConfig,
    opened: Opened,
    status: Arc<Status>,
    /// Held as long as the folder is in use.
    _lock: File,
}

/// Looks at an agent while it runs.
#[derive(Clone)]
pub struct Watch {
    name: String,
    buffer: Buffer,
    status: Arc<Status>,
}

impl Watch {
    /// Figures of now, and what happened since they were last asked for.
    pub fn heartbeat(&self) -> Heartbeat {
        self.status.heartbeat(&self.name, &self.buffer)
    }

    /// Gives reports back that could not be told.
    pub fn again(&self, heartbeat: Heartbeat) {
        self.status.again(heartbeat.reports);
    }
}

impl Agent {
    /// Opens its folder, and mends what a crash has left there.
    pub async fn open(config: AgentConfig) -> Result<Self, AgentFault> {
        std::fs::create_dir_all(&config.folder).map_err(|cause| AgentFault::file(&config.folder, &cause))?;
        let lock = lock(&config)?;
        let opened = Buffer::open(&config.folder.join("buffer"), &config.name, &config.limits).await?;
        Ok(Self { config, opened, status: Arc::default(), _lock: lock })
    }

    pub fn watch(&self) -> Watch {
        Watch { name: self.config.name.clone(), buffer: self.opened.buffer.clone(), status: self.status.clone() }
    }

    /// Takes and delivers until told to stop; then takes nothing more, goes on delivering for a while, and leaves the rest in
    /// its folder for the next start.
    pub async fn run(self, output: Output, stop: CancellationToken) -> Result<(), AgentFault> {
        let watch = self.watch();
        let Self { config, opened, status, _lock } = self;
        let Opened { buffer, reader, marks, counters, closing, writing } = opened;
        let taking = CancellationToken::new();
        let delivering = CancellationToken::new();
        // Nothing goes on where one of them cannot be had.
        let _closing = (closing.clone().drop_guard(), delivering.clone().drop_guard(), taking.clone().drop_guard());
        let mut inputs = open_inputs(&config, &buffer, &status, (marks, counters), &taking).await?;
        let sending = send::run(reader, output.clone(), &config.folder, &config.limits, status.clone(), delivering.clone());
        let telling = tokio::spawn(tell(watch, reporting(&config, &output)?, delivering.clone()));
        tokio::pin!(sending, writing);
        let (mut sent, mut written) = (false, false);
        let ended = tokio::select! {
            () = stop.cancelled() => Ok(()),
            ended = first_fault(&mut inputs) => ended,
            ended = &mut sending => { sent = true; ended }
            ended = &mut writing => { written = true; ended.unwrap_or_else(|_| Err(AgentFault::stopped())) }
        };
        taking.cancel();
        let grace = Duration::from_secs(config.limits.drain_seconds);
        let drain = async {
            // Inputs end first, then what they have taken is delivered.
            while inputs.join_next().await.is_some() {}
            while !buffer.is_idle() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if ended.is_ok() {
            tokio::select! {
                _ = tokio::time::timeout(grace, drain) => {}
                _ = &mut sending => { sent = true; }
            }
        } else {
            drop(drain);
        }
        delivering.cancel();
        if !sent {
            let _ = sending.await;
        }
        inputs.shutdown().await;
        closing.cancel();
        let closed = if written { Ok(()) } else { writing.await.unwrap_or_else(|_| Err(AgentFault::stopped())) };
        let _ = telling.await;
        ended.and(closed)
    }
}

type Known = (std::collections::BTreeMap<String, buffer::Mark>, std::collections::BTreeMap<String, u64>);

/// Starts every input; what cannot listen is said before anything is taken.
async fn open_inputs(
    config: &AgentConfig,
    buffer: &Buffer,
    status: &Arc<Status>,
    (mut marks, counters): Known,
    taking: &CancellationToken,
) -> Result<JoinSet<Result<(), AgentFault>>, AgentFault> {
    let record_bytes = config.limits.record_bytes;
    let mut running = JoinSet::new();
    let mut files: Vec<FileInput> = Vec::new();
    for input in &config.inputs {
        let (buffer, status, taking) = (buffer.clone(), status.clone(), taking.clone());
        match input {
            Input::File(file) => files.push(file.clone()),
            Input::Spool(spool) => drop(running.spawn(spool::Spool::open(spool, record_bytes, &marks, &counters)?.run(buffer, status, taking))),
            Input::Syslog(syslog) => drop(running.spawn(syslog::open(syslog, record_bytes, buffer, status).await?.run(taking))),
            Input::Http(http) => drop(running.spawn(http::open(http, record_bytes, buffer).await?.run(taking))),
        }
    }
    if !files.is_empty() {
        marks.retain(|generation, _| !generation.starts_with("spool-"));
        let tail = tail::Tail::new(&files, record_bytes, marks, counters)?;
        running.spawn(tail.run(buffer.clone(), status.clone(), taking.clone()));
    }
    Ok(running)
}

/// The first input that cannot go on; never, while all can.
async fn first_fault(inputs: &mut JoinSet<Result<(), AgentFault>>) -> Result<(), AgentFault> {
    while let Some(ended) = inputs.join_next().await {
        ended.unwrap_or_else(|_| Err(AgentFault::stopped()))?;
    }
    std::future::pending().await
}

fn reporting(config: &AgentConfig, output: &Output) -> Result<Option<Client>, AgentFault> {
    match (&config.report, output) {
        (Some(portal), _) => Client::open(portal).map(Some),
        (None, Output::Portal(client)) => Ok(Some(client.clone())),
        (None, Output::Bus(_)) => Ok(None),
    }
}

async fn tell(watch: Watch, client: Option<Client>, stop: CancellationToken) {
    let Some(client) = client else { return };
    let mut turns = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = stop.cancelled() => return,
        }
        let heartbeat = watch.heartbeat();
        let told = tokio::select! {
            told = client.heartbeat(&heartbeat) => told,
            () = stop.cancelled() => return,
        };
        if let Err(failure) = told {
            tracing::debug!("{}", failure.said);
            watch.again(heartbeat);
        }
    }
}

fn lock(config: &AgentConfig) -> Result<File, AgentFault> {
    let path = config.folder.join("lock");
    let file = File::create(&path).map_err(|cause| AgentFault::file(&path, &cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => {
            let folder = config.folder.display();
            Err(AgentFault::new(
                format!("{folder} is in use by another agent: stop that one, or give this one a folder of its own"),
                format!("otro agente está usando {folder}: deténgalo o dé a este una carpeta propia"),
            ))
        }
    }
}

fn cannot_listen(address: &SocketAddr, cause: &std::io::Error) -> AgentFault {
    AgentFault::new(
        format!("cannot listen on {address} ({cause}): stop what uses it, or change the address in agent.toml"),
        format!("no se puede escuchar en {address} ({cause}): pare lo que lo usa o cambie la dirección en agent.toml"),
    )
}

/// Unix milliseconds of now.
pub fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}
