//! The built-in engine: one tantivy index for each department, stream and period, in a folder.

mod codec;
mod counts;
mod files;
mod layout;
mod log;
mod open;
mod page;
mod query;
mod reading;
mod seen;
mod texts;
mod writing;

use super::{Bar, Engine, Figures, Found, Hit, IndexFault, Outcome, Search, cursor};
use crate::{Change, FieldKind, Shape, Value, language::Query, share::Condition};
use async_trait::async_trait;
use reading::{Read, Reading};
use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc::SyncSender},
    time::Duration,
};
use tantivy::{TantivyDocument, TantivyError, collector::Count, schema::Value as _};
use tokio::sync::oneshot;
use writing::{Answer, Request};

/// For the process that wrote a stream before to end.
const PATIENCE: Duration = Duration::from_secs(5);

pub struct Tantivy {
    folder: PathBuf,
    reading: Arc<Reading>,
    /// By stream: threads that write, started by the first write.
    writing: Arc<Mutex<HashMap<PathBuf, SyncSender<Request>>>>,
}

impl Tantivy {
    pub fn open(folder: PathBuf) -> Result<Self, IndexFault> {
        std::fs::create_dir_all(&folder).map_err(|cause| IndexFault::Broken(format!("{}: {cause}", folder.display())))?;
        Ok(Self { folder, reading: Arc::default(), writing: Arc::default() })
    }

    /// `<department>/<stream>` holds a folder a period.
    fn stream(&self, shape: &Shape) -> PathBuf {
        self.folder.join(&shape.department).join(&shape.stream)
    }

    /// Asks the thread that writes a stream; one that ended is started again, and goes on from its log.
    async fn ask<T: Send + 'static>(&self, shape: &Shape, request: impl FnOnce(Answer<T>) -> Request + Send + 'static) -> Result<T, IndexFault> {
        let (writing, folder) = (self.writing.clone(), self.stream(shape));
        let (answer, answered) = oneshot::channel();
        away(move || {
            let requests = {
                let mut writing = writing.lock().unwrap_or_else(PoisonError::into_inner);
                match writing.get(&folder) {
                    Some(requests) => requests.clone(),
                    None => {
                        let requests = writing::start(&folder, PATIENCE)?;
                        writing.insert(folder.clone(), requests.clone());
                        requests
                    }
                }
            };
            if requests.send(request(answer)).is_err() {
                writing.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder);
                return Err(stopped());
            }
            Ok(())
        })
        .await?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Reads every index of the time that is looked at, away from the threads that answer requests.
    async fn read<T: Send + 'static>(
        &self,
        shape: &Shape,
        from_ms: i64,
        until_ms: i64,
        read: impl FnOnce(Vec<Read>) -> Result<T, IndexFault> + Send + 'static,
    ) -> Result<T, IndexFault> {
        let (reading, stream) = (self.reading.clone(), self.stream(shape));
        away(move || read(reading.periods(&stream, from_ms, until_ms)?)).await
    }
}

#[async_trait]
impl Engine for Tantivy {
    async fn ready(&self) -> Result<(), IndexFault> {
        let folder = self.folder.clone();
        away(move || folder.read_dir().map(|_| ()).map_err(|cause| IndexFault::Unavailable(format!("{}: {cause}", folder.display())))).await
    }

    async fn prepare(&self, shape: &Shape) -> Result<(), IndexFault> {
        let (folder, wanted) = (self.stream(shape), shape.clone());
        let left = away(move || {
            open::check(&folder, &wanted)?;
            // Of a process that was killed; one that lives keeps its lock.
            Ok(folder.join("log").metadata().is_ok_and(|log| log.len() > 0) && writing::is_free(&folder))
        })
        .await?;
        if left { self.ask(shape, |answer| Request::Commit { answer }).await } else { Ok(()) }
    }

    async fn write(&self, shape: &Shape, changes: &[&Change]) -> Result<Vec<Outcome>, IndexFault> {
        let mut bytes = Vec::with_capacity(changes.len() * 256);
        changes.iter().for_each(|change| codec::write(change, &mut bytes));
        let written = shape.clone();
        self.ask(shape, move |answer| Request::Write { shape: written, changes: bytes, answer }).await?;
        Ok(vec![Outcome::Done; changes.len()])
    }

    async fn refresh(&self, shape: &Shape) -> Result<(), IndexFault> {
        let here = self.writing.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&self.stream(shape));
        // What another process writes is found as soon as it has committed.
        if here { self.ask(shape, |answer| Request::Commit { answer }).await } else { Ok(()) }
    }

    async fn search(&self, shape: &Shape, rows: &Condition, search: &Search, counted: bool) -> Result<Found, IndexFault> {
        let (rows, mut search, after) = (rows.clone(), search.clone(), cursor::read(shape, search)?);
        if let (false, None, Some(Value::Timestamp(at_ms))) = (counted, &search.order, after.as_ref().and_then(|after| after.value.as_ref())) {
            // By time, newest first: nothing that is newer follows.
            search.until_ms = search.until_ms.min(at_ms.saturating_add(1));
        }
        self.read(shape, search.from_ms, search.until_ms, move |reads| found(&reads, &rows, &search, after, counted)).await
    }

    async fn count(&self, shape: &Shape, rows: &Condition, search: &Search) -> Result<u64, IndexFault> {
        let (rows, search) = (rows.clone(), search.clone());
        self.read(shape, search.from_ms, search.until_ms, move |reads| {
            reads.iter().try_fold(0, |total, read| Ok(total + read.searcher.search(&query::whole(read, &rows, &search), &Count).map_err(broken)? as u64))
        })
        .await
    }

    async fn histogram(&self, shape: &Shape, rows: &Condition, search: &Search, width_ms: i64) -> Result<Vec<Bar>, IndexFault> {
        let (rows, search) = (rows.clone(), search.clone());
        self.read(shape, search.from_ms, search.until_ms, move |reads| {
            let mut bars = BTreeMap::new();
            for read in &reads {
                for (from_ms, documents) in read.searcher.search(&query::whole(read, &rows, &search), &counts::Bars { width_ms }).map_err(broken)? {
                    *bars.entry(from_ms).or_insert(0) += documents;
                }
            }
            Ok(bars.into_iter().map(|(from_ms, documents)| Bar { from_ms, documents }).collect())
        })
        .await
    }

    async fn top_values(&self, shape: &Shape, rows: &Condition, search: &Search, field: &str, most: usize) -> Result<Vec<(Value, u64)>, IndexFault> {
        let Some(kind) = shape.fields.iter().find(|known| known.name == field).map(|field| field.kind) else { return Ok(Vec::new()) };
        let (rows, search, field) = (rows.clone(), search.clone(), field.to_owned());
        self.read(shape, search.from_ms, search.until_ms, move |reads| {
            let mut parts = Vec::new();
            for read in &reads {
                let values = counts::Values { field: field.clone(), kind };
                parts.push(read.searcher.search(&query::whole(read, &rows, &search), &values).map_err(broken)?.map_err(IndexFault::Broken)?);
            }
            Ok(most_frequent(counts::added(parts), kind, most))
        })
        .await
    }

    async fn expire(&self, shape: &Shape, before_ms: i64) -> Result<Vec<String>, IndexFault> {
        let prefix = super::names::alias(shape);
        let periods = self.ask(shape, move |answer| Request::Expire { before_ms, answer }).await?;
        Ok(periods.into_iter().map(|period| format!("{prefix}-{period}")).collect())
    }

    async fn figures(&self, shape: &Shape) -> Result<Figures, IndexFault> {
        let stream = self.stream(shape);
        self.read(shape, i64::MIN, i64::MAX, move |reads| {
            let everything = Search { query: Query::All, from_ms: i64::MIN, until_ms: i64::MAX, order: None, after: None, limit: 0, highlight: false };
            let mut figures = Figures { indices: reads.len() as u64, ..Figures::default() };
            for read in &reads {
                let all = query::whole(read, &Condition::All(Vec::new()), &everything);
                figures.documents += read.searcher.search(&all, &Count).map_err(broken)? as u64;
                figures.bytes += files::size(&stream.join(&read.name));
                if figures.oldest_ms.is_none() {
                    figures.oldest_ms = read.searcher.search(&all, &counts::Oldest).map_err(broken)?;
                }
            }
            Ok(figures)
        })
        .await
    }
}

fn found(reads: &[Read], rows: &Condition, search: &Search, after: Option<cursor::After>, counted: bool) -> Result<Found, IndexFault> {
    let (mut total, mut places) = (0, Vec::new());
    let by_time = search.order.is_none();
    // Newest first: without a count, older periods need not be looked at once the page is full.
    for (at, read) in reads.iter().enumerate().rev() {
        if !counted && by_time && places.len() >= search.limit {
            break;
        }
        let page = page::Page { order: page::Order::of(search, &read.layout), after: after.clone(), limit: search.limit };
        let gathered = read.searcher.search(&query::whole(read, rows, search), &page).map_err(broken)?.map_err(IndexFault::Broken)?;
        total += gathered.total;
        places.extend(gathered.places.into_iter().map(|place| (at, place)));
    }
    page::sort(&mut places, search.order.as_ref().is_none_or(|(_, descending)| *descending));
    places.truncate(search.limit);
    let hits = places.into_iter().map(|(at, place)| hit(&reads[at], place)).collect::<Result<_, _>>()?;
    Ok(Found { total: if counted { total } else { 0 }, hits })
}

fn hit(read: &Read, place: page::Place) -> Result<Hit, IndexFault> {
    let document: TantivyDocument = read.searcher.doc(place.at).map_err(broken)?;
    let bytes = document.get_first(read.layout.source).and_then(|value| value.as_bytes()).unwrap_or_default();
    let fields = codec::fields(bytes).map(|(name, value)| (name.to_owned(), value.owned())).collect();
    let segment = read.searcher.segment_reader(place.at.segment_ord);
    let at_ms = segment.fast_fields().i64("@time").map_err(broken)?.first(place.at.doc_id).unwrap_or_default();
    Ok(Hit { id: place.id, at_ms, fields, highlights: Vec::new(), cursor: String::new() })
}

fn most_frequent(counts: HashMap<counts::Counted, u64>, kind: FieldKind, most: usize) -> Vec<(Value, u64)> {
    let mut values: Vec<(Value, u64)> = counts.into_iter().map(|(value, count)| (value.value(kind), count)).collect();
    values.sort_by(|(one, one_count), (other, other_count)| other_count.cmp(one_count).then_with(|| super::compared(one, other)));
    values.truncate(most);
    values
}

async fn away<T: Send + 'static>(work: impl FnOnce() -> Result<T, IndexFault> + Send + 'static) -> Result<T, IndexFault> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|cause| Err(IndexFault::Broken(cause.to_string())))
}

fn stopped() -> IndexFault {
    IndexFault::Unavailable("writing was interrupted; the log says why".into())
}

fn broken(cause: TantivyError) -> IndexFault {
    IndexFault::Broken(cause.to_string())
}
