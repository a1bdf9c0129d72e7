//! Making a dashboard of one's own.

use super::{asks::CreateDashboard, words};
use crate::{
    ask::ask,
    ui::{
        browser::{self, read_form},
        button::{Button, Tone},
        dialog::Dialog,
        form::{FormFault, TextField},
        icon::Glyph,
    },
    visit::use_language,
    warehouse::address::path_step,
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// A button, and the dialog behind it that asks for a name.
#[component]
pub fn NewDashboard() -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    view! {
        <Button label=words::new_dashboard(language).to_owned() tone=Tone::Solid glyph=Glyph::Plus on_press=move |()| open.set(true)/>
        <Dialog open title=words::new_dashboard(language).to_owned()><NameForm/></Dialog>
    }
}

#[component]
fn NameForm() -> impl IntoView {
    let language = use_language();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<String>);
    let send = move |event| {
        let title = read_form(&event).text("title");
        if title.is_empty() {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        browser::spawn(async move {
            match ask(CreateDashboard { title }).await {
                Ok(id) => navigate(&format!("/dashboards/{}", path_step(&id)), Default::default()),
                Err(refused) => {
                    busy.set(false);
                    fault.set(Some(refused.message.get(language).to_owned()));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=send>
            <TextField name="title" label=words::new_dashboard_name(language) help=words::new_dashboard_help(language) autocomplete="off"/>
            <FormFault text=fault/>
            <div class="form-actions"><Button label=words::create(language).to_owned() tone=Tone::Solid busy/></div>
        </form>
    }
}
