//! Typed predicates and masks: what row filters, column masks and a reader's filters are made of. Never text in SQL.

use serde::{Deserialize, Serialize};

/// A typed value, bound into plans as a literal of the column's own type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Literal {
    Text(String),
    Integer(i64),
    Number(f64),
    Bool(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since 1970-01-01T00:00Z.
    Timestamp(i64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A condition on rows. An unknown column, an ill-typed literal or an empty `In` is refused, never ignored (A47).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Predicate {
    Compare {
        column: String,
        comparison: Comparison,
        value: Literal,
    },
    In {
        column: String,
        values: Vec<Literal>,
    },
    /// Not equal to any of these; rows where the column is null pass, as a person expects of "is not".
    NotIn {
        column: String,
        values: Vec<Literal>,
    },
    IsNull {
        column: String,
    },
    IsNotNull {
        column: String,
    },
    /// Letter case aside. A reader's filter only: never a row rule, never beneath the barrier.
    Contains {
        column: String,
        text: String,
    },
    /// All hold; an empty list is true.
    All(Vec<Predicate>),
    /// At least one holds; an empty list is refused.
    Any(Vec<Predicate>),
}

/// What a reader gets in place of a column's values. Ordered from the strictest; where two apply, the stricter wins (A48).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mask {
    /// The column is absent: naming it is "unknown column".
    Hide,
    /// Always null.
    Null,
    /// Keyed HMAC-SHA-256 as 16 hexadecimal digits, equal for equal values within one department and column.
    Hash,
    /// Numbers rounded down to a multiple of this width.
    Bucket(f64),
    /// All but the last n characters replaced by `•`.
    KeepLast(u8),
}

impl Mask {
    /// The stricter of two masks.
    pub fn stricter(self, other: Self) -> Self {
        fn rank(mask: Mask) -> (u8, i64) {
            match mask {
                Mask::Hide => (0, 0),
                Mask::Null => (1, 0),
                Mask::Hash => (2, 0),
                Mask::Bucket(width) => (3, -(width * 1000.0) as i64),
                Mask::KeepLast(kept) => (4, i64::from(kept)),
            }
        }
        if rank(self) <= rank(other) { self } else { other }
    }
}
