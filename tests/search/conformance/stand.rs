//! One engine with a stream of its own, for one test.

use search::{
    Change, Document, Field, FieldKind, Index, Period, Shape, Share, Value,
    index::{Credentials, Hit, Outcome, Search, Settings, open},
    language::{self, Query},
    share::{Condition, Mask},
};
use std::collections::BTreeMap;
use tempfile::TempDir;
use tests::services::{elasticsearch, opensearch};

/// 2026-11-24T00:00:00Z
pub const DAY_MS: i64 = 1_795_478_400_000;
pub const HOUR_MS: i64 = 3_600_000;

pub struct Stand {
    pub index: Index,
    pub shape: Shape,
    _folder: Option<TempDir>,
}

pub async fn tantivy() -> Option<Stand> {
    let folder = tempfile::tempdir().expect("a folder");
    Some(Stand::new(Settings::Folder(folder.path().to_owned()), Some(folder)).await)
}

pub async fn on_elasticsearch() -> Option<Stand> {
    Some(Stand::new(server(elasticsearch::url().await?), None).await)
}

pub async fn on_opensearch() -> Option<Stand> {
    Some(Stand::new(server(opensearch::url().await?), None).await)
}

pub fn server(url: url::Url) -> Settings {
    Settings::Elasticsearch { url, credentials: Credentials::None, authority: None }
}

pub fn field(name: &str, kind: FieldKind) -> Field {
    Field { name: name.into(), kind, from: Vec::new() }
}

/// A stream of a web log, under a name of its own.
pub fn shape() -> Shape {
    let mut message = field("message", FieldKind::Text);
    message.from = ["time", "client", "path", "status", "latency_ms", "secure", "keywords"].map(str::to_owned).to_vec();
    Shape {
        stream: format!("web{}", uuid::Uuid::now_v7().simple()),
        department: "operations".into(),
        version: 1,
        fields: vec![
            field("time", FieldKind::Timestamp),
            field("client", FieldKind::Keyword),
            field("path", FieldKind::Keyword),
            field("status", FieldKind::Integer),
            field("latency_ms", FieldKind::Number),
            field("secure", FieldKind::Bool),
            field("keywords", FieldKind::Keyword),
            field("note", FieldKind::Text),
            message,
        ],
        period: Period::Day,
    }
}

impl Stand {
    pub async fn new(settings: Settings, folder: Option<TempDir>) -> Self {
        let (index, shape) = (open(settings).expect("an index"), shape());
        index.ready().await.expect("it answers");
        index.prepare(&shape).await.expect("prepared");
        Self { index, shape, _folder: folder }
    }

    /// Writes, expects each to be done, and makes it found.
    pub async fn write(&self, changes: &[Change]) {
        for part in changes.chunks(5_000) {
            let outcomes = self.index.write(&self.shape, part).await.expect("written");
            assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Done), "{outcomes:?}");
        }
        self.index.refresh(&self.shape).await.expect("refreshed");
    }

    /// Everything, unmasked.
    pub fn whole(&self) -> Share {
        self.share(Condition::All(Vec::new()), &[])
    }

    pub fn share(&self, rows: Condition, masks: &[(&str, Mask)]) -> Share {
        let fields = self.shape.fields.iter().map(|field| field.name.clone()).collect();
        let masks = masks.iter().map(|(name, mask)| ((*name).to_owned(), *mask)).collect();
        Share::new(self.shape.clone(), rows, fields, masks, [7; 32])
    }

    pub fn query(&self, text: &str) -> Query {
        let open: Vec<Field> = self.whole().open_fields().cloned().collect();
        language::parse(text, &open).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"))
    }

    /// Over ten days around, everything at once.
    pub fn search(&self, text: &str) -> Search {
        Search {
            query: self.query(text),
            from_ms: DAY_MS - 5 * 24 * HOUR_MS,
            until_ms: DAY_MS + 5 * 24 * HOUR_MS,
            order: None,
            after: None,
            limit: 1_000,
            highlight: false,
        }
    }

    /// Ids that a query finds, sorted; the total, the count and the page agree.
    pub async fn ids(&self, text: &str) -> Vec<String> {
        self.ids_of(&self.whole(), &self.search(text)).await
    }

    pub async fn ids_of(&self, share: &Share, search: &Search) -> Vec<String> {
        let found = self.index.search(share, search).await.unwrap_or_else(|fault| panic!("{:?}: {fault}", search.query));
        assert_eq!(found.total, found.hits.len() as u64);
        assert_eq!(self.index.count(share, search).await.expect("a count"), found.total);
        let mut ids: Vec<String> = found.hits.into_iter().map(|hit| hit.id).collect();
        ids.sort();
        ids
    }

    /// All pages of a search, one after the other.
    pub async fn pages(&self, share: &Share, search: &Search) -> Vec<Hit> {
        let (mut all, mut search): (Vec<Hit>, Search) = (Vec::new(), search.clone());
        loop {
            let hits = self.index.hits(share, &search).await.expect("a page");
            let Some(last) = hits.last() else { return all };
            search.after = Some(last.cursor.clone());
            all.extend(hits);
        }
    }
}

pub fn put(id: &str, at_ms: i64, fields: &[(&str, Value)]) -> Change {
    version(id, 0, at_ms, fields)
}

pub fn version(id: &str, version: i64, at_ms: i64, fields: &[(&str, Value)]) -> Change {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Change::Put(Document { id: id.into(), version, at_ms, fields })
}

pub fn delete(id: &str, version: i64, at_ms: i64) -> Change {
    Change::Delete { id: id.into(), version, at_ms }
}

pub fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub fn texts(texts: &[&str]) -> Value {
    Value::Texts(texts.iter().map(|text| (*text).to_owned()).collect())
}

/// The value of a field of a hit.
pub fn value<'a>(hit: &'a Hit, field: &str) -> Option<&'a Value> {
    hit.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value)
}

pub fn masks(masks: &[(&str, Mask)]) -> BTreeMap<String, Mask> {
    masks.iter().map(|(name, mask)| ((*name).to_owned(), *mask)).collect()
}
