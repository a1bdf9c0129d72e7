//! The six column types as the lake holds them, and the way there from whatever a source or a select gives.

use crate::{
    fault::QueryFault,
    scope::{ColumnType, PinnedColumn},
};
use arrow::{
    array::{Array, ArrayRef, AsArray, BinaryArray, StringBuilder, make_array},
    compute::{CastOptions, cast_with_options},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use deltalake::kernel::{DataType as DeltaType, StructField, StructType};
use std::{collections::HashSet, sync::Arc};

/// What a type counts as: decimals are numbers, times of day and everything nested are text. `None` for the null type.
pub fn kind_of(data_type: &DataType) -> Option<ColumnType> {
    match data_type {
        DataType::Null => None,
        DataType::Boolean => Some(ColumnType::Bool),
        DataType::Date32 | DataType::Date64 => Some(ColumnType::Date),
        DataType::Timestamp(..) => Some(ColumnType::Timestamp),
        DataType::Dictionary(_, values) => kind_of(values),
        kind if kind.is_integer() => Some(ColumnType::Integer),
        kind if kind.is_numeric() => Some(ColumnType::Number),
        _ => Some(ColumnType::Text),
    }
}

/// The Arrow type that rows of this kind are read as: 64-bit numbers, days, microseconds in UTC (a time without zone
/// counts as UTC), text as views.
pub fn arrow_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::Utf8View,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
        ColumnType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

/// The columns as a dataset holds them. Every column may be null. Refuses names that Delta or SQL cannot carry.
pub fn pinned(name: &str, schema: &Schema) -> Result<Vec<PinnedColumn>, QueryFault> {
    let refused = |reason: String| QueryFault::Definition { name: name.to_owned(), reason };
    if schema.fields().is_empty() {
        return Err(refused("it has no columns".into()));
    }
    let mut seen = HashSet::new();
    schema
        .fields()
        .iter()
        .map(|field| {
            let column = field.name();
            if column.is_empty() || column.len() > 128 || column.contains([' ', ',', ';', '{', '}', '(', ')', '\n', '\t', '=', '"', '\0']) {
                return Err(refused(format!("the column name {column:?} is not allowed: give it another with `as`, of letters, digits and _")));
            }
            if !seen.insert(column.to_lowercase()) {
                return Err(refused(format!("two columns are called {column}: give one of them another name with `as`")));
            }
            // A column of nulls alone (`null as note`) has no type of its own; text can hold it.
            Ok(PinnedColumn { name: column.clone(), kind: kind_of(field.data_type()).unwrap_or(ColumnType::Text) })
        })
        .collect()
}

/// The schema that readers of a dataset see.
pub fn read_schema(columns: &[PinnedColumn]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(|column| Field::new(&column.name, arrow_type(column.kind), true)).collect::<Vec<_>>()))
}

/// The schema that is encoded: as read, but text stays in the form it came in, which the encoder takes as it is.
pub(crate) fn encoded_schema(columns: &[PinnedColumn], given: &Schema) -> SchemaRef {
    let fields = columns.iter().zip(given.fields()).map(|(column, field)| {
        let data_type = if is_plain_text(field.data_type()) { field.data_type().clone() } else { arrow_type(column.kind) };
        Field::new(&column.name, data_type, true)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The batch in the types of `target`, which has the same number of columns. A value that does not fit is an error, never null.
pub(crate) fn conform(batch: &RecordBatch, target: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().zip(target.fields()).map(|(array, field)| conform_array(array, field.data_type())).collect::<Result<_, _>>()?;
    RecordBatch::try_new(target.clone(), columns)
}

pub(crate) fn conform_array(array: &ArrayRef, target: &DataType) -> Result<ArrayRef, ArrowError> {
    let given = array.data_type();
    if given == target {
        return Ok(array.clone());
    }
    let exact = CastOptions { safe: false, format_options: FormatOptions::default() };
    match (given, target) {
        // A wall-clock time keeps its digits; its values are already counted from 1970.
        (DataType::Timestamp(_, zone), DataType::Timestamp(..)) if zone.is_none() => {
            let micros = cast_with_options(array, &DataType::Timestamp(TimeUnit::Microsecond, None), &exact)?;
            let data = micros.to_data().into_builder().data_type(target.clone()).build()?;
            Ok(make_array(data))
        }
        (DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_), _) => {
            let bytes = cast_with_options(array, &DataType::Binary, &exact)?;
            cast_with_options(&text_of_bytes(bytes.as_binary::<i32>()), target, &exact)
        }
        (DataType::Dictionary(_, values), _) if !is_plain_text(given) => conform_array(&cast_with_options(array, values, &exact)?, target),
        _ if kind_of(given) == Some(ColumnType::Text) && !given.is_string() && !matches!(given, DataType::Dictionary(..)) => {
            cast_with_options(&displayed(array)?, target, &exact)
        }
        _ => cast_with_options(array, target, &exact),
    }
}

/// The same columns as Delta describes them.
pub(crate) fn delta_schema(columns: &[PinnedColumn]) -> Result<StructType, QueryFault> {
    let fields = columns.iter().map(|column| {
        let data_type = match column.kind {
            ColumnType::Text => DeltaType::STRING,
            ColumnType::Integer => DeltaType::LONG,
            ColumnType::Number => DeltaType::DOUBLE,
            ColumnType::Bool => DeltaType::BOOLEAN,
            ColumnType::Date => DeltaType::DATE,
            ColumnType::Timestamp => DeltaType::TIMESTAMP,
        };
        StructField::new(column.name.clone(), data_type, true)
    });
    StructType::try_new(fields).map_err(QueryFault::engine)
}

/// Forms of text that the Parquet encoder takes without a copy.
fn is_plain_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(key, values) => **values == DataType::Utf8 && **key == DataType::Int32,
        _ => false,
    }
}

/// Bytes that are UTF-8 become that text (old writers do not mark their text columns), others `\x…` in hexadecimal.
fn text_of_bytes(bytes: &BinaryArray) -> ArrayRef {
    let mut text = StringBuilder::with_capacity(bytes.len(), bytes.value_data().len());
    for value in bytes {
        text.append_option(value.map(|value| std::str::from_utf8(value).map(str::to_owned).unwrap_or_else(|_| format!("\\x{}", hex::encode(value)))));
    }
    Arc::new(text.finish())
}

/// Lists, structs and times of day as the text that Arrow prints.
fn displayed(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    let format = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &format)?;
    let mut text = StringBuilder::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            text.append_null();
        } else {
            text.append_value(formatter.value(row).try_to_string()?);
        }
    }
    Ok(Arc::new(text.finish()))
}
