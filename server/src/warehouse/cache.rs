//! Answers kept in memory: a key holds the fingerprint of the reader's share, the version and all that was asked (A27, A28).

use app::warehouse::asks::{AskQuestion, Question};
use app::{text::Language, warehouse::asks::Answer};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use warehouse::GovernedMart;

/// Bounded by bytes; one computation at a time for one key, the others wait for it.
pub struct Cache {
    answers: moka::future::Cache<[u8; 32], Arc<Answer>>,
    figures: moka::future::Cache<[u8; 32], Figures>,
}

/// What is known of a mart in one share: for freshness lines and relative periods.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub up_to: Option<chrono::NaiveDate>,
    pub rows: u64,
}

impl Cache {
    pub fn new(bytes: u64) -> Self {
        let answers = moka::future::Cache::builder().max_capacity(bytes).weigher(|_, answer: &Arc<Answer>| weight(answer)).build();
        Self { answers, figures: moka::future::Cache::new(10_000) }
    }

    pub fn answers(&self) -> &moka::future::Cache<[u8; 32], Arc<Answer>> {
        &self.answers
    }

    pub fn figures(&self) -> &moka::future::Cache<[u8; 32], Figures> {
        &self.figures
    }
}

/// Rough bytes of an answer: cells and the chart's option.
fn weight(answer: &Answer) -> u32 {
    let cells = answer.rows.len() * answer.columns.len() * 40;
    let option = if answer.option.is_some() { cells } else { 0 };
    u32::try_from(cells + option + 1024).unwrap_or(u32::MAX)
}

/// Key of one asked question in one share at one version.
pub fn answer_key(mart: &GovernedMart, asked: &AskQuestion) -> [u8; 32] {
    key(mart, &asked.question, &format!("{:?} {}", asked.chart, asked.language.tag()))
}

/// Key of a mart's figures.
pub fn figures_key(mart: &GovernedMart) -> [u8; 32] {
    key(mart, &Question { mart: mart.name().to_owned(), ..Question::default() }, Language::En.tag())
}

fn key(mart: &GovernedMart, question: &Question, shown: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [mart.fingerprint(), &mart.version().to_string(), &serde_json::to_string(question).unwrap_or_default(), shown] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
