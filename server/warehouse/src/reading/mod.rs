//! Reads files of any object store as typed batches; rows that do not fit come aside, with position and reason.
//!
//! `list` finds the files of a source, `open` (or `open_files`, for those that a ledger does not know yet) reads them one
//! after another in memory that does not grow with their size. A file that changes while it is read ends the reading.

mod assembly;
mod csv;
mod encoding;
pub mod fault;
mod feed;
mod guard;
mod header;
pub mod inside;
mod json_lines;
mod lines;
pub mod metadata;
mod object;
mod parquet;
mod record;
mod remote;
mod store;
mod values;

use assembly::Assembly;
pub use fault::{BadRow, ReadFault, Reason};
pub use inside::refuse_inside;
pub use metadata::{load_schema, with_load_metadata};

use crate::scope::PinnedColumn;
use arrow::{datatypes::SchemaRef, record_batch::RecordBatch};
use futures::{StreamExt, stream::BoxStream};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};
use store::Pinned;

/// Which files to read, and how.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// `file:///folder/*.csv`, `s3://bucket/prefix/`, `gs://bucket/file.parquet`, `https://host/file.csv`. `*` matches within
    /// one path segment; an address that ends in `/` means every file below it.
    pub url: String,
    /// Credentials, region, endpoint: the option names of `object_store` (`aws_access_key_id`, `google_service_account_key`).
    pub options: BTreeMap<String, String>,
    /// `None`: by the file name's extension.
    pub format: Option<Format>,
    /// The declared columns. `None`: taken from the file (Parquet) or inferred from its first rows.
    pub expected: Option<Vec<PinnedColumn>>,
    pub limits: Limits,
    /// Folders that no file may stand in, by whatever path: the portal's own (A42).
    pub forbidden: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Parquet,
    Csv,
    JsonLines,
}

/// Bounds that keep hostile or broken files from taking memory.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// A longer row (quoted fields included) goes to quarantine.
    pub row_bytes: usize,
    /// A file with more columns is refused.
    pub columns: usize,
    /// Rows that inference looks at.
    pub sample_rows: usize,
    /// JSON nested deeper goes to quarantine.
    pub depth: usize,
    /// Of a bad row's content, kept for quarantine.
    pub content_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { row_bytes: 1 << 20, columns: 2_000, sample_rows: 10_000, depth: 64, content_bytes: 2_048 }
    }
}

/// One file as it stood when it was listed; reading is pinned to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Full address, without credentials.
    pub url: String,
    pub size: u64,
    pub e_tag: Option<String>,
    /// Generation or version, where the store has one.
    pub version: Option<String>,
    /// Milliseconds since 1970.
    pub modified_ms: i64,
}

/// An opened source: what its rows look like, and the rows.
pub struct Reading {
    pub columns: Vec<PinnedColumn>,
    pub schema: SchemaRef,
    pub files: Vec<SourceFile>,
    pub batches: BoxStream<'static, Result<Batch, ReadFault>>,
}

/// Some rows of one file.
#[derive(Clone, Debug)]
pub struct Batch {
    pub good: RecordBatch,
    pub bad: Vec<BadRow>,
    /// Address of the file that these rows stand in.
    pub file: Arc<str>,
    /// Bytes taken from the source since the batch before.
    pub bytes: u64,
}

/// The files of a source, in order of their address.
pub async fn list(source: &Source) -> Result<Vec<SourceFile>, ReadFault> {
    store::list(source).await
}

/// The columns that a file has: declared in it (Parquet) or inferred from its first rows. To be compared with what was expected.
pub async fn look(source: &Source, file: &SourceFile) -> Result<Vec<PinnedColumn>, ReadFault> {
    let pinned = Pinned::open(source, file.clone())?;
    match format_of(source, file)? {
        Format::Parquet => parquet::look(&pinned, source).await,
        Format::Csv => csv::look(&pinned, source).await,
        Format::JsonLines => json_lines::look(&pinned, source).await,
    }
}

/// Opens every file of a source.
pub async fn open(source: &Source) -> Result<Reading, ReadFault> {
    let files = list(source).await?;
    open_files(source, files).await
}

/// Opens these files of a source, each as it was listed. Without declared columns the first file decides them: a later file
/// that lacks one is refused, columns that only it has are passed over.
pub async fn open_files(source: &Source, files: Vec<SourceFile>) -> Result<Reading, ReadFault> {
    let Some(first) = files.first() else { return Err(ReadFault::NoFile { url: source.url.clone() }) };
    let columns = match &source.expected {
        Some(columns) => columns.clone(),
        None => look(source, first).await?,
    };
    let (source, wanted) = (source.clone(), columns.clone());
    let batches = futures::stream::iter(files.clone()).flat_map(move |file| match read(&source, file, wanted.clone()) {
        Ok(batches) => batches,
        Err(fault) => futures::stream::once(async move { Err(fault) }).boxed(),
    });
    Ok(Reading { schema: assembly::schema(&columns), columns, files, batches: until_fault(batches.boxed()) })
}

fn read(source: &Source, file: SourceFile, columns: Vec<PinnedColumn>) -> Result<BoxStream<'static, Result<Batch, ReadFault>>, ReadFault> {
    let format = format_of(source, &file)?;
    let pinned = Pinned::open(source, file)?;
    Ok(match format {
        Format::Parquet => parquet::read(pinned, source, columns),
        Format::Csv => csv::read(pinned, source, columns),
        Format::JsonLines => json_lines::read(pinned, source, columns),
    })
}

/// Nothing after a fault: what follows it is another file.
fn until_fault(batches: BoxStream<'static, Result<Batch, ReadFault>>) -> BoxStream<'static, Result<Batch, ReadFault>> {
    futures::stream::unfold(Some(batches), |batches| async move {
        let mut batches = batches?;
        match batches.next().await? {
            Ok(batch) => Some((Ok(batch), Some(batches))),
            Err(fault) => Some((Err(fault), None)),
        }
    })
    .fuse()
    .boxed()
}

fn format_of(source: &Source, file: &SourceFile) -> Result<Format, ReadFault> {
    let reason = "its name does not say whether it is Parquet, CSV or JSON lines: choose the format";
    source.format.or_else(|| Format::of(&file.url)).ok_or_else(|| ReadFault::Address { url: file.url.clone(), reason: reason.into() })
}
