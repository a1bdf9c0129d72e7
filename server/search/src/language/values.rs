//! Values as a query writes them, made into conditions by what their field holds.

use super::{Query, Wildcard, WrongQuery, time};
use crate::{
    Value,
    shape::{Field, FieldKind},
    text,
};

/// Characters of one value, each with whether a backslash took its meaning; where it stands, in characters of the query.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) at: usize,
    pub(super) length: usize,
    pub(super) letters: Vec<(char, bool)>,
    /// In quotes `*` and `?` are themselves.
    pub(super) quoted: bool,
}

impl Written {
    pub(super) fn text(&self) -> String {
        self.letters.iter().map(|(letter, _)| letter).collect()
    }

    pub(super) fn is_bare(&self, word: &str) -> bool {
        !self.quoted && self.letters.iter().all(|(_, escaped)| !escaped) && self.letters.iter().map(|(letter, _)| *letter).eq(word.chars())
    }

    fn has_wildcard(&self) -> bool {
        !self.quoted && self.letters.iter().any(|letter| is_wildcard(*letter))
    }

    /// With a backslash before what is meant as it is.
    fn pattern(&self) -> String {
        let mut pattern = String::new();
        for (letter, escaped) in &self.letters {
            if matches!(letter, '*' | '?' | '\\') && (*escaped || *letter == '\\') {
                pattern.push('\\');
            }
            pattern.push(*letter);
        }
        pattern
    }

    fn wildcard(&self, field: Option<&Field>) -> Result<Query, WrongQuery> {
        let keyword = field.is_some_and(|field| field.kind == FieldKind::Keyword);
        if !keyword && self.letters.first().is_some_and(|letter| is_wildcard(*letter)) {
            return Err(WrongQuery::leading_wildcard(self.at));
        }
        let pattern = self.pattern();
        match Wildcard::new(&pattern) {
            Some(_) => Ok(Query::Wildcard { field: field.map(|field| field.name.clone()), pattern }),
            None => Err(WrongQuery::pattern_too_long(self.at, self.length)),
        }
    }
}

fn is_wildcard((letter, escaped): (char, bool)) -> bool {
    !escaped && matches!(letter, '*' | '?')
}

/// A value without a field.
pub(super) fn free(written: &Written) -> Result<Query, WrongQuery> {
    if written.is_bare("*") {
        return Ok(Query::All);
    }
    if written.has_wildcard() {
        return written.wildcard(None);
    }
    let text = written.text();
    Ok(if written.quoted { Query::Phrase { field: None, words: text } } else { Query::Word { field: None, word: text } })
}

/// A value of a field.
pub(super) fn of(field: &Field, written: &Written) -> Result<Query, WrongQuery> {
    let name = field.name.clone();
    if written.is_bare("*") {
        return Ok(Query::Exists { field: name });
    }
    match field.kind {
        FieldKind::Keyword | FieldKind::Text if written.has_wildcard() => written.wildcard(Some(field)),
        FieldKind::Keyword => Ok(Query::Word { field: Some(name), word: written.text() }),
        FieldKind::Text => {
            let text = written.text();
            match text::words(&text).next() {
                None => Err(WrongQuery::nothing_to_find(written.at, written.length)),
                Some(_) if written.quoted => Ok(Query::Phrase { field: Some(name), words: text }),
                Some(_) => Ok(Query::Word { field: Some(name), word: text }),
            }
        }
        _ if written.has_wildcard() => Err(WrongQuery::no_wildcard(written.at, written.length, &field.name)),
        _ => Ok(match typed(field, written)? {
            Typed::Exact(value) => Query::Is { field: name, value },
            Typed::Span(from, until) => Query::Range { field: name, from: Some((Value::Timestamp(from), true)), until: Some((Value::Timestamp(until), false)) },
        }),
    }
}

/// `>`, `>=`, `<`, `<=`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Comparison {
    pub(super) above: bool,
    pub(super) inclusive: bool,
}

/// One bound of a range. What is as wide as a day begins at its start and ends at its end, whichever bound it is.
pub(super) fn bound(field: &Field, comparison: Comparison, written: &Written) -> Result<(Value, bool), WrongQuery> {
    if matches!(field.kind, FieldKind::Bool | FieldKind::Text) {
        return Err(WrongQuery::no_range(written.at, written.length, &field.name));
    }
    if written.has_wildcard() {
        return Err(WrongQuery::range_form(written.at, written.length));
    }
    Ok(match typed(field, written)? {
        Typed::Exact(value) => (value, comparison.inclusive),
        Typed::Span(from, until) => match (comparison.above, comparison.inclusive) {
            (true, true) => (Value::Timestamp(from), true),
            (true, false) => (Value::Timestamp(until), true),
            (false, true) => (Value::Timestamp(until), false),
            (false, false) => (Value::Timestamp(from), false),
        },
    })
}

enum Typed {
    Exact(Value),
    /// A time that is wider than a millisecond.
    Span(i64, i64),
}

fn typed(field: &Field, written: &Written) -> Result<Typed, WrongQuery> {
    let text = written.text();
    let not = |what| WrongQuery::not_a(written.at, written.length, &field.name, what);
    match field.kind {
        FieldKind::Keyword | FieldKind::Text => Ok(Typed::Exact(Value::Text(text))),
        FieldKind::Integer => text
            .parse()
            .map(|value| Typed::Exact(Value::Integer(value)))
            .map_err(|_| not(("whole numbers; write one, such as 404", "números enteros; escriba uno, como 404"))),
        FieldKind::Number => match text.parse::<f64>() {
            // Minus nought is nought.
            Ok(value) if value.is_finite() => Ok(Typed::Exact(Value::Number(value + 0.0))),
            _ => Err(not(("numbers; write one, such as 3.5", "números; escriba uno, como 3.5"))),
        },
        FieldKind::Bool => match text.as_str() {
            "true" => Ok(Typed::Exact(Value::Bool(true))),
            "false" => Ok(Typed::Exact(Value::Bool(false))),
            _ => Err(not(("true or false; write one of them", "true o false; escriba uno de los dos"))),
        },
        FieldKind::Timestamp => match time::span(&text) {
            Some((from, until)) if until - from == 1 => Ok(Typed::Exact(Value::Timestamp(from))),
            Some((from, until)) => Ok(Typed::Span(from, until)),
            None => Err(not(("times; write one, such as 2026-11-24 or 2026-11-24T10:30:00Z", "momentos; escriba uno, como 2026-11-24 o 2026-11-24T10:30:00Z"))),
        },
    }
}
