//! Rows that another domain gives to a report, which knows neither the domain nor what it was asked.

use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
    portal::Portal,
};
use app::warehouse::asks::AnswerColumn;
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a domain is asked for, in its own words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// The giver's name.
    pub giver: String,
    /// What it reads, as policies name it: `stream.web`.
    pub dataset: String,
    pub asked: serde_json::Value,
}

/// A domain that gives governed rows. The portal holds them all.
#[async_trait]
pub trait Giver: Send + Sync {
    /// As orders name it.
    fn name(&self) -> &'static str;

    /// Refuses what cannot be given, before anything is recorded.
    async fn check(&self, portal: &Portal, permit: &Permit, given: &Given) -> Result<()>;

    /// The rows as this permit sees them. `counted`: their number is needed beforehand.
    async fn rows(&self, portal: &Portal, permit: &Permit, given: &Given, counted: bool) -> Result<GivenRows>;
}

/// Rows as they come. Columns are text, integers, numbers, truth or timestamps in microseconds, each of the kind that is said.
pub struct GivenRows {
    pub columns: Vec<AnswerColumn>,
    pub total: Option<u64>,
    pub rows: BoxStream<'static, Result<RecordBatch>>,
}

impl Given {
    /// What `giver` is asked for, of one stream.
    pub fn of_stream(giver: &str, stream: &str, asked: &impl Serialize) -> Result<Self> {
        Ok(Self { giver: giver.to_owned(), dataset: format!("stream.{stream}"), asked: serde_json::to_value(asked)? })
    }

    /// What is asked of a stream, by somebody who may download it. `stream` tells which one it reads: the one that the order names, else it is "not found".
    pub fn asked_of_stream<A: DeserializeOwned>(&self, permit: &Permit, stream: fn(&A) -> &str) -> Result<A> {
        let asked = serde_json::from_value(self.asked.clone())?;
        if self.dataset.strip_prefix("stream.") != Some(stream(&asked)) {
            return Err(Fault::not_found());
        }
        if permit.allows(Need(Kind::Stream, Action::Export)) { Ok(asked) } else { Err(Fault::forbidden()) }
    }

    pub(super) fn giver<'a>(&self, portal: &'a Portal) -> Result<&'a dyn Giver> {
        portal.givers.iter().find(|giver| giver.name() == self.giver).map(|giver| &**giver).ok_or_else(Fault::not_found)
    }
}
