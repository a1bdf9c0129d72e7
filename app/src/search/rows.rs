//! Events as rows: their time and the chosen columns, what matched marked; each opens to all of its fields.

use super::{
    asks::{FieldCard, FieldKind, Hit},
    cell::{MISSING, cell},
    detail::Detail,
    marks::marked,
    page::{Looking, TIME},
    time::row_moment,
    words,
};
use crate::{
    ui::{
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Fields of a whole event that a closed row shows.
const SUMMARY: usize = 8;

#[component]
pub fn Rows(looking: Looking, hits: Memo<Vec<Hit>>) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let columns = Memo::new(move |_| looking.columns());
    let opened = RwSignal::new(looking.view.with_untracked(|view| view.event.iter().cloned().collect::<Vec<String>>()));
    let toggle = Callback::new(move |id: String| {
        let now_open = opened.try_update(|opened| match opened.iter().position(|open| *open == id) {
            Some(place) => {
                opened.remove(place);
                false
            }
            None => {
                opened.push(id.clone());
                true
            }
        });
        let open = now_open.unwrap_or_default();
        if open && looking.view.with_untracked(|view| view.live) {
            // What is read must not move away.
            looking.tail.pause();
        }
        looking.adjust(|view| view.event = if open { Some(id) } else { view.event.take().filter(|event| *event != id) });
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=words::events_head(language)>
            <table class="table events">
                <caption class="hidden">{words::events_head(language)}</caption>
                <thead>{move || head(looking, columns.get())}</thead>
                <For each=move || hits.get() key=|hit| hit.id.clone() let:hit>
                    <Row looking hit columns opened toggle figures/>
                </For>
            </table>
        </div>
    }
}

/// Time, then the columns; a press on a head sorts, the cross takes a column away.
fn head(looking: Looking, columns: Vec<String>) -> AnyView {
    let language = use_language();
    let fields = looking.card.with_value(|card| card.fields.clone());
    let heads = columns
        .iter()
        .filter_map(|name| fields.iter().find(|field| field.name == *name))
        .map(|field| view! { <ColumnHead looking field=field.clone()/> })
        .collect_view();
    let whole = columns.is_empty().then(|| view! { <th scope="col">{words::event_head(language)}</th> });
    view! {
        <tr>
            <th scope="col" class="opens"><span class="hidden">{words::open_head(language)}</span></th>
            <SortHead looking label=words::time(language).to_owned() order=None/>
            {heads}
            {whole}
        </tr>
    }
    .into_any()
}

#[component]
fn ColumnHead(looking: Looking, field: FieldCard) -> impl IntoView {
    // Text has no order, and a masked one must not tell its.
    let sortable = !field.masked && field.kind != FieldKind::Text;
    let name = field.name.clone();
    view! { <SortHead looking label=name.clone() order=sortable.then(|| name.clone()) column=name fixed=!sortable masked=field.masked figure=is_figure(&field)/> }
}

/// Figures line up at the right.
fn is_figure(field: &FieldCard) -> bool {
    matches!(field.kind, FieldKind::Integer | FieldKind::Number)
}

/// `order`: the field, `None` for time. `column`: what the cross takes away.
#[component]
fn SortHead(
    looking: Looking,
    label: String,
    order: Option<String>,
    #[prop(optional, into)] column: Option<String>,
    #[prop(optional)] fixed: bool,
    #[prop(optional)] masked: bool,
    #[prop(optional)] figure: bool,
) -> impl IntoView {
    let language = use_language();
    let state = {
        let order = order.clone();
        // Without an order, time counts, newest first.
        Memo::new(move |_| {
            looking.view.with(|view| match (&view.order, &order) {
                (None, None) => Some(true),
                (Some((by, descending)), Some(field)) if by == field => Some(*descending),
                _ => None,
            })
        })
    };
    let press = move |_| {
        let next = match (&order, state.get_untracked()) {
            (None, _) => None,
            (Some(field), None) => Some((field.clone(), true)),
            (Some(field), Some(true)) => Some((field.clone(), false)),
            // The third press lets it go.
            (Some(_), Some(false)) => None,
        };
        looking.change(|view| view.order = next);
    };
    let aria = move || (!fixed).then(|| state.get().map_or("none", |descending| if descending { "descending" } else { "ascending" }));
    let sign = move || state.get().map_or("", |descending| if descending { "↓" } else { "↑" });
    let away = column.map(|name| {
        let tip = format!("{}: {name}", words::hide_column(language));
        view! {
            <button type="button" class="column-away" aria-label=tip.clone() title=tip on:click=move |_| looking.toggle_column(&name)>
                <Icon glyph=Glyph::Close/>
            </button>
        }
    });
    let shield = masked.then(
        || view! { <span class="masked" title=words::masked(language)><Icon glyph=Glyph::Shield/><span class="hidden">{words::masked(language)}</span></span> },
    );
    let name = if fixed {
        view! { <span>{label}</span> }.into_any()
    } else {
        view! { <button type="button" class="sort" on:click=press><span>{label}</span><span class="sort-mark" aria-hidden="true">{sign}</span></button> }
            .into_any()
    };
    view! { <th scope="col" class:figure=figure aria-sort=aria><span class="column-head">{name}{shield}{away}</span></th> }
}

/// A row and, while it is open, its fields; a body of its own, so that the two stay together.
#[component]
fn Row(
    looking: Looking,
    hit: Hit,
    columns: Memo<Vec<String>>,
    opened: RwSignal<Vec<String>>,
    toggle: Callback<String>,
    figures: StoredValue<Figures>,
) -> impl IntoView {
    let language = use_language();
    let id = StoredValue::new(hit.id.clone());
    let open = Memo::new(move |_| opened.with(|opened| id.with_value(|id| opened.contains(id))));
    let time = figures.with_value(|figures| row_moment(hit.at_ms, figures));
    let label = {
        let time = time.clone();
        move || format!("{}: {time}", if open.get() { words::close_event(language) } else { words::open_event(language) })
    };
    let hit = StoredValue::new(hit);
    let cells = move || {
        let columns = columns.get();
        looking.card.with_value(|card| hit.with_value(|hit| figures.with_value(|figures| row_cells(hit, &columns, &card.fields, figures))))
    };
    let wide = move || (columns.with(Vec::len).max(1) + 2).to_string();
    view! {
        <tbody class="event" class:open=move || open.get()>
            <tr>
                <td class="opens">
                    <button type="button" class="button ghost square" aria-label=label aria-expanded=move || open.get().to_string() on:click=move |_| toggle.run(id.get_value())>
                        <Icon glyph=Glyph::Right/>
                    </button>
                </td>
                <th scope="row" class="event-time">{time}</th>
                {cells}
            </tr>
            {move || open.get().then(|| view! { <tr class="event-detail"><td colspan=wide><Detail looking hit=hit.get_value()/></td></tr> })}
        </tbody>
    }
}

fn row_cells(hit: &Hit, columns: &[String], fields: &[FieldCard], figures: &Figures) -> AnyView {
    let at = |name: &str| fields.iter().position(|field| field.name == name);
    if columns.is_empty() {
        // Its time stands before it already.
        let part = |(place, field): (usize, &FieldCard)| {
            let (text, marks) = cell(hit, place, field, figures)?;
            Some(view! { <span class="summary-part"><b>{field.name.clone()}</b>" "{marked(&text, &marks)}" "</span> })
        };
        let summary = fields.iter().enumerate().filter(|(_, field)| field.name != TIME).filter_map(part).take(SUMMARY).collect_view();
        return view! { <td class="summary"><div>{summary}</div></td> }.into_any();
    }
    columns
        .iter()
        .filter_map(|name| at(name))
        .map(|place| {
            let field = &fields[place];
            let class = if is_figure(field) { "figure" } else { "event-cell" };
            let inner = match cell(hit, place, field, figures) {
                Some((text, marks)) => marked(&text, &marks),
                None => view! { <span class="quiet">{MISSING}</span> }.into_any(),
            };
            view! { <td class=class>{inner}</td> }
        })
        .collect_view()
        .into_any()
}
