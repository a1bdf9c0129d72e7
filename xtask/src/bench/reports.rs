//! Downloads of the largest mart: CSV without a cap, PDF of ten thousand rows.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use super::portal::Portal;
use super::{Bench, figure};
use crate::command::{command, quiet, read};
use crate::demo_data;

const PERSON: &str = "fermin@atalaya.example";

pub fn csv(bench: &Bench) -> Result<()> {
    let folder = bench.portal()?.home().folder();
    let output = folder.join("baskets.csv");
    let seconds = export(bench, "csv", &output)?;
    let rows = lines(&output)? - 1.0;
    let peer = bench.peer("csv", &[demo_data::fetch()?.as_os_str(), folder.join("peer.csv").as_os_str()]);
    let theirs = peer.and_then(|figures| Some(figures["rows"].as_f64()? / figures["seconds"].as_f64()?));
    figure("csv of all baskets", rows / seconds, "rows/s", theirs.map(|value| ("DuckDB", value)));
    figure("csv of all baskets, size", fs::metadata(&output)?.len() as f64 / 1e6, "MB", None);
    streamed(&bench.portal()?.restart()?)
}

/// The same through the server: what it holds while it streams, above what it held before.
fn streamed(portal: &Portal) -> Result<()> {
    let session = portal.sign_in(PERSON)?;
    let whole = json!({ "mart": "baskets" });
    // Once for a few rows, so that what any first query makes is not counted as the stream's.
    session.stream(&json!({ "mart": "baskets", "limit": 1000 }), "csv")?;
    std::thread::sleep(Duration::from_secs(3));
    let idle = portal.memory()?;
    let done = AtomicBool::new(false);
    let (seconds, bytes, most) = std::thread::scope(|scope| -> Result<_> {
        let watch = scope.spawn(|| {
            let mut most = idle;
            while !done.load(Ordering::Relaxed) {
                most = most.max(portal.memory().unwrap_or_default());
                std::thread::sleep(Duration::from_millis(10));
            }
            most
        });
        let start = Instant::now();
        let file = session.stream(&whole, "csv");
        let seconds = start.elapsed().as_secs_f64();
        done.store(true, Ordering::Relaxed);
        Ok((seconds, file?.len(), watch.join().unwrap_or_default()))
    })?;
    figure("csv of all baskets, streamed by the server", bytes as f64 / 1e6 / seconds, "MB/s", None);
    figure("csv of all baskets, memory above idle", most.saturating_sub(idle) as f64 / 1e6, "MB", None);
    Ok(())
}

pub fn pdf(bench: &Bench) -> Result<()> {
    let folder = bench.portal()?.home().folder();
    let output = folder.join("baskets.pdf");
    let seconds = export(bench, "pdf", &output)?;
    let rows = folder.join("baskets.csv");
    if !rows.is_file() {
        export(bench, "csv", &rows)?;
    }
    let peer = bench.peer("pdf", &[rows.as_os_str(), folder.join("peer.pdf").as_os_str()]);
    let theirs = peer.and_then(|figures| figures["seconds"].as_f64());
    figure("pdf of 10,000 rows", seconds, "s", theirs.map(|value| ("WeasyPrint", value)));
    let columns = ["day", "store_id", "region", "department", "brand", "quantity", "sales_value", "basket_id"];
    let session = bench.portal()?.sign_in(PERSON)?;
    let start = Instant::now();
    let narrow = session.stream(&json!({ "mart": "baskets", "columns": columns }), "pdf")?;
    figure("pdf of 10,000 rows of 8 columns", start.elapsed().as_secs_f64(), "s", None);
    figure("pdf of 10,000 rows of 8 columns, size", narrow.len() as f64 / 1e6, "MB", None);
    if let Ok(facts) = read(command("pdfinfo").arg(&output)) {
        let pages = facts.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok()).context("pdfinfo tells no pages")?;
        figure("pdf of 10,000 rows, pages", pages, "pages", None);
    }
    Ok(())
}

/// The whole way from the command line: start, permit, query, file. Seconds.
fn export(bench: &Bench, format: &str, output: &Path) -> Result<f64> {
    let start = Instant::now();
    quiet(bench.portal()?.home().atalaya().args(["export", "baskets", "--as", PERSON, "--format", format, "--output"]).arg(output))?;
    Ok(start.elapsed().as_secs_f64())
}

fn lines(file: &Path) -> Result<f64> {
    let mut reader = BufReader::with_capacity(1 << 20, File::open(file)?);
    let mut lines = 0.0;
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok(lines);
        }
        lines += buffer.iter().filter(|byte| **byte == b'\n').count() as f64;
        let read = buffer.len();
        reader.consume(read);
    }
}
