//! Counts what a download sends and records its end: how many bytes and rows left, and whether all of them did.

use crate::{
    access::{
        Action, Permit, Visitor,
        audit::{AuditWriter, Record},
    },
    fault::Fault,
    portal::Portal,
};
use axum::{
    body::{Body, BodyDataStream, Bytes},
    response::{IntoResponse, Response},
};
use futures::Stream;
use http::header;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// A request that may take values out. What leaves goes on after the request's own record was written: its end is a record of its own.
pub struct Download {
    audit: AuditWriter,
    permit: Permit,
    visitor: Visitor,
    action: String,
}

impl Download {
    pub fn of(portal: &Portal, permit: &Permit, visitor: Visitor, action: String) -> Self {
        Self { audit: portal.audit.clone(), permit: permit.clone(), visitor, action: format!("{action}.sent") }
    }

    /// The same answer, counted as it is sent.
    pub async fn of_answer<R: IntoResponse>(self, answering: impl Future<Output = Result<R, Fault>>) -> Result<Response, Fault> {
        Ok(self.counted(answering.await?.into_response()))
    }

    /// One that takes no values out is left as it is.
    fn counted(self, response: Response) -> Response {
        if self.permit.need().1 != Action::Export {
            return response;
        }
        let length = response.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
        response.map(|body| Body::from_stream(Sending { body: body.into_data_stream(), download: self, length, bytes: 0, ended: false }))
    }
}

struct Sending {
    body: BodyDataStream,
    download: Download,
    /// What was announced: a body of a known length is not asked for its end.
    length: Option<u64>,
    bytes: u64,
    ended: bool,
}

impl Stream for Sending {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.body).poll_next(context);
        match &next {
            Poll::Ready(Some(Ok(bytes))) => self.bytes += bytes.len() as u64,
            Poll::Ready(None) => self.ended = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        next
    }
}

impl Drop for Sending {
    /// However it ends: all was sent, the reader went away, the making failed.
    fn drop(&mut self) {
        let Download { audit, permit, visitor, action } = &self.download;
        let whole = self.ended || self.length == Some(self.bytes);
        let trail = permit.trail();
        let record = Record::of(permit, action, trail.object, if whole { "allowed" } else { "failed" });
        audit.note_at_once(record.seen_at(visitor).gave(trail.rows, Some(self.bytes)));
    }
}
