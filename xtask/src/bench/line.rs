//! The whole line: a log of a web server through agent, bus and processor into index and windows, on the built-in engines and on real
//! ones.

use anyhow::Result;

use super::Bench;
use crate::access_log::Lines;
use crate::progress::step;
use crate::{places, test};

const LINES: u64 = 1_000_000;
const SEED: u64 = 20_261_124;

pub fn measure(_: &Bench) -> Result<()> {
    let log = places::target().join("bench/line/logs/access.log");
    if !log.is_file() {
        let lines = Lines { seed: SEED, count: LINES, start: 1_795_514_400, latency_and_host: false };
        step(&format!("line: inventing {LINES} lines"), || lines.write(&log))?;
    }
    test::long("figures_of_the_line", &[("ATALAYA_BENCH_LOG", log.as_os_str())])
}
