//! What terms would have found in the last day: within the asking administrator's own share of the stream, never beyond it (A41).

use super::{KeywordList, rules};
use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
    search::share,
};
use ::search::{
    FieldKind, IndexFault, Value,
    index::{Hit, Search},
    language::Query,
};
use ::streaming::keywords::{Said, Set};
use app::streaming::keywords::asks::{KeywordPreview, KeywordSample, PreviewKeywords};

const DAY_MS: i64 = 86_400_000;

/// Events that are looked at, the newest first.
const MOST_EVENTS: u64 = 10_000;

/// Events of one page of the index.
const PAGE: usize = 500;

/// Samples that are shown, and characters of each.
const SAMPLES: usize = 20;
const SAMPLE_CHARACTERS: usize = 280;

/// "Not found" for a stream of which the asker sees no rows. Only fields that are open to them are looked through.
pub async fn preview(portal: Portal, permit: Permit, ask: PreviewKeywords) -> Result<KeywordPreview> {
    permit.about(format!("stream {}", ask.stream), serde_json::json!({ "terms": ask.terms, "language": ask.language }));
    let seen = share::of(&portal, &permit, &ask.stream).await?;
    let list = draft(ask);
    rules::check(&list)?;
    let set = Set::new(&[list.list()]).map_err(|(_, why)| rules::unusable(&why).on("terms"))?;
    let texts: Vec<&str> =
        seen.share.open_fields().filter(|field| field.kind == FieldKind::Text && field.name != "message").map(|field| field.name.as_str()).collect();
    let speaks = seen.share.open_fields().any(|field| field.name == "language");
    let now = now_ms();
    let mut search = Search { query: Query::All, from_ms: now - DAY_MS, until_ms: now + 1, order: None, after: None, limit: PAGE, highlight: false };
    let mut preview = KeywordPreview::default();
    while preview.looked_at < MOST_EVENTS {
        let found = portal.index.search(&seen.share, &search).await.map_err(index)?;
        preview.events = preview.events.max(found.total);
        for hit in &found.hits {
            preview.looked_at += 1;
            let said: Vec<&str> = texts.iter().filter_map(|name| text(hit, name)).collect();
            let language = if speaks { text(hit, "language") } else { None };
            if !set.matching(&Said { texts: &said, language, sources: &[] }).is_empty() {
                preview.found += 1;
                if preview.samples.len() < SAMPLES {
                    preview.samples.push(KeywordSample { at_ms: hit.at_ms, text: said.join(" · ").chars().take(SAMPLE_CHARACTERS).collect() });
                }
            }
        }
        match found.hits.last() {
            Some(last) if found.hits.len() == PAGE => search.after = Some(last.cursor.clone()),
            _ => break,
        }
    }
    Ok(preview)
}

/// The terms as a list that is matched everywhere.
fn draft(ask: PreviewKeywords) -> KeywordList {
    KeywordList {
        id: String::new(),
        department: String::new(),
        name: "preview".into(),
        terms: ask.terms.into_iter().map(|term| term.trim().to_owned()).collect(),
        streams: vec![ask.stream],
        sources: Vec::new(),
        language: ask.language.filter(|language| !language.is_empty()),
        on: true,
        origin: "portal".into(),
        changed_ms: 0,
    }
}

fn text<'a>(hit: &'a Hit, name: &str) -> Option<&'a str> {
    hit.fields.iter().find(|(field, _)| field == name).and_then(|(_, value)| match value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

fn index(fault: IndexFault) -> Fault {
    match fault {
        IndexFault::Unavailable(_) => Fault::operator(
            "The search index is not available. Try again in a moment.",
            "El índice de búsqueda no está disponible. Inténtelo de nuevo en un momento.",
        )
        .because(fault),
        fault => Fault::internal(fault),
    }
}
