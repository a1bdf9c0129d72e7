//! Looking as somebody else: the banner above every page, what stands in place of values, and who looked as oneself.

pub mod asks;
pub mod words;

use self::asks::{ListViewings, ViewingCard};
use crate::{
    ask::ask,
    front::frame::use_reader,
    identity::asks::Me,
    text::Language,
    ui::{
        calendar::now_ms,
        figures::{Figures, use_figures},
        icon::{Glyph, Icon},
        page::Panel,
        states::answered,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// A look of which nothing was heard for so long has ended without a word: a closed browser says nothing.
const SILENT_MS: i64 = 10 * 60_000;

impl Me {
    /// Whether of a mart, or a stream as `stream.web`, no value is shown: it is looked at as somebody else, and not one's own.
    pub fn veils(&self, name: &str) -> bool {
        self.viewing.as_ref().is_some_and(|viewing| viewing.veiled.iter().any(|veiled| veiled == name))
    }
}

/// Whose eyes these are, and the way back: a plain form, so that it works before the page is alive, and no key presses it by chance.
pub fn banner(me: &Me, language: Language) -> Option<AnyView> {
    me.viewing.as_ref()?;
    let whom = format!("{} {} ({})", words::viewing(language), me.name, me.department.get(language));
    Some(
        view! {
            <div class="banner lamp looking-banner" role="status">
                <Icon glyph=Glyph::Person/>
                <span><b>{whom}</b>". "{words::viewing_text(language)}</span>
                <form method="post" action="/identity/end-viewing">
                    <button class="button line" type="submit">{words::stop(language)}</button>
                </form>
            </div>
        }
        .into_any(),
    )
}

/// Stands in place of rows, figures and charts that are not who looks's to see.
#[component]
pub fn Veiled() -> impl IntoView {
    let language = use_language();
    view! { <p class="veiled"><b aria-hidden="true">"•••"</b><span>{words::veiled(language)}</span></p> }
}

/// Its children are for who may make and change things of their own, and so not for who only looks.
#[component]
pub fn OwnHands(children: ChildrenFn) -> impl IntoView {
    let reader = use_reader();
    view! {
        <Suspense fallback=|| ()>
            {move || {
                let children = children.clone();
                Suspend::new(async move { reader.me().await.is_some_and(|me| me.may.edit).then(|| children()) })
            }}
        </Suspense>
    }
}

/// On one's account page: who looked as oneself, when and for how long.
#[component]
pub fn OwnViewings() -> impl IntoView {
    let language = use_language();
    let viewings = Resource::new(|| (), |()| ask(ListViewings {}));
    view! {
        <Panel title=words::lookers(language) class="narrow">
            {answered(viewings, "line", move |viewings: Vec<ViewingCard>| {
                let figures = use_figures();
                let now = now_ms();
                let none = viewings.is_empty().then(|| view! { <p>{words::nobody_looked(language)}</p> });
                let items = viewings.into_iter().map(|viewing| line(viewing, &figures, now)).collect_view();
                view! {
                    <ul class="session-list">{items}</ul>
                    {none}
                    <p class="quiet">{words::lookers_text(language)}</p>
                }
                .into_any()
            })}
        </Panel>
    }
}

fn line(viewing: ViewingCard, figures: &Figures, now: i64) -> AnyView {
    let name = viewing.name.clone().unwrap_or_else(|| words::somebody_gone(figures.language).to_owned());
    let about = format!("{} · {}", figures.when(viewing.began_ms, now), how_long(&viewing, figures, now));
    view! { <li><div><b>{name}</b><small>{about}</small></div></li> }.into_any()
}

/// "for 3 min 20 s", or that it goes on.
fn how_long(viewing: &ViewingCard, figures: &Figures, now: i64) -> String {
    let until = match viewing.ended_ms {
        None if now - viewing.seen_ms < SILENT_MS => return words::still_looks(figures.language).to_owned(),
        None => viewing.seen_ms,
        Some(ended_ms) => ended_ms,
    };
    let ms = u64::try_from(until - viewing.began_ms).unwrap_or_default();
    format!("{} {}", words::for_time(figures.language), figures.duration(ms))
}
