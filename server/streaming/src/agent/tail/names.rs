//! Which files there are: those that the patterns name, and the rotated ones beside them.

use super::identity::Place;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Endings of files that were compressed: their contents cannot be gone on with.
const COMPRESSED: [&str; 5] = [".gz", ".bz2", ".xz", ".zst", ".zip"];
/// Files that are looked at in one folder or pattern.
const MOST_FILES: usize = 10_000;

/// A file that stands there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub path: PathBuf,
    pub place: Place,
    /// Which input's patterns name it, or name the file that it was rotated from.
    pub input: usize,
    /// The file of the patterns that this one was rotated from, by its name.
    pub rotated_from: Option<PathBuf>,
}

/// Files in the order in which they were written; each once, whatever its names.
pub fn seen(patterns: &[(usize, String)]) -> Vec<Seen> {
    let mut folders = Folders::default();
    let mut named = Vec::new();
    for (input, pattern) in patterns {
        let found = glob::glob(pattern).into_iter().flatten().filter_map(Result::ok).take(MOST_FILES);
        named.extend(found.filter(|path| !is_compressed(path)).filter_map(|path| file(path, *input, None)));
    }
    let mut bases: Vec<(usize, PathBuf)> = named.iter().map(|seen: &Seen| (seen.input, seen.path.clone())).collect();
    // A file may be away while it is rotated: its plain name still tells which files belong to it.
    let plain = patterns.iter().filter(|(_, pattern)| !pattern.contains(['*', '?', '[']));
    bases.extend(plain.map(|(input, pattern)| (*input, PathBuf::from(pattern))).filter(|(_, path)| !path.exists()));
    let mut rotated = Vec::new();
    for (input, base) in bases {
        let beside = folders.beside(&base).into_iter().filter(|path| !is_compressed(path));
        rotated.extend(beside.filter_map(|path| file(path, input, Some(base.clone()))));
    }
    let mut known = BTreeSet::new();
    let mut all: Vec<Seen> = named.into_iter().chain(rotated).filter(|seen| known.insert((seen.place.device, seen.place.inode))).collect();
    // Of two that were written at once the rotated one is the older.
    all.sort_by(|one, other| (one.place.modified_ms, &other.path).cmp(&(other.place.modified_ms, &one.path)));
    all
}

/// Compressed files beside this one: when each was last written.
pub fn compressed_beside(path: &Path) -> Vec<(PathBuf, i64)> {
    let found = Folders::default().beside(path).into_iter().filter(|path| is_compressed(path));
    found.filter_map(|path| file(path.clone(), 0, None).map(|seen| (path, seen.place.modified_ms))).collect()
}

fn file(path: PathBuf, input: usize, rotated_from: Option<PathBuf>) -> Option<Seen> {
    let metadata = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
    Some(Seen { path, place: Place::of(&metadata), input, rotated_from })
}

/// Names in folders, each folder read once.
#[derive(Default)]
struct Folders(BTreeMap<PathBuf, BTreeSet<String>>);

impl Folders {
    /// Names that rotation gives: the file's own, a `.`, `-` or `_`, and a number or date.
    fn beside(&mut self, path: &Path) -> Vec<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else { return Vec::new() };
        let names = self.0.entry(folder.to_owned()).or_insert_with(|| list(folder));
        let alike = names.range(name.to_owned()..).take_while(|other| other.starts_with(name));
        alike.filter(|other| is_rotated(name, other)).map(|other| folder.join(other)).collect()
    }
}

fn list(folder: &Path) -> BTreeSet<String> {
    let items = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).take(MOST_FILES);
    items.filter_map(|item| item.file_name().into_string().ok()).collect()
}

fn is_rotated(name: &str, other: &str) -> bool {
    let mut rest = other.strip_prefix(name).unwrap_or_default().bytes();
    matches!(rest.next(), Some(b'.' | b'-' | b'_')) && rest.next().is_some_and(|byte| byte.is_ascii_digit())
}

fn is_compressed(path: &Path) -> bool {
    path.to_str().is_some_and(|path| COMPRESSED.iter().any(|ending| path.ends_with(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_names_are_known_and_others_left_alone() {
        for rotated in ["a.log.1", "a.log-20261124", "a.log.2026-11-24", "a.log_3.gz"] {
            assert!(is_rotated("a.log", rotated), "{rotated}");
        }
        for other in ["a.log", "a.logs.1", "a.log.bak", "b.log.1", "a.log."] {
            assert!(!is_rotated("a.log", other), "{other}");
        }
    }
}
