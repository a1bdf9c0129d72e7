//! The file ledger: which files each dataset was loaded from, so that the same file is loaded once however often it arrives.

pub mod store;

pub use store::release;

use super::source::{Source, Table};
use sha2::{Digest, Sha256};
use warehouse::reading::SourceFile;

/// The files of one load, with the key that is unique in the ledger while they are the dataset's contents.
#[derive(Clone, Debug)]
pub struct Files {
    pub dataset: String,
    /// Hash of dataset, files (address, size, tag, version, time of change) and the way in which they are read.
    pub key: String,
    pub list: Vec<SourceFile>,
    pub bytes: u64,
}

impl Files {
    pub fn of(dataset: &str, source: &Source, table: &Table, list: &[SourceFile]) -> Self {
        // An upload brings the hash of its contents: the same contents under another name are the same file.
        let identity = match table.fields.get("sha256") {
            Some(contents) => serde_json::json!([dataset, contents]),
            None => serde_json::json!([dataset, list, source.connector, table.fields, table.columns]),
        };
        Self {
            dataset: dataset.to_owned(),
            key: hex::encode(Sha256::digest(identity.to_string())),
            list: list.to_vec(),
            bytes: list.iter().map(|file| file.size).sum(),
        }
    }
}
