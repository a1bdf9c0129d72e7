//! Hits as record batches, in the few types that report formats write.

use crate::{
    fault::{Fault, Result},
    search::shown,
};
use ::search::{FieldKind, Share, Value, index::Hit, share::Mask};
use app::{
    text::Text,
    warehouse::asks::{AnswerColumn, ColumnKind},
};
use arrow::{
    array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray},
    datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit},
    record_batch::RecordBatch,
};
use std::sync::Arc;

/// The fields that are written, in order.
pub struct Columns {
    list: Vec<Column>,
    schema: SchemaRef,
}

struct Column {
    name: String,
    kind: ColumnKind,
    masked: bool,
}

impl Columns {
    /// Those that are named, or all that the share shows; one that it does not show is unknown.
    pub fn of(share: &Share, named: &[String]) -> Result<Self> {
        let column = |field: &::search::Field| Column {
            name: field.name.clone(),
            kind: kind(field.kind, share.mask(&field.name)),
            masked: share.mask(&field.name).is_some(),
        };
        let find = |name: &String| {
            let field = share.fields().iter().find(|field| field.name == *name);
            field.map(column).ok_or_else(|| Fault::invalid(format!("There is no field {name}."), format!("No existe el campo {name}.")).on("columns"))
        };
        let list: Vec<Column> = if named.is_empty() { share.fields().iter().map(column).collect() } else { named.iter().map(find).collect::<Result<_>>()? };
        if list.is_empty() {
            return Err(Fault::not_found());
        }
        let schema = Schema::new(list.iter().map(|column| Field::new(&column.name, arrow_type(column.kind), true)).collect::<Vec<_>>());
        Ok(Self { list, schema: Arc::new(schema) })
    }

    pub fn described(&self) -> Vec<AnswerColumn> {
        let described =
            |column: &Column| AnswerColumn { name: column.name.clone(), label: Text::same(&column.name), kind: column.kind, unit: None, masked: column.masked };
        self.list.iter().map(described).collect()
    }

    pub fn batch(&self, hits: &[Hit]) -> Result<RecordBatch> {
        let arrays = self.list.iter().map(|column| column.array(hits)).collect();
        RecordBatch::try_new(self.schema.clone(), arrays).map_err(Fault::internal)
    }
}

impl Column {
    /// A value of another kind than is said is left blank.
    fn array(&self, hits: &[Hit]) -> ArrayRef {
        let values = hits.iter().map(|hit| hit.fields.iter().find(|(name, _)| *name == self.name).map(|(_, value)| value));
        match self.kind {
            ColumnKind::Text | ColumnKind::Date => Arc::new(values.map(|value| value.map(text)).collect::<StringArray>()),
            ColumnKind::Integer => {
                Arc::new(values.map(|value| if let Some(Value::Integer(number)) = value { Some(*number) } else { None }).collect::<Int64Array>())
            }
            ColumnKind::Number => {
                let number = |value: Option<&Value>| match value {
                    Some(Value::Number(number)) => Some(*number),
                    Some(Value::Integer(number)) => Some(*number as f64),
                    _ => None,
                };
                Arc::new(values.map(number).collect::<Float64Array>())
            }
            ColumnKind::Bool => Arc::new(values.map(|value| if let Some(Value::Bool(truth)) = value { Some(*truth) } else { None }).collect::<BooleanArray>()),
            ColumnKind::Timestamp => {
                let micros = |value: Option<&Value>| if let Some(Value::Timestamp(ms)) = value { ms.checked_mul(1000) } else { None };
                Arc::new(values.map(micros).collect::<TimestampMicrosecondArray>())
            }
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join(shown::SEPARATOR),
        Value::Integer(number) | Value::Timestamp(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
    }
}

/// Hashed and shortened values are text.
fn kind(kind: FieldKind, mask: Option<Mask>) -> ColumnKind {
    match (mask, kind) {
        (Some(Mask::Hash | Mask::KeepLast(_)), _) | (_, FieldKind::Keyword | FieldKind::Text) => ColumnKind::Text,
        (_, FieldKind::Integer) => ColumnKind::Integer,
        (_, FieldKind::Number) => ColumnKind::Number,
        (_, FieldKind::Bool) => ColumnKind::Bool,
        (_, FieldKind::Timestamp) => ColumnKind::Timestamp,
    }
}

fn arrow_type(kind: ColumnKind) -> DataType {
    match kind {
        ColumnKind::Text | ColumnKind::Date => DataType::Utf8,
        ColumnKind::Integer => DataType::Int64,
        ColumnKind::Number => DataType::Float64,
        ColumnKind::Bool => DataType::Boolean,
        ColumnKind::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::search::{Period, Shape, share::Condition};
    use std::collections::BTreeMap;

    fn share() -> Share {
        let field = |name: &str, kind| ::search::Field { name: name.into(), kind, from: Vec::new() };
        let fields = vec![
            field("client", FieldKind::Integer),
            field("time", FieldKind::Timestamp),
            field("tags", FieldKind::Keyword),
            field("secret", FieldKind::Keyword),
        ];
        let shape = Shape { stream: "web".into(), department: "operations".into(), version: 1, fields, period: Period::Day };
        let shown = ["client", "time", "tags"].map(str::to_owned).to_vec();
        Share::new(shape, Condition::All(Vec::new()), shown, BTreeMap::from([("client".to_owned(), Mask::Hash)]), [0; 32])
    }

    #[test]
    fn hits_become_rows_of_the_kinds_that_are_said() {
        let columns = Columns::of(&share(), &[]).unwrap();
        assert_eq!(
            columns.described().iter().map(|column| (column.name.as_str(), column.kind, column.masked)).collect::<Vec<_>>(),
            [("client", ColumnKind::Text, true), ("time", ColumnKind::Timestamp, false), ("tags", ColumnKind::Text, false)]
        );
        let hit = |fields: Vec<(&str, Value)>| Hit {
            id: "1".into(),
            at_ms: 0,
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            highlights: Vec::new(),
            cursor: String::new(),
        };
        let hits = [
            hit(vec![("client", Value::Text("0f".into())), ("time", Value::Timestamp(1_500)), ("tags", Value::Texts(vec!["a".into(), "b".into()]))]),
            hit(vec![("time", Value::Text("no time".into()))]),
        ];
        let batch = columns.batch(&hits).unwrap();
        let lines = String::from_utf8(warehouse::json_objects(&batch, "", "\n", "").unwrap()).unwrap();
        assert_eq!(lines, "{\"client\":\"0f\",\"time\":\"1970-01-01T00:00:01.500\",\"tags\":\"a, b\"}\n{\"client\":null,\"time\":null,\"tags\":null}");
    }

    #[test]
    fn a39_a_hidden_field_is_as_unknown_as_one_that_is_not_there() {
        let said = |name: &str| Columns::of(&share(), &[name.to_owned()]).err().map(|fault| fault.message.en.replace(name, "x"));
        assert_eq!(said("secret"), said("nothing"));
        assert!(said("secret").is_some());
        assert_eq!(Columns::of(&share(), &["tags".to_owned(), "client".to_owned()]).unwrap().described()[0].name, "tags");
    }
}
