//! Known vulnerabilities, from a copy of the RustSec advisory database where one is given.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use semver::{Version, VersionReq};
use toml::{Table, Value};

use crate::places;

/// The folder named by ATALAYA_ADVISORY_DB.
pub fn folder() -> Option<PathBuf> {
    std::env::var_os("ATALAYA_ADVISORY_DB").map(PathBuf::from)
}

/// Fails with the advisories that hit a locked crate.
pub fn check(database: &Path) -> Result<()> {
    if !database.join("crates").is_dir() {
        bail!("{} holds no folder `crates`: it is not a copy of the RustSec advisory database", database.display());
    }
    let mut hits = Vec::new();
    for lock in ["Cargo.lock", "xtask/Cargo.lock"] {
        for (name, version) in locked(&fs::read_to_string(places::root().join(lock))?)? {
            for advisory in fs::read_dir(database.join("crates").join(&name)).into_iter().flatten().flatten() {
                let text = fs::read_to_string(advisory.path())?;
                if concerns(&text, &version).with_context(|| advisory.path().display().to_string())? {
                    hits.push(format!("  {name} {version}: {}", advisory.file_name().to_string_lossy().trim_end_matches(".md")));
                }
            }
        }
    }
    hits.sort();
    hits.dedup();
    if hits.is_empty() { Ok(()) } else { bail!("known vulnerabilities:\n{}", hits.join("\n")) }
}

fn locked(lock: &str) -> Result<Vec<(String, Version)>> {
    let table: Table = lock.parse()?;
    let packages = table.get("package").and_then(Value::as_array).cloned().unwrap_or_default();
    let pair = |package: Value| {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok((text("name"), text("version").parse()?))
    };
    packages.into_iter().map(pair).collect()
}

/// Whether an advisory (Markdown with a first block of TOML) is about this version. Notices and withdrawn ones are not.
fn concerns(advisory: &str, version: &Version) -> Result<bool> {
    let block = advisory.split("```").nth(1).and_then(|block| block.strip_prefix("toml")).context("it has no block of TOML")?;
    let table: Table = block.parse()?;
    let about = table.get("advisory").context("it has no table `advisory`")?;
    if about.get("withdrawn").is_some() || about.get("informational").is_some() {
        return Ok(false);
    }
    let safe = |key: &str| -> Result<bool> {
        let list = table.get("versions").and_then(|versions| versions.get(key)).and_then(Value::as_array);
        for range in list.into_iter().flatten() {
            if VersionReq::parse(range.as_str().unwrap_or_default())?.matches(version) {
                return Ok(true);
            }
        }
        Ok(false)
    };
    Ok(!(safe("patched")? || safe("unaffected")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADVISORY: &str =
        "```toml\n[advisory]\nid = \"RUSTSEC-2024-0001\"\npackage = \"x\"\n\n[versions]\npatched = [\">= 1.2.3\"]\nunaffected = [\"< 1.0\"]\n```\n# Title\n";

    #[test]
    fn knows_which_versions_an_advisory_concerns() -> Result<()> {
        for (version, concerned) in [("0.9.0", false), ("1.0.0", true), ("1.2.2", true), ("1.2.3", false), ("2.0.0", false)] {
            assert_eq!(concerns(ADVISORY, &version.parse()?)?, concerned, "{version}");
        }
        assert!(!concerns(&ADVISORY.replace("package =", "withdrawn = \"2024-02-01\"\npackage ="), &"1.0.0".parse()?)?);
        assert!(concerns("no block", &"1.0.0".parse()?).is_err());
        Ok(())
    }

    #[test]
    fn reads_a_lock_file() -> Result<()> {
        let lock = "version = 4\n[[package]]\nname = \"x\"\nversion = \"1.0.0\"\n";
        assert_eq!(locked(lock)?, [("x".to_owned(), Version::new(1, 0, 0))]);
        Ok(())
    }
}
