//! The try-out: sample lines through a stream's parser, or through another one before it is saved. Nothing is kept.

use super::administered_one;
use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
    streaming::{Line, refused},
};
use ::streaming::{
    parse::{ParserSpec, Value},
    pipeline::try_on,
};
use app::{
    streaming::asks::{TriedLine, TryOn},
    text::Text,
};

/// Most characters of a value that are shown.
const SHOWN: usize = 1_000;

pub async fn answer(portal: Portal, permit: Permit, ask: TryOn) -> Result<Vec<TriedLine>> {
    permit.about(format!("stream {}", ask.stream), serde_json::json!({ "lines": ask.lines.lines().count() }));
    let stream = administered_one(&portal, &permit, &ask.stream).await?;
    let spec: ParserSpec = match ask.parser.trim() {
        "" => Line::of(&stream)?.pipeline.parser,
        written => toml::from_str(written).map_err(|cause| {
            let cause = cause.message().to_owned();
            Fault::invalid(format!("The parser is not right: {cause}."), format!("El analizador no es correcto: {cause}.")).on("parser")
        })?,
    };
    let lines: Vec<&[u8]> = ask.lines.lines().filter(|line| !line.trim().is_empty()).map(str::as_bytes).collect();
    let tried = try_on(&spec, &lines, now_ms()).map_err(refused)?;
    let names: Vec<&str> = tried.fields.iter().map(|field| field.name.as_str()).collect();
    let line = |line: std::result::Result<(i64, Vec<Value<'static>>), ::streaming::parse::Unfit>| match line {
        Ok((_, values)) => {
            let named = names.iter().zip(values).filter_map(|(name, value)| Some(((*name).to_owned(), shown(value)?)));
            TriedLine::Event(named.collect())
        }
        Err(unfit) => TriedLine::Unfit { at: unfit.at, expected: Text::of(unfit.expected.en, unfit.expected.es) },
    };
    Ok(tried.lines.into_iter().map(line).collect())
}

fn shown(value: Value<'static>) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Text(text) => text.into_owned(),
        Value::Texts(texts) => texts.join(", "),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Timestamp(at_ms) => chrono::DateTime::from_timestamp_millis(at_ms).map(|time| time.to_rfc3339()).unwrap_or_default(),
    };
    Some(text.chars().take(SHOWN).collect())
}
