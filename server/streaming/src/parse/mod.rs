//! Parsers: each file turns the bytes of a record into the fields that it describes. Pure, without a copy where it can be.

mod access;
mod clock;
mod declared;
mod json_tree;
mod scan;
mod value;

use crate::words::{Refusal, Words};
pub(crate) use declared::{check_names, is_name};
use serde::{Deserialize, Serialize};
pub use value::{Field, FieldKind, Value};

/// Why a record does not fit its parser; its words name the place and what was expected, never the record's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unfit {
    /// Byte in the record where it went wrong.
    pub at: usize,
    /// What was expected there: `a time like 10/Oct/2026:13:55:36 +0000`.
    pub expected: Words,
}

impl Unfit {
    fn new(at: usize, en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { at, expected: Words::of(en, es) }
    }
}

/// One format, with its options settled.
pub trait Parser: Send + Sync {
    /// The fields in the order in which `parse` gives them.
    fn fields(&self) -> &[Field];

    /// The event's own time (Unix milliseconds) and one value a field, written into `values`, which comes empty.
    /// `taken_ms` is for formats without a year or without a time. What is left in `values` after `Unfit` means nothing.
    fn read<'a>(&self, line: &'a str, taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit>;

    /// As `read`, of raw bytes: a line break at the end is left out, what is not UTF-8 becomes U+FFFD.
    fn parse<'a>(&self, value: &'a [u8], taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        match std::str::from_utf8(value) {
            Ok(line) => self.read(line.trim_end_matches(['\r', '\n']), taken_ms, values),
            Err(_) => {
                let line = String::from_utf8_lossy(value);
                let mut lossy = Vec::with_capacity(self.fields().len());
                let at_ms =
                    self.read(line.trim_end_matches(['\r', '\n']), taken_ms, &mut lossy).map_err(|unfit| Unfit { at: raw_place(value, unfit.at), ..unfit })?;
                values.extend(lossy.into_iter().map(|value| -> Value<'a> { value.into_owned() }));
                Ok(at_ms)
            }
        }
    }
}

/// One kind of parser, as it is chosen and set up.
pub trait Format: Send + Sync {
    /// As a pipeline names it.
    fn name(&self) -> &'static str;

    fn title(&self) -> Words;

    /// What it reads: shown beside the form, and parsed by the tests.
    fn example(&self) -> Example;

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal>;
}

/// Options as they would be written, and a line that they fit.
pub struct Example {
    pub options: serde_json::Value,
    pub line: &'static str,
}

macro_rules! formats {
    ($($name:ident),* $(,)?) => {
        $(pub mod $name;)*

        /// All formats there are, in the order in which the form offers them.
        pub fn all() -> &'static [&'static dyn Format] {
            &[$($name::FORMAT),*]
        }
    };
}

formats! { combined, common_log, apache_error, syslog, json_lines, logfmt, pattern, post }

/// A parser as a pipeline declares it: the format's name, and beside it the format's own options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParserSpec {
    pub format: String,
    #[serde(flatten)]
    pub options: serde_json::Map<String, serde_json::Value>,
}

impl ParserSpec {
    pub fn parser(&self) -> Result<Box<dyn Parser>, Refusal> {
        let format = all().iter().find(|format| format.name() == self.format).ok_or_else(|| {
            let names = all().iter().map(|format| format.name()).collect::<Vec<_>>().join(", ");
            Refusal::new(
                "parser.format",
                format!("There is no format {:?}; there are: {names}.", self.format),
                format!("No hay ningún formato {:?}; hay: {names}.", self.format),
            )
        })?;
        format.parser(Options(&self.options))
    }
}

/// The options of one parser as they were written.
#[derive(Clone, Copy)]
pub struct Options<'a>(&'a serde_json::Map<String, serde_json::Value>);

impl Options<'_> {
    /// The format's own options; unknown ones are refused by name.
    fn read<T: serde::de::DeserializeOwned>(self) -> Result<T, Refusal> {
        T::deserialize(serde_json::Value::Object(self.0.clone())).map_err(|fault| {
            Refusal::new("parser", format!("The parser's options do not fit: {fault}."), format!("Las opciones del analizador no encajan: {fault}."))
        })
    }
}

/// Where a byte of the text stands in the bytes that it was made of with U+FFFD in place of what is not UTF-8.
fn raw_place(value: &[u8], at: usize) -> usize {
    let (mut text, mut raw) = (0, 0);
    for chunk in value.utf8_chunks() {
        if at <= text + chunk.valid().len() {
            return raw + at - text;
        }
        raw += chunk.valid().len() + chunk.invalid().len();
        text += chunk.valid().len() + if chunk.invalid().is_empty() { 0 } else { '\u{fffd}'.len_utf8() };
        if at < text {
            return raw - chunk.invalid().len();
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_reads_its_own_example() {
        for format in all() {
            let example = format.example();
            let serde_json::Value::Object(options) = example.options else { panic!("{}: options are an object", format.name()) };
            let parser = ParserSpec { format: format.name().to_owned(), options }.parser().unwrap();
            let mut values = Vec::new();
            let at_ms = parser.parse(example.line.as_bytes(), 1_790_000_000_000, &mut values).unwrap();
            assert!(at_ms > 1_000_000_000_000, "{}", format.name());
            assert_eq!(values.len(), parser.fields().len(), "{}", format.name());
            assert_eq!((parser.fields()[0].name.as_str(), &values[0]), ("time", &Value::Timestamp(at_ms)), "{}", format.name());
            let mut names: Vec<&str> = parser.fields().iter().map(|field| field.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), values.len(), "{}: a field twice", format.name());
        }
    }

    #[test]
    fn a39_the_raw_line_closes_with_each_of_its_fields() {
        for format in all().iter().filter(|format| format.name() != "post") {
            let serde_json::Value::Object(options) = format.example().options else { panic!("{}", format.name()) };
            let parser = ParserSpec { format: format.name().to_owned(), options }.parser().unwrap();
            let (message, others) = parser.fields().split_last().unwrap();
            assert_eq!(message.name, "message", "{}", format.name());
            let names: Vec<&String> = others.iter().map(|field| &field.name).collect();
            assert_eq!(message.from.iter().collect::<Vec<_>>(), names, "{}", format.name());
        }
    }

    #[test]
    fn unknown_formats_and_options_are_refused() {
        for spec in [r#"{"format": "xml"}"#, r#"{"format": "combined", "colour": "red"}"#, r#"{"format": "pattern"}"#] {
            let spec: ParserSpec = serde_json::from_str(spec).unwrap();
            assert!(spec.parser().is_err(), "{spec:?}");
        }
    }

    #[test]
    fn places_are_those_of_the_raw_bytes() {
        let raw = b"a\xff\xfeb\xc3";
        let text = String::from_utf8_lossy(raw);
        let b = text.find('b').unwrap();
        assert_eq!((raw_place(raw, 0), raw_place(raw, 1), raw_place(raw, b), raw_place(raw, text.len())), (0, 1, 3, 5));
    }
}
