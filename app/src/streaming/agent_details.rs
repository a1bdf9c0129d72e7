//! One agent: what it said last, and what happened to it.

use super::{
    asks::{AgentCard, AgentState},
    words,
};
use crate::{
    text::Language,
    ui::{
        calendar::now_ms,
        figures::{Figures, use_figures},
        page::Facts,
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn AgentDetails(agent: AgentCard) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let now = now_ms();
    let made_by = if agent.inside { words::inside(language).to_owned() } else { format!("{}, {}", agent.made_by, figures.when(agent.made_ms, now)) };
    let seen = agent.seen_ms.map_or_else(|| words::never_seen(language).to_owned(), |ms| figures.when(ms, now));
    let mut facts = vec![
        (words::topics(language).to_owned(), agent.topics.join(", ")),
        (words::made_by(language).to_owned(), made_by),
        (words::last_seen(language).to_owned(), seen),
    ];
    let problem = agent.state.as_ref().and_then(|state| state.problem.clone());
    facts.extend(agent.state.map(|state| said(state, &figures, language)).unwrap_or_default());
    let reports = agent.reports;
    view! {
        {problem.map(|problem| view! { <p class="banner bad"><span><b>{words::problem(language)}": "</b>{problem.get(language).to_owned()}</span></p> })}
        <Facts facts/>
        <h3>{words::reports(language)}</h3>
        {if reports.is_empty() {
            view! { <p>{words::no_reports(language)}</p> }.into_any()
        } else {
            let lines = reports.into_iter().map(|(at_ms, text)| {
                view! { <li><time>{figures.when(at_ms, now)}</time><span>{text.get(language).to_owned()}</span></li> }
            });
            view! { <ul class="log">{lines.collect_view()}</ul> }.into_any()
        }}
    }
}

fn said(state: AgentState, figures: &Figures, language: Language) -> Vec<(String, String)> {
    let count = |word: fn(Language) -> &'static str, count: u64| (word(language).to_owned(), figures.count(count));
    vec![
        (words::version(language).to_owned(), state.version),
        (words::agent_lag(language).to_owned(), figures.duration(state.lag_ms.unsigned_abs())),
        (words::buffered(language).to_owned(), format!("{} · {}", figures.bytes(state.buffered_bytes), figures.count(state.buffered_records))),
        (words::unread(language).to_owned(), figures.bytes(state.unread_bytes)),
        (format!("{} ({})", words::delivered(language), words::since_start(language)), figures.count(state.delivered)),
        count(words::refused, state.refused),
        count(words::dropped, state.dropped),
        count(words::cut_lines, state.cut_lines),
        count(words::lost, state.lost),
    ]
}
