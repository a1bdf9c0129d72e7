//! What one reader may see of one stream: made by the room that holds the permit, asked for by every read of an index.

use crate::shape::{Field, Shape};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A condition that every document of the share meets: typed, never text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The field has one of these values (of several values of a document, any); an empty list holds for no document.
    In {
        field: String,
        values: Vec<crate::Value>,
    },
    /// The field has a value, and none of these; an empty list holds for no document (A47).
    NotIn {
        field: String,
        values: Vec<crate::Value>,
    },
    /// Bounds are inclusive or not as said.
    Range {
        field: String,
        from: Option<(crate::Value, bool)>,
        until: Option<(crate::Value, bool)>,
    },
    IsNull {
        field: String,
    },
    IsNotNull {
        field: String,
    },
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// What stands in place of a field's values. Masked fields are shown masked and can be neither asked for nor counted (A39).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    Null,
    /// Keyed HMAC-SHA-256 of the value as 16 hexadecimal digits.
    Hash,
    Bucket(f64),
    KeepLast(u8),
}

/// The share of one stream: all that governance bound. Private fields; every read of an index takes one.
#[derive(Clone, Debug)]
pub struct Share {
    shape: Shape,
    rows: Condition,
    fields: Vec<Field>,
    masks: BTreeMap<String, Mask>,
    hash_key: [u8; 32],
}

impl Share {
    /// Called in `server/src/search/share.rs` alone, with what a permit's scope holds (the architecture test says so).
    /// `fields`: those to be seen, masked ones among them; a field that holds bytes of a hidden or masked one is left out.
    pub fn new(shape: Shape, rows: Condition, fields: Vec<String>, masks: BTreeMap<String, Mask>, hash_key: [u8; 32]) -> Self {
        let mut shown: Vec<Field> = shape.fields.iter().filter(|field| fields.contains(&field.name)).cloned().collect();
        // Until nothing changes: what a field's bytes come from may itself come from another field.
        loop {
            let clear: Vec<String> = shown.iter().map(|field| &field.name).filter(|name| !masks.contains_key(*name)).cloned().collect();
            let before = shown.len();
            shown.retain(|field| field.from.iter().all(|from| clear.contains(from)));
            if shown.len() == before {
                break;
            }
        }
        Self { shape, rows, fields: shown, masks, hash_key }
    }

    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    pub fn rows(&self) -> &Condition {
        &self.rows
    }

    /// Whether any document may be hidden: then scores and suggestions are off (A45).
    pub fn is_filtered(&self) -> bool {
        !matches!(&self.rows, Condition::All(all) if all.is_empty())
    }

    /// Fields to be shown, in order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub fn mask(&self, field: &str) -> Option<Mask> {
        self.masks.get(field).copied()
    }

    /// Fields that may be asked for, sorted, counted, completed and highlighted: shown and not masked.
    pub fn open_fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !self.masks.contains_key(&field.name))
    }

    pub(crate) fn hash_key(&self) -> &[u8; 32] {
        &self.hash_key
    }
}
