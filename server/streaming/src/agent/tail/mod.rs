//! Log files that grow: found by patterns, known again through rotation, read line by line, handed to the buffer with their place.

mod files;
mod follow;
pub mod identity;
mod lines;
mod names;
#[cfg(test)]
mod tests;

pub use files::Files;
pub use follow::{Followed, Looked, Progress};
pub use lines::{Cutting, Group};

use super::{
    AgentFault,
    buffer::{Buffer, Mark},
    config::{FileInput, From},
    now_ms,
    status::Status,
};
use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Bytes that one pass reads before they are handed over.
const PASS_BYTES: usize = 256 << 10;
/// Files that are open at once; others wait.
const MOST_OPEN: usize = 256;
/// A file that was read to its end is closed after so long, and opened again when it grows.
const CLOSE_MS: i64 = 300_000;

/// All inputs of kind `file` of one agent.
pub struct Tail {
    inputs: Vec<Reading>,
    patterns: Vec<(usize, String)>,
    files: Files,
    followed: Vec<Followed>,
    scan_ms: i64,
    poll: Duration,
    next_scan_ms: i64,
    /// The first look of this process.
    started: bool,
}

/// How the files of one input are read.
struct Reading {
    topic: Arc<str>,
    cutting: Arc<Cutting>,
    wait_ms: i64,
    from: From,
}

/// What a pass brought.
#[derive(Default)]
pub struct Pass {
    pub marks: Vec<Mark>,
    pub looked: Looked,
    pub reports: Vec<AgentFault>,
    /// There is more right now.
    pub more: bool,
    /// Bytes of followed files that were not read yet.
    pub unread_bytes: u64,
}

impl Tail {
    /// `marks` and `counters` as the buffer kept them.
    pub fn new(inputs: &[FileInput], record_bytes: usize, marks: BTreeMap<String, Mark>, counters: BTreeMap<String, u64>) -> Result<Self, AgentFault> {
        let patterns = inputs.iter().enumerate().flat_map(|(at, input)| input.paths.iter().map(move |path| (at, path.clone()))).collect();
        let scan_ms = inputs.iter().map(|input| input.scan_ms).min().unwrap_or(1_000);
        let poll = inputs.iter().map(|input| input.poll_ms).min().unwrap_or(200);
        let inputs = inputs.iter().map(|input| reading(input, record_bytes)).collect::<Result<_, _>>()?;
        let files = Files::new(marks, counters);
        let scan_ms = i64::try_from(scan_ms).unwrap_or(i64::MAX);
        Ok(Self { inputs, patterns, files, followed: Vec::new(), scan_ms, poll: Duration::from_millis(poll), next_scan_ms: 0, started: false })
    }

    /// Reads until told to stop, or until the buffer takes nothing any more.
    pub async fn run(mut self, buffer: Buffer, status: Arc<Status>, stop: CancellationToken) -> Result<(), AgentFault> {
        while !stop.is_cancelled() {
            let work = move || {
                let pass = self.pass(now_ms());
                (self, pass)
            };
            let (tail, pass) = tokio::task::spawn_blocking(work).await.map_err(|_| AgentFault::stopped())?;
            self = tail;
            status.looked(&pass.looked, pass.unread_bytes);
            pass.reports.into_iter().for_each(|report| status.report(report));
            if !pass.marks.is_empty() || !pass.looked.entries.is_empty() {
                tokio::select! {
                    taken = buffer.append(pass.marks, pass.looked.entries) => { taken?; }
                    // What was not taken is read again at the next start.
                    () = stop.cancelled() => break,
                }
            }
            if !pass.more {
                tokio::select! {
                    () = tokio::time::sleep(self.poll) => {}
                    () = stop.cancelled() => {}
                }
            }
        }
        Ok(())
    }

    /// Looks at every file once.
    pub fn pass(&mut self, now_ms: i64) -> Pass {
        let mut pass = Pass::default();
        if now_ms >= self.next_scan_ms {
            self.next_scan_ms = now_ms.saturating_add(self.scan_ms);
            self.scan(now_ms, &mut pass);
        }
        let mut unfinished: Vec<String> = Vec::new();
        for file in &mut self.followed {
            // The rest of a rotated file comes before its successor: they share their order.
            if pass.looked.bytes >= PASS_BYTES || unfinished.contains(&file.mark.origin) {
                pass.more = true;
                continue;
            }
            loop {
                match file.look(now_ms, &mut pass.looked) {
                    Ok(Progress::More) if pass.looked.bytes >= PASS_BYTES => {
                        unfinished.push(file.mark.origin.clone());
                        pass.more = true;
                        break;
                    }
                    Ok(Progress::More) => {}
                    Ok(Progress::Idle) => break,
                    Ok(Progress::Emptied) => {
                        self.next_scan_ms = 0;
                        break;
                    }
                    Err(cause) => {
                        pass.reports.push(AgentFault::file(Path::new(&file.mark.path), &cause));
                        break;
                    }
                }
            }
            pass.unread_bytes += file.size.saturating_sub(file.mark.offset);
        }
        pass
    }

    fn scan(&mut self, now_ms: i64, pass: &mut Pass) {
        for file in &self.followed {
            if let Some(mark) = self.files.marks.get_mut(&file.mark.generation) {
                (mark.offset, mark.check, mark.seen_ms) = (file.mark.offset, file.mark.check, file.mark.seen_ms);
            }
        }
        let inputs = &self.inputs;
        let from_end = |input: usize| inputs.get(input).is_some_and(|input| input.from == From::End);
        let found = self.files.settle(names::seen(&self.patterns), &from_end, now_ms);
        pass.marks.extend(found.marks);
        pass.reports.extend(found.reports);
        let files = &self.files;
        // Emptied ones, and those with another inode now, are opened anew; one without a name is read to its end.
        self.followed.retain(|file| {
            let Ok(place) = file.place() else { return false };
            let read = place.size == file.mark.offset;
            let ended = read && (place.deleted || now_ms - file.grown_ms > CLOSE_MS);
            let same = files.marks.get(&file.mark.generation).is_some_and(|mark| (mark.device, mark.inode) == (file.mark.device, file.mark.inode));
            same && !ended
        });
        for (seen, generation, file) in found.files {
            let Some(mark) = self.files.marks.get(&generation) else { continue };
            if let Some(known) = self.followed.iter_mut().find(|followed| followed.mark.generation == generation) {
                (known.mark.path, known.mark.first_bytes, known.mark.fingerprint) = (mark.path.clone(), mark.first_bytes, mark.fingerprint.clone());
                continue;
            }
            if seen.place.size == mark.offset || self.followed.len() >= MOST_OPEN {
                continue;
            }
            if let Some(input) = self.inputs.get(seen.input) {
                self.followed.push(Followed::new(mark.clone(), file, input.topic.clone(), input.cutting.clone(), input.wait_ms, now_ms));
            }
        }
        if !std::mem::replace(&mut self.started, true) {
            pass.reports.extend(self.lost_from_sight());
        }
    }

    /// Files that were compressed, under names that rotation gives, since they were last read.
    fn lost_from_sight(&self) -> Vec<AgentFault> {
        let gone = self.files.marks.values().filter(|mark| !Path::new(&mark.path).exists() || mark.inode == 0);
        let lost = gone.flat_map(|mark| {
            let since = names::compressed_beside(Path::new(&mark.origin)).into_iter().filter(|(_, modified_ms)| *modified_ms >= mark.seen_ms);
            since.map(|(path, _)| {
                let (origin, offset) = (&mark.origin, mark.offset);
                let report = AgentFault::new(
                    format!("was compressed before it was read to its end: lines of {origin} after byte {offset} are missing"),
                    format!("se comprimió antes de leerse hasta el final: faltan líneas de {origin} tras el byte {offset}"),
                );
                report.about(path.display())
            })
        });
        lost.collect()
    }

    #[cfg(test)]
    pub fn state(&self) -> (BTreeMap<String, Mark>, BTreeMap<String, u64>) {
        let mut marks = self.files.marks.clone();
        for file in &self.followed {
            marks.insert(file.mark.generation.clone(), file.mark.clone());
        }
        (marks, self.files.counters.clone())
    }
}

fn reading(input: &FileInput, record_bytes: usize) -> Result<Reading, AgentFault> {
    let group = match &input.multiline {
        Some(multiline) => {
            let start = regex::bytes::Regex::new(&multiline.start).map_err(|cause| AgentFault::new(cause.to_string(), cause.to_string()))?;
            Some(Group { start, most_lines: multiline.lines })
        }
        None => None,
    };
    let wait_ms = input.multiline.as_ref().map_or(0, |multiline| i64::try_from(multiline.wait_ms).unwrap_or(i64::MAX));
    Ok(Reading { topic: input.topic.as_str().into(), cutting: Arc::new(Cutting { most_bytes: record_bytes, group }), wait_ms, from: input.from })
}
