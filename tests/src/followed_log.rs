//! A portal with the demo's stream of a web server, and the log that its own agent follows.

use crate::program::{Program, root};
use chrono::{TimeDelta, Utc};
use std::{fs, io::Write, process::Child};

const ORGANISATION: &str = r#"
name = "Test"
time_zone = "UTC"
[[departments]]
name = "operations"
title = { en = "Operations", es = "Operaciones" }
[[departments]]
name = "administration"
title = { en = "Administration", es = "Administración" }
[[people]]
email = "adela@atalaya.example"
name = "Adela Campos"
department = "administration"
role = "administrator"
[[people]]
email = "olga@atalaya.example"
name = "Olga Prieto"
department = "operations"
role = "manager"
language = "en"
"#;

/// Olga sees all requests, clients as hashes.
const POLICIES: &str = r#"
[[policies]]
mart = "stream.web"
department = "operations"
masks = [{ column = "client", mask = "hash" }]
"#;

const AGENT: &str = r#"
name = "test"
folder = "data/agent"
[[input]]
kind = "file"
topic = "web"
paths = ["logs/*.log"]
"#;

/// The portal, Olga's password and Adela's.
pub struct FollowedLog {
    pub program: Program,
    folder: tempfile::TempDir,
    pub password: String,
    pub administrators_password: String,
    _keeper: Child,
}

impl FollowedLog {
    /// `environment`: settings beside those of the file.
    pub async fn start(environment: &[(String, String)]) -> Self {
        Self::start_with(environment, &[]).await
    }

    /// `files`: more of the organisation's code, by name.
    pub async fn start_with(environment: &[(String, String)], files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut program = Program::new(folder.path(), "agent = \"agent.toml\"\nmetrics_address = \"\"\n");
        program.environment = environment.to_vec();
        let code = folder.path().join("code");
        for place in ["code/streams", "code/policies", "logs"] {
            fs::create_dir_all(folder.path().join(place)).expect("a folder");
        }
        fs::write(folder.path().join("agent.toml"), AGENT).expect("the agent's settings");
        fs::write(code.join("organisation.toml"), ORGANISATION).expect("the organisation");
        fs::write(code.join("policies/operations.toml"), POLICIES).expect("the policies");
        fs::copy(root().join("demo/streams/web.toml"), code.join("streams/web.toml")).expect("the stream");
        for (name, text) in files {
            let file = code.join(name);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file of the code");
        }
        let said = program.read(&["apply", &code.to_string_lossy(), "--yes"]);
        let password = |email: &str| {
            let told = said.lines().find_map(|line| line.trim().strip_prefix(email)?.strip_prefix("  "));
            told.expect("a password").trim().to_owned()
        };
        let (olgas, adelas) = (password("olga@atalaya.example"), password("adela@atalaya.example"));
        let keeper = program.serve().await;
        Self { program, folder, password: olgas, administrators_password: adelas, _keeper: keeper }
    }

    pub fn code(&self) -> std::path::PathBuf {
        self.folder.path().join("code")
    }

    /// The server logs a request of some seconds ago.
    pub fn log(&self, seconds: i64, path: &str, status: u16) {
        let at = (Utc::now() - TimeDelta::seconds(seconds)).format("%d/%b/%Y:%H:%M:%S +0000");
        self.log_words(&format!(r#"192.0.2.7 - - [{at}] "GET {path} HTTP/1.1" {status} 512 "-" "Mozilla/5.0 (test)" "-""#));
    }

    /// The server logs a line that may be no request.
    pub fn log_words(&self, words: &str) {
        let mut log = fs::File::options().create(true).append(true).open(self.folder.path().join("logs/access.log")).expect("the log");
        writeln!(log, "{words}").expect("a line");
    }
}
