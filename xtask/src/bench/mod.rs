//! `cargo xtask bench [name]`: measures a portal with the demo's data; one JSON line for each figure on standard output.

mod cores;
mod counting;
mod dashboards;
mod governance;
mod line;
mod live;
mod loading;
mod pages;
mod parsing;
mod peers;
mod portal;
mod reports;
mod session;
mod soak;

use std::cell::OnceCell;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use self::peers::Peers;
use self::portal::Portal;
use crate::prerequisites::{self, For};
use crate::{browser, demo_data, places, server};

/// One bench: it prints its figures.
type Measure = fn(&Bench) -> Result<()>;

/// Every bench and what it measures. `loading` comes before those that use what it loaded.
const BENCHES: &[(&str, Measure)] = &[
    ("parsing", parsing::measure),
    ("loading", loading::measure),
    ("pages", pages::measure),
    ("dashboards", dashboards::measure),
    ("governed", governance::queries),
    ("decisions", governance::decisions),
    ("line", line::measure),
    ("counting", counting::measure),
    ("live", live::measure),
    ("csv", reports::csv),
    ("pdf", reports::pdf),
];

/// Those that take an hour: run only when they are named.
const LONG: &[(&str, Measure)] = &[("soak", soak::measure)];

/// Runs one bench, or all of them but the long ones.
pub fn run(name: Option<&str>) -> Result<()> {
    let chosen: Vec<_> = match name {
        None => BENCHES.iter().collect(),
        Some(name) => BENCHES.iter().chain(LONG).filter(|(known, _)| name == *known).collect(),
    };
    if chosen.is_empty() {
        bail!("no bench of this name; there are: {}", BENCHES.iter().chain(LONG).map(|(known, _)| *known).collect::<Vec<_>>().join(", "));
    }
    prerequisites::ensure(For::Building)?;
    let bench = Bench { portal: OnceCell::new(), peers: OnceCell::new() };
    for (_, measure) in chosen {
        measure(&bench)?;
    }
    Ok(())
}

/// What the benches share.
struct Bench {
    portal: OnceCell<Portal>,
    peers: OnceCell<Option<Peers>>,
}

impl Bench {
    /// A portal with all demo data, loaded afresh by the first bench that asks.
    fn portal(&self) -> Result<&Portal> {
        if self.portal.get().is_none() {
            browser::build()?;
            server::build()?;
            demo_data::fetch()?;
            drop(self.portal.set(Portal::load(&places::target().join("bench"))?));
        }
        self.portal.get().map_or_else(|| bail!("there is no portal to measure"), Ok)
    }

    /// Works with a peer, where there is one; what it measured.
    fn peer(&self, work: &str, arguments: &[&std::ffi::OsStr]) -> Option<Value> {
        self.peers.get_or_init(Peers::find).as_ref().and_then(|peers| peers.measure(work, arguments))
    }
}

/// Prints one figure; with a peer, its name and its value from this same run.
fn figure(name: &str, value: f64, unit: &str, peer: Option<(&str, f64)>) {
    let mut line = json!({ "name": name, "value": rounded(value), "unit": unit });
    if let Some((peer, value)) = peer {
        line["peer"] = peer.into();
        line["peer_value"] = rounded(value).into();
    }
    println!("{line}");
}

/// Four significant figures: more would pretend.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// The value below which a share of the measurements lies.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (share * values.len() as f64).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{quantile, rounded};

    #[test]
    fn keeps_four_figures() {
        for (given, kept) in [(0.0, 0.0), (1_234_567.0, 1_235_000.0), (0.012_345_6, 0.01235), (9.0, 9.0)] {
            assert!((rounded(given) - kept).abs() < 1e-9, "{given}");
        }
    }

    #[test]
    fn finds_quantiles() {
        let mut values = [5.0, 1.0, 3.0, 2.0, 4.0];
        assert_eq!((quantile(&mut values, 0.5), quantile(&mut values, 0.95)), (3.0, 5.0));
        assert_eq!(quantile(&mut [], 0.5), 0.0);
    }
}
