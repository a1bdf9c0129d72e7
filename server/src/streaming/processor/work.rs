//! A stream as it is worked: its shape, its pipeline, its settings.

use super::store::Sink;
use crate::{
    fault::Result,
    portal::Portal,
    search::stream::Stream,
    streaming::{dead_letters::Room, line::Line, meters::StreamMeters},
};
use ::search::Shape;
use ::streaming::{bus::Topic, keywords::Keywords, pipeline::Pipeline};
use std::{sync::Arc, time::Duration};

/// Everything that the worker of one stream and its sinks must know. Made anew when the stream is altered.
pub struct Work {
    pub stream: Stream,
    pub shape: Shape,
    pub line: Line,
    pub pipeline: Pipeline,
    /// The lists that name the stream, replaced as a whole when somebody changes one.
    pub keywords: Keywords,
    pub meters: Arc<StreamMeters>,
    /// For its dead letters.
    pub room: Room,
}

impl Work {
    /// Refuses a pipeline that this version of the portal cannot read.
    pub fn of(portal: &Portal, stream: Stream) -> Result<Self> {
        let line = Line::of(&stream)?;
        let keywords = Keywords::default();
        let pipeline = line.pipeline(keywords.clone())?;
        let meters = portal.meters.stream(&stream.name);
        let room = Room { letters: portal.config.dead_letters, bytes: portal.config.dead_letter_bytes };
        Ok(Self { shape: stream.shape(), line, pipeline, keywords, meters, room, stream })
    }

    /// The consumer group, the same in every process.
    pub fn group(&self) -> String {
        format!("atalaya-{}", self.stream.name)
    }

    pub fn topic(&self) -> Topic {
        self.line.topic(&self.stream.name)
    }

    pub fn topic_name(&self) -> &str {
        self.line.topic_name(&self.stream.name)
    }

    pub fn sinks(&self) -> Vec<Sink> {
        let mut sinks = vec![Sink::Index];
        if self.remembers() {
            sinks.push(Sink::Windows);
        }
        if self.archives() {
            sinks.push(Sink::Archive);
        }
        sinks
    }

    /// Whether ids are remembered: index documents are the same however often they are written, what is added up is not.
    pub fn remembers(&self) -> bool {
        self.archives() || !self.pipeline.windows().is_empty()
    }

    pub fn archives(&self) -> bool {
        self.line.pipeline.archive
    }

    pub fn archive_dataset(&self) -> String {
        archive_dataset(&self.stream.name)
    }

    /// How long rows wait for a commit, and how many bytes of them at most.
    pub fn archive(&self) -> (Duration, usize) {
        let archiving = &self.line.archiving;
        (Duration::from_secs(archiving.seconds.max(1)), usize::try_from(archiving.megabytes.max(1) << 20).unwrap_or(usize::MAX))
    }
}

/// Where the events of a stream are in the lake.
pub fn archive_dataset(stream: &str) -> String {
    format!("lake.{stream}_events")
}
