//! Reads one JSON object strictly: bounded depth, no key twice, no number that cannot be kept.

use super::Reason;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::{collections::HashSet, fmt};

/// Keys and values as they stand.
#[derive(Debug, PartialEq)]
pub(super) struct Object {
    pub(super) entries: Vec<(String, Value)>,
}

/// What an error of ours says within serde_json's.
const TWICE: &str = "a key stands twice";

pub(super) fn parse(line: &[u8], depth: usize) -> Result<Object, Reason> {
    if line.contains(&0) {
        return Err(Reason::Nul);
    }
    let text = std::str::from_utf8(line).map_err(|_| Reason::NotUtf8)?;
    // Counted first: the parser below goes as deep as the text does.
    if too_deep(line, depth) {
        return Err(Reason::TooDeep { limit: depth as u64 });
    }
    let mut parser = serde_json::Deserializer::from_str(text);
    let object = parser.deserialize_map(Entries).and_then(|entries| parser.end().map(|()| Object { entries }));
    object.map_err(|error| {
        let text = error.to_string();
        match () {
            () if text.contains(TWICE) => Reason::DuplicateKey,
            () if text.contains("out of range") => Reason::NumberOutOfRange,
            () => Reason::NotJsonObject,
        }
    })
}

/// Brackets outside of strings.
fn too_deep(line: &[u8], limit: usize) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for byte in line {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries: Vec<(String, Value)> = Vec::new();
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(TWICE));
            }
            let value = map.next_value_seed(Strict)?;
            entries.push((key, value));
        }
        Ok(entries)
    }
}

/// A value whose objects have no key twice.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = sequence.next_element_seed(Self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        Ok(Value::Object(Entries.visit_map(map)?.into_iter().collect::<Map<_, _>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(text: &str) -> Reason {
        parse(text.as_bytes(), 64).unwrap_err()
    }

    #[test]
    fn an_object_is_read_as_it_stands() {
        let object = parse(br#"{"a": 1, "b": {"c": [true, null]}}"#, 64).unwrap();
        assert_eq!(object.entries[1].1.to_string(), r#"{"c":[true,null]}"#);
    }

    #[test]
    fn ft_b14_what_is_wrong_with_a_line_is_told() {
        assert_eq!(reason(r#"{"a": 1"#), Reason::NotJsonObject);
        assert_eq!(reason(r#"{"a": NaN}"#), Reason::NotJsonObject);
        assert_eq!(reason("[1]"), Reason::NotJsonObject);
        assert_eq!(reason(r#"{"a": 1} {"#), Reason::NotJsonObject);
        assert_eq!(reason(r#"{"a": "\ud800"}"#), Reason::NotJsonObject);
        assert_eq!(reason(r#"{"a": 1, "a": 2}"#), Reason::DuplicateKey);
        assert_eq!(reason(r#"{"b": {"a": 1, "a": 2}}"#), Reason::DuplicateKey);
        assert_eq!(reason(&format!("{{\"a\": 1{}}}", "0".repeat(400))), Reason::NumberOutOfRange);
        assert_eq!(reason(r#"{"a": 1e400}"#), Reason::NumberOutOfRange);
        assert_eq!(reason(&format!("{{\"a\": {}{}}}", "[".repeat(1_000_000), "]".repeat(1_000_000))), Reason::TooDeep { limit: 64 });
        assert_eq!(reason("{\"a\": \"\0\"}"), Reason::Nul);
        assert_eq!(parse(b"{\"a\": \"\xff\"}", 64).unwrap_err(), Reason::NotUtf8);
        // Brackets within a text are text.
        assert!(parse(format!("{{\"a\": \"{}\\\"[\"}}", "[".repeat(100)).as_bytes(), 64).is_ok());
    }
}
