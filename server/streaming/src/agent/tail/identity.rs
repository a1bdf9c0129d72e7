//! How a file is known again: by its first bytes, by those before the place that was read, and by its inode.

use crate::agent::buffer::Mark;
use sha2::{Digest, Sha256};
use std::{
    fs::{File, Metadata},
    io,
    os::unix::fs::{FileExt, MetadataExt},
};

/// First bytes that a fingerprint covers, where the file has so many.
pub const FIRST_BYTES: u64 = 1024;
/// Bytes before a place whose checksum is kept.
pub const BEFORE_BYTES: u64 = 64;
/// Bytes in which a copy must be equal to its original, where both have so many.
const COPY_BYTES: u64 = 64 << 10;

/// Where and how large a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub device: u64,
    pub inode: u64,
    pub size: u64,
    pub modified_ms: i64,
    /// No name is left.
    pub deleted: bool,
}

impl Place {
    pub fn of(metadata: &Metadata) -> Self {
        let modified_ms = metadata.mtime() * 1000 + metadata.mtime_nsec() / 1_000_000;
        Self { device: metadata.dev(), inode: metadata.ino(), size: metadata.len(), modified_ms, deleted: metadata.nlink() == 0 }
    }
}

/// A fingerprint and how many bytes it covers. `None` while a file that grows has no whole line, nor bytes enough.
pub fn fingerprint(file: &File, complete: bool) -> io::Result<Option<(String, u64)>> {
    let mut first = vec![0; FIRST_BYTES as usize];
    let read = read_at(file, &mut first, 0)?;
    first.truncate(read);
    let known = complete || first.len() as u64 == FIRST_BYTES || memchr::memchr(b'\n', &first).is_some();
    Ok(known.then(|| (hash(&first), first.len() as u64)))
}

/// Whether the file begins as the marked one did.
pub fn begins_alike(mark: &Mark, file: &File) -> io::Result<bool> {
    let mut first = vec![0; usize::try_from(mark.first_bytes).unwrap_or(usize::MAX).min(FIRST_BYTES as usize)];
    let read = read_at(file, &mut first, 0)?;
    Ok(read == first.len() && hash(&first) == mark.fingerprint)
}

/// Whether the file holds all that was read of the marked one: it is the same, or a copy.
pub fn continues(mark: &Mark, file: &File, size: u64) -> io::Result<bool> {
    if size < mark.offset || !begins_alike(mark, file)? {
        return Ok(false);
    }
    let mut before = vec![0; mark.offset.min(BEFORE_BYTES) as usize];
    let from = mark.offset - before.len() as u64;
    Ok(read_at(file, &mut before, from)? == before.len() && check(&before) == mark.check)
}

/// Whether two files are equal as far as both go (and as far as is looked).
pub fn is_copy(one: &File, other: &File) -> io::Result<bool> {
    let mut blocks = [vec![0; 8 << 10], vec![0; 8 << 10]];
    let mut at = 0;
    while at < COPY_BYTES {
        let [first, second] = &mut blocks;
        let common = read_at(one, first, at)?.min(read_at(other, second, at)?);
        if first[..common] != second[..common] {
            return Ok(false);
        }
        if common < first.len() {
            break;
        }
        at += common as u64;
    }
    Ok(true)
}

/// Checksum of the up to 64 bytes that end where `before` does.
pub fn check(before: &[u8]) -> u32 {
    crc32fast::hash(&before[before.len().saturating_sub(BEFORE_BYTES as usize)..])
}

/// Fills the buffer as far as the file goes.
pub fn read_at(file: &File, buffer: &mut [u8], from: u64) -> io::Result<usize> {
    let mut held = 0;
    while held < buffer.len() {
        match file.read_at(&mut buffer[held..], from + held as u64) {
            Ok(0) => break,
            Ok(read) => held += read,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(held)
}

fn hash(first: &[u8]) -> String {
    hex::encode(&Sha256::digest(first)[..8])
}
