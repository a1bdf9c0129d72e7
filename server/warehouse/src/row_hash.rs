//! A hash of a dataset version's rows that does not depend on their order: equal contents, equal hash.

use crate::{Warehouse, fault::QueryFault, session};
use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
    record_batch::RecordBatch,
};
use datafusion::physical_plan::execute_stream;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};

impl Warehouse {
    /// Hash over all rows, without the load metadata (columns that begin with `_`). Numbers count to about seven digits,
    /// because the last ones of a sum depend on the order in which its parts were added.
    pub async fn row_hash(&self, dataset: &str, version: u64) -> Result<String, QueryFault> {
        let mut batches = self.contents(dataset, version).await?;
        let (mut rows, mut sum, mut mixed) = (0u64, 0u64, 0u64);
        while let Some(batch) = batches.try_next().await? {
            for hash in hashes(&batch) {
                rows += 1;
                sum = sum.wrapping_add(hash);
                mixed = mixed.wrapping_add(mix(hash ^ 0x5851_f42d_4c95_7f2d));
            }
        }
        Ok(format!("{rows}-{sum:016x}{mixed:016x}"))
    }

    /// All rows of a dataset version, governed by nothing: for row hashes, tests and the archive, never for a reader.
    pub async fn contents(&self, dataset: &str, version: u64) -> Result<BoxStream<'static, Result<RecordBatch, QueryFault>>, QueryFault> {
        let table = self.table(dataset, version).await?;
        let state = session::build_state(&self.inner, session::Joins::Hashed);
        let plan = table.plan(&state, None, None, None).map_err(QueryFault::engine)?;
        let stream = execute_stream(plan, state.task_ctx()).map_err(QueryFault::engine)?;
        Ok(stream.map_err(QueryFault::engine).boxed())
    }
}

fn hashes(batch: &RecordBatch) -> Vec<u64> {
    let mut rows = vec![0; batch.num_rows()];
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if !field.name().starts_with('_') {
            let salt = bytes_hash(field.name().as_bytes());
            for (row, hash) in rows.iter_mut().enumerate() {
                *hash = mix(*hash ^ salt ^ value_hash(column, row));
            }
        }
    }
    rows
}

fn value_hash(column: &ArrayRef, row: usize) -> u64 {
    if column.is_null(row) {
        return 0x9e37_79b9_7f4a_7c15;
    }
    match column.data_type() {
        DataType::Int64 => mix(column.as_primitive::<Int64Type>().value(row) as u64),
        DataType::Float64 => number_hash(column.as_primitive::<Float64Type>().value(row)),
        DataType::Date32 => mix(column.as_primitive::<Date32Type>().value(row) as u64),
        DataType::Timestamp(..) => mix(column.as_primitive::<TimestampMicrosecondType>().value(row) as u64),
        DataType::Boolean => mix(u64::from(column.as_boolean().value(row))),
        _ => bytes_hash(column.as_string_view().value(row).as_bytes()),
    }
}

/// Whole and half numbers fall in the middle of a step, so that an error in the last bits does not move them to the next.
fn number_hash(number: f64) -> u64 {
    let number = if number == 0.0 { 0.0 } else { number };
    mix(number.to_bits().wrapping_add(1 << 27) >> 28)
}

fn bytes_hash(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    for part in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..part.len()].copy_from_slice(part);
        hash = mix(hash ^ u64::from_le_bytes(word));
    }
    hash
}

/// The finaliser of SplitMix64.
fn mix(mut hash: u64) -> u64 {
    hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_the_last_bits_of_a_sum_does_not_change_the_hash() {
        let forward: f64 = (0..1000).map(|n| f64::from(n) * 0.37).sum();
        let backward: f64 = (0..1000).rev().map(|n| f64::from(n) * 0.37).sum();
        assert_eq!(number_hash(forward), number_hash(backward));
        assert_eq!(number_hash(3.0), number_hash(2.999_999_999_999_9));
        assert_ne!(number_hash(3.0), number_hash(3.001));
        assert_eq!(number_hash(0.0), number_hash(-0.0));
    }

    #[test]
    fn texts_differ_by_their_last_byte_and_by_their_length() {
        assert_ne!(bytes_hash(b"abcdefgh1"), bytes_hash(b"abcdefgh2"));
        assert_ne!(bytes_hash(b"a"), bytes_hash(b"a\0"));
    }
}
