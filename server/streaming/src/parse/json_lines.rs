//! JSON lines: one object a record, of which the declared paths are fields.

use super::{
    Example, Field, Format, Options, Parser, Unfit, Value,
    declared::{Declared, Layout, Timing},
    json_tree::{Found, Node},
};
use crate::words::{Refusal, Words};
use serde::{Deserialize, de::DeserializeSeed};

pub const FORMAT: &dyn Format = &JsonLines;

struct JsonLines;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// `at` is a path of keys, as in `request.headers.host`.
    fields: Vec<Declared>,
    #[serde(default)]
    time: Option<Timing>,
}

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "json_lines"
    }

    fn title(&self) -> Words {
        Words::of("JSON lines", "Líneas JSON")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({
                "fields": [{ "name": "level", "kind": "keyword" }, { "name": "status", "kind": "integer", "at": "answer.status" }],
                "time": { "at": "time" },
            }),
            line: r#"{"time": "2026-11-24T10:00:00Z", "level": "info", "answer": {"status": 200}}"#,
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        let Settings { fields, time } = options.read()?;
        let mut root = Node::default();
        if let Some(time) = &time {
            root.at(&time.at).slots.push(0);
        }
        for (slot, field) in fields.iter().enumerate() {
            root.at(field.place()).slots.push(slot + 1);
        }
        Ok(Box::new(JsonParser { layout: Layout::new(fields, time)?, root }))
    }
}

struct JsonParser {
    layout: Layout,
    root: Node,
}

impl Parser for JsonParser {
    fn fields(&self) -> &[Field] {
        &self.layout.fields
    }

    fn read<'a>(&self, line: &'a str, taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        if !line.trim_start().starts_with('{') {
            return Err(Unfit::new(0, "a JSON object on one line", "un objeto JSON en una línea"));
        }
        values.resize(self.layout.declared.len() + 1, Value::Null);
        let mut input = serde_json::Deserializer::from_str(line);
        let seed = Found { node: &self.root, layout: &self.layout, values };
        let read = seed.deserialize(&mut input).and_then(|()| input.end());
        read.map_err(|fault| match fault.classify() {
            serde_json::error::Category::Data => {
                let what = fault.to_string();
                let field = self.layout.declared.iter().find(|field| what.starts_with(&format!("{} ", field.name)));
                field.map_or_else(|| object(line, &fault), |field| field.unfit(place(line, &fault)))
            }
            _ => object(line, &fault),
        })?;
        let at_ms = match &values[0] {
            Value::Text(text) => self.layout.time(Some(text), 0, taken_ms)?,
            _ => self.layout.time(None, 0, taken_ms)?,
        };
        values[0] = Value::Timestamp(at_ms);
        self.layout.complete(values, line.len())?;
        values.push(Value::text(line));
        Ok(at_ms)
    }
}

fn object(line: &str, fault: &serde_json::Error) -> Unfit {
    Unfit::new(place(line, fault), "a JSON object on one line", "un objeto JSON en una línea")
}

/// The byte at which reading stopped.
pub(super) fn place(line: &str, fault: &serde_json::Error) -> usize {
    let before: usize = line.split_inclusive('\n').take(fault.line().saturating_sub(1)).map(str::len).sum();
    (before + fault.column().saturating_sub(1)).min(line.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParserSpec;

    fn read(line: &str) -> Result<Vec<Value<'static>>, Unfit> {
        let spec = r#"{"format": "json_lines", "time": {"at": "ts"}, "fields": [
            {"name": "level", "kind": "keyword", "required": true}, {"name": "status", "kind": "integer", "at": "answer.status"},
            {"name": "took", "kind": "number", "at": "answer.took"}, {"name": "ok", "kind": "bool"}, {"name": "text", "kind": "text"}]}"#;
        let parser = serde_json::from_str::<ParserSpec>(spec).unwrap().parser().unwrap();
        let mut values = Vec::new();
        parser.parse(line.as_bytes(), 7, &mut values)?;
        Ok(values.into_iter().map(Value::into_owned).collect())
    }

    #[test]
    fn reads_declared_paths_whatever_their_order() {
        let line = r#"{"answer": {"took": 1, "deep": {"status": 1}, "status": "404"}, "ok": true, "level": ["a", "b", "a"], "text": "caf\u00e9", "ts": 1790000000.5}"#;
        let values = read(line).unwrap();
        assert_eq!(values[0], Value::Timestamp(1_790_000_000_500));
        assert_eq!(values[1], Value::Texts(vec!["a".into(), "b".into()]));
        assert_eq!(values[2..6], [Value::Integer(404), Value::Number(1.0), Value::Bool(true), Value::text("café")]);
        assert_eq!(values[6], Value::text(line));
        let values = read(r#"{"level": 5, "ts": "2026-11-24T10:00:00Z", "answer": {"status": 200.0}, "ok": null}"#).unwrap();
        assert_eq!(values[1..5], [Value::text("5"), Value::Integer(200), Value::Null, Value::Null]);
    }

    #[test]
    fn says_what_does_not_fit() {
        for (line, expected) in [
            ("", "a JSON object"),
            ("[1]", "a JSON object"),
            (r#"{"level": "a""#, "a JSON object"),
            (r#"{"level": "a", "ts": 1} x"#, "a JSON object"),
            (r#"{"ts": 1}"#, "a text for level"),
            (r#"{"level": "a"}"#, "a time in ts"),
            (r#"{"level": "a", "ts": "soon"}"#, "a time in ts"),
            (r#"{"level": "a", "ts": [1]}"#, "a JSON object"),
            (r#"{"level": "a", "ts": 1, "answer": {"status": "many"}}"#, "an integer for status"),
            (r#"{"level": "a", "ts": 1, "answer": {"status": 1.5}}"#, "an integer for status"),
            (r#"{"level": "a", "ts": 1, "answer": {"status": {}}}"#, "an integer for status"),
            (r#"{"level": [{}], "ts": 1}"#, "a text for level"),
            (r#"{"level": "a", "ts": 1, "text": 1e999}"#, "a JSON object"),
        ] {
            let unfit = read(line).unwrap_err();
            assert!(unfit.expected.en.starts_with(expected) && unfit.at <= line.len(), "{line}: {unfit:?}");
        }
    }

    #[test]
    fn ft_b14_depth_is_bounded() {
        for deep in ["[".repeat(1_000_000), r#"{"answer":"#.repeat(200_000), format!("{{\"x\":{}", "[".repeat(1_000_000))] {
            assert!(read(&deep).is_err());
        }
        let passed_over = format!(r#"{{"level": "a", "ts": 1, "x": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&passed_over).unwrap()[1], Value::text("a"));
    }
}
