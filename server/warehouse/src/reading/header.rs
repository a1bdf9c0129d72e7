//! Column names as files spell them, as the lake keeps them, and how the one finds the other.

use super::{Limits, ReadFault};
use crate::scope::PinnedColumn;
use std::collections::HashSet;

/// `Store ID` becomes `store_id`: lower case, and `_` for whatever a select would have to quote.
pub(super) fn column_name(spelt: &str) -> String {
    let mut name = String::with_capacity(spelt.len());
    for letter in spelt.trim().chars() {
        if letter.is_alphanumeric() || letter == '_' {
            name.extend(letter.to_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    // A leading `_` is kept for load metadata, and a digit first would have to be quoted.
    let name = name.trim_matches('_');
    if name.starts_with(|first: char| first.is_numeric()) { format!("c_{name}") } else { name.to_owned() }
}

/// Refuses headers that cannot be columns.
pub(super) fn check_names(file: &str, names: &[String], limits: &Limits) -> Result<(), ReadFault> {
    let refused = |reason: String| Err(ReadFault::Header { file: file.to_owned(), reason });
    if names.len() > limits.columns {
        return refused(format!("it has {} columns; at most {} can be read", names.len(), limits.columns));
    }
    let mut seen = HashSet::new();
    for (index, name) in names.iter().enumerate() {
        if name.is_empty() || name.chars().count() > 100 {
            return refused(format!("column {} has no name, or one of more than 100 letters: the first line must name every column", index + 1));
        }
        if !seen.insert(name) {
            return refused(format!("two columns are called {name}"));
        }
    }
    Ok(())
}

/// Where each wanted column stands in a file.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) places: Vec<usize>,
    /// Columns that the file has.
    pub(super) fields: usize,
}

impl Layout {
    pub(super) fn new(file: &str, names: &[String], columns: &[PinnedColumn]) -> Result<Self, ReadFault> {
        let missing: Vec<&str> = columns.iter().filter(|column| !names.contains(&column.name)).map(|column| column.name.as_str()).collect();
        if !missing.is_empty() {
            return Err(ReadFault::Header { file: file.to_owned(), reason: format!("it lacks the columns {}", missing.join(", ")) });
        }
        let places = columns.iter().filter_map(|column| names.iter().position(|name| *name == column.name)).collect();
        Ok(Self { places, fields: names.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::column_name;

    #[test]
    fn names_need_no_quotes_in_a_select() {
        assert_eq!(column_name("sales_value"), "sales_value");
        assert_eq!(column_name(" Store ID "), "store_id");
        assert_eq!(column_name("Año (fiscal)"), "año_fiscal");
        assert_eq!(column_name("2024"), "c_2024");
        assert_eq!(column_name("_run"), "run");
        assert_eq!(column_name("---"), "");
    }
}
