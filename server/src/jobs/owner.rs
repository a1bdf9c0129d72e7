//! Which process holds a lease, and how a living process knows at once that another one on this machine has died.

use crate::{
    database::new_id,
    fault::{Fault, Result},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

/// This process as the owner of leases. Holds a file lock that the operating system takes back even after kill -9.
#[derive(Debug)]
pub struct Owner {
    pub id: String,
    folder: PathBuf,
    _lock: File,
}

impl Owner {
    /// Makes this process known in the data folder.
    pub fn claim(data: &Path) -> Result<Self> {
        let folder = data.join("workers");
        std::fs::create_dir_all(&folder).map_err(|cause| unwritable(&folder, cause))?;
        let id = new_id();
        let (unlocked, named) = (folder.join(format!("{id}.new")), folder.join(format!("{id}.lock")));
        let lock = File::create(&unlocked).map_err(|cause| unwritable(&folder, cause))?;
        lock.try_lock().map_err(|cause| unwritable(&folder, cause))?;
        // Named only when locked: nobody can find it and think its owner dead.
        std::fs::rename(&unlocked, &named).map_err(|cause| unwritable(&folder, cause))?;
        Ok(Self { id, folder, _lock: lock })
    }

    /// Owners on this machine that have died: nobody holds their lock any more. Forget each once its leases are free.
    pub fn dead(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        entries
            .flatten()
            .filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".lock")?.to_owned()))
            .filter(|id| *id != self.id && !self.lives(id))
            .collect()
    }

    /// Whether a process of this machine holds this owner's lock. Where locks cannot be tried, it is taken to live.
    pub fn lives(&self, id: &str) -> bool {
        match File::open(self.folder.join(format!("{id}.lock"))).map(|file| file.try_lock()) {
            Ok(Ok(())) => false,
            Ok(Err(TryLockError::WouldBlock | TryLockError::Error(_))) => true,
            Err(cause) => cause.kind() != std::io::ErrorKind::NotFound,
        }
    }

    pub fn forget(&self, id: &str) {
        let _ = std::fs::remove_file(self.folder.join(format!("{id}.lock")));
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.forget(&self.id);
    }
}

fn unwritable(folder: &Path, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Fault {
    let folder = folder.display();
    Fault::operator(
        format!("cannot write in {folder}: check its owner and the disk"),
        format!("no se puede escribir en {folder}: compruebe su dueño y el disco"),
    )
    .because(cause)
}
