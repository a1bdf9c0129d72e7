//! One's own reports: listed, opened while one's share is still the same, deleted; and files streamed at once.

use super::{
    formats::{self, Document},
    make::{check, path},
    order::Order,
    store::{self, Kept},
};
use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    ask::FaultKind,
    reports::asks::{DeleteReport, ListReports, ReportCard, ReportState, State},
    text::Text,
};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use http::{HeaderValue, header};
use object_store::ObjectStoreExt;
use std::io;
use tokio_util::io::ReaderStream;

/// Bytes between the writer and a slow reader.
const PIPE: usize = 256 << 10;

pub async fn list(portal: Portal, permit: Permit, _ask: ListReports) -> Result<Vec<ReportCard>> {
    let kept = store::of(&portal.database, &permit.principal().person).await?;
    Ok(kept.iter().map(|kept| card(&permit, kept)).collect())
}

pub async fn state(portal: Portal, permit: Permit, ask: ReportState) -> Result<ReportCard> {
    Ok(card(&permit, &own(&portal, &permit, &ask.id).await?))
}

pub async fn delete(portal: Portal, permit: Permit, ask: DeleteReport) -> Result<()> {
    permit.own_hands()?;
    let kept = own(&portal, &permit, &ask.id).await?;
    permit.about(format!("report {}", kept.id), serde_json::Value::Null);
    super::keeping::remove(&portal, &kept).await
}

/// The file, while the maker's present share of its marts equals the stored one.
pub async fn file(portal: Portal, permit: Permit, request: Request) -> Result<Response> {
    // The route is `/reports/{id}/file`.
    let id = request.uri().path().split('/').nth(2).unwrap_or_default().to_owned();
    let kept = own(&portal, &permit, &id).await?;
    formats::allowed(&permit, kept.order.format)?;
    match standing(&permit, &kept) {
        State::Ready => {}
        State::RunAgain => return Err(changed()),
        _ => return Err(Fault::not_found()),
    }
    let object = portal.report_store.get(&path(&kept)?).await.map_err(|cause| Fault::not_found().because(cause))?;
    permit.about(format!("report {}", kept.id), serde_json::Value::Null);
    permit.gave_rows(kept.rows);
    let length = object.meta.size;
    permit.gave_bytes(length);
    let mut response = attachment(&kept.order, Body::from_stream(object.into_stream()))?;
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

/// Streams a report as it is made, without keeping it: formats that need no layout.
pub async fn stream(portal: Portal, permit: Permit, order: Order) -> Result<Response> {
    check(&portal, &permit, &order).await?;
    let format = formats::allowed(&permit, order.format)?;
    permit.about(format!("report {}", order.title), order.details(&permit)?);
    let (mut out, read) = tokio::io::duplex(PIPE);
    let sent = order.clone();
    let task = tokio::spawn(async move {
        let written = async {
            let document = Document {
                title: order.title.clone(),
                cover: order.cover(&portal, &permit).await?,
                options: &order.options,
                sections: order.sections(&portal, &permit),
                progress: &|_| {},
                pdf_rows: portal.config.pdf_rows,
                chart_script: portal.chart_script(),
            };
            format.write(document, &mut out).await
        };
        // A reader that went away ends the query with the pipe.
        let written = written.await;
        match &written {
            Ok(written) => permit.gave_rows(written.rows),
            Err(fault) => tracing::warn!(cause = ?fault.cause, "a streamed report ended early: {fault}"),
        }
        written.is_ok()
    });
    // What ended early must not look whole: the transfer breaks off instead of ending.
    let end = stream::once(async move {
        match task.await {
            Ok(true) => Ok(Bytes::new()),
            _ => Err(io::Error::other("the report ended early")),
        }
    });
    attachment(&sent, Body::from_stream(ReaderStream::new(read).chain(end)))
}

/// A report of this person; anybody else's is not there.
pub(super) async fn own(portal: &Portal, permit: &Permit, id: &str) -> Result<Kept> {
    let kept = store::one(&portal.database, id).await?.ok_or_else(Fault::not_found)?;
    let principal = permit.principal();
    if kept.owner == principal.person && kept.department == principal.department { Ok(kept) } else { Err(Fault::not_found()) }
}

/// What a report is to its maker now.
fn standing(permit: &Permit, kept: &Kept) -> State {
    match kept.state.as_str() {
        "waiting" => State::Waiting,
        "making" => State::Making,
        "failed" => State::Failed,
        _ if kept.expires_ms <= now_ms() => State::Expired,
        _ if kept.order.fingerprints(permit).is_ok_and(|present| present == kept.fingerprints) => State::Ready,
        _ => State::RunAgain,
    }
}

pub(super) fn card(permit: &Permit, kept: &Kept) -> ReportCard {
    let card = whole_card(permit, kept);
    if permit.viewer().is_none() {
        return card;
    }
    // To who looks as the maker only titles are shown: how much a report holds is a figure of the maker's share (A40).
    ReportCard { rows: 0, bytes: 0, pages: None, left_out: None, fault: None, ..card }
}

fn whole_card(permit: &Permit, kept: &Kept) -> ReportCard {
    ReportCard {
        id: kept.id.clone(),
        title: kept.order.title.clone(),
        format: kept.order.format,
        state: standing(permit, kept),
        rows: kept.rows,
        bytes: kept.bytes,
        pages: kept.pages,
        made_ms: kept.made_ms,
        expires_ms: kept.expires_ms,
        left_out: kept.left_out.clone(),
        progress: None,
        fault: kept.fault.clone(),
    }
}

fn changed() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        Text::of(
            "Your access has changed since this report was made. Run it again.",
            "Su acceso ha cambiado desde que se hizo este informe. Vuelva a hacerlo.",
        ),
    )
}

fn attachment(order: &Order, body: Body) -> Result<Response> {
    let (extension, content_type) = formats::described(order.format)?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = format!("attachment; filename=\"{}.{extension}\"", file_name(&order.title));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).map_err(Fault::internal)?);
    Ok(response)
}

/// A title as a file name that every system takes: ASCII letters, digits, `-`, `_` (A15).
pub(super) fn file_name(title: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let plain = title.nfkd().filter(|character| !is_combining_mark(*character));
    let name: String = plain.map(|character| if character.is_ascii_alphanumeric() || character == '_' { character } else { '-' }).take(80).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "report".into() } else { name.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a15_file_names_hold_nothing_that_means_something() {
        assert_eq!(file_name("Ventas por categoría"), "ventas-por-categoria");
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_name("\"; rm -rf\r\n"), "rm--rf");
        assert_eq!(file_name("…"), "report");
    }
}
