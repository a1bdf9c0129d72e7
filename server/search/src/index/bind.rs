//! A query and a row rule settled against a share: what engines get names only fields of the shape, each as its kind is asked for.

use super::{IndexFault, fits};
use crate::{
    FieldKind, Share, Value,
    language::{Query, Wildcard},
    share::Condition,
    text,
};

/// A word without a field becomes one condition a field.
const MOST_CONDITIONS: usize = 1_000;
const DEEPEST: usize = 200;

/// Refuses what names a field that the share does not open. What comes out holds `All`, `Is`, `Phrase` (folded words, one space between,
/// over a text field), `Wildcard`, `Range`, `Exists`, `Not`, `And`, `Or`, always with a field.
pub(super) fn query(share: &Share, query: &Query) -> Result<Query, IndexFault> {
    let mut bound = Bound { share, conditions: 0 };
    let query = bound.settle(query, 0)?;
    if bound.conditions > MOST_CONDITIONS {
        return Err(IndexFault::Refused(format!(
            "this asks for more than {MOST_CONDITIONS} conditions, as each word without a field is looked for in every field; name the field"
        )));
    }
    Ok(query)
}

/// The kind of a field that may be asked for: for one that is hidden, masked or not there at all the answer is the same.
pub(super) fn open_kind(share: &Share, name: &str) -> Result<FieldKind, IndexFault> {
    let unknown = || IndexFault::Refused(format!("there is no field “{name}” to ask for here"));
    share.open_fields().find(|field| field.name == name).map(|field| field.kind).ok_or_else(unknown)
}

/// The share's row rule. A part of it that fits no field or no value holds for no document: a rule never opens by mistake (A47).
pub(super) fn rows(share: &Share) -> Condition {
    condition(share, share.rows())
}

struct Bound<'a> {
    share: &'a Share,
    conditions: usize,
}

impl Bound<'_> {
    fn settle(&mut self, query: &Query, depth: usize) -> Result<Query, IndexFault> {
        if depth > DEEPEST {
            return Err(IndexFault::Refused("the query is nested too deeply; write it flatter".into()));
        }
        self.conditions += 1;
        Ok(match query {
            Query::All => Query::All,
            Query::Word { field, word: words } | Query::Phrase { field, words } => self.each_field(field.as_deref(), |name, kind| match kind {
                FieldKind::Keyword => Some(Query::Is { field: name.into(), value: Value::Text(fits::cut(words).into()) }),
                FieldKind::Text => phrase(name, words),
                _ => None,
            })?,
            Query::Wildcard { field, pattern } => {
                if Wildcard::new(pattern).is_none() {
                    return Err(IndexFault::Refused("the pattern is too long".into()));
                }
                self.each_field(field.as_deref(), |name, kind| match kind {
                    FieldKind::Keyword => Some(Query::Wildcard { field: Some(name.into()), pattern: pattern.clone() }),
                    FieldKind::Text => Some(Query::Wildcard { field: Some(name.into()), pattern: text::folded(pattern).into_owned() }),
                    _ => None,
                })?
            }
            Query::Is { field, value } => {
                let kind = open_kind(self.share, field)?;
                self.fitting(field, kind, value)?;
                match value {
                    Value::Text(text) => Query::Is { field: field.clone(), value: Value::Text(fits::cut(text).into()) },
                    value => Query::Is { field: field.clone(), value: value.clone() },
                }
            }
            Query::Range { field, from, until } => {
                let kind = open_kind(self.share, field)?;
                for (value, _) in from.iter().chain(until) {
                    self.fitting(field, kind, value)?;
                }
                Query::Range { field: field.clone(), from: from.clone(), until: until.clone() }
            }
            Query::Exists { field } => {
                open_kind(self.share, field)?;
                Query::Exists { field: field.clone() }
            }
            Query::Not(inner) => Query::Not(Box::new(self.settle(inner, depth + 1)?)),
            Query::And(all) => Query::And(all.iter().map(|query| self.settle(query, depth + 1)).collect::<Result<_, _>>()?),
            Query::Or(all) => Query::Or(all.iter().map(|query| self.settle(query, depth + 1)).collect::<Result<_, _>>()?),
        })
    }

    /// The condition of one field, or of any open one.
    fn each_field(&mut self, field: Option<&str>, make: impl Fn(&str, FieldKind) -> Option<Query>) -> Result<Query, IndexFault> {
        if let Some(name) = field {
            let kind = open_kind(self.share, name)?;
            let not = || IndexFault::Refused(format!("“{name}” is not asked for by words; ask for a value or a range"));
            return if matches!(kind, FieldKind::Keyword | FieldKind::Text) { Ok(make(name, kind).unwrap_or(Query::Or(Vec::new()))) } else { Err(not()) };
        }
        let any: Vec<Query> = self.share.open_fields().filter_map(|field| make(&field.name, field.kind)).collect();
        self.conditions += any.len();
        Ok(Query::Or(any))
    }

    fn fitting(&self, field: &str, kind: FieldKind, value: &Value) -> Result<(), IndexFault> {
        let not = || IndexFault::Refused(format!("“{field}” cannot be compared with such a value"));
        if kind != FieldKind::Text && single(kind, value) { Ok(()) } else { Err(not()) }
    }
}

/// `None`: there is no word in it.
fn phrase(field: &str, words: &str) -> Option<Query> {
    let words: Vec<_> = text::words(words).map(|(_, word)| word).collect();
    (!words.is_empty()).then(|| Query::Phrase { field: Some(field.into()), words: words.join(" ") })
}

fn single(kind: FieldKind, value: &Value) -> bool {
    fits::holds(kind, value) && !matches!(value, Value::Texts(_))
}

fn condition(share: &Share, rule: &Condition) -> Condition {
    let closed = Condition::Any(Vec::new());
    let kind_of = |name: &String| share.shape().fields.iter().find(|field| field.name == *name).map(|field| field.kind);
    // Running text is indexed by words: it cannot be compared as a whole.
    let compared = |name: &String| kind_of(name).filter(|kind| *kind != FieldKind::Text);
    let cut = |value: &Value| match value {
        Value::Text(text) => Value::Text(fits::cut(text).into()),
        value => value.clone(),
    };
    match rule {
        Condition::In { field, values } => match compared(field) {
            Some(kind) if values.iter().any(|value| single(kind, value)) => {
                Condition::In { field: field.clone(), values: values.iter().filter(|value| single(kind, value)).map(cut).collect() }
            }
            _ => closed,
        },
        Condition::NotIn { field, values } => match compared(field) {
            Some(kind) if !values.is_empty() && values.iter().all(|value| single(kind, value)) => {
                Condition::NotIn { field: field.clone(), values: values.iter().map(cut).collect() }
            }
            _ => closed,
        },
        Condition::Range { field, from, until } => {
            let fits = |kind| from.iter().chain(until).all(|(value, _)| single(kind, value));
            let bounded = (from.is_some() || until.is_some()) && compared(field).is_some_and(|kind| kind != FieldKind::Bool && fits(kind));
            if bounded { rule.clone() } else { closed }
        }
        Condition::IsNull { field } | Condition::IsNotNull { field } => {
            if kind_of(field).is_some() {
                rule.clone()
            } else {
                closed
            }
        }
        Condition::All(all) => Condition::All(all.iter().map(|rule| condition(share, rule)).collect()),
        Condition::Any(any) => Condition::Any(any.iter().map(|rule| condition(share, rule)).collect()),
    }
}
