//! Answers about streams as they run: the list, and one with its history.

use super::{
    rules::{self, Span},
    store,
};
use crate::{
    access::Permit,
    database::now_ms,
    fault::Result,
    portal::Portal,
    search::stream::Stream,
    streaming::{
        processor,
        stream::{administered, administered_one},
        windows,
    },
    warehouse::charts::{Over, over_time},
};
use app::{
    streaming::{
        asks::{GapCard, LineCard, LineFigures, LineState, LineView, ListLines, MissedCard, OpenLine},
        words,
    },
    text::{Language, Text},
    warehouse::asks::ChartKind,
};

/// What "now" looks back over.
const NOW_MS: i64 = 60_000;
/// Gaps that are shown.
const GAPS: i64 = 50;

pub async fn list(portal: Portal, permit: Permit, _ask: ListLines) -> Result<Vec<LineCard>> {
    let mut cards = Vec::new();
    for stream in administered(&portal, &permit).await? {
        cards.push(card(&portal, stream).await?);
    }
    Ok(cards)
}

pub async fn open(portal: Portal, permit: Permit, ask: OpenLine) -> Result<LineView> {
    permit.about(format!("stream {}", ask.name), serde_json::Value::Null);
    let stream = administered_one(&portal, &permit, &ask.name).await?;
    let until_ms = now_ms();
    let span = Span { from_ms: until_ms - i64::from(ask.minutes.clamp(10, 1_440)) * 60_000, until_ms };
    let samples = store::since(&portal.database, &stream.name, span.from_ms).await?;
    let gaps = processor::store::gaps(&portal.database, &stream.name, GAPS).await?;
    let missed = windows::store::missed(&portal.database, &stream.name).await?;
    let history = rules::history(&samples, span);
    Ok(LineView {
        notes: portal.bus.notes().into_iter().map(|note| Text::of(note.en, note.es)).collect(),
        stages: rules::stages(&samples, span),
        speed_chart: speed(&history, ask.language),
        waiting_chart: waiting(&history, ask.language),
        history,
        gaps: gaps
            .into_iter()
            .map(|gap| GapCard {
                found_ms: gap.found_ms,
                place: format!("{}/{}", gap.partition.topic, gap.partition.partition),
                from: gap.from,
                until: gap.until,
            })
            .collect(),
        missed: missed.into_iter().map(|(window, missed)| MissedCard { window, late: missed.late, beyond: missed.beyond }).collect(),
        card: card(&portal, stream).await?,
    })
}

fn speed(history: &[LineFigures], language: Language) -> String {
    let lines = [
        Over { name: words::read(language).to_owned(), points: history.iter().map(|point| point.read_per_second).collect() },
        Over { name: words::indexed(language).to_owned(), points: history.iter().map(|point| point.indexed_per_second).collect() },
    ];
    over_time(language, &times(history), &lines, "format:compact", ChartKind::Line).to_string()
}

fn waiting(history: &[LineFigures], language: Language) -> String {
    let lines = [
        Over { name: words::lag(language).to_owned(), points: history.iter().map(|point| point.lag as f64).collect() },
        Over { name: words::age(language).to_owned(), points: history.iter().map(|point| point.age_seconds).collect() },
    ];
    over_time(language, &times(history), &lines, "format:compact", ChartKind::Line).to_string()
}

fn times(history: &[LineFigures]) -> Vec<i64> {
    history.iter().map(|point| point.at_ms).collect()
}

async fn card(portal: &Portal, stream: Stream) -> Result<LineCard> {
    let until_ms = now_ms();
    let span = Span { from_ms: until_ms - NOW_MS, until_ms };
    let samples = store::since(&portal.database, &stream.name, span.from_ms).await?;
    let (now, blocked) = rules::now(&samples, span);
    let state = match (samples.is_empty(), blocked) {
        (true, _) => LineState::Stopped,
        (false, true) => LineState::Waiting,
        (false, false) => LineState::Running,
    };
    Ok(LineCard { name: stream.name, title: stream.described.title, department: stream.department, state, now: LineFigures { at_ms: until_ms, ..now } })
}
