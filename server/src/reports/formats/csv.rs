//! CSV as RFC 4180 has it, safe in spreadsheets, with a form for Spanish Excel.

use super::{Document, Format, Written, encoding};
use crate::{access::Kind, fault::Result};
use app::{
    reports::asks::{Format as Named, Options},
    warehouse::asks::AnswerColumn,
};
use async_trait::async_trait;
use std::sync::Arc;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use warehouse::CsvDialect;

pub const IT: &dyn Format = &It;

struct It;

#[async_trait]
impl Format for It {
    fn named(&self) -> Named {
        Named::Csv
    }

    fn kind(&self) -> Kind {
        Kind::Csv
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn content_type(&self) -> &'static str {
        "text/csv; charset=utf-8"
    }

    fn holds_sections(&self) -> bool {
        false
    }

    async fn write(&self, mut document: Document<'_>, out: &mut (dyn AsyncWrite + Send + Unpin)) -> Result<Written> {
        let section = encoding::only(&mut document).await?;
        let dialect = if document.options.spanish_excel { CsvDialect::SpanishExcel } else { CsvDialect::Plain };
        out.write_all(&head(&section.columns, document.options, dialect)?).await?;
        let encode: encoding::Encode = Arc::new(move |batch, _| Ok(dialect.rows(batch)?));
        let rows = encoding::rows(section.rows, encode, 0, document.progress, out).await?;
        out.flush().await?;
        Ok(encoding::all(rows))
    }
}

/// Column names, not labels: the file is for programs too. Spanish Excel needs a byte order mark to read accents.
fn head(columns: &[AnswerColumn], options: &Options, dialect: CsvDialect) -> Result<Vec<u8>> {
    let mut bytes = if options.spanish_excel { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    bytes.append(&mut dialect.head(columns.iter().map(|column| column.name.as_str()))?);
    Ok(bytes)
}
