//! Choosing the time that is looked at: quick ranges, or from and until.

use super::{
    asks::TimeRange,
    page::Looking,
    time::{QUICK, range_text, read_input, write_input},
    words,
};
use crate::{
    ui::{
        browser::read_form,
        button::{Button, Tone},
        calendar::now_ms,
        dialog::Dialog,
        figures::use_figures,
        form::FieldFrame,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn RangeChip(looking: Looking) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let open = RwSignal::new(false);
    let range = Memo::new(move |_| looking.view.with(|view| view.range));
    view! {
        <button type="button" class="button line range" aria-haspopup="dialog" title=words::change_range(language) on:click=move |_| open.set(true)>
            <Icon glyph=Glyph::Clock/>
            <span>{move || figures.with_value(|figures| range_text(range.get(), figures))}</span>
        </button>
        <Dialog open title=words::range(language).to_owned()><RangeForm looking open/></Dialog>
    }
}

#[component]
fn RangeForm(looking: Looking, open: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let current = looking.view.with_untracked(|view| view.range);
    let set = move |range: TimeRange| {
        open.set(false);
        looking.change(|view| view.range = range);
    };
    let quick = |minutes: u32| {
        let range = TimeRange::LastMinutes(minutes);
        let pressed = range == current;
        view! { <button type="button" class="chip" class:on=pressed aria-pressed=pressed.to_string() on:click=move |_| set(range)>{range_text(range, &figures)}</button> }
    };
    let (from_ms, until_ms) = match current {
        TimeRange::Between { from_ms, until_ms } => (from_ms, until_ms),
        TimeRange::LastMinutes(minutes) => (now_ms() - i64::from(minutes) * 60_000, now_ms()),
    };
    let zone = figures.zone.clone();
    let wrong = RwSignal::new(None::<String>);
    let send = {
        let zone = zone.clone();
        move |event| {
            let form = read_form(&event);
            let read = |name: &str| read_input(&form.text(name), &zone);
            match (read("from"), read("until")) {
                (Some(from_ms), Some(until_ms)) if from_ms < until_ms => set(TimeRange::Between { from_ms, until_ms }),
                (Some(_), Some(_)) => wrong.set(Some(words::range_backwards(language).into())),
                _ => wrong.set(Some(words::range_unread(language).into())),
            }
        }
    };
    view! {
        <div class="period">
            <div class="period-quick" role="group" aria-label=words::range_quick(language)>{QUICK.into_iter().map(quick).collect_view()}</div>
            <form class="period-range" on:submit=send>
                <h3>{words::range_own(language)}</h3>
                <div class="moments">
                    <Moment name="from" label=words::from(language) value=write_input(from_ms, &zone)/>
                    <Moment name="until" label=words::until(language) value=write_input(until_ms, &zone) error=wrong/>
                </div>
                <p class="field-help">{words::range_zone(language)}</p>
                <Button label=words::apply(language).to_owned() tone=Tone::Solid/>
            </form>
        </div>
    }
}

#[component]
fn Moment(name: &'static str, label: &'static str, value: String, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let described = format!("{name}-error");
    view! {
        <FieldFrame name label error>
            <input
                id=name
                name=name
                type="datetime-local"
                step="1"
                value=value
                required=true
                aria-describedby=described
                aria-invalid=move || error.get().map(|_| "true")
            />
        </FieldFrame>
    }
}
