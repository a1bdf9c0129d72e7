//! What words a text is made of: one rule for every engine, so that both find the same.

use std::{borrow::Cow, ops::Range};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of one word at most; what is longer goes on as a further word.
const LONGEST_WORD: usize = 120;

/// Words in order, folded (letter case, accents, full-width forms), each with the bytes of the text that it comes from. A word is a run
/// of letters and digits; ideographs and signs of the emoji blocks stand for themselves, one by one.
pub fn words(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

/// As it is compared: `Sesión` and `SESION` are one word.
pub fn folded(word: &str) -> Cow<'_, str> {
    if word.is_ascii() && !word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Borrowed(word);
    }
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    Cow::Owned(folded)
}

/// Puts it behind what is there.
pub(crate) fn fold_into(word: &str, folded: &mut String) {
    if word.is_ascii() {
        folded.push_str(word);
        let from = folded.len() - word.len();
        folded[from..].make_ascii_lowercase();
        return;
    }
    for letter in word.nfkd().flat_map(char::to_lowercase) {
        match letter {
            // Marks over Latin, Greek and Cyrillic letters; those of other scripts tell words apart.
            '\u{300}'..='\u{36f}' => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            other => folded.push(other),
        }
    }
}

pub struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = (Range<usize>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let word = self.run()?;
            let folded = folded(&self.text[word.clone()]);
            // A run of nothing but marks.
            if !folded.is_empty() {
                return Some((word, folded));
            }
        }
    }
}

impl Words<'_> {
    /// The next run, not folded; one of nothing but marks folds to nothing.
    pub(crate) fn run(&mut self) -> Option<Range<usize>> {
        let mut from = None;
        let mut length = 0;
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while at < bytes.len() {
            let (part, size) = match bytes[at] {
                byte if byte.is_ascii_alphanumeric() => (Part::Letter, 1),
                byte if byte.is_ascii() => (Part::Between, 1),
                _ => match self.text[at..].chars().next() {
                    Some(letter) => (part(letter), letter.len_utf8()),
                    None => break,
                },
            };
            match (part, from) {
                (Part::Letter, None) => (from, length) = (Some(at), 1),
                (Part::Letter, Some(_)) if length < LONGEST_WORD => length += 1,
                (Part::Between, None) => {}
                (Part::Alone, None) => {
                    self.at = at + size;
                    return Some(at..at + size);
                }
                (_, Some(from)) => {
                    self.at = at;
                    return Some(from..at);
                }
            }
            at += size;
        }
        self.at = at;
        from.map(|from| from..at)
    }
}

#[derive(Clone, Copy)]
enum Part {
    Letter,
    /// A word of its own.
    Alone,
    Between,
}

fn part(letter: char) -> Part {
    match letter {
        '\u{2e80}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
            if letter.is_alphanumeric() =>
        {
            Part::Alone
        }
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => Part::Alone,
        letter if letter.is_alphanumeric() || is_combining_mark(letter) => Part::Letter,
        _ => Part::Between,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        words(text).map(|(_, word)| word.into_owned()).collect()
    }

    #[test]
    fn words_are_folded_runs_of_letters_and_digits() {
        assert_eq!(list("GET /apple-touch-icon.png?a_b=1"), ["get", "apple", "touch", "icon", "png", "a", "b", "1"]);
        assert_eq!(list("La Sesión de Ñandú, straße; ＦＵＬＬ"), ["la", "sesion", "de", "nandu", "strasse", "full"]);
        assert_eq!(list("東京 ok👍"), ["東", "京", "ok", "👍"]);
        assert_eq!(list(" --- \u{301} \0"), Vec::<String>::new());
    }

    #[test]
    fn ranges_are_the_bytes_of_the_text_whatever_folding_makes_of_them() {
        let text = "¿Qué? sesio\u{301}n Straße 東";
        let found: Vec<&str> = words(text).map(|(range, _)| &text[range]).collect();
        assert_eq!(found, ["Qué", "sesio\u{301}n", "Straße", "東"]);
    }

    #[test]
    fn a_long_word_goes_on_as_a_further_one() {
        let long = "é".repeat(LONGEST_WORD + 5);
        assert_eq!(list(&long).iter().map(String::len).collect::<Vec<_>>(), [LONGEST_WORD, 5]);
    }
}
