//! Kinds, tags, freshness and checks in words.

use super::{
    asks::{EntryCard, EntryKind, NodeKind, PERSONAL, Quality},
    words,
};
use crate::{
    text::Language,
    ui::{calendar::now_ms, chip::Mood, figures::Figures},
};

pub fn kind_name(kind: EntryKind, language: Language) -> &'static str {
    match kind {
        EntryKind::Mart => words::mart(language),
        EntryKind::Stream => words::stream(language),
        EntryKind::Model => words::model(language),
        EntryKind::Table => words::table(language),
    }
}

/// What one of these is called.
pub fn node_name(kind: NodeKind, language: Language) -> &'static str {
    match kind {
        NodeKind::Job => words::job(language),
        NodeKind::Source => words::source(language),
        NodeKind::Listener => words::listener(language),
        NodeKind::Stream => words::stream(language),
        NodeKind::Table => words::table(language),
        NodeKind::Model => words::model(language),
        NodeKind::Mart => words::mart(language),
        NodeKind::Dashboard => words::dashboard(language),
        NodeKind::Question => words::question(language),
        NodeKind::Statement => words::statement(language),
        NodeKind::Search => words::search(language),
        NodeKind::Report => words::report(language),
    }
}

/// What several of these are called.
pub fn stage_name(kind: NodeKind, language: Language) -> &'static str {
    match kind {
        NodeKind::Job => words::jobs(language),
        NodeKind::Source => words::sources(language),
        NodeKind::Listener => words::listeners(language),
        NodeKind::Stream => words::streams(language),
        NodeKind::Table => words::tables(language),
        NodeKind::Model => words::models(language),
        NodeKind::Mart => words::marts(language),
        NodeKind::Dashboard => words::dashboards(language),
        NodeKind::Question => words::questions(language),
        NodeKind::Statement => words::statements(language),
        NodeKind::Search => words::searches(language),
        NodeKind::Report => words::reports(language),
    }
}

pub fn tag_name(tag: &str, language: Language) -> String {
    if tag == PERSONAL { words::personal(language).to_owned() } else { tag.to_owned() }
}

/// `published today 02:14`, `as it happens`.
pub fn freshness_text(card: &EntryCard, figures: &Figures) -> String {
    match card.published_ms {
        Some(ms) => format!("{} {}", words::published(figures.language), figures.when(ms, now_ms())),
        None => words::goes_on(figures.language).to_owned(),
    }
}

pub fn quality_name(quality: Quality, language: Language) -> (&'static str, Mood) {
    match quality {
        Quality::Unchecked => (words::unchecked(language), Mood::Plain),
        Quality::Passed => (words::passed(language), Mood::Good),
        Quality::Failed => (words::failed(language), Mood::Lamp),
    }
}
