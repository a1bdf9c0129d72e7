//! A public post or feed entry, as listeners write it: one JSON object.

use super::{Example, Field, FieldKind, Format, Options, Parser, Unfit, Value, json_lines};
use crate::words::{Refusal, Words};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const FORMAT: &dyn Format = &Posts;

/// What a listener writes into a record's value. The record's own id is made of source and native id; its `version` is 0 for a
/// post that was never edited, else `edited_ms`. For a post that is gone (`deleted`) the value is the last known shape with an
/// empty text, because `published_ms` tells in which index the post stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// The source's own id.
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Plain text, no HTML.
    pub text: String,
    /// A BCP 47 tag, as in `es` or `pt-BR`; absent when the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Unix milliseconds.
    pub published_ms: i64,
    /// Unix milliseconds of the last edit; absent when there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_ms: Option<i64>,
    /// The connector's name: `feeds`, `mastodon`.
    pub source_kind: String,
}

struct Posts;

impl Format for Posts {
    fn name(&self) -> &'static str {
        "post"
    }

    fn title(&self) -> Words {
        Words::of("Posts of listeners", "Publicaciones de los escuchas")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({}),
            line: r#"{"id":"42","url":"https://example.org/42","author":"ana","text":"Hola","language":"es","published_ms":1790000000000,"source_kind":"feeds"}"#,
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct None {}
        options.read::<None>()?;
        let field = |(name, kind): (&str, FieldKind)| Field::new(name, kind);
        let fields = [
            ("time", FieldKind::Timestamp),
            ("edited", FieldKind::Timestamp),
            ("post_id", FieldKind::Keyword),
            ("source_kind", FieldKind::Keyword),
            ("author", FieldKind::Keyword),
            ("language", FieldKind::Keyword),
            ("title", FieldKind::Text),
            ("text", FieldKind::Text),
            ("url", FieldKind::Keyword),
        ];
        Ok(Box::new(PostParser { fields: fields.map(field).to_vec() }))
    }
}

struct PostParser {
    fields: Vec<Field>,
}

/// `Post` over the bytes of the record.
#[derive(Deserialize)]
struct Borrowed<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    author: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow, default)]
    language: Option<Cow<'a, str>>,
    published_ms: i64,
    #[serde(default)]
    edited_ms: Option<i64>,
    #[serde(borrow)]
    source_kind: Cow<'a, str>,
}

impl Parser for PostParser {
    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn read<'a>(&self, line: &'a str, _taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        let post: Borrowed<'a> = serde_json::from_str(line).map_err(|fault| {
            Unfit::new(json_lines::place(line, &fault), "a post: a JSON object as listeners write it", "una publicación: un objeto JSON como lo escriben los escuchas")
        })?;
        let text = |text: Option<Cow<'a, str>>| text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::Text);
        values.extend([
            Value::Timestamp(post.published_ms),
            post.edited_ms.map_or(Value::Null, Value::Timestamp),
            Value::Text(post.id),
            Value::Text(post.source_kind),
            text(post.author),
            text(post.language),
            text(post.title),
            text(Some(post.text)),
            text(post.url),
        ]);
        Ok(post.published_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_listeners_write() {
        let post = Post {
            id: "7".into(),
            title: Some("A \"quoted\" title".into()),
            text: "Café\nal sol".into(),
            language: Some("es".into()),
            published_ms: 1_790_000_000_123,
            source_kind: "mastodon".into(),
            ..Post::default()
        };
        let json = serde_json::to_string(&post).unwrap();
        assert_eq!(serde_json::from_str::<Post>(&json).unwrap(), post);
        let spec: crate::parse::ParserSpec = serde_json::from_str(r#"{"format": "post"}"#).unwrap();
        let parser = spec.parser().unwrap();
        let mut values = Vec::new();
        assert_eq!(parser.parse(json.as_bytes(), 0, &mut values).unwrap(), 1_790_000_000_123);
        let named: std::collections::BTreeMap<&str, &Value<'_>> =
            parser.fields().iter().map(|field| field.name.as_str()).zip(&values).collect();
        assert_eq!(named["title"], &Value::text("A \"quoted\" title"));
        assert_eq!(named["text"], &Value::text("Café\nal sol"));
        assert_eq!(named["edited"], &Value::Null);
        for broken in ["", "{}", "[]", r#"{"id": 7, "text": "a", "published_ms": 1, "source_kind": "x"}"#, "{\"id\":"] {
            let unfit = parser.parse(broken.as_bytes(), 0, &mut Vec::new()).unwrap_err();
            assert!(unfit.at <= broken.len(), "{broken}");
        }
    }
}
