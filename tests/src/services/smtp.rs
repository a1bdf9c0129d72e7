//! A real SMTP server (Python's aiosmtpd) for tests: one for each test, which finds in it the letters that arrived, encrypted or not.

use super::{
    certificate::certificate,
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
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

const PACKAGE: &str = "aiosmtpd==1.4.6";

/// From whom alone letters are taken, but by a plain server.
const USER: &str = "portal";
const PASSWORD: &str = "smtp-secret";

/// How a server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// Unencrypted, by anybody.
    Plain,
    /// Encrypted after `STARTTLS`; before it nothing else is taken.
    StartTls,
    /// Encrypted from the first byte.
    Tls,
    /// It offers to sign in and no encryption: as if somebody on the way had struck that offer out.
    Stripped,
}

impl Speech {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::StartTls => "starttls",
            Self::Tls => "tls",
            Self::Stripped => "stripped",
        }
    }

    /// `smtp_tls` of the portal.
    fn setting(self) -> &'static str {
        match self {
            Self::Plain => "none",
            Self::StartTls | Self::Stripped => "starttls",
            Self::Tls => "tls",
        }
    }
}

/// The server, as long as it is held.
pub struct Smtp {
    port: u16,
    folder: PathBuf,
    speech: Speech,
    /// Of one that encrypts; it is its own authority.
    certificate: Option<PathBuf>,
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

/// A new plain server; `None`, with the reason said, where Python or the package cannot be had.
pub async fn smtp() -> Option<Smtp> {
    speaking(Speech::Plain).await
}

/// A new server that is spoken to like this; `None`, with the reason said, where what it needs cannot be had.
pub async fn speaking(speech: Speech) -> Option<Smtp> {
    let installed = tokio::task::spawn_blocking(installed).await.expect("a thread");
    let packages = installed.map_err(|reason| skipped(&format!("SMTP: {reason}"))).ok()?;
    let (port, folder) = (free_port(), folder("smtp"));
    let encrypts = matches!(speech, Speech::StartTls | Speech::Tls);
    let certificate = if encrypts { certificate(&folder) } else { None };
    if encrypts && certificate.is_none() {
        skipped("TLS of SMTP: there is no openssl to make a certificate");
        return None;
    }
    let script = folder.join("smtp.py");
    fs::write(&script, include_str!("smtp.py")).expect("a script");
    let mut server = Command::new("python3");
    server.env("PYTHONPATH", packages).arg(&script).arg(port.to_string()).arg(&folder).args([speech.name(), USER, PASSWORD]);
    let process = Process::start(&folder, "smtp", &server);
    process.accepts(port, Duration::from_secs(30)).await;
    Some(Smtp { port, folder, speech, certificate, _process: process })
}

impl Smtp {
    /// The demo's kind of people in a house that hands its mail to this server.
    pub async fn house(&self) -> House {
        self.house_trusting(self.certificate.as_deref()).await
    }

    /// The same with another authority in its settings, or with the public ones alone.
    pub async fn house_trusting(&self, authority: Option<&Path>) -> House {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let signs_in = self.speech != Speech::Plain;
        let settings = Config {
            smtp_host: Some("127.0.0.1".into()),
            smtp_port: Some(self.port),
            smtp_tls: self.speech.setting().into(),
            smtp_ca: authority.map(Path::to_owned),
            smtp_user: signs_in.then(|| USER.into()),
            smtp_password: signs_in.then(|| PASSWORD.into()),
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

    /// The first word of each line that came unencrypted, in the order in which they came.
    pub fn heard_unencrypted(&self) -> Vec<String> {
        let heard = fs::read_to_string(self.folder.join("unencrypted")).unwrap_or_default();
        heard.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
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
