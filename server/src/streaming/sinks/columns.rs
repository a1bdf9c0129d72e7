//! Events as columns of the lake: the stream's fields, and what is known of each record.

use crate::{fault::Result, streaming::processor::batch::Origin};
use ::search::{Change, FieldKind, Shape, Value};
use arrow::{
    array::{ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder},
    record_batch::RecordBatch,
};
use std::sync::Arc;
use warehouse::{ColumnType, PinnedColumn, Versions};

/// Names of what each row has besides the stream's fields.
const ID: &str = "_id";
const VERSION: &str = "_version";
const DELETED: &str = "_deleted";
const TAKEN: &str = "_taken_at";
const SOURCE: &str = "_source";
const ORIGIN: &str = "_origin";

/// By what rows of one event are known.
pub const VERSIONS: Versions = Versions { id: ID, version: VERSION, deleted: DELETED };

/// The columns of a stream's archive.
pub fn of(shape: &Shape) -> Vec<PinnedColumn> {
    let column = |name: &str, kind| PinnedColumn { name: name.to_owned(), kind };
    let mut columns: Vec<PinnedColumn> = shape.fields.iter().map(|field| column(&field.name, kind(field.kind))).collect();
    columns.extend([
        column(ID, ColumnType::Text),
        column(VERSION, ColumnType::Integer),
        column(DELETED, ColumnType::Bool),
        column(TAKEN, ColumnType::Timestamp),
        column(SOURCE, ColumnType::Text),
        column(ORIGIN, ColumnType::Text),
    ]);
    columns
}

fn kind(kind: FieldKind) -> ColumnType {
    match kind {
        FieldKind::Keyword | FieldKind::Text => ColumnType::Text,
        FieldKind::Integer => ColumnType::Integer,
        FieldKind::Number => ColumnType::Number,
        FieldKind::Bool => ColumnType::Bool,
        FieldKind::Timestamp => ColumnType::Timestamp,
    }
}

/// Rows of one partition that wait for the next commit.
pub struct Rows {
    names: Vec<String>,
    fields: Vec<Column>,
    id: StringBuilder,
    version: Int64Builder,
    deleted: BooleanBuilder,
    taken: TimestampMicrosecondBuilder,
    source: StringBuilder,
    origin: StringBuilder,
    pub rows: usize,
    /// About the memory they take.
    pub bytes: usize,
}

enum Column {
    Text(StringBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Bool(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
}

impl Rows {
    pub fn new(shape: &Shape) -> Self {
        let column = |kind| match kind {
            ColumnType::Integer => Column::Integer(Int64Builder::new()),
            ColumnType::Number => Column::Number(Float64Builder::new()),
            ColumnType::Bool => Column::Bool(BooleanBuilder::new()),
            ColumnType::Timestamp | ColumnType::Date => Column::Time(times()),
            ColumnType::Text => Column::Text(StringBuilder::new()),
        };
        Self {
            names: shape.fields.iter().map(|field| field.name.clone()).collect(),
            fields: shape.fields.iter().map(|field| column(kind(field.kind))).collect(),
            id: StringBuilder::new(),
            version: Int64Builder::new(),
            deleted: BooleanBuilder::new(),
            taken: times(),
            source: StringBuilder::new(),
            origin: StringBuilder::new(),
            rows: 0,
            bytes: 0,
        }
    }

    pub fn push(&mut self, change: &Change, origin: &Origin) {
        let (id, version, fields) = match change {
            Change::Put(document) => (&document.id, document.version, document.fields.as_slice()),
            Change::Delete { id, version, .. } => (id, *version, &[][..]),
        };
        // Fields come in the shape's order; those that are null are left out.
        let mut given = fields.iter().peekable();
        for (name, column) in self.names.iter().zip(&mut self.fields) {
            let value = given.next_if(|(given, _)| given == name).map(|(_, value)| value);
            self.bytes += column.push(value);
        }
        self.id.append_value(id);
        self.version.append_value(version);
        self.deleted.append_value(matches!(change, Change::Delete { .. }));
        self.taken.append_option(origin.record.taken_ms.checked_mul(1_000));
        self.source.append_value(&origin.record.source);
        self.origin.append_value(&origin.record.origin);
        self.bytes += id.len() + origin.record.source.len() + origin.record.origin.len() + 32;
        self.rows += 1;
    }

    /// The rows so far, which are then no longer here.
    pub fn take(&mut self) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = self.fields.iter_mut().map(Column::finish).collect();
        arrays.extend([
            Arc::new(self.id.finish()) as ArrayRef,
            Arc::new(self.version.finish()),
            Arc::new(self.deleted.finish()),
            Arc::new(self.taken.finish()),
            Arc::new(self.source.finish()),
            Arc::new(self.origin.finish()),
        ]);
        let names = self.names.iter().map(String::as_str).chain([ID, VERSION, DELETED, TAKEN, SOURCE, ORIGIN]);
        (self.rows, self.bytes) = (0, 0);
        RecordBatch::try_from_iter_with_nullable(names.zip(arrays).map(|(name, array)| (name, array, true))).map_err(crate::fault::Fault::internal)
    }
}

impl Column {
    /// A value of another kind than the column's is null: parsers give what they describe. Gives about its bytes.
    fn push(&mut self, value: Option<&Value>) -> usize {
        match (self, value) {
            (Self::Text(column), Some(Value::Text(text))) => {
                column.append_value(text);
                return text.len() + 4;
            }
            (Self::Text(column), Some(Value::Texts(texts))) => {
                let text = serde_json::to_string(texts).unwrap_or_default();
                column.append_value(&text);
                return text.len() + 4;
            }
            (Self::Text(column), _) => column.append_null(),
            (Self::Integer(column), Some(Value::Integer(number))) => column.append_value(*number),
            (Self::Integer(column), _) => column.append_null(),
            (Self::Number(column), Some(Value::Number(number))) => column.append_value(*number),
            (Self::Number(column), Some(Value::Integer(number))) => column.append_value(*number as f64),
            (Self::Number(column), _) => column.append_null(),
            (Self::Bool(column), Some(Value::Bool(truth))) => column.append_value(*truth),
            (Self::Bool(column), _) => column.append_null(),
            (Self::Time(column), Some(Value::Timestamp(at_ms))) => column.append_option(at_ms.checked_mul(1_000)),
            (Self::Time(column), _) => column.append_null(),
        }
        8
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Integer(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
            Self::Bool(column) => Arc::new(column.finish()),
            Self::Time(column) => Arc::new(column.finish()),
        }
    }
}

fn times() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_timezone("UTC")
}
