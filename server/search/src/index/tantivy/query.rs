//! The bound tree and the row rule as tantivy's queries.

use super::{layout::Layout, reading::Read};
use crate::{
    FieldKind, Value,
    index::Search,
    language::{Places, Query, Wildcard},
    share::Condition,
};
use std::{ops::Bound, sync::Arc};
use tantivy::{
    Term,
    query::{
        AllQuery, AutomatonWeight, BooleanQuery, EmptyQuery, EnableScoring, ExistsQuery, Occur, PhraseQuery, Query as Tantivy, RangeQuery, TermQuery,
        TermSetQuery, Weight,
    },
    schema::{Field, IndexRecordOption},
};

/// What a search asks of one index: never what is deleted.
pub(super) fn whole(read: &Read, rows: &Condition, search: &Search) -> Box<dyn Tantivy> {
    let layout = &read.layout;
    let mut parts = Vec::new();
    if search.from_ms > read.from_ms || search.until_ms < read.until_ms {
        let bounds = (Bound::Included(Term::from_field_i64(layout.time, search.from_ms)), Bound::Excluded(Term::from_field_i64(layout.time, search.until_ms)));
        parts.push((Occur::Must, Box::new(RangeQuery::new(bounds.0, bounds.1)) as Box<dyn Tantivy>));
    }
    parts.push((Occur::Must, condition(layout, rows)));
    parts.push((Occur::Must, query(layout, &search.query)));
    parts.push((Occur::MustNot, term(Term::from_field_i64(layout.deleted, 1))));
    Box::new(BooleanQuery::new(parts))
}

/// An index from before a field was added has nothing in it.
fn query(layout: &Layout, wanted: &Query) -> Box<dyn Tantivy> {
    match wanted {
        Query::All => Box::new(AllQuery),
        Query::Is { field, value } => equal(layout, field, value),
        Query::Phrase { field: Some(field), words } => match layout.fields.get(field) {
            Some((column, _)) => {
                let mut terms: Vec<Term> = words.split(' ').map(|word| Term::from_field_text(*column, word)).collect();
                match terms.len() {
                    1 => term(terms.remove(0)),
                    _ => Box::new(PhraseQuery::new(terms)),
                }
            }
            None => Box::new(EmptyQuery),
        },
        Query::Wildcard { field: Some(field), pattern } => match (layout.fields.get(field), Wildcard::new(pattern)) {
            (Some((column, _)), Some(pattern)) => Box::new(WildcardQuery { column: *column, pattern: Arc::new(Machine(pattern)) }),
            _ => Box::new(EmptyQuery),
        },
        Query::Range { field, from, until } => range(layout, field, from.as_ref(), until.as_ref()),
        Query::Exists { field } => exists(layout, field),
        Query::Not(inner) => not(query(layout, inner)),
        Query::And(all) => all_of(all.iter().map(|wanted| query(layout, wanted)).collect()),
        Query::Or(any) => any_of(any.iter().map(|wanted| query(layout, wanted)).collect()),
        // `bind` leaves none of these.
        Query::Word { .. } | Query::Phrase { field: None, .. } | Query::Wildcard { field: None, .. } => Box::new(EmptyQuery),
    }
}

fn condition(layout: &Layout, rule: &Condition) -> Box<dyn Tantivy> {
    match rule {
        Condition::In { field, values } => one_of(layout, field, values),
        Condition::NotIn { field, values } => all_of(vec![exists(layout, field), not(one_of(layout, field, values))]),
        Condition::Range { field, from, until } => range(layout, field, from.as_ref(), until.as_ref()),
        Condition::IsNull { field } => not(exists(layout, field)),
        Condition::IsNotNull { field } => exists(layout, field),
        Condition::All(all) => all_of(all.iter().map(|rule| condition(layout, rule)).collect()),
        Condition::Any(any) => any_of(any.iter().map(|rule| condition(layout, rule)).collect()),
    }
}

fn one_of(layout: &Layout, field: &str, values: &[Value]) -> Box<dyn Tantivy> {
    match layout.fields.get(field) {
        Some((column, FieldKind::Keyword)) => {
            let texts = values.iter().filter_map(|value| match value {
                Value::Text(text) => Some(Term::from_field_text(*column, text)),
                _ => None,
            });
            Box::new(TermSetQuery::new(texts))
        }
        _ => any_of(values.iter().map(|value| equal(layout, field, value)).collect()),
    }
}

fn equal(layout: &Layout, field: &str, value: &Value) -> Box<dyn Tantivy> {
    match (layout.fields.get(field), value) {
        (Some((column, FieldKind::Keyword)), Value::Text(text)) => term(Term::from_field_text(*column, text)),
        // Numbers have columns only: an equal value is a narrow range.
        _ => range(layout, field, Some(&(value.clone(), true)), Some(&(value.clone(), true))),
    }
}

fn range(layout: &Layout, field: &str, from: Option<&(Value, bool)>, until: Option<&(Value, bool)>) -> Box<dyn Tantivy> {
    let Some((column, kind)) = layout.fields.get(field) else { return Box::new(EmptyQuery) };
    let bound = |bound: Option<&(Value, bool)>| match bound {
        None => Some(Bound::Unbounded),
        Some((value, inclusive)) => value_term(*column, *kind, value).map(|term| if *inclusive { Bound::Included(term) } else { Bound::Excluded(term) }),
    };
    match (bound(from), bound(until)) {
        (Some(Bound::Unbounded), Some(Bound::Unbounded)) => exists(layout, field),
        (Some(from), Some(until)) => Box::new(RangeQuery::new(from, until)),
        _ => Box::new(EmptyQuery),
    }
}

fn value_term(column: Field, kind: FieldKind, value: &Value) -> Option<Term> {
    Some(match (kind, value) {
        (FieldKind::Keyword, Value::Text(text)) => Term::from_field_text(column, text),
        (FieldKind::Number, Value::Number(value)) => Term::from_field_f64(column, *value),
        (FieldKind::Number, Value::Integer(value)) => Term::from_field_f64(column, *value as f64),
        (FieldKind::Integer, Value::Integer(value)) | (FieldKind::Timestamp, Value::Timestamp(value)) => Term::from_field_i64(column, *value),
        (FieldKind::Bool, Value::Bool(value)) => Term::from_field_i64(column, i64::from(*value)),
        _ => return None,
    })
}

fn exists(layout: &Layout, field: &str) -> Box<dyn Tantivy> {
    match layout.fields.get(field) {
        Some((_, FieldKind::Text)) => term(Term::from_field_text(layout.texts, field)),
        Some(_) => Box::new(ExistsQuery::new(field.to_owned(), false)),
        None => Box::new(EmptyQuery),
    }
}

fn term(term: Term) -> Box<dyn Tantivy> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn not(inner: Box<dyn Tantivy>) -> Box<dyn Tantivy> {
    Box::new(BooleanQuery::new(vec![(Occur::Must, Box::new(AllQuery)), (Occur::MustNot, inner)]))
}

fn all_of(mut all: Vec<Box<dyn Tantivy>>) -> Box<dyn Tantivy> {
    match all.len() {
        0 => Box::new(AllQuery),
        1 => all.remove(0),
        _ => Box::new(BooleanQuery::new(all.into_iter().map(|one| (Occur::Must, one)).collect())),
    }
}

fn any_of(mut any: Vec<Box<dyn Tantivy>>) -> Box<dyn Tantivy> {
    match any.len() {
        0 => Box::new(EmptyQuery),
        1 => any.remove(0),
        _ => Box::new(BooleanQuery::new(any.into_iter().map(|one| (Occur::Should, one)).collect())),
    }
}

/// Runs a pattern over the list of an index's words or values.
#[derive(Clone, Debug)]
struct WildcardQuery {
    column: Field,
    pattern: Arc<Machine>,
}

impl Tantivy for WildcardQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(AutomatonWeight::<Machine>::new(self.column, self.pattern.clone())))
    }
}

#[derive(Debug)]
struct Machine(Wildcard);

impl tantivy_fst::Automaton for Machine {
    type State = Places;

    fn start(&self) -> Places {
        self.0.start()
    }

    fn is_match(&self, places: &Places) -> bool {
        self.0.is_end(places)
    }

    fn can_match(&self, places: &Places) -> bool {
        !places.is_nowhere()
    }

    fn accept(&self, places: &Places, byte: u8) -> Places {
        self.0.step(places, byte)
    }
}
