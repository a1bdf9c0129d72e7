//! What one reader may see (`Scope`) and what one build may read (`BuildScope`): values that only the issuer can make.

use crate::{
    definition::MartDefinition,
    predicate::{Mask, Predicate},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// The types of columns that the platform speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Text,
    Integer,
    Number,
    Bool,
    Date,
    Timestamp,
}

/// A column as a policy accepted it: a new, renamed or retyped one is hidden until accepted (A49).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedColumn {
    pub name: String,
    pub kind: ColumnType,
}

/// What governance grants of one mart or stream, everything bound: no attribute names, no text to be evaluated.
#[derive(Clone, Debug)]
pub struct MartGrant {
    pub definition: Arc<MartDefinition>,
    /// Delta version that readers are pinned to; 0 for a stream, which is read as it comes.
    pub version: u64,
    /// Columns that the policy accepted.
    pub columns: Vec<PinnedColumn>,
    /// Rows to be seen, over unmasked columns.
    pub rows: Predicate,
    pub masks: BTreeMap<String, Mask>,
    /// Key of hash masks for this department (a key per column is derived from it).
    pub hash_key: [u8; 32],
}

/// Bound filters, masks and columns of one reader's marts and streams. Made only by a `ScopeIssuer`.
#[derive(Clone, Debug)]
pub struct Scope {
    department: String,
    marts: BTreeMap<String, GovernedMart>,
    /// No query of the engine names one: the search index answers for them.
    streams: BTreeMap<String, GovernedMart>,
}

/// One mart or stream within a scope.
#[derive(Clone, Debug)]
pub struct GovernedMart {
    pub(crate) grant: MartGrant,
    fingerprint: String,
}

/// Datasets that one department's job may read, with the versions it reads them at. Made only by a `ScopeIssuer`.
#[derive(Clone, Debug)]
pub struct BuildScope {
    department: String,
    readable: BTreeMap<String, u64>,
}

/// The right to make scopes: not `Clone`, given once by `Warehouse::open`, moved into governance.
#[derive(Debug)]
pub struct ScopeIssuer {
    _private: (),
}

impl ScopeIssuer {
    pub(crate) fn new() -> Self {
        Self { _private: () }
    }

    pub fn issue(&self, department: &str, marts: Vec<MartGrant>, streams: Vec<MartGrant>) -> Scope {
        let governed = |grants: Vec<MartGrant>, kind: &str| {
            let one = |grant: MartGrant| {
                let fingerprint = fingerprint(department, kind, &grant);
                (grant.definition.name.clone(), GovernedMart { grant, fingerprint })
            };
            grants.into_iter().map(one).collect()
        };
        Scope { department: department.to_owned(), marts: governed(marts, ""), streams: governed(streams, STREAM) }
    }

    /// `readable`: dataset name (`lake.transactions`) to the version that it is read at.
    pub fn issue_build(&self, department: &str, readable: BTreeMap<String, u64>) -> BuildScope {
        BuildScope { department: department.to_owned(), readable }
    }
}

impl Scope {
    pub fn department(&self) -> &str {
        &self.department
    }

    /// Names of the marts in it, in order.
    pub fn marts(&self) -> impl Iterator<Item = &GovernedMart> {
        self.marts.values()
    }

    pub fn mart(&self, name: &str) -> Option<&GovernedMart> {
        self.marts.get(name)
    }

    /// The streams in it, in order of their names.
    pub fn streams(&self) -> impl Iterator<Item = &GovernedMart> {
        self.streams.values()
    }

    pub fn stream(&self, name: &str) -> Option<&GovernedMart> {
        self.streams.get(name)
    }

    /// A mart or a stream as policies name it: `baskets`, `stream.web`.
    pub fn governed(&self, name: &str) -> Option<&GovernedMart> {
        match name.strip_prefix(STREAM) {
            Some(stream) => self.stream(stream),
            None => self.mart(name),
        }
    }
}

impl GovernedMart {
    pub fn name(&self) -> &str {
        &self.grant.definition.name
    }

    pub fn definition(&self) -> &MartDefinition {
        &self.grant.definition
    }

    pub fn version(&self) -> u64 {
        self.grant.version
    }

    /// Columns to be seen, in the mart's order, each with its mask; hidden ones are absent.
    pub fn columns(&self) -> impl Iterator<Item = (&PinnedColumn, Option<Mask>)> {
        self.grant.columns.iter().map(|column| (column, self.grant.masks.get(&column.name).copied())).filter(|(_, mask)| !matches!(mask, Some(Mask::Hide)))
    }

    pub fn rows(&self) -> &Predicate {
        &self.grant.rows
    }

    /// For the masks of a stream, which the search index lays on.
    pub fn hash_key(&self) -> &[u8; 32] {
        &self.grant.hash_key
    }

    /// Hash of the bound rules, masks, columns and department (not of the version): equal fingerprints see the same share.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

impl BuildScope {
    pub fn department(&self) -> &str {
        &self.department
    }

    pub fn version_of(&self, dataset: &str) -> Option<u64> {
        self.readable.get(dataset).copied()
    }

    pub fn readable(&self) -> &BTreeMap<String, u64> {
        &self.readable
    }

    /// The same scope after the run wrote a new version of one of its own datasets.
    pub fn with(mut self, dataset: &str, version: u64) -> Self {
        self.readable.insert(dataset.to_owned(), version);
        self
    }
}

/// Before a stream's name where a mart's would stand alone.
const STREAM: &str = "stream.";

fn fingerprint(department: &str, kind: &str, grant: &MartGrant) -> String {
    use sha2::{Digest, Sha256};
    // Under another key the same ids give other hashes: what was stored no longer joins with what is read.
    let hashes = grant.masks.values().any(|mask| *mask == Mask::Hash).then(|| hex::encode(Sha256::digest(grant.hash_key)));
    let bound = serde_json::json!([department, format!("{kind}{}", grant.definition.name), grant.columns, grant.rows, grant.masks, hashes]);
    hex::encode(Sha256::digest(bound.to_string()))
}
