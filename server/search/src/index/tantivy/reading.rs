//! Indices as they are read: opened once, and again when their writer, in this process or another, has committed.

use super::{files, layout::Layout, open::Kept};
use crate::index::{IndexFault, names};
use std::{
    collections::HashMap,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, TantivyError};

/// One period, as of its last commit.
#[derive(Clone)]
pub(super) struct Read {
    pub(super) name: String,
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
    pub(super) layout: Arc<Layout>,
    pub(super) searcher: Searcher,
}

#[derive(Default)]
pub(super) struct Reading {
    open: Mutex<HashMap<PathBuf, Opened>>,
}

struct Opened {
    /// Of `shape.json` and `meta.json`.
    stamps: (Stamp, Stamp),
    layout: Arc<Layout>,
    reader: IndexReader,
}

/// A file that was replaced has another.
type Stamp = (u64, i64, i64, u64);

impl Reading {
    /// The indices of a stream that hold times from `from_ms` up to before `until_ms`, oldest first.
    pub(super) fn periods(&self, stream: &Path, from_ms: i64, until_ms: i64) -> Result<Vec<Read>, IndexFault> {
        let broken = |cause: std::io::Error| IndexFault::Broken(format!("{}: {cause}", stream.display()));
        let mut found = Vec::new();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let names = files::periods(stream).map_err(broken)?;
        open.retain(|folder, _| folder.parent() != Some(stream) || names.iter().any(|name| folder.ends_with(name)));
        for name in names {
            let Some((_, begins, ends)) = names::bounds(&name) else { continue };
            if begins >= until_ms || ends <= from_ms {
                continue;
            }
            let folder = stream.join(&name);
            match read(&mut open, &folder) {
                Ok((layout, searcher)) => found.push(Read { name, from_ms: begins, until_ms: ends, layout, searcher }),
                // Its retention ended between the listing and now.
                Err(_) if !folder.exists() => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(found)
    }
}

fn read(open: &mut HashMap<PathBuf, Opened>, folder: &Path) -> Result<(Arc<Layout>, Searcher), IndexFault> {
    let broken = |cause: &dyn std::fmt::Display| IndexFault::Broken(format!("{}: {cause}", folder.display()));
    let stamp = |name: &str| -> Result<Stamp, IndexFault> {
        let file = fs::metadata(folder.join(name)).map_err(|cause| broken(&cause))?;
        Ok((file.ino(), file.mtime(), file.mtime_nsec(), file.size()))
    };
    let stamps = (stamp("shape.json")?, stamp("meta.json")?);
    match open.get_mut(folder) {
        Some(known) if known.stamps == stamps => {}
        Some(known) if known.stamps.0 == stamps.0 => {
            known.reader.reload().map_err(|cause| broken(&cause))?;
            known.stamps = stamps;
        }
        _ => {
            let kept = Kept::read(folder)?.ok_or_else(|| broken(&"shape.json is missing"))?;
            let index = Index::open_in_dir(folder).map_err(|cause| broken(&cause))?;
            let layout = Arc::new(Layout::of(index.schema(), &kept.fields)?);
            let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(|cause: TantivyError| broken(&cause))?;
            open.insert(folder.to_owned(), Opened { stamps, layout, reader });
        }
    }
    open.get(folder).map(|known| (known.layout.clone(), known.reader.searcher())).ok_or_else(|| broken(&"not open"))
}
