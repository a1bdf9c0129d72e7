//! Records to events: the pipeline is run where it may take long and may fail, and each record's fate is told.

use super::{
    batch::{Batch, Origin, Part},
    rules::DEADLY,
    seen::News,
    work::Work,
    worker::Lane,
};
use crate::{
    database::now_ms,
    fault::{Fault, Result},
    streaming::dead_letters::{DeadLetter, Stage},
};
use ::search::{Change, Document, Value as Indexed};
use ::streaming::{
    Record,
    bus::{Delivered, Partition},
    parse::{Unfit, Value},
    pipeline::{Event, Processed},
};
use app::text::Text;
use std::{collections::BTreeMap, panic::AssertUnwindSafe, sync::Arc};
use tokio::sync::OwnedSemaphorePermit;

/// Records of one piece of work; more than that are shared among cores.
const PIECE: usize = 1_024;

/// What became of records.
#[derive(Default)]
pub struct Made {
    parts: Vec<MadePart>,
    pub dead: Vec<DeadLetter>,
}

/// Consecutive records of one partition.
struct MadePart {
    partition: Partition,
    until: i64,
    events: Vec<(Change, Origin)>,
}

impl Made {
    pub fn add(&mut self, more: Self) {
        self.parts.extend(more.parts);
        self.dead.extend(more.dead);
    }

    /// A record that is not touched.
    pub fn buried(letter: DeadLetter) -> Self {
        let partition = Partition { topic: letter.position.topic.clone(), partition: letter.position.partition };
        let part = MadePart { partition, until: letter.position.offset + 1, events: Vec::new() };
        Self { parts: vec![part], dead: vec![letter] }
    }
}

/// Runs the pipeline over records, each partition's in order, and the pieces side by side.
pub async fn make(work: &Arc<Work>, records: Vec<(Partition, Vec<Delivered>)>) -> Result<Made> {
    let mut pieces = Vec::new();
    for (partition, mut rest) in records {
        while !rest.is_empty() {
            let later = rest.split_off(rest.len().min(PIECE));
            let (work, partition) = (work.clone(), partition.clone());
            pieces.push(tokio::task::spawn_blocking(move || piece(&work, partition, rest)));
            rest = later;
        }
    }
    let mut made = Made::default();
    for piece in pieces {
        made.add(piece.await.map_err(Fault::internal)?);
    }
    Ok(made)
}

/// The change that a record is for the index; `None` when the pipeline leaves it out, or does not know it.
pub fn change(work: &Work, record: &Record) -> Option<Change> {
    match fate(work, record) {
        Fate::Change(change) => Some(change),
        Fate::Dropped | Fate::Unfit(_) | Fate::Deadly => None,
    }
}

/// A record that ended the process too often.
pub fn poison(delivered: Delivered, attempts: i64) -> DeadLetter {
    let reason = Text::of(
        format!("the processor died {attempts} times with this record: it was not touched again"),
        format!("el proceso murió {attempts} veces con este registro: no se volvió a tocar"),
    );
    letter(delivered, Stage::Poison, reason, attempts)
}

/// Says, in the order of offsets, what of each event is new.
pub(super) fn seal(work: &Work, made: Made, room: OwnedSemaphorePermit, lanes: &mut BTreeMap<Partition, Lane>) -> Batch {
    let mut batch = Batch { parts: Vec::new(), changes: Vec::new(), origins: Vec::new(), oldest_taken_ms: i64::MAX, room };
    let (now_ms, horizon_ms) = (now_ms(), work.line.pipeline.replay_horizon_ms());
    for part in made.parts {
        let Some(Lane { fence, seen, .. }) = lanes.get_mut(&part.partition) else { continue };
        let (mut fresh, mut newest_ms) = (Vec::new(), i64::MIN);
        for (change, mut origin) in part.events {
            if work.remembers() {
                origin.news = seen.meet(&origin.record, origin.offset, &mut fresh);
                work.meters.duplicate.inc_by(u64::from(origin.news == News::None));
            }
            newest_ms = newest_ms.max(origin.record.taken_ms);
            batch.oldest_taken_ms = batch.oldest_taken_ms.min(origin.record.taken_ms);
            batch.changes.push(change);
            batch.origins.push(origin);
        }
        let row = seen.row(fresh, part.until, newest_ms, now_ms, horizon_ms);
        let horizon_ms = seen.horizon_ms(horizon_ms);
        batch.parts.push(Part { partition: part.partition, fence: *fence, end: batch.changes.len(), until: part.until, seen: row, horizon_ms });
    }
    batch
}

fn piece(work: &Work, partition: Partition, records: Vec<Delivered>) -> Made {
    let until = records.last().map_or(0, |last| last.position.offset + 1);
    let mut part = MadePart { partition, until, events: Vec::with_capacity(records.len()) };
    let (mut dead, mut filtered) = (Vec::new(), 0);
    for delivered in records {
        match fate(work, &delivered.record) {
            Fate::Change(change) => part.events.push((change, Origin { offset: delivered.position.offset, record: delivered.record, news: News::Event })),
            Fate::Dropped => filtered += 1,
            Fate::Unfit(unfit) => dead.push(letter(delivered, Stage::Parse, reason(&unfit), 1)),
            Fate::Deadly => dead.push(letter(delivered, Stage::Poison, panicked(), DEADLY)),
        }
    }
    work.meters.parsed.inc_by(part.events.len() as u64);
    work.meters.filtered.inc_by(filtered);
    Made { parts: vec![part], dead }
}

enum Fate {
    Change(Change),
    Dropped,
    Unfit(Unfit),
    /// The pipeline panicked, each time.
    Deadly,
}

fn fate(work: &Work, record: &Record) -> Fate {
    // What a panic leaves behind is dropped with it: the pipeline holds nothing that an event changes.
    let attempt = || std::panic::catch_unwind(AssertUnwindSafe(|| processed(work, record)));
    (0..DEADLY).find_map(|_| attempt().ok()).unwrap_or(Fate::Deadly)
}

fn processed(work: &Work, record: &Record) -> Fate {
    match work.pipeline.process(record) {
        Processed::Event(event) => Fate::Change(Change::Put(document(work, event))),
        Processed::Gone { id, version, at_ms } => Fate::Change(Change::Delete { id: id.to_owned(), version, at_ms }),
        Processed::Dropped { .. } => Fate::Dropped,
        Processed::Dead(unfit) => Fate::Unfit(unfit),
    }
}

fn document(work: &Work, event: Event<'_>) -> Document {
    let named = work.pipeline.fields().iter().zip(event.values);
    let fields = named.filter_map(|(field, value)| Some((field.name.clone(), indexed(value)?))).collect();
    Document { id: event.id.to_owned(), version: event.version, at_ms: event.at_ms, fields }
}

fn indexed(value: Value<'_>) -> Option<Indexed> {
    Some(match value {
        Value::Null => return None,
        Value::Text(text) => Indexed::Text(text.into_owned()),
        Value::Texts(texts) => Indexed::Texts(texts.into_iter().map(std::borrow::Cow::into_owned).collect()),
        Value::Integer(number) => Indexed::Integer(number),
        Value::Number(number) => Indexed::Number(number),
        Value::Bool(truth) => Indexed::Bool(truth),
        Value::Timestamp(at_ms) => Indexed::Timestamp(at_ms),
    })
}

fn reason(unfit: &Unfit) -> Text {
    Text::of(format!("byte {}: expected {}", unfit.at, unfit.expected.en), format!("byte {}: se esperaba {}", unfit.at, unfit.expected.es))
}

fn panicked() -> Text {
    Text::of(
        "the pipeline failed on this record each time: tell whoever looks after the portal",
        "el proceso falló con este registro todas las veces: avise a quien cuida del portal",
    )
}

fn letter(delivered: Delivered, stage: Stage, reason: Text, attempts: i64) -> DeadLetter {
    let Delivered { position, record } = delivered;
    DeadLetter { stage, position, record, reason, attempts: u32::try_from(attempts).unwrap_or(u32::MAX) }
}
