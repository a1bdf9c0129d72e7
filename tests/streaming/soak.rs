//! Kill -9 of the real program at random moments while events come in: everything arrives, once (FT-S01, FT-S09, FT-S16).

use super::line_house::{STREAM_FILE, archived, config, counted, event, furnish, id, ids_in_archive, ids_in_index, indexed, same, send, topic};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use server::portal::Portal;
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tests::program::program;

const EVENTS: u64 = 50_000;
const KILLS: usize = 6;

/// The processor as a process of its own; it ends with the value.
struct Processor(Child);

impl Processor {
    fn start(folder: &Path) -> Self {
        let log = fs::File::options().append(true).create(true).open(folder.join("log")).unwrap();
        let child = Command::new(program())
            .arg("stream")
            .current_dir(folder)
            .env("ATALAYA_CONFIG", folder.join("atalaya.toml"))
            .env("RUST_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// What a service manager sends; gives how long it took.
    fn terminate(mut self) -> Duration {
        let begun = Instant::now();
        let status = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(status.success());
        assert!(self.0.wait().unwrap().success(), "the processor did not end as it should");
        begun.elapsed()
    }
}

impl Drop for Processor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn house(folder: &Path) -> Portal {
    fs::write(folder.join("atalaya.toml"), "data = \"data\"\nmetrics_address = \"\"\n").unwrap();
    let portal = Portal::open(config(folder)).await.unwrap();
    furnish(&portal, folder, STREAM_FILE).await;
    portal.bus.ensure(&topic()).await.unwrap();
    portal
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn ft_s01_ft_s09_kills_at_random_moments_lose_nothing_and_double_nothing() {
    let seed = std::env::var("ATALAYA_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random::<u64>);
    println!("seed {seed}: ATALAYA_TEST_SEED={seed} runs the same again");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().unwrap();
    let portal = house(folder.path()).await;
    let bus = portal.bus.clone();
    let mut order = StdRng::seed_from_u64(random.random());
    let sending = tokio::spawn(async move {
        let mut sent: Vec<u64> = Vec::new();
        while (sent.len() as u64) < EVENTS {
            let from = sent.len() as u64;
            let until = (from + order.random_range(100..1_500)).min(EVENTS);
            send(bus.as_ref(), (from..until).map(event).collect()).await;
            sent.extend(from..until);
            if order.random_bool(0.2) {
                // What an agent that was killed before its answer came sends again.
                let mut again: Vec<u64> = sent[sent.len().saturating_sub(2_000)..].to_vec();
                again.shuffle(&mut order);
                send(bus.as_ref(), again.into_iter().map(event).collect()).await;
            }
            tokio::time::sleep(Duration::from_millis(order.random_range(20..150))).await;
        }
    });
    for _ in 0..KILLS {
        let processor = Processor::start(folder.path());
        tokio::time::sleep(Duration::from_millis(random.random_range(400..3_000))).await;
        drop(processor);
    }
    let processor = Processor::start(folder.path());
    sending.await.unwrap();
    indexed(&portal, EVENTS, Duration::from_secs(120)).await;
    archived(&portal, EVENTS as usize, Duration::from_secs(60)).await;
    let took = processor.terminate();
    assert!(took < Duration::from_secs(20), "SIGTERM took {took:?}\n{}", log(folder.path()));
    same(ids_in_index(&portal).await, (0..EVENTS).map(id), "index");
    same(ids_in_archive(&portal).await, (0..EVENTS).map(id), "archive");
    assert_eq!(counted(&portal).await, EVENTS, "events in windows");
}

/// FT-S16: told to end while events come in, it writes what it has read and ends within the grace; the next goes on.
#[tokio::test(flavor = "multi_thread")]
async fn ft_s16_a_process_that_is_told_to_end_writes_what_it_has_read() {
    let folder = tempfile::tempdir().unwrap();
    let portal = house(folder.path()).await;
    let processor = Processor::start(folder.path());
    let bus = portal.bus.clone();
    let sending = tokio::spawn(async move {
        for part in 0..40_u64 {
            send(bus.as_ref(), (part * 500..(part + 1) * 500).map(event).collect()).await;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    });
    tokio::time::sleep(Duration::from_millis(900)).await;
    let took = processor.terminate();
    assert!(took < Duration::from_secs(20), "SIGTERM took {took:?}\n{}", log(folder.path()));
    // Everything that is committed is in index, windows and lake: nothing of it comes again.
    let committed: i64 = portal.bus.committed("atalaya-web", "web").await.unwrap().iter().map(|position| position.offset).sum();
    let archived_now = ids_in_archive(&portal).await.len();
    assert_eq!(archived_now as i64, committed, "the lake has what is committed");
    sending.await.unwrap();
    let processor = Processor::start(folder.path());
    indexed(&portal, 20_000, Duration::from_secs(60)).await;
    archived(&portal, 20_000, Duration::from_secs(60)).await;
    processor.terminate();
    same(ids_in_archive(&portal).await, (0..20_000).map(id), "archive");
    assert_eq!(counted(&portal).await, 20_000, "events in windows");
}
