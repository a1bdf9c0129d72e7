//! The query language: text is parsed once, here, into a typed tree over the fields that a share opens; engines get the tree.
//!
//! `status:404 AND path:/apple-touch-icon*`: words, `"phrases"`, `field:value`, `field:(a OR b)`, `field:[1 TO 5}`, `field>=3`, `field:*`,
//! `*` and `?` in values, `AND` `OR` `NOT` `-` and parentheses; what stands side by side must all hold; a backslash takes the meaning
//! from the character after it.

mod add;
mod expects;
mod parser;
mod print;
mod time;
mod values;
mod wildcard;
mod wrong;

pub use add::add;
pub use expects::{Expected, expects};
pub use print::{print, value_text};
pub use wildcard::{Places, Wildcard};
pub use wrong::WrongQuery;

use crate::{Value, shape::Field};

/// What a reader looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    All,
    /// The words of it, side by side, in a text field, or the whole value of a keyword; `None`: any open text or keyword field.
    Word {
        field: Option<String>,
        word: String,
    },
    /// The same, written in quotes.
    Phrase {
        field: Option<String>,
        words: String,
    },
    /// `*` any characters, `?` one; `\` before a character means that very character. Over the whole value of a keyword, over one word of a text.
    Wildcard {
        field: Option<String>,
        pattern: String,
    },
    /// The exact typed value (numbers, times, truth).
    Is {
        field: String,
        value: Value,
    },
    /// Bounds with whether each is inclusive. Keywords are compared by their bytes.
    Range {
        field: String,
        from: Option<(Value, bool)>,
        until: Option<(Value, bool)>,
    },
    Exists {
        field: String,
    },
    Not(Box<Query>),
    /// All of them; none: everything.
    And(Vec<Query>),
    /// Any of them; none: nothing.
    Or(Vec<Query>),
}

/// Reads a query over `fields` (`Share::open_fields`): an unknown one and a hidden one are the same "unknown field".
pub fn parse(text: &str, fields: &[Field]) -> Result<Query, WrongQuery> {
    parser::parse(text, fields)
}

#[cfg(test)]
mod tests;
