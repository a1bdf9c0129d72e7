//! Parses a file of access log lines on one core and prints how fast, as JSON: what `cargo xtask bench parsing` runs.

use bytes::Bytes;
use std::{
    error::Error,
    fs::File,
    io::Read,
    time::{Duration, Instant},
};
use streaming::{
    Record,
    keywords::Keywords,
    parse::{ParserSpec, Value},
    pipeline::{Pipeline, PipelineSpec, Processed},
};

/// So much of the file is read, then parsed: the clock runs for parsing alone.
const BLOCK_BYTES: usize = 64 << 20;

const PIPELINE: &str = r#"
    parser = { format = "combined" }
    enrich = [{ status_class = { from = "status", into = "status_class" } }, { path_prefix = { from = "path", into = "section", segments = 1 } }]
    filter = [{ drop = { is = { field = "path", values = ["/health"] } } }]
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("name a file of lines in combined format")?;
    let mut file = File::open(path)?;
    let parser = serde_json::from_str::<ParserSpec>(r#"{"format": "combined"}"#)?.parser()?;
    let pipeline = Pipeline::new(toml::from_str::<PipelineSpec>(PIPELINE)?, Keywords::default())?;
    let (mut lines, mut bytes, mut unfit, mut events) = (0_u64, 0_u64, 0_u64, 0_u64);
    let (mut parsing, mut passing) = (Duration::ZERO, Duration::ZERO);
    let clock = Clock(Instant::now());
    let mut block = Vec::with_capacity(BLOCK_BYTES);
    let mut rest = Vec::new();
    loop {
        block.clear();
        block.append(&mut rest);
        let read = file.by_ref().take((BLOCK_BYTES - block.len()) as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            break;
        }
        // Only whole lines; at the end of the file what is left is one.
        if read > 0
            && let Some(end) = memchr::memrchr(b'\n', &block)
        {
            rest = block.split_off(end + 1);
        }
        let start = clock.now();
        let mut values: Vec<Value<'_>> = Vec::with_capacity(32);
        for line in split(&block) {
            values.clear();
            lines += 1;
            bytes += line.len() as u64 + 1;
            unfit += u64::from(parser.parse(line, 0, &mut values).is_err());
            std::hint::black_box(&values);
        }
        parsing += clock.now() - start;
        let whole = Bytes::copy_from_slice(&block);
        let records: Vec<Record> = split(&whole).map(|line| record(whole.slice_ref(line))).collect();
        let start = clock.now();
        let passed = records.iter().filter(|record| matches!(std::hint::black_box(pipeline.process(record)), Processed::Event(_)));
        events += passed.count() as u64;
        passing += clock.now() - start;
        if read == 0 {
            break;
        }
    }
    let figures = serde_json::json!({
        "lines": lines, "bytes": bytes, "unfit": unfit, "events": events,
        "parse_seconds": parsing.as_secs_f64(), "pipeline_seconds": passing.as_secs_f64(),
    });
    println!("{figures}");
    Ok(())
}

/// Time that this thread had on a processor, where Linux tells it: what others do on the machine meanwhile is not counted.
struct Clock(Instant);

impl Clock {
    fn now(&self) -> Duration {
        let told = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
        // After the name, which may hold spaces: user and system time are the 12th and 13th words, in hundredths of a second.
        let words = told.rsplit(") ").next().unwrap_or_default().split(' ');
        let hundredths: Vec<u64> = words.skip(11).take(2).filter_map(|word| word.parse().ok()).collect();
        if hundredths.len() == 2 { Duration::from_millis(hundredths.iter().sum::<u64>() * 10) } else { self.0.elapsed() }
    }
}

fn split(block: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = block.get(from..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        from += length + 1;
        rest.get(..length)
    })
}

fn record(value: Bytes) -> Record {
    Record { id: String::new(), key: String::new(), taken_ms: 0, source: String::new(), origin: String::new(), version: 0, deleted: false, value }
}
