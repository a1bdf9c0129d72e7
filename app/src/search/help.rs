//! How a query is written, with examples made of the stream's own fields; a press puts one into the query bar.

use super::{
    asks::{FieldCard, FieldKind},
    page::Looking,
    words,
};
use crate::{
    text::Language,
    ui::{browser, button::IconButton, dialog::Dialog, icon::Glyph},
    visit::use_language,
};
use leptos::prelude::*;

#[component]
pub fn QueryHelp(looking: Looking) -> impl IntoView {
    let language = use_language();
    let open = RwSignal::new(false);
    let list = move || {
        let examples = looking.card.with_value(|card| examples(&card.fields, language));
        let item = move |(query, meaning): (String, &'static str)| {
            let text = query.clone();
            let take = move |_| {
                open.set(false);
                looking.draft.set(query.clone());
                browser::focus("query");
            };
            view! { <div><dt><button type="button" class="text-button" on:click=take><code>{text}</code></button></dt><dd>{meaning}</dd></div> }
        };
        view! { <dl class="examples">{examples.into_iter().map(item).collect_view()}</dl> }
    };
    view! {
        <IconButton label=words::query_help(language).to_owned() glyph=Glyph::Info on_press=move |()| open.set(true)/>
        <Dialog open title=words::query_help(language).to_owned()>
            <p class="quiet">{words::query_help_text(language)}</p>
            {list}
        </Dialog>
    }
}

/// What can be asked of these fields; masked ones cannot.
fn examples(fields: &[FieldCard], language: Language) -> Vec<(String, &'static str)> {
    let first = |kinds: &[FieldKind]| fields.iter().find(|field| !field.masked && kinds.contains(&field.kind)).map(|field| field.name.as_str());
    let mut examples = vec![("error".to_owned(), words::example_word(language)), ("\"not found\"".to_owned(), words::example_phrase(language))];
    if let Some(name) = first(&[FieldKind::Keyword]) {
        examples.push((format!("{name}:a*"), words::example_wildcard(language)));
        examples.push((format!("{name}:(one OR two)"), words::example_either(language)));
        examples.push((format!("{name}:*"), words::example_exists(language)));
        examples.push((format!("{name}:\"a b\""), words::example_quoted(language)));
    }
    if let Some(name) = first(&[FieldKind::Integer, FieldKind::Number]) {
        examples.push((format!("{name}>=500"), words::example_at_least(language)));
        examples.push((format!("{name}:[200 TO 299]"), words::example_range(language)));
        examples.push((format!("error AND NOT {name}:404"), words::example_not(language)));
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Text;

    #[test]
    fn examples_name_no_masked_field() {
        let field = |name: &str, kind, masked| FieldCard { name: name.into(), kind, description: Text::default(), masked };
        let fields = [field("client", FieldKind::Keyword, true), field("path", FieldKind::Keyword, false), field("status", FieldKind::Integer, false)];
        let all = examples(&fields, Language::En);
        assert!(all.iter().all(|(query, _)| !query.contains("client")) && all.iter().any(|(query, _)| query == "status>=500"));
        assert_eq!(examples(&fields[..1], Language::En).len(), 2);
    }
}
