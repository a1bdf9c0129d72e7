//! The page behind the access chip: what the reader sees of each mart, and by which rules.

pub mod asks;
pub mod person;
pub mod words;

use crate::{
    ask::ask,
    governance::{
        asks::{MartAccess, WhyAccess},
        words as governance_words,
    },
    identity::viewing,
    text::{Language, Text},
    ui::{
        icon::{Glyph, Icon},
        page::PageHead,
        states::{Empty, answered},
    },
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn Why() -> impl IntoView {
    let language = use_language();
    let marts = Resource::new(|| (), |()| ask(WhyAccess {}));
    view! {
        <PageHead title=governance_words::why(language) lead=governance_words::why_lead(language)/>
        {answered(marts, "table", move |marts| {
            if marts.is_empty() {
                return view! { <Empty title=governance_words::no_marts(language) text=governance_words::no_marts_text(language) glyph=Glyph::Shield/> }.into_any();
            }
            view! { <ul class="why">{marts.into_iter().map(|mart| card(mart, language)).collect_view()}</ul> }.into_any()
        })}
    }
}

fn card(mart: MartAccess, language: Language) -> AnyView {
    let whole = mart.access.filters.is_empty() && mart.access.masks.is_empty();
    let href = mart.mart.strip_prefix("stream.").map_or_else(|| format!("/data/{}", mart.mart), |stream| format!("/search/{stream}"));
    view! {
        <li class="panel why-card">
            <h2><a href=href>{mart.title.get(language).to_owned()}</a></h2>
            {mart.leaves_nothing.then(|| view! { <p class="banner lamp"><Icon glyph=Glyph::Alert/><span>{governance_words::leaves_nothing(language)}</span></p> })}
            {mart.veiled.then(|| view! { <p class="quiet">{viewing::words::veiled_chip(language)}</p> })}
            {whole.then(|| view! { <p class="why-all"><Icon glyph=Glyph::Check/>{governance_words::everything(language)}</p> })}
            {rules(governance_words::only_rows(language), Glyph::Filter, mart.access.filters, language)}
            {rules(governance_words::changed_values(language), Glyph::Shield, mart.access.masks, language)}
        </li>
    }
    .into_any()
}

fn rules(title: &'static str, glyph: Glyph, texts: Vec<Text>, language: Language) -> Option<AnyView> {
    (!texts.is_empty()).then(|| {
        view! {
            <h3>{title}</h3>
            <ul class="why-rules">{texts.into_iter().map(|text| view! { <li><Icon glyph/><span>{text.get(language).to_owned()}</span></li> }).collect_view()}</ul>
        }
        .into_any()
    })
}

/// The access chip's text: "You see: region North · household ids masked". `None` when nothing is hidden or changed.
pub fn in_words(access: &crate::warehouse::asks::Access, language: Language) -> Option<String> {
    let parts: Vec<&str> = access.filters.iter().chain(&access.masks).map(|text| text.get(language)).collect();
    (!parts.is_empty()).then(|| format!("{}: {}", governance_words::you_see(language), parts.join(" · ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::asks::Access;

    #[test]
    fn the_chip_says_filters_before_masks_and_nothing_when_all_is_seen() {
        let access = Access { filters: vec![Text::of("region North", "región Norte")], masks: vec![Text::of("household ids masked", "hogares ocultos")] };
        assert_eq!(in_words(&access, Language::Es).as_deref(), Some("Usted ve: región Norte · hogares ocultos"));
        assert_eq!(in_words(&Access::default(), Language::En), None);
    }
}
