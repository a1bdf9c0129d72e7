//! Downloads of the largest mart: CSV without a cap, PDF of ten thousand rows.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

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
