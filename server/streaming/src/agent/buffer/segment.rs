//! The files of a buffer: numbered segments, written at the end, deleted as a whole.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

/// The segment that is written to.
#[derive(Debug)]
pub struct Segment {
    pub number: u64,
    pub length: u64,
    file: File,
}

impl Segment {
    /// Makes it, or goes on where it ends.
    pub fn open(folder: &Path, number: u64) -> io::Result<Self> {
        let path = path(folder, number);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        sync_folder(folder)?;
        Ok(Self { number, length: file.metadata()?.len(), file })
    }

    /// Appends and waits until the disk has it. After an error nothing of it stands in the file.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let written = self.file.write_all_at(bytes, self.length).and_then(|()| self.file.sync_data());
        match written {
            Ok(()) => self.length += bytes.len() as u64,
            // What cannot even be cut off is found to be torn at the next start, and written over until then.
            Err(_) => self.file.set_len(self.length)?,
        }
        written
    }
}

pub fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:020}.log"))
}

/// Number and size of each segment, the oldest first.
pub fn list(folder: &Path) -> io::Result<Vec<(u64, u64)>> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let name = item.file_name();
        let number = name.to_str().and_then(|name| name.strip_suffix(".log")).and_then(|number| number.parse().ok());
        if let Some(number) = number {
            found.push((number, item.metadata()?.len()));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Cuts a torn end off.
pub fn truncate(folder: &Path, number: u64, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path(folder, number))?;
    file.set_len(length)?;
    file.sync_all()
}

/// Replaces a small file so that a crash leaves the old or the new one, never a mix.
pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let partial = folder.join(format!("{name}.partial"));
    std::fs::write(&partial, bytes)?;
    File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, folder.join(name))?;
    sync_folder(folder)
}

/// A name is durable when its folder is.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
