//! What damaged files took away: counted, said with its place, never silent.

use crate::agent::AgentFault;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

/// Reports that are kept; the counts go on.
const KEPT: usize = 100;

/// Damaged bytes of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    pub segment: u64,
    pub from: u64,
    pub until: u64,
    /// Events that stood there.
    pub frames: u64,
}

/// All that was found so far.
#[derive(Debug, Default)]
pub struct Losses(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    losses: VecDeque<Loss>,
    reports: VecDeque<AgentFault>,
    frames: u64,
}

impl Losses {
    /// Counts a loss once, however often its bytes are read.
    pub fn add(&self, loss: Loss) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if found.losses.iter().any(|known| (known.segment, known.from) == (loss.segment, loss.from)) {
            return;
        }
        found.frames += loss.frames;
        let Loss { segment, from, until, frames } = loss;
        let report = AgentFault::new(
            format!("buffer segment {segment} is damaged from byte {from} to {until}; events lost: {frames}"),
            format!("el segmento {segment} del búfer está dañado del byte {from} al {until}; eventos perdidos: {frames}"),
        );
        keep(&mut found.losses, loss);
        drop(found);
        self.report(report);
    }

    pub fn report(&self, report: AgentFault) {
        tracing::error!("{report}");
        keep(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).reports, report);
    }

    /// Events lost so far.
    pub fn frames(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).frames
    }

    pub fn losses(&self) -> Vec<Loss> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).losses.iter().cloned().collect()
    }

    /// Takes what was not said yet.
    pub fn take_reports(&self) -> Vec<AgentFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).reports.drain(..).collect()
    }
}

fn keep<T>(kept: &mut VecDeque<T>, one: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(one);
}
