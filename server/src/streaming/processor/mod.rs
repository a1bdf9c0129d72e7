//! The processor: works every stream of the portal, each as a member of its consumer group, until the process ends.

pub mod batch;
pub(super) mod events;
mod flight;
mod measure;
mod patience;
pub mod progress;
pub mod rules;
pub mod seen;
pub mod store;
mod take_over;
pub mod work;
mod worker;

pub use worker::unavailable;

use crate::{
    fault::{Fault, Result},
    portal::Portal,
    search::stream::{self, Stream},
};
use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use work::Work;

/// New, altered and removed streams are seen so soon.
const LOOK: Duration = Duration::from_secs(2);
/// A worker that failed begins anew after a pause that grows to this many doublings.
const TRIES: u32 = 5;

/// Works the streams until `stop`, then writes what was read and lets go. With the built-in index one process at a time does:
/// the others stand by until it ends.
pub async fn run(portal: Portal, stop: CancellationToken) -> Result<()> {
    let lock = match portal.config.elasticsearch_url {
        None => Some(stand_by(&portal.config.data, &stop).await?),
        Some(_) => None,
    };
    let mut running: BTreeMap<String, Running> = BTreeMap::new();
    while !stop.is_cancelled() {
        match stream::store::all(&portal.database).await {
            Ok(streams) => follow(&portal, &mut running, streams).await,
            Err(fault) => tracing::error!(%fault, cause = ?fault.cause, "the streams cannot be read"),
        }
        stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
    }
    futures::future::join_all(running.into_values().map(Running::end)).await;
    drop(lock);
    Ok(())
}

/// A stream that is worked, as it was when its work began.
struct Running {
    stream: Stream,
    stop: CancellationToken,
    /// Dropped, the work ends where it stands.
    task: AbortOnDropHandle<()>,
}

impl Running {
    fn start(portal: &Portal, stream: Stream) -> Self {
        let stop = CancellationToken::new();
        let task = AbortOnDropHandle::new(tokio::spawn(again_and_again(portal.clone(), stream.clone(), stop.clone())));
        Self { stream, stop, task }
    }

    async fn end(self) {
        self.stop.cancel();
        if let Err(cause) = self.task.await {
            tracing::error!(stream = self.stream.name, %cause, "a stream's worker did not end as it should");
        }
    }
}

async fn follow(portal: &Portal, running: &mut BTreeMap<String, Running>, streams: Vec<Stream>) {
    let gone: Vec<String> = running.keys().filter(|name| !streams.iter().any(|stream| stream.name == **name)).cloned().collect();
    for name in gone {
        if let Some(running) = running.remove(&name) {
            running.end().await;
        }
    }
    for stream in streams {
        if running.get(&stream.name).is_some_and(|known| known.stream == stream && !known.task.is_finished()) {
            continue;
        }
        if let Some(known) = running.remove(&stream.name) {
            known.end().await;
        }
        running.insert(stream.name.clone(), Running::start(portal, stream));
    }
}

async fn again_and_again(portal: Portal, stream: Stream, stop: CancellationToken) {
    let name = stream.name.clone();
    let mut tries = 0;
    while !stop.is_cancelled() {
        let begun = std::time::Instant::now();
        let worked = match Work::of(&portal, stream.clone()) {
            Ok(work) => worker::work(&portal, &Arc::new(work), &stop).await,
            Err(fault) => Err(fault),
        };
        let Err(fault) = worked else { continue };
        portal.meters.stream(&name).blocked.set(1);
        tracing::error!(stream = name, %fault, cause = ?fault.cause, "a stream stands still and begins anew");
        tries = if begun.elapsed() > Duration::from_secs(60) { 0 } else { (tries + 1).min(TRIES) };
        stop.run_until_cancelled(tokio::time::sleep(rules::pause(tries, rand::random()))).await;
    }
}

/// Waits until no other process of this machine works streams; the lock goes with the process, however it ends.
async fn stand_by(data: &Path, stop: &CancellationToken) -> Result<Option<File>> {
    let path = data.join("streams.lock");
    let mut said = false;
    loop {
        let file = File::options().create(true).truncate(false).write(true).open(&path)?;
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(cause)) => return Err(Fault::internal(cause)),
        }
        if !said {
            tracing::info!("another process works the streams: this one stands by");
            said = true;
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none() {
            return Ok(None);
        }
    }
}
