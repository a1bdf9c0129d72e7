//! PDF: laid out by us. A cover line with who, when and filters; charts as vectors with real text; tables over as many
//! pages as needed with repeated heads; page x of y; an embedded font. The whole document is held in memory, hence the limit.

mod cells;
mod chart;
mod cover;
mod face;
mod sheet;
mod svg_text;
mod table;

use super::{Document, Format, Section, Written};
use crate::{
    access::Kind,
    fault::{Fault, Result},
};
use app::{
    reports::asks::Format as Named,
    text::{Language, Text},
    ui::figures::Figures,
    warehouse::asks::ChartKind,
};
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use futures::TryStreamExt;
use sheet::Sheet;
use std::path::PathBuf;
use tokio::io::{AsyncWrite, AsyncWriteExt};

pub const IT: &dyn Format = &It;

struct It;

#[async_trait]
impl Format for It {
    fn named(&self) -> Named {
        Named::Pdf
    }

    fn kind(&self) -> Kind {
        Kind::Pdf
    }

    fn extension(&self) -> &'static str {
        "pdf"
    }

    fn content_type(&self) -> &'static str {
        "application/pdf"
    }

    fn holds_sections(&self) -> bool {
        true
    }

    async fn write(&self, mut document: Document<'_>, out: &mut (dyn AsyncWrite + Send + Unpin)) -> Result<Written> {
        let mut parts = Vec::new();
        let mut rows = 0;
        while let Some(section) = document.sections.try_next().await? {
            let part = collect(section, document.pdf_rows).await?;
            rows += part.rows();
            (document.progress)(rows);
            parts.push(part);
        }
        let left_out = left_out(&parts);
        let laid = Laid {
            title: document.title,
            cover: document.cover,
            figures: Figures { language: document.options.language, ..Figures::default() },
            left_out: left_out.clone(),
            parts,
            chart_script: document.chart_script,
        };
        // Laying out takes long and does not wait: not on a thread that answers requests.
        let (bytes, pages) = tokio::task::spawn_blocking(move || lay_out(laid)).await.map_err(Fault::internal)??;
        out.write_all(&bytes).await?;
        out.flush().await?;
        Ok(Written { rows, pages: Some(pages), left_out })
    }
}

/// One section with the rows that are laid out.
struct Part {
    section: Section,
    batches: Vec<RecordBatch>,
    /// Rows there are in all.
    total: u64,
}

impl Part {
    fn rows(&self) -> u64 {
        self.batches.iter().map(|batch| batch.num_rows() as u64).sum()
    }

    /// A figure or a chart says it all; its rows are not listed as well.
    fn drawn(&self) -> bool {
        self.section.chart != ChartKind::Table
            && self.section.answer.as_ref().is_some_and(|answer| answer.option.is_some() || self.section.chart == ChartKind::Number)
    }
}

struct Laid {
    title: String,
    cover: super::Cover,
    figures: Figures,
    left_out: Option<Text>,
    parts: Vec<Part>,
    chart_script: PathBuf,
}

async fn collect(mut section: Section, limit: u64) -> Result<Part> {
    let mut batches = Vec::new();
    let mut left = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut rows = std::mem::replace(&mut section.rows, Box::pin(futures::stream::empty()));
    let mut seen = 0;
    while let Some(batch) = rows.try_next().await? {
        seen += batch.num_rows() as u64;
        let taken = batch.num_rows().min(left);
        batches.push(batch.slice(0, taken));
        left -= taken;
        if left == 0 {
            break;
        }
    }
    let total = section.total.unwrap_or(seen).max(seen);
    Ok(Part { section, batches, total })
}

/// What is said when the limit cut rows off: before the download too, and on the cover.
fn left_out(parts: &[Part]) -> Option<Text> {
    let cut: Vec<&Part> = parts.iter().filter(|part| !part.drawn() && part.rows() < part.total).collect();
    let first = cut.first()?;
    let (en, es) = (Figures { language: Language::En, ..Figures::default() }, Figures { language: Language::Es, ..Figures::default() });
    Some(Text::of(
        format!("This PDF holds {} of {} rows; CSV and JSON hold all.", en.count(first.rows()), en.count(first.total)),
        format!("Este PDF contiene {} de {} filas; CSV y JSON las contienen todas.", es.count(first.rows()), es.count(first.total)),
    ))
}

fn lay_out(laid: Laid) -> Result<(Vec<u8>, u32)> {
    let whole_dashboard = laid.parts.len() > 1;
    let mut sheet = Sheet::new(&laid.title)?;
    // Wide tables and dashboards lie on their side.
    let mut lying = whole_dashboard;
    for part in laid.parts.iter().filter(|part| !part.drawn()) {
        lying = lying || table::is_wide(&sheet, part, sheet.inner_width(), &laid.figures)?;
    }
    if lying {
        sheet.lie();
    }
    cover::put(&mut sheet, &laid.title, &laid.cover, laid.left_out.as_ref(), &laid.figures);
    let mut drawer = chart::Drawer::new(laid.chart_script);
    let mut waiting: Vec<&Part> = Vec::new();
    for part in &laid.parts {
        // Figures stand four in a row, charts two; a table takes the whole width.
        if part.drawn() {
            waiting.push(part);
            continue;
        }
        chart::put_all(&mut sheet, &mut drawer, &std::mem::take(&mut waiting), &laid.figures)?;
        table::put(&mut sheet, part, whole_dashboard, &laid.figures)?;
    }
    chart::put_all(&mut sheet, &mut drawer, &waiting, &laid.figures)?;
    // A single question's chart is followed by its table.
    if let [only] = laid.parts.as_slice()
        && only.drawn()
        && only.section.chart != ChartKind::Number
    {
        table::put(&mut sheet, only, false, &laid.figures)?;
    }
    Ok(sheet.finish(&laid.figures))
}
