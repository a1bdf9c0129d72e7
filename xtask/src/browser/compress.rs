//! Compressed copies (`.br`, `.gz`) beside every file of `public/pkg/`, and `manifest.json` with sizes and hashes.

use std::path::PathBuf;

use anyhow::Result;

use super::stamp;
use crate::command::{command, quiet};
use crate::hash::when_changed;
use crate::places;

/// Compresses what changed; node's zlib does the work.
pub fn all() -> Result<()> {
    let package = places::package();
    let script = places::browser().join("compress.js");
    let mut inputs: Vec<PathBuf> = std::fs::read_dir(&package)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| ["js", "css", "wasm", "woff2"].iter().any(|known| extension == *known)))
        .collect();
    inputs.push(script.clone());
    when_changed("browser half: compressed copies", &stamp("compressed"), &inputs, &[], &[package.join("manifest.json")], || {
        quiet(command("node").arg(script).arg(&package))
    })
}
