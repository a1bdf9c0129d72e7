//! The guarded index: sinks write with a shape, readers read with a share and get what it shows, masked.

use super::{Bar, Engine, Figures, Found, Hit, IndexFault, Outcome, Search, bind, cursor, fits, marks::Marks, masks, names};
use crate::{Change, FieldKind, Shape, Share, Value, document::TIMES_MS, share::Condition};
use std::sync::Arc;

const MOST_HITS: usize = 10_000;
const MOST_VALUES: usize = 1_000;
const MOST_BARS: i64 = 20_000;

#[derive(Clone)]
pub struct Index {
    engine: Arc<dyn Engine>,
}

impl Index {
    pub fn new(engine: Arc<dyn Engine>) -> Self {
        Self { engine }
    }

    /// Whether the engine answers; a configured one that is down is an error that says so.
    pub async fn ready(&self) -> Result<(), IndexFault> {
        self.engine.ready().await
    }

    /// Makes the engine know a shape. Refuses a field that changed its kind while events with the old kind are there.
    pub async fn prepare(&self, shape: &Shape) -> Result<(), IndexFault> {
        names::check(shape)?;
        self.engine.prepare(shape).await
    }

    /// One outcome a change, in order; durable when `Done`.
    pub async fn write(&self, shape: &Shape, changes: &[Change]) -> Result<Vec<Outcome>, IndexFault> {
        names::check(shape)?;
        let unfit: Vec<Option<String>> = changes.iter().map(|change| fits::check(shape, change).err()).collect();
        let fit: Vec<&Change> = changes.iter().zip(&unfit).filter(|(_, unfit)| unfit.is_none()).map(|(change, _)| change).collect();
        let mut written = if fit.is_empty() { Vec::new() } else { self.engine.write(shape, &fit).await? }.into_iter();
        let missing = || IndexFault::Broken("the engine did not tell what became of each change".into());
        unfit.into_iter().map(|unfit| unfit.map_or_else(|| written.next().ok_or_else(missing), |reason| Ok(Outcome::Unfit(reason)))).collect()
    }

    pub async fn refresh(&self, shape: &Shape) -> Result<(), IndexFault> {
        names::check(shape)?;
        self.engine.refresh(shape).await
    }

    /// Deletes whole indices whose period ended before this time; gives their names.
    pub async fn expire(&self, shape: &Shape, before_ms: i64) -> Result<Vec<String>, IndexFault> {
        names::check(shape)?;
        self.engine.expire(shape, before_ms).await
    }

    /// Of all documents, whoever may see them: for those who hold *figures* on the stream.
    pub async fn figures(&self, shape: &Shape) -> Result<Figures, IndexFault> {
        names::check(shape)?;
        self.engine.figures(shape).await
    }

    /// Hits of the share, values masked as it says. Refuses a query or an order over what it does not open.
    pub async fn search(&self, share: &Share, search: &Search) -> Result<Found, IndexFault> {
        self.found(share, search, true).await
    }

    /// The same without the total: for exports and live views, whose every page would count everything again.
    pub async fn hits(&self, share: &Share, search: &Search) -> Result<Vec<Hit>, IndexFault> {
        Ok(self.found(share, search, false).await?.hits)
    }

    pub async fn count(&self, share: &Share, search: &Search) -> Result<u64, IndexFault> {
        let (rows, search) = bound(share, search)?;
        self.engine.count(share.shape(), &rows, &search).await
    }

    pub async fn histogram(&self, share: &Share, search: &Search, width_ms: i64) -> Result<Vec<Bar>, IndexFault> {
        let (rows, search) = bound(share, search)?;
        let bars = search.until_ms.saturating_sub(search.from_ms).checked_div(width_ms);
        if width_ms < 1 || bars.is_none_or(|bars| bars > MOST_BARS) {
            return Err(IndexFault::Refused(format!("a histogram has at most {MOST_BARS} bars of at least a millisecond; choose wider ones")));
        }
        self.engine.histogram(share.shape(), &rows, &search, width_ms).await
    }

    /// Values of a field with how many documents of the share have each, most frequent first, then by value.
    pub async fn top_values(&self, share: &Share, search: &Search, field: &str, most: usize) -> Result<Vec<(Value, u64)>, IndexFault> {
        let (rows, search) = bound(share, search)?;
        let kind = bind::open_kind(share, field)?;
        if kind == FieldKind::Text {
            return Err(IndexFault::Refused(format!("“{field}” holds running text, which has no values to count; choose another field")));
        }
        self.engine.top_values(share.shape(), &rows, &search, field, most.min(MOST_VALUES)).await
    }

    async fn found(&self, share: &Share, search: &Search, counted: bool) -> Result<Found, IndexFault> {
        let (rows, search) = bound(share, search)?;
        if search.limit > MOST_HITS {
            return Err(IndexFault::Refused(format!("a page holds at most {MOST_HITS} events; ask for the next page with the last one's cursor")));
        }
        if let Some((field, _)) = &search.order {
            if bind::open_kind(share, field)? == FieldKind::Text {
                return Err(IndexFault::Refused(format!("“{field}” holds running text, which has no order; choose another field")));
            }
            if share.is_filtered() {
                return Err(IndexFault::Refused("where a row rule applies, events come in the order of time only".into()));
            }
        }
        cursor::read(share.shape(), &search)?;
        let found = self.engine.search(share.shape(), &rows, &search, counted).await?;
        let marks = search.highlight.then(|| Marks::of(&search.query, share.shape()));
        let hits = found.hits.into_iter().map(|hit| shown(share, &search, hit, marks.as_ref())).collect();
        Ok(Found { total: found.total, hits })
    }
}

/// The share's rows and the search, with every field settled.
fn bound(share: &Share, search: &Search) -> Result<(Condition, Search), IndexFault> {
    names::check(share.shape())?;
    let (from_ms, until_ms) = (search.from_ms.max(*TIMES_MS.start()), search.until_ms.min(*TIMES_MS.end() + 1));
    Ok((bind::rows(share), Search { query: bind::query(share, &search.query)?, from_ms, until_ms, ..search.clone() }))
}

fn shown(share: &Share, search: &Search, hit: Hit, marks: Option<&Marks>) -> Hit {
    let cursor = cursor::of(&hit, search.order.as_ref());
    let mut stored = hit.fields;
    let mut fields = Vec::with_capacity(stored.len());
    let mut highlights = Vec::new();
    for field in share.fields() {
        let Some(place) = stored.iter().position(|(name, _)| *name == field.name) else { continue };
        let (name, value) = stored.swap_remove(place);
        let value = match share.mask(&name) {
            Some(mask) => masks::masked(mask, share.hash_key(), &name, value),
            None => {
                let ranges = marks.map(|marks| marks.ranges(&name, &value)).unwrap_or_default();
                if !ranges.is_empty() {
                    highlights.push((name.clone(), ranges));
                }
                Some(value)
            }
        };
        fields.extend(value.map(|value| (name, value)));
    }
    Hit { id: hit.id, at_ms: hit.at_ms, fields, highlights, cursor }
}
