//! Changing a query by a click: `field:value` is added or excluded, what says the same or the opposite goes.

use super::{
    asks::{FieldCard, FieldKind},
    time::write_iso,
};
use crate::warehouse::asks::Value;

/// `field:value` as the query language writes it; a missing value is `NOT field:*`.
pub fn clause(field: &FieldCard, value: &Value) -> String {
    let name = &field.name;
    match value {
        Value::Null => format!("NOT {name}:*"),
        Value::Bool(truth) => format!("{name}:{truth}"),
        Value::Integer(ms) if field.kind == FieldKind::Timestamp => format!("{name}:{}", exact_iso(*ms)),
        Value::Integer(number) => format!("{name}:{}", signed(number.to_string())),
        Value::Number(number) => format!("{name}:{}", signed(number.to_string())),
        Value::Text(text) => format!("{name}:{}", quoted(text)),
    }
}

/// The query with that clause, or with its opposite.
pub fn narrowed(query: &str, clause: &str, exclude: bool) -> String {
    let opposite = opposite_of(clause);
    let (wanted, unwanted) = if exclude { (opposite.as_str(), clause) } else { (clause, opposite.as_str()) };
    let query = query.trim();
    if query.is_empty() {
        return wanted.to_owned();
    }
    let Some(parts) = conjuncts(query) else { return format!("({query}) AND {wanted}") };
    let mut kept: Vec<&str> = parts.into_iter().filter(|part| *part != unwanted).collect();
    if !kept.contains(&wanted) {
        kept.push(wanted);
    }
    kept.join(" AND ")
}

/// To the millisecond: without its part, a second would be meant as a whole.
fn exact_iso(ms: i64) -> String {
    let written = write_iso(ms);
    if written.contains('.') { written } else { written.replace('Z', ".000Z") }
}

fn opposite_of(clause: &str) -> String {
    clause.strip_prefix("NOT ").map_or_else(|| format!("NOT {clause}"), Into::into)
}

/// A value that is one plain word stays as it is; every other stands in quotes.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '/' | '_' | '-' | '%' | '@');
    let word = text.chars().all(plain) && text.chars().any(char::is_alphanumeric) && !text.starts_with('-') && !is_operator(text);
    if word { text.to_owned() } else { format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}

fn is_operator(text: &str) -> bool {
    ["AND", "OR", "NOT", "TO"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A minus sign before a number would be taken for an exclusion.
fn signed(number: String) -> String {
    if number.starts_with('-') { format!("\"{number}\"") } else { number }
}

/// The parts of a query that all have to hold; `None` where alternatives stand beside each other.
fn conjuncts(query: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (from, until) in free_words(query) {
        match &query[from..until] {
            "OR" => return None,
            "AND" => {
                parts.push(query[start..from].trim());
                start = until;
            }
            _ => {}
        }
    }
    parts.push(query[start..].trim());
    Some(parts)
}

/// Byte ranges of the words that stand outside quotes and brackets.
fn free_words(query: &str) -> Vec<(usize, usize)> {
    let (mut depth, mut quote, mut escaped) = (0_i32, false, false);
    let mut words = Vec::new();
    let mut begun = None;
    for (at, letter) in query.char_indices() {
        let inside = quote || depth > 0;
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quote = !quote,
            '(' | '[' | '{' if !quote => depth += 1,
            ')' | ']' | '}' if !quote => depth -= 1,
            _ => {}
        }
        let free = !inside && !quote && depth <= 0 && !letter.is_whitespace() && letter != ')';
        match (free, begun) {
            (true, None) => begun = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                begun = None;
            }
            _ => {}
        }
    }
    words.extend(begun.map(|from| (from, query.len())));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    fn field(name: &str, kind: FieldKind) -> FieldCard {
        FieldCard { name: name.into(), kind, description: Text::default(), masked: false }
    }

    #[test]
    fn values_are_written_so_that_they_mean_themselves() {
        let keyword = |text: &str| clause(&field("path", FieldKind::Keyword), &Value::Text(text.into()));
        assert_eq!(keyword("/apple-touch-icon.png"), "path:/apple-touch-icon.png");
        assert_eq!(keyword("/a b?c=\"d\\\""), r#"path:"/a b?c=\"d\\\"""#);
        for odd in ["*", "-", "or", "a:b", "", "(", "-x", "[1 TO 2]", "a*"] {
            assert!(keyword(odd).starts_with("path:\""), "{odd}");
        }
        let number = field("bytes", FieldKind::Integer);
        assert_eq!(clause(&number, &Value::Integer(404)), "bytes:404");
        assert_eq!(clause(&number, &Value::Integer(-1)), "bytes:\"-1\"");
        assert_eq!(clause(&number, &Value::Null), "NOT bytes:*");
        assert_eq!(clause(&field("time", FieldKind::Timestamp), &Value::Integer(0)), "time:1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn a_click_adds_once_and_replaces_its_opposite() {
        assert_eq!(narrowed("", "status:404", false), "status:404");
        assert_eq!(narrowed("method:GET", "status:404", false), "method:GET AND status:404");
        assert_eq!(narrowed("method:GET AND status:404", "status:404", false), "method:GET AND status:404");
        assert_eq!(narrowed("status:404 AND method:GET", "status:404", true), "method:GET AND NOT status:404");
        assert_eq!(narrowed("NOT status:404", "status:404", false), "status:404");
        assert_eq!(narrowed("x", "NOT bytes:*", true), "x AND bytes:*");
    }

    #[test]
    fn alternatives_are_kept_together() {
        assert_eq!(narrowed("a OR b", "status:404", false), "(a OR b) AND status:404");
        assert_eq!(narrowed("(a OR b) AND c", "c", true), "(a OR b) AND NOT c");
        assert_eq!(narrowed("path:\"a OR b\"", "c", false), "path:\"a OR b\" AND c");
        assert_eq!(narrowed("path:\"a \\\" OR b\" AND c", "c", false), "path:\"a \\\" OR b\" AND c");
        assert_eq!(narrowed("ORANGE", "c", false), "ORANGE AND c");
        assert_eq!(narrowed("(a) OR (b)", "c", false), "((a) OR (b)) AND c");
    }
}
