//! A tree written back as text that is read as the same tree.

use super::{Query, time};
use crate::Value;

/// The text of a query.
pub fn print(query: &Query) -> String {
    let mut out = String::new();
    write(query, Place::Whole, &mut out);
    out
}

/// A value as it can stand after `field:`, found exactly.
pub fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Texts(texts) => format!("({})", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(" ")),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Timestamp(at_ms) => time::written(*at_ms),
    }
}

/// What stands around: it decides on parentheses.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Whole,
    Or,
    And,
    Not,
}

fn write(query: &Query, place: Place, out: &mut String) {
    match query {
        Query::All => out.push('*'),
        Query::Word { field, word } => {
            name(field.as_deref(), out);
            out.push_str(&escaped(word, field.is_none()));
        }
        Query::Phrase { field, words } => {
            name(field.as_deref(), out);
            out.push_str(&quoted(words));
        }
        Query::Wildcard { field, pattern } => {
            name(field.as_deref(), out);
            out.push_str(&escaped_pattern(pattern, field.is_none()));
        }
        Query::Is { field, value } => {
            name(Some(field), out);
            out.push_str(&value_text(value));
        }
        Query::Exists { field } => {
            name(Some(field), out);
            out.push('*');
        }
        Query::Range { field, from, until } => range(field, from.as_ref(), until.as_ref(), out),
        Query::Not(inner) => {
            out.push_str("NOT ");
            write(inner, Place::Not, out);
        }
        // Everything and nothing, as no text means them otherwise.
        Query::And(all) if all.is_empty() => out.push('*'),
        Query::Or(all) if all.is_empty() => out.push_str("(NOT *)"),
        Query::And(all) => joined(all, " AND ", Place::And, matches!(place, Place::And | Place::Not), out),
        Query::Or(all) => joined(all, " OR ", Place::Or, place != Place::Whole, out),
    }
}

fn joined(all: &[Query], between: &str, place: Place, enclosed: bool, out: &mut String) {
    if enclosed {
        out.push('(');
    }
    for (at, query) in all.iter().enumerate() {
        if at > 0 {
            out.push_str(between);
        }
        write(query, place, out);
    }
    if enclosed {
        out.push(')');
    }
}

fn name(field: Option<&str>, out: &mut String) {
    if let Some(field) = field {
        out.push_str(field);
        out.push(':');
    }
}

fn range(field: &str, from: Option<&(Value, bool)>, until: Option<&(Value, bool)>, out: &mut String) {
    let bound = |bound: Option<&(Value, bool)>| bound.map_or_else(|| "*".to_owned(), |(value, _)| value_text(value));
    out.push_str(field);
    match (from, until) {
        (Some((value, inclusive)), None) => out.push_str(&format!("{}{}", if *inclusive { ">=" } else { ">" }, value_text(value))),
        (None, Some((value, inclusive))) => out.push_str(&format!("{}{}", if *inclusive { "<=" } else { "<" }, value_text(value))),
        _ => {
            let opening = if from.is_some_and(|(_, inclusive)| !inclusive) { '{' } else { '[' };
            let closing = if until.is_some_and(|(_, inclusive)| !inclusive) { '}' } else { ']' };
            out.push_str(&format!(":{opening}{} TO {}{closing}", bound(from), bound(until)));
        }
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

/// A bare word: what would end it, deny it or name a field loses its meaning.
fn escaped(word: &str, free: bool) -> String {
    if word.is_empty() {
        return "\"\"".into();
    }
    let mut out = String::with_capacity(word.len());
    if matches!(word, "AND" | "OR" | "NOT") {
        out.push('\\');
    }
    for (at, letter) in word.chars().enumerate() {
        let special = letter.is_whitespace() || matches!(letter, '"' | '(' | ')' | '\\' | '*' | '?');
        let first = at == 0 && matches!(letter, '-' | '[' | '{' | '<' | '>');
        if special || first || free && matches!(letter, ':' | '<' | '>') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

fn escaped_pattern(pattern: &str, free: bool) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    let mut first = true;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(['\\', letters.next().unwrap_or('\\')]),
            '*' | '?' => out.push(letter),
            letter if first => out.push_str(&escaped(letter.encode_utf8(&mut [0; 4]), free)),
            letter => out.push_str(&escaped(&format!("x{letter}"), free)[1..]),
        }
        first = false;
    }
    out
}
