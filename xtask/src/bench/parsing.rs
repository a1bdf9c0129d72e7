//! How many lines of a web server's log one core parses in a second, and how many it takes through a whole pipeline.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Bench, figure};
use crate::access_log::Lines;
use crate::command::{cargo, command, read, show};
use crate::places;
use crate::progress::step;

pub const LINES: u64 = 5_000_000;
const SEED: u64 = 20_261_124;

pub fn measure(_: &Bench) -> Result<()> {
    step("parsing: compiling", || show(cargo().args(["build", "--locked", "--workspace", "--examples"])))?;
    for (what, latency_and_host) in [("combined", false), ("combined with latency and host", true)] {
        let path = log(latency_and_host)?;
        let program = places::target().join("debug/examples").join(format!("parsing{}", std::env::consts::EXE_SUFFIX));
        let figures: Value = serde_json::from_str(&read(command(program).arg(&path))?)?;
        let number = |name: &str| figures[name].as_f64().with_context(|| format!("the example printed no {name}: {figures}"));
        anyhow::ensure!(number("lines")? as u64 == LINES && number("unfit")? == 0.0, "not all lines were parsed: {figures}");
        figure(&format!("parse {what}, one core"), number("lines")? / number("parse_seconds")?, "lines/s", None);
        figure(&format!("pipeline over {what}, one core"), number("lines")? / number("pipeline_seconds")?, "lines/s", None);
    }
    Ok(())
}

/// A file of `LINES` invented lines, the same each time.
pub fn log(latency_and_host: bool) -> Result<PathBuf> {
    let path = places::target().join("bench").join(format!("access-{SEED}-{latency_and_host}.log"));
    if !path.is_file() {
        let lines = Lines { seed: SEED, count: LINES, start: 1_795_514_400, latency_and_host };
        step(&format!("parsing: inventing {LINES} lines"), || lines.write(&path))?;
    }
    Ok(path)
}
