//! WebSockets to Kibana: both directions are passed message by message; what names foreign indices closes the socket.

use super::{Kibana, origin, proxy::Refusal, rules::Own};
use crate::{access::Permit, portal::Portal};
use axum::{
    extract::{
        FromRequestParts, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::Response,
};
use futures::{SinkExt, StreamExt};
use http::{HeaderMap, header, request::Parts};
use std::time::Duration;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Message as Upstream},
};
use url::Url;

/// How soon a socket ends after its session did.
const STANDING: Duration = Duration::from_secs(1);
/// Close code of RFC 6455 for what a policy forbids.
const POLICY: u16 = 1008;

pub async fn pass(
    portal: &Portal,
    kibana: &Kibana,
    own: &Own,
    permit: &Permit,
    parts: &mut Parts,
    mut address: Url,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let cookie = origin::cookie(&parts.headers, super::entry::COOKIE).unwrap_or_default();
    let upgrade = WebSocketUpgrade::from_request_parts(parts, &()).await.map_err(|_| Refusal::Foreign("upgrade"))?;
    let scheme = if address.scheme() == "https" { "wss" } else { "ws" };
    address.set_scheme(scheme).map_err(|()| Refusal::Down("no socket address".to_owned()))?;
    let target = address.as_str().parse().map_err(|cause: http::uri::InvalidUri| Refusal::Down(cause.to_string()))?;
    let mut asked = ClientRequestBuilder::new(target);
    for (name, value) in &headers {
        // Of the handshake, which the client makes anew.
        if !name.as_str().starts_with("sec-websocket-")
            && name != header::ORIGIN
            && let Ok(value) = value.to_str()
        {
            asked = asked.with_header(name.as_str(), value);
        }
    }
    asked = asked.with_header("origin", kibana.upstream.origin().ascii_serialization());
    for protocol in parts.headers.get_all("sec-websocket-protocol").iter().filter_map(|value| value.to_str().ok()) {
        asked = asked.with_sub_protocol(protocol);
    }
    let (upstream, answered) = connect_async(asked).await.map_err(|cause| Refusal::Down(cause.to_string()))?;
    let protocol = answered.headers().get("sec-websocket-protocol").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let upgrade = match protocol {
        Some(protocol) => upgrade.protocols([protocol]),
        None => upgrade,
    };
    let (portal, own, _permit) = (portal.clone(), own.clone(), permit.clone());
    Ok(upgrade.on_upgrade(move |socket| carry(portal, own, cookie, socket, upstream)))
}

async fn carry(portal: Portal, own: Own, cookie: String, browser: WebSocket, upstream: WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>) {
    let (mut to_browser, mut from_browser) = browser.split();
    let (mut to_kibana, mut from_kibana) = upstream.split();
    let mut looked = tokio::time::interval(STANDING);
    loop {
        tokio::select! {
            message = from_browser.next() => {
                let Some(Ok(message)) = message else { break };
                if !allows(&own, &message) {
                    let reason = CloseFrame { code: POLICY, reason: "not found".into() };
                    let _ = to_browser.send(Message::Close(Some(reason))).await;
                    break;
                }
                let Some(message) = inward(message) else { break };
                if to_kibana.send(message).await.is_err() { break }
            }
            message = from_kibana.next() => {
                let Some(Ok(message)) = message else { break };
                let Some(message) = outward(message) else { continue };
                if to_browser.send(message).await.is_err() { break }
            }
            _ = looked.tick() => {
                let Some(kibana) = &portal.kibana else { break };
                let Some(entered) = kibana.entries.of(&cookie).await else { break };
                if origin::standing(&portal, &entered).await.is_err() { break }
            }
        }
    }
    let _ = to_kibana.close().await;
    let _ = to_browser.close().await;
}

fn allows(own: &Own, message: &Message) -> bool {
    match message {
        Message::Text(text) => own.allows_body("", text.as_bytes()),
        Message::Binary(bytes) => own.allows_body("", bytes),
        _ => true,
    }
}

/// `None`: the browser closed it.
fn inward(message: Message) -> Option<Upstream> {
    Some(match message {
        Message::Text(text) => Upstream::text(text.as_str()),
        Message::Binary(bytes) => Upstream::binary(bytes),
        Message::Ping(bytes) => Upstream::Ping(bytes),
        Message::Pong(bytes) => Upstream::Pong(bytes),
        Message::Close(_) => return None,
    })
}

fn outward(message: Upstream) -> Option<Message> {
    Some(match message {
        Upstream::Text(text) => Message::Text(text.as_str().into()),
        Upstream::Binary(bytes) => Message::Binary(bytes),
        Upstream::Ping(bytes) => Message::Ping(bytes),
        Upstream::Pong(bytes) => Message::Pong(bytes),
        Upstream::Close(_) => Message::Close(None),
        Upstream::Frame(_) => return None,
    })
}
