//! What there is, and what is found: the list of streams, a page of hits with its bars, the most frequent values of a field.

use super::{
    range::{self, Bars},
    share::{self, Seen},
    shown,
};
use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
    portal::Portal,
};
use ::search::{
    FieldKind,
    index::Search,
    language::{self, Query},
};
use app::{
    search::asks::{FieldCard, FoundPage, ListStreams, SearchStream, Searched, StreamCard, TopValues, WrongQuery},
    text::Text,
    warehouse::asks::Value,
};
use std::time::Instant;

/// Most hits of one page, and how many when nothing is said; most values of a field.
const MOST_HITS: u32 = 500;
const HITS: u32 = 100;
const MOST_VALUES: u32 = 50;
/// Longest query, in bytes.
const QUERY_BYTES: usize = 8_192;

/// The streams that this reader may see.
pub async fn list(portal: Portal, permit: Permit, _ask: ListStreams) -> Result<Vec<StreamCard>> {
    let may_export = permit.allows(Need(Kind::Stream, Action::Export));
    let mut cards = Vec::new();
    for seen in share::all(&portal, &permit).await? {
        let name = seen.stream.dataset();
        let newest = Search { limit: 1, ..everything() };
        let newest = shown::in_time(&portal, portal.index.search(&seen.share, &newest)).await?;
        let described = &seen.stream.described;
        cards.push(StreamCard {
            name: seen.stream.name.clone(),
            title: described.title.clone(),
            description: described.description.clone(),
            department: portal.governance.department_title(&seen.stream.department).await?,
            fields: seen.share.fields().iter().map(|field| field_card(&seen, field)).collect(),
            columns: usual_columns(&seen),
            access: permit.access(&name),
            veiled: permit.veils(&name),
            may_export,
            newest_ms: newest.hits.first().map(|hit| hit.at_ms),
        });
    }
    Ok(cards)
}

/// Fields that rows show until the reader chooses others.
pub(super) fn usual_columns(seen: &Seen) -> Vec<String> {
    let is_shown = |name: &&String| seen.share.fields().iter().any(|field| field.name == **name);
    seen.stream.described.columns.iter().filter(is_shown).cloned().collect()
}

fn field_card(seen: &Seen, field: &::search::Field) -> FieldCard {
    let described = seen.stream.described.fields.iter().find(|described| described.field.name == field.name);
    FieldCard {
        name: field.name.clone(),
        kind: shown::kind(field.kind),
        description: described.map(|described| described.description.clone()).unwrap_or_default(),
        masked: seen.share.mask(&field.name).is_some(),
    }
}

/// A page of what is found, newest first unless another order is asked for.
pub async fn find(portal: Portal, permit: Permit, ask: SearchStream) -> Result<Searched> {
    let started = Instant::now();
    permit.about(format!("stream {}", ask.stream), serde_json::to_value(&ask)?);
    let seen = share::of(&portal, &permit, &ask.stream).await?;
    let query = match parse(&ask.query, &seen)? {
        Ok(query) => query,
        Err(wrong) => return Ok(Searched::Wrong(wrong)),
    };
    let (from_ms, until_ms) = range::bounds(ask.range)?;
    let limit = if ask.limit == 0 { HITS } else { ask.limit.min(MOST_HITS) };
    let after = ask.after.map(|after| seen.veil.opened(&after).ok_or_else(other_page)).transpose()?;
    let search = Search { query, from_ms, until_ms, order: order(&seen, ask.order)?, after, limit: limit as usize, highlight: true };
    let found = shown::in_time(&portal, portal.index.search(&seen.share, &search)).await?;
    let bars = if ask.histogram {
        let bars = Bars::over(from_ms, until_ms);
        let counted = shown::in_time(&portal, portal.index.histogram(&seen.share, &search, bars.width_ms)).await?;
        bars.filled(counted)
    } else {
        Bars::default()
    };
    permit.gave_rows(found.hits.len() as u64);
    let whole = found.hits.len() == limit as usize && found.total > u64::from(limit);
    Ok(Searched::Found(FoundPage {
        total: found.total,
        after: found.hits.last().filter(|_| whole).and_then(|hit| seen.veil.closed(&hit.cursor)),
        hits: found.hits.iter().map(|hit| shown::hit(&seen, hit)).collect(),
        bars: bars.list,
        bar_ms: bars.width_ms,
        from_ms,
        until_ms,
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }))
}

/// The most frequent values of a field among what is found.
pub async fn values(portal: Portal, permit: Permit, ask: TopValues) -> Result<Vec<(Value, u64)>> {
    permit.about(format!("stream {}", ask.stream), serde_json::to_value(&ask)?);
    let seen = share::of(&portal, &permit, &ask.stream).await?;
    let field = open_field(&seen, &ask.field).ok_or_else(|| unknown_field(&ask.field))?;
    if field.kind == FieldKind::Text {
        let name = &field.name;
        return Err(Fault::invalid(
            format!("{name} is running text: its values are not counted. Search for words in it."),
            format!("{name} es texto corrido: sus valores no se cuentan. Busque palabras en él."),
        )
        .on("field"));
    }
    let query = parse(&ask.query, &seen)?.map_err(|wrong| Fault::invalid_text(wrong.message).on("query"))?;
    let (from_ms, until_ms) = range::bounds(ask.range)?;
    let search = Search { query, from_ms, until_ms, ..everything() };
    let most = ask.limit.clamp(1, MOST_VALUES) as usize;
    let top = shown::in_time(&portal, portal.index.top_values(&seen.share, &search, &ask.field, most)).await?;
    Ok(top.into_iter().map(|(value, events)| (shown::value(&value), events)).collect())
}

/// A search for all there is.
pub(super) fn everything() -> Search {
    Search { query: Query::All, from_ms: range::FIRST_MS, until_ms: range::LAST_MS, order: None, after: None, limit: 0, highlight: false }
}

/// The query over what the share opens, or where it is wrong.
pub(super) fn parse(text: &str, seen: &Seen) -> Result<std::result::Result<Query, WrongQuery>> {
    if text.len() > QUERY_BYTES {
        return Err(Fault::invalid("The query is too long. Shorten it.", "La consulta es demasiado larga. Acórtela.").on("query"));
    }
    let open: Vec<_> = seen.share.open_fields().cloned().collect();
    Ok(language::parse(text, &open).map_err(|wrong| WrongQuery { at: wrong.at, length: wrong.length, message: Text::of(wrong.en, wrong.es) }))
}

/// An order over an open field that can be sorted. Whoever sees a part of the events gets them by time alone (A45).
pub(super) fn order(seen: &Seen, order: Option<(String, bool)>) -> Result<Option<(String, bool)>> {
    let Some((name, descending)) = order else { return Ok(None) };
    let field = open_field(seen, &name).ok_or_else(|| unknown_field(&name).on("order"))?;
    if seen.share.is_filtered() {
        return Err(Fault::invalid(
            "You see a part of this stream: its events come in the order of time only.",
            "Usted ve una parte de este flujo: sus eventos se ordenan solo por tiempo.",
        )
        .on("order"));
    }
    if field.kind == FieldKind::Text {
        return Err(Fault::invalid(
            format!("{name} is running text and cannot be sorted by. Choose another field."),
            format!("{name} es texto corrido y no sirve para ordenar. Elija otro campo."),
        )
        .on("order"));
    }
    Ok(Some((name, descending)))
}

fn other_page() -> Fault {
    Fault::invalid("This page belongs to another search. Search again.", "Esta página es de otra búsqueda. Vuelva a buscar.").on("after")
}

fn open_field<'a>(seen: &'a Seen, name: &str) -> Option<&'a ::search::Field> {
    seen.share.open_fields().find(|field| field.name == name)
}

/// The same for a field that is not there, is hidden, or is masked.
fn unknown_field(name: &str) -> Fault {
    Fault::invalid(format!("There is no field {name} to ask for."), format!("No hay ningún campo {name} por el que preguntar.")).on("field")
}
