//! The tantivy schema of one index: which column and which word list each field of a shape has.

use super::codec::{self, Raw, Record};
use crate::{
    Field, FieldKind,
    index::{IndexFault, fits},
    text,
};
use std::{collections::HashMap, path::Path};
use tantivy::{
    Index, TantivyDocument,
    schema::{BytesOptions, FAST, Field as Column, IndexRecordOption, NumericOptions, Schema, SchemaBuilder, TextFieldIndexing, TextOptions},
    tokenizer::{RawTokenizer, Token, TokenStream, Tokenizer, TokenizerManager},
};

const WORDS: &str = "words";
const WHOLE: &str = "raw";

/// Fields of an index as tantivy knows them. Names of ours begin with `@`, which no field's does.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) schema: Schema,
    pub(super) fields: HashMap<String, (Column, FieldKind)>,
    pub(super) id: Column,
    pub(super) time: Column,
    /// Twice the version, and one more for a deletion.
    pub(super) rank: Column,
    /// There only for what is deleted.
    pub(super) deleted: Column,
    /// Names of the text fields that a document has.
    pub(super) texts: Column,
    pub(super) source: Column,
}

impl Layout {
    /// In this order: a field that is added later goes to the end.
    pub(super) fn new(fields: &[Field]) -> Result<Self, IndexFault> {
        let mut schema = Schema::builder();
        schema.add_text_field("@id", whole().set_fast(WHOLE));
        schema.add_i64_field("@time", FAST);
        schema.add_i64_field("@rank", FAST);
        schema.add_i64_field("@deleted", NumericOptions::default().set_indexed());
        schema.add_text_field("@texts", whole());
        schema.add_bytes_field("@source", BytesOptions::default().set_stored());
        for field in fields {
            column(&mut schema, field);
        }
        Self::of(schema.build(), fields)
    }

    /// As an index has it that is there already.
    pub(super) fn of(schema: Schema, fields: &[Field]) -> Result<Self, IndexFault> {
        let named = |name: &str| schema.get_field(name).map_err(|cause| IndexFault::Broken(cause.to_string()));
        let known = |field: &Field| schema.get_field(&field.name).ok().map(|column| (field.name.clone(), (column, field.kind)));
        Ok(Self {
            id: named("@id")?,
            time: named("@time")?,
            rank: named("@rank")?,
            deleted: named("@deleted")?,
            texts: named("@texts")?,
            source: named("@source")?,
            fields: fields.iter().filter_map(known).collect(),
            schema,
        })
    }

    /// Opens the index of a folder, makes it if need be, and gives it the fields that it has not got.
    pub(super) fn open(&self, folder: &Path) -> Result<Index, IndexFault> {
        let broken = |cause: &dyn std::fmt::Display| IndexFault::Broken(format!("{}: {cause}", folder.display()));
        let meta = folder.join("meta.json");
        let builder = || Index::builder().schema(self.schema.clone()).tokenizers(tokenizers());
        if !meta.exists() {
            std::fs::create_dir_all(folder).map_err(|cause| broken(&cause))?;
            return builder().create_in_dir(folder).map_err(|cause| broken(&cause));
        }
        let text = std::fs::read_to_string(&meta).map_err(|cause| broken(&cause))?;
        let mut known: serde_json::Value = serde_json::from_str(&text).map_err(|cause| broken(&cause))?;
        let wanted = serde_json::to_value(&self.schema).map_err(|cause| broken(&cause))?;
        if known["schema"] != wanted {
            // Segments that are there have nothing in a field that comes at the end: to tantivy it is a field that no document of theirs has.
            known["schema"] = wanted;
            super::files::replace(&meta, known.to_string().as_bytes()).map_err(|cause| broken(&cause))?;
        }
        let mut index = Index::open_in_dir(folder).map_err(|cause| broken(&cause))?;
        index.set_tokenizers(tokenizers());
        Ok(index)
    }

    /// Twice the version, and one more for a deletion: the greater wins.
    pub(super) fn rank(record: &Record<'_>) -> i64 {
        record.version * 2 + i64::from(record.fields.is_none())
    }

    pub(super) fn document(&self, record: &Record<'_>) -> TantivyDocument {
        let mut document = TantivyDocument::with_capacity(record.fields.map_or(0, <[u8]>::len) * 2 + 64);
        document.add_text(self.id, record.id);
        document.add_i64(self.time, record.at_ms);
        document.add_i64(self.rank, Self::rank(record));
        let Some(bytes) = record.fields else {
            document.add_i64(self.deleted, 1);
            return document;
        };
        for (name, value) in codec::fields(bytes) {
            let Some((column, kind)) = self.fields.get(name) else { continue };
            match (kind, value) {
                (FieldKind::Keyword, Raw::Text(text)) => document.add_text(*column, fits::cut(text)),
                (FieldKind::Keyword, Raw::Texts(_)) => {
                    let mut texts: Vec<&str> = value.texts().map(fits::cut).collect();
                    texts.sort_unstable();
                    texts.dedup();
                    texts.into_iter().for_each(|text| document.add_text(*column, text));
                }
                (FieldKind::Text, Raw::Text(text)) => {
                    document.add_text(*column, text);
                    document.add_text(self.texts, name);
                }
                (FieldKind::Number, Raw::Number(value)) => document.add_f64(*column, value),
                (FieldKind::Number, Raw::Integer(value)) => document.add_f64(*column, value as f64),
                (_, Raw::Integer(value) | Raw::Timestamp(value)) => document.add_i64(*column, value),
                (_, Raw::Bool(value)) => document.add_i64(*column, i64::from(value)),
                _ => {}
            }
        }
        document.add_bytes(self.source, bytes);
        document
    }
}

fn column(schema: &mut SchemaBuilder, field: &Field) {
    match field.kind {
        FieldKind::Keyword => schema.add_text_field(&field.name, whole().set_fast(WHOLE)),
        FieldKind::Text => {
            let words = TextFieldIndexing::default().set_tokenizer(WORDS).set_fieldnorms(false).set_index_option(IndexRecordOption::WithFreqsAndPositions);
            schema.add_text_field(&field.name, TextOptions::default().set_indexing_options(words))
        }
        FieldKind::Number => schema.add_f64_field(&field.name, FAST),
        // Truth and times are whole numbers: 0 and 1, milliseconds.
        FieldKind::Integer | FieldKind::Bool | FieldKind::Timestamp => schema.add_i64_field(&field.name, FAST),
    };
}

/// Values as a whole, without frequencies: nothing is scored.
fn whole() -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(WHOLE).set_fieldnorms(false).set_index_option(IndexRecordOption::Basic);
    TextOptions::default().set_indexing_options(indexing)
}

fn tokenizers() -> TokenizerManager {
    // With `default` in it: tantivy asks for that one for every field that is no text.
    let manager = TokenizerManager::default();
    manager.register(WHOLE, RawTokenizer::default());
    manager.register(WORDS, Words::default());
    manager
}

/// `text::words` as tantivy takes them.
#[derive(Clone, Default)]
struct Words {
    token: Token,
}

struct WordStream<'a> {
    text: &'a str,
    words: text::Words<'a>,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, words: text::words(text), token: &mut self.token }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(word) = self.words.run() {
            self.token.text.clear();
            text::fold_into(&self.text[word.clone()], &mut self.token.text);
            if !self.token.text.is_empty() {
                (self.token.offset_from, self.token.offset_to) = (word.start, word.end);
                self.token.position = self.token.position.wrapping_add(1);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}
