//! A report while it is being made: its progress, then the file or what went wrong.

use super::{
    asks::{ReportCard, ReportState, State},
    words,
};
use crate::{
    ask::ask,
    ui::{
        browser,
        button::{Button, LinkButton, Tone},
        figures::use_figures,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Where the dialog is: choosing a format, or watching the file being made.
#[derive(Clone, PartialEq)]
pub enum Stage {
    Choosing,
    Made(Box<ReportCard>),
}

/// How often the portal is asked how far it is.
const ASK_EVERY_MS: u64 = 600;

/// Asks how far a report is until it is done or the dialog shows something else.
pub fn follow(id: String, stage: RwSignal<Stage>) {
    browser::after(ASK_EVERY_MS, move || {
        browser::spawn(async move {
            let watched = || matches!(stage.try_get_untracked(), Some(Stage::Made(card)) if card.id == id && under_way(card.state));
            if !watched() {
                return;
            }
            if let Ok(card) = ask(ReportState { id: id.clone() }).await
                && watched()
            {
                stage.try_set(Stage::Made(Box::new(card)));
            }
            // Not reached for once is no reason to stop watching.
            follow(id.clone(), stage);
        });
    });
}

/// Whether a report is still going to change.
pub fn under_way(state: State) -> bool {
    matches!(state, State::Waiting | State::Making)
}

/// Address of a report's file.
pub fn file_href(id: &str) -> String {
    format!("/reports/{id}/file")
}

#[component]
pub fn Making(card: ReportCard, stage: RwSignal<Stage>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let rows = (card.rows > 0).then(|| format!("{} {}", figures.count(card.rows), words::rows_so_far(language)));
    let left_out = card.left_out.as_ref().map(|text| text.get(language).to_owned());
    let body = match card.state {
        State::Waiting | State::Making => {
            let text = if card.state == State::Waiting { words::waiting(language) } else { words::making(language) };
            view! {
                <p role="status">{text}" "{rows}</p>
                <progress class="progress" max="100" value=card.progress.map(|done| (done * 100.0).round().to_string()) aria-label=text></progress>
            }
            .into_any()
        }
        State::Ready => {
            let facts = [
                Some(format!("{} {}", figures.count(card.rows), words::pdf_rows(language))),
                card.pages.map(|pages| format!("{} {}", figures.count(u64::from(pages)), words::pages(language))),
                Some(figures.bytes(card.bytes)),
            ];
            let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
            view! {
                <p class="made" role="status"><Icon glyph=Glyph::Check/><span><b>{words::ready(language)}</b>" "{facts}</span></p>
                {left_out.map(|text| view! { <p class="banner lamp"><b>{words::left_out(language)}": "</b>{text}</p> })}
                <div class="form-actions">
                    <Button label=words::another(language).to_owned() on_press=move |()| stage.set(Stage::Choosing)/>
                    <LinkButton href=file_href(&card.id) label=words::open_file(language) tone=Tone::Solid glyph=Glyph::Download external=true/>
                </div>
            }
            .into_any()
        }
        State::Failed | State::RunAgain | State::Expired => {
            let why = card.fault.as_ref().map(|text| text.get(language).to_owned());
            view! {
                <p class="banner bad" role="alert"><b>{words::failed(language)}</b>" "{why}</p>
                <div class="form-actions"><Button label=words::another(language).to_owned() on_press=move |()| stage.set(Stage::Choosing)/></div>
            }
            .into_any()
        }
    };
    view! { <div class="making">{body}</div> }
}
