//! The listener of metrics: one path, on an address of its own, so that it need not be where people are.

use crate::portal::Portal;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};
use tokio_util::sync::CancellationToken;

/// What Prometheus expects of the text.
const CONTENT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Listens on `ATALAYA_METRICS_ADDRESS` until `stop`; empty: not at all. A port that is taken is said and stops nothing else:
/// a second process of the portal on one machine has its own address.
pub async fn serve(portal: Portal, stop: CancellationToken) {
    let address = portal.config.metrics_address.trim().to_owned();
    if address.is_empty() {
        return;
    }
    let listener = match tokio::net::TcpListener::bind(&address).await {
        Ok(listener) => listener,
        Err(cause) => {
            tracing::warn!(address, %cause, "no metrics here: set ATALAYA_METRICS_ADDRESS to a free address, or to nothing");
            return;
        }
    };
    let router = Router::new().route("/metrics", get(text)).with_state(portal);
    if let Err(cause) = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await {
        tracing::warn!(address, %cause, "the listener of metrics ended");
    }
}

async fn text(State(portal): State<Portal>) -> Response {
    match portal.meters.text() {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
