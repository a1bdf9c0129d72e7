//! Samples of several processes to figures over time: counters to rates, gauges added up. Pure.

use super::{Figures, store::Sample};
use app::streaming::asks::{LineFigures, StageCard};
use std::collections::BTreeMap;

/// The time that is looked at, in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub from_ms: i64,
    pub until_ms: i64,
}

/// Points of a history.
const POINTS: i64 = 120;
/// Samples come every ten seconds: a narrower point would often be empty.
const NARROWEST_MS: i64 = 10_000;

/// One point for each part of the span in which there is a sample.
pub fn history(samples: &[Sample], span: Span) -> Vec<LineFigures> {
    let width_ms = ((span.until_ms - span.from_ms) / POINTS).max(NARROWEST_MS);
    let mut parts: BTreeMap<i64, Vec<&Sample>> = BTreeMap::new();
    for sample in samples {
        parts.entry((sample.at_ms - span.from_ms).div_euclid(width_ms)).or_default().push(sample);
    }
    let mut before: BTreeMap<&str, &Sample> = BTreeMap::new();
    let mut points = Vec::new();
    for (part, samples) in parts {
        let mut point = gauges(&samples);
        point.at_ms = span.from_ms + part * width_ms;
        for sample in samples {
            if let Some(earlier) = before.insert(&sample.process, sample) {
                point.read_per_second += counted(earlier, sample, |figures| figures.read) as f64 * 1_000.0 / width_ms as f64;
                point.indexed_per_second += counted(earlier, sample, |figures| figures.indexed) as f64 * 1_000.0 / width_ms as f64;
            }
        }
        points.push(point);
    }
    points
}

/// Figures of the span's end, and whether a process says that it waits.
pub fn now(samples: &[Sample], span: Span) -> (LineFigures, bool) {
    let newest: BTreeMap<&str, &Sample> = samples.iter().map(|sample| (sample.process.as_str(), sample)).collect();
    let newest: Vec<&Sample> = newest.into_values().collect();
    let mut figures = gauges(&newest);
    figures.read_per_second = rate(samples, span, |figures| figures.read);
    figures.indexed_per_second = rate(samples, span, |figures| figures.indexed);
    (figures, newest.iter().any(|sample| sample.figures.blocked != 0))
}

/// One of the figures.
type Figure = fn(&Figures) -> u64;

/// What passed each stage.
pub fn stages(samples: &[Sample], span: Span) -> Vec<StageCard> {
    let stages: [(&str, Figure); 11] = [
        ("read", |figures| figures.read),
        ("parsed", |figures| figures.parsed),
        ("filtered", |figures| figures.filtered),
        ("duplicate", |figures| figures.duplicate),
        ("dead_letter", |figures| figures.dead),
        ("indexed", |figures| figures.indexed),
        ("windowed", |figures| figures.windowed),
        ("late", |figures| figures.late),
        ("beyond", |figures| figures.beyond),
        ("archived", |figures| figures.archived),
        ("gap", |figures| figures.missing),
    ];
    let card = |(stage, of): (&str, Figure)| StageCard { stage: stage.to_owned(), events: total(samples, of), per_second: rate(samples, span, of) };
    stages.into_iter().map(card).collect()
}

fn gauges(samples: &[&Sample]) -> LineFigures {
    // Of each process its last one in this part.
    let newest: BTreeMap<&str, &Figures> = samples.iter().map(|sample| (sample.process.as_str(), &sample.figures)).collect();
    newest.values().fold(LineFigures::default(), |sum, figures| LineFigures {
        lag: sum.lag + figures.lag,
        age_seconds: sum.age_seconds.max(figures.age_seconds),
        queue_bytes: sum.queue_bytes + figures.queue_bytes,
        // Every process counts the same letters.
        dead_letters: sum.dead_letters.max(figures.dead_letters),
        ..sum
    })
}

/// Over all processes, from each one's first sample on.
fn total(samples: &[Sample], of: fn(&Figures) -> u64) -> u64 {
    let mut before: BTreeMap<&str, &Sample> = BTreeMap::new();
    samples.iter().filter_map(|sample| Some(counted(before.insert(&sample.process, sample)?, sample, of))).sum()
}

fn rate(samples: &[Sample], span: Span, of: fn(&Figures) -> u64) -> f64 {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return 0.0 };
    let milliseconds = (last.at_ms.min(span.until_ms) - first.at_ms).max(1);
    if samples.len() < 2 { 0.0 } else { total(samples, of) as f64 * 1_000.0 / milliseconds as f64 }
}

fn counted(earlier: &Sample, later: &Sample, of: fn(&Figures) -> u64) -> u64 {
    of(&later.figures).saturating_sub(of(&earlier.figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(process: &str, at_ms: i64, read: u64, lag: i64) -> Sample {
        Sample { stream: "web".into(), process: process.into(), at_ms, figures: Figures { read, lag, dead_letters: 4, ..Figures::default() } }
    }

    #[test]
    fn rates_add_up_over_processes_and_a_restart_is_no_step_back() {
        let samples = [sample("a", 0, 1_000, 5), sample("b", 0, 0, 1), sample("a", 10_000, 2_000, 7), sample("b", 10_000, 500, 2), sample("c", 20_000, 10, 3)];
        let span = Span { from_ms: 0, until_ms: 20_000 };
        let points = history(&samples, span);
        assert_eq!(points.iter().map(|point| point.read_per_second).collect::<Vec<_>>(), [0.0, 150.0, 0.0]);
        assert_eq!(points.iter().map(|point| point.lag).collect::<Vec<_>>(), [6, 9, 3]);
        assert_eq!(points[1].dead_letters, 4);
        assert_eq!(stages(&samples, span)[0].events, 1_500);
        assert_eq!(now(&samples[..4], Span { from_ms: 0, until_ms: 10_000 }).0.read_per_second, 150.0);
    }
}
