//! Trying a parser on sample lines before it is saved.

use crate::{
    Refusal,
    parse::{Field, ParserSpec, Unfit, Value},
};

/// Most sample lines, and most bytes of one.
const LINES_MOST: usize = 200;
const LINE_BYTES_MOST: usize = 64 * 1024;

/// What a parser makes of sample lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    pub fields: Vec<Field>,
    /// For each line its event's time and values, or why it does not fit.
    pub lines: Vec<Result<(i64, Vec<Value<'static>>), Unfit>>,
}

/// Parses sample lines; `taken_ms` stands for the time at which they would have been taken.
pub fn try_on(spec: &ParserSpec, lines: &[&[u8]], taken_ms: i64) -> Result<Tried, Refusal> {
    if lines.len() > LINES_MOST || lines.iter().any(|line| line.len() > LINE_BYTES_MOST) {
        return Err(Refusal::new(
            "lines",
            format!("At most {LINES_MOST} lines of at most {LINE_BYTES_MOST} bytes: leave some out."),
            format!("Como mucho {LINES_MOST} líneas de como mucho {LINE_BYTES_MOST} bytes: quite algunas."),
        ));
    }
    let parser = spec.parser()?;
    let read = |line: &&[u8]| {
        let mut values = Vec::new();
        let at_ms = parser.parse(line, taken_ms, &mut values)?;
        Ok((at_ms, values.into_iter().map(Value::into_owned).collect()))
    };
    Ok(Tried { fields: parser.fields().to_vec(), lines: lines.iter().map(read).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_own_answer() {
        let spec: ParserSpec =
            serde_json::from_str(r#"{"format": "pattern", "pattern": "^(?P<n>\\d+)$", "fields": [{"name": "n", "kind": "integer"}]}"#).unwrap();
        let tried = try_on(&spec, &[b"12", b"x"], 5).unwrap();
        assert_eq!(tried.lines[0], Ok((5, vec![Value::Timestamp(5), Value::Integer(12), Value::text("12")])));
        assert!(tried.lines[1].is_err());
        assert!(try_on(&spec, &vec![&b"1"[..]; 201], 0).is_err());
        assert!(try_on(&spec, &[&vec![b'1'; LINE_BYTES_MOST + 1]], 0).is_err());
    }
}
