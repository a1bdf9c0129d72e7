//! Parses a file of access log lines, counts them by minute and status on two cores and writes the counts that are final: what
//! `cargo xtask bench counting` runs.

use bytes::Bytes;
use std::{
    collections::{BTreeMap, btree_map::Entry},
    error::Error,
    ffi::OsStr,
    fs::File,
    io::{BufWriter, Read, Write},
    sync::{Mutex, PoisonError},
    time::Instant,
};
use streaming::{
    Record,
    keywords::Keywords,
    pipeline::{Pipeline, PipelineSpec, Processed},
    window::{Amount, Key, Occurred, Row, State, WindowSpec},
};

/// Each works a partition of its own, as a processor's workers do.
const WORKERS: usize = 2;
/// So much of the file is read and counted at once: what is made of it stays near the core.
const BLOCK_BYTES: usize = 256 << 10;

type Fault = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(log), Some(output), Some(parser)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("name a file of lines, a file to write and a parser as JSON".into());
    };
    let parser: serde_json::Value = serde_json::from_str(&parser.to_string_lossy())?;
    let window = serde_json::json!({
        "name": "by_minute", "width_seconds": 60, "lateness_seconds": 600, "keys": ["status"],
        "measures": [{ "name": "requests" }, { "name": "bytes", "sum": "bytes" }],
    });
    let spec: PipelineSpec = serde_json::from_value(serde_json::json!({ "parser": parser, "windows": [window] }))?;
    let pipeline = Pipeline::new(spec, Keywords::default())?;
    let spec = pipeline.windows().specs().next().ok_or("there is no window")?;
    let start = Instant::now();
    let source = Mutex::new(Source { file: File::open(log)?, at: 0, rest: Vec::new() });
    let partitions = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(|| Partition::default().work(&source, &pipeline))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err("a worker panicked".into()))).collect::<Result<Vec<_>, Fault>>()
    })?;
    let sum = |of: fn(&Partition) -> u64| partitions.iter().map(of).sum::<u64>();
    let (lines, unfit, uncounted) = (sum(|partition| partition.lines), sum(|partition| partition.unfit), sum(|partition| partition.uncounted));
    let rows = finals(partitions, spec);
    write(&output, &rows)?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "lines": lines, "unfit": unfit, "uncounted": uncounted, "rows": rows.len(), "seconds": seconds }));
    Ok(())
}

/// The file, handed out in blocks of whole lines.
struct Source {
    file: File,
    at: u64,
    /// The beginning of a line whose end was not read yet.
    rest: Vec<u8>,
}

impl Source {
    /// Where the next block begins, and the block; `None` at the end.
    fn block(&mut self) -> std::io::Result<Option<(u64, Bytes)>> {
        let mut block = Vec::with_capacity(BLOCK_BYTES + self.rest.len());
        block.append(&mut self.rest);
        let read = Read::by_ref(&mut self.file).take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(None);
        }
        // At the end of the file what is left is a line.
        if read > 0
            && let Some(end) = memchr::memrchr(b'\n', &block)
        {
            self.rest = block.split_off(end + 1);
        }
        let at = self.at;
        self.at += block.len() as u64;
        Ok(Some((at, block.into())))
    }
}

/// What one worker has counted.
#[derive(Default)]
struct Partition {
    state: State,
    /// In full, the newest of each.
    rows: BTreeMap<(i64, Vec<Key>, bool), Vec<Amount>>,
    lines: u64,
    unfit: u64,
    /// Events that came when their minute was final, or twice: none, in a log whose times never go back.
    uncounted: u64,
}

impl Partition {
    fn work(mut self, source: &Mutex<Source>, pipeline: &Pipeline) -> Result<Self, Fault> {
        loop {
            let next = source.lock().unwrap_or_else(PoisonError::into_inner).block()?;
            let Some((at, block)) = next else { return Ok(self) };
            self.count(at, &block, pipeline);
        }
    }

    fn count(&mut self, at: u64, block: &Bytes, pipeline: &Pipeline) {
        let records: Vec<Record> = lines(block).map(|(place, line)| record(at + place as u64, block.slice_ref(line))).collect();
        let mut processed = Vec::with_capacity(records.len());
        pipeline.process_all(&records, &mut processed);
        let events = || {
            processed.iter().filter_map(|became| match became {
                Processed::Event(event) => Some(event),
                _ => None,
            })
        };
        // Taken when it happened: the log is as old as its lines.
        let occurred = events().map(|event| Occurred { id: event.id, at_ms: event.at_ms, taken_ms: event.at_ms, values: &event.values });
        let change = self.state.take(pipeline.windows(), occurred, chrono::Utc::now().timestamp_millis(), None, 0);
        self.lines += records.len() as u64;
        self.unfit += (records.len() - events().count()) as u64;
        self.uncounted += change.repeated + change.late.values().chain(change.beyond.values()).sum::<u64>();
        for row in change.rows {
            self.rows.insert((row.start_ms, row.keys, row.other), row.amounts);
        }
    }
}

/// Lines with their places in the block.
fn lines(block: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = block.get(from..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let place = from;
        from += length + 1;
        Some((place, rest.get(..length)?))
    })
}

/// With an id as an agent makes it: events are told apart by it.
fn record(at: u64, value: Bytes) -> Record {
    Record { id: format!("bench/1/{at}"), key: String::new(), taken_ms: 0, source: String::new(), origin: String::new(), version: 0, deleted: false, value }
}

/// The rows of all partitions together that no further event would change.
fn finals(partitions: Vec<Partition>, spec: &WindowSpec) -> Vec<Row> {
    let newest_ms = partitions.iter().filter_map(|partition| partition.state.clock().newest_ms).max();
    let mut merged: BTreeMap<(i64, Vec<Key>, bool), Vec<Amount>> = BTreeMap::new();
    for (key, amounts) in partitions.into_iter().flat_map(|partition| partition.rows) {
        match merged.entry(key) {
            Entry::Vacant(place) => {
                place.insert(amounts);
            }
            Entry::Occupied(mut known) => known.get_mut().iter_mut().zip(amounts).for_each(|(sum, amount)| sum.merge(amount)),
        }
    }
    let row = |((start_ms, keys, other), amounts)| Row { window: spec.name.clone(), start_ms, keys, other, amounts };
    merged.into_iter().map(row).filter(|row| spec.is_final(row.start_ms, newest_ms)).collect()
}

/// As JSON, one row a line, down to the disk.
fn write(path: &OsStr, rows: &[Row]) -> Result<(), Fault> {
    let mut file = BufWriter::new(File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    file.flush()?;
    file.get_ref().sync_all()?;
    Ok(())
}
