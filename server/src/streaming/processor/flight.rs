//! Batches that some sink has not finished, for their age.

use super::batch::Batch;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, Weak},
};

#[derive(Default)]
pub struct Flight(Mutex<VecDeque<Weak<Batch>>>);

impl Flight {
    pub fn add(&self, batch: &Arc<Batch>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(Arc::downgrade(batch));
    }

    /// When the oldest event of them was taken at its source, and the bytes of all.
    pub fn oldest(&self) -> (Option<i64>, usize) {
        let mut batches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        batches.retain(|batch| batch.strong_count() > 0);
        let alive: Vec<Arc<Batch>> = batches.iter().filter_map(Weak::upgrade).collect();
        (alive.iter().map(|batch| batch.oldest_taken_ms).min(), alive.iter().map(|batch| batch.room.num_permits()).sum())
    }
}
