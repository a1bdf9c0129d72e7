//! Masks as policies write them: `hide`, `null`, `hash`, `bucket:<width>`, `keep-last:<n>`.

use warehouse::{ColumnType, Mask};

pub fn parse(text: &str) -> Option<Mask> {
    Some(match text.split_once(':') {
        None if text == "hide" => Mask::Hide,
        None if text == "null" => Mask::Null,
        None if text == "hash" => Mask::Hash,
        Some(("bucket", width)) => Mask::Bucket(width.parse().ok().filter(|width: &f64| width.is_finite() && *width > 0.0)?),
        Some(("keep-last", kept)) => Mask::KeepLast(kept.parse().ok()?),
        _ => return None,
    })
}

/// Whether a mask can be put on a column of this type: steps need numbers, last characters need text.
pub fn fits(mask: Mask, kind: ColumnType) -> bool {
    match mask {
        Mask::Hide | Mask::Null | Mask::Hash => true,
        Mask::Bucket(_) => matches!(kind, ColumnType::Integer | ColumnType::Number),
        Mask::KeepLast(_) => kind == ColumnType::Text,
    }
}

pub fn fitting(text: &str, kind: ColumnType) -> Option<Mask> {
    parse(text).filter(|mask| fits(*mask, kind))
}
