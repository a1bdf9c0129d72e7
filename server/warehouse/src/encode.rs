//! Streams batches into Parquet files: row groups are encoded side by side, written in order, and memory stays flat.

use crate::{columns, fault::QueryFault, runtime, scope::PinnedColumn, statistics::delta_stats};
use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{DataType, Int32Type, SchemaRef},
    record_batch::RecordBatch,
};
use datafusion::common::DataFusionError;
use futures::{
    StreamExt, TryStreamExt,
    stream::{BoxStream, Fuse, FuturesOrdered},
};
use parquet::{
    arrow::{
        ArrowSchemaConverter,
        arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves},
    },
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
};
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Rows of one row group: small enough to skip and to share among cores, large enough to compress.
const GROUP_ROWS: usize = 128 << 10;
/// A row group ends sooner when its rows are this wide.
const GROUP_BYTES: usize = 64 << 20;
/// A file ends after these rows or bytes, so that several cores read a large table.
const FILE_ROWS: u64 = 2 << 20;
const FILE_BYTES: u64 = 256 << 20;

/// One finished file.
#[derive(Debug)]
pub(crate) struct DataFile {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
    pub(crate) stats: String,
}

/// Files on disk that no table version names yet. Dropped before `keep`, it deletes them.
pub(crate) struct Files {
    folder: PathBuf,
    pub(crate) files: Vec<DataFile>,
    started: Vec<PathBuf>,
}

impl Files {
    /// The files now belong to a version.
    pub(crate) fn keep(mut self) {
        self.started.clear();
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for path in &self.started {
            // What cannot be deleted now is a leftover that `clean` finds.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Writes every batch into files called `<prefix>.<number>.parquet` below `folder`, flushed to the disk.
pub(crate) async fn write_files(
    folder: &Path,
    prefix: &str,
    columns: &[PinnedColumn],
    given: &SchemaRef,
    batches: BoxStream<'static, Result<RecordBatch, QueryFault>>,
) -> Result<Files, QueryFault> {
    let schema = columns::encoded_schema(columns, given);
    let factory = Arc::new(row_group_factory(&schema)?);
    let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(1, 8));
    let mut output =
        Output { files: Files { folder: folder.to_owned(), files: Vec::new(), started: Vec::new() }, prefix, columns, schema: schema.clone(), open: None };
    let mut groups = row_groups(batches);
    let mut encoding = FuturesOrdered::new();
    let mut more = true;
    while more || !encoding.is_empty() {
        if more && encoding.len() < cores {
            match groups.try_next().await? {
                Some(group) => {
                    let (factory, schema) = (factory.clone(), schema.clone());
                    encoding.push_back(tokio::task::spawn_blocking(move || encode(&factory, &schema, &group)));
                }
                None => more = false,
            }
        } else if let Some(encoded) = encoding.next().await {
            let (rows, chunks) = encoded.map_err(QueryFault::engine)??;
            output.append(rows, chunks).await?;
        }
    }
    output.finish_file().await?;
    Ok(output.files)
}

/// Batches gathered to row groups.
fn row_groups(batches: BoxStream<'static, Result<RecordBatch, QueryFault>>) -> BoxStream<'static, Result<Vec<RecordBatch>, QueryFault>> {
    struct Gathering {
        batches: Fuse<BoxStream<'static, Result<RecordBatch, QueryFault>>>,
        rest: Option<RecordBatch>,
    }
    // Fused: the group that ends at the last batch is not the last question.
    let gathering = Gathering { batches: batches.fuse(), rest: None };
    futures::stream::try_unfold(gathering, |mut state| async move {
        let (mut group, mut rows, mut bytes) = (Vec::new(), 0, 0);
        while rows < GROUP_ROWS && bytes < GROUP_BYTES {
            let batch = match state.rest.take() {
                Some(batch) => batch,
                None => match state.batches.try_next().await? {
                    Some(batch) => batch,
                    None => break,
                },
            };
            let fits = batch.num_rows().min(GROUP_ROWS - rows);
            if fits < batch.num_rows() {
                state.rest = Some(batch.slice(fits, batch.num_rows() - fits));
            }
            let batch = batch.slice(0, fits);
            rows += fits;
            bytes += batch.columns().iter().map(width).sum::<usize>();
            group.push(batch);
        }
        Ok((rows > 0).then_some((group, state)))
    })
    .boxed()
}

/// About the bytes of an array's own rows, though it may be a slice of much larger buffers.
fn width(array: &ArrayRef) -> usize {
    match array.data_type() {
        DataType::Utf8 => {
            array.as_string::<i32>().offsets().last().zip(array.as_string::<i32>().offsets().first()).map_or(0, |(last, first)| (last - first) as usize)
        }
        DataType::Utf8View => array.as_string_view().views().iter().map(|view| 16 + (*view as u32) as usize).sum(),
        DataType::Dictionary(..) => array.as_dictionary_opt::<Int32Type>().map_or(array.get_array_memory_size(), |keys| 4 * keys.len()),
        data_type => data_type.primitive_width().map_or_else(|| array.get_array_memory_size(), |width| width * array.len()),
    }
}

fn row_group_factory(schema: &SchemaRef) -> Result<ArrowRowGroupWriterFactory, QueryFault> {
    Ok(ArrowRowGroupWriterFactory::new(&file_writer(io::sink(), schema).map_err(QueryFault::engine)?, schema.clone()))
}

fn file_writer<W: io::Write + Send>(writer: W, schema: &SchemaRef) -> Result<SerializedFileWriter<W>, ParquetError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).set_created_by("atalaya".into()).build();
    // Without the Arrow schema in its footer, the file says nothing of the form that text came in.
    let parquet = ArrowSchemaConverter::new().convert(schema)?;
    SerializedFileWriter::new(writer, parquet.root_schema_ptr(), Arc::new(properties))
}

fn encode(factory: &ArrowRowGroupWriterFactory, schema: &SchemaRef, group: &[RecordBatch]) -> Result<(u64, Vec<ArrowColumnChunk>), QueryFault> {
    let mut writers = factory.create_column_writers(0).map_err(QueryFault::engine)?;
    let mut rows = 0;
    for batch in group {
        let batch = columns::conform(batch, schema).map_err(|error| runtime::arrow_fault(&error).unwrap_or_else(|| QueryFault::engine(error)))?;
        rows += batch.num_rows() as u64;
        for ((writer, field), array) in writers.iter_mut().zip(schema.fields()).zip(batch.columns()) {
            for leaf in compute_leaves(field, array).map_err(QueryFault::engine)? {
                writer.write(&leaf).map_err(QueryFault::engine)?;
            }
        }
    }
    let chunks = writers.into_iter().map(|writer| writer.close()).collect::<Result<Vec<_>, _>>().map_err(QueryFault::engine)?;
    Ok((rows, chunks))
}

/// The file that is being written, and those before it.
struct Output<'a> {
    files: Files,
    prefix: &'a str,
    columns: &'a [PinnedColumn],
    schema: SchemaRef,
    open: Option<OpenFile>,
}

struct OpenFile {
    name: String,
    path: PathBuf,
    rows: u64,
    writer: SerializedFileWriter<File>,
}

impl Output<'_> {
    async fn append(&mut self, rows: u64, chunks: Vec<ArrowColumnChunk>) -> Result<(), QueryFault> {
        let mut file = match self.open.take() {
            Some(file) => file,
            None => self.start_file()?,
        };
        let file = tokio::task::spawn_blocking(move || {
            file.rows += rows;
            let path = file.path.clone();
            file.append(chunks).map_err(|error| disk_fault(error, &path))?;
            Ok::<_, QueryFault>(file)
        });
        let file = file.await.map_err(QueryFault::engine)??;
        let full = file.rows >= FILE_ROWS || file.writer.bytes_written() as u64 >= FILE_BYTES;
        self.open = Some(file);
        if full { self.finish_file().await } else { Ok(()) }
    }

    fn start_file(&mut self) -> Result<OpenFile, QueryFault> {
        let name = format!("{}.{:05}.parquet", self.prefix, self.files.started.len());
        let path = self.files.folder.join(&name);
        self.files.started.push(path.clone());
        let file = File::create_new(&path).map_err(|error| disk_fault(ParquetError::from(error), &path))?;
        let writer = file_writer(file, &self.schema).map_err(|error| disk_fault(error, &path))?;
        Ok(OpenFile { name, path, rows: 0, writer })
    }

    async fn finish_file(&mut self) -> Result<(), QueryFault> {
        let Some(file) = self.open.take() else { return Ok(()) };
        let columns = self.columns.to_vec();
        let finished = tokio::task::spawn_blocking(move || {
            let path = file.path.clone();
            file.finish(&columns).map_err(|error| disk_fault(error, &path))
        });
        self.files.files.push(finished.await.map_err(QueryFault::engine)??);
        Ok(())
    }
}

impl OpenFile {
    fn append(&mut self, chunks: Vec<ArrowColumnChunk>) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    fn finish(mut self, columns: &[PinnedColumn]) -> Result<DataFile, ParquetError> {
        let metadata = self.writer.finish()?;
        let bytes = self.writer.bytes_written() as u64;
        self.writer.inner().sync_all()?;
        Ok(DataFile { name: self.name, bytes, rows: self.rows, stats: delta_stats(columns, &metadata) })
    }
}

/// A failed write names the file: a full disk is the operator's to mend.
fn disk_fault(error: ParquetError, path: &Path) -> QueryFault {
    QueryFault::engine(DataFusionError::ParquetError(Box::new(error)).context(format!("writing {}", path.display())))
}
