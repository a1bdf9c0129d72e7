//! A stream: events of one kind that belong to one department, as they are searched. Its pipeline is the streaming domain's to read.

pub mod store;

use ::search::{Field, FieldKind, Period, Shape};
use app::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use warehouse::{
    ColumnType, MartDefinition, PinnedColumn,
    definition::{ColumnWords, Words},
};

/// One stream as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    /// Lower-case letters, digits and `_`; the dataset that policies grant is `stream.<name>`.
    pub name: String,
    pub department: String,
    pub described: Described,
    /// How records become events.
    pub pipeline: serde_json::Value,
    /// Grows when the fields change.
    pub version: u32,
    /// `apply` or `portal`.
    pub origin: String,
}

/// What readers are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    pub title: Text,
    pub description: Text,
    pub fields: Vec<StreamField>,
    /// Fields that the rows of the page show at first.
    pub columns: Vec<String>,
    pub period: Period,
    /// Whole indices older than this are deleted.
    pub keep_days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamField {
    #[serde(flatten)]
    pub field: Field,
    pub description: Text,
}

impl Stream {
    /// As policies, catalogues and audit records name it.
    pub fn dataset(&self) -> String {
        format!("stream.{}", self.name)
    }

    pub fn shape(&self) -> Shape {
        Shape {
            stream: self.name.clone(),
            department: self.department.clone(),
            version: self.version,
            fields: self.described.fields.iter().map(|field| field.field.clone()).collect(),
            period: self.described.period,
        }
    }

    /// The fields as policies know columns.
    pub fn columns(&self) -> Vec<PinnedColumn> {
        let kind = |field: &Field| match field.kind {
            FieldKind::Keyword | FieldKind::Text => ColumnType::Text,
            FieldKind::Integer => ColumnType::Integer,
            FieldKind::Number => ColumnType::Number,
            FieldKind::Bool => ColumnType::Bool,
            FieldKind::Timestamp => ColumnType::Timestamp,
        };
        self.described.fields.iter().map(|field| PinnedColumn { name: field.field.name.clone(), kind: kind(&field.field) }).collect()
    }

    /// Fields that are found word by word: an index cannot compare them as a whole, so that no row rule can be over them.
    pub fn worded(&self) -> BTreeSet<String> {
        let texts = self.described.fields.iter().filter(|field| field.field.kind == FieldKind::Text);
        texts.map(|field| field.field.name.clone()).collect()
    }

    /// The field that says when an event was, as every parser calls it.
    pub fn time(&self) -> Option<String> {
        self.described.fields.iter().map(|field| &field.field.name).find(|name| *name == "time").cloned()
    }

    /// What governance knows a stream's words by: a mart's text without a select.
    pub fn definition(&self) -> MartDefinition {
        let columns = self.described.fields.iter().map(|field| {
            let words = ColumnWords { description: words(&field.description), ..ColumnWords::default() };
            (field.field.name.clone(), words)
        });
        MartDefinition {
            name: self.name.clone(),
            title: words(&self.described.title),
            description: words(&self.described.description),
            department: self.department.clone(),
            columns: columns.collect(),
            ..MartDefinition::default()
        }
    }
}

fn words(text: &Text) -> Words {
    Words { en: text.en.clone(), es: text.es.clone() }
}
