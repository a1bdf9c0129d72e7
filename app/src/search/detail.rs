//! All fields of one event: each to be added, excluded, shown as a column or copied; and what can be done with the event.

use super::{
    asks::{FieldCard, Hit, TimeRange},
    cell::{as_json, cell},
    fields::kind_name,
    marks::marked,
    narrow::Narrow,
    page::Looking,
    share::copy_link,
    words,
};
use crate::{
    ui::{
        browser,
        button::{Button, IconButton, Tone},
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
        toast::use_toasts,
        words as ui_words,
    },
    visit::use_language,
    warehouse::asks::Value,
};
use leptos::prelude::*;

/// What happened around an event: five minutes before and after.
const AROUND_MS: i64 = 300_000;

#[component]
pub fn Detail(looking: Looking, hit: Hit) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let toasts = use_toasts();
    let fields = looking.card.with_value(|card| card.fields.clone());
    let lines = fields.iter().enumerate().filter_map(|(place, field)| line(looking, &hit, place, field, &figures)).collect_view();
    let (at_ms, id) = (hit.at_ms, hit.id.clone());
    let around = move |()| {
        looking.change(|view| {
            view.query.clear();
            view.order = None;
            view.range = TimeRange::Between { from_ms: at_ms - AROUND_MS, until_ms: at_ms + AROUND_MS + 1 };
        });
    };
    let link = move |()| {
        let mut view = looking.view.get_untracked();
        // Its own millisecond: the event is on the first page whatever comes later.
        view.range = TimeRange::Between { from_ms: at_ms, until_ms: at_ms + 1 };
        view.event = Some(id.clone());
        view.live = false;
        copy_link(looking, &view);
        toasts.say(words::link_copied(language));
    };
    let json = StoredValue::new(as_json(&hit, &fields));
    let copy = move |()| {
        json.with_value(|json| browser::copy(json));
        toasts.say(ui_words::copied(language));
    };
    view! {
        <div class="detail">
            <div class="detail-actions">
                <Button label=words::around(language).to_owned() tone=Tone::Ghost glyph=Glyph::Clock on_press=around/>
                <Button label=words::copy_event_link(language).to_owned() tone=Tone::Ghost glyph=Glyph::Link on_press=link/>
                <Button label=words::copy_json(language).to_owned() tone=Tone::Ghost glyph=Glyph::Copy on_press=copy/>
            </div>
            <dl class="detail-fields">{lines}</dl>
        </div>
    }
}

fn line(looking: Looking, hit: &Hit, place: usize, field: &FieldCard, figures: &Figures) -> Option<AnyView> {
    let language = figures.language;
    let (text, marks) = cell(hit, place, field, figures)?;
    // Each of several values is one to look for; all of them together are none.
    let values = match hit.several.iter().find(|(several, _)| *several == place) {
        Some((_, texts)) => texts.iter().cloned().map(Value::Text).collect(),
        None => vec![hit.values.get(place).cloned().unwrap_or(Value::Null)],
    };
    let name = field.name.clone();
    let column = {
        let name = name.clone();
        Memo::new(move |_| looking.columns().contains(&name))
    };
    let label = {
        let name = name.clone();
        Signal::derive(move || format!("{}: {name}", if column.get() { words::hide_column(language) } else { words::show_column(language) }))
    };
    let toggle = {
        let name = name.clone();
        move |()| looking.toggle_column(&name)
    };
    let masked = field.masked.then(
        || view! { <span class="masked" title=words::masked(language)><Icon glyph=Glyph::Shield/><span class="hidden">{words::masked(language)}</span></span> },
    );
    Some(
        view! {
            <div class="detail-line">
                <dt title=kind_name(field.kind, language)>{name}{masked}</dt>
                <dd>
                    <span class="detail-value">{marked(&text, &marks)}</span>
                    <span class="detail-ways">
                        {values.into_iter().map(|value| view! { <Narrow looking field=field.clone() value/> }).collect_view()}
                        <IconButton label glyph=Glyph::Table pressed=column on_press=toggle/>
                    </span>
                </dd>
            </div>
        }
        .into_any(),
    )
}
