//! Content hashes, and stamps that tell a step whether its inputs changed since it last ran.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Runs `work` unless the inputs hash to what they were when it last succeeded and all outputs are there.
pub fn when_changed(name: &str, stamp: &Path, inputs: &[PathBuf], words: &[&str], outputs: &[PathBuf], work: impl FnOnce() -> Result<()>) -> Result<()> {
    let now = of_inputs(inputs, words)?;
    let before = fs::read_to_string(stamp).unwrap_or_default();
    if before == now && outputs.iter().all(|path| path.exists()) {
        crate::progress::unchanged(name);
        return Ok(());
    }
    crate::progress::step(name, work)?;
    if let Some(folder) = stamp.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(stamp, now).with_context(|| format!("writing {}", stamp.display()))
}

/// The sha256 of a file's bytes, in hexadecimal.
pub fn of_file(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(hexadecimal(&Sha256::digest(bytes)))
}

/// One hash over names and contents of files, and of all files below folders; what is not there counts as absent.
fn of_inputs(inputs: &[PathBuf], words: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(input, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for word in words {
        hash.update(word.as_bytes());
        hash.update([0]);
    }
    for file in files {
        hash.update(file.to_string_lossy().as_bytes());
        hash.update([0]);
        hash.update(Sha256::digest(fs::read(&file).with_context(|| format!("reading {}", file.display()))?));
    }
    Ok(hexadecimal(&hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.is_file() {
        files.push(path.to_path_buf());
    }
    Ok(())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
