//! What is looked for in the audit log: it lives in the address, and is asked, shown in a form and downloaded from there.

use super::{
    actions,
    asks::{AUDIT_FILE, ListAudit},
    words,
};
use crate::{
    front::frame::encode,
    search::time::read_input,
    ui::{
        button::{Button, LinkButton, Tone},
        form::FieldFrame,
        icon::Glyph,
    },
    visit::{Zone, use_language},
};
use leptos::prelude::*;

/// The page.
pub const PAGE: &str = "/admin/audit";

/// As the address holds it: days as `2026-11-24`, in the organisation's time zone, both ends included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    pub search: String,
    pub person: String,
    pub action: String,
    pub outcome: String,
    pub from: String,
    pub until: String,
    /// Only records before this number.
    pub before: Option<i64>,
}

impl Asked {
    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| value(name).unwrap_or_default().trim().to_owned();
        Self {
            search: text("search"),
            person: text("person"),
            action: text("action"),
            outcome: text("outcome"),
            from: text("from"),
            until: text("until"),
            before: text("before").parse().ok(),
        }
    }

    /// What the server is asked. A day that is none asks for nothing.
    pub fn question(&self, zone: &Zone) -> ListAudit {
        ListAudit {
            before: self.before,
            search: self.search.clone(),
            person: self.person.clone(),
            action: self.action.clone(),
            outcome: self.outcome.clone(),
            from_ms: read_input(&format!("{}T00:00", self.from), zone),
            // The last moment of the day, and one more: the server's bound is exclusive.
            until_ms: read_input(&format!("{}T23:59:59.999", self.until), zone).map(|last| last + 1),
        }
    }

    /// The page with the same filter, from another record on.
    pub fn address(&self, before: Option<i64>) -> String {
        let before = before.map(|before| before.to_string()).unwrap_or_default();
        let parts = [
            ("search", self.search.as_str()),
            ("person", &self.person),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("until", &self.until),
            ("before", &before),
        ];
        written(PAGE, &parts)
    }

    /// All records that are found, as a file: from the newest on, wherever the page stands.
    pub fn file(&self, format: &str, zone: &Zone) -> String {
        let question = self.question(zone);
        let moment = |ms: Option<i64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
        let (from, until) = (moment(question.from_ms), moment(question.until_ms));
        let parts = [
            ("format", format),
            ("search", self.search.as_str()),
            ("person", &self.person),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from_ms", &from),
            ("until_ms", &until),
        ];
        written(AUDIT_FILE, &parts)
    }
}

/// An address with its query; what is empty is left out.
fn written(path: &str, parts: &[(&str, &str)]) -> String {
    let query: Vec<String> = parts.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// A plain form: it works before the page is alive, and what it asks is an address.
#[component]
pub fn AuditFilter(asked: Asked) -> impl IntoView {
    let language = use_language();
    let outcomes = ["", "allowed", "refused", "failed"].map(|outcome| (outcome.to_owned(), outcome_in_words(outcome, language).to_owned()));
    view! {
        <form class="audit-filter" method="get" action=PAGE role="search" aria-label=words::search(language)>
            <Part name="search" label=words::search(language) kind="search" value=asked.search/>
            <Part name="person" label=words::person(language) kind="text" value=asked.person placeholder=words::person_help(language)/>
            <Choice name="action" label=words::action(language) options=actions::choices(language) value=asked.action/>
            <Choice name="outcome" label=words::outcome(language) options=outcomes.to_vec() value=asked.outcome/>
            <Part name="from" label=words::from_day(language) kind="date" value=asked.from/>
            <Part name="until" label=words::until_day(language) kind="date" value=asked.until/>
            <div class="audit-filter-ways">
                <Button label=words::find(language).to_owned() glyph=Glyph::Search/>
                <LinkButton href=PAGE label=words::clear(language) tone=Tone::Ghost/>
            </div>
        </form>
    }
}

#[component]
fn Part(name: &'static str, label: &'static str, kind: &'static str, value: String, #[prop(optional)] placeholder: &'static str) -> impl IntoView {
    let described = format!("{name}-error");
    view! {
        <FieldFrame name label>
            <input id=name name=name type=kind value=value placeholder=placeholder aria-describedby=described/>
        </FieldFrame>
    }
}

#[component]
fn Choice(name: &'static str, label: &'static str, options: Vec<(String, String)>, value: String) -> impl IntoView {
    let described = format!("{name}-error");
    let options = options
        .into_iter()
        .map(|(option, title)| {
            let selected = option == value;
            view! { <option value=option selected=selected>{title}</option> }
        })
        .collect_view();
    view! {
        <FieldFrame name label>
            <select id=name name=name aria-describedby=described>{options}</select>
        </FieldFrame>
    }
}

/// How it ended, in words; empty asks for any.
pub fn outcome_in_words(outcome: &str, language: crate::text::Language) -> &str {
    match outcome {
        "" => words::any_outcome(language),
        "allowed" => words::allowed(language),
        "refused" => words::refused(language),
        "failed" => words::failed(language),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An hour east of UTC.
    fn zone() -> Zone {
        Zone { offsets: vec![(i64::MIN, 60)] }
    }

    #[test]
    fn an_address_asks_what_it_says_and_is_written_back() {
        let asked = Asked::read(|name| match name {
            "person" => Some(" ana@atalaya.example ".into()),
            "action" => Some("identity.".into()),
            "from" | "until" => Some("2026-11-24".into()),
            "before" => Some("7".into()),
            _ => None,
        });
        let question = asked.question(&zone());
        assert_eq!((question.person.as_str(), question.before), ("ana@atalaya.example", Some(7)));
        // The whole day in the organisation's zone.
        assert_eq!((question.from_ms, question.until_ms), (Some(1_795_474_800_000), Some(1_795_561_200_000)));
        assert_eq!(asked.address(None), "/admin/audit?person=ana%40atalaya.example&action=identity.&from=2026-11-24&until=2026-11-24");
        assert!(asked.address(Some(3)).ends_with("&before=3"));
        let file = asked.file("csv", &zone());
        assert_eq!(file, "/api/governance/audit-file?format=csv&person=ana%40atalaya.example&action=identity.&from_ms=1795474800000&until_ms=1795561200000");
    }

    #[test]
    fn an_empty_form_asks_for_everything() {
        let asked = Asked::read(|_| Some(String::new()));
        assert_eq!(asked.question(&zone()), ListAudit::default());
        assert_eq!(asked.address(None), PAGE);
        assert_eq!(Asked::read(|name| (name == "from").then(|| "soon".to_owned())).question(&zone()).from_ms, None);
    }
}
