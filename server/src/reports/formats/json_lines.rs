//! JSON lines: one object a line.

use super::{Document, Format, Written, encoding};
use crate::{access::Kind, fault::Result};
use app::reports::asks::Format as Named;
use async_trait::async_trait;
use std::sync::Arc;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use warehouse::json_objects;

pub const IT: &dyn Format = &It;

struct It;

#[async_trait]
impl Format for It {
    fn named(&self) -> Named {
        Named::JsonLines
    }

    fn kind(&self) -> Kind {
        Kind::Json
    }

    fn extension(&self) -> &'static str {
        "jsonl"
    }

    fn content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn holds_sections(&self) -> bool {
        false
    }

    async fn write(&self, mut document: Document<'_>, out: &mut (dyn AsyncWrite + Send + Unpin)) -> Result<Written> {
        let section = encoding::only(&mut document).await?;
        let encode: encoding::Encode = Arc::new(|batch, _| Ok(json_objects(batch, "", "\n", "\n")?));
        let rows = encoding::rows(section.rows, encode, 0, document.progress, out).await?;
        out.flush().await?;
        Ok(encoding::all(rows))
    }
}
