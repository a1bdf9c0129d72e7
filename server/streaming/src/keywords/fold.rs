//! Text as keywords are compared in it: normalised (NFKC), letter case folded, spaces made one.

use caseless::Caseless;
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// Compatibility variants, letter case, invisible characters and the width of spaces make no difference. Folding what is folded
/// changes nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return spaced(text.bytes().map(|byte| char::from(byte.to_ascii_lowercase())), text.len());
    }
    let folded = text.chars().filter(|character| !is_invisible(*character)).nfd().default_case_fold().nfkc();
    // Twice, as Unicode's compatibility caseless matching wants: the first round may bring out letters that fold again.
    spaced(folded.default_case_fold().nfkc(), text.len())
}

fn spaced(characters: impl Iterator<Item = char>, length: usize) -> String {
    let mut spaced = String::with_capacity(length);
    for character in characters {
        if !character.is_whitespace() {
            spaced.push(character);
        } else if !spaced.is_empty() && !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    if spaced.ends_with(' ') {
        spaced.pop();
    }
    spaced
}

/// Soft hyphens, joiners, marks of direction, variation selectors: put into words so that they are not found.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Where words of a folded text begin and end.
pub struct Boundaries<'a> {
    text: &'a str,
    /// Of UAX #29, found when they are first needed: most matches are told by their neighbours alone.
    segments: Option<Vec<usize>>,
}

impl<'a> Boundaries<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, segments: None }
    }

    /// Whether a word may begin or end at this byte: where a letter meets what is none, and (for scripts that write no spaces)
    /// where Unicode's segmentation parts two letters.
    pub fn is_at(&mut self, at: usize) -> bool {
        let before = self.text.get(..at).and_then(|before| before.chars().next_back());
        let after = self.text.get(at..).and_then(|after| after.chars().next());
        let (Some(before), Some(after)) = (before, after) else { return true };
        if is_combining_mark(after) {
            return false;
        }
        if !is_of_word(before) || !is_of_word(after) {
            return true;
        }
        if before.is_ascii() && after.is_ascii() {
            return false;
        }
        let segments = self.segments.get_or_insert_with(|| self.text.split_word_bound_indices().map(|(start, _)| start).collect());
        segments.binary_search(&at).is_ok()
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_' || is_combining_mark(character)
}

/// The first part of a BCP 47 tag, in lower case: `pt` of `pt-BR`.
pub fn primary(tag: &str) -> Cow<'_, str> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    if primary.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(primary.to_ascii_lowercase()) } else { Cow::Borrowed(primary) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_become_one() {
        for (text, folded) in [
            ("Ärger", "ärger"),
            ("A\u{308}RGER", "ärger"),
            ("STRASSE straße ﬁn", "strasse strasse fin"),
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("ＫＡＴＡﾊﾟ", "kataパ"),
            ("so\u{ad}ft\u{200b}er", "softer"),
            (" a\u{a0}\n\tb ", "a b"),
            ("İ", "i\u{307}"),
            ("①②", "12"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(folded), folded, "{text}");
        }
    }

    #[test]
    fn words_begin_and_end() {
        for (text, word, is_word) in [
            ("the atalaya's view", "atalaya", true),
            ("atalayas", "atalaya", false),
            ("a_atalaya", "atalaya", false),
            ("(atalaya)", "atalaya", true),
            ("visit atalaya.example", "atalaya", true),
            ("añoranza", "ñoranza", false),
            ("我住在東京都", "東京", true),
            ("क्षमा", "क", false),
            ("#rust-lang", "#rust", true),
            ("c++17", "c++", true),
        ] {
            let start = text.find(word).unwrap();
            let mut boundaries = Boundaries::new(text);
            assert_eq!(boundaries.is_at(start) && boundaries.is_at(start + word.len()), is_word, "{word} in {text}");
        }
    }
}
