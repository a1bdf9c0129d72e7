//! Choosing a stretch of the histogram: by dragging over its bars, by a press on one, or with the arrow keys.

use super::{asks::Bar, course::percent, scale::Scale, time::between_text, words};
use crate::{ui::figures::use_figures, visit::use_language};
use leptos::{ev, html, prelude::*};

/// A stretch from one bar to another, by their places; the first may lie after the last.
type Stretch = Option<(usize, usize)>;

/// Listens over the drawing in `children`. `on_choose` gets from and until (Unix milliseconds).
#[component]
pub fn Brush(bars: Vec<Bar>, scale: Scale, label: String, #[prop(into)] on_choose: Callback<(i64, i64)>, children: Children) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let node = NodeRef::<html::Div>::new();
    let stretch = RwSignal::new(None as Stretch);
    let dragging = RwSignal::new(false);
    let bars = StoredValue::new(bars);
    let ends = move |stretch: Stretch| {
        let (first, last) = stretch?;
        let (first, last) = (first.min(last), first.max(last));
        bars.with_value(|bars| Some((scale.span(bars.get(first)?).0, scale.span(bars.get(last)?).1)))
    };
    let choose = move || {
        if let Some((from_ms, until_ms)) = ends(stretch.get_untracked()).filter(|(from_ms, until_ms)| from_ms < until_ms) {
            on_choose.run((from_ms, until_ms));
        }
        stretch.set(None);
    };
    let under = move |event: &ev::PointerEvent| {
        let part = part_of(node, event.client_x())?;
        bars.with_value(|bars| {
            let (from_ms, _) = scale.bar_at(bars, part)?;
            bars.iter().position(|bar| scale.span(bar).0 == from_ms)
        })
    };
    let down = move |event: ev::PointerEvent| {
        if event.button() == 0
            && let Some(place) = under(&event)
        {
            hold(node, event.pointer_id());
            dragging.set(true);
            stretch.set(Some((place, place)));
        }
    };
    let moved = move |event: ev::PointerEvent| {
        if dragging.get_untracked()
            && let Some(place) = under(&event)
        {
            stretch.update(|stretch| *stretch = stretch.map(|(first, _)| (first, place)));
        }
    };
    let up = move |_| {
        if dragging.get_untracked() {
            dragging.set(false);
            choose();
        }
    };
    let cancelled = move |_| {
        dragging.set(false);
        stretch.set(None);
    };
    let key = move |event: ev::KeyboardEvent| {
        let last = bars.with_value(Vec::len).saturating_sub(1);
        let go = |to: usize| match (event.shift_key(), stretch.get_untracked()) {
            (true, Some((first, _))) => stretch.set(Some((first, to))),
            _ => stretch.set(Some((to, to))),
        };
        let here = stretch.get_untracked().map(|(_, here)| here);
        match (event.key().as_str(), here) {
            ("ArrowRight", here) => go(here.map_or(0, |here| (here + 1).min(last))),
            ("ArrowLeft", here) => go(here.map_or(last, |here| here.saturating_sub(1))),
            ("Home", _) => go(0),
            ("End", _) => go(last),
            ("Enter" | " ", Some(_)) => choose(),
            ("Escape", Some(_)) => stretch.set(None),
            _ => return,
        }
        event.prevent_default();
    };
    let said = move || {
        let (from_ms, until_ms) = ends(stretch.get())?;
        let events: u64 = bars.with_value(|bars| bars.iter().filter(|bar| (from_ms..until_ms).contains(&scale.span(bar).0)).map(|bar| bar.events).sum());
        Some(format!("{}: {}", between_text(from_ms, until_ms, &figures), super::course::events_text(events, &figures)))
    };
    let shade = move || {
        let (from_ms, until_ms) = ends(stretch.get())?;
        let (left, right) = (scale.place(from_ms), scale.place(until_ms));
        Some(view! { <svg class="brush-shade" aria-hidden="true"><rect x=percent(left) width=percent(right - left) y="0" height="100%"></rect></svg> })
    };
    view! {
        <div
            class="brush"
            node_ref=node
            tabindex="0"
            role="group"
            aria-label=label
            aria-describedby="brush-keys"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=cancelled
            on:keydown=key
        >
            {children()}
            {shade}
        </div>
        <p class="hidden" id="brush-keys">{words::brush_keys(language)}</p>
        <p class="brush-said" role="status">{said}</p>
    }
}

/// Where in the width of the drawing something stands, 0 to 1.
fn part_of(node: NodeRef<html::Div>, x: i32) -> Option<f64> {
    #[cfg(feature = "hydrate")]
    {
        let around = node.get_untracked()?.get_bounding_client_rect();
        (around.width() > 0.0).then(|| (f64::from(x) - around.left()) / around.width())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (node, x);
        None
    }
}

/// Keeps the pointer's moves coming when it leaves the drawing.
fn hold(node: NodeRef<html::Div>, pointer: i32) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = node.get_untracked() {
        let _ = element.set_pointer_capture(pointer);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (node, pointer);
}
