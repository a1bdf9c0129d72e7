//! A server as a process that a test may kill and start again; it and its folder go with the test run, however that ends.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Prints the server's process id, then waits: at a line it ends alone, at the end of its input (this process is gone) it takes
/// the server and the folder with it.
const KEEPER: &str = "folder=$1; log=$2; shift 2; \"$@\" >>\"$log\" 2>&1 </dev/null & served=$!; echo $served; exec >/dev/null; \
                      trap '' INT TERM; read -r word || { kill -9 $served; wait $served; rm -rf \"$folder\"; } 2>/dev/null";

/// A running server.
pub struct Process {
    keeper: Child,
    served: u32,
    log: PathBuf,
}

impl Process {
    /// Starts a command in a folder of its own, made for this test run: the folder is removed when the run ends. What the server
    /// says is appended to `<name>.log` in it.
    pub fn start(folder: &Path, name: &str, command: &Command) -> Self {
        let log = folder.join(format!("{name}.log"));
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER, "sh"]).arg(folder).arg(&log).arg(command.get_program()).args(command.get_args());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?)))).current_dir(folder);
        let mut keeper = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell");
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().expect("its output")).read_line(&mut line).expect("a process id");
        Self { keeper, served: line.trim().parse().expect("a process id"), log }
    }

    /// Waits until a port of 127.0.0.1 accepts; fails with the end of the log where the server ends or takes longer than `most`.
    pub async fn accepts(&self, port: u16, most: Duration) {
        let until = Instant::now() + most;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(self.lives() && Instant::now() < until, "the server does not answer: {}", self.said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Kills it as a power cut would, and waits until it is gone. Its folder stays.
    pub fn crash(self) {
        self.end("-KILL");
    }

    /// Asks it to end, and waits. Its folder stays.
    pub fn stop(self) {
        self.end("-TERM");
    }

    /// Whether it still runs.
    pub fn lives(&self) -> bool {
        // A zombie, which its shell has not buried yet, does not: its state stands behind the name in brackets.
        fs::read_to_string(format!("/proc/{}/stat", self.served))
            .map_or_else(|_| self.signalled("-0"), |stat| !stat.rsplit(')').next().is_some_and(|state| state.trim_start().starts_with(['Z', 'X'])))
    }

    /// Stops its threads as a machine that hangs would (`-STOP`), or lets them go on (`-CONT`).
    pub fn signalled(&self, signal: &str) -> bool {
        Command::new("kill").args([signal, &self.served.to_string()]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    /// The last lines of its log.
    pub fn said(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn end(mut self, signal: &str) {
        self.signalled(signal);
        let until = Instant::now() + Duration::from_secs(30);
        while self.lives() {
            assert!(Instant::now() < until, "the server does not end: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut input = self.keeper.stdin.take().expect("its input");
        input.write_all(b"alone\n").expect("the shell reads");
        self.keeper.wait().expect("the shell ends");
    }
}

/// A new folder for a server's files.
pub fn folder(server: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("atalaya-{server}-{}", uuid::Uuid::now_v7().simple()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}
