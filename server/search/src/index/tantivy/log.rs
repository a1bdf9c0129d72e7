//! The log of one stream: what was acknowledged and is not yet in a committed index. Frames with a length and a checksum; the tail of a
//! write that was cut off was never acknowledged, and is left out.

use crate::Shape;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

pub(super) struct Log {
    path: PathBuf,
    file: File,
    bytes: u64,
}

/// One write: the shape it came with, and its changes as `codec` writes them.
pub(super) struct Frame {
    pub(super) shape: Shape,
    pub(super) changes: Vec<u8>,
}

/// Length of the shape, of the changes, checksum of both.
const HEAD_BYTES: usize = 12;

impl Log {
    /// The log, and the frames that it holds. What cannot be read is kept aside under another name, and said.
    pub(super) fn open(path: &Path) -> io::Result<(Self, Vec<Frame>)> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let mut frames = Vec::new();
        let mut rest = &bytes[..];
        while let Some((frame, after)) = frame(rest) {
            frames.push(frame);
            rest = after;
        }
        if !rest.is_empty() {
            let aside = path.with_extension("torn");
            std::fs::write(&aside, rest)?;
            tracing::warn!(log = %path.display(), bytes = rest.len(), aside = %aside.display(), "the end of the search index's log is torn: a write that was not acknowledged");
            file.set_len((bytes.len() - rest.len()) as u64)?;
            file.sync_all()?;
        }
        let bytes = file.seek(SeekFrom::End(0))?;
        Ok((Self { path: path.to_owned(), file, bytes }, frames))
    }

    /// Appends; durable only after `sync`. What is written in part is taken back.
    pub(super) fn append(&mut self, shape: &[u8], changes: &[u8]) -> io::Result<()> {
        let mut checksum = crc32fast::Hasher::new();
        checksum.update(shape);
        checksum.update(changes);
        let mut frame = Vec::with_capacity(HEAD_BYTES + shape.len() + changes.len());
        for number in [shape.len() as u32, changes.len() as u32, checksum.finalize()] {
            frame.extend(number.to_le_bytes());
        }
        frame.extend(shape);
        frame.extend(changes);
        if let Err(cause) = self.file.write_all(&frame) {
            self.file.set_len(self.bytes)?;
            return Err(cause);
        }
        self.bytes += frame.len() as u64;
        Ok(())
    }

    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Everything in it is committed elsewhere.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        if self.bytes > 0 {
            self.file.set_len(0)?;
            self.file.sync_data()?;
            self.bytes = 0;
        }
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn frame(bytes: &[u8]) -> Option<(Frame, &[u8])> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
    let number = |at: usize| head[at..at + 4].try_into().map(u32::from_le_bytes).ok();
    let (shape_length, changes_length, checksum) = (number(0)? as usize, number(4)? as usize, number(8)?);
    let (body, after) = rest.split_at_checked(shape_length.checked_add(changes_length)?)?;
    if crc32fast::hash(body) != checksum {
        return None;
    }
    let (shape, changes) = body.split_at(shape_length);
    Some((Frame { shape: serde_json::from_slice(shape).ok()?, changes: changes.to_vec() }, after))
}
