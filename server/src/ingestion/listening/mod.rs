//! Listeners: sources that are asked again and again, whose posts go to the event bus as they come.
//!
//! Beside `connectors::Connector`, which loads tables. Where a listener stands at its source moves only after the bus has
//! acknowledged what it published: killed at any moment it publishes again, with the same ids.

pub mod apply;
pub mod nesting;
pub mod poll;
pub mod rules;
pub mod store;
pub mod text;

use super::{fetch::FetchFault, fetch::Fetcher, source::Origin};
use crate::{
    fault::{Fault, Result},
    jobs::Failure,
};
use app::{ingestion::asks::ConnectorCard, text::Text};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, time::Duration};
use streaming::Record;

/// One kind of source that is listened to. One file each, listed in `connectors`.
#[async_trait]
pub trait Listener: Send + Sync {
    /// Its name in texts, its words, its icon and the fields of its form.
    fn describe(&self) -> ConnectorCard;

    /// Refuses a form that cannot be right: asked when a listener is saved, and at each poll.
    fn check(&self, fields: &BTreeMap<String, String>) -> Result<()>;

    /// Where a filled-in form listens: at another place the listener begins anew.
    fn place(&self, fields: &BTreeMap<String, String>) -> String;

    /// Asks the source for what is new since `asking.state`.
    async fn poll(&self, asking: &Asking<'_>) -> Result<Polled, Setback>;
}

/// A listener as it is saved. Secrets are not in it: they stand in the secret store under `listener <name> <field>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listening {
    pub name: String,
    pub title: Text,
    /// Name of a listener's kind.
    pub connector: String,
    pub department: String,
    /// The stream whose topic takes the records; of the same department.
    pub stream: String,
    pub fields: BTreeMap<String, String>,
    pub origin: Origin,
}

impl Listening {
    /// Name of one of its secrets in the secret store.
    pub fn secret(&self, field: &str) -> String {
        format!("listener {} {field}", self.name)
    }

    /// The value of a field; an empty one is none.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// One question to a source.
pub struct Asking<'a> {
    pub fetcher: &'a Fetcher,
    pub listening: &'a Listening,
    pub secrets: BTreeMap<String, String>,
    /// As the last poll left it; null before the first.
    pub state: serde_json::Value,
    /// Unix milliseconds.
    pub now_ms: i64,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Polled {
    /// In the order in which they are to be published.
    pub records: Vec<Record>,
    /// Kept once the bus has the records.
    pub state: serde_json::Value,
    /// When to ask again, Unix milliseconds.
    pub next_ms: i64,
    /// For the administrator: what is limited, skipped or could not be read. Counts and reasons, no values.
    pub notes: Vec<Text>,
    /// Posts of this time may be missing for good.
    pub gap: Option<Gap>,
}

/// Times of which the source could not give everything any more, Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    pub since_ms: i64,
    pub until_ms: i64,
}

/// Why a poll did not succeed, and how long the source wants to be left alone, when it said so.
#[derive(Debug)]
pub struct Setback {
    pub failure: Failure,
    pub wait: Option<Duration>,
}

impl From<FetchFault> for Setback {
    fn from(fault: FetchFault) -> Self {
        let wait = match &fault {
            FetchFault::Later { wait, .. } => Some(*wait),
            _ => None,
        };
        Self { failure: fault.into(), wait }
    }
}

impl From<Failure> for Setback {
    fn from(failure: Failure) -> Self {
        Self { failure, wait: None }
    }
}

impl From<Fault> for Setback {
    fn from(fault: Fault) -> Self {
        Failure::from(fault).into()
    }
}
