//! A pattern of one's own: a regular expression whose named groups are fields. Matched in linear time, whatever the line.

use super::{
    Example, Field, Format, Options, Parser, Unfit, Value,
    declared::{Declared, Layout, Timing},
};
use crate::words::{Refusal, Words};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use std::borrow::Cow;

pub const FORMAT: &dyn Format = &Pattern;

/// Longest pattern, in bytes.
const PATTERN_BYTES: usize = 4_000;
/// Largest compiled pattern, in bytes, and as much again for its cache.
const COMPILED_BYTES: usize = 1 << 20;

struct Pattern;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    pattern: String,
    /// `at` is a group's name.
    fields: Vec<Declared>,
    #[serde(default)]
    time: Option<Timing>,
}

impl Format for Pattern {
    fn name(&self) -> &'static str {
        "pattern"
    }

    fn title(&self) -> Words {
        Words::of("Pattern with named groups", "Patrón con grupos con nombre")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({
                "pattern": r"^(?P<time>\S+ \S+) \[(?P<level>\w+)\] (?P<text>.*)$",
                "fields": [{ "name": "level", "kind": "keyword" }, { "name": "text", "kind": "text" }],
                "time": { "at": "time", "format": "%Y-%m-%d %H:%M:%S", "zone": "Europe/Madrid" },
            }),
            line: "2026-11-24 11:00:00 [error] the disk is full",
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        let Settings { pattern, fields, time } = options.read()?;
        let regex = compile(&pattern)?;
        let group = |name: &str| {
            regex.capture_names().position(|group| group == Some(name)).ok_or_else(|| {
                Refusal::new(
                    "parser.pattern",
                    format!("The pattern has no group {name}: write it as (?P<{name}>…)."),
                    format!("El patrón no tiene ningún grupo {name}: escríbalo como (?P<{name}>…)."),
                )
            })
        };
        let groups = fields.iter().map(|field| group(field.place())).collect::<Result<_, _>>()?;
        let time_group = time.as_ref().map(|timing| group(&timing.at)).transpose()?;
        let layout = Layout::new(fields, time)?;
        Ok(Box::new(PatternParser { layout, regex, groups, time_group }))
    }
}

fn compile(pattern: &str) -> Result<Regex, Refusal> {
    if pattern.len() > PATTERN_BYTES {
        return Err(Refusal::new(
            "parser.pattern",
            format!("The pattern is longer than {PATTERN_BYTES} bytes: shorten it."),
            format!("El patrón tiene más de {PATTERN_BYTES} bytes: acórtelo."),
        ));
    }
    RegexBuilder::new(pattern).size_limit(COMPILED_BYTES).dfa_size_limit(COMPILED_BYTES).build().map_err(|fault| match fault {
        regex::Error::CompiledTooBig(_) => Refusal::new(
            "parser.pattern",
            "The pattern becomes too large: write smaller repetitions than {1000}.",
            "El patrón resulta demasiado grande: escriba repeticiones menores que {1000}.",
        ),
        fault => Refusal::new(
            "parser.pattern",
            format!("The pattern cannot be read: {fault}"),
            format!("El patrón no se puede leer: {fault}"),
        ),
    })
}

struct PatternParser {
    layout: Layout,
    regex: Regex,
    /// The group of each declared field.
    groups: Vec<usize>,
    time_group: Option<usize>,
}

impl Parser for PatternParser {
    fn fields(&self) -> &[Field] {
        &self.layout.fields
    }

    fn read<'a>(&self, line: &'a str, taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        let found = self.regex.captures(line).ok_or_else(|| Unfit::new(0, "a line that the pattern matches", "una línea que encaje en el patrón"))?;
        let time = self.time_group.and_then(|group| found.get(group));
        let at_ms = self.layout.time(time.map(|text| text.as_str()), time.map_or(0, |text| text.start()), taken_ms)?;
        values.push(Value::Timestamp(at_ms));
        for (field, group) in self.layout.declared.iter().zip(&self.groups) {
            values.push(match found.get(*group) {
                Some(text) => field.value(Cow::Borrowed(text.as_str()), text.start())?,
                None => Value::Null,
            });
        }
        self.layout.complete(values, 0)?;
        values.push(Value::text(line));
        Ok(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParserSpec;
    use std::time::{Duration, Instant};

    fn spec(pattern: &str, fields: serde_json::Value) -> ParserSpec {
        serde_json::from_value(serde_json::json!({ "format": "pattern", "pattern": pattern, "fields": fields })).unwrap()
    }

    #[test]
    fn groups_become_typed_fields() {
        let fields = serde_json::json!([{ "name": "code", "kind": "integer", "at": "c" }, { "name": "who", "kind": "keyword" }]);
        let parser = spec(r"^(?P<c>\w+)(?: by (?P<who>\w+))?$", fields).parser().unwrap();
        let mut values = Vec::new();
        assert_eq!(parser.parse("12 by zoë".as_bytes(), 9, &mut values).unwrap(), 9);
        assert_eq!(values[1..3], [Value::Integer(12), Value::text("zoë")]);
        values.clear();
        parser.parse(b"7\n", 9, &mut values).unwrap();
        assert_eq!(values[1..4], [Value::Integer(7), Value::Null, Value::text("7")]);
        assert_eq!(parser.parse(b"many", 9, &mut Vec::new()).unwrap_err().expected.en, "an integer for code");
        assert_eq!(parser.parse(b"1 by", 9, &mut Vec::new()).unwrap_err().at, 0);
    }

    #[test]
    fn patterns_that_cannot_be_are_refused() {
        for (pattern, reason) in [
            ("(", "cannot be read"),
            (r"(?P<who>a)(?P=who)", "cannot be read"),
            ("^(?P<other>a)$", "no group who"),
            (r"(?P<who>(\w{1000}){1000})", "too large"),
            (&"a".repeat(5_000), "longer than"),
        ] {
            let refusal = spec(pattern, serde_json::json!([{ "name": "who", "kind": "keyword" }])).parser().err().unwrap();
            assert!(refusal.message.en.contains(reason), "{refusal}");
        }
    }

    #[test]
    fn a29_no_line_makes_a_pattern_slow() {
        let parser = spec(r"^(?P<who>(a+)+)$", serde_json::json!([{ "name": "who", "kind": "keyword" }])).parser().unwrap();
        let line = format!("{}b", "a".repeat(200_000));
        let start = Instant::now();
        assert!(parser.parse(line.as_bytes(), 0, &mut Vec::new()).is_err());
        assert!(start.elapsed() < Duration::from_secs(5), "a backtracking engine would need longer than the universe has");
    }
}
