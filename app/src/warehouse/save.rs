//! Saving a question, and putting it on a dashboard of one's own.

use super::{address::path_step, ask_page::Asking, words};
use crate::{
    ask::ask,
    dashboards::asks::{ListDashboards, SaveQuestion, SavedQuestion},
    ui::{
        browser::{self, read_form},
        button::{Button, LinkButton, Tone},
        dialog::Dialog,
        form::{FormFault, SelectField, TextField},
        icon::{Glyph, Icon},
        states::Skeleton,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Value of the list's entry for a dashboard that is still to be made.
const NEW: &str = "new";

#[component]
pub fn SaveButton(asking: Asking, title: Memo<String>) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    let nothing = Signal::derive(move || asking.view.with(|view| view.question.measures.is_empty()));
    view! {
        <Button label=words::save_question(language).to_owned() tone=Tone::Solid glyph=Glyph::Pin disabled=nothing on_press=move |()| open.set(true)/>
        <Dialog open title=words::save_title(language).to_owned()><SaveForm asking title open/></Dialog>
    }
}

#[component]
fn SaveForm(asking: Asking, title: Memo<String>, open: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let dashboards = Resource::new(|| (), |()| ask(ListDashboards {}));
    let chosen = RwSignal::new(String::new());
    let (busy, fault, saved) = (RwSignal::new(false), RwSignal::new(None::<String>), RwSignal::new(None::<SavedQuestion>));
    let send = move |event| {
        let form = read_form(&event);
        let name = form.text("question-name");
        if name.is_empty() {
            return;
        }
        let view = asking.view.get_untracked();
        let (dashboard, new_dashboard) = match form.text("dashboard").as_str() {
            "none" | "" => (None, None),
            // What is called "new" has no id yet.
            NEW => (Some(String::new()), Some(form.text("new-dashboard")).filter(|name| !name.is_empty()).or(Some(name.clone()))),
            id => (Some(id.to_owned()), None),
        };
        busy.set(true);
        fault.set(None);
        let question = SaveQuestion { title: name, question: view.question, chart: view.chart, dashboard, new_dashboard };
        browser::spawn(async move {
            match ask(question).await {
                Ok(question) => {
                    saved.try_set(Some(question));
                }
                Err(refused) => {
                    fault.try_set(Some(refused.message.get(language).to_owned()));
                }
            }
            busy.try_set(false);
        });
    };
    let form = move || {
        view! {
            <form class="form" on:submit=send>
                <TextField name="question-name" label=words::question_name(language) help=words::question_name_help(language) value=title.get_untracked() autocomplete="off"/>
                <Transition fallback=|| view! { <Skeleton shape="line"/> }>
                    {move || Suspend::new(async move {
                        let own = dashboards.await.unwrap_or_default().into_iter().filter(|card| card.own).map(|card| (card.id, card.title.get(language).to_owned()));
                        let options: Vec<(String, String)> = [("none".to_owned(), words::no_dashboard(language).to_owned())].into_iter().chain(own).chain([(NEW.to_owned(), words::new_dashboard(language).to_owned())]).collect();
                        view! { <SelectField name="dashboard" label=words::put_on_dashboard(language) options value="none" on_change=move |value: String| chosen.set(value)/> }
                    })}
                </Transition>
                {move || (chosen.get() == NEW).then(|| view! { <TextField name="new-dashboard" label=words::new_dashboard_name(language) autocomplete="off"/> })}
                <FormFault text=fault/>
                <div class="form-actions">
                    <Button label=crate::ui::words::cancel(language).to_owned() on_press=move |()| open.set(false)/>
                    <Button label=words::save_question(language).to_owned() tone=Tone::Solid busy/>
                </div>
            </form>
        }
    };
    move || match saved.get() {
        None => form().into_any(),
        Some(question) => view! { <Saved question/> }.into_any(),
    }
}

#[component]
fn Saved(question: SavedQuestion) -> impl IntoView {
    let language = use_language();
    view! {
        <p class="made" role="status"><Icon glyph=Glyph::Check/><span><b>{words::saved(language)}</b>" "{question.title.get(language).to_owned()}</span></p>
        <div class="form-actions">
            <LinkButton href="/questions" label=words::see_questions(language)/>
            {question.dashboard.map(|id| view! { <LinkButton href=format!("/dashboards/{}", path_step(&id)) label=words::see_dashboard(language) tone=Tone::Solid glyph=Glyph::Dashboard/> })}
        </div>
    }
}
