//! Charts and style sheet, bundled by esbuild.

use std::path::PathBuf;

use anyhow::Result;

use super::npm::esbuild;
use super::stamp;
use crate::command::quiet;
use crate::hash::when_changed;
use crate::places;

/// `charts.js` for pages (loaded when a page has a chart), `report_charts.js` for reports.
pub fn charts() -> Result<()> {
    let package = places::package();
    let outputs = [package.join("charts.js"), package.join("report_charts.js"), package.join("axe.min.js")];
    let mut inputs = sources("js")?;
    inputs.extend([places::browser().join("package-lock.json"), places::root().join("style/tokens.css")]);
    when_changed("browser half: charts", &stamp("charts"), &inputs, &[include_str!("bundle.rs")], &outputs, || {
        let page = format!("--outfile={}", outputs[0].display());
        quiet(esbuild().args(["charts.js", "--format=esm", "--target=es2022", &page]))?;
        // QuickJS has the language and nothing else: no document, no `process`.
        let production = "--define:process.env.NODE_ENV=\"production\"";
        let report = format!("--outfile={}", outputs[1].display());
        quiet(esbuild().args(["report_charts.js", "--format=iife", "--platform=neutral", "--target=es2020", "--loader:.css=text", production, &report]))?;
        // For the browser tests: it is served like any file, but no page loads it.
        std::fs::copy(places::browser().join("node_modules/axe-core/axe.min.js"), &outputs[2])?;
        Ok(())
    })
}

/// `portal.css` and the typeface that it names.
pub fn style() -> Result<()> {
    let output = places::package().join("portal.css");
    let mut inputs = sources("css")?;
    inputs.extend([places::root().join("style"), places::browser().join("package-lock.json")]);
    when_changed("browser half: style", &stamp("style"), &inputs, &[include_str!("bundle.rs")], std::slice::from_ref(&output), || {
        let out = format!("--outfile={}", output.display());
        quiet(esbuild().args(["portal.css", "--loader:.woff2=file", "--asset-names=[name]", "--target=es2022", &out]))
    })
}

fn sources(extension: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(places::browser())? {
        let path = entry?.path();
        let name = path.to_string_lossy();
        if path.extension().is_some_and(|found| found == extension) && !name.ends_with(".test.js") {
            files.push(path);
        }
    }
    Ok(files)
}
