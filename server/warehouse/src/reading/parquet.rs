//! Parquet files: checked before they are believed, decoded on a task of their own, rows that do not fit set aside.

use super::{
    BadRow, Batch, ReadFault, Reason, Source, guard,
    header::{check_names, column_name},
    store::Pinned,
};
use crate::{
    columns::{self, conform_array},
    scope::{ColumnType, PinnedColumn},
};
use arrow::{
    array::{Array, ArrayRef, BooleanArray, new_null_array},
    compute::{cast, filter_record_batch},
    datatypes::{DataType, Field, Schema, SchemaRef},
    record_batch::RecordBatch,
    util::display::{ArrayFormatter, FormatOptions},
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, TryStreamExt, future::BoxFuture, stream::BoxStream};
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder, ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions},
        async_reader::AsyncFileReader,
    },
    basic::Compression,
    errors::ParquetError,
    file::metadata::{ParquetMetaData, ParquetMetaDataReader},
};
use std::{
    collections::HashMap,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::mpsc;

const BATCH_ROWS: usize = 16 << 10;
/// A larger footer is refused.
const FOOTER_BYTES: u64 = 64 << 20;
const UNDER_WAY: usize = 4;

/// The columns of a file.
pub(super) async fn look(pinned: &Pinned, source: &Source) -> Result<Vec<PinnedColumn>, ReadFault> {
    let (pinned, limits) = (pinned.clone(), source.limits);
    let file = pinned.file.url.clone();
    apart(&file, async move {
        let file = pinned.file.url.clone();
        let opened = Opened::open(pinned).await?;
        let names = opened.names();
        check_names(&file, &names, &limits)?;
        let kinds = opened.metadata.schema().fields().iter().map(|field| columns::kind_of(field.data_type()).unwrap_or(ColumnType::Text));
        Ok(names.into_iter().zip(kinds).map(|(name, kind)| PinnedColumn { name, kind }).collect())
    })
    .await
}

/// The type that a column's rows are handed on in.
pub(super) fn data_type(kind: ColumnType) -> DataType {
    super::values::ColumnBuilder::data_type(kind)
}

/// Reads the file as these columns.
pub(super) fn read(pinned: Pinned, source: &Source, columns: Vec<PinnedColumn>) -> BoxStream<'static, Result<Batch, ReadFault>> {
    let (sender, receiver) = mpsc::channel(UNDER_WAY);
    let limits = source.limits;
    tokio::spawn(async move {
        let (file, output) = (pinned.file.url.clone(), sender.clone());
        let outcome = apart(&file, async move {
            let opened = Opened::open(pinned.clone()).await?;
            check_names(&pinned.name, &opened.names(), &limits)?;
            let mut batches = opened.batches(&columns)?;
            let mut first_row = 1;
            while let Some(batch) = batches.stream.next().await {
                let batch = batch.map_err(|error| fault(&pinned.file.url, error))?;
                let rows = batch.num_rows() as u64;
                let mut batch = batches.fit(&batch, &columns, first_row, limits.content_bytes)?;
                batch.bytes = batches.bytes.swap(0, Ordering::Relaxed);
                first_row += rows;
                if output.send(Ok(batch)).await.is_err() {
                    return Ok(());
                }
            }
            pinned.still().await
        });
        if let Err(fault) = outcome.await {
            let _ = sender.send(Err(fault)).await;
        }
    });
    futures::stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|batch| (batch, receiver)) }).boxed()
}

/// Runs on a task of its own, so that a panic of the decoder is a fault of the file.
async fn apart<T: Send + 'static>(file: &str, work: impl Future<Output = Result<T, ReadFault>> + Send + 'static) -> Result<T, ReadFault> {
    match tokio::spawn(work).await {
        Ok(outcome) => outcome,
        Err(_) => Err(ReadFault::Malformed { file: file.to_owned(), reason: "its data is damaged".into() }),
    }
}

fn fault(file: &str, error: ParquetError) -> ReadFault {
    match error {
        ParquetError::External(cause) => match cause.downcast::<ReadFault>() {
            Ok(fault) => *fault,
            Err(cause) => ReadFault::Malformed { file: file.to_owned(), reason: cause.to_string() },
        },
        error => ReadFault::Malformed { file: file.to_owned(), reason: error.to_string() },
    }
}

fn malformed(file: &str, reason: impl Into<String>) -> ParquetError {
    ParquetError::External(Box::new(ReadFault::Malformed { file: file.to_owned(), reason: reason.into() }))
}

/// A file whose footer was read and checked.
struct Opened {
    reader: PinnedReader,
    metadata: ArrowReaderMetadata,
}

struct Batches {
    stream: BoxStream<'static, Result<RecordBatch, ParquetError>>,
    bytes: Arc<AtomicU64>,
    /// For each wanted column its place in the batches of the stream.
    places: Vec<usize>,
    schema: SchemaRef,
    file: Arc<str>,
}

impl Opened {
    async fn open(pinned: Pinned) -> Result<Self, ReadFault> {
        let file = pinned.file.url.clone();
        let mut reader = PinnedReader { pinned, chunks: HashMap::new(), bytes: Arc::default() };
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = reader.get_metadata(Some(&options)).await.map_err(|error| fault(&file, error))?;
        let metadata = ArrowReaderMetadata::try_new(metadata, options).map_err(|error| fault(&file, error))?;
        Ok(Self { reader, metadata })
    }

    fn names(&self) -> Vec<String> {
        self.metadata.schema().fields().iter().map(|field| column_name(field.name())).collect()
    }

    fn batches(self, columns: &[PinnedColumn]) -> Result<Batches, ReadFault> {
        let file = self.reader.pinned.name.clone();
        let layout = super::header::Layout::new(&file, &self.names(), columns)?;
        // The stream gives the chosen columns in the file's order.
        let mut chosen = layout.places.clone();
        chosen.sort_unstable();
        let places = layout.places.iter().filter_map(|place| chosen.binary_search(place).ok()).collect();
        let bytes = self.reader.bytes.clone();
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), chosen);
        let stream = ParquetRecordBatchStreamBuilder::new_with_metadata(self.reader, self.metadata)
            .with_projection(mask)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| fault(&file, error))?;
        let fields: Vec<Field> = columns.iter().map(|column| Field::new(&column.name, data_type(column.kind), true)).collect();
        Ok(Batches { stream: stream.boxed(), bytes, places, schema: Arc::new(Schema::new(fields)), file })
    }
}

impl Batches {
    /// The batch in the wanted types; rows with a value that does not fit go aside. `first_row` counts from 1.
    fn fit(&self, batch: &RecordBatch, columns: &[PinnedColumn], first_row: u64, content_bytes: usize) -> Result<Batch, ReadFault> {
        let mut wrong: Vec<(usize, Reason, String)> = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        for (column, place) in columns.iter().zip(&self.places) {
            let (given, wanted) = (batch.column(*place), data_type(column.kind));
            let array = match conform_array(given, &wanted) {
                Ok(array) => array,
                Err(_) => {
                    // Row by row: what the lenient cast cannot read is null where a value was.
                    let array = cast(given, &wanted).unwrap_or_else(|_| new_null_array(&wanted, given.len()));
                    let reason = || Reason::NotOfType { column: column.name.clone(), expected: column.kind };
                    wrong.extend(
                        (0..given.len()).filter(|row| array.is_null(*row) && !given.is_null(*row)).map(|row| (row, reason(), shown(&column.name, given, row))),
                    );
                    array
                }
            };
            arrays.push(array);
        }
        let error = |error: arrow::error::ArrowError| ReadFault::Malformed { file: self.file.to_string(), reason: error.to_string() };
        let mut good = RecordBatch::try_new(self.schema.clone(), arrays).map_err(error)?;
        let mut bad = Vec::new();
        if !wrong.is_empty() {
            let mut keep = vec![true; batch.num_rows()];
            for (row, reason, mut content) in wrong {
                if std::mem::replace(&mut keep[row], false) {
                    content.truncate(content.floor_char_boundary(content_bytes));
                    bad.push(BadRow { file: self.file.clone(), line: first_row + row as u64, byte: 0, reason, content });
                }
            }
            bad.sort_by_key(|row| row.line);
            good = filter_record_batch(&good, &BooleanArray::from(keep)).map_err(error)?;
        }
        Ok(Batch { good, bad, file: self.file.clone(), bytes: 0 })
    }
}

fn shown(name: &str, array: &ArrayRef, row: usize) -> String {
    let text = ArrayFormatter::try_new(array, &FormatOptions::default()).and_then(|formatter| formatter.value(row).try_to_string());
    format!("{name}: {}", text.unwrap_or_default())
}

/// Bytes of a file as it was listed; column chunks are checked before the decoder gets them.
struct PinnedReader {
    pinned: Pinned,
    /// Start of each column chunk, to its codec and its number of values.
    chunks: HashMap<u64, (Compression, i64)>,
    bytes: Arc<AtomicU64>,
}

impl PinnedReader {
    async fn fetch(&self, range: Range<u64>) -> Result<Bytes, ParquetError> {
        let start = range.start;
        let bytes = self.pinned.bytes(range).await.map_err(|fault| ParquetError::External(Box::new(fault)))?;
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if let Some((compression, values)) = self.chunks.get(&start) {
            guard::check_pages(&bytes, *compression, *values).map_err(|reason| malformed(&self.pinned.file.url, reason))?;
        }
        Ok(bytes)
    }

    async fn footer(&mut self) -> Result<Arc<ParquetMetaData>, ParquetError> {
        let (size, file) = (self.pinned.file.size, self.pinned.file.url.clone());
        if size < 12 {
            return Err(malformed(&file, "it is too short to be a Parquet file"));
        }
        let end = self.fetch(size - 8..size).await?;
        match &end[4..] {
            b"PAR1" => {}
            b"PARE" => return Err(malformed(&file, "it is encrypted")),
            _ => return Err(malformed(&file, "it is not a Parquet file, or its end is missing")),
        }
        let length = u64::from(u32::from_le_bytes([end[0], end[1], end[2], end[3]]));
        if length > FOOTER_BYTES || length > size - 12 {
            return Err(malformed(&file, "its footer has an impossible size"));
        }
        let footer = self.fetch(size - 8 - length..size - 8).await?;
        guard::check_footer(&footer).map_err(|reason| malformed(&file, reason))?;
        let metadata = ParquetMetaDataReader::decode_metadata(&footer)?;
        for group in metadata.row_groups() {
            for chunk in group.columns() {
                let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
                let place = u64::try_from(start).ok().zip(u64::try_from(chunk.compressed_size()).ok());
                match place.and_then(|(start, length)| Some((start, start.checked_add(length)?))) {
                    Some((start, end)) if end <= size && group.num_rows() >= 0 && chunk.num_values() >= 0 => {
                        self.chunks.insert(start, (chunk.compression(), chunk.num_values()));
                    }
                    _ => return Err(malformed(&file, "its footer points beyond its own end")),
                }
            }
        }
        Ok(Arc::new(metadata))
    }
}

impl AsyncFileReader for PinnedReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        self.fetch(range).boxed()
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, Result<Vec<Bytes>, ParquetError>> {
        let this = &*self;
        async move { futures::stream::iter(ranges).map(|range| this.fetch(range)).buffered(4).try_collect().await }.boxed()
    }

    fn get_metadata<'a>(&'a mut self, _: Option<&'a ArrowReaderOptions>) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        self.footer().boxed()
    }
}
