//! One's own second factors on the account page: codes of an app, and recovery codes.

pub mod asks;
pub mod passkey_browser;
pub mod passkeys;
pub mod sign_in_code;
pub mod words;

use self::{
    asks::{AppSecret, BeginApp, ConfirmApp, EndApp, Factors, ListFactors, RecoveryCodes, RenewRecoveryCodes},
    passkeys::Passkeys,
};
use crate::{
    ask::{Fault, ask},
    identity::sessions::Sessions,
    text::Language,
    ui::{
        act::{FormFaults, use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        calendar::now_ms,
        dialog::{Dialog, open_while},
        figures::use_figures,
        form::{FormFault, TextField},
        icon::Glyph,
        page::Panel,
        states::answered,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

pub type OwnFactors = Resource<Result<Factors, Fault>>;

/// What is wanted, and waits for a proof of who asks.
#[derive(Clone, Copy, PartialEq)]
enum Wanted {
    On,
    Off,
    Renew,
}

/// So few recovery codes left are said.
const FEW: u32 = 3;

#[component]
pub fn SecondFactors(sessions: Sessions) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let factors: OwnFactors = Resource::new(|| (), |()| ask(ListFactors {}));
    let wanted = RwSignal::new(None::<Wanted>);
    let secret = RwSignal::new(None::<AppSecret>);
    let codes = RwSignal::new(None::<RecoveryCodes>);
    let (asking, scanning, showing) = (open_while(wanted), open_while(secret), open_while(codes));
    let changed = move |text: &'static str| {
        act.say(text);
        factors.refetch();
        sessions.refetch();
    };
    let proven = Callback::new(move |proof: String| {
        let failed = move |fault| faults.set(fault);
        match wanted.get_untracked() {
            Some(Wanted::On) => act.run_or(
                BeginApp { proof },
                move |made| {
                    wanted.set(None);
                    secret.set(Some(made));
                },
                failed,
            ),
            Some(Wanted::Off) => act.run_or(
                EndApp { proof },
                move |()| {
                    wanted.set(None);
                    changed(words::app_turned_off(language));
                },
                failed,
            ),
            Some(Wanted::Renew) => act.run_or(
                RenewRecoveryCodes { proof },
                move |made| {
                    wanted.set(None);
                    codes.set(Some(made));
                    factors.refetch();
                    sessions.refetch();
                },
                failed,
            ),
            None => {}
        }
    });
    let confirm = move |event: SubmitEvent| {
        let code = browser::read_form(&event).text("code");
        faults.clear();
        let done = move |made| {
            secret.set(None);
            codes.set(Some(made));
            changed(words::app_turned_on(language));
        };
        act.run_or(ConfirmApp { code }, done, move |fault| faults.set(fault));
    };
    let ask_title = Signal::derive(move || {
        let title = match wanted.get() {
            Some(Wanted::Off) => words::turn_off_title(language),
            Some(Wanted::Renew) => words::renew_title(language),
            Some(Wanted::On) | None => words::turn_on_title(language),
        };
        title.to_owned()
    });
    let want = Callback::new(move |what: Wanted| {
        faults.clear();
        wanted.set(Some(what));
    });
    view! {
        <Panel title=words::app(language) class="narrow">
            {answered(factors, "line", move |factors| app_state(&factors, want, language))}
        </Panel>
        <Passkeys factors sessions/>
        <Dialog open=asking title=ask_title>
            {move || {
                wanted.get().map(|what| {
                    let (text, verb, tone) = match what {
                        Wanted::On => (words::turn_on_text(language), words::go_on(language), Tone::Solid),
                        Wanted::Off => (words::turn_off_text(language), words::turn_off(language), Tone::Danger),
                        Wanted::Renew => (words::renew_text(language), words::renew(language), Tone::Danger),
                    };
                    view! { <ProofForm text verb tone faults busy=act.busy on_proof=proven/> }
                })
            }}
        </Dialog>
        <Dialog open=scanning title=words::scan_title(language).to_owned()>
            {move || {
                secret.get().map(|made| {
                    view! {
                        <form class="form" on:submit=confirm>
                            <p>{words::scan_text(language)}</p>
                            <img class="qr" src=made.picture alt=words::picture(language) width="224" height="224"/>
                            <Secret label=words::key(language) text=made.secret/>
                            <TextField name="code" label=words::code(language) help=words::six_digits(language) error=faults.under("code") autocomplete="one-time-code".to_owned()/>
                            <FormFault text=faults.above(&["code"])/>
                            <div class="form-actions"><Button label=words::turn_on(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
                        </form>
                    }
                })
            }}
        </Dialog>
        <Dialog open=showing title=words::codes(language).to_owned()>
            {move || {
                codes.get().map(|made| {
                    view! {
                        <p>{words::codes_text(language)}</p>
                        <Secret label=words::codes(language) text=made.codes.join("\n")/>
                        <div class="form-actions"><Button label=words::kept_them(language).to_owned() tone=Tone::Solid on_press=move |()| codes.set(None)/></div>
                    }
                })
            }}
        </Dialog>
    }
}

fn app_state(factors: &Factors, want: Callback<Wanted>, language: Language) -> AnyView {
    let Some(since_ms) = factors.app_since_ms else {
        return view! {
            <p class="quiet">{words::app_off(language)}</p>
            <div class="form-actions">
                <Button label=words::turn_on(language).to_owned() glyph=Glyph::Shield on_press=move |()| want.run(Wanted::On)/>
            </div>
        }
        .into_any();
    };
    let since = use_figures().when(since_ms, now_ms());
    let few = (factors.recovery_codes < FEW).then(|| view! { <p class="banner lamp">{words::few_codes(language)}</p> });
    view! {
        <p>{words::app_on(language)}" "{since}"."</p>
        <p class="quiet">{words::codes_left(language)}": "{factors.recovery_codes}</p>
        {few}
        <div class="form-actions">
            <Button label=words::renew(language).to_owned() glyph=Glyph::Again on_press=move |()| want.run(Wanted::Renew)/>
            <Button label=words::turn_off(language).to_owned() tone=Tone::Danger on_press=move |()| want.run(Wanted::Off)/>
        </div>
    }
    .into_any()
}

/// Something to be copied by hand or by a press; lines stay lines.
#[component]
fn Secret(label: &'static str, text: String) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let copied = text.clone();
    view! {
        <div class="secret long">
            <span>{label}</span>
            <code class="copied-lines">{text}</code>
            <IconButton label=ui_words::copy(language).to_owned() glyph=Glyph::Copy on_press=move |()| {
                browser::copy(&copied);
                act.say(ui_words::copied(language));
            }/>
        </div>
    }
}

/// Asks once more for the password or a code, says what will happen, and hands the proof on.
#[component]
pub fn ProofForm(text: &'static str, verb: &'static str, tone: Tone, faults: FormFaults, busy: RwSignal<bool>, on_proof: Callback<String>) -> impl IntoView {
    let send = move |event: SubmitEvent| {
        let proof = browser::read_form(&event).exact("proof");
        faults.clear();
        on_proof.run(proof);
    };
    view! {
        <form class="form" on:submit=send>
            <p>{text}</p>
            <ProofField faults/>
            <FormFault text=faults.above(&["proof"])/>
            <div class="form-actions"><Button label=verb.to_owned() tone busy/></div>
        </form>
    }
}

#[component]
pub fn ProofField(faults: FormFaults) -> impl IntoView {
    let language = use_language();
    view! {
        <TextField name="proof" label=words::proof(language) kind="password" help=words::proof_help(language) error=faults.under("proof") autocomplete="current-password".to_owned()/>
    }
}
