//! The pages: crate `app` as WebAssembly, with the glue that wasm-bindgen writes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::stamp;
use crate::command::{cargo, command, quiet, show};
use crate::hash::when_changed;
use crate::places;
use crate::progress::{note, step};
use crate::wasm_target::{self, TARGET};

/// `app.js` and `app_bg.wasm`.
pub fn build() -> Result<()> {
    let root = places::root();
    let package = places::package();
    let outputs = [package.join("app.js"), package.join("app_bg.wasm")];
    let inputs: Vec<PathBuf> =
        ["app/Cargo.toml", "app/src", "app/locales", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|name| root.join(name)).into();
    let compiler = crate::command::read(command("rustc").arg("--version"))?;
    when_changed("browser half: pages", &stamp("pages"), &inputs, &[&compiler, include_str!("pages.rs")], &outputs, || {
        wasm_target::ensure()?;
        let compiled = step("browser half: compiling the pages", compile)?;
        step("browser half: JavaScript glue", || glue(&compiled, &package))?;
        step("browser half: making it smaller", || shrink(&package.join("app_bg.wasm")))
    })
}

fn compile() -> Result<PathBuf> {
    // `crate-type` is given here and not in Cargo.toml: with two crate types cargo silently drops link-time optimisation.
    let crate_alone = ["rustc", "--locked", "-p", "app", "--lib", "--crate-type", "cdylib", "--target", TARGET];
    let as_browser_half = ["--no-default-features", "--features", "hydrate", "--profile", "browser"];
    // wasm-bindgen reads the list of WebAssembly features that stripping would remove, and strips by itself.
    show(cargo().args(crate_alone).args(as_browser_half).args(["--", "-C", "strip=none"]))?;
    Ok(places::target().join(TARGET).join("browser/app.wasm"))
}

fn glue(wasm: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(wasm).out_name("app").typescript(false).remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(folder)).map_err(|fault| anyhow!("wasm-bindgen: {fault:#}"))
}

/// Fewer bytes for the same program; a failure here costs size alone, so it is told and passed over.
fn shrink(wasm: &Path) -> Result<()> {
    let smaller = wasm.with_extension("smaller");
    let before = fs::metadata(wasm)?.len();
    // What rustc switches on for this target, and every browser of the last years has.
    let features = [
        "bulk-memory",
        "bulk-memory-opt",
        "call-indirect-overlong",
        "multivalue",
        "mutable-globals",
        "nontrapping-float-to-int",
        "reference-types",
        "sign-ext",
    ];
    let mut optimise = command("node");
    optimise.arg(places::browser().join("node_modules/binaryen/bin/wasm-opt"));
    optimise.arg("-Oz").args(features.map(|feature| format!("--enable-{feature}"))).arg(wasm).arg("-o").arg(&smaller);
    match quiet(&mut optimise) {
        Ok(()) => {
            let after = fs::metadata(&smaller)?.len();
            fs::rename(&smaller, wasm)?;
            note(&format!("{} kB instead of {} kB", after / 1000, before / 1000));
        }
        Err(fault) => note(&format!("wasm-opt did not work, the pages stay at {} kB: {fault:#}", before / 1000)),
    }
    Ok(())
}
