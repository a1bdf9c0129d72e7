//! How a stream's records become events: what is kept of it with the stream, as JSON.

use crate::{
    fault::{Fault, Result},
    search::stream::Stream,
};
use ::streaming::{
    Refusal,
    bus::Topic,
    keywords::Keywords,
    pipeline::{Pipeline, PipelineSpec},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The line of one stream, from its topic to its sinks.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Parse, enrich, filter, keywords, windows.
    pub pipeline: PipelineSpec,
    pub bus: BusSettings,
    pub archiving: Archiving,
}

/// How the stream's topic is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BusSettings {
    pub partitions: u32,
    pub keep_days: u32,
    pub keep_megabytes: u64,
    /// Largest record, in bytes.
    pub record_bytes: usize,
}

impl Default for BusSettings {
    fn default() -> Self {
        Self { partitions: 4, keep_days: 7, keep_megabytes: 10_240, record_bytes: 1 << 20 }
    }
}

/// How often what waits goes into the lake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Archiving {
    /// A commit at least so often.
    pub seconds: u64,
    /// A commit as soon as so many wait.
    pub megabytes: u64,
}

impl Default for Archiving {
    fn default() -> Self {
        Self { seconds: 60, megabytes: 64 }
    }
}

impl Line {
    /// Reads what is kept: the pipeline's own settings, and beside them `bus` and `archiving`.
    pub fn of(stream: &Stream) -> Result<Self> {
        Self::read(stream.pipeline.clone()).map_err(|cause| {
            Fault::operator(
                format!("the pipeline of stream {} cannot be read: apply it again", stream.name),
                format!("no se puede leer la definición del flujo {}: vuelva a aplicarla", stream.name),
            )
            .because(cause)
        })
    }

    fn read(mut kept: serde_json::Value) -> serde_json::Result<Self> {
        let mut take = |name: &str| kept.as_object_mut().and_then(|kept| kept.remove(name)).unwrap_or_else(|| serde_json::json!({}));
        let (bus, archiving) = (take("bus"), take("archiving"));
        Ok(Self { pipeline: serde_json::from_value(kept)?, bus: serde_json::from_value(bus)?, archiving: serde_json::from_value(archiving)? })
    }

    pub fn kept(&self) -> Result<serde_json::Value> {
        let mut kept = serde_json::to_value(&self.pipeline)?;
        kept["bus"] = serde_json::to_value(&self.bus)?;
        kept["archiving"] = serde_json::to_value(&self.archiving)?;
        Ok(kept)
    }

    /// The name of the topic of a stream called so.
    pub fn topic_name<'a>(&'a self, stream: &'a str) -> &'a str {
        self.pipeline.topic.as_deref().unwrap_or(stream)
    }

    pub fn topic(&self, stream: &str) -> Topic {
        Topic {
            name: self.topic_name(stream).to_owned(),
            partitions: self.bus.partitions,
            keep: Duration::from_secs(u64::from(self.bus.keep_days) * 86_400),
            keep_bytes: self.bus.keep_megabytes << 20,
            record_bytes: self.bus.record_bytes,
        }
    }

    /// The pipeline, ready to run.
    pub fn pipeline(&self, keywords: Keywords) -> Result<Pipeline> {
        Pipeline::new(self.pipeline.clone(), keywords).map_err(refused)
    }
}

/// A setting that cannot be, in the words of whoever refused it.
pub fn refused(refusal: Refusal) -> Fault {
    Fault::invalid(refusal.message.en, refusal.message.es).on(refusal.field)
}
