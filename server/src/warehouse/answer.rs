//! Rows as they come from the engine, turned into the values of an answer.

use crate::fault::{Fault, Result};
use app::{
    text::Text,
    warehouse::asks::{AnswerColumn, ColumnKind, Grain, Question, Unit, Value},
};
use arrow::{
    array::{Array, AsArray, RecordBatch},
    datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType},
};
use futures::TryStreamExt;
use warehouse::{
    GovernedMart, Rows,
    definition::{UnitWords, Words},
};

/// Collects rows for a page.
pub async fn collect(rows: Rows) -> Result<Vec<Vec<Value>>> {
    let mut collected = Vec::new();
    let mut batches = rows.batches;
    while let Some(batch) = batches.try_next().await? {
        append(&batch, &mut collected)?;
    }
    Ok(collected)
}

pub(super) fn append(batch: &RecordBatch, rows: &mut Vec<Vec<Value>>) -> Result<()> {
    let first = rows.len();
    rows.extend((0..batch.num_rows()).map(|_| Vec::with_capacity(batch.num_columns())));
    for column in batch.columns() {
        let read = reader(column.as_ref())?;
        for (index, row) in rows[first..].iter_mut().enumerate() {
            row.push(if column.is_null(index) { Value::Null } else { read(index) });
        }
    }
    Ok(())
}

/// Reads one cell of a column: the engine gives these six types only.
fn reader(array: &dyn Array) -> Result<Box<dyn Fn(usize) -> Value + '_>> {
    Ok(match array.data_type() {
        DataType::Utf8 => {
            let column = array.as_string::<i32>();
            Box::new(move |index| Value::Text(column.value(index).to_owned()))
        }
        DataType::Int64 => {
            let column = array.as_primitive::<Int64Type>();
            Box::new(move |index| Value::Integer(column.value(index)))
        }
        DataType::Float64 => {
            let column = array.as_primitive::<Float64Type>();
            Box::new(move |index| if column.value(index).is_finite() { Value::Number(column.value(index)) } else { Value::Null })
        }
        DataType::Boolean => {
            let column = array.as_boolean();
            Box::new(move |index| Value::Bool(column.value(index)))
        }
        DataType::Date32 => {
            let column = array.as_primitive::<Date32Type>();
            Box::new(move |index| column.value_as_date(index).map_or(Value::Null, |day| Value::Text(day.to_string())))
        }
        DataType::Timestamp(..) => {
            let column = array.as_primitive::<TimestampMicrosecondType>();
            Box::new(move |index| column.value_as_datetime(index).map_or(Value::Null, |time| Value::Text(time.format("%Y-%m-%dT%H:%M:%S%.f").to_string())))
        }
        other => return Err(Fault::internal(format!("an answer of type {other}"))),
    })
}

/// The columns of an answer, with the words of the mart's text.
pub fn columns(question: &Question, mart: &GovernedMart) -> Vec<AnswerColumn> {
    if question.measures.is_empty() && question.dimensions.is_empty() {
        let listed = mart.columns().filter(|(column, _)| question.columns.is_empty() || question.columns.contains(&column.name));
        let mut columns: Vec<_> = listed.map(|(column, _)| described(mart, &column.name, None)).collect();
        // In the order that was asked for.
        columns.sort_by_key(|column| question.columns.iter().position(|name| name == &column.name));
        return columns;
    }
    let dimensions = question.dimensions.iter().map(|dimension| described(mart, &dimension.column, dimension.grain));
    let measures = question.measures.iter().map(|name| {
        let measure = mart.definition().measures.get(name);
        AnswerColumn {
            name: name.clone(),
            label: measure.map(|measure| label(&measure.label, name)).unwrap_or_else(|| Text::same(name)),
            kind: ColumnKind::Number,
            unit: measure.and_then(|measure| unit(measure.unit.as_ref())),
            masked: false,
        }
    });
    dimensions.chain(measures).collect()
}

fn described(mart: &GovernedMart, name: &str, grain: Option<Grain>) -> AnswerColumn {
    let column = mart.columns().find(|(column, _)| column.name == name);
    let words = mart.definition().columns.get(name);
    let kind = match grain {
        Some(Grain::DayOfWeek | Grain::HourOfDay) => ColumnKind::Integer,
        Some(Grain::Hour) => ColumnKind::Timestamp,
        Some(_) => ColumnKind::Date,
        None => column.map_or(ColumnKind::Text, |(column, mask)| shown_kind(column.kind, mask)),
    };
    AnswerColumn {
        name: name.to_owned(),
        label: words.map(|words| label(&words.label, name)).unwrap_or_else(|| Text::same(name)),
        kind,
        unit: None,
        masked: column.is_some_and(|(_, mask)| mask.is_some()),
    }
}

/// The kind a reader sees: hashed and shortened values are text.
pub fn shown_kind(kind: warehouse::ColumnType, mask: Option<warehouse::Mask>) -> ColumnKind {
    if matches!(mask, Some(warehouse::Mask::Hash | warehouse::Mask::KeepLast(_))) {
        return ColumnKind::Text;
    }
    match kind {
        warehouse::ColumnType::Text => ColumnKind::Text,
        warehouse::ColumnType::Integer => ColumnKind::Integer,
        warehouse::ColumnType::Number => ColumnKind::Number,
        warehouse::ColumnType::Bool => ColumnKind::Bool,
        warehouse::ColumnType::Date => ColumnKind::Date,
        warehouse::ColumnType::Timestamp => ColumnKind::Timestamp,
    }
}

/// Words of a mart's text, or the bare name where it gives none.
pub fn label(words: &Words, name: &str) -> Text {
    if words.en.is_empty() && words.es.is_empty() { Text::same(name) } else { text(words) }
}

pub fn text(words: &Words) -> Text {
    Text::of(if words.en.is_empty() { &words.es } else { &words.en }, if words.es.is_empty() { &words.en } else { &words.es })
}

pub fn unit(unit: Option<&UnitWords>) -> Option<Unit> {
    Some(match unit? {
        UnitWords::Known(known) if known == "percent" => Unit::Percent,
        UnitWords::Known(known) => Unit::Money(known.strip_prefix("money:").unwrap_or(known).to_owned()),
        UnitWords::Of(words) => Unit::Of(text(words)),
    })
}
