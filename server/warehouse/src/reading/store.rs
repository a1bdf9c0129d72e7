//! Where files stand: opens the store of an address, lists its files, and reads each one pinned to what was listed.

use super::{Format, ReadFault, Source, SourceFile, inside, remote};
use bytes::Bytes;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt, local::LocalFileSystem, path::Path};
use std::{ops::Range, sync::Arc};
use url::Url;

/// Local files are read in blocks of this size, each checked against the listed file.
const BLOCK_BYTES: u64 = 1 << 20;
/// A compressed file that grows beyond this factor (and beyond a block) is refused.
const INFLATION: u64 = 250;

/// The files of a source in order of their address.
pub(super) async fn list(source: &Source) -> Result<Vec<SourceFile>, ReadFault> {
    let url = source.url.as_str();
    let (base, pattern) = match url.find('*') {
        Some(star) => {
            let cut = url[..star].rfind('/').map_or(0, |slash| slash + 1);
            (&url[..cut], Some(&url[cut..]))
        }
        None => (url, None),
    };
    let place = Place::open(source, base)?;
    if pattern.is_none() && !url.ends_with('/') {
        let meta = place.store.head(&place.path).await.map_err(|error| place.fault(url, error))?;
        return Ok(vec![place.file(source, &meta)?]);
    }
    let mut files = Vec::new();
    let mut listing = place.store.list(Some(&place.path));
    while let Some(meta) = listing.try_next().await.map_err(|error| place.fault(url, error))? {
        let Some(below) = meta.location.prefix_match(&place.path) else { continue };
        let below: Vec<String> = below.map(|part| part.as_ref().to_owned()).collect();
        if is_wanted(&below, pattern) && (source.format.is_some() || Format::of(meta.location.as_ref()).is_some()) {
            files.push(place.file(source, &meta)?);
        }
    }
    if files.is_empty() {
        return Err(ReadFault::NoFile { url: url.to_owned() });
    }
    files.sort_by(|one, other| one.url.cmp(&other.url));
    Ok(files)
}

impl Format {
    /// By the extension, compression aside.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "parquet" | "pq" | "parq" => Some(Self::Parquet),
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// Hidden files and folders (`.x`, `_x`) are no data, by the convention of all who write folders of files.
fn is_wanted(below: &[String], pattern: Option<&str>) -> bool {
    if below.iter().any(|part| part.starts_with(['.', '_'])) {
        return false;
    }
    let Some(pattern) = pattern else { return true };
    let wanted: Vec<&str> = pattern.split('/').collect();
    wanted.len() == below.len() && wanted.iter().zip(below).all(|(pattern, part)| matches(pattern, part))
}

/// `*` stands for any characters of one segment.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| (0..=tail.len()).any(|cut| tail.is_char_boundary(cut) && matches(rest, &tail[cut..]))),
    }
}

/// A store and a place in it.
struct Place {
    store: Arc<dyn ObjectStore>,
    path: Path,
    /// What stands before a path of the store in an address.
    before: String,
    local: bool,
}

impl Place {
    fn open(source: &Source, url: &str) -> Result<Self, ReadFault> {
        let wrong = |reason: String| ReadFault::Address { url: url.to_owned(), reason };
        if let Some(path) = inside::local_path(url)? {
            let real = path.canonicalize().map_err(|_| ReadFault::NoFile { url: url.to_owned() })?;
            inside::refuse_path(url, &real, &source.forbidden)?;
            // Devices and pipes have no size and no end.
            if !real.is_file() && !real.is_dir() {
                return Err(wrong("neither a file nor a folder".into()));
            }
            let path = Path::from_absolute_path(&real).map_err(|error| wrong(error.to_string()))?;
            return Ok(Self { store: Arc::new(LocalFileSystem::new()), path, before: "file:///".into(), local: true });
        }
        let parsed = Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if parsed.query().is_some() || parsed.fragment().is_some() || !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(wrong("an address holds no query and no credentials: put credentials into the source's options".into()));
        }
        let (store, path) = remote::open(&parsed, &source.options).map_err(wrong)?;
        let whole = Path::from_url_path(parsed.path()).map_err(|error| wrong(error.to_string()))?;
        let bucket = whole.as_ref().strip_suffix(path.as_ref()).unwrap_or_default().trim_matches('/');
        let mut before = format!("{}/", &parsed[..url::Position::BeforePath]);
        if !bucket.is_empty() {
            before = format!("{before}{bucket}/");
        }
        Ok(Self { store, path, before, local: false })
    }

    fn file(&self, source: &Source, meta: &ObjectMeta) -> Result<SourceFile, ReadFault> {
        let mut url = format!("{}{}", self.before, meta.location);
        if self.local {
            let gone = |_| ReadFault::NoFile { url: source.url.clone() };
            let path = LocalFileSystem::new().path_to_filesystem(&meta.location).map_err(gone)?;
            url = Url::from_file_path(&path).map_err(|()| ReadFault::NoFile { url: source.url.clone() })?.into();
            let real = path.canonicalize().map_err(|_| ReadFault::NoFile { url: url.clone() })?;
            inside::refuse_path(&url, &real, &source.forbidden)?;
        }
        Ok(SourceFile { url, size: meta.size, e_tag: meta.e_tag.clone(), version: meta.version.clone(), modified_ms: meta.last_modified.timestamp_millis() })
    }

    fn fault(&self, url: &str, error: object_store::Error) -> ReadFault {
        match error {
            object_store::Error::NotFound { .. } => ReadFault::NoFile { url: url.to_owned() },
            object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
                ReadFault::Address { url: url.to_owned(), reason: "access was denied: check the credentials in the source's options".into() }
            }
            object_store::Error::NotSupported { .. } | object_store::Error::NotImplemented { .. } if !self.local => {
                ReadFault::Address { url: url.to_owned(), reason: "this store cannot list: name one file".into() }
            }
            error => ReadFault::Unreachable { url: url.to_owned(), reason: first_line(&error.to_string()) },
        }
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(300).collect()
}

/// One file, to be read only as it stood when it was listed.
#[derive(Clone)]
pub(super) struct Pinned {
    place: Arc<Place>,
    pub(super) file: SourceFile,
    pub(super) name: Arc<str>,
}

impl Pinned {
    pub(super) fn open(source: &Source, file: SourceFile) -> Result<Self, ReadFault> {
        let place = Arc::new(Place::open(source, &file.url)?);
        Ok(Self { place, name: file.url.as_str().into(), file })
    }

    fn changed(&self) -> ReadFault {
        ReadFault::Changed { file: self.file.url.clone() }
    }

    fn fault(&self, error: object_store::Error) -> ReadFault {
        match error {
            object_store::Error::Precondition { .. } | object_store::Error::NotFound { .. } => self.changed(),
            error => self.place.fault(&self.file.url, error),
        }
    }

    async fn get(&self, range: Option<Range<u64>>) -> Result<GetResult, ReadFault> {
        let strong = self.file.e_tag.clone().filter(|tag| !tag.starts_with("W/"));
        let options = GetOptions { if_match: strong, version: self.file.version.clone(), range: range.map(Into::into), ..GetOptions::default() };
        let found = self.place.store.get_opts(&self.place.path, options).await.map_err(|error| self.fault(error))?;
        self.same(&found.meta)?;
        Ok(found)
    }

    fn same(&self, meta: &ObjectMeta) -> Result<(), ReadFault> {
        let tags_differ = meta.e_tag.is_some() && self.file.e_tag.is_some() && meta.e_tag != self.file.e_tag;
        let times_differ = self.file.e_tag.is_none() && meta.last_modified.timestamp_millis() != self.file.modified_ms;
        if meta.size != self.file.size || tags_differ || times_differ { Err(self.changed()) } else { Ok(()) }
    }

    /// Bytes of the file; `Changed` when it is no longer the listed one.
    pub(super) async fn bytes(&self, range: Range<u64>) -> Result<Bytes, ReadFault> {
        if range.end > self.file.size || range.start > range.end {
            return Err(ReadFault::Malformed { file: self.file.url.clone(), reason: "it points beyond its own end".into() });
        }
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        self.get(Some(range)).await?.bytes().await.map_err(|error| self.fault(error))
    }

    /// Asks again, after the last byte, whether the file is still the listed one.
    pub(super) async fn still(&self) -> Result<(), ReadFault> {
        let meta = self.place.store.head(&self.place.path).await.map_err(|error| self.fault(error))?;
        self.same(&meta)
    }

    /// The whole contents from the start, decompressed when the name says so.
    pub(super) fn stream(&self) -> BoxStream<'static, Result<Bytes, ReadFault>> {
        let raw = if self.place.local { self.blocks() } else { self.one_answer() };
        let compression = match self.file.url.rsplit_once('.') {
            Some((_, "gz")) => FileCompressionType::GZIP,
            Some((_, "zst")) => FileCompressionType::ZSTD,
            _ => return raw,
        };
        let (this, file) = (self.clone(), self.file.clone());
        let inflated = compression.convert_stream(raw.map_err(|fault| datafusion::error::DataFusionError::External(Box::new(fault))).boxed());
        match inflated {
            Ok(inflated) => {
                let mut bytes = 0;
                inflated
                    .map(move |block| {
                        let block = block.map_err(|error| this.inflation_fault(error))?;
                        bytes += block.len() as u64;
                        if bytes > BLOCK_BYTES && bytes / INFLATION > file.size {
                            let reason = format!("it grows to more than {INFLATION} times its size when decompressed");
                            return Err(ReadFault::Malformed { file: file.url.clone(), reason });
                        }
                        Ok(block)
                    })
                    .boxed()
            }
            Err(error) => {
                let fault = ReadFault::Malformed { file: self.file.url.clone(), reason: error.to_string() };
                futures::stream::once(async move { Err(fault) }).boxed()
            }
        }
    }

    /// A fault of the store keeps its kind on the way through the decompressor.
    fn inflation_fault(&self, error: datafusion::error::DataFusionError) -> ReadFault {
        let text = error.to_string();
        if text.contains("source changed while it was read") {
            self.changed()
        } else {
            ReadFault::Malformed { file: self.file.url.clone(), reason: format!("it cannot be decompressed: {}", first_line(&text)) }
        }
    }

    fn blocks(&self) -> BoxStream<'static, Result<Bytes, ReadFault>> {
        futures::stream::try_unfold((self.clone(), 0), |(this, start)| async move {
            if start >= this.file.size {
                return Ok(None);
            }
            let end = (start + BLOCK_BYTES).min(this.file.size);
            let block = this.bytes(start..end).await?;
            Ok(Some((block, (this, end))))
        })
        .boxed()
    }

    fn one_answer(&self) -> BoxStream<'static, Result<Bytes, ReadFault>> {
        let this = self.clone();
        futures::stream::once(async move {
            let found = this.get(None).await?;
            let this = this.clone();
            Ok::<_, ReadFault>(found.into_stream().map_err(move |error| this.fault(error)))
        })
        .try_flatten()
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_within_one_segment() {
        let below = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        assert!(is_wanted(&below("sales-2024.csv"), Some("sales-*.csv")));
        assert!(is_wanted(&below("2024/a.csv"), Some("*/a*.csv")));
        assert!(!is_wanted(&below("2024/a.csv"), Some("*.csv")));
        assert!(!is_wanted(&below("_SUCCESS"), Some("*")));
        assert!(!is_wanted(&below("x/.hidden/a.csv"), None));
    }

    #[test]
    fn the_format_is_in_the_extension() {
        assert_eq!(Format::of("a/b.CSV.gz"), Some(Format::Csv));
        assert_eq!(Format::of("b.parquet"), Some(Format::Parquet));
        assert_eq!(Format::of("b.exe"), None);
    }
}
