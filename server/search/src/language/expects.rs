//! What may be written next in a query that is not finished: for completion.

use super::parser::is_name;
use crate::shape::Field;

/// At one place of a query. Places are in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// What a completion replaces, and what of it stands before the place already, quotes and backslashes taken away.
    pub from: usize,
    pub until: usize,
    pub written: String,
    /// Names of fields that begin so.
    pub fields: Vec<String>,
    /// `AND`, `OR`, `NOT`, `TO`.
    pub operators: Vec<&'static str>,
    /// Values of this field fit.
    pub values_of: Option<String>,
}

/// Over the fields that a share opens: others are as if they did not exist.
pub fn expects(text: &str, at: usize, fields: &[Field]) -> Expected {
    let letters: Vec<char> = text.chars().collect();
    let at = at.min(letters.len());
    let mut scan = Scan { letters: &letters, fields, stack: Vec::new(), pending: None, conditions: 0 };
    let mut from = 0;
    loop {
        let until = scan.piece_end(from);
        if until >= at || until == from {
            return scan.expected(from, until, at);
        }
        scan.pass(from, until);
        from = until;
    }
}

struct Scan<'a> {
    letters: &'a [char],
    fields: &'a [Field],
    /// Of each open parenthesis or bracket: the field it belongs to, and whether it is a range.
    stack: Vec<(Option<String>, bool)>,
    /// `field:` was just read.
    pending: Option<String>,
    /// Conditions read since the last opening or operator.
    conditions: usize,
}

impl Scan<'_> {
    /// Pieces: white space, one parenthesis or bracket, a phrase, a `field:`, a word.
    fn piece_end(&self, from: usize) -> usize {
        let Some(first) = self.letters.get(from) else { return from };
        let rest = &self.letters[from..];
        let in_range = self.stack.last().is_some_and(|(_, range)| *range);
        if first.is_whitespace() {
            return from + rest.iter().take_while(|letter| letter.is_whitespace()).count();
        }
        if matches!(first, '(' | ')') || (self.pending.is_some() && matches!(first, '[' | '{')) || (in_range && matches!(first, ']' | '}')) {
            return from + 1;
        }
        if *first == '"' {
            let mut escaped = false;
            let closed = rest[1..].iter().position(|letter| {
                let closes = *letter == '"' && !escaped;
                escaped = *letter == '\\' && !escaped;
                closes
            });
            return closed.map_or(self.letters.len(), |closed| from + closed + 2);
        }
        if let Some(named) = self.name_end(from) {
            return named;
        }
        let mut escaped = false;
        from + rest
            .iter()
            .take_while(|letter| {
                let ends = !escaped && (letter.is_whitespace() || matches!(letter, '(' | ')' | '"') || in_range && matches!(letter, ']' | '}'));
                escaped = **letter == '\\' && !escaped;
                !ends
            })
            .count()
    }

    /// After `name:`, `name>`, `name>=` and the like, where a field may be named.
    fn name_end(&self, from: usize) -> Option<usize> {
        let free = self.pending.is_none() && self.stack.last().is_none_or(|(field, _)| field.is_none());
        let name = self.letters[from..].iter().skip_while(|letter| **letter == '-').take_while(|letter| is_name(**letter)).count();
        let skipped = self.letters[from..].iter().take_while(|letter| **letter == '-').count();
        let mut end = from + skipped + name;
        if !free || name == 0 || !matches!(self.letters.get(end), Some(':' | '<' | '>')) {
            return None;
        }
        if self.letters[end] == ':' {
            end += 1;
        }
        if matches!(self.letters.get(end), Some('<' | '>')) {
            end += 1;
            end += usize::from(self.letters.get(end) == Some(&'='));
        }
        Some(end)
    }

    /// A piece that lies before the place.
    fn pass(&mut self, from: usize, until: usize) {
        let piece: String = self.letters[from..until].iter().collect();
        if piece.trim().is_empty() {
            return;
        }
        let named = self.name_end(from).is_some();
        match piece.as_str() {
            "(" | "[" | "{" => {
                let inherited = self.stack.last().and_then(|(field, _)| field.clone());
                self.stack.push((self.pending.take().or(inherited), piece != "("));
                self.conditions = 0;
            }
            ")" | "]" | "}" if !self.stack.is_empty() => {
                self.stack.pop();
                self.conditions = 1;
            }
            "AND" | "OR" | "NOT" => self.conditions = 0,
            _ if named => {
                let name: String = piece.trim_start_matches('-').chars().take_while(|letter| is_name(*letter)).collect();
                self.pending = Some(name);
            }
            _ => {
                self.pending = None;
                self.conditions += 1;
            }
        }
    }

    /// The place lies in this piece or at its end.
    fn expected(&mut self, from: usize, until: usize, at: usize) -> Expected {
        let piece = &self.letters[from..until];
        let space = piece.iter().all(|letter| letter.is_whitespace());
        let closing = at == until && matches!(piece, [')' | '(' | '[' | '{' | ']' | '}']);
        let quoted_whole = at == until && piece.len() > 1 && piece.first() == Some(&'"') && piece.last() == Some(&'"');
        let named = self.name_end(from).is_some() && at == until;
        if space || closing || named || quoted_whole {
            self.pass(from, until);
            // A word that begins right behind the place is what a completion replaces.
            return self.at_word(at, at, at);
        }
        let quote = usize::from(piece.first() == Some(&'"'));
        let denied = if quote == 0 && self.value_field().is_none() { piece.iter().take_while(|letter| **letter == '-').count() } else { 0 };
        let mut expected = self.at_word((from + denied).min(at), until, at);
        if quote == 1 {
            (expected.fields, expected.operators) = (Vec::new(), Vec::new());
            // Not yet behind the quote: nothing of it is written.
            expected.written.drain(..expected.written.len().min(1));
        }
        expected
    }

    fn at_word(&self, from: usize, until: usize, at: usize) -> Expected {
        let mut escaped = false;
        let written: String = self.letters[from..at]
            .iter()
            .filter(|letter| {
                escaped = **letter == '\\' && !escaped;
                !escaped
            })
            .collect();
        let mut expected = Expected { from, until, written, ..Expected::default() };
        if let Some(name) = self.value_field() {
            expected.values_of = self.fields.iter().find(|field| field.name == name).map(|field| field.name.clone());
            if self.stack.last().is_some_and(|(_, range)| *range) && self.conditions == 1 {
                expected.operators = starting(&["TO"], &expected.written);
            } else if self.pending.is_none() && self.conditions > 0 {
                expected.operators = starting(&["AND", "OR", "NOT"], &expected.written);
            }
            return expected;
        }
        expected.fields = self.fields.iter().filter(|field| field.name.starts_with(&expected.written)).map(|field| field.name.clone()).collect();
        let operators: &[&str] = if self.conditions > 0 { &["AND", "OR", "NOT"] } else { &["NOT"] };
        expected.operators = starting(operators, &expected.written);
        expected
    }

    fn value_field(&self) -> Option<&str> {
        self.pending.as_deref().or_else(|| self.stack.last().and_then(|(field, _)| field.as_deref()))
    }
}

fn starting(words: &[&'static str], written: &str) -> Vec<&'static str> {
    words.iter().copied().filter(|word| word.starts_with(&written.to_uppercase())).collect()
}
