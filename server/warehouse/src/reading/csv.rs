//! Delimited text: the delimiter, the header and the types are found out; good rows go on, bad ones aside.

use super::{
    Assembly, BadRow, Limits, ReadFault, Reason, Source,
    encoding::refuse_other_encodings,
    feed::{self, Feed},
    header::{Layout, column_name},
    lines::Line,
    record::{Field, Records},
    store::Pinned,
    values::{Cell, Guess, cell},
};
use crate::scope::{ColumnType, PinnedColumn};
use std::borrow::Cow;

/// How a file is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dialect {
    delimiter: u8,
    /// Numbers are written `1.234,56`.
    comma: bool,
}

const DELIMITERS: [u8; 4] = *b",;\t|";
/// Records that the delimiter is judged by.
const SNIFF_RECORDS: usize = 100;
const SNIFF_BYTES: usize = 256 << 10;

/// Finds out how the file is written and what its columns are.
pub(super) async fn look(pinned: &Pinned, source: &Source) -> Result<Vec<PinnedColumn>, ReadFault> {
    let (limits, file) = (source.limits, pinned.file.url.clone());
    feed::peek(pinned, move |feed| {
        let (mut records, dialect, names) = begin(feed, &limits, &file)?;
        let mut guesses = vec![Guess::default(); names.len()];
        for _ in 0..limits.sample_rows {
            let Some(record) = records.next()? else { break };
            if record.fault.is_none() && records.fields.len() == names.len() {
                let window = records.window();
                for (guess, field) in guesses.iter_mut().zip(&records.fields) {
                    guess.see(&String::from_utf8_lossy(&window[field.bytes.clone()]));
                }
            }
            records.advance(&record)?;
        }
        Ok(names.into_iter().zip(guesses).map(|(name, guess)| PinnedColumn { name, kind: guess.kind(dialect.comma) }).collect())
    })
    .await
}

/// Reads the file as these columns, whose order the file need not have.
pub(super) fn read(pinned: Pinned, source: &Source, columns: Vec<PinnedColumn>) -> futures::stream::BoxStream<'static, Result<super::Batch, ReadFault>> {
    let (limits, file) = (source.limits, pinned.name.clone());
    feed::parse(pinned, move |feed, sink| {
        let (mut records, dialect, names) = begin(feed, &limits, &file)?;
        let layout = Layout::new(&file, &names, &columns)?;
        let mut assembly = Assembly::new(file.clone(), &columns);
        while let Some(mut record) = records.next()? {
            match row(&records, &record, &layout, &columns, &dialect) {
                Ok(cells) => assembly.push(&cells),
                Err(reason) => {
                    if matches!(reason, Reason::FieldCount { .. }) {
                        records.first_line_only(&mut record);
                    }
                    let content = records.window()[..record.length.min(limits.content_bytes)].to_vec();
                    assembly.bad.push(bad(&file, &record, reason, &content));
                }
            }
            records.advance(&record)?;
            if assembly.is_full() && !sink.send(assembly.batch(records.lines.feed.bytes_read())?) {
                return Ok(());
            }
        }
        sink.send(assembly.batch(records.lines.feed.bytes_read())?);
        Ok(())
    })
}

fn bad(file: &std::sync::Arc<str>, record: &Line, reason: Reason, content: &[u8]) -> BadRow {
    BadRow { file: file.clone(), line: record.line, byte: record.byte, reason, content: String::from_utf8_lossy(content).into_owned() }
}

/// Passes the header: what remains are the rows.
fn begin(mut feed: Feed, limits: &Limits, file: &str) -> Result<(Records, Dialect, Vec<String>), ReadFault> {
    while feed.window().len() <= limits.row_bytes && !feed.ended() {
        feed.more()?;
    }
    refuse_other_encodings(file, feed.window())?;
    let dialect = dialect(feed.window(), limits);
    let mut records = Records::new(feed, dialect.delimiter, limits);
    records.lines.skip_mark();
    let header = |reason: String| ReadFault::Header { file: file.to_owned(), reason };
    let Some(record) = records.next()? else { return Err(header("the file is empty: its first line must name the columns".into())) };
    if let Some(reason) = &record.fault {
        return Err(header(format!("its first line must name the columns, but {reason}")));
    }
    let window = records.window();
    let names: Vec<String> = records.fields.iter().map(|field| column_name(&text(window, field))).collect();
    super::header::check_names(file, &names, limits)?;
    records.advance(&record)?;
    Ok((records, dialect, names))
}

/// The cells of a good record in the order of `columns`, or why it is none.
fn row<'a>(records: &'a Records, record: &Line, layout: &Layout, columns: &[PinnedColumn], dialect: &Dialect) -> Result<Vec<Cell<'a>>, Reason> {
    if let Some(reason) = &record.fault {
        return Err(reason.clone());
    }
    let window = &records.window()[..record.length];
    if memchr::memchr(0, window).is_some() {
        return Err(Reason::Nul);
    }
    let whole = std::str::from_utf8(window).map_err(|_| Reason::NotUtf8)?;
    if records.fields.len() != layout.fields {
        return Err(Reason::FieldCount { expected: layout.fields as u64, found: records.fields.len() as u64 });
    }
    columns
        .iter()
        .zip(&layout.places)
        .map(|(column, place)| {
            let field = &records.fields[*place];
            let Some(text) = whole.get(field.bytes.clone()) else { return Err(Reason::NotUtf8) };
            if text.is_empty() && !(field.quoted && column.kind == ColumnType::Text) {
                return Ok(Cell::Null);
            }
            let cell =
                if field.doubled { cell(column.kind, &text.replace("\"\"", "\""), dialect.comma).map(owned) } else { cell(column.kind, text, dialect.comma) };
            cell.ok_or_else(|| Reason::NotOfType { column: column.name.clone(), expected: column.kind })
        })
        .collect()
}

fn owned(cell: Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Text(text) => Cell::Owned(text.to_owned()),
        Cell::Null => Cell::Null,
        Cell::Bool(value) => Cell::Bool(value),
        Cell::Integer(value) => Cell::Integer(value),
        Cell::Number(value) => Cell::Number(value),
        Cell::Date(value) => Cell::Date(value),
        Cell::Timestamp(value) => Cell::Timestamp(value),
        Cell::Owned(text) => Cell::Owned(text),
    }
}

fn text<'a>(window: &'a [u8], field: &Field) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(&window[field.bytes.clone()]);
    if field.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { text }
}

/// The delimiter that cuts the first records into the same number of fields most often, and most of them.
fn dialect(window: &[u8], limits: &Limits) -> Dialect {
    let sample = window.strip_prefix(b"\xef\xbb\xbf").unwrap_or(window);
    let sample = &sample[..sample.len().min(SNIFF_BYTES)];
    let judged = DELIMITERS.map(|delimiter| {
        let mut records = Records::new(Feed::of(sample), delimiter, limits);
        let (mut width, mut same, mut seen) = (0, 0usize, 0usize);
        let mut guess = Guess::default();
        while seen < SNIFF_RECORDS {
            let Ok(Some(record)) = records.next() else { break };
            if seen == 0 {
                width = records.fields.len();
            }
            same += usize::from(records.fields.len() == width && record.fault.is_none());
            if seen > 0 {
                records.fields.iter().for_each(|field| guess.see(&text(records.window(), field)));
            }
            seen += 1;
            if records.advance(&record).is_err() {
                break;
            }
        }
        let score = if width < 2 { 0 } else { same * 1000 / seen.max(1) * 1000 + width.min(999) };
        (score, Dialect { delimiter, comma: delimiter != b',' && guess.writes_commas() })
    });
    let plain = Dialect { delimiter: b',', comma: false };
    judged.into_iter().fold((0, plain), |best, other| if other.0 > best.0 { other } else { best }).1
}
