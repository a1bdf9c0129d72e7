//! logfmt: `key=value key="quoted value" flag`, of which the declared keys are fields.

use super::{
    Example, Field, Format, Options, Parser, Unfit, Value,
    declared::{Declared, Layout, Timing},
    scan::Scan,
};
use crate::words::{Refusal, Words};
use serde::Deserialize;
use std::borrow::Cow;

pub const FORMAT: &dyn Format = &Logfmt;

struct Logfmt;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// `at` is a key.
    fields: Vec<Declared>,
    #[serde(default)]
    time: Option<Timing>,
}

impl Format for Logfmt {
    fn name(&self) -> &'static str {
        "logfmt"
    }

    fn title(&self) -> Words {
        Words::of("logfmt (key=value)", "logfmt (clave=valor)")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({
                "fields": [{ "name": "level", "kind": "keyword" }, { "name": "took_ms", "kind": "number", "at": "took" }],
                "time": { "at": "ts" },
            }),
            line: r#"ts=2026-11-24T10:00:00Z level=warn took=12.5 msg="disk \"a\" is full" retry"#,
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        let Settings { fields, time } = options.read()?;
        Ok(Box::new(LogfmtParser { layout: Layout::new(fields, time)? }))
    }
}

struct LogfmtParser {
    layout: Layout,
}

impl Parser for LogfmtParser {
    fn fields(&self) -> &[Field] {
        &self.layout.fields
    }

    fn read<'a>(&self, line: &'a str, taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        values.resize(self.layout.declared.len() + 1, Value::Null);
        let (mut time, mut time_at, mut pairs) = (None, 0, 0);
        let mut scan = Scan::new(line);
        loop {
            scan.skip_spaces();
            if scan.is_done() {
                break;
            }
            let key = scan.key();
            if key.is_empty() {
                return Err(scan.unfit("a key", "una clave"));
            }
            let at = scan.at();
            let text = match (scan.eat("=\""), scan.eat("=")) {
                (true, _) => scan.quoted().ok_or_else(|| scan.unfit("a quote that closes the value", "unas comillas que cierren el valor"))?,
                (_, true) => Cow::Borrowed(scan.word()),
                // A key alone is a flag that is set.
                _ => Cow::Borrowed("true"),
            };
            if !matches!(scan.peek(), None | Some(b' ')) {
                return Err(scan.unfit("a space between pairs", "un espacio entre pares"));
            }
            pairs += 1;
            for (place, field) in self.layout.declared.iter().enumerate().filter(|(_, field)| field.place() == key) {
                values[place + 1] = field.value(text.clone(), at)?;
            }
            if self.layout.timing.as_ref().is_some_and(|(timing, _)| timing.at == key) {
                (time, time_at) = (Some(text), at);
            }
        }
        if pairs == 0 {
            return Err(Unfit::new(0, "pairs like key=value", "pares como clave=valor"));
        }
        let at_ms = self.layout.time(time.as_deref(), time_at, taken_ms)?;
        values[0] = Value::Timestamp(at_ms);
        self.layout.complete(values, line.len())?;
        values.push(Value::text(line));
        Ok(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParserSpec;

    fn read(line: &str) -> Result<Vec<Value<'static>>, Unfit> {
        let spec = r#"{"format": "logfmt", "fields": [{"name": "level", "kind": "keyword", "required": true},
            {"name": "text", "kind": "text", "at": "msg"}, {"name": "size", "kind": "integer"}, {"name": "retry", "kind": "bool"}]}"#;
        let parser = serde_json::from_str::<ParserSpec>(spec).unwrap().parser().unwrap();
        let mut values = Vec::new();
        parser.parse(line.as_bytes(), 7, &mut values)?;
        Ok(values.into_iter().map(Value::into_owned).collect())
    }

    #[test]
    fn reads_pairs_quotes_and_flags() {
        let values = read(r#"level=info  msg="a \"b\" c=d\n" other=x= retry size=12 "#).unwrap();
        assert_eq!(values[..5], [Value::Timestamp(7), Value::text("info"), Value::text("a \"b\" c=d\n"), Value::Integer(12), Value::Bool(true)]);
        let values = read("size= level=ñ msg=").unwrap();
        assert_eq!(values[1..5], [Value::text("ñ"), Value::text(""), Value::Null, Value::Null]);
    }

    #[test]
    fn says_where_a_line_does_not_fit() {
        for (line, at) in [("", 0), ("   ", 0), ("msg=x", 5), ("level=a size=b", 12), ("level=a msg=\"x", 13), ("level=\"a\"b", 9), ("level=a =b", 8)] {
            assert_eq!(read(line).unwrap_err().at, at, "{line}");
        }
    }
}
