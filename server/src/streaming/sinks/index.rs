//! The index sink: writes each batch in bulk, looks at every item, and moves on when all are written or dead letters.

use super::{Desk, Told};
use crate::{
    fault::Result,
    streaming::{
        dead_letters::{DeadLetter, Stage},
        processor::{batch::Batch, rules, store::Sink},
    },
};
use ::search::{Change, IndexFault, index::Outcome};
use ::streaming::bus::Position;
use app::text::Text;
use futures::{StreamExt, stream::FuturesOrdered};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// Bulks under way at once.
const AT_ONCE: usize = 2;
/// What was written is found at the latest after this.
const REFRESH: Duration = Duration::from_millis(500);

pub(super) async fn run(desk: Desk, mut told: mpsc::Receiver<Told>) -> Result<()> {
    prepare(&desk).await;
    let mut flight = FuturesOrdered::new();
    let mut refresh = tokio::time::interval(REFRESH);
    refresh.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut dirty, mut open) = (false, true);
    while open || !flight.is_empty() {
        tokio::select! {
            // In order: a position is reached when everything before it is.
            Some(written) = flight.next(), if !flight.is_empty() => {
                let batch: Arc<Batch> = written?;
                for part in &batch.parts {
                    desk.progress.advance(&part.partition, part.fence, Sink::Index, part.until);
                }
                dirty |= !batch.changes.is_empty();
            }
            next = told.recv(), if open && flight.len() < AT_ONCE => match next {
                Some(Told::Batch(batch)) => flight.push_back(write(desk.clone(), batch)),
                // What was read of a partition may be written by two: it stays one event.
                Some(Told::Assigned { .. } | Told::Forgotten(_)) => {}
                None => open = false,
            },
            _ = refresh.tick(), if dirty => {
                dirty = false;
                refreshed(&desk).await;
            }
        }
    }
    if dirty {
        refreshed(&desk).await;
    }
    Ok(())
}

/// Until the index is there.
async fn prepare(desk: &Desk) {
    let mut attempt = 0;
    while let Err(fault) = desk.portal.index.prepare(&desk.work.shape).await {
        desk.work.meters.blocked.set(1);
        tracing::warn!(stream = desk.work.stream.name, %fault, "the index is not ready: the stream waits");
        tokio::time::sleep(rules::pause(attempt, rand::random())).await;
        attempt += 1;
    }
    desk.work.meters.blocked.set(0);
}

async fn refreshed(desk: &Desk) {
    if let Err(fault) = desk.portal.index.refresh(&desk.work.shape).await {
        // What was written stays written; the next refresh shows it.
        tracing::warn!(stream = desk.work.stream.name, %fault, "the index was not refreshed");
    }
}

async fn write(desk: Desk, batch: Arc<Batch>) -> Result<Arc<Batch>> {
    let mut left: Vec<usize> = (0..batch.changes.len()).collect();
    let mut attempt = 0;
    while !left.is_empty() {
        let before = left.len();
        let outcomes = if before == batch.changes.len() {
            desk.portal.index.write(&desk.work.shape, &batch.changes).await
        } else {
            let again: Vec<Change> = left.iter().map(|item| batch.changes[*item].clone()).collect();
            desk.portal.index.write(&desk.work.shape, &again).await
        };
        let mut unfit = Vec::new();
        let why = match outcomes {
            Ok(outcomes) => sorted(&mut left, outcomes, &mut unfit),
            Err(fault @ IndexFault::Unavailable(_)) => Some(fault.to_string()),
            // Nobody's records are at fault, so none is dropped: somebody must mend the index.
            Err(fault) => {
                tracing::error!(stream = desk.work.stream.name, %fault, "the index takes nothing: the stream waits");
                Some(fault.to_string())
            }
        };
        desk.bury(unfit.into_iter().filter_map(|(item, reason)| letter(&batch, item, &reason)).collect()).await?;
        let Some(why) = why else { break };
        attempt = if left.len() < before { 0 } else { attempt + 1 };
        desk.work.meters.blocked.set(1);
        tracing::warn!(stream = desk.work.stream.name, items = left.len(), why, "the index is busy: these items come again");
        tokio::time::sleep(rules::pause(attempt, rand::random())).await;
    }
    desk.work.meters.blocked.set(0);
    desk.work.meters.indexed.inc_by(batch.changes.len() as u64);
    Ok(batch)
}

/// Keeps in `left` what is to be written again, and gives one reason of theirs.
fn sorted(left: &mut Vec<usize>, outcomes: Vec<Outcome>, unfit: &mut Vec<(usize, String)>) -> Option<String> {
    let mut why = None;
    let mut outcomes = outcomes.into_iter();
    left.retain(|item| match outcomes.next() {
        Some(Outcome::Done) => false,
        Some(Outcome::Unfit(reason)) => {
            unfit.push((*item, reason));
            false
        }
        Some(Outcome::Retry(reason)) => {
            why = Some(reason);
            true
        }
        // Nothing was said of it.
        None => {
            why = Some("no answer for some items".to_owned());
            true
        }
    });
    why
}

fn letter(batch: &Batch, item: usize, reason: &str) -> Option<(i64, DeadLetter)> {
    let (part, origin) = (batch.part_of(item)?, &batch.origins[item]);
    let letter = DeadLetter {
        stage: Stage::Index,
        position: Position { topic: part.partition.topic.clone(), partition: part.partition.partition, offset: origin.offset },
        record: origin.record.clone(),
        reason: Text::of(format!("the index refuses it: {reason}"), format!("el índice lo rechaza: {reason}")),
        attempts: 1,
    };
    Some((part.fence, letter))
}
