//! How much the whole line takes, and how soon an event is found: figures for `cargo xtask bench line`, one JSON line for each.

use super::{
    line_house::{STREAM, STREAM_FILE, count, counted, everything, furnish, share},
    soak_whole::{Ours, Servers, settings},
};
use search::{index::Search, language};
use server::portal::Portal;
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tests::services::{elasticsearch, kafka};

/// Events that are looked for, one after the other.
const LOOKED_FOR: usize = 100;
/// Lines a second beside them.
const BESIDE: usize = 5_000;

/// What one process used, as Linux tells it.
struct Used {
    cpu_seconds: f64,
    most_memory: u64,
}

fn used(process: u32) -> Used {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields[place].parse::<f64>().expect("ticks");
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its greatest memory");
    let kilobytes: u64 = peak.trim().trim_end_matches("kB").trim().parse().expect("a number");
    // User and system time, in hundredths of a second.
    Used { cpu_seconds: (ticks(11) + ticks(12)) / 100.0, most_memory: kilobytes * 1024 }
}

fn tell(name: &str, value: f64, unit: &str) {
    println!("{}", serde_json::json!({ "name": name, "value": (value * 100.0).round() / 100.0, "unit": unit }));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: `cargo xtask bench line` runs it"]
async fn figures_of_the_line() {
    let log = std::env::var("ATALAYA_BENCH_LOG").expect("a log in combined format: ATALAYA_BENCH_LOG");
    measure("built-in", Path::new(&log), None).await;
    if let (Some(kafka), Some(elasticsearch)) = (kafka::own().await, elasticsearch::own().await) {
        measure("Kafka and Elasticsearch", Path::new(&log), Some(Servers { kafka, elasticsearch })).await;
    }
}

async fn measure(engines: &str, log: &Path, servers: Option<Servers>) {
    let folder = tempfile::tempdir().unwrap();
    let portal = Portal::open(settings(folder.path(), servers.as_ref())).await.unwrap();
    let stream = STREAM_FILE.replace("seconds = 2", "seconds = 5").replace("lateness_seconds = 300", "lateness_seconds = 86400");
    furnish(&portal, folder.path(), &stream).await;
    let own = folder.path().join("access.log");
    fs::copy(log, &own).expect("the log");
    let lines = fs::read(&own).unwrap().iter().filter(|byte| **byte == b'\n').count() as u64;
    let begun = Instant::now();
    let mut agent = Ours::start(folder.path(), "agent", folder.path().join("agent.toml"));
    let mut processor = Ours::start(folder.path(), "stream", folder.path().join("atalaya.toml"));
    while count(&portal).await < lines || counted(&portal).await < lines {
        assert!(begun.elapsed() < Duration::from_secs(1_800), "{} of {lines} lines after half an hour", count(&portal).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let (of_agent, of_processor) = (used(agent.process()), used(processor.process()));
    tell(&format!("{engines}: file to index and windows"), lines as f64 / seconds, "lines/s");
    tell(&format!("{engines}: the same, of one core of ours"), lines as f64 / (of_agent.cpu_seconds + of_processor.cpu_seconds), "lines/s");
    tell(&format!("{engines}: agent, of one core"), lines as f64 / of_agent.cpu_seconds, "lines/s");
    tell(&format!("{engines}: agent, most memory"), of_agent.most_memory as f64 / 1e6, "MB");
    tell(&format!("{engines}: processor, most memory"), of_processor.most_memory as f64 / 1e6, "MB");
    let mut waits = visible(&portal, &own).await;
    waits.sort_by(f64::total_cmp);
    tell(&format!("{engines}: line in the log to found by a search, {BESIDE} lines/s beside, p50"), waits[LOOKED_FOR / 2], "ms");
    tell(&format!("{engines}: the same, p99"), waits[LOOKED_FOR - 2], "ms");
    agent.terminate();
    processor.terminate();
}

/// Milliseconds from each line to its being found, while other lines come.
async fn visible(portal: &Portal, log: &Path) -> Vec<f64> {
    let over = Arc::new(AtomicBool::new(false));
    let beside = {
        let (over, log) = (over.clone(), log.to_owned());
        std::thread::spawn(move || {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                let lines: String = (0..BESIDE / 20).map(|of| line(&format!("/beside/{}", number + of))).collect();
                number += BESIDE / 20;
                append(&log, &lines);
                std::thread::sleep(Duration::from_millis(50));
            }
        })
    };
    let share = share(portal).await;
    let mut waits = Vec::new();
    for number in 0..LOOKED_FOR {
        let path = format!("/looked-for/{number}");
        let open: Vec<_> = share.open_fields().cloned().collect();
        let query = language::parse(&format!("path:{path}"), &open).expect("a query");
        let search = Search { query, ..everything(1, None) };
        let begun = Instant::now();
        append(log, &line(&path));
        while portal.index.count(&share, &search).await.expect("a count") == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "{path} of {STREAM} is not found");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        waits.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    over.store(true, Ordering::Relaxed);
    beside.join().expect("the lines beside");
    waits
}

fn line(path: &str) -> String {
    let time = chrono::Utc::now().format("%d/%b/%Y:%H:%M:%S +0000");
    format!("192.0.2.7 - - [{time}] \"GET {path} HTTP/1.1\" 200 512 \"-\" \"bench\"\n")
}

fn append(log: &Path, lines: &str) {
    File::options().append(true).open(log).and_then(|mut file| file.write_all(lines.as_bytes())).expect("the log");
}
