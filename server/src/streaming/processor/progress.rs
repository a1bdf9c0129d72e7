//! How far each sink has come in each partition that this worker has now.

use super::store::Sink;
use ::streaming::bus::{Partition, Position};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Shared by the worker, which commits, and its sinks, which move.
#[derive(Default)]
pub struct Progress(Mutex<BTreeMap<Partition, Standing>>);

#[derive(Clone, Debug)]
pub struct Standing {
    pub fence: i64,
    /// The next offset that a sink has not finished.
    pub next: BTreeMap<Sink, i64>,
}

impl Progress {
    pub fn assign(&self, partition: Partition, fence: i64, next: BTreeMap<Sink, i64>) {
        self.all().insert(partition, Standing { fence, next });
    }

    pub fn forget(&self, partition: &Partition) {
        self.all().remove(partition);
    }

    /// Whether this worker has the partition under this fence.
    pub fn holds(&self, partition: &Partition, fence: i64) -> bool {
        self.all().get(partition).is_some_and(|standing| standing.fence == fence)
    }

    /// Says how far a sink has come; without effect when the partition was given away meanwhile.
    pub fn advance(&self, partition: &Partition, fence: i64, sink: Sink, next: i64) {
        if let Some(standing) = self.all().get_mut(partition).filter(|standing| standing.fence == fence) {
            let known = standing.next.entry(sink).or_insert(next);
            *known = (*known).max(next);
        }
    }

    pub fn standing(&self) -> BTreeMap<Partition, Standing> {
        self.all().clone()
    }

    /// The lowest position of all sinks in each partition: what is finished.
    pub fn lowest(&self) -> Vec<Position> {
        let all = self.all();
        let lowest = all.iter().filter_map(|(partition, standing)| Some((partition, *standing.next.values().min()?)));
        lowest.map(|(partition, offset)| Position { topic: partition.topic.clone(), partition: partition.partition, offset }).collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Partition, Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
