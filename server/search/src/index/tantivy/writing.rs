//! The one thread that writes a stream: log, then index; commits in groups.

use super::{
    codec, files,
    log::Log,
    open::{self, OpenIndex},
};
use crate::{
    Shape,
    index::{IndexFault, names},
};
use std::{
    collections::HashMap,
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// What was written is found after this at the latest, and the time that a commit takes.
const COMMIT_AFTER: Duration = Duration::from_millis(600);
/// Periods that are written to at once; the one left alone longest is closed.
const MOST_OPEN: usize = 8;
const IDLE: Duration = Duration::from_secs(60);
const WAITING_REQUESTS: usize = 64;

pub(super) type Answer<T> = oneshot::Sender<Result<T, IndexFault>>;

pub(super) enum Request {
    /// Changes as `codec` writes them.
    Write {
        shape: Shape,
        changes: Vec<u8>,
        answer: Answer<()>,
    },
    Commit {
        answer: Answer<()>,
    },
    Expire {
        before_ms: i64,
        answer: Answer<Vec<String>>,
    },
}

/// Starts the thread, which first puts into the index what the log holds. Refuses where another process writes this stream, and does not
/// cease within `patience`.
pub(super) fn start(folder: &Path, patience: Duration) -> Result<SyncSender<Request>, IndexFault> {
    let broken = |cause: std::io::Error| IndexFault::Broken(format!("{}: {cause}", folder.display()));
    std::fs::create_dir_all(folder).map_err(broken)?;
    let lock = File::create(folder.join("writer.lock")).map_err(broken)?;
    let until = Instant::now() + patience;
    loop {
        match lock.try_lock() {
            Ok(()) => break,
            // One that was just told to end still commits.
            Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
            Err(TryLockError::WouldBlock) => {
                return Err(IndexFault::Unavailable(format!("another process writes {}; let one alone write it", folder.display())));
            }
            Err(TryLockError::Error(cause)) => return Err(broken(cause)),
        }
    }
    let (log, frames) = Log::open(&folder.join("log")).map_err(broken)?;
    let mut writer = Writer { folder: folder.to_owned(), log, open: HashMap::new(), checked: None, uncommitted_since: None, _lock: lock };
    for frame in frames {
        writer.apply(&frame.shape, &frame.changes)?;
    }
    writer.commit()?;
    let (requests, waiting) = sync_channel(WAITING_REQUESTS);
    let name = folder.file_name().map_or_else(|| "search".into(), |name| format!("search {}", name.to_string_lossy()));
    std::thread::Builder::new().name(name).spawn(move || writer.run(&waiting)).map_err(broken)?;
    Ok(requests)
}

/// Whether no process writes this stream.
pub(super) fn is_free(folder: &Path) -> bool {
    File::open(folder.join("writer.lock")).is_ok_and(|lock| lock.try_lock().is_ok())
}

struct Writer {
    folder: PathBuf,
    log: Log,
    open: HashMap<String, OpenIndex>,
    /// The shape that the last write came with: it goes with the indices that are there.
    checked: Option<Shape>,
    uncommitted_since: Option<Instant>,
    _lock: File,
}

/// Written to the log and not yet acknowledged.
type Logged = (Shape, Vec<u8>, Answer<()>);

impl Writer {
    /// Until nobody can ask any more, or the disk fails: the log then holds what was acknowledged, and the next start goes on from it.
    fn run(mut self, waiting: &Receiver<Request>) {
        let ended = loop {
            match self.turn(waiting) {
                Ok(true) => {}
                Ok(false) => break self.commit(),
                Err(fault) => break Err(fault),
            }
        };
        if let Err(fault) = ended {
            let interrupted = || IndexFault::Unavailable(format!("writing was interrupted: {fault}"));
            for request in waiting.try_iter() {
                // Nobody waits any more: nothing to tell.
                match request {
                    Request::Write { answer, .. } | Request::Commit { answer } => drop(answer.send(Err(interrupted()))),
                    Request::Expire { answer, .. } => drop(answer.send(Err(interrupted()))),
                }
            }
            tracing::error!(folder = %self.folder.display(), %fault, "writing the search index stopped; the next write begins again from its log");
        }
    }

    fn turn(&mut self, waiting: &Receiver<Request>) -> Result<bool, IndexFault> {
        let wait = self.uncommitted_since.map_or(IDLE, |since| COMMIT_AFTER.saturating_sub(since.elapsed()));
        let mut logged = Vec::new();
        match waiting.recv_timeout(wait) {
            Ok(request) => {
                let others = std::iter::from_fn(|| waiting.try_recv().ok()).take(WAITING_REQUESTS);
                let mut last = None;
                for request in std::iter::once(request).chain(others) {
                    match request {
                        Request::Write { shape, changes, answer } => self.log(shape, changes, answer, &mut logged),
                        other => {
                            last = Some(other);
                            break;
                        }
                    }
                }
                self.acknowledge(logged)?;
                match last {
                    Some(Request::Commit { answer }) => {
                        let committed = self.commit();
                        let told = committed.as_ref().map_err(|fault| IndexFault::Unavailable(fault.to_string())).copied();
                        drop(answer.send(told));
                        committed?;
                    }
                    Some(Request::Expire { before_ms, answer }) => {
                        drop(answer.send(self.expire(before_ms)));
                    }
                    _ => {}
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
        }
        match self.uncommitted_since {
            Some(since) if since.elapsed() >= COMMIT_AFTER => self.commit()?,
            Some(_) => {}
            None => self.open.retain(|_, index| index.used.elapsed() < IDLE),
        }
        Ok(true)
    }

    fn log(&mut self, shape: Shape, changes: Vec<u8>, answer: Answer<()>, logged: &mut Vec<Logged>) {
        if self.checked.as_ref() != Some(&shape) {
            // What is in the log has to fit for ever.
            if let Err(fault) = open::check(&self.folder, &shape) {
                drop(answer.send(Err(fault)));
                return;
            }
            self.checked = Some(shape.clone());
        }
        let written = serde_json::to_vec(&shape).map_err(std::io::Error::other).and_then(|shape| self.log.append(&shape, &changes));
        match written {
            Ok(()) => logged.push((shape, changes, answer)),
            Err(cause) => {
                drop(answer.send(Err(IndexFault::Unavailable(format!("{} cannot be written: {cause}; free space on this disk", self.log.path().display())))));
            }
        }
    }

    /// One sync for all that waited together.
    fn acknowledge(&mut self, logged: Vec<Logged>) -> Result<(), IndexFault> {
        if logged.is_empty() {
            return Ok(());
        }
        self.log.sync().map_err(|cause| IndexFault::Broken(format!("{}: {cause}", self.log.path().display())))?;
        for (shape, changes, answer) in logged {
            drop(answer.send(Ok(())));
            self.apply(&shape, &changes)?;
        }
        Ok(())
    }

    fn apply(&mut self, shape: &Shape, changes: &[u8]) -> Result<(), IndexFault> {
        self.uncommitted_since.get_or_insert_with(Instant::now);
        for record in codec::records(changes) {
            let record = record.map_err(IndexFault::Broken)?;
            let period = names::period(shape.period, record.at_ms);
            if self.open.get(&period).is_none_or(|index| index.version < shape.version) {
                self.make_room(&period)?;
                let index = OpenIndex::open(&self.folder.join(&period), shape)?;
                self.open.insert(period.clone(), index);
            }
            if let Some(index) = self.open.get_mut(&period) {
                index.apply(&record)?;
            }
        }
        Ok(())
    }

    /// Before a period is opened: the same one of an older shape is closed, and one too many.
    fn make_room(&mut self, period: &str) -> Result<(), IndexFault> {
        if !self.open.contains_key(period) && self.open.len() < MOST_OPEN {
            return Ok(());
        }
        let oldest = self.open.iter().min_by_key(|(_, index)| index.used).map(|(name, _)| name.clone());
        let closed = if self.open.contains_key(period) { Some(period.to_owned()) } else { oldest };
        if let Some(mut index) = closed.and_then(|name| self.open.remove(&name)) {
            index.commit()?;
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), IndexFault> {
        for index in self.open.values_mut() {
            index.commit()?;
        }
        self.log.clear().map_err(|cause| IndexFault::Broken(format!("{}: {cause}", self.log.path().display())))?;
        self.uncommitted_since = None;
        Ok(())
    }

    fn expire(&mut self, before_ms: i64) -> Result<Vec<String>, IndexFault> {
        let broken = |cause: std::io::Error| IndexFault::Broken(format!("{}: {cause}", self.folder.display()));
        let mut gone = Vec::new();
        for period in files::periods(&self.folder).map_err(broken)? {
            if names::bounds(&period).is_some_and(|(_, _, until)| until <= before_ms) {
                self.open.remove(&period);
                // In one step for those who read; what is open stays readable until they close it.
                let aside = self.folder.join(format!("gone-{}", uuid::Uuid::now_v7().simple()));
                std::fs::rename(self.folder.join(&period), &aside).and_then(|()| std::fs::remove_dir_all(&aside)).map_err(broken)?;
                gone.push(period);
            }
        }
        Ok(gone)
    }
}
