//! Tells which generation each file is: the same as before under another name, what a copy goes on with, or a new one.

use super::{
    identity::{self, FIRST_BYTES, Place},
    names::Seen,
};
use crate::agent::{AgentFault, buffer::Mark};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
};

/// All files that are known.
#[derive(Debug, Default)]
pub struct Files {
    pub marks: BTreeMap<String, Mark>,
    /// How many files began with each fingerprint so far.
    pub counters: BTreeMap<String, u64>,
    /// Nothing was known yet: files that are there now were there before the agent.
    pub first: bool,
    /// Copies that were said to be such.
    copies: BTreeSet<(u64, u64)>,
}

/// What a look at the names has settled.
#[derive(Default)]
pub struct Found {
    /// Files to read, with their generation, in the order in which they were written.
    pub files: Vec<(Seen, String, File)>,
    /// Marks that are new or changed, to be kept before the first event that needs them.
    pub marks: Vec<Mark>,
    /// Generations whose file was emptied or is another one now.
    pub emptied: Vec<String>,
    pub reports: Vec<AgentFault>,
}

impl Files {
    /// As the buffer kept them.
    pub fn new(marks: BTreeMap<String, Mark>, counters: BTreeMap<String, u64>) -> Self {
        Self { first: marks.is_empty(), marks, counters, copies: BTreeSet::new() }
    }

    /// `from_end`: whether this input's first files are read from their end.
    pub fn settle(&mut self, seen: Vec<Seen>, from_end: &dyn Fn(usize) -> bool, now_ms: i64) -> Found {
        let mut found = Found::default();
        let mut fresh = Vec::new();
        let mut present = BTreeSet::new();
        for seen in seen {
            // Gone since it was listed, or not for us to read.
            let file = match File::open(&seen.path) {
                Ok(file) => file,
                Err(cause) => {
                    if cause.kind() != io::ErrorKind::NotFound {
                        found.reports.push(AgentFault::file(&seen.path, &cause));
                    }
                    continue;
                }
            };
            match self.same(&seen, &file, &mut found) {
                Some(generation) => {
                    present.insert(generation.clone());
                    found.files.push((seen, generation, file));
                }
                None => fresh.push((seen, file)),
            }
        }
        for (seen, file) in fresh {
            match self.continued(&seen, &file, &present) {
                Some(generation) => {
                    self.moved(&generation, &seen, &mut found);
                    present.insert(generation.clone());
                    found.files.push((seen, generation, file));
                }
                None if self.is_copy(&seen, &file, &present, &mut found) => {}
                None if self.is_old(&seen) => {}
                None => {
                    if let Some(generation) = self.new_generation(&seen, &file, self.first && from_end(seen.input), now_ms, &mut found) {
                        present.insert(generation.clone());
                        found.files.push((seen, generation, file));
                    }
                }
            }
        }
        self.first = false;
        found.files.sort_by(|(one, ..), (other, ..)| (one.place.modified_ms, &other.path).cmp(&(other.place.modified_ms, &one.path)));
        found
    }

    /// By its inode, if what was read still stands there.
    fn same(&mut self, seen: &Seen, file: &File, found: &mut Found) -> Option<String> {
        let place = (seen.place.device, seen.place.inode);
        let generation = self.marks.values().find(|mark| (mark.device, mark.inode) == place)?.generation.clone();
        let mark = self.marks.get_mut(&generation)?;
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        if !identity::continues(mark, file, size).unwrap_or(false) {
            // Emptied, or the inode was given to another file.
            (mark.device, mark.inode) = (0, 0);
            found.emptied.push(generation);
            return None;
        }
        let path = seen.path.to_string_lossy();
        let grown = mark.first_bytes < FIRST_BYTES && size > mark.first_bytes;
        if grown && let Ok(Some((fingerprint, first_bytes))) = identity::fingerprint(file, false) {
            (mark.fingerprint, mark.first_bytes) = (fingerprint, first_bytes);
        }
        if grown || mark.path != path {
            mark.path = path.into_owned();
            found.marks.push(mark.clone());
        }
        Some(generation)
    }

    /// A file whose own is gone goes on in this one: a copy made before it was emptied, or a restored folder.
    fn continued(&self, seen: &Seen, file: &File, present: &BTreeSet<String>) -> Option<String> {
        let gone = self.marks.values().filter(|mark| !present.contains(&mark.generation) && mark.offset > 0);
        gone.filter(|mark| identity::continues(mark, file, seen.place.size).unwrap_or(false))
            .max_by_key(|mark| mark.seen_ms)
            .map(|mark| mark.generation.clone())
    }

    fn moved(&mut self, generation: &str, seen: &Seen, found: &mut Found) {
        if let Some(mark) = self.marks.get_mut(generation) {
            (mark.device, mark.inode) = (seen.place.device, seen.place.inode);
            mark.path = seen.path.to_string_lossy().into_owned();
            found.marks.push(mark.clone());
        }
    }

    /// What was read already under another name is not read again.
    fn is_copy(&mut self, seen: &Seen, file: &File, present: &BTreeSet<String>, found: &mut Found) -> bool {
        let path = seen.path.to_string_lossy();
        let alike = self.marks.values().filter(|mark| mark.path != path && mark.origin != path && identity::begins_alike(mark, file).unwrap_or(false));
        let copy = alike.into_iter().any(|mark| {
            if present.contains(&mark.generation) {
                // Perhaps only until one of them goes on differently.
                return File::open(&mark.path).and_then(|original| identity::is_copy(&original, file)).unwrap_or(false);
            }
            // Fingerprints of fewer bytes do not tell files apart that begin with the same heading.
            seen.place.size <= mark.offset && mark.first_bytes >= FIRST_BYTES
        });
        if copy && self.copies.insert((seen.place.device, seen.place.inode)) {
            let report = AgentFault::new(
                "looks like a copy of a file that was read, and is not read again unless it goes on differently",
                "parece copia de un archivo ya leído, y no se vuelve a leer salvo que siga de otro modo",
            );
            found.reports.push(report.about(&path));
        }
        copy
    }

    /// A rotated file that nobody asked for, unless it was written after its successor's reading stopped: while the agent was
    /// away it came and went.
    fn is_old(&self, seen: &Seen) -> bool {
        let Some(base) = seen.rotated_from.as_ref().map(|base| base.to_string_lossy()) else { return false };
        let read_ms = self.marks.values().filter(|mark| mark.origin == base).map(|mark| mark.seen_ms).max();
        read_ms.is_none_or(|read_ms| seen.place.modified_ms < read_ms)
    }

    fn new_generation(&mut self, seen: &Seen, file: &File, from_end: bool, now_ms: i64, found: &mut Found) -> Option<String> {
        let (fingerprint, first_bytes) = identity::fingerprint(file, false).ok()??;
        let counter = self.counters.entry(fingerprint.clone()).or_default();
        let generation = format!("{fingerprint}.{counter}");
        *counter += 1;
        let (offset, check) = if from_end { last_line(file, &seen.place) } else { (0, identity::check(b"")) };
        let path = seen.path.to_string_lossy().into_owned();
        let mark = Mark {
            generation: generation.clone(),
            origin: seen.rotated_from.as_ref().map_or_else(|| path.clone(), |base| base.to_string_lossy().into_owned()),
            path,
            device: seen.place.device,
            inode: seen.place.inode,
            first_bytes,
            fingerprint,
            offset,
            check,
            seen_ms: now_ms,
            done: false,
        };
        found.marks.push(mark.clone());
        self.marks.insert(generation.clone(), mark);
        Some(generation)
    }
}

/// Behind the last line that has its end, and the checksum before that.
fn last_line(file: &File, place: &Place) -> (u64, u32) {
    let from = place.size.saturating_sub(64 << 10);
    let mut last = vec![0; (place.size - from) as usize];
    let read = identity::read_at(file, &mut last, from).unwrap_or(0);
    let end = memchr::memrchr(b'\n', &last[..read]).map_or(read, |newline| newline + 1);
    let before = identity::check(&last[..end]);
    (from + end as u64, before)
}
