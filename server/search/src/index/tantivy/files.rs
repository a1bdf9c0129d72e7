//! Files that are written whole or not at all, and what folders come to.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Puts a file in the place of another in one step; durable when it returns.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

pub(super) fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries.flatten().filter_map(|entry| entry.metadata().ok()).filter(fs::Metadata::is_file).map(|file| file.len()).sum()
}

/// Names of the periods whose indices a stream's folder holds, oldest first; none where there is no folder.
pub(super) fn periods(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.map(|entry| entry.file_name().into_string().ok()).transpose());
    let mut periods = names.collect::<io::Result<Vec<String>>>()?;
    periods.retain(|name| crate::index::names::bounds(name).is_some() && folder.join(name).join("meta.json").exists());
    periods.sort();
    Ok(periods)
}
