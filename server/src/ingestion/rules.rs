//! Pure rules of sources and jobs: names, types, what changed between two sets of columns.

use crate::fault::{Fault, Result};
use warehouse::{ColumnType, PinnedColumn};

/// Refuses a name that is not lower-case letters, digits and `_`, at most 60, a letter first.
pub fn name(text: &str, field: &str) -> Result<()> {
    let fits = text.len() <= 60
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if fits {
        return Ok(());
    }
    Err(Fault::invalid(
        format!("{text:?} is not a name: lower-case letters, digits and _, a letter first, at most 60."),
        format!("{text:?} no es un nombre: minúsculas, cifras y _, primero una letra, como mucho 60."),
    )
    .on(field))
}

/// The type that a word of a source's text names.
pub fn column_type(word: &str) -> Result<ColumnType> {
    Ok(match word {
        "text" => ColumnType::Text,
        "integer" => ColumnType::Integer,
        "number" => ColumnType::Number,
        "bool" => ColumnType::Bool,
        "date" => ColumnType::Date,
        "timestamp" => ColumnType::Timestamp,
        _ => {
            return Err(Fault::invalid(
                format!("{word:?} is not a type: text, integer, number, bool, date or timestamp."),
                format!("{word:?} no es un tipo: text, integer, number, bool, date o timestamp."),
            ));
        }
    })
}

/// What changed between the columns that were published and those that came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drift {
    pub added: Vec<String>,
    pub gone: Vec<String>,
    pub retyped: Vec<String>,
}

impl Drift {
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.gone.is_empty() && self.retyped.is_empty()
    }
}

pub fn drift(before: &[PinnedColumn], now: &[PinnedColumn]) -> Drift {
    let kind_in = |columns: &[PinnedColumn], name: &str| columns.iter().find(|column| column.name == name).map(|column| column.kind);
    let mut drift = Drift::default();
    for column in now {
        match kind_in(before, &column.name) {
            None => drift.added.push(column.name.clone()),
            Some(kind) if kind != column.kind => drift.retyped.push(column.name.clone()),
            Some(_) => {}
        }
    }
    drift.gone = before.iter().filter(|column| kind_in(now, &column.name).is_none()).map(|column| column.name.clone()).collect();
    drift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert!(name("sales_2024", "name").is_ok());
        for bad in ["", "Sales", "2024", "a b", "../x", "a-b", "ñ", &"a".repeat(61)] {
            assert!(name(bad, "name").is_err(), "{bad}");
        }
    }

    #[test]
    fn ft_b12_every_change_of_columns_is_seen() {
        let columns = |list: &[(&str, ColumnType)]| list.iter().map(|(name, kind)| PinnedColumn { name: (*name).into(), kind: *kind }).collect::<Vec<_>>();
        let before = columns(&[("a", ColumnType::Integer), ("b", ColumnType::Text), ("c", ColumnType::Date)]);
        let now = columns(&[("c", ColumnType::Date), ("a", ColumnType::Text), ("d", ColumnType::Bool)]);
        let change = drift(&before, &now);
        assert_eq!((change.added, change.gone, change.retyped), (vec!["d".into()], vec!["b".into()], vec!["a".into()]));
        assert!(drift(&before, &before).is_empty());
    }
}
