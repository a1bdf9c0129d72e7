//! The test binaries: compiling them, running them one after another, reading what they report.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::tally::Tally;
use crate::command::{cargo, command, line};
use crate::progress::{seconds, step};
use crate::{browser, places};

/// No suite takes this long; one that hangs must not hide what the others found.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// One compiled test binary.
pub struct Binary {
    name: String,
    program: PathBuf,
    /// Tests may read files of their package: `cargo test` runs them in its folder.
    folder: PathBuf,
}

/// Compiles the program and all tests of the product, in the one command shape.
pub fn build() -> Result<Vec<Binary>> {
    step("program and tests: compiling", || binaries_of(cargo().args(["build", "--locked", "--workspace", "--all-targets"])))
}

/// Runs the product's tests.
pub fn run(binaries: &[Binary], filter: Option<&str>, tally: &mut Tally) {
    for binary in binaries {
        run_one(binary, filter, tally);
    }
}

/// Runs the tests of a name, shows what they say and sends their figures to standard output. `--ignored` among the arguments means
/// those that ordinary runs leave out.
pub fn run_named(binary: &Binary, arguments: &[&str], variables: &[(&str, &std::ffi::OsStr)]) -> Result<()> {
    let mut tests = command(&binary.program);
    tests.current_dir(&binary.folder).envs(super::environment()).env("CARGO_MANIFEST_DIR", &binary.folder);
    tests.envs(variables.iter().copied());
    tests.arg("--nocapture").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = tests.spawn().with_context(|| line(&tests))?;
    let stdout = child.stdout.take().context("no standard output")?;
    for said in BufReader::new(stdout).lines() {
        let said = said?;
        // Figures are this command's result; all else is what it says on the way.
        if said.starts_with(r#"{"name":"#) { println!("{said}") } else { eprintln!("{said}") }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(&tests));
    }
    Ok(())
}

/// Tests of the charts' code, on Node.
pub fn run_browser_code(tally: &mut Tally) {
    watch("app/browser", &mut browser::tests(), |output, ended_well| tally.tap("app/browser", output, ended_well));
}

/// Tests of xtask itself.
pub fn run_own(tally: &mut Tally) {
    let arguments = ["build", "--locked", "--manifest-path", "xtask/Cargo.toml", "--all-targets"];
    match step("xtask: compiling its tests", || binaries_of(own_cargo().args(arguments))) {
        Ok(binaries) => run(&binaries, None, tally),
        Err(fault) => tally.check("xtask", Err(fault)),
    }
}

/// Cargo for xtask: with the folder that the running xtask was compiled into, so that little is left to compile.
pub fn own_cargo() -> Command {
    command("cargo")
}

fn run_one(binary: &Binary, filter: Option<&str>, tally: &mut Tally) {
    // libtest knows no test that finds out by itself that it cannot run: such a test writes its name and reason there.
    let skips = std::env::temp_dir().join(format!("atalaya-skips-{}", std::process::id()));
    let mut tests = command(&binary.program);
    tests.current_dir(&binary.folder).envs(super::environment()).env("CARGO_MANIFEST_DIR", &binary.folder).env("ATALAYA_TEST_SKIPS", &skips);
    tests.args(filter);
    watch(&binary.name, &mut tests, |output, ended_well| tally.libtest(&binary.name, output, ended_well));
    tally.skipped_by_themselves(&binary.name, &std::fs::read_to_string(&skips).unwrap_or_default());
    drop(std::fs::remove_file(&skips));
}

/// Runs a suite, shows its output as it comes and hands all of it on.
fn watch(name: &str, suite: &mut Command, report: impl FnOnce(&str, bool)) {
    eprintln!("→ {name}");
    let start = Instant::now();
    let (output, ended_well) = match output_of(suite) {
        Ok(result) => result,
        Err(fault) => (format!("{fault:#}\n"), false),
    };
    report(&output, ended_well);
    eprintln!("{} {name}: {}", if ended_well { "✓" } else { "✗" }, seconds(start.elapsed()));
}

fn output_of(suite: &mut Command) -> Result<(String, bool)> {
    let mut child = suite.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| line(suite))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let reader = std::thread::spawn(move || echo(stdout));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if start.elapsed() > LIMIT {
            eprintln!("  stopped: it ran for more than {}", seconds(LIMIT));
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let output = reader.join().unwrap_or_default();
    Ok((output, status.is_some_and(|status| status.success())))
}

fn echo(from: impl Read) -> String {
    let mut all = String::new();
    for line in BufReader::new(from).split(b'\n') {
        let Ok(line) = line else { break };
        let line = String::from_utf8_lossy(&line);
        eprintln!("{line}");
        all.push_str(&line);
        all.push('\n');
    }
    all
}

/// Runs cargo and gives the test binaries that it names.
fn binaries_of(cargo: &mut Command) -> Result<Vec<Binary>> {
    cargo.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = cargo.spawn().with_context(|| line(cargo))?;
    let stdout = child.stdout.take().context("no standard output")?;
    let mut binaries = Vec::new();
    for message in BufReader::new(stdout).lines() {
        let message: Value = serde_json::from_str(&message?).context("reading cargo's messages")?;
        if message["reason"] == "compiler-artifact"
            && message["profile"]["test"] == true
            && let Some(program) = message["executable"].as_str()
        {
            let manifest = PathBuf::from(message["manifest_path"].as_str().unwrap_or_default());
            let folder = manifest.parent().map(PathBuf::from).unwrap_or_else(places::root);
            let package = folder.strip_prefix(places::root()).unwrap_or(&folder).display().to_string();
            let target = message["target"]["name"].as_str().unwrap_or_default();
            binaries.push(Binary { name: format!("{package} ({target})"), program: program.into(), folder });
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(cargo));
    }
    binaries.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(binaries)
}
