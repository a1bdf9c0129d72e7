//! A real SMTP server (Python's aiosmtpd) for tests: one for each test, which finds in it the letters that arrived.

use super::{
    jvm::cache,
    process::{Process, folder},
};
use crate::{
    house::{House, config},
    program::free_port,
    skips::skipped,
};
use serde::Deserialize;
use server::{config::Config, portal::Portal};
use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

const PACKAGE: &str = "aiosmtpd==1.4.6";

/// The server, as long as it is held.
pub struct Smtp {
    port: u16,
    folder: PathBuf,
    _process: Process,
}

/// A letter as it arrived.
#[derive(Clone, Debug, Deserialize)]
pub struct Arrived {
    pub to: Vec<String>,
    pub subject: String,
    /// The header as it came over the wire.
    pub head: String,
    pub text: String,
}

impl Arrived {
    /// The token at the end of the link with this path, as in `http://…/reset/<token>`.
    pub fn token(&self, path: &str) -> String {
        let link = self.text.split_whitespace().find(|word| word.starts_with("http") && word.contains(path)).expect("a link");
        link.rsplit('/').next().expect("a token").to_owned()
    }
}

/// A new server; `None`, with the reason said, where Python or the package cannot be had.
pub async fn smtp() -> Option<Smtp> {
    let installed = tokio::task::spawn_blocking(installed).await.expect("a thread");
    let packages = installed.map_err(|reason| skipped(&format!("SMTP: {reason}"))).ok()?;
    let (port, folder) = (free_port(), folder("smtp"));
    let script = folder.join("smtp.py");
    fs::write(&script, include_str!("smtp.py")).expect("a script");
    let mut server = Command::new("python3");
    server.env("PYTHONPATH", packages).arg(&script).arg(port.to_string()).arg(&folder);
    let process = Process::start(&folder, "smtp", &server);
    process.accepts(port, Duration::from_secs(30)).await;
    Some(Smtp { port, folder, _process: process })
}

impl Smtp {
    /// The demo's kind of people in a house that hands its mail to this server.
    pub async fn house(&self) -> House {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = Config {
            smtp_host: Some("127.0.0.1".into()),
            smtp_port: Some(self.port),
            smtp_tls: "none".into(),
            smtp_from: Some("Atalaya <portal@atalaya.example>".into()),
            ..config(&folder, None)
        };
        let portal = Portal::open(settings).await.expect("a new house");
        House { portal, folder, passwords: BTreeMap::new() }.furnished().await
    }

    /// What arrived for an address, in the order in which it came.
    pub fn letters(&self, to: &str) -> Vec<Arrived> {
        let mut files: Vec<PathBuf> = fs::read_dir(&self.folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let letters = files.iter().map(|file| serde_json::from_str::<Arrived>(&fs::read_to_string(file).expect("a letter")).expect("a letter"));
        letters.filter(|letter| letter.to.iter().any(|known| known == to)).collect()
    }
}

/// The folder of the package, downloaded once into the cache.
fn installed() -> Result<PathBuf, String> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let folder = cache().join(PACKAGE.replace("==", "-"));
    if !folder.join("whole").is_file() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target"]).arg(&folder).arg(PACKAGE);
        let output = pip.stdin(Stdio::null()).output().map_err(|cause| format!("python3: {cause}"))?;
        if !output.status.success() {
            return Err(format!("the Python package {PACKAGE} is not to be had: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        // Written last: a download that was cut short is made again.
        fs::write(folder.join("whole"), PACKAGE).map_err(|cause| format!("{}: {cause}", folder.display()))?;
    }
    Ok(folder)
}
