//! The OpenID provider that the tests start, in the cache: exactly what its lock file names.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::command::{command, quiet};
use crate::hash::when_changed;
use crate::places;
use crate::progress::note;

const FILES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// Where it is, once it is installed.
pub fn folder() -> PathBuf {
    places::cache().join("sign-in-service")
}

/// Installs it. Where it cannot be had the reason is said, and the tests that need it are skipped.
pub fn install() {
    let inputs = FILES.map(|file| sources().join(file));
    let (stamp, outputs) = (folder().join(".atalaya-stamp"), [folder().join("node_modules/oidc-provider")]);
    if let Err(fault) = when_changed("sign-in service: npm packages", &stamp, &inputs, &[], &outputs, install_packages) {
        note(&format!("no OpenID provider to test with: {fault:#}"));
    }
}

/// Where its lock file stands.
pub fn sources() -> PathBuf {
    places::root().join("tests/src/services/oidc")
}

fn install_packages() -> Result<()> {
    fs::create_dir_all(folder())?;
    for file in FILES {
        fs::copy(sources().join(file), folder().join(file))?;
    }
    quiet(command("npm").current_dir(folder()).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}
