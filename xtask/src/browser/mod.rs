//! The browser half: pages as WebAssembly, charts, style sheet and typeface, all in `public/pkg/`.

mod bundle;
mod compress;
mod npm;
mod pages;

use anyhow::Result;

/// Builds what changed since the last time.
pub fn build() -> Result<()> {
    std::fs::create_dir_all(crate::places::package())?;
    npm::install()?;
    bundle::charts()?;
    bundle::style()?;
    pages::build()?;
    compress::all()
}

/// Runs the tests of the charts' own code; its TAP output.
pub fn tests() -> std::process::Command {
    let mut node = crate::command::command("node");
    node.args(["--test", "--test-reporter=tap"]).current_dir(crate::places::browser());
    node
}

/// Where the steps keep what their inputs were: beside the outputs, so that removing these starts afresh.
fn stamp(step: &str) -> std::path::PathBuf {
    crate::places::package().join(".made").join(step)
}
