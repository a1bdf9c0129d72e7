//! What may follow at a place of a query that is being written: fields, operators, values of the reader's share.

use super::{
    find::everything,
    range,
    share::{self, Seen},
    shown,
};
use crate::{access::Permit, fault::Result, portal::Portal};
use ::search::{
    Field, FieldKind, IndexFault, Value,
    index::Search,
    language::{self, Expected, Query},
};
use app::search::asks::{CompleteQuery, Completion};

/// Most completions of one kind.
const MOST: usize = 20;
/// Values that are counted where the index cannot choose by their beginning.
const COUNTED: usize = 100;

pub async fn complete(portal: Portal, permit: Permit, ask: CompleteQuery) -> Result<Vec<Completion>> {
    permit.about(format!("stream {}", ask.stream), serde_json::to_value(&ask)?);
    let seen = share::of(&portal, &permit, &ask.stream).await?;
    let open: Vec<Field> = seen.share.open_fields().cloned().collect();
    let expected = language::expects(&ask.query, ask.at, &open);
    let completion = |text: String, kind, events| Completion { from: expected.from, until: expected.until, text, kind, events };
    let mut completions = Vec::new();
    if let Some(field) = expected.values_of.as_ref().and_then(|name| open.iter().find(|field| field.name == *name)) {
        for (value, events) in values(&portal, &seen, field, &expected, &ask).await? {
            completions.push(completion(text(field, &value, &open), None, Some(events)));
        }
    }
    for name in expected.fields.iter().take(MOST) {
        let kind = open.iter().find(|field| field.name == *name).map(|field| shown::kind(field.kind));
        completions.push(completion(format!("{name}:"), kind, None));
    }
    completions.extend(expected.operators.iter().map(|word| completion(format!("{word} "), None, None)));
    Ok(completions)
}

/// Values that begin as is written, most frequent first: counted among the documents of the share alone (A45).
async fn values(portal: &Portal, seen: &Seen, field: &Field, expected: &Expected, ask: &CompleteQuery) -> Result<Vec<(Value, u64)>> {
    let written = &expected.written;
    let query = match field.kind {
        FieldKind::Text | FieldKind::Timestamp => return Ok(Vec::new()),
        FieldKind::Keyword if !written.is_empty() => Query::Wildcard { field: Some(field.name.clone()), pattern: format!("{}*", meant(written)) },
        FieldKind::Keyword | FieldKind::Integer | FieldKind::Number | FieldKind::Bool => Query::All,
    };
    let (from_ms, until_ms) = range::bounds(ask.range)?;
    let search = Search { query, from_ms, until_ms, ..everything() };
    let counting = async {
        match portal.index.top_values(&seen.share, &search, &field.name, COUNTED).await {
            // A beginning too long for a pattern has no completion.
            Err(IndexFault::Refused(_)) => Ok(Vec::new()),
            counted => counted,
        }
    };
    let top = shown::in_time(portal, counting).await?;
    // A field of several values counts all of those that an event has.
    Ok(top.into_iter().filter(|(value, _)| bare(value).starts_with(written)).take(MOST).collect())
}

/// Every character as itself.
fn meant(text: &str) -> String {
    text.chars().flat_map(|letter| matches!(letter, '*' | '?' | '\\').then_some('\\').into_iter().chain([letter])).collect()
}

/// As it stands after `field:`; in quotes only where it must.
fn text(field: &Field, value: &Value, open: &[Field]) -> String {
    let bare = bare(value);
    let same = |query: Query| match query {
        Query::Word { word, .. } => word == bare,
        Query::Is { value: read, .. } => read == *value,
        _ => false,
    };
    let is_plain = language::parse(&format!("{}:{bare}", field.name), open).is_ok_and(same);
    if is_plain { bare } else { language::value_text(value) }
}

fn bare(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Texts(texts) => texts.join(shown::SEPARATOR),
        Value::Integer(number) | Value::Timestamp(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
    }
}
