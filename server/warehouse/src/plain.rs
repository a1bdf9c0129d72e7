//! Rows as consumers get them: six plain types, whatever the engine reckoned in.

use crate::fault::QueryFault;
use arrow::{
    compute::{CastOptions, cast_with_options},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
    record_batch::{RecordBatch, RecordBatchOptions},
    util::display::FormatOptions,
};
use std::sync::Arc;

/// Utf8, Int64, Float64, Boolean, Date32 or Timestamp in microseconds of UTC without a zone. Refuses what has no plain form.
pub(crate) fn schema(given: &Schema) -> Result<SchemaRef, QueryFault> {
    let fields = given.fields().iter().map(|field| Ok(Field::new(field.name(), plain(field.data_type())?, true))).collect::<Result<Vec<_>, QueryFault>>()?;
    Ok(Arc::new(Schema::new(fields)))
}

/// The batch in the types of `target`, its plain schema.
pub(crate) fn batch(given: &RecordBatch, target: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let exact = CastOptions { safe: false, format_options: FormatOptions::default() };
    let columns = given
        .columns()
        .iter()
        .zip(target.fields())
        .map(|(column, field)| if column.data_type() == field.data_type() { Ok(column.clone()) } else { cast_with_options(column, field.data_type(), &exact) })
        .collect::<Result<_, _>>()?;
    RecordBatch::try_new_with_options(target.clone(), columns, &RecordBatchOptions::new().with_row_count(Some(given.num_rows())))
}

fn plain(kind: &DataType) -> Result<DataType, QueryFault> {
    Ok(match kind {
        DataType::Boolean => DataType::Boolean,
        DataType::Date32 | DataType::Date64 => DataType::Date32,
        DataType::Timestamp(..) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Dictionary(_, values) => plain(values)?,
        DataType::Null | DataType::Time32(_) | DataType::Time64(_) | DataType::Interval(_) | DataType::Duration(_) => DataType::Utf8,
        kind if kind.is_string() => DataType::Utf8,
        kind if kind.is_integer() => DataType::Int64,
        kind if kind.is_numeric() => DataType::Float64,
        _ => return Err(QueryFault::Refused("a result is text, a number, a date, a time or yes/no".into())),
    })
}
