//! The same work by our parsers and windows and by PySpark Structured Streaming: a log from a file, parsed, counted by minute and
//! status, the counts that are final written; both with both cores.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{Bench, figure, parsing};
use crate::command::{cargo, command, read, show};
use crate::places;
use crate::progress::{note, step};

/// Of so many runs the fastest counts, on both sides: a first run warms caches and compilers.
const RUNS: usize = 2;
const PEER: &str = "PySpark Structured Streaming";

/// Ours with one parser.
struct Counted {
    name: &'static str,
    output: PathBuf,
    seconds: f64,
}

pub fn measure(bench: &Bench) -> Result<()> {
    step("counting: compiling", || show(cargo().args(["build", "--locked", "--workspace", "--examples"])))?;
    let folder = places::target().join("bench/counting");
    // A folder of its own: the peer reads all that is in it.
    let logs = folder.join("logs");
    let log = logs.join("access.log");
    if !log.is_file() {
        fs::create_dir_all(&logs)?;
        fs::hard_link(parsing::log(false)?, &log).with_context(|| format!("linking {}", log.display()))?;
    }
    let ours = [("the combined parser", json!({ "format": "combined" })), ("the peer's own pattern", pattern())]
        .into_iter()
        .enumerate()
        .map(|(place, (name, parser))| count(name, &log, folder.join(format!("ours-{place}.jsonl")), &parser))
        .collect::<Result<Vec<_>>>()?;
    let spark = folder.join("spark");
    let mut arguments: Vec<&OsStr> = vec![logs.as_os_str(), spark.as_os_str()];
    arguments.extend(ours.iter().map(|counted| counted.output.as_os_str()));
    let peer = bench.peer("stream", &arguments);
    if let Some(figures) = &peer {
        agree(figures, &ours)?;
    }
    let theirs = peer.and_then(|figures| figures["seconds"].as_f64()).map(|seconds| (PEER, parsing::LINES as f64 / seconds));
    for counted in &ours {
        let name = format!("file, {}, count by minute and status, write, both cores", counted.name);
        figure(&name, parsing::LINES as f64 / counted.seconds, "lines/s", theirs);
        if let Some((_, theirs)) = theirs {
            figure(&format!("{name}, times the peer"), parsing::LINES as f64 / counted.seconds / theirs, "times", None);
        }
    }
    drop(fs::remove_dir_all(&spark));
    Ok(())
}

fn count(name: &'static str, log: &Path, output: PathBuf, parser: &Value) -> Result<Counted> {
    let program = places::target().join("debug/examples").join(format!("counting{}", std::env::consts::EXE_SUFFIX));
    let mut seconds = f64::INFINITY;
    for _ in 0..RUNS {
        let figures: Value = serde_json::from_str(&read(command(&program).arg(log).arg(&output).arg(parser.to_string()))?)?;
        let number = |name: &str| figures[name].as_u64().with_context(|| format!("the example printed no {name}: {figures}"));
        let all = number("lines")? == parsing::LINES && number("unfit")? == 0 && number("uncounted")? == 0;
        ensure!(all && number("rows")? > 0, "not all lines were counted: {figures}");
        seconds = seconds.min(figures["seconds"].as_f64().context("the example printed no seconds")?);
    }
    Ok(Counted { name, output, seconds })
}

/// Fails where the peer counted anything else than we did.
fn agree(peer: &Value, ours: &[Counted]) -> Result<()> {
    ensure!(peer["rows"] == json!(parsing::LINES), "the peer read other lines: {peer}");
    ensure!(peer["windows"].as_u64().is_some_and(|windows| windows > 0), "the peer wrote no counts: {peer}");
    let differing = peer["differing"].as_array().filter(|differing| differing.len() == ours.len()).context("the peer compared nothing")?;
    for (counted, differing) in ours.iter().zip(differing) {
        if differing != 0 {
            bail!("{} and {PEER} differ in {differing} of {} counts", counted.name, peer["windows"]);
        }
    }
    note(&format!("{} counts are the same on both sides", peer["windows"]));
    Ok(())
}

/// What `peers.py` matches, its groups named and given the same kinds.
fn pattern() -> Value {
    let field = |name: &str, kind: &str| json!({ "name": name, "kind": kind });
    json!({
        "format": "pattern",
        "pattern": r#"^(?P<client>\S+) \S+ (?P<user>\S+) \[(?P<at>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) [^"]*" (?P<status>\d{3}) (?P<bytes>\d+|-) "(?P<referrer>[^"]*)" "(?P<agent>[^"]*)""#,
        "fields": [
            field("client", "keyword"),
            field("method", "keyword"),
            field("path", "keyword"),
            field("status", "integer"),
            field("bytes", "integer"),
            field("agent", "keyword"),
        ],
        "time": { "at": "at" },
    })
}
