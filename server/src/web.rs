//! The web server: the API and the pages behind one stack of layers (limits, CSRF, headers, compression), then listening.

use crate::{
    access::{Visitor, visitor::address_of},
    fault::{Fault, Result},
    identity, pages,
    portal::Portal,
    routes,
};
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, Request, StatusCode, header};
use std::{
    hash::{Hash, Hasher},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};
use tower::ServiceBuilder;
use tower_governor::{GovernorError, GovernorLayer, governor::GovernorConfigBuilder, key_extractor::KeyExtractor};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
    timeout::RequestBodyTimeoutLayer,
};

/// Requests a person may send at once, and how fast the allowance comes back (per second).
const BURST: u32 = 600;
const PER_SECOND: u64 = 100;

/// Everything that is served, with all its layers.
pub fn router(portal: &Portal) -> Result<Router> {
    let sessions = identity::session_layer(portal);
    let (api, _) = routes::api(portal);
    let api = api.layer(sessions);
    let limits = GovernorConfigBuilder::default()
        .key_extractor(PerVisitor { trusted: portal.config.trusted_proxies.clone().into() })
        .per_millisecond(1000 / PER_SECOND)
        .burst_size(BURST)
        .finish()
        .ok_or_else(|| Fault::internal("the rate limit's figures"))?;
    let origin = portal.config.public_url.origin().ascii_serialization();
    let csrf = CsrfLayer::new().add_trusted_origin(&origin).map_err(|cause| Fault::internal(cause.to_string()))?;
    let stack = ServiceBuilder::new()
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| Fault::internal("a handler panicked").into_response()))
        .layer(header_layer("x-content-type-options", "nosniff"))
        .layer(header_layer("referrer-policy", "same-origin"))
        .layer(header_layer("x-frame-options", "DENY"))
        .layer(header_layer("cross-origin-opener-policy", "same-origin"))
        .layer(header_layer("permissions-policy", "camera=(), microphone=(), geolocation=()"))
        .layer(CompressionLayer::new().quality(tower_http::CompressionLevel::Fastest));
    let live = Router::new()
        .merge(api.clone())
        .merge(pages::router(portal, api))
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(120)))
        .layer(csrf)
        .layer(GovernorLayer::new(Arc::new(limits)).error_handler(limited));
    Ok(live.merge(statics(portal)).layer(stack))
}

/// Files of the browser half; named with `?v=<version>`, so they may be kept for ever.
fn statics(portal: &Portal) -> Router {
    let folder = |name: &str| ServeDir::new(portal.config.site.join(name)).precompressed_br().precompressed_gzip();
    let kept = SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    Router::new()
        .nest_service("/pkg", folder("pkg"))
        .nest_service("/fonts", folder("fonts"))
        .route_service("/icon.svg", ServeFile::new(portal.config.site.join("icon.svg")))
        .layer(kept)
        .route("/favicon.ico", get(|| async { Redirect::permanent("/icon.svg") }))
        .route("/health", get(|| async { "ok" }))
}

fn header_layer(name: &'static str, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
}

/// Listens until the process is told to stop; open requests are finished first.
pub async fn serve(portal: &Portal, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let router = router(portal)?;
    let listen = &portal.config.listen;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|cause| {
        Fault::operator(
            format!("cannot listen on {listen} ({cause}): stop what uses it, or set ATALAYA_LISTEN"),
            format!("no se puede escuchar en {listen} ({cause}): pare lo que lo usa o cambie ATALAYA_LISTEN"),
        )
    })?;
    tracing::info!(listen, "serving");
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stop).await?;
    Ok(())
}

fn limited(error: GovernorError) -> Response {
    let fault = Fault::new(
        app::ask::FaultKind::TooMany,
        app::text::Text::of("Too many requests at once. Wait a moment.", "Demasiadas peticiones a la vez. Espere un momento."),
    );
    let mut response: Response<Body> = fault.into_response();
    match error {
        GovernorError::TooManyRequests { headers: Some(headers), .. } => response.headers_mut().extend(headers),
        GovernorError::TooManyRequests { .. } => {}
        _ => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    response
}

/// Counts by place and session: people behind one address do not stop each other, and inventing session ids gains little,
/// since those of one place share this many counters.
#[derive(Clone, Debug)]
struct PerVisitor {
    trusted: Arc<[std::net::IpAddr]>,
}

const COUNTERS: u64 = 64;

impl KeyExtractor for PerVisitor {
    type Key = (String, u64);

    fn extract<T>(&self, request: &Request<T>) -> Result<Self::Key, GovernorError> {
        let session = request
            .headers()
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(identity::COOKIE)?.strip_prefix('='));
        let mut hasher = std::hash::DefaultHasher::new();
        session.hash(&mut hasher);
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()).ok_or(GovernorError::UnableToExtractKey)?;
        let visitor = Visitor { address: address_of(peer, request.headers(), &self.trusted), ..Visitor::default() };
        Ok((visitor.place(), hasher.finish() % COUNTERS))
    }
}
