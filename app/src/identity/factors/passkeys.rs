//! One's own passkeys on the account page, and the button of the sign-in page that uses them.

use super::{
    OwnFactors, ProofField, ProofForm,
    asks::{Factors, PasskeyCard, RemovePasskey},
    passkey_browser, words,
};
use crate::{
    identity::sessions::Sessions,
    text::Language,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        calendar::now_ms,
        dialog::{Dialog, open_while},
        figures::{Figures, use_figures},
        form::{FormFault, TextField},
        icon::Glyph,
        page::Panel,
        states::answered,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

#[component]
pub fn Passkeys(factors: OwnFactors, sessions: Sessions) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let adding = RwSignal::new(false);
    let unwanted = RwSignal::new(None::<PasskeyCard>);
    let removing = open_while(unwanted);
    let changed = move |text: &'static str| {
        act.say(text);
        factors.refetch();
        sessions.refetch();
    };
    let add = Callback::new(move |()| {
        faults.clear();
        adding.set(true);
    });
    let remove = Callback::new(move |passkey: PasskeyCard| {
        faults.clear();
        unwanted.set(Some(passkey));
    });
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let (name, proof) = (form.text("passkey-name"), form.exact("proof"));
        faults.clear();
        act.busy.set(true);
        browser::spawn(async move {
            let made = passkey_browser::add(name, proof).await;
            let _ = act.busy.try_set(false);
            match made {
                Ok(()) => {
                    adding.set(false);
                    changed(words::passkey_added(language));
                }
                Err(fault) => faults.set(fault),
            }
        });
    };
    let proven = Callback::new(move |proof: String| {
        let Some(passkey) = unwanted.get_untracked() else { return };
        let done = move |()| {
            unwanted.set(None);
            changed(words::passkey_removed(language));
        };
        act.run_or(RemovePasskey { id: passkey.id, proof }, done, move |fault| faults.set(fault));
    });
    view! {
        <Panel title=words::passkeys(language) class="narrow">
            {answered(factors, "line", move |factors| shown(factors, add, remove, language))}
        </Panel>
        <Dialog open=adding title=words::add_passkey(language).to_owned()>
            <form class="form" on:submit=send>
                <TextField name="passkey-name" label=words::passkey_name(language) help=words::passkey_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
                <ProofField faults/>
                <FormFault text=faults.above(&["name", "proof"])/>
                <div class="form-actions"><Button label=words::add_passkey(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
            </form>
        </Dialog>
        <Dialog open=removing title=words::remove_title(language).to_owned()>
            {move || {
                unwanted.get().map(|passkey| {
                    view! {
                        <p><b>{passkey.name}</b></p>
                        <ProofForm text=words::remove_text(language) verb=words::remove(language) tone=Tone::Danger faults busy=act.busy on_proof=proven/>
                    }
                })
            }}
        </Dialog>
    }
}

fn shown(factors: Factors, add: Callback<()>, remove: Callback<PasskeyCard>, language: Language) -> AnyView {
    let figures = use_figures();
    let text = if factors.passkeys_offered { words::passkeys_text(language) } else { words::no_passkeys_here(language) };
    let button = factors.passkeys_offered.then(|| {
        view! {
            <div class="form-actions"><Button label=words::add_passkey(language).to_owned() glyph=Glyph::Key on_press=add/></div>
        }
    });
    let lines = factors.passkeys.into_iter().map(|passkey| line(passkey, remove, &figures)).collect_view();
    view! {
        <ul class="session-list">{lines}</ul>
        <p class="quiet">{text}</p>
        {button}
    }
    .into_any()
}

fn line(passkey: PasskeyCard, remove: Callback<PasskeyCard>, figures: &Figures) -> AnyView {
    let language = figures.language;
    let now = now_ms();
    let used = match passkey.used_ms {
        Some(ms) => format!("{} {}", words::used(language), figures.when(ms, now)),
        None => words::never_used(language).to_owned(),
    };
    let about = format!("{} {} · {used}", words::added(language), figures.when(passkey.added_ms, now));
    let label = format!("{}: {}", words::remove(language), passkey.name);
    let name = passkey.name.clone();
    view! {
        <li>
            <div><b>{name}</b><small>{about}</small></div>
            <IconButton label glyph=Glyph::Delete on_press=move |()| remove.run(passkey.clone())/>
        </li>
    }
    .into_any()
}

/// Signs in with a passkey and goes on to `next`. It needs script, and is not seen before there is some.
#[component]
pub fn PasskeyDoor(next: String) -> impl IntoView {
    let language = use_language();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let press = move |()| {
        let next = next.clone();
        busy.set(true);
        problem.set(None);
        browser::spawn(async move {
            match passkey_browser::enter().await {
                Ok(()) => browser::load(&next),
                Err(fault) => {
                    let _ = busy.try_set(false);
                    let _ = problem.try_set(Some(fault.message.get(language).to_owned()));
                }
            }
        });
    };
    view! {
        <div class="alone-other">
            <FormFault text=problem/>
            <Button label=words::with_passkey(language).to_owned() glyph=Glyph::Key busy on_press=press/>
        </div>
    }
}
