//! Figures of the line as it runs: counted where the work is done, shown to Prometheus and on the page of streams.
//!
//! Labels are names of streams and stages; nothing taken from data stands in them.

pub mod answers;
mod history;
mod rules;
pub mod serve;
pub mod store;

pub use history::{history, tidy};

use crate::database::new_id;
use prometheus_client::{
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
    },
    registry::{Registry, Unit},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
};

type Labels = Vec<(&'static str, String)>;
type Seconds = Gauge<f64, AtomicU64>;

/// The registry of one process.
pub struct Meters {
    /// Names this process in the history.
    pub process: String,
    registry: Registry,
    events: Family<Labels, Counter>,
    gauges: Gauges,
    streams: Mutex<BTreeMap<String, Arc<StreamMeters>>>,
}

struct Gauges {
    lag: Family<Labels, Gauge>,
    age: Family<Labels, Seconds>,
    queue: Family<Labels, Gauge>,
    dead: Family<Labels, Gauge>,
    dead_bytes: Family<Labels, Gauge>,
    blocked: Family<Labels, Gauge>,
}

/// Figures of one stream: cheap to count from everywhere.
pub struct StreamMeters {
    /// Taken from the bus.
    pub read: Counter,
    /// Made events.
    pub parsed: Counter,
    /// Left out as the pipeline says.
    pub filtered: Counter,
    /// Met again within the replay horizon.
    pub duplicate: Counter,
    pub dead: Counter,
    pub indexed: Counter,
    pub windowed: Counter,
    /// Too late for their window.
    pub late: Counter,
    /// Without a stretch of their window, since too many are open.
    pub beyond: Counter,
    pub archived: Counter,
    /// Gone from the bus before they were read.
    pub missing: Counter,
    /// Events on the bus that not every sink has finished.
    pub lag: Gauge,
    /// Since the oldest of those that were read and are not finished was taken at its source; 0 when there is none.
    pub age: Seconds,
    /// Bytes of events that were read and are not finished.
    pub queue: Gauge,
    /// Dead letters that wait for somebody.
    pub dead_letters: Gauge,
    pub dead_letter_bytes: Gauge,
    /// 1 while something makes the stream wait (a sink that is down, dead letters that are full).
    pub blocked: Gauge,
}

/// The same as plain numbers, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    pub read: u64,
    pub parsed: u64,
    pub filtered: u64,
    pub duplicate: u64,
    pub dead: u64,
    pub indexed: u64,
    pub windowed: u64,
    pub late: u64,
    pub beyond: u64,
    pub archived: u64,
    pub missing: u64,
    pub lag: i64,
    pub age_seconds: f64,
    pub queue_bytes: i64,
    pub dead_letters: i64,
    pub dead_letter_bytes: i64,
    pub blocked: i64,
}

impl Default for Meters {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("atalaya");
        let events = Family::default();
        registry.register("stream_events", "Events that passed a stage of a stream.", events.clone());
        let gauges = Gauges {
            lag: family(&mut registry, "stream_lag_events", "Events on the bus that not every sink has finished."),
            age: Family::default(),
            queue: Family::default(),
            dead: family(&mut registry, "stream_dead_letters", "Dead letters that wait."),
            dead_bytes: Family::default(),
            blocked: family(&mut registry, "stream_blocked", "1 while a sink or full dead letters make the stream wait."),
        };
        let age = "Age of the oldest event that was read and not acknowledged by every sink.";
        registry.register_with_unit("stream_oldest_unacknowledged", age, Unit::Seconds, gauges.age.clone());
        registry.register_with_unit("stream_queue", "Events that were read and not finished.", Unit::Bytes, gauges.queue.clone());
        registry.register_with_unit("stream_dead_letter", "Dead letters that wait.", Unit::Bytes, gauges.dead_bytes.clone());
        Self { process: new_id(), registry, events, gauges, streams: Mutex::default() }
    }
}

fn family<M>(registry: &mut Registry, name: &str, help: &str) -> Family<Labels, M>
where
    Family<Labels, M>: prometheus_client::registry::Metric,
    M: Default + Clone,
{
    let family = Family::<Labels, M>::default();
    registry.register(name, help, family.clone());
    family
}

impl Meters {
    /// Figures of a stream, from 0 when it is new.
    pub fn stream(&self, name: &str) -> Arc<StreamMeters> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.entry(name.to_owned()).or_insert_with(|| Arc::new(self.new_stream(name))).clone()
    }

    fn new_stream(&self, name: &str) -> StreamMeters {
        let stage = |stage: &str| of(&self.events, vec![("stream", name.to_owned()), ("stage", stage.to_owned())]);
        let labels = || vec![("stream", name.to_owned())];
        StreamMeters {
            read: stage("read"),
            parsed: stage("parsed"),
            filtered: stage("filtered"),
            duplicate: stage("duplicate"),
            dead: stage("dead_letter"),
            indexed: stage("indexed"),
            windowed: stage("windowed"),
            late: stage("late"),
            beyond: stage("beyond"),
            archived: stage("archived"),
            missing: stage("gap"),
            lag: of(&self.gauges.lag, labels()),
            age: of(&self.gauges.age, labels()),
            queue: of(&self.gauges.queue, labels()),
            dead_letters: of(&self.gauges.dead, labels()),
            dead_letter_bytes: of(&self.gauges.dead_bytes, labels()),
            blocked: of(&self.gauges.blocked, labels()),
        }
    }

    /// Streams of this process and their figures now.
    pub fn figures(&self) -> Vec<(String, Figures)> {
        let streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        streams.iter().map(|(name, meters)| (name.clone(), meters.figures())).collect()
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn of<M: Clone, C: MetricConstructor<M>>(family: &Family<Labels, M, C>, labels: Labels) -> M {
    family.get_or_create_owned(&labels)
}

impl StreamMeters {
    pub fn figures(&self) -> Figures {
        Figures {
            read: self.read.get(),
            parsed: self.parsed.get(),
            filtered: self.filtered.get(),
            duplicate: self.duplicate.get(),
            dead: self.dead.get(),
            indexed: self.indexed.get(),
            windowed: self.windowed.get(),
            late: self.late.get(),
            beyond: self.beyond.get(),
            archived: self.archived.get(),
            missing: self.missing.get(),
            lag: self.lag.get(),
            age_seconds: self.age.get(),
            queue_bytes: self.queue.get(),
            dead_letters: self.dead_letters.get(),
            dead_letter_bytes: self.dead_letter_bytes.get(),
            blocked: self.blocked.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_holds_each_figure_with_its_stream_and_stage() {
        let meters = Meters::default();
        let web = meters.stream("web");
        web.read.inc_by(7);
        web.lag.set(3);
        web.age.set(1.5);
        let text = meters.text().unwrap();
        for line in [
            "atalaya_stream_events_total{stream=\"web\",stage=\"read\"} 7",
            "atalaya_stream_lag_events{stream=\"web\"} 3",
            "atalaya_stream_oldest_unacknowledged_seconds{stream=\"web\"} 1.5",
        ] {
            assert!(text.contains(line), "{line} is not in\n{text}");
        }
        assert_eq!(meters.figures()[0].1.read, 7);
    }
}
