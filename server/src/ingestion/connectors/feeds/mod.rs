//! Feeds: RSS, Atom and JSON Feed, asked for as seldom as manners want, and only for what changed.

mod read;

use crate::{
    fault::{Fault, Result},
    ingestion::{
        fetch::{Wanted, rules::max_age},
        listening::{Asking, Gap, Listener, Polled, Setback, rules},
    },
    jobs::Failure,
};
use app::{
    ask::FaultKind,
    ingestion::asks::{ConnectorCard, Field, FieldKind},
    text::Text,
};
use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use read::{Entry, Reading};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use streaming::Record;
use url::Url;

pub const LISTENER: &dyn Listener = &Feeds;

struct Feeds;

/// Where it stands at one feed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// Exactly as received, quotes and all.
    etag: Option<String>,
    last_modified: Option<String>,
    /// Entries of the feed as it was last read: id, what it held (a hash), version that was published.
    entries: BTreeMap<String, (String, i64)>,
    read_ms: i64,
}

#[async_trait]
impl Listener for Feeds {
    fn describe(&self) -> ConnectorCard {
        ConnectorCard {
            name: "feeds".into(),
            title: Text::of("RSS, Atom or JSON feed", "Canal RSS, Atom o JSON"),
            icon: "feed".into(),
            fields: vec![
                Field {
                    name: "url".into(),
                    label: Text::of("Address", "Dirección"),
                    help: Text::of("The feed itself, https://…", "El propio canal, https://…"),
                    kind: FieldKind::Text,
                    required: true,
                },
                Field {
                    name: "minutes".into(),
                    label: Text::of("Ask at most every (minutes)", "Preguntar como mucho cada (minutos)"),
                    help: Text::of(
                        "Empty: hourly, daily where the feed cannot say what changed, or as the feed itself wishes",
                        "Vacío: cada hora, cada día si el canal no sabe decir qué cambió, o como desee el propio canal",
                    ),
                    kind: FieldKind::Number,
                    required: false,
                },
                Field {
                    name: "language".into(),
                    label: Text::of("Language", "Idioma"),
                    help: Text::of("For feeds that do not name theirs, e.g. en", "Para canales que no lo indican, p. ej. es"),
                    kind: FieldKind::Text,
                    required: false,
                },
            ],
        }
    }

    fn check(&self, fields: &BTreeMap<String, String>) -> Result<()> {
        address(fields)?;
        at_least(fields).map(drop)
    }

    fn place(&self, fields: &BTreeMap<String, String>) -> String {
        fields.get("url").cloned().unwrap_or_default()
    }

    async fn poll(&self, asking: &Asking<'_>) -> Result<Polled, Setback> {
        let fields = &asking.listening.fields;
        let url = address(fields)?;
        let state: State = serde_json::from_value(asking.state.clone()).unwrap_or_default();
        let wanted = Wanted { headers: conditions(&state), ..Wanted::new(url.clone()) };
        let fetched = asking.fetcher.get(&wanted).await?;
        match fetched.status {
            StatusCode::NOT_MODIFIED => Ok(unchanged(state, &fetched.headers, fields, asking.now_ms)?),
            StatusCode::OK => {
                let reading = read::read(fetched.body, fetched.url, text(&fetched.headers, header::LAST_MODIFIED), asking.now_ms).await;
                let reading = reading.map_err(|words| Failure::data(Fault::new(FaultKind::Invalid, words)))?;
                Ok(changed(asking, &state, &fetched.headers, reading)?)
            }
            status => Err(Setback { failure: answered(status, &url), wait: fetched.retry_after }),
        }
    }
}

fn unchanged(mut state: State, headers: &HeaderMap, fields: &BTreeMap<String, String>, now_ms: i64) -> Result<Polled> {
    // An answer without a body may name them anew.
    state.etag = text(headers, header::ETAG).or(state.etag);
    state.last_modified = text(headers, header::LAST_MODIFIED).or(state.last_modified);
    state.read_ms = now_ms;
    let pause = rules::feed_pause(true, &[max_age(headers)], at_least(fields)?);
    Ok(Polled { state: serde_json::to_value(&state)?, next_ms: rules::later(now_ms, Duration::from_secs(pause)), ..Polled::default() })
}

/// What is new or says something else than before.
fn changed(asking: &Asking<'_>, before: &State, headers: &HeaderMap, reading: Reading) -> Result<Polled> {
    let listening = asking.listening;
    let mut state = State {
        etag: text(headers, header::ETAG),
        last_modified: text(headers, header::LAST_MODIFIED),
        entries: BTreeMap::new(),
        read_ms: asking.now_ms,
    };
    let source = format!("feed:{}", listening.name);
    let mut polled = Polled::default();
    for entry in reading.entries {
        let known = before.entries.get(&entry.id);
        let version = version(&entry, known);
        if known.is_none_or(|(held, _)| *held != entry.held) {
            polled.records.push(record(asking, &source, &entry, version)?);
        }
        state.entries.insert(entry.id, (entry.held, version));
    }
    // Oldest first, as they were written; a feed begins with its newest.
    polled.records.reverse();
    let (now, known): (BTreeSet<_>, BTreeSet<_>) = (state.entries.keys().collect(), before.entries.keys().collect());
    if !known.is_empty() && !now.is_empty() && now.is_disjoint(&known) {
        polled.gap = Some(Gap { since_ms: before.read_ms, until_ms: asking.now_ms });
    }
    if reading.unread > 0 {
        polled.notes.push(Text::of(format!("{} entries of the feed could not be read.", reading.unread), format!("{} entradas del canal no se han podido leer.", reading.unread)));
    }
    let conditional = state.etag.is_some() || state.last_modified.is_some();
    let pause = rules::feed_pause(conditional, &[max_age(headers), reading.ttl_seconds], at_least(&listening.fields)?);
    polled.next_ms = rules::later(asking.now_ms, Duration::from_secs(pause));
    polled.state = serde_json::to_value(&state)?;
    Ok(polled)
}

/// When the entry says that it was changed; where it does not say so though it was, one more than before.
fn version(entry: &Entry, known: Option<&(String, i64)>) -> i64 {
    let said = entry.edited_ms.unwrap_or_default();
    match known {
        Some((held, version)) if *held == entry.held => *version,
        Some((_, version)) => said.max(version + 1),
        None => said,
    }
}

fn record(asking: &Asking<'_>, source: &str, entry: &Entry, version: i64) -> Result<Record> {
    let listening = asking.listening;
    let id = rules::record_id(source, &entry.id);
    let post = entry.post(listening);
    Ok(Record {
        key: id.clone(),
        id,
        taken_ms: asking.now_ms,
        source: listening.name.clone(),
        origin: listening.field("url").unwrap_or_default().to_owned(),
        version,
        deleted: false,
        value: serde_json::to_vec(&post)?.into(),
    })
}

fn conditions(state: &State) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let accepted = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";
    headers.insert(header::ACCEPT, HeaderValue::from_static(accepted));
    for (name, value) in [(header::IF_NONE_MATCH, &state.etag), (header::IF_MODIFIED_SINCE, &state.last_modified)] {
        if let Some(value) = value.as_deref().and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()) {
            headers.insert(name, value);
        }
    }
    headers
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).filter(|value| !value.is_empty()).map(str::to_owned)
}

fn address(fields: &BTreeMap<String, String>) -> Result<Url> {
    let text = fields.get("url").map(|text| text.trim()).unwrap_or_default();
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).ok_or_else(|| {
        Fault::invalid("Enter the whole address of the feed, beginning with https://.", "Escriba la dirección completa del canal, con https:// delante.").on("url")
    })
}

/// In seconds.
fn at_least(fields: &BTreeMap<String, String>) -> Result<Option<u64>> {
    let Some(minutes) = fields.get("minutes").map(|text| text.trim()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let minutes = minutes.parse::<u64>().ok().filter(|minutes| (1..=10_080).contains(minutes));
    let wrong = || Fault::invalid("A number of minutes from 1 to 10080.", "Un número de minutos de 1 a 10080.").on("minutes");
    Ok(Some(minutes.ok_or_else(wrong)? * 60))
}

fn answered(status: StatusCode, url: &Url) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let code = status.as_u16();
    match code {
        401 | 403 => Failure::config(Fault::new(
            FaultKind::Invalid,
            Text::of(format!("{host} does not let us read this feed ({code}): choose another one."), format!("{host} no nos deja leer este canal ({code}): elija otro.")),
        )),
        404 | 410 => Failure::config(Fault::new(
            FaultKind::Invalid,
            Text::of(format!("The feed is not there any more ({code}): check the address."), format!("El canal ya no está ({code}): compruebe la dirección.")),
        )),
        _ => Failure::transient(Fault::operator(
            format!("{host} answered {code}. It is asked again."),
            format!("{host} ha respondido {code}. Se le volverá a preguntar."),
        )),
    }
}
