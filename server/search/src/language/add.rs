//! Click to add or to exclude: a value is put into a query that stands already.

use super::{Query, WrongQuery, parse, print, value_text};
use crate::{Value, shape::Field};

/// The query with this value asked for, or excluded. What stood there stays as it was written; the same condition is not added twice,
/// and its opposite goes. Errors: the query that stands there is wrong.
pub fn add(text: &str, field: &str, value: &Value, exclude: bool, fields: &[Field]) -> Result<String, WrongQuery> {
    let clause = format!("{field}:{}", value_text(value));
    let wanted = parse(&clause, fields)?;
    let (added, opposite) = if exclude { (denied(wanted.clone()), wanted) } else { (wanted.clone(), denied(wanted)) };
    let added_text = if exclude { format!("NOT {clause}") } else { clause };
    let parts = match parse(text, fields)? {
        Query::All => return Ok(added_text),
        Query::And(parts) => parts,
        other => vec![other],
    };
    if parts.contains(&opposite) {
        let mut kept: Vec<Query> = parts.into_iter().filter(|part| *part != opposite && *part != added).collect();
        kept.push(added);
        return Ok(print(&if kept.len() == 1 { kept.remove(0) } else { Query::And(kept) }));
    }
    Ok(match &parts[..] {
        _ if parts.contains(&added) => text.to_owned(),
        [Query::Or(_)] => format!("({}) AND {added_text}", text.trim()),
        _ => format!("{} AND {added_text}", text.trim()),
    })
}

fn denied(query: Query) -> Query {
    Query::Not(Box::new(query))
}
