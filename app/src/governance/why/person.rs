//! The page that says why a person sees what they see of each mart and stream.

use super::{
    asks::{ColumnState, ColumnWhy, GrantWhy, MartWhy, PersonWhy, Standing, WhyPerson},
    words,
};
use crate::{
    ask::ask,
    identity::viewing::asks::BeginViewing,
    text::{Language, Text},
    ui::{
        act::use_act,
        browser,
        button::{Button, LinkButton},
        chip::{Mood, Tag},
        icon::{Glyph, Icon},
        page::{Facts, PageHead},
        states::{Empty, answered},
    },
    visit::use_language,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Address `/admin/people/{person}/why`.
#[component]
pub fn WhyPersonPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let person = Memo::new(move |_| params.with(|params| params.get("person").unwrap_or_default()));
    // Of several departments the one that is explained; none: the first.
    let department = RwSignal::new(None::<String>);
    let why = Resource::new(move || (person.get(), department.get()), |(person, department)| ask(WhyPerson { person, department, mart: None }));
    answered(why, "page", move |why| view! { <Explained why department language/> }.into_any())
}

#[component]
fn Explained(why: PersonWhy, department: RwSignal<Option<String>>, language: Language) -> impl IntoView {
    let act = use_act();
    let title = format!("{} {}", words::why_of(language), why.name);
    let place = why.departments.iter().find(|(name, _)| *name == why.department).map(|(_, title)| title.get(language).to_owned());
    let roles = why.roles.iter().map(|role| role.get(language)).collect::<Vec<_>>().join(", ");
    let facts = vec![
        (words::email(language).to_owned(), why.email.clone()),
        (words::department(language).to_owned(), place.unwrap_or_else(|| words::no_department(language).to_owned())),
        (words::roles(language).to_owned(), if roles.is_empty() { words::none(language).to_owned() } else { roles }),
    ];
    let begin = {
        let look = BeginViewing { person: why.person.clone(), department: Some(why.department.clone()).filter(|name| !name.is_empty()) };
        // All that is on the page was asked under one's own name: everything is loaded anew.
        move |()| act.run(look.clone(), move |()| browser::load("/"))
    };
    let others = (why.departments.len() > 1).then(|| choices(&why, department, language));
    let none =
        (why.marts.is_empty() && !why.disabled).then(|| view! { <Empty title=words::nothing(language) text=words::nothing_text(language) glyph=Glyph::Data/> });
    view! {
        <PageHead title lead=words::lead(language)>
            <LinkButton href="/admin/people" label=words::back(language) glyph=Glyph::People/>
            {(!why.disabled).then(|| view! { <Button label=words::view_as(language).to_owned() glyph=Glyph::Person busy=act.busy on_press=begin/> })}
        </PageHead>
        {why.disabled.then(|| view! { <p class="banner lamp"><Icon glyph=Glyph::Lock/><span>{words::disabled(language)}</span></p> })}
        <section class="panel narrow why-whom"><Facts facts/></section>
        {others}
        {none}
        <ul class="why why-person">{why.marts.into_iter().map(|mart| card(mart, language)).collect_view()}</ul>
    }
}

/// The departments of the person, one of them pressed.
fn choices(why: &PersonWhy, department: RwSignal<Option<String>>, language: Language) -> AnyView {
    let chips = why
        .departments
        .iter()
        .map(|(name, title)| {
            let (on, name) = (*name == why.department, name.clone());
            let press = move |_| department.set(Some(name.clone()));
            view! { <button type="button" class="chip" class:on=on aria-pressed=on.to_string() on:click=press>{title.get(language).to_owned()}</button> }
        })
        .collect_view();
    view! { <div class="bar" role="group" aria-label=words::departments(language)>{chips}</div> }.into_any()
}

fn card(mart: MartWhy, language: Language) -> AnyView {
    let (label, mood) = match mart.standing {
        Standing::Seen => (words::seen(language), Mood::Good),
        Standing::Closed => (words::closed(language), Mood::Bad),
        Standing::NotGranted => (words::not_granted(language), Mood::Plain),
    };
    let seen = mart.standing == Standing::Seen;
    let closed = mart.closed.as_ref().map(|why| format!("{} {}", words::closed_because(language), why.get(language)));
    let rows = seen.then(|| {
        let rows = if mart.rows.is_empty() { vec![words::every_row(language).to_owned()] } else { texts(&mart.rows, language) };
        lines(words::result(language), Glyph::Filter, rows)
    });
    let grants = mart.grants.iter().map(|grant| granted(grant, language)).collect::<Vec<_>>();
    let columns = mart.columns.iter().map(|column| shown(column, language)).collect::<Vec<_>>();
    view! {
        <li class="panel why-card">
            <h2>{mart.title.get(language).to_owned()}" "<Tag label mood/></h2>
            <p class="quiet"><code>{mart.mart.clone()}</code></p>
            {(mart.standing == Standing::NotGranted).then(|| view! { <p>{words::not_granted_text(language)}</p> })}
            {closed.map(|text| view! { <p class="banner bad"><Icon glyph=Glyph::Alert/><span>{text}</span></p> })}
            {mart.leaves_nothing.then(|| view! { <p class="banner lamp"><Icon glyph=Glyph::Alert/><span>{words::leaves_nothing(language)}</span></p> })}
            {(!grants.is_empty()).then(|| lines(words::grants(language), Glyph::Shield, grants))}
            {rows}
            {(!columns.is_empty()).then(|| lines(words::columns(language), Glyph::Table, columns))}
        </li>
    }
    .into_any()
}

fn texts(texts: &[Text], language: Language) -> Vec<String> {
    texts.iter().map(|text| text.get(language).to_owned()).collect()
}

fn lines(title: &'static str, glyph: Glyph, texts: Vec<String>) -> AnyView {
    let items = texts.into_iter().map(|text| view! { <li><Icon glyph/><span>{text}</span></li> }).collect_view();
    view! { <h3>{title}</h3><ul class="why-rules">{items}</ul> }.into_any()
}

/// "a policy for Manager: Region is one of North (their attribute regions) · household id masked · attribute regions: North".
fn granted(grant: &GrantWhy, language: Language) -> String {
    let role = grant.role.as_ref().map_or(words::every_role(language), |role| role.get(language));
    let mut parts = texts(&grant.rows, language);
    parts.extend(texts(&grant.masks, language));
    parts.extend(grant.attributes.iter().map(|(name, values)| {
        let values = if values.is_empty() { words::none(language).to_owned() } else { values.join(", ") };
        format!("{} {name}: {values}", words::attribute(language))
    }));
    let asks = if parts.is_empty() { words::every_row(language).to_lowercase() } else { parts.join(" · ") };
    format!("{} {role}: {asks}", words::a_policy_for(language))
}

fn shown(column: &ColumnWhy, language: Language) -> String {
    let state = match (column.state, &column.mask) {
        (ColumnState::Masked, Some(mask)) => mask.get(language),
        (ColumnState::Shown | ColumnState::Masked, _) => words::shown(language),
        (ColumnState::Hidden, _) => words::hidden(language),
        (ColumnState::Waiting, _) => words::waiting(language),
    };
    format!("{}: {state}", column.label.get(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_told_with_its_rules_masks_and_attributes() {
        let grant = GrantWhy {
            policy: "1".into(),
            role: None,
            rows: vec![Text::of("Region is one of North", "Región es uno de North")],
            masks: vec![Text::of("household masked", "hogar con máscara")],
            attributes: vec![("regions".into(), vec!["North".into()]), ("towns".into(), Vec::new())],
        };
        let told = granted(&grant, Language::En);
        assert_eq!(told, "a policy for every role: Region is one of North · household masked · attribute regions: North · attribute towns: none");
        let whole = GrantWhy { role: Some(Text::of("Manager", "Responsable")), rows: vec![], masks: vec![], attributes: vec![], ..grant };
        assert_eq!(granted(&whole, Language::Es), "una política para Responsable: todas las filas");
    }
}
