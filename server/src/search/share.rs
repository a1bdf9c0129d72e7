//! What a permit opens of a stream, as the index understands it. The one place that makes a `Share`.

use super::{
    stream::{self, Stream},
    veil::Veil,
};
use crate::{
    access::{Mask, Permit, Predicate},
    fault::{Fault, Result},
    portal::Portal,
};
use ::search::{
    FieldKind, Share, Value,
    share::{Condition, Mask as Cover},
};
use std::collections::BTreeMap;
use warehouse::{Comparison, GovernedMart, Literal};

/// A stream as one reader sees it.
#[derive(Clone)]
pub struct Seen {
    pub stream: Stream,
    pub share: Share,
    /// Equal fingerprints see the same.
    pub fingerprint: String,
    /// Over ids and page marks.
    pub veil: Veil,
}

/// The reader's share of a stream; "not found" for what is not there, not theirs, or not to be bounded as its rules say.
pub async fn of(portal: &Portal, permit: &Permit, name: &str) -> Result<Seen> {
    let governed = permit.scope().stream(name).ok_or_else(Fault::not_found)?;
    let stream = stream::store::one(&portal.database, name).await?.ok_or_else(Fault::not_found)?;
    seen(governed, stream).ok_or_else(Fault::not_found)
}

/// Every stream of the permit.
pub async fn all(portal: &Portal, permit: &Permit) -> Result<Vec<Seen>> {
    let streams = stream::store::all(&portal.database).await?;
    Ok(streams.into_iter().filter_map(|stream| seen(permit.scope().stream(&stream.name)?, stream)).collect())
}

/// `None` when a rule cannot be laid on this stream: then nothing of it is shown.
fn seen(governed: &GovernedMart, stream: Stream) -> Option<Seen> {
    let Some(rows) = condition(governed.rows(), &stream) else {
        tracing::error!(stream = stream.name, "a row rule cannot be laid on the stream: it stays closed to whom the rule is for");
        return None;
    };
    // A field that was retyped since the permit was bound waits to be accepted, as a column does (A49).
    let columns = stream.columns();
    let shown: Vec<_> = governed.columns().filter(|(column, _)| columns.contains(column)).collect();
    let fields = shown.iter().map(|(column, _)| column.name.clone()).collect();
    let masks = shown.iter().filter_map(|(column, mask)| Some((column.name.clone(), cover((*mask)?)))).collect::<BTreeMap<_, _>>();
    let share = Share::new(stream.shape(), rows, fields, masks, *governed.hash_key());
    let whole = !share.is_filtered() && share.open_fields().count() == stream.described.fields.len();
    let veil = if whole { Veil::none() } else { Veil::over(governed.hash_key(), governed.fingerprint()) };
    Some(Seen { share, fingerprint: governed.fingerprint().to_owned(), veil, stream })
}

/// The same condition over the stream's fields; `None` when a field is not there, is of another type, or cannot be compared.
fn condition(predicate: &Predicate, stream: &Stream) -> Option<Condition> {
    let field = |name: &String| kind(stream, name).map(|_| name.clone());
    Some(match predicate {
        Predicate::All(all) => Condition::All(all.iter().map(|one| condition(one, stream)).collect::<Option<_>>()?),
        Predicate::Any(any) if !any.is_empty() => Condition::Any(any.iter().map(|one| condition(one, stream)).collect::<Option<_>>()?),
        Predicate::IsNull { column } => Condition::IsNull { field: field(column)? },
        Predicate::IsNotNull { column } => Condition::IsNotNull { field: field(column)? },
        Predicate::In { column, values } if !values.is_empty() => Condition::In { field: column.clone(), values: literals(stream, column, values)? },
        Predicate::NotIn { column, values } if !values.is_empty() => Condition::NotIn { field: column.clone(), values: literals(stream, column, values)? },
        Predicate::Compare { column, comparison, value } => {
            let value = literal(kind(stream, column)?, value)?;
            let range = |from, until| Condition::Range { field: column.clone(), from, until };
            match comparison {
                Comparison::Equal => Condition::In { field: column.clone(), values: vec![value] },
                // As in a mart: what is absent is neither equal nor unequal.
                Comparison::NotEqual => {
                    Condition::All(vec![Condition::IsNotNull { field: column.clone() }, Condition::NotIn { field: column.clone(), values: vec![value] }])
                }
                Comparison::Less => range(None, Some((value, false))),
                Comparison::LessOrEqual => range(None, Some((value, true))),
                Comparison::Greater => range(Some((value, false)), None),
                Comparison::GreaterOrEqual => range(Some((value, true)), None),
            }
        }
        Predicate::Any(_) | Predicate::In { .. } | Predicate::NotIn { .. } | Predicate::Contains { .. } => return None,
    })
}

/// Of a field that can be compared as a whole.
fn kind(stream: &Stream, name: &str) -> Option<FieldKind> {
    let field = stream.described.fields.iter().find(|field| field.field.name == name)?;
    Some(field.field.kind).filter(|kind| *kind != FieldKind::Text)
}

fn literals(stream: &Stream, column: &str, values: &[Literal]) -> Option<Vec<Value>> {
    let kind = kind(stream, column)?;
    values.iter().map(|value| literal(kind, value)).collect()
}

fn literal(kind: FieldKind, value: &Literal) -> Option<Value> {
    Some(match (kind, value) {
        (FieldKind::Keyword, Literal::Text(text)) => Value::Text(text.clone()),
        (FieldKind::Integer, Literal::Integer(number)) => Value::Integer(*number),
        (FieldKind::Number, Literal::Number(number)) if number.is_finite() => Value::Number(*number),
        (FieldKind::Bool, Literal::Bool(truth)) => Value::Bool(*truth),
        // Events count in milliseconds: a finer bound cannot be kept.
        (FieldKind::Timestamp, Literal::Timestamp(micros)) if micros % 1000 == 0 => Value::Timestamp(micros / 1000),
        _ => return None,
    })
}

fn cover(mask: Mask) -> Cover {
    match mask {
        // A hidden column never comes so far; were it to, it would be blank.
        Mask::Hide | Mask::Null => Cover::Null,
        Mask::Hash => Cover::Hash,
        Mask::Bucket(width) => Cover::Bucket(width),
        Mask::KeepLast(kept) => Cover::KeepLast(kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::stream::{Described, StreamField};
    use ::search::{Field, Period};

    fn stream() -> Stream {
        let field = |name: &str, kind| StreamField { field: Field { name: name.into(), kind, from: Vec::new() }, description: Default::default() };
        Stream {
            name: "web".into(),
            department: "operations".into(),
            described: Described {
                title: Default::default(),
                description: Default::default(),
                fields: vec![
                    field("host", FieldKind::Keyword),
                    field("status", FieldKind::Integer),
                    field("time", FieldKind::Timestamp),
                    field("message", FieldKind::Text),
                ],
                columns: Vec::new(),
                period: Period::Day,
                keep_days: 1,
            },
            pipeline: serde_json::Value::Null,
            version: 1,
            origin: "apply".into(),
        }
    }

    fn compare(column: &str, comparison: Comparison, value: Literal) -> Predicate {
        Predicate::Compare { column: column.into(), comparison, value }
    }

    #[test]
    fn rules_become_conditions_of_the_same_meaning() {
        let rule = Predicate::All(vec![
            Predicate::In { column: "host".into(), values: vec![Literal::Text("*".into())] },
            compare("status", Comparison::NotEqual, Literal::Integer(500)),
            compare("time", Comparison::GreaterOrEqual, Literal::Timestamp(5_000)),
        ]);
        let expected = Condition::All(vec![
            Condition::In { field: "host".into(), values: vec![Value::Text("*".into())] },
            Condition::All(vec![
                Condition::IsNotNull { field: "status".into() },
                Condition::NotIn { field: "status".into(), values: vec![Value::Integer(500)] },
            ]),
            Condition::Range { field: "time".into(), from: Some((Value::Timestamp(5), true)), until: None },
        ]);
        assert_eq!(condition(&rule, &stream()), Some(expected));
        assert_eq!(condition(&Predicate::All(Vec::new()), &stream()), Some(Condition::All(Vec::new())));
    }

    #[test]
    fn a47_what_cannot_be_said_closes_the_stream() {
        let text = |text: &str| Literal::Text(text.into());
        for rule in [
            Predicate::In { column: "host".into(), values: Vec::new() },
            Predicate::NotIn { column: "host".into(), values: Vec::new() },
            Predicate::Any(Vec::new()),
            Predicate::Contains { column: "host".into(), text: "a".into() },
            Predicate::In { column: "message".into(), values: vec![text("GET /")] },
            Predicate::IsNull { column: "message".into() },
            Predicate::In { column: "gone".into(), values: vec![text("a")] },
            compare("status", Comparison::Equal, text("500")),
            compare("host", Comparison::Equal, Literal::Integer(1)),
            compare("time", Comparison::Equal, Literal::Timestamp(5_001)),
            compare("time", Comparison::Less, Literal::Date(1)),
            Predicate::Any(vec![Predicate::All(Vec::new()), Predicate::IsNull { column: "gone".into() }]),
        ] {
            assert_eq!(condition(&rule, &stream()), None, "{rule:?}");
            assert_eq!(condition(&Predicate::All(vec![rule.clone()]), &stream()), None, "{rule:?}");
        }
    }
}
