//! The real program as a process of its own, on a data folder that goes with the test.

use std::{
    ffi::OsStr,
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::{Duration, Instant},
};

/// The program, beside this test binary.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("the test binary");
    let program = own.parent().and_then(Path::parent).expect("the target folder").join("atalaya");
    assert!(program.exists(), "{} is not built: build the whole workspace", program.display());
    program
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map(Path::to_owned).expect("the workspace")
}

/// A folder with an `atalaya.toml`, and the program run in it.
pub struct Program {
    pub folder: PathBuf,
    pub port: u16,
    /// Settings beside those of the file.
    pub environment: Vec<(String, String)>,
}

impl Program {
    /// `settings`: more lines of `atalaya.toml`.
    pub fn new(folder: &Path, settings: &str) -> Self {
        let port = free_port();
        let site = std::env::var_os("ATALAYA_TEST_SITE").map_or_else(|| root().join("public"), PathBuf::from);
        let common = format!("data = \"data\"\nsite = {site:?}\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"http://localhost:{port}\"\n");
        std::fs::write(folder.join("atalaya.toml"), common + settings).expect("settings");
        Self { folder: folder.to_owned(), port, environment: Vec::new() }
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.current_dir(&self.folder).arg("--config").arg(self.folder.join("atalaya.toml")).env("RUST_LOG", "warn").stdin(Stdio::null());
        command.envs(self.environment.iter().cloned());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command().args(words).output().expect("the program starts")
    }

    /// The same for one that must succeed; gives its standard output.
    pub fn read(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Starts `serve` and waits until it answers. It ends with this process, however this process ends.
    pub async fn serve(&self) -> Child {
        let log = File::options().create(true).append(true).open(self.folder.join("serve.log")).expect("a log");
        let mut serve = kept(program());
        serve.arg("--config").arg(self.folder.join("atalaya.toml")).arg("serve");
        serve.envs(self.environment.iter().cloned());
        serve.current_dir(&self.folder).env("RUST_LOG", "warn").stdout(log.try_clone().expect("a log")).stderr(log);
        let keeper = serve.spawn().expect("a shell");
        let until = Instant::now() + Duration::from_secs(60);
        while reqwest::get(self.url("/health")).await.is_err() {
            assert!(Instant::now() < until, "no answer: {}", std::fs::read_to_string(self.folder.join("serve.log")).unwrap_or_default());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        keeper
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }
}

/// A program that ends with this process, however this process ends: a shell stops it when its own standard input closes.
pub fn kept(program: impl AsRef<OsStr>) -> Command {
    let script = "\"$@\" & served=$!; trap '' INT TERM; cat >/dev/null; kill $served; wait $served";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(program).stdin(Stdio::piped());
    shell
}

/// A port that nobody listens on, given out once. Not one of those that the system gives to whoever connects somewhere: a server that is
/// killed and started again on its port would find it taken.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id() as u16;
    (0..PORTS)
        .map(|_| 10_000 + first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % PORTS)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

/// Ports from 10,000 on that are given out.
const PORTS: u16 = 20_000;
