//! A keyword list, and which terms it cannot hold.

use super::fold::fold;
use crate::Words;
use serde::{Deserialize, Serialize};

/// Longest term, in characters.
pub const TERM_CHARACTERS: usize = 200;
/// Most terms of one set, all lists together.
pub const TERMS_MOST: usize = 100_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    pub name: String,
    /// Words and phrases; letter case and typographic variants aside, they match whole words.
    pub terms: Vec<String>,
    /// A BCP 47 tag: posts in another language do not match; those whose source says no language do.
    #[serde(default)]
    pub language: Option<String>,
    /// Names of sources or kinds of them (`mastodon`); all when empty.
    #[serde(default)]
    pub sources: Vec<String>,
    pub on: bool,
}

impl Default for List {
    fn default() -> Self {
        Self { name: String::new(), terms: Vec::new(), language: None, sources: Vec::new(), on: true }
    }
}

/// Why a term or a set of lists cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("an empty term")]
    Empty,
    #[error("a single character")]
    Single,
    #[error("punctuation alone")]
    Punctuation,
    #[error("a term of more than 200 characters")]
    Long,
    #[error("more than 100,000 terms")]
    Many,
    #[error("the automaton cannot be built: {0}")]
    Automaton(String),
}

impl Unusable {
    /// What is wrong and what would do.
    pub fn words(&self) -> Words {
        match self {
            Self::Empty => Words::of("A term is empty: write a word or a phrase.", "Hay un término vacío: escriba una palabra o una frase."),
            Self::Single => Words::of(
                "A single character would match nearly everything: write at least two.",
                "Un solo carácter coincidiría con casi todo: escriba al menos dos.",
            ),
            Self::Punctuation => Words::of(
                "Punctuation alone would match nearly everything: write a word.",
                "Solo signos de puntuación coincidirían con casi todo: escriba una palabra.",
            ),
            Self::Long => Words::of(
                format!("A term has at most {TERM_CHARACTERS} characters: shorten it."),
                format!("Un término tiene como mucho {TERM_CHARACTERS} caracteres: acórtelo."),
            ),
            Self::Many => Words::of(
                format!("All lists together have at most {TERMS_MOST} terms: switch some off."),
                format!("Todas las listas juntas tienen como mucho {TERMS_MOST} términos: desactive algunas."),
            ),
            Self::Automaton(_) => {
                Words::of("The lists are too large to be compiled: switch some off.", "Las listas son demasiado grandes para compilarlas: desactive algunas.")
            }
        }
    }
}

/// A term as it is compared, or why it cannot be one.
pub fn check(term: &str) -> Result<String, Unusable> {
    if term.chars().count() > TERM_CHARACTERS {
        return Err(Unusable::Long);
    }
    let folded = fold(term);
    let mut characters = folded.chars();
    match (characters.next(), characters.next()) {
        (None, _) => Err(Unusable::Empty),
        (Some(_), None) => Err(Unusable::Single),
        _ if folded.bytes().all(|byte| byte.is_ascii_punctuation() || byte == b' ') => Err(Unusable::Punctuation),
        _ => Ok(folded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ft_s19_empty_and_single_letter_terms_are_refused() {
        for (term, why) in [
            ("", Unusable::Empty),
            (" \u{200b}\t", Unusable::Empty),
            ("a", Unusable::Single),
            (" Ñ ", Unusable::Single),
            ("e\u{301}", Unusable::Single),
            ("--", Unusable::Punctuation),
            (". .", Unusable::Punctuation),
            (&"a".repeat(201), Unusable::Long),
        ] {
            assert_eq!(check(term), Err(why.clone()), "{term:?}");
            assert!(!why.words().en.is_empty() && !why.words().es.is_empty());
        }
        for (term, folded) in
            [("C++", "c++"), ("Straße", "strasse"), ("  Data\n Platform ", "data platform"), ("東京", "東京"), ("ＡＢＣ", "abc"), ("🔥🔥", "🔥🔥")]
        {
            assert_eq!(check(term).as_deref(), Ok(folded), "{term}");
        }
    }
}
