//! One's own API keys: a list, the form that makes one, and the key shown this once.

pub mod asks;
pub mod words;

use self::asks::{EndKey, KeyCard, KeyPower, ListKeys, MadeKey, MakeKey};
use crate::{
    ask::{Fault, ask},
    front::frame::use_reader,
    identity::words as identity_words,
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, IconButton, Tone},
        calendar::now_ms,
        chip::Tag,
        confirm::Confirm,
        dialog::{Dialog, open_while},
        figures::{Figures, use_figures},
        form::{ChoiceList, FormFault, SelectField, TextField},
        icon::Glyph,
        page::Panel,
        states::answered,
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What the form offers.
const DAYS: [u32; 4] = [7, 30, 90, 365];

#[component]
pub fn OwnKeys() -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let keys: Resource<Result<Vec<KeyCard>, Fault>> = Resource::new(|| (), |()| ask(ListKeys {}));
    let (adding, made, ending) = (RwSignal::new(false), RwSignal::new(None::<MadeKey>), RwSignal::new(None::<KeyCard>));
    let done = Callback::new(move |key: MadeKey| {
        adding.set(false);
        made.set(Some(key));
        keys.refetch();
    });
    let name = Callback::new(|key: KeyCard| view! { <b>{key.name}</b> }.into_any());
    let on_sure = Callback::new(move |key: KeyCard| {
        act.run(EndKey { id: key.id }, move |()| {
            act.say(words::key_ended(language));
            keys.refetch();
        });
    });
    view! {
        <Panel title=words::keys(language) class="narrow">
            <p class="quiet">{words::keys_text(language)}</p>
            {answered(keys, "line", move |keys: Vec<KeyCard>| {
                let figures = use_figures();
                let now = now_ms();
                if keys.is_empty() {
                    return view! { <p class="quiet">{words::no_keys(language)}</p> }.into_any();
                }
                let items = keys.into_iter().map(|key| line(key, ending, &figures, now)).collect_view();
                view! { <ul class="session-list">{items}</ul> }.into_any()
            })}
            <div class="form-actions">
                <Button label=words::add_key(language).to_owned() glyph=Glyph::Plus on_press=move |()| adding.set(true)/>
            </div>
        </Panel>
        <Dialog open=adding title=words::add_key(language).to_owned() sheet=true>
            {move || adding.get().then(|| view! { <KeyForm done/> })}
        </Dialog>
        <KeyOnce made/>
        <Confirm
            about=ending
            title=words::end_title(language)
            name
            text=words::end_text(language)
            verb=words::end_key(language)
            busy=act.busy
            on_sure
        />
    }
}

fn line(key: KeyCard, ending: RwSignal<Option<KeyCard>>, figures: &Figures, now: i64) -> AnyView {
    let language = figures.language;
    let over = key.expires_ms <= now;
    let mark = match (key.ended, over) {
        (true, _) => Some(words::ended(language)),
        (false, true) => Some(words::expired(language)),
        (false, false) => None,
    };
    let used = key.used_ms.map_or_else(|| words::never_used(language).to_owned(), |ms| format!("{} {}", words::used(language), figures.when(ms, now)));
    let end = if over { words::ran_out(language) } else { words::until(language) };
    let powers = key.powers.iter().map(|power| words::power(*power, language)).collect::<Vec<_>>().join(", ");
    let about = [
        key.department.get(language).to_owned(),
        powers,
        format!("{} {}", words::made(language), figures.when(key.made_ms, now)),
        format!("{end} {}", figures.when(key.expires_ms, now)),
        used,
    ]
    .join(" · ");
    let label = format!("{}: {}", words::end_key(language), key.name);
    let name = key.name.clone();
    view! {
        <li>
            <div><b>{name}{mark.map(|label| view! { <Tag label/> })}</b><small>{about}</small></div>
            <IconButton label glyph=Glyph::Leave on_press=move |()| ending.set(Some(key.clone()))/>
        </li>
    }
    .into_any()
}

#[component]
fn KeyForm(done: Callback<MadeKey>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let reader = use_reader();
    let faults = use_form_faults();
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        faults.clear();
        let chosen = form.all("powers");
        let powers = KeyPower::ALL.into_iter().filter(|power| chosen.iter().any(|name| name == power.name())).collect();
        let days = form.text("days").parse().unwrap_or_default();
        act.run_or(MakeKey { name: form.text("name"), powers, days }, move |made| done.run(made), move |fault| faults.set(fault));
    };
    // What the person may not do is not offered.
    let may = reader.0.get_untracked().and_then(Result::ok).map(|me| me.may).unwrap_or_default();
    let offered = |power: &KeyPower| match power {
        KeyPower::Read => true,
        KeyPower::Download => may.download(),
        KeyPower::Sql => may.sql,
        KeyPower::Operate => may.administer_jobs,
    };
    let powers = KeyPower::ALL.into_iter().filter(offered);
    let powers = powers.map(|power| (power.name().to_owned(), words::power(power, language).to_owned(), power == KeyPower::Read)).collect::<Vec<_>>();
    let days = DAYS.map(|days| (days.to_string(), words::days(days, language))).to_vec();
    view! {
        <form class="form" on:submit=send>
            <TextField name="name" label=words::key_name(language) help=words::key_name_help(language) error=faults.under("name") autocomplete="off".to_owned()/>
            <ChoiceList name="powers" label=words::powers(language) options=powers/>
            <SelectField name="days" label=words::good_for(language) options=days value="30".to_owned() error=faults.under("days")/>
            <FormFault text=faults.above(&["name", "days"])/>
            <div class="form-actions"><Button label=words::make(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
        </form>
    }
}

/// The key, and how it is used.
#[component]
fn KeyOnce(made: RwSignal<Option<MadeKey>>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let open = open_while(made);
    view! {
        <Dialog open title=words::key(language).to_owned()>
            {move || made.get().map(|key| {
                let secret = key.key.clone();
                let example = format!(
                    "curl -H \"Authorization: Bearer $API_KEY\" -H \"Content-Type: application/json\" -d '{{}}' {}api/warehouse/marts",
                    key.address
                );
                view! {
                    <p>{words::key_once(language)}</p>
                    <p class="secret long">
                        <span>{key.name}</span>
                        <code>{key.key}</code>
                        <IconButton label=ui_words::copy(language).to_owned() glyph=Glyph::Copy on_press=move |()| {
                            browser::copy(&secret);
                            act.say(ui_words::copied(language));
                        }/>
                    </p>
                    <h3 class="settings-head">{words::how_to(language)}</h3>
                    <pre class="settings-file" tabindex="0">{example}</pre>
                    <div class="form-actions"><Button label=identity_words::done(language).to_owned() tone=Tone::Solid on_press=move |()| made.set(None)/></div>
                }
            })}
        </Dialog>
    }
}
