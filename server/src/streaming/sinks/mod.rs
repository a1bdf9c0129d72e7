//! Where events go: the index, the windows, the archive in the lake. Each is a task of its own with a position of its own.

pub mod archive;
mod columns;
mod index;

use super::{
    dead_letters::{self, DeadLetter},
    processor::{
        batch::Batch,
        progress::Progress,
        store::{self, Sink},
        work::Work,
    },
};
use crate::{
    fault::{Fault, Result},
    portal::Portal,
};
use ::streaming::bus::Partition;
use std::{sync::Arc, time::Duration};
use tokio::{sync::mpsc, task::JoinSet};

/// Batches that may wait before a sink.
const WAITING: usize = 4;
/// Between looks at whether there is room for dead letters.
const FULL: Duration = Duration::from_secs(1);

/// What a sink is told.
#[derive(Clone)]
pub enum Told {
    Batch(Arc<Batch>),
    /// The partition is this worker's from now on; the sink goes on at `next`.
    Assigned {
        partition: Partition,
        fence: i64,
        epoch: i64,
        next: i64,
    },
    /// The partition is another's: what is not finished of it is nobody's here.
    Forgotten(Partition),
}

/// What every sink has.
#[derive(Clone)]
pub struct Desk {
    pub portal: Portal,
    pub work: Arc<Work>,
    pub progress: Arc<Progress>,
}

/// The sinks of one worker.
pub struct Sinks {
    senders: Vec<(Sink, mpsc::Sender<Told>)>,
    tasks: JoinSet<Result<()>>,
}

impl Sinks {
    pub fn start(portal: &Portal, work: &Arc<Work>, progress: &Arc<Progress>) -> Self {
        let desk = Desk { portal: portal.clone(), work: work.clone(), progress: progress.clone() };
        let (mut senders, mut tasks) = (Vec::new(), JoinSet::new());
        for sink in work.sinks() {
            let (sender, told) = mpsc::channel(WAITING);
            senders.push((sink, sender));
            let desk = desk.clone();
            match sink {
                Sink::Index => tasks.spawn(index::run(desk, told)),
                Sink::Windows => tasks.spawn(super::windows::sink::run(desk, told)),
                Sink::Archive => tasks.spawn(archive::run(desk, told)),
            };
        }
        Self { senders, tasks }
    }

    /// None at all.
    pub fn none() -> Self {
        Self { senders: Vec::new(), tasks: JoinSet::new() }
    }

    /// Gives a batch to every sink; waits while one has no room.
    pub async fn give(senders: &[(Sink, mpsc::Sender<Told>)], told: Told) -> Result<()> {
        for (sink, sender) in senders {
            sender.send(told.clone()).await.map_err(|_| ended(*sink))?;
        }
        Ok(())
    }

    pub fn senders(&self) -> Vec<(Sink, mpsc::Sender<Told>)> {
        self.senders.clone()
    }

    /// The first failure of a sink, if one has ended.
    pub fn failure(&mut self) -> Result<()> {
        match self.tasks.try_join_next() {
            None => Ok(()),
            Some(ended) => ended.map_err(Fault::internal).and_then(|ended| ended).and(Err(Fault::internal("a sink ended by itself"))),
        }
    }

    /// Nothing more comes: waits until every sink has written what it has.
    pub async fn finish(mut self) -> Result<()> {
        self.senders.clear();
        while let Some(ended) = self.tasks.join_next().await {
            ended.map_err(Fault::internal)??;
        }
        Ok(())
    }
}

fn ended(sink: Sink) -> Fault {
    Fault::internal(format!("the sink {} has ended", sink.name()))
}

/// A fence that is no longer the newest, of a partition that was not given away in order: the worker starts anew.
pub(super) fn overtaken(partition: &Partition) -> Fault {
    Fault::operator(
        format!("another process works partition {} of {} now: this one joins anew", partition.partition, partition.topic),
        format!("otro proceso trabaja ahora la partición {} de {}: este se incorpora de nuevo", partition.partition, partition.topic),
    )
}

impl Desk {
    /// Keeps dead letters, each with the fence under which it was read. Waits, and says so, while there is no room for them.
    pub async fn bury(&self, letters: Vec<(i64, DeadLetter)>) -> Result<()> {
        if letters.is_empty() {
            return Ok(());
        }
        let stream = &self.work.stream.name;
        let meters = &self.work.meters;
        let mut said = false;
        loop {
            let mut changes = self.portal.database.begin().await?;
            let mut ours = Vec::new();
            for (fence, letter) in &letters {
                let partition = Partition { topic: letter.position.topic.clone(), partition: letter.position.partition };
                if store::holds(&mut changes, stream, &partition, *fence).await? {
                    ours.push(letter.clone());
                } else if self.progress.holds(&partition, *fence) {
                    return Err(overtaken(&partition));
                }
            }
            if dead_letters::bury(&mut changes, stream, &ours, self.work.room).await? {
                changes.commit().await?;
                meters.dead.inc_by(ours.len() as u64);
                meters.blocked.set(0);
                return Ok(());
            }
            changes.rollback().await?;
            meters.blocked.set(1);
            if !said {
                tracing::error!(stream, "the dead letters are full: the stream waits until some are replayed or discarded");
                said = true;
            }
            tokio::time::sleep(FULL).await;
        }
    }
}
