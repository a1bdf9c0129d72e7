//! The dashboard with live tiles in a real browser: when each event stood on it.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::bench::portal::Portal;
use crate::command::on_path;
use crate::prerequisites::chromium;
use crate::progress::note;
use crate::webdriver::Browser;

const PERSON: &str = "olga@atalaya.example";
const DASHBOARD: &str = "/dashboards/operations";
const TILES: &str = "document.querySelectorAll('[aria-labelledby=tile-live-missing] tbody, [aria-labelledby=tile-live-errors] .figure-value').length === 2";
const ALIVE: &str = "document.documentElement.dataset.alive !== undefined";
const PATIENCE: Duration = Duration::from_secs(60);
/// The page's line is opened after the page is alive.
const OPENING: Duration = Duration::from_secs(5);

/// An open page that notes what its tiles show. It ends with its browser.
pub struct Page(Browser);

/// Milliseconds from writing an event's line to the frame that showed it, event by event.
pub struct Shown {
    /// As a row of a tile that lists events.
    pub rows_ms: Vec<f64>,
    /// Counted in the figure of a tile over a window.
    pub figures_ms: Vec<f64>,
}

impl Page {
    /// Absent, with the reason said, where there is no browser.
    pub fn open(portal: &Portal) -> Result<Option<Self>> {
        if chromium().is_none() || !on_path("chromedriver") {
            note("pixels: not measured, there is no Chromium with its chromedriver on the path");
            return Ok(None);
        }
        let browser = Browser::open(1440, 1800)?;
        browser.go(&format!("{}/sign-in", portal.address()))?;
        browser.fill("input[name=email]", PERSON)?;
        browser.fill("input[name=password]", &portal.home().new_password(PERSON)?)?;
        browser.click("form[action='/sign-in'] button")?;
        browser.wait_for("!location.pathname.startsWith('/sign-in')", Duration::from_secs(20))?;
        browser.go(&format!("{}{DASHBOARD}", portal.address()))?;
        browser.wait_for(ALIVE, PATIENCE)?;
        browser.wait_for(TILES, PATIENCE)?;
        sleep(OPENING);
        // After a line break, `return` would return nothing.
        let script = include_str!("page.js").lines().skip_while(|line| line.starts_with("//")).collect::<Vec<_>>().join("\n");
        browser.evaluate(&script)?;
        Ok(Some(Self(browser)))
    }

    /// How long the events took whose lines were written at these times, in order. Fails when one of them was never shown.
    pub fn shown(&self, written: &[u64]) -> Result<Shown> {
        let noted = self.0.evaluate("window.bench")?;
        let shown = waits(&noted, written);
        let places = [("rows", shown.rows_ms.len()), ("the figure", shown.figures_ms.len())];
        for (place, events) in places {
            ensure!(events == written.len(), "{place} of the page showed {events} of {} events", written.len());
        }
        Ok(shown)
    }
}

/// Those that were shown. The figure counts every event: the first noted is how many there were before.
fn waits(noted: &Value, written: &[u64]) -> Shown {
    let figures: Vec<(f64, f64)> = noted["figures"].as_array().into_iter().flatten().filter_map(|pair| Some((pair[0].as_f64()?, pair[1].as_f64()?))).collect();
    let before = figures.first().map_or(0.0, |(_, figure)| *figure);
    let row = |at: &u64| Some(noted["rows"][at.to_string()].as_f64()? - *at as f64);
    let counted = |(place, at): (usize, &u64)| {
        let (shown, _) = figures.iter().find(|(_, figure)| *figure > before + place as f64)?;
        Some(shown - *at as f64)
    };
    Shown { rows_ms: written.iter().filter_map(row).collect(), figures_ms: written.iter().enumerate().filter_map(counted).collect() }
}

#[cfg(test)]
mod tests {
    use super::waits;
    use serde_json::json;

    #[test]
    fn an_event_stands_there_with_its_row_and_with_the_figure_that_counts_it() {
        let noted = json!({ "rows": { "100": 350, "200": 350, "300": null }, "figures": [[90, 7], [400, 9], [900.0, 10]] });
        let shown = waits(&noted, &[100, 200, 300, 400]);
        assert_eq!(shown.rows_ms, [250.0, 150.0]);
        assert_eq!(shown.figures_ms, [300.0, 200.0, 600.0]);
    }
}
