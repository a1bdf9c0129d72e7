//! The real agent as a process: killed under load, at a full disk, and behind each of its doors.

use flate2::{Compression, write::GzEncoder};
use reqwest::StatusCode;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    net::{TcpStream, UdpSocket},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use streaming::{
    Record,
    bus::{self, Bus, Polled, Settings, Topic},
};
use tests::program::{free_port, program};

/// A folder with an agent's settings, its logs and the bus it writes to.
struct House {
    folder: tempfile::TempDir,
    bus: Arc<dyn Bus>,
}

/// The agent's process; stopped with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }

    /// As a service manager stops it; how it ended.
    fn stop(mut self) -> std::process::ExitStatus {
        Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().expect("kill");
        self.0.wait().expect("ended")
    }

    /// Most memory that it had, in kB.
    fn peak_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
    }
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let bus = bus::open(Settings::Folder(folder.path().join("bus"))).await.expect("a bus");
        let topic = Topic { name: "web".into(), partitions: 2, keep: Duration::from_secs(86_400), keep_bytes: 1 << 30, record_bytes: 1 << 20 };
        bus.ensure(&topic).await.expect("a topic");
        Self { folder, bus }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Settings with these inputs; events go to the bus, or to a portal that is not there.
    fn settings(&self, rest: &str, delivers: bool) {
        let output = if delivers { "[output.log]\nfolder = \"bus\"\n" } else { "[output.portal]\nurl = \"http://127.0.0.1:9\"\ntoken = \"none\"\n" };
        let text = format!("name = \"web-1\"\nfolder = \"agent\"\n{rest}\n{output}");
        std::fs::write(self.path("agent.toml"), text).expect("settings");
    }

    fn start(&self) -> Running {
        self.start_by("exec \"$@\"")
    }

    /// `script`: what the shell does before it becomes the agent.
    fn start_by(&self, script: &str) -> Running {
        let log = std::fs::File::options().create(true).append(true).open(self.path("agent.log")).expect("a log");
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(program()).arg("--config").arg(self.path("agent.toml")).arg("agent");
        command.env("RUST_LOG", "info").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Running(command.spawn().expect("the agent starts"))
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.path("agent.log")).unwrap_or_default()
    }

    /// Reads the bus until so many different ids came, or half a minute has passed.
    async fn read(&self, wanted: usize) -> (BTreeMap<String, Record>, u64) {
        let mut consumer = self.bus.subscribe(&format!("test-{wanted}-{}", uuid::Uuid::new_v4().simple()), &["web".to_owned()]).await.expect("a group");
        let (mut found, mut doubled) = (BTreeMap::new(), 0);
        let until = Instant::now() + Duration::from_secs(60);
        let mut quiet = 0;
        while Instant::now() < until && (found.len() < wanted || quiet < 5) {
            match consumer.poll(5_000, Duration::from_millis(100)).await.expect("a poll") {
                Polled::Records(records) if records.is_empty() => quiet += 1,
                Polled::Records(records) => {
                    quiet = 0;
                    for delivered in records {
                        let before = found.insert(delivered.record.id.clone(), delivered.record.clone());
                        doubled += u64::from(before.is_some());
                        assert!(before.is_none_or(|before| before == delivered.record), "a resend is the same: {}", delivered.record.id);
                    }
                }
                _ => {}
            }
        }
        (found, doubled)
    }
}

fn values(found: &BTreeMap<String, Record>) -> Vec<String> {
    found.values().map(|record| String::from_utf8(record.value.to_vec()).expect("text")).collect()
}

/// A number that can be told again from its seed.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[tokio::test]
async fn ft_s15_ft_s16_killed_at_random_moments_while_its_log_rotates_the_agent_loses_and_doubles_nothing() {
    let house = House::new().await;
    house.settings("[[input]]\nkind = \"file\"\ntopic = \"web\"\npaths = [\"access.log\"]\nscan_ms = 100\npoll_ms = 20", true);
    let mut seed = std::env::var("ATALAYA_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("seed {seed}");
    let (log, lines) = (house.path("access.log"), 60_000_u32);
    let writing = std::thread::spawn(move || {
        let mut file = std::fs::File::create(&log).expect("a log");
        for number in 0..lines {
            writeln!(file, "{number:08} 203.0.113.7 \"GET /page/{number} HTTP/1.1\" 200 {}", "x".repeat((number % 97) as usize)).expect("a line");
            if number % 9_000 == 8_999 {
                rotate(&log);
                file = std::fs::File::create(&log).expect("a log");
            }
            if number % 100 == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    let mut peak_kb = 0;
    for _ in 0..8 {
        let running = house.start();
        tokio::time::sleep(Duration::from_millis(150 + random(&mut seed) % 500)).await;
        peak_kb = peak_kb.max(running.peak_kb());
        if random(&mut seed).is_multiple_of(4) {
            // FT-S16: told to stop under load, it leaves the rest for the next start.
            assert!(running.stop().success(), "{}", house.log());
        } else {
            running.kill();
        }
    }
    let running = house.start();
    writing.join().expect("written");
    let (found, doubled) = house.read(lines as usize).await;
    peak_kb = peak_kb.max(running.peak_kb());
    let numbers: Vec<u32> = values(&found).iter().map(|line| line[..8].parse().expect("a number")).collect();
    let set: BTreeSet<u32> = numbers.iter().copied().collect();
    let missing: Vec<u32> = (0..lines).filter(|number| !set.contains(number)).take(10).collect();
    assert!(missing.is_empty(), "missing {missing:?}; {}", house.log());
    assert_eq!(numbers.len(), set.len(), "the same line under two ids");
    eprintln!("{lines} lines, {doubled} sent again with the same id, most memory {peak_kb} kB");
    assert!(running.stop().success(), "{}", house.log());
}

fn rotate(log: &Path) {
    for number in (1..8).rev() {
        let _ = std::fs::rename(log.with_extension(format!("log.{number}")), log.with_extension(format!("log.{}", number + 1)));
    }
    std::fs::rename(log, log.with_extension("log.1")).expect("rotated");
}

async fn post(client: &reqwest::Client, port: u16, body: impl Into<reqwest::Body>) -> Option<reqwest::Response> {
    client.post(format!("http://127.0.0.1:{port}/")).body(body).send().await.ok()
}

/// Waits until the agent's door answers.
async fn ready(client: &reqwest::Client, port: u16, house: &House) {
    let until = Instant::now() + Duration::from_secs(20);
    while post(client, port, "").await.is_none() {
        assert!(Instant::now() < until, "no answer: {}", house.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn ft_s12_over_http_what_was_acknowledged_survives_a_full_buffer_and_a_kill_and_the_rest_is_refused() {
    let house = House::new().await;
    let port = free_port();
    let input = format!("[limits]\nbuffer_bytes = 4194304\n[[input]]\nkind = \"http\"\ntopic = \"web\"\nlisten = \"127.0.0.1:{port}\"\nbody_bytes = 1048576");
    house.settings(&input, false);
    let client = reqwest::Client::new();
    let running = house.start();
    ready(&client, port, &house).await;
    let mut acknowledged = BTreeSet::new();
    let refused = loop {
        let first = acknowledged.len();
        let lines: Vec<String> = (first..first + 50).map(|number| format!("{{\"n\":{number},\"text\":\"{}\"}}", "y".repeat(2_000))).collect();
        let response = post(&client, port, lines.join("\n")).await.expect("an answer");
        match response.status() {
            StatusCode::OK => acknowledged.extend(lines),
            _ => break response,
        }
        assert!(acknowledged.len() < 10_000, "the limit holds");
    };
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    assert!(acknowledged.len() > 1_500, "{}", acknowledged.len());
    let large = post(&client, port, vec![b'z'; 1_048_577]).await.expect("an answer");
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let long = post(&client, port, vec![b'z'; 300_000]).await.expect("an answer");
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE, "one event is bounded too");
    running.kill();
    house.settings(&input, true);
    let running = house.start();
    let (found, _) = house.read(acknowledged.len()).await;
    assert_eq!(values(&found).into_iter().collect::<BTreeSet<_>>(), acknowledged);
    // There is room again; a compressed body is taken, a bomb is not.
    ready(&client, port, &house).await;
    let gzip = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("compressed");
        encoder.finish().expect("compressed")
    };
    let send = |body: Vec<u8>| client.post(format!("http://127.0.0.1:{port}/")).header("content-encoding", "gzip").body(body).send();
    assert_eq!(send(gzip(b"{\"late\":1}\n\n{\"late\":2}")).await.expect("an answer").text().await.expect("text"), r#"{"accepted":2}"#);
    assert_eq!(send(gzip(&vec![b'\n'; 20 << 20])).await.expect("an answer").status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(house.read(acknowledged.len() + 2).await.0.len(), acknowledged.len() + 2);
    assert!(running.stop().success());
}

/// The shell's limit on the size of files makes every write fail as a full disk does.
const SMALL_DISK: &str = "trap '' XFSZ; ulimit -f 400; exec \"$@\"";

#[tokio::test]
async fn ft_s12_a_disk_that_refuses_blocks_or_ends_the_agent_and_loses_nothing() {
    let house = House::new().await;
    let port = free_port();
    let input = |when_full: &str| {
        format!("[limits]\nbuffer_bytes = 8388608\nwhen_full = \"{when_full}\"\n[[input]]\nkind = \"http\"\ntopic = \"web\"\nlisten = \"127.0.0.1:{port}\"")
    };
    let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).build().expect("a client");
    let mut acknowledged = BTreeSet::new();
    for when_full in ["block", "stop"] {
        house.settings(&input(when_full), false);
        let mut running = house.start_by(SMALL_DISK);
        ready(&client, port, &house).await;
        let refused = loop {
            let lines: Vec<String> = (0..10).map(|number| format!("{when_full} {} {}", acknowledged.len() + number, "y".repeat(2_000))).collect();
            match post(&client, port, lines.join("\n")).await {
                Some(response) if response.status() == StatusCode::OK => acknowledged.extend(lines),
                other => break other,
            }
            assert!(acknowledged.len() < 1_000, "the disk is full at some time");
        };
        if when_full == "block" {
            // The request whose write failed waits; the next one is told.
            assert!(refused.is_none(), "not acknowledged while the disk has it not");
            let next = post(&client, port, "one more").await.expect("an answer");
            assert_eq!(next.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert!(next.text().await.expect("text").contains("File too large"));
            running.kill();
        } else {
            assert!(refused.is_none_or(|response| response.status() == StatusCode::SERVICE_UNAVAILABLE));
            assert!(!running.0.wait().expect("ended").success());
            assert!(house.log().contains("File too large"), "{}", house.log());
        }
        // With room again it goes on at the last whole frame.
        house.settings(&input("block"), true);
        let running = house.start();
        let (found, _) = house.read(acknowledged.len()).await;
        let found: BTreeSet<String> = values(&found).into_iter().collect();
        assert!(found.is_superset(&acknowledged), "{} of {}", found.len(), acknowledged.len());
        assert!(running.stop().success());
    }
}

#[tokio::test]
async fn syslog_is_taken_over_udp_and_tcp_in_both_framings() {
    let house = House::new().await;
    let (udp, tcp) = (free_port(), free_port());
    house.settings(&format!("[[input]]\nkind = \"syslog\"\ntopic = \"web\"\nudp = \"127.0.0.1:{udp}\"\ntcp = \"127.0.0.1:{tcp}\""), true);
    let running = house.start();
    let until = Instant::now() + Duration::from_secs(20);
    let mut lined = loop {
        match TcpStream::connect(("127.0.0.1", tcp)) {
            Ok(stream) => break stream,
            Err(_) => assert!(Instant::now() < until, "{}", house.log()),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let datagrams = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    datagrams.send_to(b"<34>1 2026-11-24T10:00:00Z host app - ID47 - over UDP\n", ("127.0.0.1", udp)).expect("sent");
    lined.write_all(b"<13>Nov 24 10:00:00 host app: first\r\n<13>Nov 24 10:00:01 host app: second\n<13>last without an end").expect("sent");
    drop(lined);
    let mut counted = TcpStream::connect(("127.0.0.1", tcp)).expect("connected");
    counted.write_all(b"28 <13>1 - - - - - two\nlines in").expect("sent");
    tokio::time::sleep(Duration::from_millis(100)).await;
    counted.write_all(b"11 <13>counted").expect("sent");
    drop(counted);
    let (found, _) = house.read(6).await;
    let found: BTreeSet<String> = values(&found).into_iter().collect();
    let wanted = [
        "<34>1 2026-11-24T10:00:00Z host app - ID47 - over UDP",
        "<13>Nov 24 10:00:00 host app: first",
        "<13>Nov 24 10:00:01 host app: second",
        "<13>last without an end",
        "<13>1 - - - - - two\nlines in",
        "<13>counted",
    ];
    assert_eq!(found, wanted.iter().map(ToString::to_string).collect::<BTreeSet<_>>());
    assert!(running.stop().success());
}

#[tokio::test]
async fn a_spooled_file_is_read_once_and_put_away() {
    let house = House::new().await;
    house.settings("[[input]]\nkind = \"spool\"\ntopic = \"web\"\nfolder = \"spool\"\nsettle_ms = 100", true);
    std::fs::create_dir(house.path("spool")).expect("a folder");
    std::fs::write(house.path("spool/a.log"), "one\ntwo\nthree").expect("a file");
    std::fs::write(house.path("spool/b.log.part"), "not yet\n").expect("a file");
    let running = house.start();
    let (found, doubled) = house.read(3).await;
    assert_eq!((values(&found).into_iter().collect::<BTreeSet<_>>(), doubled), (BTreeSet::from(["one", "two", "three"].map(String::from)), 0));
    assert!(house.path("spool/done/a.log").exists() && house.path("spool/b.log.part").exists());
    // The same file once more is another one.
    std::fs::write(house.path("spool/again.tmp"), "one\n").expect("a file");
    std::fs::rename(house.path("spool/again.tmp"), house.path("spool/a.log")).expect("renamed");
    assert_eq!(house.read(4).await.0.len(), 4);
    assert!(running.stop().success());
}

#[tokio::test]
async fn wrong_settings_are_named_and_two_agents_do_not_share_a_folder() {
    let house = House::new().await;
    house.settings("[limits]\ncommit_ms = 80\n", true);
    let mut running = house.start();
    assert!(!running.0.wait().expect("ended").success());
    assert!(house.log().contains("`commit_ms` is from 1 to 50"), "{}", house.log());
    house.settings("", true);
    let first = house.start();
    let until = Instant::now() + Duration::from_secs(10);
    while !house.path("agent/buffer/state.json").exists() {
        assert!(Instant::now() < until, "{}", house.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut second = house.start();
    assert!(!second.0.wait().expect("ended").success());
    assert!(house.log().contains("is in use by another agent"), "{}", house.log());
    assert!(first.stop().success());
}
