//! What people say of datasets in the catalog: who is in charge, tags, descriptions, which columns hold personal data.

pub mod store;

use app::text::Text;
use std::collections::BTreeMap;

/// What is said of one dataset; nothing of it is a value taken from data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// Id of the person in charge.
    pub keeper: Option<String>,
    pub tags: Vec<String>,
    /// Empty: as the dataset's own text says.
    pub description: Text,
    pub columns: BTreeMap<String, DescribedColumn>,
    /// Grows with each change; 0: nobody has said anything yet.
    pub version: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribedColumn {
    /// Empty: as the dataset's own text says.
    pub description: Text,
    /// Holds personal data.
    pub personal: bool,
}

impl Described {
    /// What a column means: as somebody described it, else as the dataset's own text does.
    pub fn column(&self, name: &str, own: Text) -> Text {
        match self.columns.get(name) {
            Some(column) => in_force(&column.description, own),
            None => own,
        }
    }

    pub fn is_personal(&self, column: &str) -> bool {
        self.columns.get(column).is_some_and(|column| column.personal)
    }
}

/// What somebody wrote, and in the languages in which nobody did, what the dataset's own text says.
pub fn in_force(written: &Text, own: Text) -> Text {
    let or = |written: &String, own: String| if written.is_empty() { own } else { written.clone() };
    Text::of(or(&written.en, own.en), or(&written.es, own.es))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_goes_before_the_text_of_the_dataset() {
        let own = Text::of("Receipts", "Recibos");
        assert_eq!(in_force(&Text::default(), own.clone()), own);
        assert_eq!(in_force(&Text::of("", "Tiques"), own.clone()), Text::of("Receipts", "Tiques"));
        let column = DescribedColumn { description: Text::same("Card"), personal: true };
        let described = Described { columns: BTreeMap::from([("card".to_owned(), column)]), ..Described::default() };
        assert_eq!(described.column("card", own.clone()), Text::same("Card"));
        assert_eq!(described.column("other", own.clone()), own);
        assert!(described.is_personal("card") && !described.is_personal("other"));
    }
}
