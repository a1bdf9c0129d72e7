//! The one task that writes a buffer's files: requests that came together are written and flushed together.

use super::{
    Request, Shared, frame,
    segment::{self, Segment},
    state::{Position, State},
};
use crate::agent::{AgentFault, WhenFull, now_ms};
use std::{io, path::PathBuf, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, MissedTickBehavior, interval, sleep, timeout_at},
};
use tokio_util::sync::CancellationToken;

/// Bytes after which a write does not wait for further requests.
const GROUP_BYTES: usize = 256 << 10;
/// How often the position of what was delivered is written down: after a crash so much is sent again, with the same ids.
const KEEP: Duration = Duration::from_millis(250);
/// How long a disk that refuses is left alone.
const RETRY: Duration = Duration::from_secs(1);

pub struct Writer {
    pub folder: PathBuf,
    pub state: State,
    pub segment: Option<Segment>,
    pub segment_bytes: u64,
    pub commit: Duration,
    pub when_full: WhenFull,
    pub shared: std::sync::Arc<Shared>,
    pub delivered: watch::Receiver<Position>,
    pub dirty: bool,
    pub closing: CancellationToken,
}

type Reply = oneshot::Sender<Result<(), AgentFault>>;

/// Encoded requests that the disk does not have yet.
#[derive(Default)]
struct Group {
    bytes: Vec<u8>,
    records: u64,
    replies: Vec<Reply>,
    permits: usize,
    /// Bytes that count as used already.
    reserved: u64,
}

impl Writer {
    /// Until it is closed; then everything that was handed over is on the disk, with its state.
    pub async fn run(mut self, mut requests: mpsc::Receiver<Request>) -> Result<(), AgentFault> {
        let mut last_commit = Instant::now() - self.commit;
        let mut keeping = interval(KEEP);
        keeping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                _ = self.delivered.changed() => self.keep_if_room().await,
                _ = keeping.tick() => self.keep_quietly().await,
                () = self.shared.gave_up.cancelled() => return Err(self.shared.full()),
                () = self.closing.cancelled(), if !requests.is_closed() => requests.close(),
                request = requests.recv() => {
                    let Some(request) = request else { break };
                    let mut group = Group::default();
                    self.encode(request, &mut group);
                    let until = last_commit + self.commit;
                    while group.bytes.len() < GROUP_BYTES
                        && let Ok(Some(request)) = timeout_at(until, requests.recv()).await
                    {
                        self.encode(request, &mut group);
                    }
                    self.commit(group).await?;
                    last_commit = Instant::now();
                }
            }
        }
        self.dirty = true;
        self.keep().await.map_err(|cause| AgentFault::file(&self.folder, &cause))
    }

    fn encode(&mut self, request: Request, group: &mut Group) {
        for mark in request.marks {
            frame::write_mark(&mut group.bytes, self.state.next_sequence, &mark);
            self.state.next_sequence += 1;
            self.state.mark(mark);
        }
        let last = request.entries.len().saturating_sub(1);
        for (at, entry) in request.entries.iter().enumerate() {
            frame::write_record(&mut group.bytes, self.state.next_sequence, at < last, entry);
            self.state.next_sequence += 1;
            self.state.follow(entry);
        }
        group.records += request.entries.len() as u64;
        group.replies.push(request.reply);
        group.permits += request.permits;
        group.reserved += request.reserved;
    }

    /// Writes a group, and goes on trying while the disk refuses, unless the agent is to stop then.
    async fn commit(&mut self, mut group: Group) -> Result<(), AgentFault> {
        loop {
            let (written, bytes) = self.append(std::mem::take(&mut group.bytes)).await?;
            group.bytes = bytes;
            let Err(cause) = written else { break };
            let fault = AgentFault::file(&self.folder, &cause);
            self.shared.trouble(Some(fault.clone()));
            if self.when_full == WhenFull::Stop {
                for reply in group.replies.drain(..) {
                    let _ = reply.send(Err(fault.clone()));
                }
                return Err(fault);
            }
            sleep(RETRY).await;
            self.keep_quietly().await;
        }
        self.shared.trouble(None);
        self.dirty = true;
        self.shared.written(group.records, group.permits, group.bytes.len() as u64, group.reserved);
        for reply in group.replies {
            let _ = reply.send(Ok(()));
        }
        Ok(())
    }

    /// The bytes come back, to be tried again.
    async fn append(&mut self, bytes: Vec<u8>) -> Result<(io::Result<()>, Vec<u8>), AgentFault> {
        let folder = self.folder.clone();
        let (segment, segment_bytes) = (self.segment.take(), self.segment_bytes);
        let number = self.shared.written_until().0;
        let work = move || {
            let mut segment = match segment.map_or_else(|| Segment::open(&folder, number), Ok) {
                Ok(segment) => segment,
                Err(cause) => return (None, Err(cause), bytes),
            };
            if segment.length >= segment_bytes {
                segment = match Segment::open(&folder, segment.number + 1) {
                    Ok(next) => next,
                    Err(cause) => return (Some(segment), Err(cause), bytes),
                };
            }
            let written = segment.append(&bytes);
            (Some(segment), written, bytes)
        };
        let (segment, written, bytes) = tokio::task::spawn_blocking(work).await.map_err(|_| AgentFault::stopped())?;
        if let (Some(segment), Ok(())) = (&segment, &written) {
            self.shared.durable.send_replace((segment.number, segment.length));
        }
        self.segment = segment;
        Ok((written, bytes))
    }

    /// Frees segments at once where one is delivered as a whole.
    async fn keep_if_room(&mut self) {
        if self.delivered.borrow().segment > self.state.delivered.segment {
            self.keep_quietly().await;
        }
    }

    async fn keep_quietly(&mut self) {
        if let Err(cause) = self.keep().await {
            self.shared.trouble(Some(AgentFault::file(&self.folder, &cause)));
        }
    }

    /// Writes the state down and deletes what was delivered before it.
    async fn keep(&mut self) -> io::Result<()> {
        let delivered = *self.delivered.borrow_and_update();
        if delivered == self.state.delivered && !self.dirty {
            return Ok(());
        }
        self.state.delivered = delivered;
        let (folder, mut state) = (self.folder.clone(), self.state.clone());
        let work = move || {
            state.write(&folder, now_ms())?;
            let mut freed = 0;
            for (number, length) in segment::list(&folder)? {
                if number < delivered.segment {
                    std::fs::remove_file(segment::path(&folder, number))?;
                    freed += length;
                }
            }
            Ok::<_, io::Error>((state, freed))
        };
        let (state, freed) = tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??;
        self.state = state;
        self.dirty = false;
        self.shared.free(freed);
        Ok(())
    }
}
