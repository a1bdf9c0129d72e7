//! The administrators' page of Kibana: for which departments it is set up, setting up, and a check that says what is wrong.

use super::{
    kibana_asks::{CheckKibana, KibanaCard, KibanaCheck, KibanaState, ListKibana, SetUpKibana},
    kibana_words as words,
};
use crate::{
    ask::ask,
    text::Language,
    ui::{
        act::{Act, use_act},
        button::{Button, Tone},
        figures::use_figures,
        icon::{Glyph, Icon},
        page::{Facts, PageHead, Panel},
        states::{Empty, answered},
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn KibanaAdmin() -> impl IntoView {
    let language = use_language();
    let state = Resource::new(|| (), |()| ask(ListKibana {}));
    let again = Callback::new(move |()| state.refetch());
    view! {
        <PageHead title="Kibana" lead=words::admin_lead(language)/>
        {answered(state, "table", move |state| shown(state, again, language))}
    }
}

fn shown(state: KibanaState, again: Callback<()>, language: Language) -> AnyView {
    let Some((upstream, public)) = state.configured else {
        return view! { <Empty title=words::not_configured(language) text=words::not_configured_text(language) glyph=Glyph::Info/> }.into_any();
    };
    if state.departments.is_empty() {
        return view! { <Empty title=words::no_streams(language) text=words::no_streams_text(language) glyph=Glyph::Info/> }.into_any();
    }
    let facts = vec![(words::upstream(language).to_owned(), upstream), (words::public(language).to_owned(), public)];
    view! {
        <Facts facts/>
        {state.departments.into_iter().map(|card| view! { <Department card again/> }).collect_view()}
    }
    .into_any()
}

#[component]
fn Department(card: KibanaCard, again: Callback<()>) -> impl IntoView {
    let language = use_language();
    let figures = use_figures();
    let act = use_act();
    let checks = RwSignal::new(None::<Vec<KibanaCheck>>);
    let name = StoredValue::new(card.department.clone());
    let set_up = move |()| {
        act.run(SetUpKibana { department: name.get_value() }, move |()| {
            act.say(words::was_set_up(language));
            again.run(());
            look(act, name.get_value(), checks);
        });
    };
    let since = card.set_up_ms.map_or_else(|| words::not_yet(language).to_owned(), |at| figures.moment(at));
    let facts = vec![
        (words::space(language).to_owned(), card.space),
        (words::streams(language).to_owned(), card.streams.join(", ")),
        (words::set_up_at(language).to_owned(), since),
    ];
    view! {
        <Panel title=card.department>
            <Facts facts/>
            <div class="form-actions">
                <Button label=words::check(language).to_owned() glyph=Glyph::Check busy=act.busy on_press=move |()| look(act, name.get_value(), checks)/>
                <Button label=words::set_up(language).to_owned() tone=Tone::Solid busy=act.busy on_press=set_up/>
            </div>
            {move || checks.get().map(|checks| view! { <ul class="kibana-checks" role="status">{checks.into_iter().map(|check| line(check, language)).collect_view()}</ul> })}
        </Panel>
    }
}

fn look(act: Act, department: String, checks: RwSignal<Option<Vec<KibanaCheck>>>) {
    act.run(CheckKibana { department }, move |found| checks.set(Some(found)));
}

fn line(check: KibanaCheck, language: Language) -> AnyView {
    let (glyph, class) = if check.wrong.is_none() { (Glyph::Check, "right") } else { (Glyph::Alert, "wrong") };
    view! {
        <li class=class>
            <Icon glyph/>
            <span>{check.what.get(language).to_owned()}{check.wrong.map(|wrong| view! { <small>{wrong.get(language).to_owned()}</small> })}</span>
        </li>
    }
    .into_any()
}
