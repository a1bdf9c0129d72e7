//! The npm packages of `app/browser/package-lock.json`, in `app/browser/node_modules`.

use anyhow::Result;

use crate::command::{command, quiet};
use crate::hash::when_changed;
use crate::places;

/// Installs exactly what the lock file names. No package's own scripts are run.
pub fn install() -> Result<()> {
    let folder = places::browser();
    let modules = folder.join("node_modules");
    let inputs = [folder.join("package.json"), folder.join("package-lock.json")];
    let outputs = [modules.join("esbuild"), modules.join("echarts")];
    when_changed("browser half: npm packages", &modules.join(".atalaya-stamp"), &inputs, &[], &outputs, || {
        quiet(command("npm").current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
    })
}

/// esbuild's command. Its program for this machine is an optional dependency, which the script in `bin` finds.
pub fn esbuild() -> std::process::Command {
    let mut esbuild = command("node");
    esbuild.current_dir(places::browser()).arg("node_modules/esbuild/bin/esbuild");
    esbuild.args(["--bundle", "--minify", "--legal-comments=eof", "--log-level=warning"]);
    esbuild
}
