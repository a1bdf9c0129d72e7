//! A consumer that stays in its group while something slow is waited for: its partitions are paused, and polls go on.

use super::worker::{POLL, unavailable};
use crate::{fault::Result, streaming::meters::StreamMeters};
use ::streaming::bus::{Consumer, Partition, Polled, Position};
use std::{collections::VecDeque, pin::pin, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// A member that does not poll for minutes is taken for dead.
const ALIVE: Duration = Duration::from_millis(500);

pub struct Patience {
    consumer: Box<dyn Consumer>,
    stop: CancellationToken,
    meters: Arc<StreamMeters>,
    partitions: Vec<Partition>,
    /// What was polled while something else was waited for.
    waiting: VecDeque<Polled>,
}

impl Patience {
    pub fn new(consumer: Box<dyn Consumer>, stop: CancellationToken, meters: Arc<StreamMeters>) -> Self {
        Self { consumer, stop, meters, partitions: Vec::new(), waiting: VecDeque::new() }
    }

    /// The partitions of now.
    pub fn has(&mut self, partitions: Vec<Partition>) {
        self.partitions = partitions;
    }

    pub async fn next(&mut self, wait: Duration) -> Result<Polled> {
        match self.waiting.pop_front() {
            Some(polled) => Ok(polled),
            None => self.consumer.poll(POLL, wait).await.map_err(unavailable),
        }
    }

    /// Reads on from here. What was polled of the partition before comes again.
    pub async fn seek(&mut self, partition: &Partition, offset: i64) -> Result<()> {
        for polled in &mut self.waiting {
            if let Polled::Records(records) = polled {
                records.retain(|delivered| delivered.position.topic != partition.topic || delivered.position.partition != partition.partition);
            }
        }
        let next = Position { topic: partition.topic.clone(), partition: partition.partition, offset };
        self.consumer.seek(&next).await.map_err(unavailable)
    }

    pub async fn commit(&mut self, next: &[Position]) -> Result<()> {
        self.consumer.commit(next).await.map_err(unavailable)
    }

    /// Waits for something that may take long; `None` when the worker is told to stop first.
    pub async fn wait<T>(&mut self, slow: impl Future<Output = T>) -> Result<Option<T>> {
        let mut slow = pin!(slow);
        let mut paused = Vec::new();
        let done = loop {
            tokio::select! {
                biased;
                done = &mut slow => break Some(done),
                () = self.stop.cancelled() => break None,
                () = tokio::time::sleep(ALIVE) => {}
            }
            self.meters.blocked.set(1);
            for partition in self.partitions.clone() {
                if !paused.contains(&partition) {
                    self.consumer.pause(&partition).await.map_err(unavailable)?;
                    paused.push(partition);
                }
            }
            match self.consumer.poll(POLL, Duration::ZERO).await.map_err(unavailable)? {
                Polled::Records(records) if records.is_empty() => {}
                polled => {
                    if let Polled::Assigned(partitions) = &polled {
                        for partition in partitions {
                            self.consumer.pause(partition).await.map_err(unavailable)?;
                            paused.push(partition.clone());
                        }
                    }
                    self.waiting.push_back(polled);
                }
            }
        };
        for partition in &paused {
            self.consumer.resume(partition).await.map_err(unavailable)?;
        }
        if !paused.is_empty() {
            self.meters.blocked.set(0);
        }
        Ok(done)
    }
}
