//! The whole line, from a file through the agent to index and lake, while its processes and servers are killed at random.

use super::line_house::{STREAM_FILE, config, counted, furnish, line_of, numbers_in_archive, numbers_in_index};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use server::{config::Config, portal::Portal};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tests::{
    program::program,
    services::{elasticsearch, kafka, search_server::Server},
};

/// How much goes through, and how often something is killed.
#[derive(Clone, Copy)]
struct Size {
    events: u64,
    kills: usize,
    /// Lines that are written at once, and the pause after them.
    burst: u64,
    pause: Duration,
    longest: Duration,
}

/// One of ours as a process of its own, started again by whoever kills it.
pub struct Ours {
    word: &'static str,
    settings: PathBuf,
    folder: PathBuf,
    child: Child,
}

impl Ours {
    pub fn start(folder: &Path, word: &'static str, settings: PathBuf) -> Self {
        let child = Self::run(folder, word, &settings);
        Self { word, settings, folder: folder.to_owned(), child }
    }

    fn run(folder: &Path, word: &str, settings: &Path) -> Child {
        let log = File::options().append(true).create(true).open(folder.join(format!("{word}.log"))).unwrap();
        let mut command = Command::new(program());
        command.arg("--config").arg(settings).arg(word).current_dir(folder).env("RUST_LOG", "warn,server=info,streaming=info").env_remove("ATALAYA_CONFIG");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
    }

    /// kill -9, and again.
    pub fn crash(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = Self::run(&self.folder, self.word, &self.settings);
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn terminate(&mut self) {
        // One that was started just now, after a kill, would end as any process does that does not listen yet.
        let late = Instant::now() + Duration::from_secs(60);
        while !self.listens() {
            assert!(Instant::now() < late, "{} never listened to signals:\n{}", self.word, self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{} did not end as it should ({status}):\n{}", self.word, self.log());
    }

    /// Whether SIGTERM is caught, as the system tells it: a mask in hexadecimal digits.
    fn listens(&self) -> bool {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        caught.is_none_or(|mask| mask & (1 << 14) != 0)
    }

    fn log(&self) -> String {
        let log = fs::read_to_string(self.folder.join(format!("{}.log", self.word))).unwrap_or_default();
        log[log.floor_char_boundary(log.len().saturating_sub(4_000))..].to_owned()
    }
}

impl Drop for Ours {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Servers of the line's own, to be killed; none: the built-in engines.
pub struct Servers {
    pub kafka: kafka::Kafka,
    pub elasticsearch: Server,
}

async fn soak(size: Size, mut servers: Option<Servers>) {
    let seed = std::env::var("ATALAYA_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    println!("seed {seed}: ATALAYA_TEST_SEED={seed} makes the same choices again");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path(), servers.as_ref());
    let portal = Portal::open(settings).await.unwrap();
    let stream = STREAM_FILE.replace("seconds = 2", "seconds = 5");
    furnish(&portal, folder.path(), &stream).await;
    let log = folder.path().join("access.log");
    File::create(&log).unwrap();
    let writing = std::thread::spawn(move || write(&log, size));
    let mut agent = Ours::start(folder.path(), "agent", folder.path().join("agent.toml"));
    let mut processor = Ours::start(folder.path(), "stream", folder.path().join("atalaya.toml"));
    let begun = Instant::now();
    for kill in 0..size.kills {
        tokio::time::sleep(Duration::from_millis(random.random_range(500..4_000))).await;
        let victim = random.random_range(0..if servers.is_some() { 4 } else { 2 });
        println!("{:6.1} s, kill {}: {}", begun.elapsed().as_secs_f64(), kill + 1, ["agent", "processor", "Kafka", "Elasticsearch"][victim]);
        match (victim, &mut servers) {
            (0, _) => agent.crash(),
            (2, Some(servers)) => {
                servers.kafka.crash(1);
                tokio::time::sleep(Duration::from_millis(random.random_range(0..2_000))).await;
                servers.kafka.restart().await;
            }
            (3, Some(servers)) => {
                servers.elasticsearch.crash();
                tokio::time::sleep(Duration::from_millis(random.random_range(0..2_000))).await;
                servers.elasticsearch.restart().await;
            }
            _ => processor.crash(),
        }
    }
    writing.join().unwrap();
    let said = |ours: &Ours| ours.log();
    let until = Instant::now() + size.longest;
    loop {
        let (indexed, archived) = (super::line_house::count(&portal).await, super::line_house::archive_rows(&portal).await);
        if (indexed, archived) == (size.events, size.events) {
            break;
        }
        assert!(indexed <= size.events && archived <= size.events, "doubled: {indexed} in the index, {archived} in the lake, {} were written", size.events);
        let logs = || format!("agent:\n{}\nstream:\n{}", said(&agent), said(&processor));
        assert!(Instant::now() < until, "{indexed} in the index and {archived} in the lake of {} after {:?}\n{}", size.events, size.longest, logs());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let took = begun.elapsed();
    agent.terminate();
    processor.terminate();
    let sent: BTreeSet<u64> = (0..size.events).collect();
    for (place, found) in [("index", numbers_in_index(&portal).await), ("lake", numbers_in_archive(&portal).await)] {
        assert_eq!(found.len() as u64, size.events, "{place}: rows");
        let set: BTreeSet<u64> = found.into_iter().collect();
        assert!(set == sent, "{place}: {} of {}, missing {:?}", set.len(), sent.len(), sent.difference(&set).take(5).collect::<Vec<_>>());
    }
    assert_eq!(counted(&portal).await, size.events, "events in windows");
    println!("{} events, {} kills, {:.1} s: index and lake equal what was written, nothing doubled", size.events, size.kills, took.as_secs_f64());
}

pub fn settings(folder: &Path, servers: Option<&Servers>) -> Config {
    let mut config = config(folder);
    let mut text = "data = \"data\"\nmetrics_address = \"\"\n".to_owned();
    let output = match servers {
        None => "[output.log]\nfolder = \"data/bus\"\n".to_owned(),
        Some(servers) => {
            let (brokers, url) = (servers.kafka.brokers(), servers.elasticsearch.url());
            text += &format!("kafka_brokers = \"{brokers}\"\nelasticsearch_url = \"{url}\"\n");
            (config.kafka_brokers, config.elasticsearch_url) = (Some(brokers.clone()), Some(url));
            format!("[output.kafka]\nbrokers = \"{brokers}\"\n")
        }
    };
    fs::write(folder.join("atalaya.toml"), text).unwrap();
    let input = "[[input]]\nkind = \"file\"\ntopic = \"web\"\npaths = [\"access.log\"]\n";
    fs::write(folder.join("agent.toml"), format!("name = \"soak\"\nfolder = \"agent\"\n{input}{output}")).unwrap();
    config
}

/// Appends the lines as a web server would.
fn write(log: &Path, size: Size) {
    let mut file = BufWriter::new(File::options().append(true).open(log).unwrap());
    for number in 0..size.events {
        writeln!(file, "{}", line_of(number, number / 50)).unwrap();
        if number % size.burst == size.burst - 1 {
            file.flush().unwrap();
            std::thread::sleep(size.pause);
        }
    }
    file.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s01_the_line_from_file_to_lake_survives_kills_of_agent_and_processor() {
    let size = Size { events: 30_000, kills: 6, burst: 500, pause: Duration::from_millis(150), longest: Duration::from_secs(120) };
    soak(size, None).await;
}

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes an hour: `cargo xtask bench soak` runs it"]
async fn ft_s01_ft_s02_ft_s04_two_million_events_over_kafka_and_elasticsearch_survive_twenty_kills() {
    let (Some(kafka), Some(elasticsearch)) = (kafka::own().await, elasticsearch::own().await) else { return };
    let size = Size {
        events: setting("ATALAYA_SOAK_EVENTS", 2_000_000),
        kills: setting("ATALAYA_SOAK_KILLS", 20),
        burst: 5_000,
        pause: Duration::from_millis(50),
        longest: Duration::from_secs(setting("ATALAYA_SOAK_SECONDS", 3_600)),
    };
    soak(size, Some(Servers { kafka, elasticsearch })).await;
}
