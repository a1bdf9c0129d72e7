//! JSON lines: one object a line; nested values are kept as their JSON text.

use super::{
    Assembly, BadRow, Limits, ReadFault, Reason, Source,
    encoding::refuse_other_encodings,
    feed::{self, Feed},
    header::{check_names, column_name},
    lines::Lines,
    object::{self, Object},
    store::Pinned,
    values::{Cell, Guess, cell},
};
use crate::scope::{ColumnType, PinnedColumn};
use serde_json::Value;
use std::{collections::HashMap, sync::Arc};

/// The columns that the first objects have, in order of first mention.
pub(super) async fn look(pinned: &Pinned, source: &Source) -> Result<Vec<PinnedColumn>, ReadFault> {
    let (limits, file) = (source.limits, pinned.file.url.clone());
    feed::peek(pinned, move |feed| {
        let mut lines = begin(feed, &limits, &file)?;
        let (mut names, mut guesses): (Vec<String>, Vec<Guess>) = (Vec::new(), Vec::new());
        let mut places: HashMap<String, usize> = HashMap::new();
        for _ in 0..limits.sample_rows {
            let Some(line) = lines.next()? else { break };
            if line.fault.is_none()
                && let Ok(object) = object::parse(&lines.feed.window()[..line.length], limits.depth)
            {
                for (key, value) in object.entries {
                    let name = column_name(&key);
                    let place = *places.entry(name.clone()).or_insert(names.len());
                    if place == names.len() {
                        names.push(name);
                        guesses.push(Guess::default());
                        check_names(&file, &names, &limits)?;
                    }
                    see(&mut guesses[place], &value);
                }
            }
            lines.advance(&line)?;
        }
        if names.is_empty() {
            return Err(ReadFault::Malformed { file, reason: "none of its first lines is a JSON object".into() });
        }
        Ok(names.into_iter().zip(guesses).map(|(name, guess)| PinnedColumn { name, kind: guess.kind(false) }).collect())
    })
    .await
}

/// Reads the file as these columns; a key that is absent is null, and keys that are no column are passed over.
pub(super) fn read(pinned: Pinned, source: &Source, columns: Vec<PinnedColumn>) -> futures::stream::BoxStream<'static, Result<super::Batch, ReadFault>> {
    let (limits, file) = (source.limits, pinned.name.clone());
    feed::parse(pinned, move |feed, sink| {
        let mut lines = begin(feed, &limits, &file)?;
        let mut assembly = Assembly::new(file.clone(), &columns);
        while let Some(line) = lines.next()? {
            let window = &lines.feed.window()[..line.length];
            let cells = match &line.fault {
                Some(reason) => Err(reason.clone()),
                None => object::parse(window, limits.depth).and_then(|object| row(object, &columns)),
            };
            match cells {
                Ok(cells) => assembly.push(&cells),
                Err(reason) => assembly.bad.push(bad(&file, line.line, line.byte, reason, &window[..window.len().min(limits.content_bytes)])),
            }
            lines.advance(&line)?;
            if assembly.is_full() && !sink.send(assembly.batch(lines.feed.bytes_read())?) {
                return Ok(());
            }
        }
        sink.send(assembly.batch(lines.feed.bytes_read())?);
        Ok(())
    })
}

fn begin(mut feed: Feed, limits: &Limits, file: &str) -> Result<Lines, ReadFault> {
    while feed.window().len() <= limits.row_bytes && !feed.ended() {
        feed.more()?;
    }
    refuse_other_encodings(file, feed.window())?;
    let mut lines = Lines::new(feed, limits);
    lines.skip_mark();
    Ok(lines)
}

fn bad(file: &Arc<str>, line: u64, byte: u64, reason: Reason, content: &[u8]) -> BadRow {
    BadRow { file: file.clone(), line, byte, reason, content: String::from_utf8_lossy(content).into_owned() }
}

fn see(guess: &mut Guess, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(_) => guess.see_bool(),
        Value::Number(number) if number.is_i64() => guess.see_integer(),
        // Above 63 bits only text keeps every digit.
        Value::Number(number) if number.is_u64() => guess.see_other(),
        Value::Number(_) => guess.see_number(),
        Value::String(text) => guess.see_quoted(text),
        Value::Array(_) | Value::Object(_) => guess.see_other(),
    }
}

fn row(object: Object, columns: &[PinnedColumn]) -> Result<Vec<Cell<'static>>, Reason> {
    let mut cells: Vec<Cell<'static>> = columns.iter().map(|_| Cell::Null).collect();
    let mut filled = vec![false; columns.len()];
    for (key, value) in object.entries {
        let name = column_name(&key);
        let Some(place) = columns.iter().position(|column| column.name == name) else { continue };
        if filled[place] {
            return Err(Reason::DuplicateKey);
        }
        filled[place] = true;
        cells[place] = typed(columns[place].kind, value).ok_or_else(|| Reason::NotOfType { column: name, expected: columns[place].kind })?;
    }
    Ok(cells)
}

fn typed(kind: ColumnType, value: Value) -> Option<Cell<'static>> {
    match (kind, value) {
        (_, Value::Null) => Some(Cell::Null),
        (ColumnType::Text, Value::String(text)) => Some(Cell::Owned(text)),
        (ColumnType::Text, value) => Some(Cell::Owned(value.to_string())),
        (ColumnType::Bool, Value::Bool(value)) => Some(Cell::Bool(value)),
        (ColumnType::Integer, Value::Number(number)) => number.as_i64().map(Cell::Integer),
        (ColumnType::Number, Value::Number(number)) => number.as_f64().filter(|value| value.is_finite()).map(Cell::Number),
        (ColumnType::Date | ColumnType::Timestamp | ColumnType::Integer | ColumnType::Number | ColumnType::Bool, Value::String(text)) => {
            match cell(kind, &text, false)? {
                Cell::Date(value) => Some(Cell::Date(value)),
                Cell::Timestamp(value) => Some(Cell::Timestamp(value)),
                Cell::Integer(value) => Some(Cell::Integer(value)),
                Cell::Number(value) => Some(Cell::Number(value)),
                Cell::Bool(value) => Some(Cell::Bool(value)),
                Cell::Null => Some(Cell::Null),
                Cell::Text(_) | Cell::Owned(_) => None,
            }
        }
        _ => None,
    }
}
