//! Deletes what nobody can read any more: files of versions that are not kept, and leftovers of killed runs.

use crate::{Warehouse, fault::QueryFault, lake};
use deltalake::kernel::EagerSnapshot;
use std::{collections::HashSet, fs, path::Path};

impl Warehouse {
    /// Deletes the dataset's files that none of the versions `keep` uses, but for those of runs that may still be writing:
    /// `live_runs`, and whatever this process is writing. Give every version that is pinned or about to be.
    pub async fn clean(&self, dataset: &str, keep: &[u64], live_runs: &[String]) -> Result<(), QueryFault> {
        let folder = self.inner.folder(dataset)?;
        if !folder.exists() {
            return Ok(());
        }
        // Listed before anything else: a file that comes later is not in it, however quickly its run ends.
        let listed = data_files(&folder)?;
        let mut live: HashSet<String> = live_runs.iter().cloned().collect();
        live.extend(self.inner.live_runs());
        let store = lake::log_store(&folder)?;
        let mut used = HashSet::new();
        for version in keep {
            let snapshot = EagerSnapshot::try_new(store.as_ref(), Some(*version)).await.map_err(QueryFault::engine)?;
            used.extend(snapshot.log_data().iter().map(|file| file.path().into_owned()));
        }
        for name in listed {
            let run = name.split('.').next().unwrap_or_default();
            if !used.contains(&name) && !live.contains(run) {
                remove(&folder.join(&name))?;
            }
        }
        match keep.iter().min() {
            Some(oldest) => clean_log(&folder.join("_delta_log"), *oldest),
            None => Ok(()),
        }
    }
}

fn data_files(folder: &Path) -> Result<Vec<String>, QueryFault> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(QueryFault::engine)? {
        let name = entry.map_err(QueryFault::engine)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".parquet") {
            names.push(name);
        }
    }
    Ok(names)
}

/// Log entries before the newest checkpoint that is not after `oldest` are needed by no version that is kept.
fn clean_log(log: &Path, oldest: u64) -> Result<(), QueryFault> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(log).map_err(QueryFault::engine)? {
        let name = entry.map_err(QueryFault::engine)?.file_name().to_string_lossy().into_owned();
        if let Some(version) = name.get(..20).and_then(|digits| digits.parse::<u64>().ok()) {
            entries.push((version, name));
        }
    }
    let base = entries.iter().filter(|(version, name)| *version <= oldest && name.ends_with(".checkpoint.parquet")).map(|(version, _)| *version).max();
    for (version, name) in entries {
        if base.is_some_and(|base| version < base) {
            remove(&log.join(name))?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), QueryFault> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(QueryFault::engine(error)),
        _ => Ok(()),
    }
}
