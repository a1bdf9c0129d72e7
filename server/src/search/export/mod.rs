//! Downloads of what a search finds: all of it, as a governed stream of rows that `reports` writes in its formats.

mod rows;

use super::{
    find, range,
    share::{self, Seen},
    shown, tile,
};
use crate::{
    access::{Caller, Permit},
    fault::{Fault, Result},
    portal::Portal,
    reports::{self, Content, Given, GivenRows, Giver, Order, Part},
    routing::Answer,
};
use ::search::index::Search;
use app::{
    dashboards::asks::StreamTile,
    reports::asks::ReportCard,
    search::asks::{ExportSearch, TimeRange},
    text::Text,
    warehouse::asks::ChartKind,
};
use async_trait::async_trait;
use axum::extract::Request;
use futures::{StreamExt, TryStreamExt, stream};
use rows::Columns;
use serde::{Deserialize, Serialize};

/// As orders name it.
const NAME: &str = "search";
/// Events that are asked of the index at once.
const PAGE: usize = 1_000;

/// Streams it at once; the body is an `ExportSearch` as JSON.
pub async fn export(portal: Portal, permit: Permit, request: Request) -> Answer {
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .map_err(|cause| Fault::invalid("The question is too long.", "La pregunta es demasiado larga.").because(cause))?;
    let ask: ExportSearch =
        serde_json::from_slice(&body).map_err(|cause| Fault::invalid("The question is not right.", "La pregunta no es correcta.").because(cause))?;
    let order = ordered(&portal, &permit, &ask).await?;
    let answer = reports::stream(portal, permit.clone(), order).await;
    permit.about(format!("stream {}", ask.stream), serde_json::to_value(&ask)?);
    answer
}

/// Makes it in the background, into the store of reports.
pub async fn make(portal: Portal, permit: Permit, ask: ExportSearch) -> Result<ReportCard> {
    let order = ordered(&portal, &permit, &ask).await?;
    reports::make(&portal, &permit, order).await
}

/// What orders say of a search.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asked {
    Search(ExportSearch),
    /// On a dashboard.
    Tile(StreamTile),
}

impl Asked {
    fn stream(&self) -> &str {
        match self {
            Self::Search(ask) => &ask.stream,
            Self::Tile(tile) => &tile.stream,
        }
    }
}

/// What a tile of a dashboard shows, for a report of the dashboard.
pub fn tile_rows(tile: &StreamTile) -> Result<Content> {
    Ok(Content::Given(Given::of_stream(NAME, &tile.stream, &Asked::Tile(tile.clone()))?))
}

async fn ordered(portal: &Portal, permit: &Permit, ask: &ExportSearch) -> Result<Order> {
    let seen = share::of(portal, permit, &ask.stream).await?;
    let title = seen.stream.described.title.get(ask.options.language).to_owned();
    let content = Content::Given(Given::of_stream(NAME, &ask.stream, &Asked::Search(ask.clone()))?);
    let part = Part { title: title.clone(), note: String::new(), content, chart: ChartKind::Table };
    Ok(Order { title, parts: vec![part], filters: in_words(ask), format: ask.format, options: ask.options.clone() })
}

/// For the cover of a PDF.
fn in_words(ask: &ExportSearch) -> Vec<Text> {
    let mut words = Vec::new();
    if !ask.query.trim().is_empty() {
        words.push(Text::of(format!("Search: {}", ask.query.trim()), format!("Búsqueda: {}", ask.query.trim())));
    }
    words.push(match ask.range {
        TimeRange::LastMinutes(minutes) => Text::of(format!("Last {minutes} minutes"), format!("Últimos {minutes} minutos")),
        TimeRange::Between { from_ms, until_ms } => Text::same(format!("{} – {} UTC", moment(from_ms), moment(until_ms))),
    });
    words
}

fn moment(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms).map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

/// What `reports` asks for rows.
pub struct Searches;

#[async_trait]
impl Giver for Searches {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn check(&self, portal: &Portal, permit: &Permit, given: &Given) -> Result<()> {
        match given.asked_of_stream(permit, Asked::stream)? {
            Asked::Search(ask) => ready(portal, permit, &ask).await.map(drop),
            Asked::Tile(tile) => tile::check_tile(portal, permit, &tile).await,
        }
    }

    async fn rows(&self, portal: &Portal, permit: &Permit, given: &Given, counted: bool) -> Result<GivenRows> {
        let ask = match given.asked_of_stream(permit, Asked::stream)? {
            Asked::Search(ask) => ask,
            Asked::Tile(tile) => return tile::rows(portal, permit, &tile).await,
        };
        let Ready { seen, columns, search } = ready(portal, permit, &ask).await?;
        let total = if counted { Some(shown::in_time(portal, portal.index.count(&seen.share, &search)).await?) } else { None };
        let described = columns.described();
        let pages = Pages { portal: portal.clone(), permit: permit.clone(), seen, columns, search };
        let rows = stream::try_unfold(Some(pages), |pages| async move {
            let Some(mut pages) = pages else { return Ok(None) };
            let (batch, more) = pages.next().await?;
            Ok(Some((batch, more.then_some(pages))))
        });
        Ok(GivenRows { columns: described, total, rows: rows.try_filter(|batch| std::future::ready(batch.num_rows() > 0)).boxed() })
    }
}

pub(super) struct Ready {
    pub seen: Seen,
    pub columns: Columns,
    pub search: Search,
}

/// Everything that is asked for, checked against the share of now.
pub(super) async fn ready(portal: &Portal, permit: &Permit, ask: &ExportSearch) -> Result<Ready> {
    let seen = share::of(portal, permit, &ask.stream).await?;
    let query = find::parse(&ask.query, &seen)?.map_err(|wrong| Fault::invalid_text(wrong.message).on("query"))?;
    let (from_ms, until_ms) = range::bounds(ask.range)?;
    let order = find::order(&seen, ask.order.clone())?;
    let columns = Columns::of(&seen.share, &ask.columns)?;
    let search = Search { query, from_ms, until_ms, order, limit: PAGE, ..find::everything() };
    Ok(Ready { seen, columns, search })
}

/// A download under way.
struct Pages {
    portal: Portal,
    permit: Permit,
    seen: Seen,
    columns: Columns,
    search: Search,
}

impl Pages {
    /// The next page, and whether another may follow.
    async fn next(&mut self) -> Result<(arrow::record_batch::RecordBatch, bool)> {
        self.still_theirs().await?;
        let found = shown::in_time(&self.portal, self.portal.index.search(&self.seen.share, &self.search)).await?;
        let more = found.hits.len() == PAGE;
        self.search.after = found.hits.last().map(|hit| hit.cursor.clone());
        Ok((self.columns.batch(&found.hits)?, more))
    }

    /// A long download ends when its permit does or opens anything else (FT-P05): what ends early breaks off, it does not look whole.
    async fn still_theirs(&self) -> Result<()> {
        let principal = self.permit.principal();
        let now = self.portal.governance.permit(&Caller::of(principal), self.permit.need()).await?;
        let same = now.scope().stream(&self.seen.stream.name).is_some_and(|stream| stream.fingerprint() == self.seen.fingerprint);
        if same { Ok(()) } else { Err(Fault::not_found()) }
    }
}
