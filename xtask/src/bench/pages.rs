//! What a first visit costs: server time, bytes to the browser, and the memory of a server that rests.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::Value;

use super::{Bench, figure, quantile};
use crate::http::Answer;
use crate::places;

pub fn measure(bench: &Bench) -> Result<()> {
    let portal = bench.portal()?.restart()?;
    std::thread::sleep(Duration::from_secs(5));
    figure("idle memory", portal.memory()? as f64 / 1e6, "MB", None);

    let compressed = [("Accept-Encoding", "br")];
    let first = portal.get("/sign-in", &compressed)?;
    let manifest: Value = serde_json::from_str(&std::fs::read_to_string(places::package().join("manifest.json"))?)?;
    let sent = |name: &str| manifest[name]["brotli"].as_f64().or_else(|| manifest[name]["bytes"].as_f64()).unwrap_or_default();
    let page = ["app.js", "app_bg.wasm", "portal.css", "source-sans-3-latin-wght-normal.woff2"].map(sent).iter().sum::<f64>();
    figure("bytes of the first page", (page + first.body.len() as f64) / 1e3, "kB", None);
    figure("bytes of the charts, loaded later", sent("charts.js") / 1e3, "kB", None);

    let mut times = repeated(|| portal.get("/sign-in", &compressed))?;
    figure("server time of the first page, p50", quantile(&mut times, 0.5), "ms", None);
    figure("server time of the first page, p95", quantile(&mut times, 0.95), "ms", None);
    let session = portal.sign_in("fermin@atalaya.example")?;
    let mut times = repeated(|| session.get("/dashboards/finance", &compressed))?;
    figure("server time of a dashboard page, p50", quantile(&mut times, 0.5), "ms", None);
    figure("server time of a dashboard page, p95", quantile(&mut times, 0.95), "ms", None);
    Ok(())
}

/// Milliseconds of fifty requests.
fn repeated(ask: impl Fn() -> Result<Answer>) -> Result<Vec<f64>> {
    let once = || {
        let start = Instant::now();
        let answer = ask()?;
        if answer.status != 200 {
            bail!("a page answered {}", answer.status);
        }
        Ok(start.elapsed().as_secs_f64() * 1e3)
    };
    (0..50).map(|_| once()).collect()
}
