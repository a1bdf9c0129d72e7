//! The geometry of the histogram: where bars and times stand, in parts of a hundred of its width and height.

use super::{
    asks::{Bar, FoundPage},
    time::local,
};
use crate::ui::figures::Figures;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Distances at which times are written.
const STEPS: [i64; 24] = [
    50,
    100,
    250,
    SECOND,
    5 * SECOND,
    10 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    365 * DAY,
];
/// At most so many times stand under the bars.
const TICKS: i64 = 8;

/// What the histogram spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub from_ms: i64,
    pub until_ms: i64,
    pub bar_ms: i64,
    /// Events that reach the top.
    pub most: u64,
}

/// One bar to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drawn {
    pub left: f64,
    pub width: f64,
    pub height: f64,
}

impl Scale {
    /// `None` where there is nothing to draw.
    pub fn of(page: &FoundPage) -> Option<Self> {
        let most = page.bars.iter().map(|bar| bar.events).max()?;
        (page.until_ms > page.from_ms && page.bar_ms > 0).then(|| Self {
            from_ms: page.from_ms,
            until_ms: page.until_ms,
            bar_ms: page.bar_ms,
            most: round_up(most),
        })
    }

    /// From left to right, 0 to 100; what lies outside the range stands at its end.
    pub fn place(&self, ms: i64) -> f64 {
        let span = (self.until_ms - self.from_ms) as f64;
        (((ms - self.from_ms) as f64) / span * 100.0).clamp(0.0, 100.0)
    }

    /// The first and last bar may reach beyond the range: they are cut there.
    pub fn draw(&self, bar: &Bar) -> Drawn {
        let (left, right) = (self.place(bar.from_ms), self.place(bar.from_ms.saturating_add(self.bar_ms)));
        let gap = (right - left) * 0.12;
        let height = if bar.events == 0 { 0.0 } else { (bar.events as f64 / self.most as f64 * 100.0).max(1.5) };
        Drawn { left: round(left + gap / 2.0), width: round((right - left - gap).max(0.0)), height: round(height) }
    }

    /// The bar (its start and end within the range) at a part of the width, 0 to 1.
    pub fn bar_at(&self, bars: &[Bar], part: f64) -> Option<(i64, i64)> {
        let ms = self.from_ms + ((self.until_ms - self.from_ms) as f64 * part.clamp(0.0, 1.0)) as i64;
        let bar = bars.iter().rev().find(|bar| bar.from_ms <= ms).or_else(|| bars.first())?;
        Some(self.span(bar))
    }

    /// Where a bar begins and ends within the range.
    pub fn span(&self, bar: &Bar) -> (i64, i64) {
        (bar.from_ms.max(self.from_ms), bar.from_ms.saturating_add(self.bar_ms).min(self.until_ms))
    }

    /// Round moments of the organisation's clock with their place and how they are written.
    pub fn ticks(&self, figures: &Figures) -> Vec<(f64, String)> {
        let span = self.until_ms - self.from_ms;
        let step = STEPS.into_iter().find(|step| span / step < TICKS).unwrap_or(span.max(1));
        let offset = local(self.from_ms, &figures.zone) - self.from_ms;
        let mut ms = (self.from_ms + offset).div_euclid(step) * step - offset;
        let mut ticks = Vec::new();
        while ms < self.until_ms {
            // A word at the very edge would be cut.
            if ms >= self.from_ms && (3.0..=97.0).contains(&self.place(ms)) {
                ticks.push((round(self.place(ms)), tick_text(ms, step, figures)));
            }
            ms += step;
        }
        ticks
    }
}

fn tick_text(ms: i64, step: i64, figures: &Figures) -> String {
    let midnight = local(ms, &figures.zone).rem_euclid(DAY) == 0;
    let moment = figures.moment(ms);
    let (day, clock) = moment.rsplit_once(' ').unwrap_or(("", &moment));
    match step {
        _ if step >= DAY || (midnight && step >= HOUR) => day.rsplit_once(' ').map_or(day, |(day, _)| day).to_owned(),
        step if step < SECOND => format!("{}.{:03}", figures.time_of_day(ms), ms.rem_euclid(1_000)),
        step if step < MINUTE => figures.time_of_day(ms),
        _ => clock.to_owned(),
    }
}

/// The next number that begins with 1, 2 or 5 and goes on with zeros; at least 1.
fn round_up(most: u64) -> u64 {
    let mut scale = 1_u64;
    loop {
        for step in [1, 2, 5] {
            match scale.checked_mul(step) {
                Some(top) if top >= most => return top,
                Some(_) => {}
                None => return most,
            }
        }
        let Some(next) = scale.checked_mul(10) else { return most };
        scale = next;
    }
}

/// Two decimals: server and browser write the same text.
fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::Language, visit::Zone};
    use std::sync::Arc;

    fn page(from_ms: i64, until_ms: i64, bar_ms: i64, events: &[u64]) -> FoundPage {
        let first = from_ms.div_euclid(bar_ms) * bar_ms;
        let bars = events.iter().enumerate().map(|(place, events)| Bar { from_ms: first + place as i64 * bar_ms, events: *events }).collect();
        FoundPage { from_ms, until_ms, bar_ms, bars, ..FoundPage::default() }
    }

    #[test]
    fn bars_fill_the_range_and_are_cut_at_its_ends() {
        let page = page(500, 2_500, 1_000, &[1, 0, 180]);
        let scale = Scale::of(&page).unwrap();
        assert_eq!(scale.most, 200);
        let drawn: Vec<Drawn> = page.bars.iter().map(|bar| scale.draw(bar)).collect();
        assert_eq!(drawn[0], Drawn { left: 1.5, width: 22.0, height: 1.5 });
        assert_eq!((drawn[1].left, drawn[1].height), (28.0, 0.0));
        assert_eq!(drawn[2], Drawn { left: 76.5, width: 22.0, height: 90.0 });
        assert_eq!(scale.bar_at(&page.bars, 0.0), Some((500, 1_000)));
        assert_eq!(scale.bar_at(&page.bars, 0.5), Some((1_000, 2_000)));
        assert_eq!(scale.bar_at(&page.bars, 1.0), Some((2_000, 2_500)));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(Scale::of(&FoundPage::default()), None);
        assert_eq!(Scale::of(&page(5, 5, 1, &[1])), None);
        assert_eq!(Scale::of(&page(0, 10, 1, &[0, 0])).map(|scale| scale.most), Some(1));
        assert_eq!(round_up(u64::MAX), u64::MAX);
        assert_eq!([round_up(11), round_up(50), round_up(501)], [20, 50, 1_000]);
    }

    #[test]
    fn times_stand_at_round_moments_of_the_organisations_clock() {
        let figures = Figures { language: Language::En, zone: Arc::new(Zone { offsets: vec![(0, 330)] }) };
        // 2026-11-24 12:20 UTC is 17:50 in a zone five and a half hours east.
        let from = 1_795_522_800_000;
        let ticks =
            |span| Scale { from_ms: from, until_ms: from + span, bar_ms: 1, most: 1 }.ticks(&figures).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(ticks(HOUR), ["18:00", "18:10", "18:20", "18:30", "18:40"]);
        assert_eq!(ticks(12 * HOUR), ["20:00", "22:00", "25 Nov", "02:00", "04:00"]);
        assert_eq!(ticks(3 * SECOND).first().map(String::as_str), Some("17:50:01"));
        for span in [1, 7, 999, 86_400_000, 400 * DAY, 4_000 * DAY] {
            assert!(ticks(span).len() <= 12, "{span}");
        }
    }
}
