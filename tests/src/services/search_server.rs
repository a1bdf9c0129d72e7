//! What servers that speak Elasticsearch's protocol have in common: how they are started, waited for, killed and started again.

use super::{
    jvm,
    process::{Process, folder},
};
use crate::program::free_port;
use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use url::Url;

/// What one kind of server is made of.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) artifacts: &'static [&'static str],
    /// Class and text of the program that starts it.
    pub(super) start: (&'static str, &'static str),
    /// Jars of the artifact that do not belong on the class path: the server loads them itself.
    pub(super) apart: &'static [&'static str],
}

/// A running server with data of its own. Its files and its process go with the test run.
pub struct Server {
    kind: &'static Kind,
    folder: PathBuf,
    ports: (u16, u16),
    process: Option<Process>,
}

impl Server {
    /// Downloads what is missing, and waits until it answers. The error is the reason for skipping: what cannot be downloaded.
    pub(super) async fn start(kind: &'static Kind) -> Result<Self, String> {
        let mut server = Self { kind, folder: folder(kind.name), ports: (free_port(), free_port()), process: None };
        server.run().await?;
        Ok(server)
    }

    pub fn url(&self) -> Url {
        format!("http://127.0.0.1:{}", self.ports.0).parse().expect("an address")
    }

    /// Ends at once, as if the power was cut; its data stays.
    pub fn crash(&mut self) {
        if let Some(process) = self.process.take() {
            process.crash();
        }
    }

    /// Starts it again, on the same data and port.
    pub async fn restart(&mut self) {
        self.crash();
        self.run().await.expect("it ran before");
    }

    async fn run(&mut self) -> Result<(), String> {
        let java = jvm::java(21)?;
        let jars = jvm::jars(self.kind.artifacts, self.kind.name)?;
        let (class, text) = self.kind.start;
        let source = self.folder.join(format!("{class}.java"));
        std::fs::write(&source, text).map_err(|cause| format!("{}: {cause}", source.display()))?;
        let classes = self.folder.join("classes");
        if !classes.join(format!("{class}.class")).exists() {
            jvm::compile(&source, &jars, &classes)?;
        }
        let mut command = Command::new(java);
        command
            .args(["-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp"])
            .arg(class_path(&classes, &jars, self.kind.apart))
            .arg(class)
            .arg(self.folder.join("home"))
            .args([self.ports.0.to_string(), self.ports.1.to_string()])
            .arg(&jars);
        let process = Process::start(&self.folder, self.kind.name, &command);
        self.answers(&process).await;
        self.process = Some(process);
        Ok(())
    }

    async fn answers(&self, process: &Process) {
        let until = Instant::now() + Duration::from_secs(180);
        let health = self.url().join("/_cluster/health?wait_for_status=yellow&timeout=1s").expect("an address");
        loop {
            let answered = reqwest::get(health.clone()).await.is_ok_and(|answer| answer.status().is_success());
            if answered {
                return;
            }
            assert!(process.lives() && Instant::now() < until, "{} does not answer: {}", self.kind.name, process.said());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn class_path(classes: &Path, jars: &Path, apart: &[&str]) -> std::ffi::OsString {
    let mut entries = vec![classes.to_owned()];
    for jar in std::fs::read_dir(jars).expect("jars").flatten().map(|entry| entry.path()) {
        let name = jar.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !apart.iter().any(|prefix| name.starts_with(prefix)) {
            entries.push(jar);
        }
    }
    std::env::join_paths(entries).expect("paths without colons")
}
