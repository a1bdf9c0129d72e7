//! Column masks as functions of the engine, applied above the row rule and beneath the barrier.

use crate::{columns::arrow_type, predicate::Mask, scope::ColumnType};
use arrow::{
    array::{Array, ArrayRef, AsArray, StringViewBuilder},
    compute::{cast, take},
    datatypes::{DataType, Float64Type, Int32Type, Int64Type},
};
use datafusion::{
    common::{Result, internal_err},
    logical_expr::{ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, lit},
    scalar::ScalarValue,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::{fmt, sync::Arc};

/// How a column is shown: its type under the mask, and what is done to its values.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) kind: ColumnType,
    cover: Cover,
}

#[derive(Clone, Debug)]
enum Cover {
    Plain,
    Null,
    By(Arc<ScalarUDF>),
}

impl Shown {
    /// A mask that does not fit the column's type becomes null: the nearest that is no laxer. `None` when it is hidden.
    pub(crate) fn of(column: &str, kind: ColumnType, mask: Option<Mask>, hash_key: &[u8; 32]) -> Option<Self> {
        let by = |kind, cover| {
            Some(Self {
                kind,
                cover: Cover::By(Arc::new(ScalarUDF::new_from_impl(Covered { cover, kind, signature: Signature::any(1, Volatility::Immutable) }))),
            })
        };
        match (mask, kind) {
            (None, _) => Some(Self { kind, cover: Cover::Plain }),
            (Some(Mask::Hide), _) => None,
            (Some(Mask::Hash), _) => by(ColumnType::Text, How::Hash(column_key(hash_key, column))),
            (Some(Mask::Bucket(width)), ColumnType::Integer | ColumnType::Number) if width.is_finite() && width > 0.0 => by(kind, How::Bucket(width.to_bits())),
            (Some(Mask::KeepLast(kept)), ColumnType::Text | ColumnType::Integer) => by(ColumnType::Text, How::KeepLast(kept)),
            (Some(Mask::KeepLast(_)), _) => Some(Self { kind: ColumnType::Text, cover: Cover::Null }),
            (Some(Mask::Null | Mask::Bucket(_)), _) => Some(Self { kind, cover: Cover::Null }),
        }
    }

    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.cover, Cover::Plain)
    }

    /// What a reader gets in place of `column`.
    pub(crate) fn expression(&self, column: Expr) -> Result<Expr> {
        match &self.cover {
            Cover::Plain => Ok(column),
            Cover::Null => Ok(lit(ScalarValue::try_from(&arrow_type(self.kind))?)),
            Cover::By(function) => Ok(function.call(vec![column])),
        }
    }
}

/// One key per department and column, so that equal ids join within a department and nowhere else (A48).
fn column_key(department: &[u8; 32], column: &str) -> [u8; 32] {
    keyed(department).chain_update(b"column\0").chain_update(column.as_bytes()).finalize().into_bytes().into()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(key);
    // A key as long as the hash's block is taken as it is, and cannot have a wrong length.
    Hmac::new(&block.into())
}

#[derive(PartialEq, Eq, Hash)]
enum How {
    Hash([u8; 32]),
    /// Bits of the width, a finite number above 0.
    Bucket(u64),
    KeepLast(u8),
}

/// Neither key nor width is printed with a plan.
impl fmt::Debug for How {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("masked")
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Covered {
    cover: How,
    /// The type that comes out.
    kind: ColumnType,
    signature: Signature,
}

impl ScalarUDFImpl for Covered {
    fn name(&self) -> &str {
        "masked"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(self.kind))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(value) = arguments.args.first() else { return internal_err!("a mask takes a column") };
        let array = value.to_array(arguments.number_rows)?;
        let covered = match &self.cover {
            How::Hash(key) => {
                let keyed = keyed(key);
                each_text(&array, |text, out| {
                    let digest = keyed.clone().chain_update(text.as_bytes()).finalize().into_bytes();
                    hex_digits(&digest[..8], out);
                })?
            }
            How::KeepLast(kept) => each_text(&array, |text, out| keep_last(text, usize::from(*kept), out))?,
            How::Bucket(width) => bucketed(&array, f64::from_bits(*width))?,
        };
        Ok(ColumnarValue::Array(covered))
    }
}

/// Covers each distinct value of the batch once: a column of ids has few, and the rest is left to the engine's kernels.
fn each_text(array: &ArrayRef, cover: impl Fn(&str, &mut String)) -> Result<ArrayRef> {
    let distinct = cast(array, &DataType::Dictionary(Box::new(DataType::Int32), Box::new(plain(array.data_type()))))?;
    let dictionary = distinct.as_dictionary::<Int32Type>();
    let values = cast(dictionary.values(), &DataType::Utf8)?;
    let mut covered = StringViewBuilder::with_capacity(values.len());
    let mut text = String::new();
    for value in values.as_string::<i32>() {
        match value {
            Some(value) => {
                text.clear();
                cover(value, &mut text);
                covered.append_value(&text);
            }
            None => covered.append_null(),
        }
    }
    Ok(take(&covered.finish(), dictionary.keys(), None)?)
}

/// Of yes/no Arrow makes no dictionary.
fn plain(kind: &DataType) -> DataType {
    if kind.is_string() || *kind == DataType::Boolean { DataType::Utf8 } else { kind.clone() }
}

fn hex_digits(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(u32::from(digit), 16));
        }
    }
}

/// A value no longer than what is kept is covered whole: showing it would mask nothing.
fn keep_last(text: &str, kept: usize, out: &mut String) {
    let length = text.chars().count();
    let covered = if length > kept { length - kept } else { length };
    out.extend(text.chars().enumerate().map(|(at, letter)| if at < covered { '•' } else { letter }));
}

fn bucketed(array: &ArrayRef, width: f64) -> Result<ArrayRef> {
    let whole = width.fract() == 0.0 && width < 9e15;
    Ok(match array.data_type() {
        DataType::Int64 if whole => {
            let width = width as i64;
            Arc::new(array.as_primitive::<Int64Type>().unary::<_, Int64Type>(|value| value.div_euclid(width).saturating_mul(width)))
        }
        DataType::Int64 => Arc::new(array.as_primitive::<Int64Type>().unary::<_, Int64Type>(|value| ((value as f64 / width).floor() * width).floor() as i64)),
        DataType::Float64 => Arc::new(array.as_primitive::<Float64Type>().unary::<_, Float64Type>(|value| (value / width).floor() * width)),
        _ => return internal_err!("only numbers are bucketed"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{BooleanArray, Float64Array, Int64Array, StringArray, StringViewArray};

    fn text_of(array: &ArrayRef) -> Vec<Option<String>> {
        cast(array, &DataType::Utf8).unwrap().as_string::<i32>().iter().map(|value| value.map(str::to_owned)).collect()
    }

    fn hashed(array: ArrayRef, key: [u8; 32]) -> Vec<Option<String>> {
        let keyed = keyed(&key);
        text_of(&each_text(&array, |text, out| hex_digits(&keyed.clone().chain_update(text.as_bytes()).finalize().into_bytes()[..8], out)).unwrap())
    }

    #[test]
    fn a48_hashes_are_keyed_equal_for_equal_values_and_keep_nulls() {
        let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), None, Some(8), Some(7)]));
        let (sales, marketing) = (column_key(&[1; 32], "household_id"), column_key(&[2; 32], "household_id"));
        let one = hashed(ids.clone(), sales);
        assert_eq!((one[0].as_ref(), one[1].as_ref()), (one[3].as_ref(), None));
        assert!(one[0] != one[2] && one[0].as_ref().is_some_and(|digits| digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert_ne!(one, hashed(ids.clone(), marketing));
        assert_ne!(one, hashed(ids, column_key(&[1; 32], "store_id")));
        assert_eq!(one[..1], hashed(Arc::new(StringViewArray::from(vec!["7"])), sales));
    }

    #[test]
    fn yes_and_no_are_hashed_as_their_words() {
        let key = column_key(&[1; 32], "open");
        let flags = hashed(Arc::new(BooleanArray::from(vec![Some(true), None, Some(false), Some(true)])), key);
        assert_eq!(flags, hashed(Arc::new(StringArray::from(vec![Some("true"), None, Some("false"), Some("true")])), key));
    }

    #[test]
    fn the_hash_is_hmac_sha_256() {
        // RFC 4231, test case 2.
        let mut block = [0_u8; 32];
        block[..4].copy_from_slice(b"Jefe");
        let digest = keyed(&block).chain_update(b"what do ya want for nothing?").finalize().into_bytes();
        assert_eq!(hex::encode(&digest[..8]), "5bdcc146bf60754e");
    }

    #[test]
    fn buckets_round_down_and_short_values_are_covered_whole() {
        let whole: ArrayRef = Arc::new(Int64Array::from(vec![-1, 0, 9, 10, i64::MIN]));
        assert_eq!(bucketed(&whole, 10.0).unwrap().as_primitive::<Int64Type>().values().to_vec(), [-10, 0, 0, 10, i64::MIN]);
        let halves: ArrayRef = Arc::new(Float64Array::from(vec![0.7, -0.2]));
        assert_eq!(bucketed(&halves, 0.5).unwrap().as_primitive::<Float64Type>().values().to_vec(), [0.5, -0.5]);
        let names: ArrayRef = Arc::new(StringArray::from(vec![Some("ñandú"), Some("ab"), None, Some("")]));
        assert_eq!(
            text_of(&each_text(&names, |text, out| keep_last(text, 2, out)).unwrap()),
            [Some("•••dú".into()), Some("••".into()), None, Some(String::new())]
        );
    }

    #[test]
    fn a_mask_that_does_not_fit_hides_the_value() {
        for (mask, kind) in [
            (Mask::Bucket(10.0), ColumnType::Text),
            (Mask::Bucket(0.0), ColumnType::Integer),
            (Mask::Bucket(f64::NAN), ColumnType::Number),
            (Mask::KeepLast(2), ColumnType::Date),
        ] {
            assert!(matches!(Shown::of("x", kind, Some(mask), &[0; 32]), Some(Shown { cover: Cover::Null, .. })), "{mask:?}");
        }
        assert!(Shown::of("x", ColumnType::Text, Some(Mask::Hide), &[0; 32]).is_none());
    }
}
