//! Questions about API keys: one's own, made for a time and for some powers, shown once.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// What a key may do, at most: what its person may not, it may not either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPower {
    /// Look at dashboards, marts, streams and reports, and ask.
    Read,
    /// Take values along as files.
    Download,
    /// Ask in SQL.
    Sql,
    /// Run jobs and hand files over.
    Operate,
}

impl KeyPower {
    pub const ALL: [Self; 4] = [Self::Read, Self::Download, Self::Sql, Self::Operate];

    /// As a form sends it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Download => "download",
            Self::Sql => "sql",
            Self::Operate => "operate",
        }
    }
}

/// One's own keys, newest first; without the keys themselves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListKeys {}

impl Ask for ListKeys {
    const PATH: &'static str = "/api/identity/keys";
    type Reply = Vec<KeyCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyCard {
    pub id: String,
    pub name: String,
    /// Where it acts.
    pub department: Text,
    pub powers: Vec<KeyPower>,
    pub made_ms: i64,
    pub expires_ms: i64,
    /// Noted every few minutes; `None`: never used.
    pub used_ms: Option<i64>,
    /// A change of password, or being disabled, ended it before its time.
    pub ended: bool,
}

/// Makes a key for the department in which one acts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeKey {
    pub name: String,
    pub powers: Vec<KeyPower>,
    /// How long it is good, 1 to 366 days.
    pub days: u32,
}

impl Ask for MakeKey {
    const PATH: &'static str = "/api/identity/make-key";
    type Reply = MadeKey;
}

/// The key, this once.
#[derive(Clone, Serialize, Deserialize)]
pub struct MadeKey {
    pub name: String,
    pub key: String,
    /// Of the portal, to show how it is used.
    pub address: String,
}

/// Ends a key of one's own, at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EndKey {
    pub id: String,
}

impl Ask for EndKey {
    const PATH: &'static str = "/api/identity/end-key";
    type Reply = ();
}
