//! Giving a dashboard to others: the menu on its page, the dialog that shares it, and the questions before it is published or taken back.

pub mod asks;
pub mod words;

use self::asks::{Colleague, ListShares, PublishDashboard, ShareDashboard, Shares, TakeBackDashboard, UnshareDashboard};
use super::asks::Dashboard;
use crate::{
    ask::{Fault, ask},
    ui::{
        act::{Act, use_act, use_form_faults},
        browser::read_form,
        button::{Button, IconButton, Tone},
        confirm::Confirm,
        dialog::Dialog,
        form::{FormFault, SelectField},
        icon::Glyph,
        menu::{Menu, MenuItem},
        states::answered,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What of it the reader may give to others. `changed`: the dashboard is to be asked for anew.
#[component]
pub fn SharingMenu(dashboard: Dashboard, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let title = StoredValue::new(dashboard.card.title.get(language).to_owned());
    let id = StoredValue::new(dashboard.card.id);
    let sharing = RwSignal::new(false);
    // What is asked once more about is the dashboard's title.
    let (publishing, taking) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let name = Callback::new(|title: String| view! { <b>{title}</b> }.into_any());
    let publish = Callback::new(move |_: String| {
        act.run(PublishDashboard { id: id.get_value() }, move |()| {
            act.say(words::published(language));
            changed.run(());
        });
    });
    let take_back = Callback::new(move |_: String| {
        act.run(TakeBackDashboard { id: id.get_value() }, move |()| {
            act.say(words::taken_back(language));
            changed.run(());
        });
    });
    view! {
        <Menu label=words::share_and_publish(language)>
            {dashboard.may_share.then(|| view! { <MenuItem label=words::share(language) glyph=Glyph::People on_press=move |()| sharing.set(true)/> })}
            {dashboard
                .may_publish
                .then(|| view! { <MenuItem label=words::publish(language) glyph=Glyph::Upload on_press=move |()| publishing.set(Some(title.get_value()))/> })}
            {dashboard
                .may_take_back
                .then(|| view! { <MenuItem label=words::take_back(language) glyph=Glyph::Person on_press=move |()| taking.set(Some(title.get_value()))/> })}
        </Menu>
        <Dialog open=sharing title=words::share_title(language).to_owned()><Sharing id=id.get_value()/></Dialog>
        <Confirm
            about=publishing
            title=words::publish_title(language)
            name
            text=words::publish_text(language)
            verb=words::publish_it(language)
            tone=Tone::Solid
            busy=act.busy
            on_sure=publish
        />
        <Confirm
            about=taking
            title=words::take_back_title(language)
            name
            text=words::take_back_text(language)
            verb=words::take_back_it(language)
            tone=Tone::Solid
            busy=act.busy
            on_sure=take_back
        />
    }
}

/// With whom it is shared, and the form that adds somebody.
#[component]
fn Sharing(id: String) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let id = StoredValue::new(id);
    let shares: Resource<Result<Shares, Fault>> = Resource::new(|| (), move |()| ask(ListShares { id: id.get_value() }));
    view! {
        <p class="quiet">{words::share_lead(language)}</p>
        <p class="quiet">{words::titles_as_they_are(language)}</p>
        {answered(shares, "line", move |known: Shares| view! { <Colleagues known id shares act/> }.into_any())}
    }
}

#[component]
fn Colleagues(known: Shares, id: StoredValue<String>, shares: Resource<Result<Shares, Fault>>, act: Act) -> impl IntoView {
    let language = use_language();
    let faults = use_form_faults();
    let Shares { with, others } = known;
    let nobody = match (with.is_empty(), others.is_empty()) {
        (true, true) => Some(words::no_colleagues(language)),
        (true, false) => Some(words::with_nobody(language)),
        (false, true) => Some(words::all_have_it(language)),
        (false, false) => None,
    };
    let send = move |event: SubmitEvent| {
        let person = read_form(&event).text("person");
        faults.clear();
        let done = move |()| {
            act.say(words::shared(language));
            shares.refetch();
        };
        act.run_or(ShareDashboard { id: id.get_value(), person }, done, move |fault| faults.set(fault));
    };
    let options: Vec<(String, String)> = others.into_iter().map(|colleague| (colleague.id, colleague.name)).collect();
    let form = (!options.is_empty()).then(|| {
        view! {
            <form class="form" on:submit=send>
                <SelectField name="person" label=words::colleague(language) options error=faults.under("person")/>
                <FormFault text=faults.above(&["person"])/>
                <div class="form-actions"><Button label=words::share_it(language).to_owned() tone=Tone::Solid glyph=Glyph::People busy=act.busy/></div>
            </form>
        }
    });
    let lines = with.into_iter().map(|colleague| line(colleague, id, shares, act)).collect_view();
    view! {
        {nobody.map(|text| view! { <p class="quiet">{text}</p> })}
        <ul class="session-list" aria-label=words::shared_with(language)>{lines}</ul>
        {form}
    }
}

fn line(colleague: Colleague, id: StoredValue<String>, shares: Resource<Result<Shares, Fault>>, act: Act) -> AnyView {
    let language = use_language();
    let Colleague { id: person, name } = colleague;
    let label = format!("{} {name}", words::stop(language));
    let said = format!("{} {name}.", words::stopped(language));
    let stop = move |()| {
        let said = said.clone();
        act.run(UnshareDashboard { id: id.get_value(), person: person.clone() }, move |()| {
            act.say(said);
            shares.refetch();
        });
    };
    view! {
        <li>
            <div><b>{name}</b></div>
            <IconButton label glyph=Glyph::Delete on_press=stop/>
        </li>
    }
    .into_any()
}
