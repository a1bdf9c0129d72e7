//! A feed's text as entries: the only code that knows feed-rs. Nothing is expanded, nothing is loaded from elsewhere (FT-C06).

use crate::ingestion::listening::{
    Listening,
    nesting::{Markup, depth},
    rules, text,
};
use app::text::Text;
use feed_rs::{
    model,
    parser::{self, Builder},
};
use sha2::{Digest, Sha256};
use streaming::parse::post::Post;
use url::Url;

/// Deeper nesting is no feed.
const DEEPEST: usize = 300;

/// Entries beyond these are not read.
const MOST_ENTRIES: usize = 5_000;

/// A feed as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the feed's order.
    pub entries: Vec<Entry>,
    /// Entries whose text could not be read.
    pub unread: usize,
    /// How long the feed wants to be kept, in seconds.
    pub ttl_seconds: Option<u64>,
}

/// One entry, its texts plain.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// As the feed has it, else a hash of link and title.
    pub id: String,
    pub title: String,
    pub text: String,
    pub url: String,
    pub author: String,
    pub language: Option<String>,
    /// When it was published, by the first that says so: the entry, the feed's header, now.
    pub at_ms: i64,
    /// When it says that it was changed after it was published.
    pub edited_ms: Option<i64>,
    /// Hash of all that it holds, to tell a change.
    pub held: String,
}

impl Entry {
    /// As the bus carries it.
    pub fn post(&self, listening: &Listening) -> Post {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Post {
            id: self.id.clone(),
            url: some(&self.url),
            author: some(&self.author),
            title: some(&self.title),
            text: self.text.clone(),
            language: self.language.clone().or_else(|| listening.field("language").map(str::to_owned)),
            published_ms: self.at_ms,
            edited_ms: self.edited_ms,
            source_kind: listening.connector.clone(),
        }
    }
}

/// Reads a feed in a thread of its own: one that is made to hurt ends that thread alone.
pub async fn read(bytes: Vec<u8>, url: Url, last_modified: Option<String>, now_ms: i64) -> Result<Reading, Text> {
    let work = tokio::task::spawn_blocking(move || parse(&bytes, &url, last_modified.as_deref(), now_ms));
    work.await.unwrap_or_else(|_| Err(unreadable()))
}

fn parse(bytes: &[u8], url: &Url, last_modified: Option<&str>, now_ms: i64) -> Result<Reading, Text> {
    refuse(bytes)?;
    let parser = Builder::new().base_uri(Some(url.as_str())).id_generator(made_id).build();
    let feed = parser.parse(bytes).map_err(|fault| match fault {
        parser::ParseFeedError::ParseError(parser::ParseErrorKind::NoFeedRoot) => Text::of(
            "What stands at this address is no feed: enter the address of the RSS, Atom or JSON feed itself.",
            "Lo que hay en esta dirección no es un canal: escriba la dirección del propio canal RSS, Atom o JSON.",
        ),
        _ => unreadable(),
    })?;
    let fallback_ms = feed.updated.map(|time| time.timestamp_millis()).or_else(|| http_date_ms(last_modified?)).unwrap_or(now_ms);
    let mut reading = Reading { ttl_seconds: feed.ttl.map(|minutes| u64::from(minutes) * 60), ..Reading::default() };
    for entry in feed.entries.into_iter().take(MOST_ENTRIES) {
        match entry_of(entry, feed.language.as_deref(), fallback_ms, now_ms) {
            Some(entry) => reading.entries.push(entry),
            None => reading.unread += 1,
        }
    }
    Ok(reading)
}

fn entry_of(entry: model::Entry, language: Option<&str>, fallback_ms: i64, now_ms: i64) -> Option<Entry> {
    let body = entry.content.and_then(|content| content.body).or(entry.summary.map(|summary| summary.content)).unwrap_or_default();
    // Titles are mostly plain, but nothing says so: as HTML both read the same.
    let title = text::of_html(&entry.title.map(|title| title.content).unwrap_or_default())?;
    let text = text::of_html(&body)?;
    let published = entry.published.or(entry.updated).map_or(fallback_ms, |time| time.timestamp_millis());
    let at_ms = rules::believed(published, now_ms);
    let edited_ms = entry.updated.map(|time| rules::believed(time.timestamp_millis(), now_ms)).filter(|edited_ms| *edited_ms > at_ms);
    let mut made = Entry {
        id: entry.id,
        title,
        text,
        url: link(&entry.links),
        author: text::tidy(&entry.authors.into_iter().find_map(|author| author.name).unwrap_or_default()),
        language: entry.language.or_else(|| language.map(str::to_owned)).filter(|tag| is_tag(tag)),
        at_ms,
        edited_ms,
        held: String::new(),
    };
    let said = serde_json::json!([made.title, made.text, made.url, made.author, made.language, made.edited_ms]);
    made.held = hex::encode(&Sha256::digest(said.to_string())[..16]);
    Some(made)
}

/// Only addresses of pages: nothing that acts when it is pressed.
fn link(links: &[model::Link]) -> String {
    let usual = |link: &&model::Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    let link = links.iter().find(usual).or_else(|| links.first()).and_then(|link| Url::parse(&link.href).ok());
    link.filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from).unwrap_or_default()
}

/// Whether it looks like a BCP 47 tag: `es`, `pt-BR`.
fn is_tag(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn made_id(links: &[model::Link], title: &Option<model::Text>, _base: Option<&str>) -> String {
    let mut hash = Sha256::new();
    hash.update(links.first().map(|link| link.href.as_str()).unwrap_or_default());
    hash.update([0]);
    hash.update(title.as_ref().map(|title| title.content.as_str()).unwrap_or_default());
    format!("sha256-{}", hex::encode(hash.finalize()))
}

/// A document type with rules of its own, and nesting without an end, whatever the letters' width: not even parsed.
fn refuse(bytes: &[u8]) -> Result<(), Text> {
    // Wide encodings write zeros between the letters.
    let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    let text = String::from_utf8_lossy(&narrow);
    if text.find(['<', '{']).is_none_or(|at| text[at..].starts_with('{')) {
        // JSON: its reader has a bound of its own.
        return Ok(());
    }
    if has_own_entities(&text) {
        return Err(Text::of(
            "The feed defines entities of its own, which is how feeds attack their readers: it is not read.",
            "El canal define entidades propias, que es como un canal ataca a quien lo lee: no se lee.",
        ));
    }
    if depth(&without_data(&text), Markup::Xml) > DEEPEST {
        return Err(unreadable());
    }
    Ok(())
}

/// Whether a document type holds anything but a name and the addresses of a public one, which nobody loads (old RSS names one).
fn has_own_entities(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let outside = without_data(&upper);
    if outside.contains("<!ENTITY") {
        return true;
    }
    outside.match_indices("<!DOCTYPE").any(|(at, _)| {
        let end = outside[at..].find('>').map_or(outside.len(), |end| at + end);
        let bracket = outside[at..].find('[').map(|bracket| at + bracket);
        bracket.is_some_and(|bracket| bracket < end)
    })
}

/// The text without comments, instructions and character data, where marks mean nothing.
fn without_data(text: &str) -> String {
    let mut outside = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let starts = [("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>")];
        let first = starts.iter().filter_map(|(start, end)| rest.find(start).map(|at| (at, start.len(), *end))).min();
        let Some((at, length, end)) = first else { break };
        outside.push_str(&rest[..at]);
        let after = &rest[at + length..];
        rest = after.find(end).map_or("", |found| &after[found + end.len()..]);
    }
    outside.push_str(rest);
    outside
}

fn http_date_ms(text: &str) -> Option<i64> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

fn unreadable() -> Text {
    Text::of("The feed breaks the rules of its own format: tell its owner. It is tried again.", "El canal incumple las reglas de su formato: avise a su dueño. Se volverá a intentar.")
}
