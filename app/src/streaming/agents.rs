//! Agents: which there are, how each is doing, and the tokens by which they hand events over.

use super::{
    agent_details::AgentDetails,
    agent_form::{AgentForm, TokenOnce},
    asks::{AgentCard, Agents, ListAgents, MadeAgent, RevokeAgent},
    words,
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{Act, use_act},
        button::{Button, Tone},
        calendar::now_ms,
        chip::{Mood, Tag},
        confirm::Confirm,
        dialog::{Dialog, open_while},
        figures::{Figures, NONE, use_figures},
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::PageHead,
        states::{Empty, answered},
        table::{Cell, Column, DataTable, shown_of},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// A heartbeat comes every ten seconds; after so long without one an agent is silent, in milliseconds.
const SILENT_MS: i64 = 60_000;

#[derive(Clone, Copy)]
struct Room {
    agents: Resource<Result<Agents, Fault>>,
    act: Act,
    revoking: RwSignal<Option<AgentCard>>,
    shown: RwSignal<Option<AgentCard>>,
}

#[component]
pub fn AgentsPage() -> impl IntoView {
    let language = use_language();
    let agents = Resource::new(|| (), |()| ask(ListAgents {}));
    let room = Room { agents, act: use_act(), revoking: RwSignal::new(None), shown: RwSignal::new(None) };
    let (adding, made) = (RwSignal::new(false), RwSignal::new(None::<MadeAgent>));
    let done = Callback::new(move |new: MadeAgent| {
        adding.set(false);
        made.set(Some(new));
        agents.refetch();
    });
    let showing = open_while(room.shown);
    let title = Signal::derive(move || room.shown.get().map(|agent| agent.name).unwrap_or_default());
    view! {
        <PageHead title=words::agents(language) lead=words::agents_lead(language)>
            <Button label=words::add_agent(language).to_owned() tone=Tone::Solid glyph=Glyph::Plus on_press=move |()| adding.set(true)/>
        </PageHead>
        {answered(agents, "table", move |agents| list(agents, room, adding, language))}
        <Dialog open=adding title=words::add_agent(language).to_owned() sheet=true>
            {move || agents.get().and_then(Result::ok).map(|agents| view! { <AgentForm departments=agents.departments done/> })}
        </Dialog>
        <Dialog open=showing title sheet=true>{move || room.shown.get().map(|agent| view! { <AgentDetails agent/> })}</Dialog>
        <Revoke room/>
        <TokenOnce made/>
    }
}

fn list(agents: Agents, room: Room, adding: RwSignal<bool>, language: Language) -> AnyView {
    if agents.agents.is_empty() {
        return view! {
            <Empty title=words::no_agents(language) text=words::no_agents_text(language) glyph=Glyph::Source>
                <Button label=words::add_agent(language).to_owned() tone=Tone::Solid glyph=Glyph::Plus on_press=move |()| adding.set(true)/>
            </Empty>
        }
        .into_any();
    }
    let figures = use_figures();
    let now = now_ms();
    let title = |name: &str| agents.departments.iter().find(|known| known.name == name).map_or(name, |known| known.title.get(language)).to_owned();
    let rows: Vec<Vec<Cell>> = agents.agents.iter().map(|agent| row(agent, title(&agent.department), &figures, now, room)).collect();
    let shown = shown_of(rows.len() as u64, None, &figures);
    let columns = vec![
        Column::text("agent", words::agent(language)),
        Column::text("department", words::department(language)),
        Column::text("state", words::state(language)),
        Column::text("seen", words::last_seen(language)),
        Column::figure("lag", words::agent_lag(language)),
        Column::figure("buffered", words::buffered(language)),
        Column::figure("delivered", words::delivered(language)),
        Column::figure("errors", words::incomplete(language)),
        Column::text("actions", words::actions(language)).fixed(),
    ];
    view! { <section class="panel"><DataTable caption=words::agents(language) columns rows shown/></section> }.into_any()
}

fn row(agent: &AgentCard, department: String, figures: &Figures, now: i64, room: Room) -> Vec<Cell> {
    let language = figures.language;
    let (name, topics) = (agent.name.clone(), agent.topics.join(", "));
    let (label, mood) = standing(agent, now, language);
    let seen = match agent.seen_ms {
        Some(ms) => Cell::figure(figures.when(ms, now), ms as f64),
        None => Cell::text(words::never_seen(language)),
    };
    let figure = |text: Option<(String, f64)>| text.map_or_else(|| Cell::text(NONE), |(text, order)| Cell::figure(text, order));
    let state = agent.state.as_ref();
    let whom = agent.clone();
    vec![
        Cell::view(name.clone(), move || view! { <span class="two-lines"><b>{name.clone()}</b><span>{topics.clone()}</span></span> }.into_any()),
        Cell::text(department),
        Cell::view(label, move || view! { <Tag label mood/> }.into_any()),
        seen,
        figure(state.map(|state| (figures.duration(state.lag_ms.unsigned_abs()), state.lag_ms as f64))),
        figure(state.map(|state| (figures.bytes(state.buffered_bytes), state.buffered_bytes as f64))),
        figure(state.map(|state| (figures.count(state.delivered), state.delivered as f64))),
        figure(state.map(|state| (figures.count(state.errors()), state.errors() as f64))),
        Cell::view("", move || menu(whom.clone(), room, language)),
    ]
}

/// How an agent stands, in one word.
fn standing(agent: &AgentCard, now: i64, language: Language) -> (&'static str, Mood) {
    match (agent.revoked, agent.seen_ms) {
        (true, _) => (words::revoked(language), Mood::Plain),
        (false, None) => (words::waiting_for_it(language), Mood::Plain),
        (false, Some(seen_ms)) if now - seen_ms > SILENT_MS => (words::silent(language), Mood::Lamp),
        _ if agent.state.as_ref().is_some_and(|state| state.problem.is_some()) => (words::stuck(language), Mood::Bad),
        _ => (words::working(language), Mood::Good),
    }
}

fn menu(agent: AgentCard, room: Room, language: Language) -> AnyView {
    let label = format!("{}: {}", ui_words::more_actions(language), agent.name);
    let (for_details, revocable) = (agent.clone(), !agent.revoked && !agent.inside);
    view! {
        <Menu label>
            <MenuItem label=words::details(language) glyph=Glyph::Info on_press=move |()| room.shown.set(Some(for_details.clone()))/>
            {revocable.then(|| view! {
                <MenuItem label=words::revoke(language) glyph=Glyph::Lock danger=true on_press=move |()| room.revoking.set(Some(agent.clone()))/>
            })}
        </Menu>
    }
    .into_any()
}

/// Asks once more before an agent can hand nothing over any more.
#[component]
fn Revoke(room: Room) -> impl IntoView {
    let language = use_language();
    let name = Callback::new(|agent: AgentCard| view! { <b>{agent.name}</b> }.into_any());
    let on_sure = Callback::new(move |agent: AgentCard| {
        room.act.run(RevokeAgent { id: agent.id }, move |()| {
            room.act.say(words::revoked_now(language));
            room.agents.refetch();
        });
    });
    view! {
        <Confirm
            about=room.revoking
            title=words::revoke_title(language)
            name
            text=words::revoke_text(language)
            verb=words::revoke(language)
            busy=room.act.busy
            on_sure
        />
    }
}
