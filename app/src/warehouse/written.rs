//! How values, periods and conditions are written in an address: short, readable, and read back as the same thing.
//!
//! `North,South` is one of · `!North` none of · `2017-01-01..2017-12-31`, `10..`, `..5` from and to · `last-quarter` a period
//! · `~milk` contains · `null` empty · `!null` not empty. A leading `'` says "this is plain text"; `\` takes the meaning
//! away from the comma, dot or backslash after it.

use super::asks::{Period, Test, Value};

/// Written where no condition is wanted although there is one by default.
pub const EVERYTHING: &str = "all";

/// Writes a condition; the same condition is read back by [`read_test`].
pub fn write_test(test: &Test) -> String {
    match test {
        Test::Is(values) => write_values(values),
        Test::IsNot(values) => format!("!{}", write_values(values)),
        Test::Between(from, to) => format!("{}..{}", write_value(from), write_value(to)),
        Test::AtLeast(from) => format!("{}..", write_value(from)),
        Test::AtMost(to) => format!("..{}", write_value(to)),
        Test::Contains(text) => format!("~{}", escape(text)),
        Test::Empty => "null".into(),
        Test::NotEmpty => "!null".into(),
        Test::Period(period) => write_period(*period),
    }
}

/// Reads a condition; `None` when nothing, or [`EVERYTHING`], is written.
pub fn read_test(text: &str) -> Option<Test> {
    if text.is_empty() || text == EVERYTHING {
        return None;
    }
    if text == "null" {
        return Some(Test::Empty);
    }
    if text == "!null" {
        return Some(Test::NotEmpty);
    }
    if let Some(rest) = text.strip_prefix('!') {
        return Some(Test::IsNot(read_values(rest))).filter(|_| !rest.is_empty());
    }
    if let Some(rest) = text.strip_prefix('~') {
        return Some(Test::Contains(unescape(rest))).filter(|_| !rest.is_empty());
    }
    if let Some(period) = read_period(text) {
        return Some(Test::Period(period));
    }
    match split_range(text) {
        Some(("", "")) => None,
        Some((from, "")) => Some(Test::AtLeast(read_value(from))),
        Some(("", to)) => Some(Test::AtMost(read_value(to))),
        Some((from, to)) => Some(Test::Between(read_value(from), read_value(to))),
        None => Some(Test::Is(read_values(text))),
    }
}

/// `last-quarter`, `last-30-days`, `this-year`, …
pub fn write_period(period: Period) -> String {
    let last = |n: u32, unit: &str| if n == 1 { format!("last-{unit}") } else { format!("last-{n}-{unit}s") };
    match period {
        Period::LastDays(n) => last(n, "day"),
        Period::LastWeeks(n) => last(n, "week"),
        Period::LastMonths(n) => last(n, "month"),
        Period::LastQuarters(n) => last(n, "quarter"),
        Period::LastYears(n) => last(n, "year"),
        Period::ThisMonth => "this-month".into(),
        Period::ThisQuarter => "this-quarter".into(),
        Period::ThisYear => "this-year".into(),
    }
}

pub fn read_period(text: &str) -> Option<Period> {
    match text {
        "this-month" => return Some(Period::ThisMonth),
        "this-quarter" => return Some(Period::ThisQuarter),
        "this-year" => return Some(Period::ThisYear),
        _ => {}
    }
    let rest = text.strip_prefix("last-")?;
    let (count, unit) = match rest.split_once('-') {
        Some((count, units)) => (count.parse().ok().filter(|n| (2..=9_999).contains(n))?, units.strip_suffix('s')?),
        None => (1, rest),
    };
    match unit {
        "day" => Some(Period::LastDays(count)),
        "week" => Some(Period::LastWeeks(count)),
        "month" => Some(Period::LastMonths(count)),
        "quarter" => Some(Period::LastQuarters(count)),
        "year" => Some(Period::LastYears(count)),
        _ => None,
    }
}

pub fn write_values(values: &[Value]) -> String {
    values.iter().map(write_value).collect::<Vec<_>>().join(",")
}

/// The values of a list; a missing one is an empty text.
pub fn read_values(text: &str) -> Vec<Value> {
    split_list(text).into_iter().map(read_value).collect()
}

fn write_value(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(yes) => yes.to_string(),
        Value::Integer(number) => number.to_string(),
        // The debug form keeps the point of 2.0, so that it is read as a number and not as an integer.
        Value::Number(number) => escape(&format!("{number:?}")),
        Value::Text(text) => {
            let plain = escape(text);
            let read_as_itself = matches!(read_test(&plain), Some(Test::Is(values)) if values.as_slice() == std::slice::from_ref(value));
            if read_as_itself { plain } else { format!("'{plain}") }
        }
    }
}

fn read_value(text: &str) -> Value {
    if let Some(quoted) = text.strip_prefix('\'') {
        return Value::Text(unescape(quoted));
    }
    match text {
        "null" => return Value::Null,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    // Only the form that we write is a number: "08001" is a post code.
    if let Some(number) = text.parse::<i64>().ok().filter(|number| number.to_string() == text) {
        return Value::Integer(number);
    }
    if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite() && format!("{number:?}") == text) {
        return Value::Number(number);
    }
    Value::Text(unescape(text))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut after_dot = false;
    while let Some(letter) = letters.next() {
        // Two dots are a range, and a last one would run into them.
        let dot = letter == '.' && (after_dot || letters.peek().is_none());
        if dot || letter == '\\' || letter == ',' {
            out.push('\\');
        }
        after_dot = letter == '.';
        out.push(letter);
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(if letter == '\\' { letters.next().unwrap_or('\\') } else { letter });
    }
    out
}

/// Positions of `wanted` that no backslash takes away.
fn free_positions(text: &str, wanted: &str) -> Vec<usize> {
    let mut escaped = false;
    text.char_indices()
        .filter_map(|(at, letter)| {
            let free = !escaped && text[at..].starts_with(wanted);
            escaped = !escaped && letter == '\\';
            free.then_some(at)
        })
        .collect()
}

fn split_list(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in free_positions(text, ",") {
        parts.push(&text[start..at]);
        start = at + 1;
    }
    parts.push(&text[start..]);
    parts
}

fn split_range(text: &str) -> Option<(&str, &str)> {
    if !free_positions(text, ",").is_empty() {
        return None;
    }
    let at = *free_positions(text, "..").first()?;
    Some((&text[..at], &text[at + 2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.into())
    }

    #[test]
    fn every_condition_is_read_back_as_it_was() {
        let odd = [
            "North",
            "a,b",
            "a\\",
            "a\\.",
            "\\,",
            "..",
            "a..b",
            "...",
            ".",
            "a.",
            ".a",
            "2017",
            "1.5",
            "null",
            "true",
            "last-quarter",
            "!x",
            "~x",
            "'x",
            "",
            " ",
            "ñandú & co = 5%",
            "08001",
            "1e3",
            "NaN",
            "all",
        ];
        let mut tests = vec![
            Test::Is(odd.iter().map(|value| text(value)).collect()),
            Test::IsNot(odd.iter().map(|value| text(value)).collect()),
            Test::Is(vec![Value::Integer(-3), Value::Number(2.0), Value::Number(1e21), Value::Number(-0.25), Value::Bool(true), Value::Null, text("x")]),
            Test::Between(text("2017-01-01"), text("2017-12-31")),
            Test::Between(Value::Number(0.5), Value::Number(1.5)),
            Test::AtLeast(Value::Integer(10)),
            Test::AtMost(Value::Integer(-10)),
            Test::Empty,
            Test::NotEmpty,
        ];
        for value in odd {
            tests.push(Test::Is(vec![text(value)]));
            tests.push(Test::Between(text(value), text("z")));
            tests.push(Test::AtLeast(text(value)));
            if !value.is_empty() {
                tests.push(Test::Contains(value.into()));
            }
        }
        for period in [
            Period::LastDays(30),
            Period::LastWeeks(1),
            Period::LastMonths(12),
            Period::LastQuarters(1),
            Period::LastQuarters(4),
            Period::LastYears(1),
            Period::ThisMonth,
            Period::ThisQuarter,
            Period::ThisYear,
        ] {
            tests.push(Test::Period(period));
        }
        for test in tests {
            let written = write_test(&test);
            assert_eq!(read_test(&written), Some(test), "{written}");
        }
    }

    #[test]
    fn common_conditions_read_like_words() {
        assert_eq!(write_test(&Test::Is(vec![text("North"), text("South")])), "North,South");
        assert_eq!(write_test(&Test::Period(Period::LastQuarters(1))), "last-quarter");
        assert_eq!(write_test(&Test::Between(text("2017-01-01"), text("2017-12-31"))), "2017-01-01..2017-12-31");
        assert_eq!(write_test(&Test::Is(vec![Value::Integer(367)])), "367");
        assert_eq!(write_test(&Test::Is(vec![text("367")])), "'367");
    }

    #[test]
    fn nothing_written_is_no_condition() {
        for empty in ["", "..", "!", "~"] {
            assert_eq!(read_test(empty), None, "{empty}");
        }
        assert_eq!(read_period("last-0-days"), None);
        assert_eq!(read_period("last-1-days"), None);
        assert_eq!(read_period("last-99999-days"), None);
        assert_eq!(read_period("last-3-centurys"), None);
    }
}
