//! DuckDB, WeasyPrint and PySpark on the same work, in a Python environment of their own in the cache.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::command::{command, quiet, read};
use crate::places;
use crate::progress::{note, step};

const PACKAGES: [&str; 3] = ["duckdb==2.0.0", "weasyprint==70.0", "pyspark==4.3.0"];

/// Python with the peers in it; absent, with the reason said, where they cannot be had.
pub struct Peers {
    python: PathBuf,
    script: PathBuf,
}

impl Peers {
    pub fn find() -> Option<Self> {
        let folder = places::cache().join("peers");
        let peers = Self { python: folder.join("bin/python"), script: folder.join("peers.py") };
        if fs::read_to_string(folder.join("packages")).unwrap_or_default() != PACKAGES.join("\n")
            && let Err(fault) = step("peers: installing DuckDB, WeasyPrint and PySpark", || install(&folder))
        {
            note(&format!("no peers to compare with: {fault:#}"));
            return None;
        }
        fs::write(&peers.script, include_str!("peers.py")).ok()?;
        Some(peers)
    }

    /// What a peer measured; absent, with the reason said, when it failed.
    pub fn measure(&self, work: &str, arguments: &[&OsStr]) -> Option<Value> {
        let said = read(command(&self.python).arg(&self.script).arg(work).args(arguments));
        match said.and_then(|text| serde_json::from_str(text.lines().last().unwrap_or_default()).context("its answer is no JSON")) {
            Ok(figures) => Some(figures),
            Err(fault) => {
                note(&format!("peer {work}: {fault:#}"));
                None
            }
        }
    }
}

fn install(folder: &PathBuf) -> Result<()> {
    quiet(command("python3").args(["-m", "venv"]).arg(folder))?;
    quiet(command(folder.join("bin/python")).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES))?;
    Ok(fs::write(folder.join("packages"), PACKAGES.join("\n"))?)
}
