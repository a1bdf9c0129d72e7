//! One index that is written to: the newest version of each id wins, in whichever order they come.

use super::{codec::Record, files, layout::Layout, seen::Seen};
use crate::{
    Field, Shape,
    index::{IndexFault, names},
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, path::Path, time::Instant};
use tantivy::{
    DocSet, IndexReader, IndexWriter, ReloadPolicy, Searcher, TERMINATED, TantivyError, Term, indexer::IndexWriterOptions, schema::IndexRecordOption,
};

const MEMORY_BYTES: usize = 96 << 20;

/// Beside each index: the version of the shape that it was last written with, and all fields that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) version: u32,
    pub(super) fields: Vec<Field>,
}

impl Kept {
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, IndexFault> {
        let path = folder.join("shape.json");
        let broken = |cause: &dyn std::fmt::Display| IndexFault::Broken(format!("{}: {cause}", path.display()));
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|cause| broken(&cause)),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(broken(&cause)),
        }
    }

    /// The fields of both; refuses one that changed its kind.
    pub(super) fn with(mut self, shape: &Shape, period: &str) -> Result<Self, IndexFault> {
        for field in &shape.fields {
            match self.fields.iter().find(|known| known.name == field.name) {
                Some(known) if known.kind != field.kind => return Err(names::changed_kind(&field.name, period)),
                Some(_) => {}
                None => self.fields.push(field.clone()),
            }
        }
        self.version = self.version.max(shape.version);
        Ok(self)
    }
}

/// Refuses a shape that does not go with the indices that are there.
pub(super) fn check(folder: &Path, shape: &Shape) -> Result<(), IndexFault> {
    let broken = |cause: std::io::Error| IndexFault::Broken(format!("{}: {cause}", folder.display()));
    for period in files::periods(folder).map_err(broken)? {
        names::check_period(shape, &period)?;
        if let Some(kept) = Kept::read(&folder.join(&period))? {
            kept.with(shape, &period)?;
        }
    }
    Ok(())
}

pub(super) struct OpenIndex {
    pub(super) version: u32,
    pub(super) used: Instant,
    layout: Layout,
    writer: IndexWriter,
    reader: IndexReader,
    /// As of the last commit.
    searcher: Searcher,
    seen: Seen,
    /// Ranks of what was written since.
    pending: HashMap<Box<str>, i64>,
}

impl OpenIndex {
    pub(super) fn open(folder: &Path, shape: &Shape) -> Result<Self, IndexFault> {
        let broken = |cause: &dyn std::fmt::Display| IndexFault::Broken(format!("{}: {cause}", folder.display()));
        let period = folder.file_name().unwrap_or_default().to_string_lossy();
        let known = Kept::read(folder)?;
        let kept = known.clone().unwrap_or(Kept { version: shape.version, fields: Vec::new() }).with(shape, &period)?;
        let layout = Layout::new(&kept.fields)?;
        // First: the index may then lack fields that it says, never have some that it does not.
        if known.as_ref() != Some(&kept) {
            std::fs::create_dir_all(folder).map_err(|cause| broken(&cause))?;
            let text = serde_json::to_vec_pretty(&kept).map_err(|cause| broken(&cause))?;
            files::replace(&folder.join("shape.json"), &text).map_err(|cause| broken(&cause))?;
        }
        let index = layout.open(folder)?;
        let options = IndexWriterOptions::builder().num_worker_threads(1).memory_budget_per_thread(MEMORY_BYTES).num_merge_threads(1).build();
        let writer = index.writer_with_options(options).map_err(|cause| broken(&cause))?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(|cause: TantivyError| broken(&cause))?;
        let searcher = reader.searcher();
        let seen = ids(&searcher, &layout).map_err(|cause| broken(&cause))?;
        Ok(Self { version: kept.version, used: Instant::now(), layout, writer, reader, searcher, seen, pending: HashMap::new() })
    }

    pub(super) fn apply(&mut self, record: &Record<'_>) -> Result<(), IndexFault> {
        let rank = Layout::rank(record);
        let known = match self.pending.get(record.id) {
            Some(rank) => Some(*rank),
            None if self.seen.may_hold(record.id.as_bytes()) => self.committed_rank(record.id).map_err(broken)?,
            None => None,
        };
        if known.is_some_and(|known| known >= rank) {
            return Ok(());
        }
        if known.is_some() {
            self.writer.delete_term(Term::from_field_text(self.layout.id, record.id));
        } else {
            self.seen.insert(record.id.as_bytes());
        }
        self.writer.add_document(self.layout.document(record)).map_err(broken)?;
        self.pending.insert(record.id.into(), rank);
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), IndexFault> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.writer.commit().map_err(broken)?;
        self.reader.reload().map_err(broken)?;
        self.searcher = self.reader.searcher();
        self.pending.clear();
        self.used = Instant::now();
        Ok(())
    }

    fn committed_rank(&self, id: &str) -> tantivy::Result<Option<i64>> {
        let term = Term::from_field_text(self.layout.id, id);
        for segment in self.searcher.segment_readers() {
            let Some(mut postings) = segment.inverted_index(self.layout.id)?.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            let mut document = postings.doc();
            while document != TERMINATED {
                if !segment.is_deleted(document) {
                    return Ok(segment.fast_fields().i64("@rank")?.first(document));
                }
                document = postings.advance();
            }
        }
        Ok(None)
    }
}

fn ids(searcher: &Searcher, layout: &Layout) -> tantivy::Result<Seen> {
    let mut seen = Seen::new();
    for segment in searcher.segment_readers() {
        let inverted = segment.inverted_index(layout.id)?;
        let mut terms = inverted.terms().stream()?;
        while terms.advance() {
            seen.insert(terms.key());
        }
    }
    Ok(seen)
}

fn broken(cause: TantivyError) -> IndexFault {
    IndexFault::Broken(cause.to_string())
}
