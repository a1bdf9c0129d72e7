//! A portal of its own to measure: fresh data, the demo organisation, all its jobs run.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::cores;
use super::session::Session;
use crate::command::{command, quiet, read};
use crate::demo::Home;
use crate::http::{Answer, free_port, request, wait_for};
use crate::progress::{note, step};
use crate::{demo_data, places};

/// Longest time for all of the demo's jobs.
const LOADING: Duration = Duration::from_secs(30 * 60);
/// Longest time until a server that was told to end is gone.
const ENDING: Duration = Duration::from_secs(60);

/// A running portal; stopped when dropped.
pub struct Portal {
    home: Home,
    server: Child,
    port: u16,
    /// One entry for each run and table, as `atalaya runs --json` writes them.
    pub runs: Vec<Value>,
}

impl Portal {
    /// Starts from nothing in `folder`, applies the demo organisation and waits until its jobs have run.
    pub fn load(folder: &Path) -> Result<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        let port = free_port()?;
        let home = Home::new(folder.to_path_buf(), places::root().join("demo"));
        home.write_settings(port, &demo_data::fetch()?)?;
        quiet(home.atalaya().arg("apply").arg(home.organisation()).arg("--yes"))?;
        let server = serve(&home, None)?;
        let mut portal = Self { home, server, port, runs: Vec::new() };
        step("bench: loading the demo's data", || portal.wait_for_jobs())?;
        Ok(portal)
    }

    pub fn home(&self) -> &Home {
        &self.home
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where a browser finds it.
    pub fn address(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        request(self.port, "GET", path, headers, &[])
    }

    /// Signs a person in with a new password.
    pub fn sign_in(&self, person: &str) -> Result<Session<'_>> {
        let password = self.home.new_password(person)?;
        let body = serde_json::json!({ "email": person, "password": password }).to_string();
        let answer = self.post("/api/identity/sign-in", "", &body)?;
        if answer.status >= 300 {
            bail!("{person} could not sign in: {} {}", answer.status, answer.text());
        }
        let cookie = answer.headers("set-cookie").filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        Ok(Session::new(self, cookie))
    }

    /// Memory that the server holds, in bytes.
    pub fn memory(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id())).context("memory is read from /proc, which only Linux has")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1024)
    }

    /// Processor time that the server has used, in seconds.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.server.id())).context("processor time is read from /proc, which only Linux has")?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok()).context("no processor time");
        // User and system time, in hundredths of a second.
        Ok((ticks(11)? + ticks(12)?) / 100.0)
    }

    /// Stops the server and starts it again on the same data: nothing is warm.
    pub fn restart(&self) -> Result<Self> {
        self.start_again(None)
    }

    /// The same, from its start on one core alone.
    pub fn restart_on(&self, core: usize) -> Result<Self> {
        self.start_again(Some(core))
    }

    fn start_again(&self, core: Option<usize>) -> Result<Self> {
        stop(self.server.id())?;
        let server = serve(&self.home, core)?;
        let portal = Self { home: self.home.clone(), server, port: self.port, runs: Vec::new() };
        wait_for(portal.port, "/sign-in", Duration::from_secs(60))?;
        Ok(portal)
    }

    pub fn post(&self, path: &str, cookie: &str, body: &str) -> Result<Answer> {
        let origin = self.address();
        let headers = [("Content-Type", "application/json"), ("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin"), ("Cookie", cookie)];
        request(self.port, "POST", path, &headers, body.as_bytes())
    }

    fn wait_for_jobs(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < LOADING {
            let text = read(self.home.atalaya().args(["runs", "--json"]))?;
            self.runs = text.lines().map(serde_json::from_str).collect::<Result<_, _>>().context("reading `atalaya runs --json`")?;
            if let Some(failed) = self.runs.iter().find(|run| run["state"] == "failed") {
                bail!("the job {} failed; its log: {}", failed["job"], self.home.folder().join("serve.log").display());
            }
            let done = |run: &Value| run["state"] == "succeeded" || run["state"] == "partial";
            if self.runs.iter().any(|run| run["job"] == "warehouse") && self.runs.iter().all(done) {
                return Ok(());
            }
            sleep(Duration::from_millis(500));
        }
        bail!("the demo's jobs did not end within {} minutes", LOADING.as_secs() / 60)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn serve(home: &Home, core: Option<usize>) -> Result<Child> {
    let log = File::options().create(true).append(true).open(home.folder().join("serve.log"))?;
    let mut serve = core.map_or_else(|| home.atalaya(), |core| cores::on(core, &home.atalaya()));
    note(&format!("its log: {}", home.folder().join("serve.log").display()));
    serve.arg("serve").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn().context("starting the server")
}

/// Ends it and waits until it is gone: the next one needs its port and its files.
fn stop(process: u32) -> Result<()> {
    quiet(command("kill").arg(process.to_string()))?;
    let start = Instant::now();
    while is_running(process) {
        ensure!(start.elapsed() < ENDING, "the server did not end within {} s", ENDING.as_secs());
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// One that ended stays in the table as a zombie until its parent asks how it ended.
fn is_running(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
}
