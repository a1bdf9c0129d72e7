//! Questions of the catalog: what data there is, what it means, what it is made of and what uses it.

use crate::{
    ask::Ask,
    text::Text,
    warehouse::asks::{ColumnKind, Unit},
};
use serde::{Deserialize, Serialize};

/// A tag that every entry with a column of personal data has; pages say it in words.
pub const PERSONAL: &str = "personal_data";

/// Everything that the reader may know of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListCatalog {}

impl Ask for ListCatalog {
    const PATH: &'static str = "/api/catalog/list";
    type Reply = Vec<EntryCard>;
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    Mart,
    Stream,
    /// A table of the warehouse.
    Model,
    /// A table of the lake.
    Table,
}

impl EntryKind {
    pub const ALL: [Self; 4] = [Self::Mart, Self::Stream, Self::Model, Self::Table];

    /// As addresses and choices write it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Mart => "mart",
            Self::Stream => "stream",
            Self::Model => "model",
            Self::Table => "table",
        }
    }
}

/// One mart, stream or table as its reader may know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryCard {
    /// Of the dataset: `mart.baskets`, `stream.web`, `warehouse.sales_line`, `lake.transactions`.
    pub name: String,
    pub kind: EntryKind,
    pub title: Text,
    pub description: Text,
    /// What people call the department that owns it.
    pub department: Text,
    /// Name of the person in charge.
    pub keeper: Option<String>,
    pub tags: Vec<String>,
    /// Names and labels of columns and measures, for looking them up.
    pub parts: Vec<(String, Text)>,
    /// When the version in use was published, Unix milliseconds; `None` for a stream, which goes on.
    pub published_ms: Option<i64>,
    /// The last run that should have renewed it failed.
    pub stale: bool,
    pub quality: Quality,
    /// Of the whole dataset; only for who may see its figures.
    pub rows: Option<u64>,
}

/// What the checks of the version in use came to; how many failed only for who may see figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// It has no checks, or what they found is no longer known.
    #[default]
    Unchecked,
    Passed,
    Failed,
}

/// One entry; what is not there and what the reader may not know of are both "not found".
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenEntry {
    pub name: String,
}

impl Ask for OpenEntry {
    const PATH: &'static str = "/api/catalog/entry";
    type Reply = Entry;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub card: EntryCard,
    /// Where its data is looked at, for who may.
    pub open: Option<String>,
    /// Columns that the reader may know of; hidden ones are absent.
    pub columns: Vec<EntryColumn>,
    pub measures: Vec<EntryMeasure>,
    /// With figures alone.
    pub checks: Vec<CheckResult>,
    /// Rows set aside when it was loaded; with figures alone.
    pub quarantined: Option<u64>,
    pub bytes: Option<u64>,
    /// What it is made of.
    pub upstream: Vec<Node>,
    /// What uses it.
    pub downstream: Vec<Node>,
    /// How much of others uses it that this reader may not see; with figures alone.
    pub unseen: Vec<Unseen>,
    /// For who may describe it.
    pub editing: Option<Editing>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryColumn {
    pub name: String,
    pub label: Text,
    pub description: Text,
    pub kind: ColumnKind,
    /// How its values are changed for this reader, in words.
    pub mask: Option<Text>,
    /// Holds personal data.
    pub personal: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryMeasure {
    pub name: String,
    pub label: Text,
    pub description: Text,
    pub unit: Option<Unit>,
    /// How it is reckoned, in words where there are some.
    pub formula: Text,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    pub text: Text,
    /// `warn` or `error`.
    pub severity: String,
    /// Rows that it found wrong.
    pub rows: u64,
}

/// What stands in a line from source to report, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    Job,
    Source,
    Listener,
    Stream,
    Table,
    Model,
    Mart,
    Dashboard,
    Question,
    Statement,
    Search,
    Report,
}

/// One thing in the lineage of an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub kind: NodeKind,
    /// Name of a dataset, a source or a job; id of the rest.
    pub name: String,
    pub title: Text,
    pub href: String,
    /// Nothing stands between it and the entry.
    pub direct: bool,
    /// Downstream: columns of the entry whose change may reach it.
    pub columns: Vec<String>,
    /// Downstream: it is known that it uses these columns, and no others.
    pub sure: bool,
}

/// Things that the reader may count and not see: of which kind, of which department, how many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unseen {
    pub kind: NodeKind,
    pub department: Text,
    pub count: u64,
    /// How many of them a change of each column may reach.
    pub by_column: Vec<(String, u64)>,
}

/// What the forms begin with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Editing {
    /// Goes back with the change; another one meanwhile is a conflict.
    pub version: i64,
    /// What was written here, which goes before the text of the dataset.
    pub description: Text,
    pub tags: Vec<String>,
    /// Address of the person in charge; `None` for who may not look at people.
    pub keeper: Option<String>,
    /// Of columns: name, and what was written here.
    pub columns: Vec<(String, Text)>,
}

/// Says who is in charge, what it is and how it is tagged. Gives the new version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribeEntry {
    pub name: String,
    pub version: i64,
    /// Empty: as the dataset's own text says.
    pub description: Text,
    pub tags: Vec<String>,
    /// An address; empty: nobody; `None`: as it is.
    #[serde(default)]
    pub keeper: Option<String>,
}

impl Ask for DescribeEntry {
    const PATH: &'static str = "/api/catalog/describe";
    type Reply = i64;
}

/// Says what a column means and whether it holds personal data. Gives the new version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescribeColumn {
    pub name: String,
    pub version: i64,
    pub column: String,
    /// Empty: as the dataset's own text says.
    pub description: Text,
    pub personal: bool,
}

impl Ask for DescribeColumn {
    const PATH: &'static str = "/api/catalog/describe-column";
    type Reply = i64;
}
