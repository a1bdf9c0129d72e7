//! The data folder in use: its processes share a lock, and whoever changes its key is alone with it.

use crate::fault::{Fault, Result};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::Path,
};

/// Held while the folder is in use. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Folder {
    _lock: File,
}

impl Folder {
    /// Waits while somebody changes the key, which takes a moment.
    pub fn open(data: &Path) -> Result<Self> {
        let lock = file(data)?;
        match lock.lock_shared() {
            Ok(()) => {}
            Err(cause) if cause.kind() == ErrorKind::Unsupported => {
                tracing::warn!("the data folder's file system knows no locks: stop every process of the portal before its key is changed");
            }
            Err(cause) => return Err(cause.into()),
        }
        Ok(Self { _lock: lock })
    }

    /// Refused while any process has it open.
    pub fn alone(data: &Path) -> Result<Self> {
        let lock = file(data)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Fault::operator(
                format!("{} is in use: stop every process of the portal first (serve, work, stream)", data.display()),
                format!("{} está en uso: detenga antes todos los procesos del portal (serve, work, stream)", data.display()),
            )),
            Err(TryLockError::Error(cause)) => Err(cause.into()),
        }
    }
}

fn file(data: &Path) -> Result<File> {
    Ok(OpenOptions::new().write(true).create(true).truncate(false).open(data.join("in-use"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_share_a_folder_and_one_is_alone_with_it() {
        let folder = std::env::temp_dir().join(format!("atalaya-folder-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&folder).unwrap();
        let (one, other) = (Folder::open(&folder).unwrap(), Folder::open(&folder).unwrap());
        assert!(Folder::alone(&folder).unwrap_err().message.en.contains("is in use"));
        drop((one, other));
        let alone = Folder::alone(&folder).unwrap();
        assert!(Folder::alone(&folder).is_err());
        drop(alone);
        assert!(Folder::open(&folder).is_ok());
    }
}
