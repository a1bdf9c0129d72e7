//! Who would gain or lose what by a change of policy, in words, before it is saved.

use super::{asks::PolicyEffect, words};
use crate::{
    text::Language,
    ui::icon::{Glyph, Icon},
    warehouse::asks::Access,
};
use leptos::prelude::*;

/// One line for each person whom the change touches.
pub fn effect_list(effects: &[PolicyEffect], language: Language) -> AnyView {
    if effects.is_empty() {
        return view! { <p class="quiet">{words::nobody(language)}</p> }.into_any();
    }
    let lines = effects
        .iter()
        .map(|effect| {
            let glyph = if effect.after.is_none() { Glyph::Falling } else { Glyph::Rising };
            view! { <li><Icon glyph/><span><b>{effect.name.clone()}</b>" "{in_words(effect, language)}</span></li> }
        })
        .collect_view();
    view! { <ul class="why-rules effects">{lines}</ul> }.into_any()
}

fn in_words(effect: &PolicyEffect, language: Language) -> String {
    match (&effect.before, &effect.after) {
        (None, Some(after)) => format!("{}: {}", words::gets(language), access(after, language)),
        (Some(_), None) => words::loses(language).to_owned(),
        (before, after) => {
            let mut parts = Vec::new();
            if !effect.gained.is_empty() {
                parts.push(format!("{} {}", words::sees_more(language), effect.gained.join(", ")));
            }
            if !effect.lost.is_empty() {
                parts.push(format!("{} {}", words::sees_less(language), effect.lost.join(", ")));
            }
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                parts.push(format!("{} {} → {}", words::sees_other(language), access(before, language), access(after, language)));
            }
            parts.join("; ")
        }
    }
}

fn access(access: &Access, language: Language) -> String {
    let parts: Vec<&str> = access.filters.iter().chain(&access.masks).map(|text| text.get(language)).collect();
    if parts.is_empty() { words::everything_word(language).to_owned() } else { parts.join(" · ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn a_change_is_told_by_what_it_changes() {
        let seen = |filter: &str| Some(Access { filters: vec![Text::same(filter)], masks: Vec::new() });
        let effect = |before, after, gained: &[&str]| PolicyEffect {
            person: "1".into(),
            name: "Ana".into(),
            before,
            after,
            gained: gained.iter().map(|name| (*name).to_owned()).collect(),
            lost: Vec::new(),
        };
        let english = |effect: &PolicyEffect| in_words(effect, Language::En);
        assert_eq!(english(&effect(None, Some(Access::default()), &[])), "gets this: everything");
        assert_eq!(english(&effect(seen("North"), None, &[])), "loses this");
        assert_eq!(english(&effect(seen("North"), seen("South"), &["age"])), "sees more columns: age; sees other rows or values: North → South");
    }
}
