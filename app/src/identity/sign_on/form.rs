//! The form of single sign-on: the provider, what groups and claims give, who comes in how.

use super::{
    asks::{ClaimRule, GroupRule, SaveSignOn, SignOn, SignOnState, TriedSignOn, TrySignOn},
    words,
};
use crate::{
    text::{Language, Text},
    ui::{
        act::{use_act, use_form_faults},
        browser::{self, Filled},
        button::{Button, IconButton, Tone},
        form::{CheckField, FormFault, SelectField, TextField},
        icon::Glyph,
        page::{Facts, Panel},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

const PLACED: &[&str] = &["name", "issuer", "client_id", "client_secret", "scopes", "groups_claim", "contact"];

#[component]
pub fn SignOnForm(state: SignOnState, saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let tried = RwSignal::new(None::<TriedSignOn>);
    let SignOnState { settings, secret_set, back, departments, roles } = state;
    let (groups, claims) = (Rows::of(settings.groups), Rows::of(settings.claims));
    let version = settings.version;
    let send = move |event: SubmitEvent| {
        let trying = browser::pressed(&event) == "try";
        let form = browser::read_form(&event);
        let failed = move |fault| faults.set(fault);
        faults.clear();
        tried.set(None);
        if trying {
            let question = TrySignOn { issuer: form.text("issuer"), groups_claim: form.text("groups_claim") };
            return act.run_or(question, move |found| tried.set(Some(found)), failed);
        }
        let question = SaveSignOn { settings: read(&form, groups, claims, version), client_secret: form.exact("client_secret") };
        let done = move |()| {
            act.say(words::saved(language));
            saved.run(());
        };
        act.run_or(question, done, failed);
    };
    let (departments, roles) = (StoredValue::new(choices(departments, language)), StoredValue::new(choices(roles, language)));
    let secret_help = if secret_set { words::secret_set(language) } else { words::secret_not_set(language) };
    let off = || "off".to_owned();
    view! {
        <form class="form" on:submit=send>
            <Panel title=words::provider(language) class="form">
                <Facts facts=vec![(words::back(language).to_owned(), back)]/>
                <CheckField name="enabled" label=words::enabled(language) ticked=settings.enabled/>
                <div class="two">
                    <TextField name="name" label=words::name(language) value=settings.name help=words::name_help(language) error=faults.under("name") autocomplete=off()/>
                    <TextField name="issuer" label=words::issuer(language) value=settings.issuer help=words::issuer_help(language) error=faults.under("issuer") autocomplete=off()/>
                </div>
                <div class="two">
                    <TextField name="client_id" label=words::client_id(language) value=settings.client_id help=words::client_id_help(language) error=faults.under("client_id") autocomplete=off()/>
                    <TextField name="client_secret" label=words::client_secret(language) kind="password" help=secret_help error=faults.under("client_secret") optional=true autocomplete="new-password".to_owned()/>
                </div>
                <TextField name="scopes" label=words::scopes(language) value=settings.scopes help=words::scopes_help(language) error=faults.under("scopes") optional=true autocomplete=off()/>
                <div aria-live="polite">{move || tried.get().map(|tried| found(tried, language))}</div>
                <div class="form-actions"><button type="submit" class="button line" value="try" formnovalidate=true>{words::try_it(language)}</button></div>
            </Panel>
            <Panel title=words::belonging(language) class="form">
                <TextField name="groups_claim" label=words::groups_claim(language) value=settings.groups_claim error=faults.under("groups_claim") autocomplete=off()/>
                <fieldset class="lines">
                    <legend>{words::groups(language)}</legend>
                    <p class="field-help">{words::groups_help(language)}</p>
                    <For each=move || groups.list.get() key=|(number, _)| *number children=move |(number, rule)| {
                        group_line(groups, number, rule, departments.get_value(), roles.get_value(), language)
                    }/>
                    <Button label=words::add_group(language).to_owned() tone=Tone::Ghost glyph=Glyph::Plus on_press=move |()| groups.add()/>
                </fieldset>
                <fieldset class="lines">
                    <legend>{words::claims(language)}</legend>
                    <p class="field-help">{words::claims_help(language)}</p>
                    <For each=move || claims.list.get() key=|(number, _)| *number children=move |(number, rule)| claim_line(claims, number, rule, language)/>
                    <Button label=words::add_claim(language).to_owned() tone=Tone::Ghost glyph=Glyph::Plus on_press=move |()| claims.add()/>
                </fieldset>
            </Panel>
            <Panel title=words::policy(language) class="form">
                <CheckField name="create_accounts" label=words::create_accounts(language) ticked=settings.create_accounts help=words::create_accounts_help(language)/>
                <CheckField name="refuse_passwords" label=words::refuse_passwords(language) ticked=settings.refuse_passwords help=words::refuse_passwords_help(language)/>
                <TextField name="contact" label=words::contact(language) value=settings.contact help=words::contact_help(language) error=faults.under("contact") optional=true autocomplete=off()/>
                <FormFault text=faults.above(PLACED)/>
                <div class="form-actions"><Button label=ui_words::save(language).to_owned() tone=Tone::Solid busy=act.busy/></div>
            </Panel>
        </form>
    }
}

/// What a provider said, or why it cannot be used.
fn found(tried: TriedSignOn, language: Language) -> AnyView {
    let facts: Vec<(String, String)> = tried.found.into_iter().map(|(name, value)| (name.get(language).to_owned(), value)).collect();
    let verdict = match tried.wrong {
        Some(wrong) => view! { <p class="banner bad">{wrong.get(language).to_owned()}</p> }.into_any(),
        None => view! { <p class="banner">{words::it_answers(language)}</p> }.into_any(),
    };
    view! {
        {verdict}
        {(!facts.is_empty()).then(|| view! { <Facts facts/> })}
    }
    .into_any()
}

/// Rows of a form that can grow; each keeps its number, so that removing one does not rename the others.
struct Rows<T: Send + Sync + 'static> {
    list: RwSignal<Vec<(u32, T)>>,
    next: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Rows<T> {}

impl<T: Default + Clone + Send + Sync + 'static> Rows<T> {
    fn of(items: Vec<T>) -> Self {
        let next = items.len() as u32;
        Self { list: RwSignal::new((0..).zip(items).collect()), next: StoredValue::new(next) }
    }

    fn add(self) {
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.list.update(|list| list.push((number, T::default())));
    }

    fn remove(self, number: u32) {
        self.list.update(|list| list.retain(|(n, _)| *n != number));
    }

    fn numbers(self) -> Vec<u32> {
        self.list.with_untracked(|list| list.iter().map(|(number, _)| *number).collect())
    }
}

type Choices = Vec<(String, String)>;

fn group_line(rows: Rows<GroupRule>, number: u32, rule: GroupRule, departments: Choices, roles: Choices, language: Language) -> AnyView {
    view! {
        <div class="rule-row">
            <TextField name=format!("group-{number}") label=words::group(language) value=rule.group autocomplete="off".to_owned()/>
            <SelectField name=format!("department-{number}") label=words::department(language) options=departments value=rule.department/>
            <SelectField name=format!("role-{number}") label=words::role(language) options=roles value=rule.role/>
            <IconButton label=words::remove(language).to_owned() glyph=Glyph::Close on_press=move |()| rows.remove(number)/>
        </div>
    }
    .into_any()
}

fn claim_line(rows: Rows<ClaimRule>, number: u32, rule: ClaimRule, language: Language) -> AnyView {
    view! {
        <div class="rule-row">
            <TextField name=format!("claim-{number}") label=words::claim(language) value=rule.claim autocomplete="off".to_owned()/>
            <TextField name=format!("attribute-{number}") label=words::attribute(language) value=rule.attribute autocomplete="off".to_owned()/>
            <IconButton label=words::remove(language).to_owned() glyph=Glyph::Close on_press=move |()| rows.remove(number)/>
        </div>
    }
    .into_any()
}

fn read(form: &Filled, groups: Rows<GroupRule>, claims: Rows<ClaimRule>, version: i64) -> SignOn {
    let field = |name: &str, number: u32| form.text(&format!("{name}-{number}"));
    let group = |number| GroupRule { group: field("group", number), department: field("department", number), role: field("role", number) };
    let claim = |number| ClaimRule { claim: field("claim", number), attribute: field("attribute", number) };
    SignOn {
        enabled: form.ticked("enabled"),
        name: form.text("name"),
        issuer: form.text("issuer"),
        client_id: form.text("client_id"),
        scopes: form.text("scopes"),
        groups_claim: form.text("groups_claim"),
        groups: groups.numbers().into_iter().map(group).collect(),
        claims: claims.numbers().into_iter().map(claim).collect(),
        create_accounts: form.ticked("create_accounts"),
        refuse_passwords: form.ticked("refuse_passwords"),
        contact: form.text("contact"),
        version,
    }
}

fn choices(list: Vec<(String, Text)>, language: Language) -> Choices {
    list.into_iter().map(|(name, title)| (name, title.get(language).to_owned())).collect()
}
