//! The whole line: a log of a web server through agent, bus and processor into index and windows, on the built-in engines and on real
//! ones; and the same parsing and counting in PySpark.

use std::fs;

use anyhow::Result;

use super::{Bench, figure};
use crate::access_log::Lines;
use crate::progress::step;
use crate::{places, test};

const LINES: u64 = 1_000_000;
const SEED: u64 = 20_261_124;

pub fn measure(bench: &Bench) -> Result<()> {
    let folder = places::target().join("bench/line");
    let log = folder.join("logs").join("access.log");
    if !log.is_file() {
        let lines = Lines { seed: SEED, count: LINES, start: 1_795_514_400, latency_and_host: false };
        step(&format!("line: inventing {LINES} lines"), || lines.write(&log))?;
    }
    test::long("figures_of_the_line", &[("ATALAYA_BENCH_LOG", log.as_os_str())])?;
    let output = folder.join("spark");
    let logs = folder.join("logs");
    if let Some(peer) = bench.peer("stream", &[logs.as_os_str(), output.as_os_str()])
        && let (Some(rows), Some(seconds)) = (peer["rows"].as_f64(), peer["seconds"].as_f64())
    {
        figure("PySpark Structured Streaming: parse, count by minute and status, write, both cores", rows / seconds, "lines/s", None);
    }
    drop(fs::remove_dir_all(output));
    Ok(())
}
