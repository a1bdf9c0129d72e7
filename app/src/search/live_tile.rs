//! A tile that lives: a figure, bars or the newest events of a search, within seconds of what happens.

use super::{
    asks::{FieldCard, FoundPage, Hit, Live, SearchStream, Searched, StreamCard, TimeRange},
    cell::{MISSING, cell},
    course::{bar_shapes, events_text},
    marks::marked,
    scale::Scale,
    tail::events,
    time::range_text,
    words,
};
use crate::{
    ask::{Fault, ask},
    identity::viewing::Veiled,
    live::{Connection, subscribe},
    ui::{
        browser,
        chip::{Mood, Tag},
        figures::{Figures, use_figures},
        states::{FaultView, Skeleton},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Counts are asked anew this often; events themselves come by the live view.
const COUNT_AGAIN_MS: u64 = 2_000;
/// Newest events that a tile shows.
const SHOWN: usize = 12;

/// How a tile shows what its search finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// How many in the last minutes.
    Number,
    #[default]
    Bars,
    /// The newest.
    Rows,
}

/// The search that a tile shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TileSearch {
    pub stream: String,
    pub query: String,
    /// Counted up to now.
    pub minutes: u32,
    pub shown: Shown,
    /// Columns of `Shown::Rows`, in order; empty: those of the stream.
    pub columns: Vec<String>,
}

/// Fills the tile around it. `streams` are those that the reader may search.
///
/// What it asks for it asks for at once: a page's half in the browser finds answers by the order in which they were asked for, so
/// nothing is asked for after waiting, beside others that wait.
#[component]
pub fn LiveTile(search: TileSearch, streams: Resource<Result<Vec<StreamCard>, Fault>>) -> impl IntoView {
    let language = use_language();
    let shown = search.shown;
    let range = TimeRange::LastMinutes(search.minutes.max(1));
    let asked = StoredValue::new(SearchStream {
        stream: search.stream.clone(),
        query: search.query.clone(),
        range,
        limit: if shown == Shown::Rows { SHOWN as u32 } else { 1 },
        histogram: shown == Shown::Bars,
        ..SearchStream::default()
    });
    let first = Resource::new(move || asked.get_value(), ask);
    let page = RwSignal::new(None::<FoundPage>);
    let fault = RwSignal::new(None::<Fault>);
    let fresh = RwSignal::new(false);
    let gone = RwSignal::new(false);
    let search = StoredValue::new(search);
    let watched = Signal::derive(move || (!gone.get()).then(|| search.with_value(|search| events(&search.stream, &search.query))));
    let connection = subscribe(watched, move |message: Live| {
        if let Live::Hits { hits, .. } = message {
            fresh.set(true);
            page.update(|page| add(page, hits));
        }
    });
    keep_counting(asked, shown, connection, fresh, page, fault);
    let figures = StoredValue::new(use_figures());
    view! {
        <div class="live-tile">
            <TileState connection/>
            <Transition fallback=|| view! { <Skeleton shape="chart"/> }>
                {move || Suspend::new(async move {
                    let cards = streams.await;
                    let is_veiled = |cards: &Vec<StreamCard>| search.with_value(|search| cards.iter().any(|card| card.name == search.stream && card.veiled));
                    let veiled = cards.as_ref().is_ok_and(is_veiled);
                    let columns = cards.map(|cards| search.with_value(|search| columns(search, &cards)));
                    gone.set(columns == Ok(None));
                    let answer = first.await;
                    move || {
                        if veiled {
                            return view! { <Veiled/> }.into_any();
                        }
                        let columns = match &columns {
                            Ok(Some(columns)) => columns,
                            Ok(None) => return view! { <p class="quiet">{words::stream_gone(language)}</p> }.into_any(),
                            Err(fault) => return view! { <FaultView fault=fault.clone() retry=Callback::new(move |()| streams.refetch())/> }.into_any(),
                        };
                        if let Some(fault) = fault.get() {
                            return view! { <FaultView fault/> }.into_any();
                        }
                        match (page.get(), &answer) {
                            (Some(page), _) => figures.with_value(|figures| draw(&page, shown, range, columns, figures)),
                            (None, Ok(Searched::Found(page))) => figures.with_value(|figures| draw(page, shown, range, columns, figures)),
                            (None, Ok(Searched::Wrong(wrong))) => view! { <p class="quiet">{wrong.message.get(language).to_owned()}</p> }.into_any(),
                            (None, Err(fault)) => view! { <FaultView fault=fault.clone()/> }.into_any(),
                        }
                    }
                })}
            </Transition>
        </div>
    }
}

/// The columns of a tile with their places among the stream's fields; `None` where the reader has no such stream.
fn columns(search: &TileSearch, cards: &[StreamCard]) -> Option<Vec<(usize, FieldCard)>> {
    let card = cards.iter().find(|card| card.name == search.stream)?;
    let names = if search.columns.is_empty() { &card.columns } else { &search.columns };
    let place = |name: &String| card.fields.iter().position(|field| field.name == *name);
    Some(names.iter().filter_map(place).map(|place| (place, card.fields[place].clone())).collect())
}

/// Says so when nothing comes any more, or not for now.
#[component]
pub fn TileState(connection: ReadSignal<Connection>) -> impl IntoView {
    let language = use_language();
    let said = move || match connection.get() {
        Connection::Lost | Connection::Refused => Some(view! { <Tag label=words::reconnecting(language) mood=Mood::Lamp/> }),
        Connection::Ended => Some(view! { <Tag label=words::ended(language) mood=Mood::Bad/> }),
        Connection::Off | Connection::Opening | Connection::Open => None,
    };
    view! { <div class="live-tile-state">{said}</div> }
}

/// Counts what came since the last answer, so that a figure moves with its event; the next answer is exact again.
fn add(page: &mut Option<FoundPage>, new: Vec<Hit>) {
    let Some(page) = page else { return };
    for hit in new {
        if page.hits.iter().any(|known| known.id == hit.id) {
            continue;
        }
        page.total += 1;
        let bar_ms = page.bar_ms;
        if let Some(bar) = page.bars.iter_mut().rev().find(|bar| (bar.from_ms..bar.from_ms + bar_ms).contains(&hit.at_ms)) {
            bar.events += 1;
        }
        page.hits.insert(0, hit);
    }
    page.hits.truncate(SHOWN);
}

/// Asks again after events came, and for a count also when none did: old ones leave the range.
fn keep_counting(
    asked: StoredValue<SearchStream>,
    shown: Shown,
    connection: ReadSignal<Connection>,
    fresh: RwSignal<bool>,
    page: RwSignal<Option<FoundPage>>,
    fault: RwSignal<Option<Fault>>,
) {
    let count = move || {
        fresh.set(false);
        browser::spawn(async move {
            match ask(asked.get_value()).await {
                Ok(Searched::Found(found)) => {
                    fault.try_set(None);
                    page.try_set(Some(found));
                }
                Ok(Searched::Wrong(_)) => {}
                Err(refused) => {
                    fault.try_set(Some(refused));
                }
            }
        });
    };
    Effect::new(move |_| match connection.get() {
        Connection::Open | Connection::Ended => count(),
        _ => {}
    });
    let turns = StoredValue::new(0_u32);
    browser::every(COUNT_AGAIN_MS, move || {
        turns.update_value(|turn| *turn = turn.wrapping_add(1));
        let leaves = shown != Shown::Rows && turns.get_value().is_multiple_of(5);
        if connection.get_untracked() == Connection::Open && (fresh.get_untracked() || leaves) {
            count();
        }
    });
}

fn draw(page: &FoundPage, shown: Shown, range: TimeRange, columns: &[(usize, FieldCard)], figures: &Figures) -> AnyView {
    let language = figures.language;
    match shown {
        Shown::Number => view! {
            <div class="figure-block">
                <p class="figure-value">{figures.count(page.total)}</p>
                <p class="figure-name">{if page.total == 1 { words::event(language) } else { words::events(language) }}", "{range_text(range, figures)}</p>
            </div>
        }
        .into_any(),
        Shown::Bars => match Scale::of(page) {
            Some(scale) => {
                let label = format!("{}: {}, {}", words::over_time(language), events_text(page.total, figures), range_text(range, figures));
                view! {
                    <p class="live-tile-total">{events_text(page.total, figures)}", "{range_text(range, figures)}</p>
                    <svg class="bars-plot" role="img" aria-label=label>{bar_shapes(&page.bars, &scale, figures)}</svg>
                }
                .into_any()
            }
            None => view! { <p class="quiet">{words::no_count(language)}</p> }.into_any(),
        },
        Shown::Rows if page.hits.is_empty() => view! { <p class="quiet">{words::waiting_first(language)}</p> }.into_any(),
        Shown::Rows => {
            let row = |hit: &Hit| {
                let cells = columns
                    .iter()
                    .map(|(place, field)| match cell(hit, *place, field, figures) {
                        Some((text, marks)) => view! { <td>{marked(&text, &marks)}</td> }.into_any(),
                        None => view! { <td>{MISSING}</td> }.into_any(),
                    })
                    .collect_view();
                view! { <tr><th scope="row" class="event-time">{figures.time_of_day(hit.at_ms)}</th>{cells}</tr> }
            };
            let heads = columns.iter().map(|(_, field)| view! { <th scope="col">{field.name.clone()}</th> }).collect_view();
            view! {
                <div class="table-scroll" tabindex="0" role="region" aria-label=words::events_head(language)>
                    <table class="table events">
                        <thead><tr><th scope="col">{words::time(language)}</th>{heads}</tr></thead>
                        <tbody>{page.hits.iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::asks::Bar, *};

    #[test]
    fn an_event_counts_once_where_it_happened() {
        let hit = |id: &str, at_ms| Hit { id: id.into(), at_ms, values: Vec::new(), marks: Vec::new(), several: Vec::new() };
        let mut page = None;
        add(&mut page, vec![hit("a", 1)]);
        assert_eq!(page, None);
        let bars = vec![Bar { from_ms: 0, events: 0 }, Bar { from_ms: 10, events: 5 }];
        page = Some(FoundPage { total: 5, bars, bar_ms: 10, hits: vec![hit("a", 12)], ..FoundPage::default() });
        add(&mut page, vec![hit("a", 12), hit("b", 19), hit("c", 20)]);
        let page = page.unwrap();
        assert_eq!((page.total, page.bars[0].events, page.bars[1].events), (7, 0, 6));
        assert_eq!(page.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["c", "b", "a"]);
    }
}
