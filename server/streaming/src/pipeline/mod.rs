//! Pipelines: what a stream makes of its records, from bytes to events. Pure: the sinks are the caller's.

mod condition;
mod enrich;
mod spec;
mod tryout;

use crate::{
    Record, Refusal,
    keywords::{Keywords, Said, Set},
    parse::{Field, FieldKind, Parser, Unfit, Value, check_names},
    window::Windows,
};
pub use condition::Condition;
pub(crate) use condition::{Check, place};
pub use enrich::Enrichment;
use enrich::Step;
pub use spec::{Filter, Keep, KeywordUse, PipelineSpec};
use std::borrow::Cow;
pub use tryout::{Tried, try_on};

/// The field that holds the names of the keyword lists that matched.
pub const KEYWORDS: &str = "keywords";

/// What became of one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Processed<'a> {
    Event(Event<'a>),
    /// Left out on purpose: `filter` or `keywords`.
    Dropped {
        why: &'static str,
    },
    /// It does not fit the parser: to the dead letters.
    Dead(Unfit),
    /// Gone at its source, or edited so that it is no longer wanted: sinks that hold this id take it away.
    Gone {
        id: &'a str,
        version: i64,
        at_ms: i64,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Event<'a> {
    /// The record's id.
    pub id: &'a str,
    pub version: i64,
    /// The event's own time, Unix milliseconds.
    pub at_ms: i64,
    /// One a field, in the order of `Pipeline::fields`.
    pub values: Vec<Value<'a>>,
}

/// A pipeline with everything settled: it can be shared by all partitions.
pub struct Pipeline {
    spec: PipelineSpec,
    parser: Box<dyn Parser>,
    fields: Vec<Field>,
    steps: Vec<Step>,
    filters: Vec<(bool, Check)>,
    marking: Option<Marking>,
    windows: Windows,
}

/// How posts are matched with keyword lists.
struct Marking {
    keywords: Keywords,
    /// Places of the texts that are looked through.
    texts: Vec<usize>,
    language: Option<usize>,
    source_kind: Option<usize>,
}

impl Pipeline {
    /// Settles a declaration. `keywords` are the lists that name the stream; which of them count, the declaration says.
    pub fn new(spec: PipelineSpec, keywords: Keywords) -> Result<Self, Refusal> {
        let parser = spec.parser.parser()?;
        let mut fields = parser.fields().to_vec();
        let steps = spec.enrich.iter().map(|enrichment| Step::new(enrichment, &mut fields)).collect::<Result<_, _>>()?;
        let filter = |filter: &Filter| match filter {
            Filter::Keep(condition) => Check::new(condition, &fields).map(|check| (true, check)),
            Filter::Drop(condition) => Check::new(condition, &fields).map(|check| (false, check)),
        };
        let filters = spec.filter.iter().map(filter).collect::<Result<_, _>>()?;
        let marking = spec.keywords.as_ref().map(|wanted| Marking::new(wanted, keywords, &mut fields)).transpose()?;
        check_names(&fields)?;
        let windows = Windows::new(&spec.windows, &fields)?;
        Ok(Self { spec, parser, fields, steps, filters, marking, windows })
    }

    pub fn spec(&self) -> &PipelineSpec {
        &self.spec
    }

    /// What the stream's index and archive must have, in the order of an event's values.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    pub fn windows(&self) -> &Windows {
        &self.windows
    }

    pub fn process<'a>(&self, record: &'a Record) -> Processed<'a> {
        let set = self.marking.as_ref().map(|marking| marking.keywords.load());
        self.pass(set.as_deref().map(AsRef::as_ref), record)
    }

    /// As `process`, of many, in order, all with the same keyword lists.
    pub fn process_all<'a>(&self, records: impl IntoIterator<Item = &'a Record>, processed: &mut Vec<Processed<'a>>) {
        let set = self.marking.as_ref().map(|marking| marking.keywords.load());
        processed.extend(records.into_iter().map(|record| self.pass(set.as_deref().map(AsRef::as_ref), record)));
    }

    fn pass<'a>(&self, set: Option<&Set>, record: &'a Record) -> Processed<'a> {
        let mut values = Vec::with_capacity(self.fields.len());
        let parsed = self.parser.parse(&record.value, record.taken_ms, &mut values);
        let (id, version) = (record.id.as_str(), record.version);
        if record.deleted {
            // Its last known shape tells in which index it stands; without one, the time at which it was found gone must do.
            return Processed::Gone { id, version, at_ms: parsed.unwrap_or(record.taken_ms) };
        }
        let at_ms = match parsed {
            Ok(at_ms) => at_ms,
            Err(unfit) => return Processed::Dead(unfit),
        };
        for step in &self.steps {
            step.take(&mut values);
        }
        // What was edited may have been wanted before: a sink that holds it must learn that it no longer is.
        let dropped = |why| if version > 0 { Processed::Gone { id, version, at_ms } } else { Processed::Dropped { why } };
        if self.filters.iter().any(|(keep, check)| check.holds(&values) != *keep) {
            return dropped("filter");
        }
        if let (Some(marking), Some(set), Some(wanted)) = (&self.marking, set, &self.spec.keywords) {
            let lists = marking.lists(set, wanted, record, &values);
            if lists.is_empty() && wanted.keep == Keep::Matching {
                return dropped("keywords");
            }
            values.push(if lists.is_empty() { Value::Null } else { Value::Texts(lists) });
        }
        Processed::Event(Event { id, version, at_ms, values })
    }
}

impl Marking {
    fn new(wanted: &KeywordUse, keywords: Keywords, fields: &mut Vec<Field>) -> Result<Self, Refusal> {
        let find = |name: &str| fields.iter().position(|field| field.name == name);
        let texts: Vec<usize> = if wanted.fields.is_empty() {
            let is_text = |field: &Field| field.kind == FieldKind::Text && field.name != "message";
            fields.iter().enumerate().filter(|(_, field)| is_text(field)).map(|(place, _)| place).collect()
        } else {
            wanted.fields.iter().map(|name| place(name, fields, "keywords.fields")).collect::<Result<_, _>>()?
        };
        if let Some(field) = texts.iter().map(|text| &fields[*text]).find(|field| !matches!(field.kind, FieldKind::Text | FieldKind::Keyword)) {
            return Err(Refusal::new(
                "keywords.fields",
                format!("{} holds no text: keywords are looked for in texts.", field.name),
                format!("{} no contiene texto: las palabras clave se buscan en textos.", field.name),
            ));
        }
        if texts.is_empty() {
            return Err(Refusal::new(
                "keywords.fields",
                "There is no text to look for keywords in: name the fields.",
                "No hay ningún texto en el que buscar palabras clave: nombre los campos.",
            ));
        }
        let (language, source_kind) = (find("language"), find("source_kind"));
        let from = texts.iter().map(|text| fields[*text].name.clone()).collect();
        fields.push(Field { name: KEYWORDS.to_owned(), kind: FieldKind::Keyword, from });
        Ok(Self { keywords, texts, language, source_kind })
    }

    fn lists<'a>(&self, set: &Set, wanted: &KeywordUse, record: &Record, values: &[Value<'a>]) -> Vec<Cow<'a, str>> {
        let text = |place: &usize| match values.get(*place) {
            Some(Value::Text(text)) => Some(text.as_ref()),
            _ => None,
        };
        let texts: Vec<&str> = self.texts.iter().filter_map(text).collect();
        let kind = self.source_kind.as_ref().and_then(text).unwrap_or_default();
        let said = Said { texts: &texts, language: self.language.as_ref().and_then(text), sources: &[record.source.as_str(), kind] };
        let is_wanted = |name: &&str| wanted.lists.is_empty() || wanted.lists.iter().any(|list| list == name);
        set.matching(&said).into_iter().filter(is_wanted).map(|name| Cow::Owned(name.to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keywords::List;

    fn record(id: &str, value: impl Into<bytes::Bytes>) -> Record {
        Record {
            id: id.into(),
            key: "k".into(),
            taken_ms: 1_795_514_400_000,
            source: "ana's instance".into(),
            origin: "o".into(),
            version: 0,
            deleted: false,
            value: value.into(),
        }
    }

    fn web() -> Pipeline {
        let spec = r#"
            topic = "web"
            archive = true
            enrich = [
                { status_class = { from = "status", into = "status_class" } },
                { path_prefix = { from = "path", into = "section", segments = 1 } },
                { truncate = { field = "agent", characters = 10 } },
            ]
            filter = [{ drop = { is = { field = "path", values = ["/health"] } } }, { keep = { not = { missing = { field = "method" } } } }]

            [parser]
            format = "combined"
            quoted = ["forwarded"]

            [[windows]]
            name = "by_minute"
            width_seconds = 60
            keys = ["section", "status"]
            measures = [{ name = "requests" }, { name = "bytes_sent", sum = "bytes" }, { name = "errors", when = { between = { field = "status", from = 500 } } }]
        "#;
        let spec: PipelineSpec = toml::from_str(spec).unwrap();
        let kept: PipelineSpec = serde_json::from_str(&serde_json::to_string(&spec).unwrap()).unwrap();
        assert_eq!(kept, spec, "kept as JSON, it is the same");
        Pipeline::new(spec, Keywords::default()).unwrap()
    }

    fn line(path: &str, status: u16) -> String {
        format!(r#"a - - [24/Nov/2026:10:00:00 +0000] "GET {path} HTTP/1.1" {status} 5 "-" "a long name of an agent" "-""#)
    }

    #[test]
    fn a_line_becomes_an_event_with_all_declared_fields() {
        let pipeline = web();
        let names: Vec<&str> = pipeline.fields().iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names[10..], ["agent", "forwarded", "latency_ms", "host", "message", "status_class", "section"]);
        let record = record("1", line("/shop/cart?x=1", 503));
        let Processed::Event(event) = pipeline.process(&record) else { panic!("no event") };
        assert_eq!((event.id, event.version, event.at_ms, event.values.len()), ("1", 0, 1_795_514_400_000, names.len()));
        assert_eq!(event.values[10], Value::text("a long nam…"));
        assert_eq!(event.values[15..], [Value::text("5xx"), Value::text("/shop")]);
        assert!(matches!(&event.values[4], Value::Text(Cow::Borrowed("/shop/cart"))), "of the record's own bytes");
    }

    #[test]
    fn what_is_no_event_says_why() {
        let pipeline = web();
        assert_eq!(pipeline.process(&record("1", line("/health", 200))), Processed::Dropped { why: "filter" });
        let garbage = line("/", 400).replace("GET / HTTP/1.1", r"\x16\x03");
        assert_eq!(pipeline.process(&record("1", garbage)), Processed::Dropped { why: "filter" });
        assert!(matches!(pipeline.process(&record("1", &b"\xff broken"[..])), Processed::Dead(Unfit { at: 2, .. })));
        let edited = Record { version: 7, ..record("1", line("/health", 200)) };
        assert_eq!(pipeline.process(&edited), Processed::Gone { id: "1", version: 7, at_ms: 1_795_514_400_000 });
        let deleted = Record { version: 9, deleted: true, taken_ms: 5, ..record("1", Vec::new()) };
        assert_eq!(pipeline.process(&deleted), Processed::Gone { id: "1", version: 9, at_ms: 5 });
        let mut many = Vec::new();
        let records = [record("1", line("/", 200)), record("2", "x")];
        pipeline.process_all(&records, &mut many);
        assert!(matches!(many[..], [Processed::Event(_), Processed::Dead(_)]));
    }

    fn posts(keywords: &str, lists: &Keywords) -> Pipeline {
        let spec = format!(r#"{{"parser": {{"format": "post"}}, "keywords": {keywords}}}"#);
        Pipeline::new(serde_json::from_str(&spec).unwrap(), lists.clone()).unwrap()
    }

    fn post(text: &str, language: &str) -> Record {
        let post = crate::parse::post::Post {
            id: "1".into(),
            text: text.into(),
            language: Some(language.into()),
            published_ms: 1_790_000_000_000,
            source_kind: "mastodon".into(),
            ..Default::default()
        };
        record("p", serde_json::to_vec(&post).unwrap())
    }

    #[test]
    fn posts_are_matched_with_the_lists_of_the_moment() {
        let list = |name: &str, term: &str| List { name: name.into(), terms: vec![term.into()], ..List::default() };
        let lists = [
            List { language: Some("es".into()), ..list("spanish", "torre") },
            List { sources: vec!["ana's instance".into()], ..list("ours", "atalaya") },
            List { sources: vec!["mastodon".into()], ..list("kind", "atalaya") },
        ];
        let keywords = Keywords::new(Set::new(&lists).unwrap());
        let matching = posts("{}", &keywords);
        let all = posts(r#"{"lists": ["spanish"], "keep": "all"}"#, &keywords);
        let marks = |pipeline: &Pipeline, record: &Record| match pipeline.process(record) {
            Processed::Event(event) => event.values.last().map(|value| value.clone().into_owned()),
            _ => None,
        };
        let texts = |names: &[&'static str]| Some(Value::Texts(names.iter().map(|name| Cow::Borrowed(*name)).collect()));
        assert_eq!(marks(&matching, &post("La Torre ATALAYA", "es")), texts(&["spanish", "ours", "kind"]));
        assert_eq!(marks(&all, &post("La Torre ATALAYA", "es")), texts(&["spanish"]));
        assert_eq!(marks(&all, &post("La Torre ATALAYA", "en")), Some(Value::Null));
        assert_eq!(matching.process(&post("La torre", "en")), Processed::Dropped { why: "keywords" });
        keywords.replace(Set::new(&[list("new", "la torre")]).unwrap());
        assert_eq!(marks(&matching, &post("La Torre ATALAYA", "es")), texts(&["new"]));
        let field = matching.fields().last().unwrap();
        assert_eq!((field.name.as_str(), &field.from), (KEYWORDS, &vec!["title".to_owned(), "text".to_owned()]));
    }

    #[test]
    fn declarations_that_cannot_be_are_refused() {
        for spec in [
            r#"{"parser": {"format": "combined"}, "enrich": [{"status_class": {"from": "status", "into": "path"}}]}"#,
            r#"{"parser": {"format": "combined"}, "enrich": [{"status_class": {"from": "status", "into": "Bad Name"}}]}"#,
            r#"{"parser": {"format": "combined"}, "enrich": [{"truncate": {"field": "status", "characters": 1}}]}"#,
            r#"{"parser": {"format": "combined"}, "filter": [{"keep": {"missing": {"field": "nowhere"}}}]}"#,
            r#"{"parser": {"format": "combined"}, "keywords": {}}"#,
            r#"{"parser": {"format": "combined"}, "keywords": {"fields": ["status"]}}"#,
            r#"{"parser": {"format": "combined"}, "windows": [{"name": "w", "width_seconds": 1, "keys": ["agent", "agent"], "measures": [{"name": "n"}]}]}"#,
        ] {
            let spec: PipelineSpec = serde_json::from_str(spec).unwrap();
            let refusal = Pipeline::new(spec, Keywords::default()).err().unwrap();
            assert!(!refusal.message.en.is_empty() && !refusal.message.es.is_empty());
        }
        assert!(serde_json::from_str::<PipelineSpec>(r#"{"parser": {"format": "post"}, "colour": 1}"#).is_err());
    }
}
