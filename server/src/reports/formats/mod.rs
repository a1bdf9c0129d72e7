//! Report formats. To add one: write its file here and add its word to the list.

mod csv;
mod encoding;
mod json;
mod json_lines;
mod pdf;

use crate::{
    access::{Action, Kind, Need, Permit},
    fault::{Fault, Result},
};
use app::{
    ask::FaultKind,
    reports::asks::{Format as Named, Options},
    text::Text,
    warehouse::asks::{Answer, AnswerColumn, ChartKind},
};
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use futures::stream::BoxStream;
use std::path::PathBuf;
use tokio::io::AsyncWrite;

/// One file kind. Rows come as a governed stream and go out as they come, with back-pressure from `out`.
#[async_trait]
pub trait Format: Sync {
    fn named(&self) -> Named;
    /// What a permit must allow to export, for a file of it to be made or taken.
    fn kind(&self) -> Kind;
    fn extension(&self) -> &'static str;
    fn content_type(&self) -> &'static str;
    /// Several sections in one file: whole dashboards.
    fn holds_sections(&self) -> bool;
    async fn write(&self, document: Document<'_>, out: &mut (dyn AsyncWrite + Send + Unpin)) -> Result<Written>;
}

/// What a report is made of.
pub struct Document<'a> {
    pub title: String,
    pub cover: Cover,
    pub options: &'a Options,
    pub sections: BoxStream<'a, Result<Section>>,
    /// Called with the rows written so far, about once per batch.
    pub progress: &'a (dyn Fn(u64) + Send + Sync),
    /// Most rows of one section laid out in a PDF.
    pub pdf_rows: u64,
    /// The renderer of charts, a script of the browser half.
    pub chart_script: PathBuf,
}

/// Who made it, when, and under what: the line on the cover.
#[derive(Clone, Debug, Default)]
pub struct Cover {
    pub organisation: String,
    pub person: String,
    pub department: Text,
    /// As the reader's clock says it: `2026-11-24 10:30`, with the time zone's name.
    pub made: String,
    /// Filters in force, in words.
    pub filters: Vec<Text>,
    /// What the reader's access hides, in words.
    pub access: Vec<Text>,
    /// Data up to.
    pub up_to: Option<String>,
}

/// One question's rows.
pub struct Section {
    pub title: String,
    pub note: String,
    pub columns: Vec<AnswerColumn>,
    /// Rows there are, when known beforehand.
    pub total: Option<u64>,
    pub chart: ChartKind,
    /// The answer as a page shows it, for formats that draw: the chart's option, the figure and its comparison.
    pub answer: Option<Answer>,
    pub rows: BoxStream<'static, Result<RecordBatch>>,
}

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    pub rows: u64,
    pub pages: Option<u32>,
    pub left_out: Option<Text>,
}

macro_rules! formats {
    ($($file:ident),* $(,)?) => {
        /// Every format there is.
        static ALL: &[&dyn Format] = &[$($file::IT),*];
    };
}
formats! { csv, json, json_lines, pdf }

/// The format of a name, for who may take files of it along. Every file passes here before it is made, and again before it is given:
/// what else a door needs, it needs beside this.
pub fn allowed(permit: &Permit, named: Named) -> Result<&'static dyn Format> {
    let format = of(named)?;
    if permit.allows(Need(format.kind(), Action::Export)) { Ok(format) } else { Err(refused(format.kind())) }
}

fn refused(kind: Kind) -> Fault {
    let name = kind.name().to_uppercase();
    let text = Text::of(
        format!("Your role does not take files as {name}. Choose another format, or ask whoever administers permissions for this one."),
        format!("Su perfil no se lleva archivos en {name}. Elija otro formato o pida este a quien administra los permisos."),
    );
    Fault::new(FaultKind::Forbidden, text).on("format")
}

/// Extension and content type of a format, whoever asks: only what is `allowed` can write.
pub fn described(named: Named) -> Result<(&'static str, &'static str)> {
    let format = of(named)?;
    Ok((format.extension(), format.content_type()))
}

fn of(named: Named) -> Result<&'static dyn Format> {
    ALL.iter().copied().find(|format| format.named() == named).ok_or_else(Fault::not_found)
}
