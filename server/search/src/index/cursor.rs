//! Where a page ended: the value it was ordered by, and the id. It holds nothing of the engine, so that it outlives a restart and
//! tells nothing about documents that the reader may not see.

use super::{Hit, IndexFault, Search, fits};
use crate::{FieldKind, Shape, Value};
use serde_json::Value as Json;

/// What the next page comes after.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct After {
    /// `None`: among the documents without the field.
    pub(super) value: Option<Value>,
    pub(super) id: String,
}

pub(super) fn of(hit: &Hit, order: Option<&(String, bool)>) -> String {
    let value = match order {
        None => Some(Value::Timestamp(hit.at_ms)),
        Some((field, descending)) => hit.fields.iter().find(|(name, _)| name == field).and_then(|(_, value)| sorted_by(value, *descending)),
    };
    let value = match value {
        None | Some(Value::Texts(_)) => Json::Null,
        Some(Value::Text(text)) => Json::from(text),
        Some(Value::Integer(value) | Value::Timestamp(value)) => Json::from(value),
        Some(Value::Number(value)) => Json::from(value),
        Some(Value::Bool(value)) => Json::from(value),
    };
    Json::from(vec![value, Json::from(hit.id.as_str())]).to_string()
}

/// The value that stands for several, as it is indexed.
fn sorted_by(value: &Value, descending: bool) -> Option<Value> {
    match value {
        Value::Text(text) => Some(Value::Text(fits::cut(text).into())),
        Value::Texts(texts) => {
            let texts = texts.iter().map(|text| fits::cut(text));
            (if descending { texts.max() } else { texts.min() }).map(|text| Value::Text(text.into()))
        }
        other => Some(other.clone()),
    }
}

/// Refuses what no page of this order gave.
pub(super) fn read(shape: &Shape, search: &Search) -> Result<Option<After>, IndexFault> {
    let Some(text) = &search.after else { return Ok(None) };
    let kind = match &search.order {
        None => Some(FieldKind::Timestamp),
        Some((name, _)) => shape.fields.iter().find(|field| field.name == *name).map(|field| field.kind),
    };
    let after = || {
        let [value, id] = <[Json; 2]>::try_from(serde_json::from_str::<Vec<Json>>(text).ok()?).ok()?;
        let value = match (kind?, value) {
            (FieldKind::Keyword, Json::String(text)) => Some(Value::Text(text)),
            (FieldKind::Integer, Json::Number(value)) => Some(Value::Integer(value.as_i64()?)),
            (FieldKind::Timestamp, Json::Number(value)) => Some(Value::Timestamp(value.as_i64()?)),
            (FieldKind::Number, Json::Number(value)) => Some(Value::Number(value.as_f64()?)),
            (FieldKind::Bool, Json::Bool(value)) => Some(Value::Bool(value)),
            (_, Json::Null) if search.order.is_some() => None,
            _ => return None,
        };
        Some(After { value, id: id.as_str()?.to_owned() })
    };
    after().map(Some).ok_or_else(|| IndexFault::Refused("this place to go on from does not belong to this search; begin again from its first page".into()))
}
