//! One request to Kibana and its answer: judged, with the department's credential added, bodies streamed.

use super::{KIBANA_COOKIES, Kibana, rules, rules::Own, websocket};
use crate::{access::Permit, portal::Portal};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use http::{HeaderValue, header};

/// Largest request body that is judged, and so let through: saved objects and batched searches are far smaller.
const BODY_BYTES: usize = 16 << 20;

/// Why a request does not reach Kibana.
pub enum Refusal {
    /// It names what is not the department's.
    Foreign(&'static str),
    TooLarge,
    Down(String),
}

/// Passes one request. The answer's body flows as it comes, compressed or not.
pub async fn pass(portal: &Portal, kibana: &Kibana, own: &Own, permit: &Permit, request: Request) -> Result<Response, Refusal> {
    let key = portal
        .secrets
        .reveal(&super::set_up::secret(&own.department))
        .await
        .map_err(|fault| Refusal::Down(fault.to_string()))?
        .ok_or(Refusal::Foreign("not set up"))?;
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let address = kibana.address(&path).map_err(|fault| Refusal::Down(fault.to_string()))?;
    let mut headers = rules::inbound(&parts.headers, &KIBANA_COOKIES);
    let credential = HeaderValue::from_str(&format!("ApiKey {key}")).map_err(|cause| Refusal::Down(cause.to_string()))?;
    headers.insert(header::AUTHORIZATION, credential);
    if parts.headers.get(header::UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return websocket::pass(portal, kibana, own, permit, &mut parts, address, headers).await;
    }
    // Coded bodies could name anything unseen.
    if parts.headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refusal::Foreign("coded body"));
    }
    let body = to_bytes(body, BODY_BYTES).await.map_err(|_| Refusal::TooLarge)?;
    if !own.allows_body(&path, &body) {
        return Err(Refusal::Foreign("body"));
    }
    let asked = kibana.client.request(parts.method, address).headers(headers).body(body);
    let answer = asked.send().await.map_err(|cause| Refusal::Down(cause.without_url().to_string()))?;
    let portal_origin = portal.config.public_url.origin().ascii_serialization();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    *response.headers_mut() = rules::outbound(answer.headers(), &kibana.upstream, &kibana.public, &portal_origin, &KIBANA_COOKIES);
    *response.body_mut() = Body::from_stream(answer.bytes_stream());
    Ok(response)
}
