//! Physical copies: what is left of a table once its rule and masks are carried out without the engine.

use super::tables::{COLUMNS, Row, batch};
use crate::{ColumnType, Mask, PinnedColumn, columns::read_schema};
use arrow::{
    array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StringViewArray, new_null_array},
    compute::cast,
    datatypes::{DataType, Float64Type, Int64Type},
    record_batch::RecordBatch,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{collections::BTreeMap, sync::Arc};

/// The department's key of hashes.
pub(super) const KEY: [u8; 32] = [3; 32];

/// The visible rows as their reader sees them, and the columns that are left.
pub(super) fn copy(visible: &[Row], masks: &BTreeMap<String, Mask>) -> (Vec<PinnedColumn>, RecordBatch) {
    let whole = batch(visible);
    let shown = COLUMNS.iter().zip(whole.columns()).filter_map(|((name, kind), array)| {
        let (kind, array) = covered(name, *kind, array, masks.get(*name).copied())?;
        Some((PinnedColumn { name: (*name).into(), kind }, array))
    });
    let (columns, arrays): (Vec<PinnedColumn>, Vec<ArrayRef>) = shown.unzip();
    let batch = RecordBatch::try_new(read_schema(&columns), arrays).unwrap();
    (columns, batch)
}

fn covered(name: &str, kind: ColumnType, array: &ArrayRef, mask: Option<Mask>) -> Option<(ColumnType, ArrayRef)> {
    let nulls = |kind, data_type: &DataType| Some((kind, new_null_array(data_type, array.len())));
    match (mask, kind) {
        (None, _) => Some((kind, array.clone())),
        (Some(Mask::Hide), _) => None,
        (Some(Mask::Hash), _) => Some((ColumnType::Text, texts(array, |text| hashed(name, text)))),
        (Some(Mask::KeepLast(kept)), ColumnType::Text | ColumnType::Integer) => Some((ColumnType::Text, texts(array, |text| last(text, usize::from(kept))))),
        (Some(Mask::KeepLast(_)), _) => nulls(ColumnType::Text, &DataType::Utf8View),
        (Some(Mask::Bucket(width)), ColumnType::Number) => {
            let below = array.as_primitive::<Float64Type>().iter().map(|value| value.map(|value| (value / width).floor() * width));
            let below: ArrayRef = Arc::new(below.collect::<Float64Array>());
            Some((kind, below))
        }
        (Some(Mask::Bucket(width)), ColumnType::Integer) => {
            let below = array.as_primitive::<Int64Type>().iter().map(|value| value.map(|value| ((value as f64 / width).floor() * width).floor() as i64));
            let below: ArrayRef = Arc::new(below.collect::<Int64Array>());
            Some((kind, below))
        }
        (Some(Mask::Null | Mask::Bucket(_)), _) => nulls(kind, array.data_type()),
    }
}

fn texts(array: &ArrayRef, cover: impl Fn(&str) -> String) -> ArrayRef {
    let texts = cast(array, &DataType::Utf8).unwrap();
    Arc::new(texts.as_string::<i32>().iter().map(|text| text.map(&cover)).collect::<StringViewArray>())
}

/// Sixteen digits of HMAC under the column's own key.
fn hashed(column: &str, text: &str) -> String {
    let key = digest(&KEY, format!("column\0{column}").as_bytes());
    hex::encode(&digest(&key, text.as_bytes())[..8])
}

fn digest(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn last(text: &str, kept: usize) -> String {
    let length = text.chars().count();
    let covered = if length > kept { length - kept } else { length };
    "•".repeat(covered) + &text.chars().skip(covered).collect::<String>()
}
