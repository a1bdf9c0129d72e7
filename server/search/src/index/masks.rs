//! What stands in place of masked values: the same as the warehouse shows for the same mask.

use crate::{Value, share::Mask};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `None`: nothing is shown. A mask that does not fit the value shows nothing: the nearest that is no laxer.
pub(super) fn masked(mask: Mask, hash_key: &[u8; 32], field: &str, value: Value) -> Option<Value> {
    match (mask, value) {
        (Mask::Hash, Value::Texts(texts)) => Some(Value::Texts(texts.iter().map(|text| hashed(hash_key, field, text)).collect())),
        (Mask::Hash, value) => Some(Value::Text(hashed(hash_key, field, &written(&value)?))),
        (Mask::Bucket(width), value) if width.is_finite() && width > 0.0 => bucketed(width, &value),
        (Mask::KeepLast(kept), Value::Texts(texts)) => Some(Value::Texts(texts.iter().map(|text| keep_last(text, kept)).collect())),
        (Mask::KeepLast(kept), Value::Text(text)) => Some(Value::Text(keep_last(&text, kept))),
        (Mask::KeepLast(kept), Value::Integer(value)) => Some(Value::Text(keep_last(&value.to_string(), kept))),
        (Mask::Null | Mask::Bucket(_) | Mask::KeepLast(_), _) => None,
    }
}

fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(value) | Value::Timestamp(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Texts(_) => None,
    }
}

/// One key per department and field, so that equal values join within a department and nowhere else (A48).
fn hashed(hash_key: &[u8; 32], field: &str, text: &str) -> String {
    let key = keyed(hash_key).chain_update(b"column\0").chain_update(field.as_bytes()).finalize().into_bytes().into();
    let digest = keyed(&key).chain_update(text.as_bytes()).finalize().into_bytes();
    hex::encode(&digest[..8])
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(key);
    // A key as long as the hash's block is taken as it is, and cannot have a wrong length.
    Hmac::new(&block.into())
}

fn bucketed(width: f64, value: &Value) -> Option<Value> {
    let whole = width.fract() == 0.0 && width < 9e15;
    match value {
        Value::Integer(value) if whole => Some(Value::Integer(value.div_euclid(width as i64).saturating_mul(width as i64))),
        Value::Integer(value) => Some(Value::Integer(((*value as f64 / width).floor() * width).floor() as i64)),
        Value::Number(value) => Some(Value::Number((value / width).floor() * width)),
        _ => None,
    }
}

/// A value no longer than what is kept is covered whole: showing it would mask nothing.
fn keep_last(text: &str, kept: u8) -> String {
    let (length, kept) = (text.chars().count(), usize::from(kept));
    let covered = if length > kept { length - kept } else { length };
    text.chars().enumerate().map(|(at, letter)| if at < covered { '•' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a48_hashes_are_keyed_by_department_and_field() {
        let hash = |key, field, value: &Value| masked(Mask::Hash, &[key; 32], field, value.clone());
        let client = Value::Text("10.0.0.1".into());
        assert_eq!(hash(1, "client", &client), hash(1, "client", &client));
        assert_ne!(hash(1, "client", &client), hash(2, "client", &client));
        assert_ne!(hash(1, "client", &client), hash(1, "user", &client));
        assert_eq!(hash(1, "status", &Value::Integer(7)), hash(1, "status", &Value::Text("7".into())));
        assert!(matches!(hash(1, "client", &client), Some(Value::Text(digits)) if digits.len() == 16));
    }

    #[test]
    fn masks_round_cover_and_hide() {
        let one = |mask, value| masked(mask, &[0; 32], "x", value);
        assert_eq!(one(Mask::Bucket(10.0), Value::Integer(-1)), Some(Value::Integer(-10)));
        assert_eq!(one(Mask::Bucket(0.5), Value::Number(0.7)), Some(Value::Number(0.5)));
        assert_eq!(one(Mask::KeepLast(2), Value::Text("ñandú".into())), Some(Value::Text("•••dú".into())));
        assert_eq!(one(Mask::KeepLast(2), Value::Texts(vec!["ab".into(), "abc".into()])), Some(Value::Texts(vec!["••".into(), "•bc".into()])));
        for (mask, value) in [
            (Mask::Null, Value::Integer(1)),
            (Mask::Bucket(10.0), Value::Text("a".into())),
            (Mask::Bucket(0.0), Value::Integer(1)),
            (Mask::Bucket(f64::NAN), Value::Number(1.0)),
            (Mask::KeepLast(2), Value::Timestamp(1)),
        ] {
            assert_eq!(one(mask, value.clone()), None, "{mask:?} {value:?}");
        }
    }
}
