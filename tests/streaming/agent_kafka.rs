//! The real agent as a process before a real Kafka: what it tails comes through the processor into index, windows and lake, once.

use super::{
    line_house::{Line, STREAM_FILE, archived, counted, line_of, numbers_in_archive, numbers_in_index, topic},
    soak_whole::Ours,
};
use std::{
    fs::{self, File},
    io::Write,
    ops::Range,
    path::Path,
    time::Duration,
};
use streaming::bus::Topic;
use tests::services::kafka::kafka;

/// Lines before the first kill, and all of them.
const BEFORE: u64 = 2_000;
const LINES: u64 = 6_000;
/// Lines that are written at once.
const BURST: u64 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn ft_s09_lines_of_an_agent_come_over_kafka_once_also_when_it_is_killed() {
    let Some(kafka) = kafka().await else { return };
    // Other tests use the same broker.
    let name = format!("test-{}", uuid::Uuid::now_v7().simple());
    let stream = STREAM_FILE.replace("[pipeline]\n", &format!("[pipeline]\ntopic = \"{name}\"\n"));
    let mut line = Line::with(&stream, |config| config.kafka_brokers = Some(kafka.brokers())).await;
    line.portal.bus.ensure(&Topic { name: name.clone(), ..topic() }).await.unwrap();
    line.start();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("access.log");
    append(&log, 0..BEFORE);
    let input = format!("[[input]]\nkind = \"file\"\ntopic = \"{name}\"\npaths = [\"access.log\"]\n");
    let output = format!("[output.kafka]\nbrokers = \"{}\"\n", kafka.brokers());
    let settings = folder.path().join("agent.toml");
    fs::write(&settings, format!("name = \"kafka\"\nfolder = \"agent\"\n{input}{output}")).unwrap();
    let mut agent = Ours::start(folder.path(), "agent", settings);
    line.indexed(BEFORE).await;
    whole(&line, BEFORE).await;

    // Killed three times while lines are written and sent.
    let writing = std::thread::spawn(move || {
        for from in (BEFORE..LINES).step_by(BURST as usize) {
            append(&log, from..from + BURST);
            std::thread::sleep(Duration::from_millis(40));
        }
    });
    for pause_ms in [300, 450, 350] {
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        agent.crash();
    }
    writing.join().unwrap();
    line.indexed(LINES).await;
    archived(&line.portal, LINES as usize, Duration::from_secs(60)).await;
    agent.terminate();
    line.stop().await;
    whole(&line, LINES).await;
    assert_eq!(counted(&line.portal).await, LINES, "events in windows");
    let mut in_lake = numbers_in_archive(&line.portal).await;
    in_lake.sort_unstable();
    assert!(in_lake.iter().copied().eq(0..LINES), "{} rows in the lake", in_lake.len());
}

/// Each line is found, and once.
async fn whole(line: &Line, lines: u64) {
    let mut found = numbers_in_index(&line.portal).await;
    found.sort_unstable();
    assert!(found.iter().copied().eq(0..lines), "{} of {lines} in the index", found.len());
}

fn append(log: &Path, numbers: Range<u64>) {
    let lines: String = numbers.map(|number| format!("{}\n", line_of(number, number / 50))).collect();
    File::options().create(true).append(true).open(log).and_then(|mut file| file.write_all(lines.as_bytes())).unwrap();
}
