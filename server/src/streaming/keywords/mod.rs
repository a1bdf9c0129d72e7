//! Keyword lists: terms that are looked for in streams, kept by administrators, read again by running processors when they change.
//!
//! A list belongs to the department whose administrators keep it; what it finds is seen by whoever may see the stream.

pub mod answers;
pub mod apply;
pub mod live;
pub mod preview;
pub mod rules;
pub mod store;

use ::streaming::keywords::List;

/// One list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeywordList {
    pub id: String,
    /// Whose administrators see and change it.
    pub department: String,
    /// What an event that matched carries in its field `keywords`.
    pub name: String,
    /// As they were entered.
    pub terms: Vec<String>,
    /// Streams in which they are looked for.
    pub streams: Vec<String>,
    /// Only in records of these listeners and agents; none: of all.
    pub sources: Vec<String>,
    /// Only in events of this language; `None`: of any.
    pub language: Option<String>,
    pub on: bool,
    /// `apply` or `portal`.
    pub origin: String,
    pub changed_ms: i64,
}

impl KeywordList {
    /// As it is matched.
    pub fn list(&self) -> List {
        List { name: self.name.clone(), terms: self.terms.clone(), language: self.language.clone(), sources: self.sources.clone(), on: self.on }
    }
}
