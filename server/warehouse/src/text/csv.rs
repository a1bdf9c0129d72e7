//! CSV as RFC 4180 has it, safe in spreadsheets, with a form for Spanish Excel.
//!
//! A text cell that a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, tab, carriage return, and their full-width
//! forms) gets an apostrophe before it; numbers, negative ones too, stay as they are (A18).

use super::unknown;
use crate::fault::QueryFault;
use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use std::io::Write;

type Csv = csv::Writer<Vec<u8>>;

/// How cells are parted and decimals written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvDialect {
    /// Comma, decimal point.
    Plain,
    /// Semicolon, decimal comma.
    SpanishExcel,
}

impl CsvDialect {
    fn writer(self, capacity: usize) -> Csv {
        let delimiter = if self == Self::SpanishExcel { b';' } else { b',' };
        csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(Vec::with_capacity(capacity))
    }

    /// A line of names.
    pub fn head<'a>(self, names: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, QueryFault> {
        let mut writer = self.writer(256);
        writer.write_record(names.map(safe)).map_err(QueryFault::engine)?;
        finished(writer)
    }

    /// The rows of a batch of plain types (`Rows`).
    pub fn rows(self, batch: &RecordBatch) -> Result<Vec<u8>, QueryFault> {
        let mut writer = self.writer(batch.num_rows() * batch.num_columns() * 8);
        let mut cells = batch.columns().iter().map(|column| cell_writer(column.as_ref(), self)).collect::<Result<Vec<_>, _>>()?;
        for row in 0..batch.num_rows() {
            for write in &mut cells {
                write(row, &mut writer).map_err(QueryFault::engine)?;
            }
            writer.write_record(None::<&[u8]>).map_err(QueryFault::engine)?;
        }
        finished(writer)
    }
}

fn finished(writer: Csv) -> Result<Vec<u8>, QueryFault> {
    writer.into_inner().map_err(|cause| QueryFault::engine(cause.to_string()))
}

type CellWriter<'a> = Box<dyn FnMut(usize, &mut Csv) -> csv::Result<()> + 'a>;

/// Writes one cell of a column; the column's type is looked at once per batch.
fn cell_writer<'a>(array: &'a dyn Array, dialect: CsvDialect) -> Result<CellWriter<'a>, QueryFault> {
    let nulls = array.nulls();
    let absent = move |row: usize| nulls.is_some_and(|nulls| nulls.is_null(row));
    let mut cell: Vec<u8> = Vec::with_capacity(32);
    // Writing to a vector cannot fail.
    Ok(match array.data_type() {
        DataType::Utf8 => {
            let column = array.as_string::<i32>();
            Box::new(move |row, csv| {
                let text = if absent(row) { "" } else { column.value(row) };
                if dangerous(text) { csv.write_field(safe(text)) } else { csv.write_field(text) }
            })
        }
        DataType::Int64 => {
            let column = array.as_primitive::<Int64Type>();
            let mut digits = itoa::Buffer::new();
            Box::new(move |row, csv| csv.write_field(if absent(row) { "" } else { digits.format(column.value(row)) }))
        }
        DataType::Float64 => {
            let column = array.as_primitive::<Float64Type>();
            Box::new(move |row, csv| {
                cell.clear();
                if !absent(row) {
                    let _ = write!(cell, "{}", column.value(row));
                    if dialect == CsvDialect::SpanishExcel
                        && let Some(point) = cell.iter().position(|byte| *byte == b'.')
                    {
                        cell[point] = b',';
                    }
                }
                csv.write_field(&cell)
            })
        }
        DataType::Boolean => {
            let column = array.as_boolean();
            Box::new(move |row, csv| {
                csv.write_field(match (absent(row), column.value(row)) {
                    (true, _) => "",
                    (false, true) => "true",
                    (false, false) => "false",
                })
            })
        }
        DataType::Date32 => {
            let column = array.as_primitive::<Date32Type>();
            Box::new(move |row, csv| {
                cell.clear();
                if let Some(day) = (!absent(row)).then(|| column.value_as_date(row)).flatten() {
                    let _ = write!(cell, "{day}");
                }
                csv.write_field(&cell)
            })
        }
        DataType::Timestamp(..) => {
            let column = array.as_primitive::<TimestampMicrosecondType>();
            Box::new(move |row, csv| {
                cell.clear();
                if let Some(time) = (!absent(row)).then(|| column.value_as_datetime(row)).flatten() {
                    let _ = write!(cell, "{time}");
                }
                csv.write_field(&cell)
            })
        }
        other => return Err(unknown(other)),
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
    use std::sync::Arc;

    fn written(dialect: CsvDialect) -> String {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("=cmd|' /C calc'!A0"), Some("-5"), Some("say \"hi\", now"), None, Some("＝1")]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![Some(-5.5), Some(1e21), Some(0.1), None, Some(2.0)]));
        let batch = RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap();
        String::from_utf8(dialect.rows(&batch).unwrap()).unwrap()
    }

    #[test]
    fn a18_neutralises_formulas_and_leaves_numbers() {
        let text = written(CsvDialect::Plain);
        assert_eq!(text, "'=cmd|' /C calc'!A0,-5.5\r\n-5,1000000000000000000000\r\n\"say \"\"hi\"\", now\",0.1\r\n,\r\n'＝1,2\r\n");
    }

    #[test]
    fn spanish_excel_reads_decimals() {
        assert!(written(CsvDialect::SpanishExcel).contains("A0;-5,5\r\n"));
    }
}
