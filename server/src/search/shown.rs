//! What an index answers, in the words of the pages.

use super::share::Seen;
use crate::{fault::Fault, portal::Portal};
use ::search::{FieldKind, IndexFault, index};
use app::{search::asks, text::Text, warehouse::asks::Value};
use std::{ops::Range, time::Duration};

/// One event: a value for each field that the share shows, in order, and the marks in characters.
pub fn hit(seen: &Seen, hit: &index::Hit) -> asks::Hit {
    let share = &seen.share;
    let mut values = Vec::with_capacity(share.fields().len());
    let (mut marks, mut several) = (Vec::new(), Vec::new());
    for (place, field) in share.fields().iter().enumerate() {
        let held = hit.fields.iter().find(|(name, _)| *name == field.name).map(|(_, value)| value);
        if let Some(::search::Value::Texts(texts)) = held {
            several.push((place, texts.clone()));
        }
        let value = held.map(self::value).unwrap_or(Value::Null);
        let ranges = hit.highlights.iter().find(|(name, _)| *name == field.name).map(|(_, ranges)| ranges.as_slice()).unwrap_or_default();
        // What is masked is not highlighted: where would tell what (A39).
        if share.mask(&field.name).is_none()
            && let Value::Text(text) = &value
        {
            let ranges: Vec<_> = ranges.iter().filter_map(|range| characters(text, range)).collect();
            if !ranges.is_empty() {
                marks.push((place, ranges));
            }
        }
        values.push(value);
    }
    asks::Hit { id: seen.veil.id(&hit.id), at_ms: hit.at_ms, values, marks, several }
}

/// Times stay Unix milliseconds; several values of one field stand side by side.
pub fn value(value: &::search::Value) -> Value {
    use ::search::Value as Held;
    match value {
        Held::Text(text) => Value::Text(text.clone()),
        Held::Texts(texts) => Value::Text(texts.join(SEPARATOR)),
        Held::Integer(number) => Value::Integer(*number),
        Held::Number(number) if number.is_finite() => Value::Number(*number),
        Held::Number(_) => Value::Null,
        Held::Bool(truth) => Value::Bool(*truth),
        Held::Timestamp(ms) => Value::Integer(*ms),
    }
}

/// Between several values of one field.
pub const SEPARATOR: &str = ", ";

pub fn kind(kind: FieldKind) -> asks::FieldKind {
    match kind {
        FieldKind::Keyword => asks::FieldKind::Keyword,
        FieldKind::Text => asks::FieldKind::Text,
        FieldKind::Integer => asks::FieldKind::Integer,
        FieldKind::Number => asks::FieldKind::Number,
        FieldKind::Bool => asks::FieldKind::Bool,
        FieldKind::Timestamp => asks::FieldKind::Timestamp,
    }
}

/// What the index answers, within the time that a query has.
pub async fn in_time<T>(portal: &Portal, answer: impl Future<Output = Result<T, IndexFault>>) -> Result<T, Fault> {
    match tokio::time::timeout(Duration::from_secs(portal.config.query_seconds), answer).await {
        Ok(answer) => answer.map_err(fault),
        Err(_) => {
            Err(Fault::invalid("This search takes too long. Narrow the time or the query.", "Esta búsqueda tarda demasiado. Acote el tiempo o la consulta."))
        }
    }
}

/// Never with the engine's own words: they may name what the reader does not see (A23).
pub fn fault(fault: IndexFault) -> Fault {
    match fault {
        IndexFault::Unavailable(_) => Fault::new(
            app::ask::FaultKind::Unavailable,
            Text::of("The search index does not answer. Try again in a moment.", "El índice de búsqueda no responde. Inténtelo de nuevo en un momento."),
        )
        .because(fault),
        IndexFault::Refused(_) => Fault::invalid(
            "This cannot be searched so. Change the query, the order or the page.",
            "Esto no se puede buscar así. Cambie la consulta, el orden o la página.",
        )
        .because(fault),
        IndexFault::Broken(_) => Fault::internal(fault),
    }
}

/// Bytes of a text as characters; `None` when the range is none of this text's.
fn characters(text: &str, bytes: &Range<usize>) -> Option<(usize, usize)> {
    let before = text.get(..bytes.start)?.chars().count();
    let within = text.get(bytes.clone())?.chars().count();
    (within > 0).then_some((before, before + within))
}

#[cfg(test)]
mod tests {
    use super::characters;

    #[test]
    fn marks_count_characters_not_bytes() {
        assert_eq!(characters("ñandú corre", &(8..13)), Some((6, 11)));
        assert_eq!(characters("ñandú", &(1..3)), None);
        assert_eq!(characters("a", &(1..9)), None);
        assert_eq!(characters("a", &(1..1)), None);
    }
}
