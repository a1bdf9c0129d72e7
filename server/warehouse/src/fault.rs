//! What can go wrong with a query or a build, in terms that a reader may be told.

/// Why a query gave no rows. Texts never hold data, SQL or file names, but for `Engine`, which is for the log alone.
#[derive(Debug, thiserror::Error)]
pub enum QueryFault {
    /// Not in the scope: not there or not this reader's, which cannot be told apart.
    #[error("unknown mart {0}")]
    UnknownMart(String),
    /// Not in the scope, hidden, or misspelt.
    #[error("unknown column {0}")]
    UnknownColumn(String),
    #[error("unknown measure {0}")]
    UnknownMeasure(String),
    /// The measure needs a column that this reader may not see.
    #[error("measure {0} is not available")]
    NotAvailable(String),
    /// The query is not of the form that readers may send.
    #[error("refused: {0}")]
    Refused(String),
    /// A value does not have the column's type.
    #[error("value for {column} is not of type {expected}")]
    IllTyped { column: String, expected: &'static str },
    /// A bound of memory, time or output was reached; that query alone ended.
    #[error("too much: {0}")]
    TooMuch(&'static str),
    /// A user's own expression failed on rows that this reader may see (division by zero, a cast).
    #[error("the expression failed: {0}")]
    Expression(&'static str),
    #[error("the text of {name} is not right: {reason}")]
    Definition { name: String, reason: String },
    /// The engine or the disk failed; for the operator's log only.
    #[error("engine: {0}")]
    Engine(Box<dyn std::error::Error + Send + Sync>),
}

impl QueryFault {
    pub fn engine(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Engine(error.into())
    }
}
