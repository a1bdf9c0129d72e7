//! Pure logic of windows under a share: whether one is served, which of its measures, which of its rows. No I/O.

use ::search::{Share, Value, share::Condition};
use ::streaming::{
    pipeline,
    window::{Key, WindowSpec},
};
use std::cmp::Ordering;

/// Whether the keys are all open to the reader and hold every field of their row rules.
pub fn is_served(spec: &WindowSpec, share: &Share) -> bool {
    let mut ruled = Vec::new();
    fields(share.rows(), &mut ruled);
    spec.keys.iter().all(|key| is_open(share, key)) && ruled.iter().all(|field| spec.keys.contains(field))
}

/// Places of the measures that read nothing but open fields.
pub fn measures(spec: &WindowSpec, share: &Share) -> Vec<usize> {
    let reads_open = |measure: &::streaming::window::Measure| {
        let mut read: Vec<String> = measure.sum.iter().cloned().collect();
        if let Some(when) = &measure.when {
            named(when, &mut read);
        }
        read.iter().all(|field| is_open(share, field))
    };
    spec.measures.iter().enumerate().filter(|(_, measure)| reads_open(measure)).map(|(place, _)| place).collect()
}

/// Whether a row of these keys is of the share. What cannot be told is not.
pub fn holds(rows: &Condition, names: &[String], keys: &[Key]) -> bool {
    let key = |field: &String| names.iter().position(|name| name == field).and_then(|place| keys.get(place));
    let known = |field: &String| key(field).filter(|key| **key != Key::Null);
    match rows {
        Condition::In { field, values } => known(field).is_some_and(|key| values.iter().any(|value| compared(key, value) == Some(Ordering::Equal))),
        Condition::NotIn { field, values } => {
            known(field).is_some_and(|key| values.iter().all(|value| compared(key, value).is_some_and(|order| order != Ordering::Equal)))
        }
        Condition::Range { field, from, until } => known(field).is_some_and(|key| {
            let within = |bound: &Option<(Value, bool)>, beyond: Ordering| {
                bound.as_ref().is_none_or(|(value, included)| {
                    compared(key, value).is_some_and(|order| if order == Ordering::Equal { *included } else { order == beyond })
                })
            };
            within(from, Ordering::Greater) && within(until, Ordering::Less)
        }),
        Condition::IsNull { field } => key(field) == Some(&Key::Null),
        Condition::IsNotNull { field } => known(field).is_some(),
        Condition::All(all) => all.iter().all(|one| holds(one, names, keys)),
        Condition::Any(any) => any.iter().any(|one| holds(one, names, keys)),
    }
}

/// Within one type; text by its bytes.
fn compared(key: &Key, value: &Value) -> Option<Ordering> {
    match (key, value) {
        (Key::Text(key), Value::Text(value)) => Some(key.as_str().cmp(value)),
        (Key::Integer(key), Value::Integer(value)) => Some(key.cmp(value)),
        (Key::Bool(key), Value::Bool(value)) => Some(key.cmp(value)),
        _ => None,
    }
}

fn is_open(share: &Share, name: &str) -> bool {
    share.open_fields().any(|field| field.name == name)
}

fn fields(rows: &Condition, found: &mut Vec<String>) {
    match rows {
        Condition::In { field, .. }
        | Condition::NotIn { field, .. }
        | Condition::Range { field, .. }
        | Condition::IsNull { field }
        | Condition::IsNotNull { field } => {
            found.push(field.clone());
        }
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| fields(one, found)),
    }
}

fn named(condition: &pipeline::Condition, found: &mut Vec<String>) {
    match condition {
        pipeline::Condition::Is { field, .. }
        | pipeline::Condition::Between { field, .. }
        | pipeline::Condition::StartsWith { field, .. }
        | pipeline::Condition::Contains { field, .. }
        | pipeline::Condition::Missing { field } => found.push(field.clone()),
        pipeline::Condition::Not(inner) => named(inner, found),
        pipeline::Condition::All(all) | pipeline::Condition::Any(all) => all.iter().for_each(|one| named(one, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::search::{Field, FieldKind, Period, Shape, share::Mask};
    use std::collections::BTreeMap;

    fn spec() -> WindowSpec {
        serde_json::from_value(serde_json::json!({
            "name": "by_minute",
            "width_seconds": 60,
            "keys": ["host", "status"],
            "measures": [
                { "name": "requests" },
                { "name": "bytes", "sum": "bytes" },
                { "name": "bots", "when": { "all": [{ "not": { "missing": { "field": "agent" } } }] } }
            ]
        }))
        .unwrap()
    }

    fn share(rows: Vec<Condition>, hidden: &[&str], masked: &[&str]) -> Share {
        let field = |name: &str, kind| Field { name: name.into(), kind, from: Vec::new() };
        let fields = vec![
            field("host", FieldKind::Keyword),
            field("status", FieldKind::Integer),
            field("bytes", FieldKind::Integer),
            field("agent", FieldKind::Text),
            field("client", FieldKind::Keyword),
        ];
        let shown = fields.iter().map(|field| field.name.clone()).filter(|name| !hidden.contains(&name.as_str())).collect();
        let masks: BTreeMap<String, Mask> = masked.iter().map(|name| ((*name).to_owned(), Mask::Hash)).collect();
        Share::new(
            Shape { stream: "web".into(), department: "operations".into(), version: 1, fields, period: Period::Day },
            Condition::All(rows),
            shown,
            masks,
            [0; 32],
        )
    }

    fn one_of(field: &str, value: Value) -> Condition {
        Condition::In { field: field.into(), values: vec![value] }
    }

    #[test]
    fn a46_a_window_is_served_only_if_its_keys_hold_every_field_of_the_rules() {
        assert!(is_served(&spec(), &share(Vec::new(), &[], &[])));
        assert!(is_served(&spec(), &share(vec![one_of("host", Value::Text("shop".into()))], &[], &[])));
        assert!(!is_served(&spec(), &share(vec![one_of("client", Value::Text("a".into()))], &[], &[])));
        let either = Condition::Any(vec![one_of("host", Value::Text("shop".into())), Condition::IsNull { field: "bytes".into() }]);
        assert!(!is_served(&spec(), &share(vec![either], &[], &[])));
        assert!(!is_served(&spec(), &share(Vec::new(), &["host"], &[])));
        assert!(!is_served(&spec(), &share(Vec::new(), &[], &["status"])));
        assert!(is_served(&spec(), &share(Vec::new(), &["client"], &["bytes"])));
    }

    #[test]
    fn measures_over_masked_or_hidden_fields_are_not_there() {
        assert_eq!(measures(&spec(), &share(Vec::new(), &[], &[])), [0, 1, 2]);
        assert_eq!(measures(&spec(), &share(Vec::new(), &["agent"], &["bytes"])), [0]);
    }

    #[test]
    fn rows_are_bounded_as_the_index_bounds_events() {
        let names = ["host".to_owned(), "status".to_owned()];
        let row = |host: Key, status: Key| [host, status];
        let shop = row(Key::Text("shop".into()), Key::Integer(404));
        let bare = row(Key::Null, Key::Null);
        let range = |from, until| Condition::Range { field: "status".into(), from, until };
        for (rule, of_shop, of_bare) in [
            (Condition::All(Vec::new()), true, true),
            (one_of("host", Value::Text("shop".into())), true, false),
            (one_of("host", Value::Text("SHOP".into())), false, false),
            (one_of("status", Value::Text("404".into())), false, false),
            (Condition::NotIn { field: "host".into(), values: vec![Value::Text("blog".into())] }, true, false),
            (Condition::NotIn { field: "host".into(), values: vec![Value::Integer(1)] }, false, false),
            (range(Some((Value::Integer(404), true)), None), true, false),
            (range(Some((Value::Integer(404), false)), None), false, false),
            (range(None, Some((Value::Integer(500), false))), true, false),
            (Condition::IsNull { field: "host".into() }, false, true),
            (Condition::IsNotNull { field: "status".into() }, true, false),
            (Condition::Any(vec![one_of("host", Value::Text("blog".into())), Condition::IsNull { field: "status".into() }]), false, true),
            (one_of("client", Value::Text("a".into())), false, false),
        ] {
            assert_eq!((holds(&rule, &names, &shop), holds(&rule, &names, &bare)), (of_shop, of_bare), "{rule:?}");
        }
    }
}
