//! Pages rendered on the server, and the in-process door by which they ask the API.

use crate::{identity::sign_in::is_local, portal::Portal, search::kibana::Kibana, zone::Zones};
use app::{
    App,
    ask::{Fault, door::Door},
    text::Language,
    visit::{Status, Theme, Visit, Zone},
};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Path, Query, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode, header, request::Parts};
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};
use std::{collections::HashMap, net::SocketAddr, sync::Arc};
use tower::ServiceExt;

/// Largest answer that a page takes while it is rendered, in bytes.
const ANSWER_BYTES: usize = 16 << 20;

/// All pages of `app`, and the small routes that set the reader's language and theme.
pub fn router(portal: &Portal, api: Router) -> Router {
    let options = LeptosOptions::builder().output_name("app").site_root(portal.config.site.to_string_lossy().into_owned()).build();
    let version = asset_version(portal);
    let secure = portal.config.public_url.scheme() == "https";
    let shell = {
        let version = version.clone();
        move || app::shell(visit(&version))
    };
    let framed = portal.kibana.as_ref().map_or_else(|| "'none'".to_owned(), Kibana::frame_origin);
    let context = move || {
        provide_context(door(api.clone()));
        provide_context(visit(&version));
        provide_context(status());
        protect(&framed);
    };
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context.clone(), shell.clone())
        .fallback(leptos_axum::render_app_to_stream_with_context(context, shell))
        .with_state(options)
        .layer(axum::middleware::from_fn_with_state((portal.clone(), Zones::default()), clocked))
        .route("/language/{tag}", get(move |path, query| remember("lang", path, query, &["en", "es"], secure)))
        .route("/theme/{name}", get(move |path, query| remember("theme", path, query, &["light", "dark", "system"], secure)))
}

/// How this visitor reads: from cookies, else from what the browser says.
fn visit(version: &str) -> Visit {
    let headers = use_context::<Parts>().map(|parts| parts.headers).unwrap_or_default();
    let language = match cookie(&headers, "lang") {
        Some(tag) => Language::parse(&tag),
        None => headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map(Language::parse).unwrap_or_default(),
    };
    let zone = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Arc<Zone>>().cloned()).unwrap_or_default();
    Visit { language, theme: Theme::parse(cookie(&headers, "theme").as_deref().unwrap_or_default()), zone, asset_version: version.to_owned() }
}

/// Puts the organisation's clock beside the request: pages are rendered where nothing can wait.
async fn clocked(State((portal, zones)): State<(Portal, Zones)>, mut request: Request<Body>, next: Next) -> Response {
    match portal.identity.organisation().await {
        Ok(organisation) => {
            let name = organisation.map(|organisation| organisation.time_zone).unwrap_or_default();
            request.extensions_mut().insert(zones.of(&name));
            next.run(request).await
        }
        Err(fault) => fault.into_response(),
    }
}

/// Lets a page say that it is not what was asked for.
fn status() -> Status {
    let response = use_context::<ResponseOptions>();
    Status(Arc::new(move |status| {
        if let (Some(response), Ok(status)) = (&response, StatusCode::from_u16(status)) {
            response.set_status(status);
        }
    }))
}

/// A page's own policy: scripts by nonce, no inline styles, nothing from elsewhere but a frame of Kibana's origin.
fn protect(framed: &str) {
    let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
         font-src 'self'; frame-src {framed}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// The API for a page being rendered: the visitor's own headers go along, so that it answers as to the browser.
fn door(api: Router) -> Door {
    // Read now: the request's owner is current only while the context is made.
    let parts = use_context::<Parts>();
    let headers = parts.as_ref().map(|parts| parts.headers.clone()).unwrap_or_default();
    let peer = parts.and_then(|parts| parts.extensions.get::<ConnectInfo<SocketAddr>>().copied());
    Door(Arc::new(move |path, body| {
        let (api, headers) = (api.clone(), headers.clone());
        Box::pin(async move {
            let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).map_err(|_| Fault::unreachable())?;
            for name in [header::COOKIE, header::ACCEPT_LANGUAGE, header::USER_AGENT] {
                for value in headers.get_all(&name) {
                    request.headers_mut().append(name.clone(), value.clone());
                }
            }
            if let Some(peer) = peer {
                request.extensions_mut().insert(peer);
            }
            let response = match api.oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let ok = response.status().is_success();
            let bytes = axum::body::to_bytes(response.into_body(), ANSWER_BYTES).await.map_err(|_| Fault::unreachable())?;
            if ok { Ok(bytes.to_vec()) } else { Err(serde_json::from_slice(&bytes).unwrap_or_else(|_| Fault::unreachable())) }
        })
    }))
}

/// Sets a cookie for a year and goes back to where the reader was (a path of ours, nothing else).
async fn remember(
    name: &'static str,
    Path(value): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    allowed: &'static [&'static str],
    secure: bool,
) -> Response {
    let back = query.get("back").map(String::as_str).filter(|path| is_local(path)).unwrap_or("/");
    if !allowed.contains(&value.as_str()) {
        return Redirect::to(back).into_response();
    }
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax{secure}");
    ([(header::SET_COOKIE, cookie)], Redirect::to(back)).into_response()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()))
}

/// Changes with the files of the browser half, so that browsers may keep them for ever.
fn asset_version(portal: &Portal) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for name in ["app.js", "app_bg.wasm", "charts.js", "portal.css"] {
        hash.update(std::fs::read(portal.config.site.join("pkg").join(name)).unwrap_or_default());
    }
    hex::encode(&hash.finalize()[..6])
}
