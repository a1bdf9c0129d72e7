//! Questions about people from a list (CSV).

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// What a list would change. Columns `name`, `email`, `department`, `role`, and `attribute.<name>` with values parted by `;`;
/// at most 2,000 people and 1 MiB.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PreviewImport {
    pub text: String,
}

impl Ask for PreviewImport {
    const PATH: &'static str = "/api/identity/preview-import";
    type Reply = ImportPreview;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPreview {
    /// Policy version under which it was looked at.
    pub version: i64,
    pub rows: Vec<ImportRow>,
    /// Why the list as a whole cannot be taken, though each line could.
    pub problem: Option<Text>,
    /// Which policy tests would not hold any more: it can be taken with a reason alone.
    pub held_back: Option<Text>,
    /// Whether the portal sends mail.
    pub mail: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    /// Number of the line in the list, the head being 1.
    pub line: u64,
    pub name: String,
    pub email: String,
    pub department: String,
    pub role: String,
    pub state: RowState,
    /// Why it is refused, or what differs.
    pub note: Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    Refused,
    New,
    Changed,
    Same,
}

/// Takes a list: all of it or nothing. New people get invitations, good for 7 days.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApplyImport {
    pub text: String,
    /// As the preview gave it: a conflict when something changed since.
    pub version: i64,
    /// Sends each new person their link by mail, in place of a list of links.
    #[serde(default)]
    pub mail: bool,
    /// Why it is taken although policy tests break; the audit log keeps it. Empty: those tests hold it back.
    #[serde(default)]
    pub reason: String,
}

impl Ask for ApplyImport {
    const PATH: &'static str = "/api/identity/apply-import";
    type Reply = Imported;
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Imported {
    pub invited: u32,
    pub changed: u32,
    /// CSV of the new people's links, shown this once; none where they go by mail or nobody is new.
    pub links: Option<String>,
}
