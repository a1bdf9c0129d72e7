//! `cargo xtask test`: every check, from a clean checkout, with one closing line over all of them.

mod advisories;
mod licences;
mod sign_in_service;
mod suites;
mod tally;

use anyhow::{Result, bail};

use self::tally::Tally;
use crate::command::{cargo, command, show};
use crate::places;
use crate::prerequisites::{self, For};
use crate::progress::step;
use crate::{browser, demo_data};

/// The test that compares random questions with physical copies.
const ORACLE: &str = "a54_two_thousand_random_cases_give_what_physical_copies_give";

/// Runs everything; with a filter only the tests whose names hold it. The closing line is the last on standard output.
pub fn run(filter: Option<&str>) -> Result<()> {
    prerequisites::ensure(For::Testing)?;
    let mut tally = Tally::default();
    if filter.is_none() {
        tally.check("format", format());
        tally.check("licences", step("licences", licences::check));
        match advisories::folder() {
            Some(folder) => tally.check("advisories", step("advisories", || advisories::check(&folder))),
            None => tally.skip("advisories", "not checked: set ATALAYA_ADVISORY_DB to a copy of the RustSec advisory database"),
        }
    }
    tally.check("browser half", browser::build());
    tally.check("demo data", demo_data::fetch().map(drop));
    sign_in_service::install();
    // The program and all tests, before anything else asks for the compiled dependencies.
    let built = suites::build();
    if filter.is_none() {
        tally.check("lint", lint());
        suites::run_browser_code(&mut tally);
        suites::run_own(&mut tally);
    }
    match built {
        Ok(binaries) => suites::run(&binaries, filter, &mut tally),
        Err(fault) => tally.check("compiling", Err(fault)),
    }
    tally.close();
    if tally.failed() { bail!("the tests failed") } else { Ok(()) }
}

/// Runs one of the tests that ordinary runs leave out, and shows what it says.
pub fn long(name: &str, variables: &[(&str, &std::ffi::OsStr)]) -> Result<()> {
    for binary in suites::build()? {
        suites::run_named(&binary, &["--ignored", name], variables)?;
    }
    Ok(())
}

/// Runs the differential oracle over so many random cases; `ATALAYA_TEST_SEED` repeats those of an earlier run.
pub fn oracle(cases: &str) -> Result<()> {
    if cases.parse::<u64>().is_err() {
        bail!("--oracle takes the number of cases, like 100000");
    }
    prerequisites::ensure(For::Testing)?;
    for binary in suites::build()? {
        suites::run_named(&binary, &[ORACLE], &[("ATALAYA_TEST_ORACLE", std::ffi::OsStr::new(cases))])?;
    }
    Ok(())
}

fn format() -> Result<()> {
    step("format", || {
        show(command("cargo").args(["fmt", "--all", "--check"]))?;
        show(command("cargo").args(["fmt", "--manifest-path", "xtask/Cargo.toml", "--check"]))
    })
}

/// Clippy as the compiler of our own crates alone: `cargo clippy` would check all dependencies anew.
fn lint() -> Result<()> {
    step("lint", || {
        let clippy = |mut cargo: std::process::Command| {
            cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
            cargo.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
            cargo.args(["build", "--locked"]);
            cargo
        };
        // What only clippy reads needs no optimising.
        let unoptimised = ["warehouse", "streaming", "search"].map(|package| format!("--config=profile.dev.package.{package}.opt-level=0"));
        show(clippy(cargo()).args(["--workspace", "--all-targets"]).args(unoptimised))?;
        show(clippy(suites::own_cargo()).args(["--manifest-path", "xtask/Cargo.toml", "--all-targets"]))
    })
}

/// What test binaries may need to know, as environment variables.
pub fn environment() -> Vec<(&'static str, std::ffi::OsString)> {
    let mut variables: Vec<(&'static str, std::ffi::OsString)> = vec![
        ("ATALAYA_CACHE", places::cache().into()),
        ("ATALAYA_TEST_DEMO_FILES", places::cache().join("completejourney").into()),
        ("ATALAYA_TEST_SITE", places::site().into()),
        ("ATALAYA_TEST_PROGRAM", places::atalaya().into()),
        ("ATALAYA_TEST_SIGN_IN_SERVICE", sign_in_service::folder().into()),
        ("CHROMEDRIVER", "chromedriver".into()),
    ];
    if let Some(chromium) = prerequisites::chromium() {
        variables.push(("CHROMIUM", chromium.into()));
    }
    if let Some(folder) = prerequisites::postgresql_folder() {
        variables.push(("ATALAYA_TEST_POSTGRES_BIN", folder.into()));
    }
    variables
}
