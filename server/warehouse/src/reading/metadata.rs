//! Load metadata: which run brought a row, when, and from which file; constant columns that cost nearly nothing.

use crate::fault::QueryFault;
use arrow::{
    array::{ArrayRef, DictionaryArray, Int32Array, StringArray, TimestampMicrosecondArray},
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, TimeUnit},
    record_batch::RecordBatch,
};
use std::sync::Arc;

/// The schema with `_run`, `_loaded_at` and `_source` added.
pub fn load_schema(schema: &Schema) -> SchemaRef {
    let mut fields = schema.fields().to_vec();
    fields.push(Arc::new(Field::new("_run", constant_text(), false)));
    fields.push(Arc::new(Field::new("_loaded_at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false)));
    fields.push(Arc::new(Field::new("_source", constant_text(), false)));
    Arc::new(Schema::new(fields))
}

/// The batch with the three columns added. `loaded_at`: microseconds since 1970, the same for all rows of a run.
pub fn with_load_metadata(batch: &RecordBatch, run: &str, loaded_at: i64, source: &str) -> Result<RecordBatch, QueryFault> {
    let rows = batch.num_rows();
    let mut columns = batch.columns().to_vec();
    columns.push(constant(run, rows)?);
    columns.push(Arc::new(TimestampMicrosecondArray::from_value(loaded_at, rows).with_timezone("UTC")));
    columns.push(constant(source, rows)?);
    RecordBatch::try_new(load_schema(&batch.schema()), columns).map_err(QueryFault::engine)
}

fn constant_text() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn constant(text: &str, rows: usize) -> Result<ArrayRef, QueryFault> {
    let keys = Int32Array::from_value(0, rows);
    let values = Arc::new(StringArray::from_iter_values([text]));
    Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(keys, values).map_err(QueryFault::engine)?))
}
