//! What a reader of the audit log sees of a record's details: names of ours as they are, everything that may be a value taken from data as `•••`.

use serde_json::Value;

/// Stands for what is not shown.
const HIDDEN: &str = "•••";

/// Entries that hold names, words and settings of the portal. What is not among them is hidden, so that a new entry is hidden until
/// somebody says that it holds no value (A41).
const NAMES: &[&str] = &[
    "action",
    "address",
    "by",
    "chart",
    "columns",
    "connector",
    "dataset",
    "delete",
    "department",
    "format",
    "id",
    "language",
    "mart",
    "marts",
    "measures",
    "outcome",
    "role",
    "sha256",
    "stream",
    "streams",
    "topics",
    "contents",
    "disabled",
    "door",
    "enabled",
    "ended",
    "factor",
    "on",
    // Single sign-on: how it is set up, why somebody was refused, what a sign-in changed.
    "account",
    "changed_attributes",
    "claim_rules",
    "client_secret",
    "create_accounts",
    "group_rules",
    "issuer",
    "kept_last_administrator",
    "memberships",
    "reason",
    "refuse_passwords",
    "invited_by",
    "people",
    "refusal",
    // A reason that an administrator wrote to be read here.
    "why",
    // Of policy tests and roles: what administrators write to be read here.
    "allowed",
    "broken",
    "denied",
    "withdrawn",
    // Of reports that are made by the clock: when, and of which schedule one is.
    "repeat",
    "schedule",
];

/// Entries that are figures of ours; text under the same name is hidden.
const FIGURES: &[&str] = &[
    "bytes",
    "changed",
    "changes",
    "days",
    "discarded",
    "from_ms",
    "invited",
    "limit",
    "lines",
    "mail",
    "offset",
    "paused",
    "replayed",
    "revision",
    "terms",
    "try",
    "until_ms",
];

/// The details as JSON, redacted; empty when there are none.
pub fn shown(details: &Value) -> String {
    match details {
        Value::Object(entries) => {
            let shown = entries.iter().filter(|(_, value)| !is_empty(value)).map(|(name, value)| (name.clone(), entry(name, value)));
            let shown: serde_json::Map<String, Value> = shown.collect();
            if shown.is_empty() { String::new() } else { Value::Object(shown).to_string() }
        }
        Value::Null => String::new(),
        _ => HIDDEN.to_owned(),
    }
}

fn entry(name: &str, value: &Value) -> Value {
    let is_figure = matches!(value, Value::Number(_) | Value::Bool(_));
    let is_words = match value {
        Value::Array(items) => items.iter().all(Value::is_string),
        other => other.is_string() || is_figure,
    };
    if (NAMES.contains(&name) && is_words) || (FIGURES.contains(&name) && is_figure) { value.clone() } else { Value::String(HIDDEN.to_owned()) }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a41_literals_are_hidden_and_names_are_not() {
        let filters = json!([{ "column": "region", "test": { "is": ["North"] } }]);
        let question = json!({ "mart": "baskets", "measures": ["sales"], "filters": filters, "limit": 50, "sort": [] });
        let read: Value = serde_json::from_str(&shown(&question)).unwrap();
        assert_eq!(read, json!({ "mart": "baskets", "measures": ["sales"], "filters": HIDDEN, "limit": 50 }));
        assert_eq!(shown(&json!({ "attributes": ["regions=North"], "role": "employee" })), format!(r#"{{"attributes":"{HIDDEN}","role":"employee"}}"#));
        assert_eq!(shown(&json!({ "query": "client:10.0.0.1" })), format!(r#"{{"query":"{HIDDEN}"}}"#));
        // Where a name usually stands, something built of values may not.
        assert_eq!(shown(&json!({ "mart": { "is": "x" }, "terms": ["insulin"] })), format!(r#"{{"mart":"{HIDDEN}","terms":"{HIDDEN}"}}"#));
        assert_eq!(shown(&json!({ "terms": 3 })), r#"{"terms":3}"#);
        assert_eq!(shown(&Value::Null), "");
        assert_eq!(shown(&json!("North")), HIDDEN);
    }
}
