//! Writing: bulk requests, each of whose items is looked at.

use super::{
    calls::{Answer, Calls},
    documents, mapping,
};
use crate::{
    Change, Shape,
    index::{IndexFault, Outcome, names},
};
use bytes::Bytes;
use elasticsearch::http::Method;
use serde_json::{Value as Json, json};
use std::collections::{BTreeSet, HashSet};

/// A request is closed behind this size.
const LARGE_BYTES: usize = 5 << 20;

/// What became of one change, as far as one request tells.
enum Item {
    Final(Outcome),
    /// Its index, or a field of its index, is not there: made once, then again.
    Absent,
}

/// Writes all changes. `known`: indices that are there already; what this makes is added.
pub(super) async fn write(calls: &Calls, shape: &Shape, changes: &[&Change], known: &mut HashSet<String>) -> Result<Vec<Outcome>, IndexFault> {
    let wanted: BTreeSet<String> = changes.iter().map(|change| names::index(shape, at_ms(change))).collect();
    for index in wanted.into_iter().filter(|index| !known.contains(index)).collect::<Vec<_>>() {
        make(calls, shape, &index).await?;
        known.insert(index);
    }
    let mut settled: Vec<Option<Outcome>> = vec![None; changes.len()];
    let mut absent = Vec::new();
    send(calls, shape, changes, (0..changes.len()).collect(), &mut settled, &mut absent).await?;
    if !absent.is_empty() {
        heal(calls, shape, changes, &absent).await?;
        let mut again = Vec::new();
        send(calls, shape, changes, absent, &mut settled, &mut again).await?;
        for place in again {
            settled[place] = Some(Outcome::Retry("its index is not there".into()));
        }
    }
    let missing = || IndexFault::Broken("Elasticsearch did not tell what became of each document".into());
    settled.into_iter().map(|outcome| outcome.ok_or_else(missing)).collect()
}

/// In requests of a bounded size; one that is too large for the server is split in two.
async fn send(
    calls: &Calls,
    shape: &Shape,
    changes: &[&Change],
    places: Vec<usize>,
    settled: &mut [Option<Outcome>],
    absent: &mut Vec<usize>,
) -> Result<(), IndexFault> {
    let mut waiting = Vec::new();
    let mut batch = (Vec::new(), Vec::new());
    for place in places {
        documents::lines(shape, changes[place], &mut batch.1).map_err(|cause| IndexFault::Broken(cause.to_string()))?;
        batch.0.push(place);
        if batch.1.len() >= LARGE_BYTES {
            waiting.push(std::mem::take(&mut batch));
        }
    }
    waiting.push(batch);
    waiting.reverse();
    while let Some((places, lines)) = waiting.pop() {
        if places.is_empty() {
            continue;
        }
        let answer = match calls.send(Method::Post, "/_bulk", Some(Bytes::from(lines))).await {
            // Nothing of it is known to be written; what was settled before stays so.
            Err(fault) if settled.iter().all(Option::is_none) => return Err(fault),
            Err(fault) => {
                retry(&places, &fault.to_string(), settled);
                continue;
            }
            Ok(answer) => answer,
        };
        match (answer.status, &places[..]) {
            (200..300, _) => items(&answer, &places, settled, absent)?,
            (413, [place]) => settled[*place] = Some(Outcome::Unfit("larger than Elasticsearch takes".into())),
            (413, _) => {
                let (first, second) = places.split_at(places.len() / 2);
                for half in [second, first] {
                    let mut lines = Vec::new();
                    for place in half {
                        documents::lines(shape, changes[*place], &mut lines).map_err(|cause| IndexFault::Broken(cause.to_string()))?;
                    }
                    waiting.push((half.to_vec(), lines));
                }
            }
            _ if settled.iter().all(Option::is_none) => return Err(answer.fault()),
            _ => retry(&places, &answer.fault().to_string(), settled),
        }
    }
    Ok(())
}

fn retry(places: &[usize], reason: &str, settled: &mut [Option<Outcome>]) {
    for place in places {
        settled[*place] = Some(Outcome::Retry(reason.to_owned()));
    }
}

fn items(answer: &Answer, places: &[usize], settled: &mut [Option<Outcome>], absent: &mut Vec<usize>) -> Result<(), IndexFault> {
    let items = answer.body["items"].as_array().filter(|items| items.len() == places.len());
    let items = items.ok_or_else(|| IndexFault::Broken("Elasticsearch's answer to a bulk request does not list each item".into()))?;
    for (place, item) in places.iter().zip(items) {
        let item = item.as_object().and_then(|item| item.values().next()).unwrap_or(&Json::Null);
        match outcome(item) {
            Item::Final(outcome) => settled[*place] = Some(outcome),
            Item::Absent => absent.push(*place),
        }
    }
    Ok(())
}

fn outcome(item: &Json) -> Item {
    let kind = item["error"]["type"].as_str().unwrap_or("no reason given");
    Item::Final(match item["status"].as_u64() {
        // There already, or newer.
        Some(200..300 | 409) => Outcome::Done,
        Some(404) => return Item::Absent,
        Some(400) if kind == "strict_dynamic_mapping_exception" => return Item::Absent,
        Some(400) => Outcome::Unfit(unfit(item, kind)),
        Some(413) => Outcome::Unfit("larger than Elasticsearch takes".into()),
        status => Outcome::Retry(format!("Elasticsearch answers {} ({kind})", status.unwrap_or_default())),
    })
}

/// Names the field and what it holds; Elasticsearch's own words quote the value.
fn unfit(item: &Json, kind: &str) -> String {
    let reason = item["error"]["reason"].as_str().unwrap_or_default();
    let between = |before: &str| {
        let (_, rest) = reason.split_once(before)?;
        let (name, _) = rest.split_once(']')?;
        name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_@.".contains(letter)).then_some(name)
    };
    match (between("field ["), between("of type [")) {
        (Some(field), Some(held)) => format!("the field “{field}” holds “{held}” in the index, and this does not fit ({kind})"),
        (Some(field), None) => format!("the field “{field}” does not fit ({kind})"),
        _ => format!("the index refuses it ({kind})"),
    }
}

/// Makes an index; that it is there already is as well.
async fn make(calls: &Calls, shape: &Shape, index: &str) -> Result<(), IndexFault> {
    let answer = calls.json(Method::Put, &format!("/{index}"), &mapping::index(shape)).await?;
    match answer.status {
        400 if answer.error_kind() == "resource_already_exists_exception" => Ok(()),
        _ => answer.success().map(|_| ()),
    }
}

async fn heal(calls: &Calls, shape: &Shape, changes: &[&Change], absent: &[usize]) -> Result<(), IndexFault> {
    let indices: BTreeSet<String> = absent.iter().map(|place| names::index(shape, at_ms(changes[*place]))).collect();
    for index in indices {
        make(calls, shape, &index).await?;
        let answer = calls.json(Method::Put, &format!("/{index}/_mapping"), &json!({ "properties": mapping::properties(shape) })).await?;
        // A field of another kind: its documents are refused one by one, and say so.
        if answer.status != 400 {
            answer.success()?;
        }
    }
    Ok(())
}

fn at_ms(change: &Change) -> i64 {
    match change {
        Change::Put(document) => document.at_ms,
        Change::Delete { at_ms, .. } => *at_ms,
    }
}
