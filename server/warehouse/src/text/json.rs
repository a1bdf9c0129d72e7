//! Rows as JSON objects.

use super::unknown;
use crate::fault::QueryFault;
use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use std::io::Write;

/// Objects of one batch: `lead` before the first, `between` two, `trail` after the last.
pub fn json_objects(batch: &RecordBatch, lead: &str, between: &str, trail: &str) -> Result<Vec<u8>, QueryFault> {
    let schema = batch.schema();
    let names: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| serde_json::to_string(field.name()).map(|name| format!("{name}:")))
        .collect::<Result<_, _>>()
        .map_err(QueryFault::engine)?;
    let cells = batch.columns().iter().map(|column| cell_writer(column.as_ref())).collect::<Result<Vec<_>, _>>()?;
    let mut bytes = Vec::with_capacity(batch.num_rows() * batch.num_columns() * 24);
    for row in 0..batch.num_rows() {
        bytes.extend_from_slice(if row == 0 { lead } else { between }.as_bytes());
        for (index, (name, write)) in names.iter().zip(&cells).enumerate() {
            bytes.push(if index == 0 { b'{' } else { b',' });
            bytes.extend_from_slice(name.as_bytes());
            write(row, &mut bytes).map_err(QueryFault::engine)?;
        }
        bytes.push(b'}');
    }
    bytes.extend_from_slice(trail.as_bytes());
    Ok(bytes)
}

type CellWriter<'a> = Box<dyn Fn(usize, &mut Vec<u8>) -> std::io::Result<()> + 'a>;

/// Writes one value of a column; what JSON cannot say (not a number, infinite) is null.
fn cell_writer<'a>(array: &'a dyn Array) -> Result<CellWriter<'a>, QueryFault> {
    let nulls = array.nulls();
    let absent = move |row: usize, bytes: &mut Vec<u8>| {
        let null = nulls.is_some_and(|nulls| nulls.is_null(row));
        if null {
            bytes.extend_from_slice(b"null");
        }
        null
    };
    Ok(match array.data_type() {
        DataType::Utf8 => {
            let column = array.as_string::<i32>();
            Box::new(move |row, bytes| if absent(row, bytes) { Ok(()) } else { Ok(serde_json::to_writer(bytes, column.value(row))?) })
        }
        DataType::Int64 => {
            let column = array.as_primitive::<Int64Type>();
            Box::new(move |row, bytes| {
                if !absent(row, bytes) {
                    bytes.extend_from_slice(itoa::Buffer::new().format(column.value(row)).as_bytes());
                }
                Ok(())
            })
        }
        DataType::Float64 => {
            let column = array.as_primitive::<Float64Type>();
            Box::new(move |row, bytes| if absent(row, bytes) { Ok(()) } else { Ok(serde_json::to_writer(bytes, &column.value(row))?) })
        }
        DataType::Boolean => {
            let column = array.as_boolean();
            Box::new(move |row, bytes| {
                if !absent(row, bytes) {
                    bytes.extend_from_slice(if column.value(row) { b"true" } else { b"false" });
                }
                Ok(())
            })
        }
        DataType::Date32 => {
            let column = array.as_primitive::<Date32Type>();
            Box::new(move |row, bytes| match column.value_as_date(row) {
                _ if absent(row, bytes) => Ok(()),
                Some(day) => Ok(write!(bytes, "\"{day}\"")?),
                None => {
                    bytes.extend_from_slice(b"null");
                    Ok(())
                }
            })
        }
        DataType::Timestamp(..) => {
            let column = array.as_primitive::<TimestampMicrosecondType>();
            Box::new(move |row, bytes| match column.value_as_datetime(row) {
                _ if absent(row, bytes) => Ok(()),
                Some(time) => Ok(write!(bytes, "\"{time:?}\"")?),
                None => {
                    bytes.extend_from_slice(b"null");
                    Ok(())
                }
            })
        }
        other => return Err(unknown(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{ArrayRef, Float64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn writes_what_json_can_say() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a\"b\n"), None]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, -0.5]));
        let batch = RecordBatch::try_from_iter([("text", texts), ("number", numbers)]).unwrap();
        let text = String::from_utf8(json_objects(&batch, "", "\n", "\n").unwrap()).unwrap();
        assert_eq!(text, "{\"text\":\"a\\\"b\\n\",\"number\":null}\n{\"text\":null,\"number\":-0.5}\n");
    }
}
