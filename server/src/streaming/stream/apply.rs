//! Streams as code: `streams/*.toml` of an organisation's folder.

use crate::{
    apply::{Applied, Change, Folder, wrong},
    fault::Result,
    portal::Portal,
    search::stream::{Described, Stream, StreamField, store},
    streaming::{
        line::{Archiving, BusSettings, Line},
        processor::{self, work::Work},
        sinks::archive,
    },
    warehouse::pins,
};
use ::search::{Field, FieldKind, Period};
use ::streaming::{keywords::Keywords, pipeline::PipelineSpec};
use app::text::Text;
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// Where streams come from that a folder brought.
const ORIGIN: &str = "apply";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamFile {
    /// Lower-case letters, digits and `_`.
    name: String,
    title: Text,
    #[serde(default)]
    description: Text,
    department: String,
    /// Fields that the page's rows show at first.
    columns: Vec<String>,
    #[serde(default = "day")]
    period: Period,
    keep_days: u32,
    #[serde(default)]
    bus: BusSettings,
    #[serde(default)]
    archiving: Archiving,
    pipeline: PipelineSpec,
    /// Words for fields, by their names.
    #[serde(default)]
    fields: BTreeMap<String, Text>,
}

fn day() -> Period {
    Period::Day
}

/// Adds, alters, and removes what an earlier application brought and the files name no more. What was indexed and archived of
/// a removed stream stays until its own end.
pub async fn apply(portal: &Portal, folder: &Folder, commit: bool) -> Result<Applied> {
    let known = store::all(&portal.database).await?;
    let mut applied = Applied::default();
    let (mut put, mut wanted) = (Vec::new(), Vec::new());
    for (file, text) in folder.all::<StreamFile>("streams")? {
        let before = known.iter().find(|known| known.name == text.name);
        let stream = stream_of(&file, text, before)?;
        if wanted.contains(&stream.name) {
            return Err(wrong(&file, &format!("stream {} is given twice", stream.name)));
        }
        if commit && !portal.governance.departments().await?.contains(&stream.department) {
            return Err(wrong(&file, &format!("there is no department {}", stream.department)));
        }
        wanted.push(stream.name.clone());
        match before {
            Some(before) if *before == stream => continue,
            Some(_) => applied.changes.push(Change::alter(format!("stream {}", stream.name))),
            None => applied.changes.push(Change::add(format!("stream {}", stream.name))),
        }
        put.push(stream);
    }
    let gone: Vec<&Stream> = known.iter().filter(|known| known.origin == ORIGIN && !wanted.contains(&known.name)).collect();
    applied.changes.extend(gone.iter().map(|stream| Change::remove(format!("stream {}", stream.name))));
    if !commit || applied.changes.is_empty() {
        return Ok(applied);
    }
    let mut changes = portal.database.begin().await?;
    // Who caches what is published must look again.
    pins::lock(&mut changes).await?;
    for stream in &put {
        store::save(&mut changes, stream).await?;
    }
    for stream in gone {
        store::remove(&mut changes, &stream.name).await?;
        processor::store::forget(&mut changes, &stream.name).await?;
    }
    changes.commit().await?;
    for stream in put {
        let work = Work::of(portal, stream)?;
        if work.archives() {
            // Models of the same folder may read it from their first run on.
            archive::prepare(portal, &work).await?;
        }
    }
    Ok(applied)
}

fn stream_of(file: &Path, text: StreamFile, before: Option<&Stream>) -> Result<Stream> {
    let refuse = |reason: String| Err(wrong(file, &reason));
    let named =
        |name: &str| !name.is_empty() && name.len() <= 60 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !named(&text.name) {
        return refuse(format!("{:?} is no name of a stream: lower-case letters, digits and _", text.name));
    }
    if text.keep_days == 0 {
        return refuse("keep_days must be at least 1".into());
    }
    let line = Line { pipeline: text.pipeline, bus: text.bus, archiving: text.archiving };
    let pipeline = match line.pipeline(Keywords::default()) {
        Ok(pipeline) => pipeline,
        Err(fault) => return refuse(format!("pipeline.{}: {}", fault.field.as_deref().unwrap_or_default(), fault.message.en)),
    };
    let fields: Vec<Field> = pipeline.fields().iter().map(field).collect();
    for name in text.columns.iter().chain(text.fields.keys()) {
        if !fields.iter().any(|field| field.name == *name) {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            return refuse(format!("there is no field {name}: the pipeline gives {}", names.join(", ")));
        }
    }
    let version = match before {
        None => 1,
        Some(before) => version(file, before, &text.department, &fields)?,
    };
    let mut words = text.fields;
    let fields = fields.into_iter().map(|field| StreamField { description: words.remove(&field.name).unwrap_or_default(), field }).collect();
    Ok(Stream {
        name: text.name,
        department: text.department,
        described: Described {
            title: text.title,
            description: text.description,
            fields,
            columns: text.columns,
            period: text.period,
            keep_days: text.keep_days,
        },
        pipeline: line.kept()?,
        version,
        origin: ORIGIN.to_owned(),
    })
}

/// The version that these fields have; refuses what indices and lake cannot follow.
fn version(file: &Path, before: &Stream, department: &str, fields: &[Field]) -> Result<u32> {
    if before.department != department {
        return Err(wrong(file, &format!("stream {} belongs to {}: give the other department's one another name", before.name, before.department)));
    }
    let known = &before.shape().fields;
    for field in fields {
        if let Some(known) = known.iter().find(|known| known.name == field.name && known.kind != field.kind) {
            let reason = format!("the field {} was {:?} and is {:?} now: give it another name", field.name, known.kind, field.kind);
            return Err(wrong(file, &reason.to_lowercase()));
        }
    }
    Ok(if known == fields { before.version } else { before.version + 1 })
}

/// The same field in the words of the index.
fn field(field: &::streaming::parse::Field) -> Field {
    use ::streaming::parse::FieldKind as Parsed;
    let kind = match field.kind {
        Parsed::Keyword => FieldKind::Keyword,
        Parsed::Text => FieldKind::Text,
        Parsed::Integer => FieldKind::Integer,
        Parsed::Number => FieldKind::Number,
        Parsed::Bool => FieldKind::Bool,
        Parsed::Timestamp => FieldKind::Timestamp,
    };
    Field { name: field.name.clone(), kind, from: field.from.clone() }
}
