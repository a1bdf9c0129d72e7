//! What of a hit is highlighted: found again by the rules that indexed it, so that every engine marks the same bytes.

use crate::{
    FieldKind, Shape, Value,
    language::{Query, Wildcard},
    text,
};
use std::{collections::BTreeMap, ops::Range};

/// The conditions of a bound query that hits meet, by field; what is denied marks nothing.
pub(super) struct Marks {
    fields: BTreeMap<String, Vec<Mark>>,
}

enum Mark {
    Whole(String),
    /// Folded words, side by side.
    Words(Vec<String>),
    WholePattern(Wildcard),
    WordPattern(Wildcard),
}

impl Marks {
    pub(super) fn of(query: &Query, shape: &Shape) -> Self {
        let mut marks = Self { fields: BTreeMap::new() };
        marks.gather(query, shape);
        marks
    }

    fn gather(&mut self, query: &Query, shape: &Shape) {
        let (field, mark) = match query {
            Query::And(all) | Query::Or(all) => return all.iter().for_each(|query| self.gather(query, shape)),
            Query::Is { field, value: Value::Text(text) } => (field, Mark::Whole(text.clone())),
            Query::Phrase { field: Some(field), words } => (field, Mark::Words(words.split(' ').map(str::to_owned).collect())),
            Query::Wildcard { field: Some(field), pattern } => {
                let is_text = shape.fields.iter().any(|known| known.name == *field && known.kind == FieldKind::Text);
                match Wildcard::new(pattern) {
                    Some(pattern) if is_text => (field, Mark::WordPattern(pattern)),
                    Some(pattern) => (field, Mark::WholePattern(pattern)),
                    None => return,
                }
            }
            _ => return,
        };
        self.fields.entry(field.clone()).or_default().push(mark);
    }

    /// Byte ranges, in order, apart from one another; within several values as if they were joined by `, `.
    pub(super) fn ranges(&self, field: &str, value: &Value) -> Vec<Range<usize>> {
        let Some(marks) = self.fields.get(field) else { return Vec::new() };
        let mut ranges = Vec::new();
        match value {
            Value::Text(text) => mark(marks, text, 0, &mut ranges),
            Value::Texts(texts) => {
                let mut before = 0;
                for text in texts {
                    mark(marks, text, before, &mut ranges);
                    before += text.len() + ", ".len();
                }
            }
            _ => {}
        }
        joined(ranges)
    }
}

fn mark(marks: &[Mark], text: &str, before: usize, ranges: &mut Vec<Range<usize>>) {
    let words: Vec<_> = if marks.iter().any(|mark| matches!(mark, Mark::Words(_) | Mark::WordPattern(_))) { text::words(text).collect() } else { Vec::new() };
    let mut push = |range: Range<usize>| ranges.push(before + range.start..before + range.end);
    for mark in marks {
        match mark {
            Mark::Whole(whole) if super::fits::cut(text) == whole => push(0..text.len()),
            Mark::WholePattern(pattern) if pattern.is_match(super::fits::cut(text)) => push(0..text.len()),
            Mark::Whole(_) | Mark::WholePattern(_) => {}
            Mark::WordPattern(pattern) => words.iter().filter(|(_, word)| pattern.is_match(word)).for_each(|(range, _)| push(range.clone())),
            Mark::Words(wanted) => {
                for run in words.windows(wanted.len().max(1)) {
                    if run.iter().map(|(_, word)| word.as_ref()).eq(wanted.iter().map(String::as_str)) {
                        run.iter().for_each(|(range, _)| push(range.clone()));
                    }
                }
            }
        }
    }
}

fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| !range.is_empty()) {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}
