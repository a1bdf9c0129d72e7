//! The disk buffer: what an input has handed over is on the disk before it is acknowledged, and stays until it was delivered.
//!
//! Frames stand in numbered segment files; a state file beside them holds what was delivered and how far each file was read.
//! Both come back from a crash together: the marks of files follow the frames.

mod entry;
mod frame;
mod loss;
mod reader;
mod recover;
mod scanner;
mod segment;
mod state;
#[cfg(test)]
mod tests;
mod writer;

pub use entry::{Entry, Mark, Owner, Place};
pub use loss::{Loss, Losses};
pub use reader::{Batch, Reader};
pub use state::Position;

use super::{AgentFault, Limits, WhenFull};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, Semaphore, mpsc, oneshot, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// Requests that may wait for the writer, and their bytes (in kibibytes).
const WAITING: usize = 256;
const WAITING_KIB: usize = 1 << 10;
/// A segment is an eighth of the limit, within these bounds, in bytes.
const SEGMENT_BYTES: (u64, u64) = (64 << 10, 16 << 20);

/// A buffer that was opened.
pub struct Opened {
    pub buffer: Buffer,
    pub reader: Reader,
    /// Files as they were known.
    pub marks: BTreeMap<String, Mark>,
    /// How many files began with each fingerprint so far.
    pub counters: BTreeMap<String, u64>,
    /// Nothing is taken any more; what was taken is written.
    pub closing: CancellationToken,
    /// Ends when it was closed and everything is on the disk, or at once where it cannot go on.
    pub writing: JoinHandle<Result<(), AgentFault>>,
}

/// Puts events in. Cheap to clone.
#[derive(Clone)]
pub struct Buffer {
    requests: mpsc::Sender<Request>,
    shared: Arc<Shared>,
}

/// Resolves when the request is on the disk.
pub type Ticket = oneshot::Receiver<Result<(), AgentFault>>;

/// Why nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Full {
    /// At the limit: later.
    Limit,
    /// The disk refuses: later, and somebody must look.
    Disk(AgentFault),
    /// The agent has stopped.
    Stopped,
}

struct Request {
    marks: Vec<Mark>,
    entries: Vec<Entry>,
    permits: usize,
    reserved: u64,
    reply: oneshot::Sender<Result<(), AgentFault>>,
}

/// What writer, reader and handles share.
pub struct Shared {
    limit: u64,
    when_full: WhenFull,
    /// Bytes in segments, and of requests on their way there.
    used: AtomicU64,
    records: AtomicU64,
    waiting: Semaphore,
    space: Notify,
    /// Segment and length up to which everything is on the disk.
    durable: watch::Sender<(u64, u64)>,
    delivered: watch::Sender<Position>,
    /// Behind the last batch stand marks alone: from where until where.
    passed: Mutex<(Position, Position)>,
    /// The buffer is full and the agent is to stop then.
    gave_up: CancellationToken,
    trouble: Mutex<Option<AgentFault>>,
    losses: Losses,
}

impl Buffer {
    /// Opens or makes the folder; reads what a crash has left.
    pub async fn open(folder: &Path, agent: &str, limits: &Limits) -> Result<Opened, AgentFault> {
        let losses = Losses::default();
        let (path, name) = (folder.to_owned(), agent.to_owned());
        let work = move || (recover::recover(&path, &name, &losses), losses);
        let (recovered, losses) = tokio::task::spawn_blocking(work).await.map_err(|_| AgentFault::stopped())?;
        let recovered = recovered?;
        let segment = segment::Segment::open(folder, recovered.segment).map_err(|cause| AgentFault::file(folder, &cause))?;
        let delivered = watch::Sender::new(recovered.state.delivered);
        let following = delivered.subscribe();
        let shared = Arc::new(Shared {
            limit: limits.buffer_bytes,
            when_full: limits.when_full,
            used: AtomicU64::new(recovered.bytes),
            records: AtomicU64::new(recovered.records),
            waiting: Semaphore::new(WAITING_KIB),
            space: Notify::new(),
            durable: watch::Sender::new((segment.number, segment.length)),
            delivered,
            passed: Mutex::default(),
            gave_up: CancellationToken::new(),
            trouble: Mutex::default(),
            losses,
        });
        let closing = CancellationToken::new();
        let (requests, receiver) = mpsc::channel(WAITING);
        let (marks, counters) = (recovered.state.marks.clone(), recovered.state.counters.clone());
        let reader = Reader::new(folder, recovered.state.owner(), recovered.state.delivered, shared.clone());
        let writer = writer::Writer {
            folder: folder.to_owned(),
            state: recovered.state,
            segment: Some(segment),
            segment_bytes: (limits.buffer_bytes / 8).clamp(SEGMENT_BYTES.0, SEGMENT_BYTES.1),
            commit: Duration::from_millis(limits.commit_ms),
            when_full: limits.when_full,
            shared: shared.clone(),
            delivered: following,
            dirty: true,
            closing: closing.clone(),
        };
        let writing = tokio::spawn(writer.run(receiver));
        Ok(Opened { buffer: Self { requests, shared }, reader, marks, counters, closing, writing })
    }

    /// Hands events over as one: after a crash all of them are there, or none. Waits while the buffer is at its limit, or fails
    /// then where the agent is to stop.
    pub async fn append(&self, marks: Vec<Mark>, entries: Vec<Entry>) -> Result<Ticket, AgentFault> {
        let bytes = bytes(&entries);
        loop {
            let freed = self.shared.space.notified();
            tokio::pin!(freed);
            freed.as_mut().enable();
            if self.shared.reserve(bytes) {
                break;
            }
            if self.shared.when_full == WhenFull::Stop {
                return Err(self.shared.full());
            }
            freed.await;
        }
        self.hand_over(marks, entries, bytes).await
    }

    /// The same, refused at once at the limit and while the disk refuses.
    pub async fn try_append(&self, entries: Vec<Entry>) -> Result<Ticket, Full> {
        if let Some(fault) = self.trouble() {
            return Err(Full::Disk(fault));
        }
        let bytes = bytes(&entries);
        if !self.shared.reserve(bytes) {
            if self.shared.when_full == WhenFull::Stop {
                self.shared.gave_up.cancel();
            }
            return Err(Full::Limit);
        }
        self.hand_over(Vec::new(), entries, bytes).await.map_err(|_| Full::Stopped)
    }

    async fn hand_over(&self, marks: Vec<Mark>, entries: Vec<Entry>, bytes: u64) -> Result<Ticket, AgentFault> {
        let permits = usize::try_from(bytes / 1024 + 1).unwrap_or(WAITING_KIB).min(WAITING_KIB);
        let permit = self.shared.waiting.acquire_many(u32::try_from(permits).unwrap_or(u32::MAX)).await.map_err(|_| AgentFault::stopped())?;
        let (reply, ticket) = oneshot::channel();
        self.requests.send(Request { marks, entries, permits, reserved: bytes, reply }).await.map_err(|_| AgentFault::stopped())?;
        // Given back by the writer.
        permit.forget();
        Ok(ticket)
    }

    /// Bytes that the buffer takes on the disk.
    pub fn bytes(&self) -> u64 {
        self.shared.used.load(Ordering::Relaxed)
    }

    /// Events that wait to be delivered.
    pub fn records(&self) -> u64 {
        self.shared.records.load(Ordering::Relaxed)
    }

    pub fn losses(&self) -> &Losses {
        &self.shared.losses
    }

    /// Whether everything that was handed over is on the disk and was delivered.
    pub fn is_idle(&self) -> bool {
        self.shared.waiting.available_permits() == WAITING_KIB && self.is_delivered()
    }

    /// Whether everything on the disk was delivered.
    pub fn is_delivered(&self) -> bool {
        let delivered = *self.shared.delivered.borrow();
        (delivered.segment, delivered.offset) >= *self.shared.durable.borrow()
    }

    /// What the disk refuses just now.
    pub fn trouble(&self) -> Option<AgentFault> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Shared {
    fn reserve(&self, bytes: u64) -> bool {
        self.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, |used| used.checked_add(bytes).filter(|used| *used <= self.limit)).is_ok()
    }

    fn free(&self, bytes: u64) {
        if bytes > 0 {
            self.used.fetch_sub(bytes, Ordering::AcqRel);
            self.space.notify_waiters();
        }
    }

    fn written(&self, records: u64, permits: usize, bytes: u64, reserved: u64) {
        self.records.fetch_add(records, Ordering::Relaxed);
        // Marks are written whatever the limit.
        self.used.fetch_add(bytes.saturating_sub(reserved), Ordering::AcqRel);
        self.waiting.add_permits(permits);
    }

    fn delivered(&self, until: Position) {
        let passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        self.delivered.send_replace(if passed.0 == until { passed.1 } else { until });
    }

    /// What stands there needs no delivery, once the batch before it is delivered.
    fn pass_over(&self, from: Position, until: Position) {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = (from, until);
        self.delivered.send_if_modified(|delivered| {
            // The same marks may have been passed over in part before.
            let here = *delivered >= from && *delivered < until;
            if here {
                *delivered = until;
            }
            here
        });
    }

    fn written_until(&self) -> (u64, u64) {
        *self.durable.borrow()
    }

    fn trouble(&self, fault: Option<AgentFault>) {
        let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fault) = &fault
            && trouble.as_ref() != Some(fault)
        {
            tracing::error!("{fault}");
        }
        *trouble = fault;
    }

    fn full(&self) -> AgentFault {
        AgentFault::new(
            format!("the buffer is at its limit of {} bytes: raise `buffer_bytes`, look why nothing is delivered, or set `when_full = \"block\"`", self.limit),
            format!(
                "el búfer ha llegado a su límite de {} bytes: suba `buffer_bytes`, vea por qué no se entrega nada o ponga `when_full = \"block\"`",
                self.limit
            ),
        )
    }
}

fn bytes(entries: &[Entry]) -> u64 {
    entries.iter().map(|entry| frame::size(entry) as u64).sum()
}
