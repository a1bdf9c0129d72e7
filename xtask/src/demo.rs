//! `cargo xtask demo` and `cargo xtask run`: from a bare checkout to a portal that answers in the browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{command, line, read, show};
use crate::prerequisites::{self, For};
use crate::progress::{note, step};
use crate::{browser, demo_data, generated_data, places, server, web_log};

/// The agent inside the demo's portal.
const AGENT: &str = "\
# Written by `cargo xtask demo`. Relative paths count from this file.
name = \"demo\"
folder = \"data/agent\"

[[input]]
kind = \"file\"
topic = \"web\"
paths = [\"logs/*.log\"]

[[input]]
kind = \"file\"
topic = \"posts\"
paths = [\"logs/posts/*.jsonl\"]
";

pub struct Options {
    generated: bool,
    port: u16,
}

impl Options {
    pub fn parse(words: &[String]) -> Result<Self> {
        let mut options = Self { generated: false, port: 8420 };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--generated" => options.generated = true,
                "--port" => {
                    let port = words.next().context("--port needs a number")?;
                    options.port = port.parse().with_context(|| format!("`{port}` is no port number"))?;
                }
                other => bail!("`{other}` is not an option here: see `cargo xtask help`"),
            }
        }
        Ok(options)
    }
}

/// Sets up everything, applies the demo organisation and serves it until stopped.
pub fn demo(options: &Options) -> Result<()> {
    prepare()?;
    let files = if options.generated { generated_data::make()? } else { demo_data::fetch()? };
    let log = if options.generated { None } else { Some(web_log::fetch()?) };
    let home = Home::of_demo(options.generated);
    home.write_settings(options.port, &files)?;
    step("demo organisation: applying", || show(home.atalaya().arg("apply").arg(&home.organisation).arg("--yes")))?;
    if let Some(log) = log {
        home.replay(&log)?;
    }
    home.serve(options.port)
}

/// Sets up everything and serves a portal that knows nobody yet.
pub fn run(options: &Options) -> Result<()> {
    if options.generated {
        bail!("--generated belongs to `cargo xtask demo`");
    }
    prepare()?;
    let mut atalaya = command(places::atalaya());
    atalaya.env("ATALAYA_DATA", places::root().join("data"));
    atalaya.env("ATALAYA_SITE", places::site());
    atalaya.env("ATALAYA_LISTEN", format!("127.0.0.1:{}", options.port));
    atalaya.env("ATALAYA_PUBLIC_URL", format!("http://localhost:{}", options.port));
    replace(atalaya.arg("serve"))
}

fn prepare() -> Result<()> {
    prerequisites::ensure(For::Building)?;
    browser::build()?;
    server::build()
}

/// Where one demo lives: its settings and data in `demo-data/`, its organisation in `demo/`.
#[derive(Clone)]
pub struct Home {
    folder: PathBuf,
    organisation: PathBuf,
}

impl Home {
    pub fn of_demo(generated: bool) -> Self {
        let root = places::root();
        if generated {
            Self { folder: root.join("demo-data/generated"), organisation: root.join("demo/generated") }
        } else {
            Self { folder: root.join("demo-data"), organisation: root.join("demo") }
        }
    }

    pub fn new(folder: PathBuf, organisation: PathBuf) -> Self {
        Self { folder, organisation }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn organisation(&self) -> &Path {
        &self.organisation
    }

    pub fn settings(&self) -> PathBuf {
        self.folder.join("atalaya.toml")
    }

    /// Gives a person a new random password; it is the last word that the program prints.
    pub fn new_password(&self, person: &str) -> Result<String> {
        let said = read(self.atalaya().args(["password", person]))?;
        said.split_whitespace().last().map(str::to_owned).with_context(|| format!("`atalaya password {person}` printed nothing"))
    }

    /// The program, told where this demo's settings are.
    pub fn atalaya(&self) -> Command {
        let mut atalaya = command(places::atalaya());
        atalaya.arg("--config").arg(self.settings());
        atalaya
    }

    pub fn write_settings(&self, port: u16, files: &Path) -> Result<()> {
        fs::create_dir_all(&self.folder)?;
        let text = format!(
            "# Written by `cargo xtask demo`. Relative paths count from this file.\n\
             data = \"data\"\n\
             site = {site}\n\
             listen = \"127.0.0.1:{port}\"\n\
             public_url = \"http://localhost:{port}\"\n\
             # The agent inside the portal: it follows the web servers' logs.\n\
             agent = \"agent.toml\"\n\
             \n\
             # What `${{demo_files}}` stands for in the addresses of sources.\n\
             [variables]\n\
             demo_files = {files}\n",
            site = quoted(&places::site()),
            files = quoted(files),
        );
        fs::write(self.settings(), text).with_context(|| format!("writing {}", self.settings().display()))?;
        let agent = self.folder.join("agent.toml");
        fs::write(&agent, AGENT).with_context(|| format!("writing {}", agent.display()))
    }

    /// Starts to write the web servers' logs and invented posts, for as long as this process lives (the portal takes its place).
    fn replay(&self, log: &Path) -> Result<()> {
        let own = std::env::current_exe().context("finding this program")?;
        let mut replay = command(own);
        replay.arg("replay").arg(log).arg(self.organisation.join("posts")).arg(self.folder.join("logs"));
        replay.stdin(Stdio::null()).spawn().context("starting the replay of the web log").map(drop)
    }

    fn serve(&self, port: u16) -> Result<()> {
        note(&format!("the portal: http://localhost:{port} (Ctrl+C stops it)"));
        note(&format!("a new password: {} password <person>", line(&self.atalaya())));
        replace(self.atalaya().arg("serve"))
    }
}

/// A TOML basic string.
fn quoted(path: &Path) -> String {
    format!("\"{}\"", path.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\""))
}

/// Becomes that program, so that Ctrl+C and a service manager reach the server itself.
#[cfg(unix)]
fn replace(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let fault = command.exec();
    Err(fault).with_context(|| format!("starting {}", line(command)))
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> Result<()> {
    show(command)
}
