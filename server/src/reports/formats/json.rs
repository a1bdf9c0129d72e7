//! JSON: one array of objects; a dashboard is an object of its tiles.

use super::{Document, Format, Written, encoding};
use crate::{access::Kind, fault::Result};
use app::reports::asks::Format as Named;
use async_trait::async_trait;
use futures::TryStreamExt;
use serde_json::json;
use std::sync::Arc;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use warehouse::json_objects;

pub const IT: &dyn Format = &It;

struct It;

#[async_trait]
impl Format for It {
    fn named(&self) -> Named {
        Named::Json
    }

    fn kind(&self) -> Kind {
        Kind::Json
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn holds_sections(&self) -> bool {
        true
    }

    async fn write(&self, mut document: Document<'_>, out: &mut (dyn AsyncWrite + Send + Unpin)) -> Result<Written> {
        let mut rows = 0;
        let Some(first) = document.sections.try_next().await? else { return Ok(encoding::all(0)) };
        let encode: encoding::Encode = Arc::new(|batch, leads| Ok(json_objects(batch, if leads { "\n" } else { ",\n" }, ",\n", "")?));
        let mut next = document.sections.try_next().await?;
        if next.is_none() {
            out.write_all(b"[").await?;
            rows += encoding::rows(first.rows, encode, 0, document.progress, out).await?;
            out.write_all(b"\n]\n").await?;
        } else {
            let head = json!({ "title": document.title, "made": document.cover.made, "person": document.cover.person }).to_string();
            out.write_all(head.trim_end_matches('}').as_bytes()).await?;
            out.write_all(b",\"tiles\":[").await?;
            let mut section = Some(first);
            let mut separator = "\n";
            while let Some(tile) = section {
                let head = json!({ "title": tile.title, "note": tile.note }).to_string();
                out.write_all(separator.as_bytes()).await?;
                out.write_all(head.trim_end_matches('}').as_bytes()).await?;
                out.write_all(b",\"rows\":[").await?;
                rows += encoding::rows(tile.rows, encode.clone(), rows, document.progress, out).await?;
                out.write_all(b"\n]}").await?;
                separator = ",\n";
                section = match next.take() {
                    Some(section) => Some(section),
                    None => document.sections.try_next().await?,
                };
            }
            out.write_all(b"\n]}\n").await?;
        }
        out.flush().await?;
        Ok(encoding::all(rows))
    }
}
