//! The form that makes a token for an agent, and the token shown this once.

use super::{
    asks::{MadeAgent, MakeAgent, StreamingDepartment},
    words,
};
use crate::{
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        dialog::{Dialog, open_while},
        form::{ChoiceList, FormFault, SelectField, TextField},
        icon::Glyph,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn AgentForm(departments: Vec<StreamingDepartment>, done: Callback<MadeAgent>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    if departments.is_empty() {
        return view! { <p class="banner lamp">{words::no_streams(language)}</p> }.into_any();
    }
    let options = departments.iter().map(|department| (department.name.clone(), department.title.get(language).to_owned())).collect::<Vec<_>>();
    let only = if options.len() == 1 { options[0].0.clone() } else { String::new() };
    let chosen = RwSignal::new(only.clone());
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        faults.clear();
        let make = MakeAgent { name: form.text("name"), department: form.text("department"), topics: form.all("topics") };
        act.run_or(make, move |made| done.run(made), move |fault| faults.set(fault));
    };
    let topics = move || {
        let chosen = chosen.get();
        let topics = departments.iter().find(|department| department.name == chosen)?.topics.clone();
        let single = topics.len() == 1;
        let options = topics.into_iter().map(|topic| (topic.clone(), topic, single)).collect::<Vec<_>>();
        Some(view! { <ChoiceList name="topics" label=words::topics(language) help=words::topics_help(language) options/> })
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="name" label=words::agent_name(language) help=words::agent_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <SelectField name="department" label=words::department(language) options value=only error=faults.under("department") on_change=Callback::new(move |name: String| chosen.set(name))/>
            {topics}
            <FormFault text=faults.above(&["name", "department"])/>
            <div class="form-actions"><Button label=words::make_token(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
    .into_any()
}

/// The token and the settings file that holds it, shown this once.
#[component]
pub fn TokenOnce(made: RwSignal<Option<MadeAgent>>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let open = open_while(made);
    let copy = move |text: String| {
        view! {
            <IconButton label=ui_words::copy(language).to_owned() glyph=Glyph::Copy on_press=move |()| {
                browser::copy(&text);
                act.say(ui_words::copied(language));
            }/>
        }
    };
    view! {
        <Dialog open title=words::token(language).to_owned()>
            {move || made.get().map(|made_agent| view! {
                <p>{words::token_once(language)}</p>
                <p class="secret long"><span>{made_agent.name.clone()}</span><code>{made_agent.token.clone()}</code>{copy(made_agent.token.clone())}</p>
                <h3 class="settings-head">{words::settings_file(language)}{copy(made_agent.config.clone())}</h3>
                <pre class="settings-file" tabindex="0">{made_agent.config.clone()}</pre>
                <p>{words::settings_next(language)}</p>
                <div class="form-actions"><Button label=words::done(language).to_owned() tone=Tone::Solid on_press=move |()| made.set(None)/></div>
            })}
        </Dialog>
    }
}
