//! CSV as RFC 4180 has it, safe in spreadsheets, with a form for Spanish Excel.
//!
//! A text cell that a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, tab, carriage return, and their full-width
//! forms) gets an apostrophe before it; numbers, negative ones too, stay as they are (A18).

use super::{Document, Format, Written, encoding};
use crate::fault::{Fault, Result};
use app::{
    reports::asks::{Format as Named, Options},
    warehouse::asks::AnswerColumn,
};
use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use async_trait::async_trait;
use std::{io::Write, sync::Arc};
use tokio::io::{AsyncWrite, AsyncWriteExt};

pub const IT: &dyn Format = &It;

struct It;

#[async_trait]
impl Format for It {
    fn named(&self) -> Named {
        Named::Csv
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn content_type(&self) -> &'static str {
        "text/csv; charset=utf-8"
    }

    fn holds_sections(&self) -> bool {
        false
    }

    async fn write(&self, mut document: Document<'_>, out: &mut (dyn AsyncWrite + Send + Unpin)) -> Result<Written> {
        let section = encoding::only(&mut document).await?;
        let dialect = Dialect::of(document.options);
        out.write_all(&head(&section.columns, document.options, dialect)?).await?;
        let encode: encoding::Encode = Arc::new(move |batch, _| encode(batch, dialect));
        let rows = encoding::rows(section.rows, encode, 0, document.progress, out).await?;
        out.flush().await?;
        Ok(encoding::all(rows))
    }
}

#[derive(Clone, Copy)]
struct Dialect {
    delimiter: u8,
    comma: bool,
}

impl Dialect {
    fn of(options: &Options) -> Self {
        Self { delimiter: if options.spanish_excel { b';' } else { b',' }, comma: options.spanish_excel }
    }

    fn writer(self, capacity: usize) -> csv::Writer<Vec<u8>> {
        csv::WriterBuilder::new().delimiter(self.delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(capacity))
    }
}

/// Column names, not labels: the file is for programs too.
fn head(columns: &[AnswerColumn], options: &Options, dialect: Dialect) -> Result<Vec<u8>> {
    let mut bytes = if options.spanish_excel { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = dialect.writer(256);
    writer.write_record(columns.iter().map(|column| safe(&column.name))).map_err(Fault::internal)?;
    bytes.append(&mut finished(writer)?);
    Ok(bytes)
}

fn encode(batch: &RecordBatch, dialect: Dialect) -> Result<Vec<u8>> {
    let mut writer = dialect.writer(batch.num_rows() * batch.num_columns() * 8);
    let mut cells = batch.columns().iter().map(|column| cell_writer(column.as_ref(), dialect)).collect::<Result<Vec<_>>>()?;
    let mut cell = Vec::with_capacity(64);
    for row in 0..batch.num_rows() {
        for write in &mut cells {
            cell.clear();
            write(row, &mut cell);
            writer.write_field(&cell).map_err(Fault::internal)?;
        }
        writer.write_record(None::<&[u8]>).map_err(Fault::internal)?;
    }
    finished(writer)
}

fn finished(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>> {
    writer.into_inner().map_err(|cause| Fault::internal(cause.to_string()))
}

type CellWriter<'a> = Box<dyn FnMut(usize, &mut Vec<u8>) + 'a>;

/// Writes one cell of a column; the column's type is looked at once per batch.
fn cell_writer<'a>(array: &'a dyn Array, dialect: Dialect) -> Result<CellWriter<'a>> {
    let nulls = array.nulls();
    let absent = move |row: usize| nulls.is_some_and(|nulls| nulls.is_null(row));
    // Writing to a vector cannot fail.
    Ok(match array.data_type() {
        DataType::Utf8 => {
            let column = array.as_string::<i32>();
            Box::new(move |row, cell| {
                if !absent(row) {
                    let text = column.value(row);
                    if dangerous(text) {
                        cell.push(b'\'');
                    }
                    cell.extend_from_slice(text.as_bytes());
                }
            })
        }
        DataType::Int64 => {
            let column = array.as_primitive::<Int64Type>();
            Box::new(move |row, cell| {
                if !absent(row) {
                    let _ = write!(cell, "{}", column.value(row));
                }
            })
        }
        DataType::Float64 => {
            let column = array.as_primitive::<Float64Type>();
            Box::new(move |row, cell| {
                if !absent(row) {
                    let _ = write!(cell, "{}", column.value(row));
                    if dialect.comma
                        && let Some(point) = cell.iter().position(|byte| *byte == b'.')
                    {
                        cell[point] = b',';
                    }
                }
            })
        }
        DataType::Boolean => {
            let column = array.as_boolean();
            Box::new(move |row, cell| {
                if !absent(row) {
                    cell.extend_from_slice(if column.value(row) { b"true" } else { b"false" });
                }
            })
        }
        DataType::Date32 => {
            let column = array.as_primitive::<Date32Type>();
            Box::new(move |row, cell| {
                if let Some(day) = (!absent(row)).then(|| column.value_as_date(row)).flatten() {
                    let _ = write!(cell, "{day}");
                }
            })
        }
        DataType::Timestamp(..) => {
            let column = array.as_primitive::<TimestampMicrosecondType>();
            Box::new(move |row, cell| {
                if let Some(time) = (!absent(row)).then(|| column.value_as_datetime(row)).flatten() {
                    let _ = write!(cell, "{}", time.format("%Y-%m-%d %H:%M:%S%.f"));
                }
            })
        }
        other => return Err(Fault::internal(format!("a report column of type {other}"))),
    })
}

/// Whether a spreadsheet might run this text: a number, signed or not, is only a number.
fn dangerous(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'=' | b'@' | b'\t' | b'\r' | b'\n') => true,
        Some(b'+' | b'-') => text.parse::<f64>().is_err(),
        Some(0xEF) => text.starts_with(['＝', '＋', '－', '＠']),
        _ => false,
    }
}

fn safe(text: &str) -> String {
    if dangerous(text) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Float64Array, StringArray};

    fn written(dialect: Dialect) -> String {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("=cmd|' /C calc'!A0"), Some("-5"), Some("say \"hi\", now"), None, Some("＝1")]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![Some(-5.5), Some(1e21), Some(0.1), None, Some(2.0)]));
        let batch = RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap();
        String::from_utf8(encode(&batch, dialect).unwrap()).unwrap()
    }

    #[test]
    fn a18_neutralises_formulas_and_leaves_numbers() {
        let text = written(Dialect { delimiter: b',', comma: false });
        assert_eq!(text, "'=cmd|' /C calc'!A0,-5.5\r\n-5,1000000000000000000000\r\n\"say \"\"hi\"\", now\",0.1\r\n,\r\n'＝1,2\r\n");
    }

    #[test]
    fn spanish_excel_reads_decimals() {
        assert!(written(Dialect { delimiter: b';', comma: true }).contains("A0;-5,5\r\n"));
    }
}
