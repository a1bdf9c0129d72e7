//! A folder into which complete files are put: each is read once, then moved or deleted.

use super::{
    AgentFault,
    buffer::{Buffer, Mark},
    config::{SpoolInput, Then},
    now_ms,
    status::Status,
    tail::{Cutting, Followed, Looked, identity},
};
use std::{
    collections::BTreeMap,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

const POLL: Duration = Duration::from_millis(500);
/// Bytes read before they are handed over.
const PASS_BYTES: usize = 256 << 10;
/// Names of files that are not complete yet.
const INCOMPLETE: [&str; 3] = [".tmp", ".part", ".partial"];
const DONE: &str = "done";

pub struct Spool {
    topic: Arc<str>,
    folder: PathBuf,
    settle_ms: i64,
    then: Then,
    cutting: Arc<Cutting>,
    marks: BTreeMap<String, Mark>,
    counters: BTreeMap<String, u64>,
}

impl Spool {
    /// `marks` and `counters` as the buffer kept them.
    pub fn open(input: &SpoolInput, record_bytes: usize, marks: &BTreeMap<String, Mark>, counters: &BTreeMap<String, u64>) -> Result<Self, AgentFault> {
        let folder = input.folder.clone();
        let done = if input.then == Then::Move { folder.join(DONE) } else { folder.clone() };
        std::fs::create_dir_all(&done).map_err(|cause| AgentFault::file(&done, &cause))?;
        let own = |mark: &&Mark| Path::new(&mark.origin).parent() == Some(&folder);
        Ok(Self {
            topic: input.topic.as_str().into(),
            settle_ms: i64::try_from(input.settle_ms).unwrap_or(i64::MAX),
            then: input.then,
            cutting: Arc::new(Cutting { most_bytes: record_bytes, group: None }),
            marks: marks.values().filter(own).map(|mark| (mark.generation.clone(), mark.clone())).collect(),
            counters: counters.clone(),
            folder,
        })
    }

    pub async fn run(mut self, buffer: Buffer, status: Arc<Status>, stop: CancellationToken) -> Result<(), AgentFault> {
        while !stop.is_cancelled() {
            match self.complete() {
                Ok(paths) => {
                    for path in paths {
                        tokio::select! {
                            taken = self.take(&path, &buffer, &status) => taken?,
                            // What was not taken is read again at the next start.
                            () = stop.cancelled() => return Ok(()),
                        }
                    }
                }
                Err(cause) => status.problem(Some(AgentFault::file(&self.folder, &cause))),
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                () = stop.cancelled() => {}
            }
        }
        Ok(())
    }

    /// Files that did not change for a while, the oldest first.
    fn complete(&self) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for item in std::fs::read_dir(&self.folder)? {
            let item = item?;
            let (name, Ok(metadata)) = (item.file_name(), item.metadata()) else { continue };
            let name = name.to_string_lossy();
            let modified_ms = identity::Place::of(&metadata).modified_ms;
            let incomplete = name.starts_with('.') || INCOMPLETE.iter().any(|ending| name.ends_with(ending));
            if metadata.is_file() && !incomplete && now_ms() - modified_ms >= self.settle_ms {
                found.push((modified_ms, item.path()));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, path)| path).collect())
    }

    /// Reads one file to its end, and puts it away when all of it is on the disk.
    async fn take(&mut self, path: &Path, buffer: &Buffer, status: &Status) -> Result<(), AgentFault> {
        let mut marks = Vec::new();
        let mut file = match self.file(path, &mut marks) {
            Ok(file) => file,
            Err(cause) => {
                status.report(AgentFault::file(path, &cause));
                return Ok(());
            }
        };
        loop {
            let work = move || {
                let mut looked = Looked::default();
                let read = loop {
                    let before = file.mark.offset;
                    let progress = file.look(now_ms(), &mut looked);
                    let full = looked.bytes >= PASS_BYTES;
                    let ended = file.mark.offset == before && !matches!(progress, Ok(super::tail::Progress::More));
                    if full || ended || progress.is_err() {
                        break progress.map(|_| ended);
                    }
                };
                (file, looked, read)
            };
            let (read_file, looked, read) = tokio::task::spawn_blocking(work).await.map_err(|_| AgentFault::stopped())?;
            file = read_file;
            let more = looked.bytes;
            status.looked(&looked, 0);
            let ticket = buffer.append(std::mem::take(&mut marks), looked.entries).await?;
            match read {
                Ok(true) => {
                    ticket.await.map_err(|_| AgentFault::stopped())??;
                    break;
                }
                Ok(false) => debug_assert!(more > 0),
                Err(cause) => {
                    status.report(AgentFault::file(path, &cause));
                    return Ok(());
                }
            }
        }
        self.put_away(path, file.mark, buffer, status).await
    }

    fn file(&mut self, path: &Path, marks: &mut Vec<Mark>) -> io::Result<Followed> {
        let file = File::open(path)?;
        let place = identity::Place::of(&file.metadata()?);
        let mut known = self.marks.values().filter(|mark| (mark.device, mark.inode) == (place.device, place.inode));
        let mark = match known.find(|mark| identity::continues(mark, &file, place.size).unwrap_or(false)).cloned() {
            Some(mark) => mark,
            None => {
                let (fingerprint, first_bytes) = identity::fingerprint(&file, true)?.unwrap_or_default();
                let name = format!("spool-{fingerprint}");
                let counter = self.counters.entry(name.clone()).or_default();
                let generation = format!("{name}.{counter}");
                *counter += 1;
                let path = path.to_string_lossy().into_owned();
                let (origin, check) = (path.clone(), identity::check(b""));
                let (device, inode, seen_ms) = (place.device, place.inode, now_ms());
                let mark = Mark { generation, origin, path, device, inode, first_bytes, fingerprint, offset: 0, check, seen_ms, done: false };
                marks.push(mark.clone());
                mark
            }
        };
        let mut followed = Followed::new(mark, file, self.topic.clone(), self.cutting.clone(), 0, now_ms());
        followed.complete = true;
        Ok(followed)
    }

    async fn put_away(&mut self, path: &Path, mut mark: Mark, buffer: &Buffer, status: &Status) -> Result<(), AgentFault> {
        let put = match self.then {
            Then::Remove => std::fs::remove_file(path),
            Then::Move => free_name(&self.folder.join(DONE), path).and_then(|to| std::fs::rename(path, to)),
        };
        if let Err(cause) = put {
            // Its mark stays: it is not read again.
            self.marks.insert(mark.generation.clone(), mark);
            status.problem(Some(AgentFault::file(path, &cause)));
            return Ok(());
        }
        mark.done = true;
        self.marks.remove(&mark.generation);
        buffer.append(vec![mark], Vec::new()).await.map(|_| ())
    }
}

/// A name in the folder that nothing has.
fn free_name(folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let names = std::iter::once(folder.join(&*name)).chain((1..10_000).map(|number| folder.join(format!("{name}.{number}"))));
    names.into_iter().find(|path| !path.exists()).ok_or_else(|| io::Error::other("too many files of this name are there"))
}
