//! Running other programs: with their output shown, hidden unless they fail, or read.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A command in the checkout's root, without what `cargo run` put into our own environment.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::places::root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        // Some build scripts ask to be run again when these change, so passing ours on would compile
        // them anew on every call through `cargo xtask`.
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| text.starts_with(prefix));
        if ours || text == "CARGO" || text == "LD_LIBRARY_PATH" {
            command.env_remove(&name);
        }
    }
    if let Some(path) = library_path() {
        command.env("LD_LIBRARY_PATH", path);
    }
    command
}

/// Cargo for the product's workspace.
pub fn cargo() -> Command {
    let mut cargo = command("cargo");
    cargo.env("CARGO_TARGET_DIR", crate::places::target());
    cargo
}

/// Runs it with its output shown.
pub fn show(command: &mut Command) -> Result<()> {
    // Standard output is for results (a closing line, figures): what tools say goes to standard error.
    let status = command.stdout(std::io::stderr()).status().with_context(|| format!("starting {}", line(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs it with its output shown only when it fails.
pub fn quiet(command: &mut Command) -> Result<()> {
    read(command).map(drop)
}

/// Runs it and gives its standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", line(command)))?;
    if !output.status.success() {
        bail!("`{}` failed ({})\n{}", line(command), output.status, both(&output));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs it for at most `limit`; whether it ended well in that time.
pub fn within(limit: Duration, command: &mut Command) -> bool {
    let Ok(mut child) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn() else {
        return false;
    };
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(Duration::from_millis(50)),
            Err(_) => return false,
        }
    }
    drop(child.kill());
    drop(child.wait());
    false
}

/// Whether a program of this name is on the path.
pub fn on_path(name: &str) -> bool {
    let Some(path) = std::env::var_os("PATH") else {
        return false;
    };
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file() || folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)).is_file())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The user's own LD_LIBRARY_PATH: `cargo run` put the folders of this program and of the toolchain before it.
fn library_path() -> Option<std::ffi::OsString> {
    let path = std::env::var_os("LD_LIBRARY_PATH")?;
    let of_cargo = |folder: &Path| {
        let text = folder.to_string_lossy();
        text.contains("/debug") || text.contains("/toolchains/")
    };
    let kept: Vec<_> = std::env::split_paths(&path).filter(|folder| !of_cargo(folder)).collect();
    if kept.is_empty() { None } else { std::env::join_paths(kept).ok() }
}
