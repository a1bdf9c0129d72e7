//! Questions in SQL of one's own: running a select, what its editor may offer, the statements that somebody keeps.

use crate::{
    ask::Ask,
    text::Text,
    warehouse::asks::{AnswerColumn, ColumnKind, Value},
};
use serde::{Deserialize, Serialize};

/// Rows that are asked for when the question names no number.
pub const ROWS: u32 = 1_000;

/// Runs one select over the marts that the reader sees, as they see them. Ends when whoever asked goes away.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSql {
    pub statement: String,
    /// Most rows wanted (capped at 10,000).
    #[serde(default = "usual_rows")]
    pub limit: u32,
}

fn usual_rows() -> u32 {
    ROWS
}

impl Ask for RunSql {
    const PATH: &'static str = "/api/warehouse/sql";
    type Reply = Selected;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selected {
    pub columns: Vec<AnswerColumn>,
    pub rows: Vec<Vec<Value>>,
    /// There are more rows than these.
    pub truncated: bool,
    /// Milliseconds on the server.
    pub took_ms: u64,
}

/// What may stand in a statement, for completion: nothing that the reader does not see.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DescribeSql {}

impl Ask for DescribeSql {
    const PATH: &'static str = "/api/warehouse/sql-schema";
    type Reply = SqlSchema;
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SqlSchema {
    pub tables: Vec<SqlTable>,
    /// Names of the functions that may be called.
    pub functions: Vec<String>,
    /// Results may be downloaded.
    pub may_export: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SqlTable {
    pub name: String,
    pub title: Text,
    pub description: Text,
    pub columns: Vec<SqlColumn>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SqlColumn {
    pub name: String,
    pub kind: ColumnKind,
    pub description: Text,
    pub masked: bool,
}

/// One's own saved statements, by title.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListStatements {}

impl Ask for ListStatements {
    const PATH: &'static str = "/api/warehouse/statements";
    type Reply = Vec<SavedStatement>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedStatement {
    pub id: String,
    pub title: String,
    pub statement: String,
    pub changed_ms: i64,
}

/// Keeps a statement; with the id of one's own it changes that one. Gives it as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaveStatement {
    #[serde(default)]
    pub id: String,
    pub title: String,
    pub statement: String,
}

impl Ask for SaveStatement {
    const PATH: &'static str = "/api/warehouse/save-statement";
    type Reply = SavedStatement;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteStatement {
    pub id: String,
}

impl Ask for DeleteStatement {
    const PATH: &'static str = "/api/warehouse/delete-statement";
    type Reply = ();
}
