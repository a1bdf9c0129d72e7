//! Sessions: where somebody is signed in, and a way to end it. One's own on the account page, a person's for administrators.

use super::{
    asks::{EndOtherSessions, EndPersonSession, EndSession, ListPersonSessions, SessionCard},
    words,
};
use crate::{
    ask::{Fault, ask},
    text::Language,
    ui::{
        act::{use_act, use_form_faults},
        button::{Button, IconButton, Tone},
        calendar::now_ms,
        chip::Tag,
        dialog::Dialog,
        figures::{Figures, use_figures},
        form::FormFault,
        icon::Glyph,
        page::Panel,
        states::answered,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

pub type Sessions = Resource<Result<Vec<SessionCard>, Fault>>;

/// One's own, with the one that is being used among them.
#[component]
pub fn OwnSessions(sessions: Sessions) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let sure = RwSignal::new(false);
    let end = Callback::new(move |id: String| {
        act.run(EndSession { id }, move |()| {
            act.say(words::session_ended(language));
            sessions.refetch();
        });
    });
    // The dialog closes first, so that a message about a failure is not behind it.
    let end_others = move |()| {
        sure.set(false);
        act.run(EndOtherSessions {}, move |()| {
            act.say(words::sessions_ended(language));
            sessions.refetch();
        });
    };
    view! {
        <Panel title=words::sessions(language) class="narrow">
            {answered(sessions, "line", move |sessions: Vec<SessionCard>| {
                let alone = sessions.iter().all(|session| session.this_one);
                let text = if alone { words::only_this(language) } else { words::unknown_session(language) };
                let others = (!alone).then(|| {
                    view! {
                        <div class="form-actions">
                            <Button label=words::end_others(language).to_owned() glyph=Glyph::Leave busy=act.busy on_press=move |()| sure.set(true)/>
                        </div>
                    }
                });
                view! {
                    <Lines sessions end/>
                    <p class="quiet">{text}</p>
                    {others}
                }
                .into_any()
            })}
        </Panel>
        <Dialog open=sure title=words::end_others_title(language).to_owned()>
            <p>{words::end_others_text(language)}</p>
            <div class="form-actions">
                <Button label=ui_words::cancel(language).to_owned() on_press=move |()| sure.set(false)/>
                <Button label=words::end_others(language).to_owned() tone=Tone::Danger busy=act.busy on_press=end_others/>
            </div>
        </Dialog>
    }
}

/// A person's, within a dialog: what is said of them stands in it. `end_all` asks once more.
#[component]
pub fn PersonSessions(person: String, #[prop(into)] end_all: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let said = RwSignal::new("");
    let whose = person.clone();
    let sessions: Sessions = Resource::new(|| (), move |()| ask(ListPersonSessions { person: whose.clone() }));
    let end = Callback::new(move |id: String| {
        said.set("");
        faults.clear();
        let done = move |()| {
            said.set(words::session_ended(language));
            sessions.refetch();
        };
        act.run_or(EndPersonSession { person: person.clone(), id }, done, move |fault| faults.set(fault));
    });
    view! {
        <FormFault text=faults.above(&[])/>
        <p class="quiet" role="status">{move || said.get()}</p>
        {answered(sessions, "line", move |sessions: Vec<SessionCard>| {
            if sessions.is_empty() {
                return view! { <p class="quiet">{words::no_sessions(language)}</p> }.into_any();
            }
            let own = sessions.iter().any(|session| session.this_one);
            let label = if own { words::end_others(language) } else { words::end_all(language) };
            let all = sessions.iter().any(|session| !session.this_one).then(|| {
                view! {
                    <div class="form-actions">
                        <Button label=label.to_owned() tone=Tone::Danger glyph=Glyph::Leave busy=act.busy on_press=end_all/>
                    </div>
                }
            });
            view! {
                <Lines sessions end/>
                {all}
            }
            .into_any()
        })}
    }
}

/// One a line. The one that is being used has no way to end it: that is signing out.
#[component]
fn Lines(sessions: Vec<SessionCard>, end: Callback<String>) -> impl IntoView {
    let figures = use_figures();
    let now = now_ms();
    let items = sessions.into_iter().map(|session| line(session, end, &figures, now)).collect_view();
    view! { <ul class="session-list">{items}</ul> }
}

fn line(session: SessionCard, end: Callback<String>, figures: &Figures, now: i64) -> AnyView {
    let language = figures.language;
    let device = device(&session, language);
    let begun = format!("{} {}", words::begun(language), figures.when(session.begun_ms, now));
    let used = (!session.this_one).then(|| format!("{} {}", words::last_used(language), figures.when(session.seen_ms, now)));
    let about = [session.address, Some(begun.clone()), used].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let mark = session.this_one.then(|| view! { <Tag label=words::this_one(language)/> });
    let id = session.id;
    let button = (!session.this_one).then(|| {
        let label = format!("{}: {device}, {begun}", words::end_session(language));
        view! { <IconButton label glyph=Glyph::Leave on_press=move |()| end.run(id.clone())/> }
    });
    view! {
        <li>
            <div><b>{device}{mark}</b><small>{about}</small></div>
            {button}
        </li>
    }
    .into_any()
}

/// `Firefox on Windows`.
fn device(session: &SessionCard, language: Language) -> String {
    match (&session.browser, &session.system) {
        (Some(browser), Some(system)) => format!("{browser} {} {system}", words::on_system(language)),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => words::unknown_device(language).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_told_as_far_as_it_is_known() {
        let session = |browser: Option<&str>, system: Option<&str>| SessionCard {
            id: "1".into(),
            this_one: false,
            browser: browser.map(str::to_owned),
            system: system.map(str::to_owned),
            address: None,
            begun_ms: 0,
            seen_ms: 0,
        };
        assert_eq!(device(&session(Some("Firefox"), Some("Windows")), Language::Es), "Firefox en Windows");
        assert_eq!(device(&session(Some("curl"), None), Language::En), "curl");
        assert_eq!(device(&session(None, Some("Android")), Language::En), "Android");
        assert_eq!(device(&session(None, None), Language::En), "Unknown device");
    }
}
