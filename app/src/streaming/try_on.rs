//! The try-out: sample lines go through a stream's parser, or another one, before anything is saved.

use super::{
    asks::{TriedLine, TryOn},
    words,
};
use crate::{
    text::Language,
    ui::{
        act::use_act,
        browser,
        button::{Button, Tone},
        form::AreaField,
        icon::Glyph,
        page::Panel,
    },
    visit::use_language,
};
use leptos::{ev, prelude::*};

#[component]
pub fn TryOnPanel(#[prop(into)] stream: String) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let tried = RwSignal::new(Vec::<TriedLine>::new());
    let send = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let filled = browser::read_form(&event);
        let question = TryOn { stream: stream.clone(), parser: filled.exact("parser"), lines: filled.exact("lines") };
        act.run(question, move |lines| tried.set(lines));
    };
    view! {
        <Panel title=words::try_on(language) note=words::try_on_lead(language)>
            <form class="form" on:submit=send>
                <AreaField name="lines" label=words::sample_lines(language) rows=4 code=true/>
                <AreaField name="parser" label=words::other_parser(language) help=words::other_parser_help(language) rows=3 code=true optional=true/>
                <div class="form-actions"><Button label=words::try_now(language).to_owned() tone=Tone::Solid glyph=Glyph::Play busy=act.busy/></div>
            </form>
            <ol class="tried" aria-live="polite">{move || tried.get().into_iter().map(|line| shown(line, language)).collect_view()}</ol>
        </Panel>
    }
}

fn shown(line: TriedLine, language: Language) -> AnyView {
    match line {
        TriedLine::Event(fields) => {
            let fields = fields.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
            view! { <li><dl class="facts">{fields}</dl></li> }.into_any()
        }
        TriedLine::Unfit { at, expected } => {
            let text = format!("{}: {} {at}: {}", words::no_fit(language), words::expected_at(language), expected.get(language));
            view! { <li class="bad">{text}</li> }.into_any()
        }
    }
}
