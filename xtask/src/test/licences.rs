//! Every crate and npm package that we use has a licence that may be combined with ours.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::command::{command, read};
use crate::places;

/// Permissive licences, and weak copyleft that stays with its own files (MPL) or its font (OFL).
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "bzip2-1.0.6",
];

/// Fails with the list of packages whose licence is unknown or not allowed.
pub fn check() -> Result<()> {
    let mut refused = BTreeSet::new();
    for manifest in ["Cargo.toml", "xtask/Cargo.toml"] {
        let text = read(command("cargo").args(["metadata", "--locked", "--format-version=1", "--manifest-path", manifest]))?;
        let metadata: Value = serde_json::from_str(&text)?;
        for package in metadata["packages"].as_array().into_iter().flatten() {
            note(&package["name"], &package["license"], &mut refused);
        }
    }
    for folder in [places::browser(), super::sign_in_service::sources()] {
        let lock: Value = serde_json::from_str(&fs::read_to_string(folder.join("package-lock.json"))?)?;
        for (name, package) in lock["packages"].as_object().into_iter().flatten() {
            note(&Value::from(format!("npm {name}")), &package["license"], &mut refused);
        }
    }
    if refused.is_empty() {
        return Ok(());
    }
    bail!("not on the list of allowed licences (xtask/src/test/licences.rs):\n{}", refused.into_iter().collect::<Vec<_>>().join("\n"))
}

fn note(name: &Value, licence: &Value, refused: &mut BTreeSet<String>) {
    let licence = licence.as_str().unwrap_or("none");
    if !allows(licence) {
        refused.insert(format!("  {}: {licence}", name.as_str().unwrap_or_default()));
    }
}

/// Whether an SPDX expression can be satisfied with allowed licences alone.
fn allows(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut place = 0;
    either(&words, &mut place) && place == words.len()
}

fn either(words: &[&str], place: &mut usize) -> bool {
    let mut result = both(words, place);
    while words.get(*place) == Some(&"OR") {
        *place += 1;
        // Not `||`: the right side must be read in any case.
        result |= both(words, place);
    }
    result
}

fn both(words: &[&str], place: &mut usize) -> bool {
    let mut result = one(words, place);
    while words.get(*place) == Some(&"AND") {
        *place += 1;
        result &= one(words, place);
    }
    result
}

fn one(words: &[&str], place: &mut usize) -> bool {
    let word = words.get(*place).copied().unwrap_or_default();
    *place += 1;
    if word == "(" {
        let result = either(words, place);
        *place += 1;
        return result;
    }
    if words.get(*place) == Some(&"WITH") {
        let exception = words.get(*place + 1).copied().unwrap_or_default();
        *place += 2;
        // An exception only gives more rights than the licence alone.
        return ALLOWED.contains(&word) || ALLOWED.contains(&format!("{word} WITH {exception}").as_str());
    }
    // `+`: this version or a later one.
    ALLOWED.contains(&word.trim_end_matches('+'))
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn reads_spdx_expressions() {
        for good in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "MPL-2.0+", "(MIT OR Apache-2.0) AND Unicode-3.0", "Apache-2.0 WITH LLVM-exception OR MIT"] {
            assert!(allows(good), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT AND GPL-3.0) OR SSPL-1.0", "", "none", "MIT Apache-2.0"] {
            assert!(!allows(bad), "{bad}");
        }
    }
}
