//! Kibana's own origin: a listener beside the portal's, where a ticket is redeemed and everything else passes the proxy.

use super::{Kibana, covers_all, entry, entry::Entry, proxy, rules::Own, store};
use crate::{
    access::{Action, Kind, Need, Permit, audit::Record},
    fault::{Fault, Result},
    portal::Portal,
};
use axum::{
    Router,
    extract::{Query, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use std::{collections::HashMap, future::Future, net::SocketAddr};

/// Redeems a ticket: `/atalaya/enter?ticket=…`.
pub const ENTER: &str = "/atalaya/enter";

/// Listens on the host and port of Kibana's public address, until told to stop. Without Kibana it only waits for the end.
pub async fn serve(portal: Portal, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let Some(kibana) = &portal.kibana else {
        stop.await;
        return Ok(());
    };
    let listen = listen(&portal, kibana)?;
    let listener = tokio::net::TcpListener::bind(&listen).await.map_err(|cause| {
        Fault::operator(
            format!("cannot listen on {listen} for Kibana ({cause}): stop what uses it, or set ATALAYA_KIBANA_PUBLIC_URL"),
            format!("no se puede escuchar en {listen} para Kibana ({cause}): pare lo que lo usa o cambie ATALAYA_KIBANA_PUBLIC_URL"),
        )
    })?;
    let router = router(portal.clone());
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stop).await?;
    Ok(())
}

/// The interface that the portal listens on, with the port of Kibana's public address.
fn listen(portal: &Portal, kibana: &Kibana) -> Result<String> {
    let host = portal.config.listen.rsplit_once(':').map_or("127.0.0.1", |(host, _)| host);
    let port = kibana
        .public
        .port_or_known_default()
        .ok_or_else(|| Fault::operator("ATALAYA_KIBANA_PUBLIC_URL has no port", "ATALAYA_KIBANA_PUBLIC_URL no tiene puerto"))?;
    Ok(format!("{host}:{port}"))
}

pub fn router(portal: Portal) -> Router {
    Router::new().route(ENTER, get(enter)).fallback(pass).with_state(portal)
}

/// The frame comes with its ticket and leaves with a cookie of this origin.
async fn enter(State(portal): State<Portal>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(kibana) = &portal.kibana else { return refused(StatusCode::NOT_FOUND) };
    let ticket = query.get("ticket").map(String::as_str).unwrap_or_default();
    let Some((cookie, entered)) = kibana.entries.redeem(ticket).await else { return refused(StatusCode::NOT_FOUND) };
    let secure = if kibana.public.scheme() == "https" { "; Secure" } else { "" };
    let cookie = format!("{}={cookie}; Path=/; HttpOnly; SameSite=Lax{secure}", entry::COOKIE);
    let home = Own::of(&entered.department).home();
    (StatusCode::SEE_OTHER, [(header::LOCATION, home), (header::SET_COOKIE, cookie), (header::CACHE_CONTROL, "no-store".to_owned())]).into_response()
}

/// Everything else: only for who entered, may still, and stays in the own space.
async fn pass(State(portal): State<Portal>, request: Request) -> Response {
    let Some(kibana) = &portal.kibana else { return refused(StatusCode::NOT_FOUND) };
    let Some(cookie) = cookie(request.headers(), entry::COOKIE) else { return refused(StatusCode::NOT_FOUND) };
    let Some(entered) = kibana.entries.of(&cookie).await else { return refused(StatusCode::NOT_FOUND) };
    let permit = match standing(&portal, &entered).await {
        Ok(permit) => permit,
        Err(_) => {
            kibana.entries.end(&cookie).await;
            return refused(StatusCode::NOT_FOUND);
        }
    };
    if !is_own_origin(&request, kibana) {
        return refused(StatusCode::FORBIDDEN);
    }
    let own = Own::of(&entered.department);
    let asked = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    if asked == "/" {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, own.home())]).into_response();
    }
    if !own.allows_path(&asked) {
        return denied(&portal, &permit, "path").await;
    }
    match proxy::pass(&portal, kibana, &own, &permit, request).await {
        Ok(response) => response,
        Err(proxy::Refusal::Foreign(what)) => denied(&portal, &permit, what).await,
        Err(proxy::Refusal::TooLarge) => refused(StatusCode::PAYLOAD_TOO_LARGE),
        Err(proxy::Refusal::Down(cause)) => {
            tracing::warn!(%cause, "kibana does not answer");
            refused(StatusCode::BAD_GATEWAY)
        }
    }
}

/// The permit of now: the session stands, the person may, the whole department is theirs to see.
pub async fn standing(portal: &Portal, entered: &Entry) -> Result<Permit> {
    let caller = portal.session_stands(&entered.session).await?;
    if caller.person != entered.person {
        return Err(Fault::sign_in());
    }
    let permit = portal.governance.permit(&caller, Need(Kind::Stream, Action::View)).await?;
    let right = permit.scope().department() == entered.department && store::one(&portal.database, &entered.department).await?.is_some();
    if right && covers_all(portal, &permit).await? { Ok(permit) } else { Err(Fault::not_found()) }
}

/// Writes and sockets come from Kibana's own pages alone.
fn is_own_origin(request: &Request, kibana: &Kibana) -> bool {
    let upgrade = request.headers().contains_key(header::UPGRADE);
    if request.method().is_safe() && !upgrade {
        return true;
    }
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    let origin = request.headers().get(header::ORIGIN).and_then(|value| value.to_str().ok());
    site.is_none_or(|site| matches!(site, "same-origin" | "none")) && origin.is_none_or(|origin| origin == kibana.frame_origin())
}

/// What is not one's own is not there; that it was tried stands in the audit.
async fn denied(portal: &Portal, permit: &Permit, what: &str) -> Response {
    let record = Record::of(permit, "kibana.pass", format!("kibana {}", permit.scope().department()), "refused");
    if let Err(fault) = portal.audit.note(record.with(serde_json::json!({ "by": what }))).await {
        tracing::error!(%fault, "a refusal could not be written into the audit log");
    }
    refused(StatusCode::NOT_FOUND)
}

pub fn refused(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], status.canonical_reason().unwrap_or_default()).into_response()
}

pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}
