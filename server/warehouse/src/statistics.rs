//! Statistics of a data file: from the Parquet footer into Delta's JSON, and from there into the planner's terms.

use crate::scope::{ColumnType, PinnedColumn};
use datafusion::common::{ColumnStatistics, ScalarValue, Statistics, stats::Precision};
use parquet::file::{metadata::ParquetMetaData, statistics::Statistics as Chunk};
use serde_json::{Map, Value, json};

/// Delta's `stats` of one file. Times are cut to milliseconds and texts to 64 bytes, as the protocol allows.
pub(crate) fn delta_stats(columns: &[PinnedColumn], metadata: &ParquetMetaData) -> String {
    let (mut minimum, mut maximum, mut nulls) = (Map::new(), Map::new(), Map::new());
    for (index, column) in columns.iter().enumerate() {
        let chunks: Vec<&Chunk> = metadata.row_groups().iter().filter_map(|group| group.column(index).statistics()).collect();
        if chunks.len() != metadata.num_row_groups() {
            continue;
        }
        nulls.insert(column.name.clone(), json!(chunks.iter().filter_map(|chunk| chunk.null_count_opt()).sum::<u64>()));
        if let Some((low, high)) = bounds(column.kind, &chunks) {
            minimum.insert(column.name.clone(), low);
            maximum.insert(column.name.clone(), high);
        }
    }
    json!({ "numRecords": metadata.file_metadata().num_rows(), "minValues": minimum, "maxValues": maximum, "nullCount": nulls }).to_string()
}

/// What the planner may know of a file. Only whole numbers and days are exact: texts and times were cut, and a NaN is in
/// no bound.
pub(crate) fn planner_statistics(columns: &[PinnedColumn], stats: Option<&str>, bytes: u64) -> (Statistics, Option<u64>) {
    let stats: Value = stats.and_then(|stats| serde_json::from_str(stats).ok()).unwrap_or(Value::Null);
    let rows = stats["numRecords"].as_u64();
    let column_statistics = columns
        .iter()
        .map(|column| {
            let bound = |side: &str| match (column.kind, &stats[side][&column.name]) {
                (ColumnType::Integer, value) => value.as_i64().map(|value| Precision::Exact(ScalarValue::Int64(Some(value)))),
                (ColumnType::Number, value) => value.as_f64().map(|value| Precision::Inexact(ScalarValue::Float64(Some(value)))),
                (ColumnType::Date, value) => value.as_str().and_then(days_of).map(|value| Precision::Exact(ScalarValue::Date32(Some(value)))),
                _ => None,
            };
            ColumnStatistics {
                null_count: stats["nullCount"][&column.name].as_u64().map_or(Precision::Absent, |nulls| Precision::Exact(nulls as usize)),
                min_value: bound("minValues").unwrap_or(Precision::Absent),
                max_value: bound("maxValues").unwrap_or(Precision::Absent),
                ..ColumnStatistics::new_unknown()
            }
        })
        .collect();
    let num_rows = rows.map_or(Precision::Absent, |rows| Precision::Exact(rows as usize));
    (Statistics { num_rows, total_byte_size: Precision::Inexact(bytes as usize), column_statistics }, rows)
}

fn bounds(kind: ColumnType, chunks: &[&Chunk]) -> Option<(Value, Value)> {
    match kind {
        ColumnType::Integer => whole(chunks).map(|(low, high)| (json!(low), json!(high))),
        ColumnType::Timestamp => {
            let (low, high) = whole(chunks)?;
            Some((json!(time_text(low)?), json!(time_text(high)?)))
        }
        ColumnType::Date => {
            let days = chunks.iter().filter_map(|chunk| if let Chunk::Int32(values) = chunk { Some((*values.min_opt()?, *values.max_opt()?)) } else { None });
            let (low, high) = spread(days)?;
            Some((json!(day_text(low)?), json!(day_text(high)?)))
        }
        ColumnType::Number => {
            let numbers =
                chunks.iter().filter_map(|chunk| if let Chunk::Double(values) = chunk { Some((*values.min_opt()?, *values.max_opt()?)) } else { None });
            let (low, high) = spread(numbers)?;
            (low.is_finite() && high.is_finite()).then(|| (json!(low), json!(high)))
        }
        ColumnType::Text => {
            let texts = chunks.iter().filter_map(|chunk| {
                let Chunk::ByteArray(values) = chunk else { return None };
                Some((values.min_opt()?.as_utf8().ok()?, values.max_opt()?.as_utf8().ok()?))
            });
            let (low, high) = spread(texts)?;
            Some((json!(low), json!(high)))
        }
        ColumnType::Bool => None,
    }
}

fn whole(chunks: &[&Chunk]) -> Option<(i64, i64)> {
    spread(chunks.iter().filter_map(|chunk| if let Chunk::Int64(values) = chunk { Some((*values.min_opt()?, *values.max_opt()?)) } else { None }))
}

/// Chunks of nulls alone have no bounds; those that have give the file's.
fn spread<T: PartialOrd + Copy>(pairs: impl Iterator<Item = (T, T)>) -> Option<(T, T)> {
    pairs.reduce(|(low, high), (least, most)| (if least < low { least } else { low }, if most > high { most } else { high }))
}

fn time_text(micros: i64) -> Option<String> {
    Some(chrono::DateTime::from_timestamp_micros(micros)?.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

fn day_text(days: i32) -> Option<String> {
    let day = chrono::DateTime::UNIX_EPOCH.date_naive().checked_add_signed(chrono::TimeDelta::days(i64::from(days)))?;
    Some(day.format("%Y-%m-%d").to_string())
}

fn days_of(text: &str) -> Option<i32> {
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    i32::try_from(day.signed_duration_since(chrono::DateTime::UNIX_EPOCH.date_naive()).num_days()).ok()
}
