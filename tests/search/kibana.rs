//! Kibana behind the portal, against a real HTTP and WebSocket server that behaves as Kibana and Elasticsearch's security document:
//! a stand-in, since neither can be had from the package registries.

use app::{
    identity::asks::{SignOut, WhoAmI},
    search::kibana_asks::{CheckKibana, EnterKibana, ListKibana, SetUpKibana},
    text::Text,
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State, WebSocketUpgrade, ws},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use futures::{SinkExt, StreamExt};
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use server::{
    config::Config,
    portal::Portal,
    search::{kibana, stream},
    warehouse::pins,
};
use std::{
    io::Write,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tests::{
    house::{House, ORGANISATION, Visitor, config},
    program::free_port,
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{ClientRequestBuilder, Message},
};

/// What the stand-in was asked: method, path and body, with the credential.
type Asked = Arc<Mutex<Vec<(Method, String, String, String)>>>;

/// Kibana under the base path `/kb`, Elasticsearch's security at the root.
async fn stand_in() -> (SocketAddr, Asked) {
    let asked = Asked::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state((asked.clone(), address));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, asked)
}

async fn answer(
    State((asked, address)): State<(Asked, SocketAddr)>,
    upgrade: Result<WebSocketUpgrade, ws::rejection::WebSocketUpgradeRejection>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = String::from_utf8(axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    let path = parts.uri.path_and_query().unwrap().to_string();
    let text = |name: header::HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    asked.lock().unwrap().push((parts.method.clone(), path.clone(), format!("{} {}", text(header::AUTHORIZATION), text(header::COOKIE)), body.clone()));
    let by_key = text(header::AUTHORIZATION) == "ApiKey c2VjcmV0";
    match (parts.method.as_str(), path.as_str()) {
        (_, path) if path.ends_with("/socket") => upgrade.expect("an upgrade").on_upgrade(echo),
        ("GET", "/_security/_authenticate") => json_of(json!({ "username": "elastic" })),
        ("POST", "/_security/api_key") => json_of(json!({ "id": "key-1", "name": "x", "api_key": "y", "encoded": "c2VjcmV0" })),
        ("DELETE", "/_security/api_key") => json_of(json!({ "invalidated_api_keys": ["key-1"] })),
        ("POST", "/_security/user/_has_privileges") if by_key => {
            json_of(json!({ "index": { "atalaya-operations-*": { "read": true }, "*": { "read": false } } }))
        }
        ("GET" | "POST" | "PUT", path) if path.starts_with("/kb/api/spaces/space") => json_of(json!({ "id": "atalaya-operations" })),
        ("PUT", "/kb/api/security/role/atalaya-operations") => StatusCode::NO_CONTENT.into_response(),
        (_, path) if path.starts_with("/kb/s/atalaya-operations/api/data_views/data_view") => json_of(json!({ "data_view": {} })),
        ("GET", "/kb/api/status") => json_of(json!({ "status": { "overall": { "level": "available" } } })),
        ("GET", "/kb/s/atalaya-operations/app/discover") => Response::builder()
            .header("kbn-name", "kibana")
            .header("content-security-policy", "script-src 'self'; frame-ancestors 'self'")
            .header("x-frame-options", "SAMEORIGIN")
            .header("set-cookie", "sid=own; Path=/kb; HttpOnly")
            .header("set-cookie", "atalaya_session=planted; Path=/")
            .header("connection", "x-hop")
            .header("x-hop", "1")
            .body(Body::from("<html>discover</html>"))
            .unwrap(),
        ("GET", "/kb/s/atalaya-operations/app/moved") => {
            Response::builder().status(302).header("location", format!("http://{address}/kb/s/atalaya-operations/app/discover")).body(Body::empty()).unwrap()
        }
        ("GET", "/kb/bundles/core.js") => {
            let mut coded = GzEncoder::new(Vec::new(), Compression::fast());
            coded.write_all(b"core()").unwrap();
            Response::builder().header("content-encoding", "gzip").body(Body::from(coded.finish().unwrap())).unwrap()
        }
        ("POST", "/kb/s/atalaya-operations/internal/bsearch") => {
            let parts = futures::stream::iter((0..3).map(|part| Ok::<_, std::io::Error>(format!("part {part};"))));
            Response::new(Body::from_stream(parts))
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn json_of(value: Value) -> Response {
    axum::Json(value).into_response()
}

async fn echo(mut socket: ws::WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if matches!(message, ws::Message::Text(_) | ws::Message::Binary(_)) && socket.send(message).await.is_err() {
            break;
        }
    }
}

/// A portal with two departments that have a stream each, Kibana configured, its origin served.
struct Watched {
    house: House,
    origin: String,
    asked: Asked,
    client: reqwest::Client,
}

const OPERATIONS: &str = r#"
[[departments]]
name = "operations"
title = { en = "Operations", es = "Operaciones" }
[[people]]
email = "olga@atalaya.example"
name = "Olga Prieto"
department = "operations"
role = "manager"
[[people]]
email = "oscar@atalaya.example"
name = "Oscar Gil"
department = "operations"
role = "employee"
"#;

const STREAM_POLICIES: &str = r#"
[[policies]]
mart = "stream.web"
department = "operations"
role = "manager"
[[policies]]
mart = "stream.web"
department = "operations"
role = "employee"
rows = [{ column = "host", operator = "in", values = ["a"] }]
[[policies]]
mart = "stream.tills"
department = "sales"
"#;

async fn watched() -> Watched {
    let (upstream, asked) = stand_in().await;
    let folder = tempfile::tempdir().unwrap();
    let origin = format!("http://localhost:{}", free_port());
    let settings = Config {
        kibana_url: Some(format!("http://{upstream}/kb").parse().unwrap()),
        kibana_public_url: Some(origin.parse().unwrap()),
        elasticsearch_url: Some(format!("http://{upstream}").parse().unwrap()),
        elasticsearch_user: Some("elastic".into()),
        elasticsearch_password: Some("first".into()),
        ..config(&folder, None)
    };
    let portal = Portal::open(settings).await.unwrap();
    let mut house = House { portal, folder, passwords: Default::default() };
    declare(&house.portal, "web", "operations").await;
    declare(&house.portal, "tills", "sales").await;
    house.apply(&[("organisation.toml", &format!("{ORGANISATION}{OPERATIONS}")), ("policies/all.toml", STREAM_POLICIES)]).await;
    tokio::spawn(kibana::serve(house.portal.clone(), std::future::pending()));
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_gzip().build().unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while client.get(&origin).send().await.is_err() {
        assert!(std::time::Instant::now() < until, "the origin does not answer");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Watched { house, origin, asked, client }
}

async fn declare(portal: &Portal, name: &str, department: &str) {
    let field = |name: &str| stream::StreamField {
        field: ::search::Field { name: name.into(), kind: ::search::FieldKind::Keyword, from: Vec::new() },
        description: Text::default(),
    };
    let described = stream::Described {
        title: Text::of(name, name),
        description: Text::default(),
        fields: vec![field("host"), field("path")],
        columns: Vec::new(),
        period: ::search::Period::Day,
        keep_days: 7,
    };
    let mut changes = portal.database.begin().await.unwrap();
    pins::lock(&mut changes).await.unwrap();
    let stream = stream::Stream { name: name.into(), department: department.into(), described, pipeline: Value::Null, version: 1, origin: "portal".into() };
    stream::store::save(&mut changes, &stream).await.unwrap();
    changes.commit().await.unwrap();
}

impl Watched {
    /// Sets Operations up and enters as Olga: her visitor and the cookie of Kibana's origin.
    async fn entered(&self) -> (Visitor, String) {
        let mut adela = self.house.signed_in("adela").await;
        adela.ask(&SetUpKibana { department: "operations".into() }).await.unwrap();
        let mut olga = self.house.signed_in("olga").await;
        let address = olga.ask(&EnterKibana {}).await.unwrap();
        let answer = self.client.get(&address).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()["location"], "/s/atalaya-operations/app/discover");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("atalaya_kibana=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        assert_eq!(self.client.get(&address).send().await.unwrap().status(), StatusCode::NOT_FOUND, "a ticket opens once");
        (olga, cookie)
    }

    async fn get(&self, cookie: &str, path: &str) -> reqwest::Response {
        let cookies = format!("{cookie}; atalaya_session=portal; sid=own");
        self.client.get(format!("{}{path}", self.origin)).header("cookie", cookies).send().await.unwrap()
    }

    async fn post(&self, cookie: &str, path: &str, body: &str) -> reqwest::Response {
        let asked = self.client.post(format!("{}{path}", self.origin)).header("cookie", cookie).header("kbn-xsrf", "true");
        asked.header("content-type", "application/x-ndjson").body(body.to_owned()).send().await.unwrap()
    }
}

#[tokio::test]
async fn kibana_is_entered_by_a_ticket_and_answers_on_its_own_origin() {
    let watched = watched().await;
    let (mut olga, cookie) = watched.entered().await;
    assert!(olga.ask(&WhoAmI {}).await.unwrap().may.kibana);
    let page = watched.get(&cookie, "/s/atalaya-operations/app/discover").await;
    assert_eq!((page.status(), page.headers()["kbn-name"].as_bytes()), (StatusCode::OK, &b"kibana"[..]));
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert_eq!(policy, "script-src 'self'; frame-ancestors http://localhost:8420");
    assert!(page.headers().get("x-frame-options").is_none() && page.headers().get("x-hop").is_none());
    let cookies: Vec<_> = page.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
    assert_eq!(cookies, ["sid=own; Path=/; HttpOnly; SameSite=Lax"]);
    assert_eq!(page.text().await.unwrap(), "<html>discover</html>");
    let (_, _, sent, _) = watched.asked.lock().unwrap().last().cloned().unwrap();
    assert_eq!(sent, "ApiKey c2VjcmV0 sid=own", "Kibana gets the department's key and its own cookie, nothing of the portal's");
    let moved = watched.get(&cookie, "/s/atalaya-operations/app/moved").await;
    assert_eq!(moved.headers()["location"], "/s/atalaya-operations/app/discover");
    let script = watched.get(&cookie, "/bundles/core.js").await;
    assert_eq!(script.headers()["content-encoding"], "gzip");
    let mut decoded = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&script.bytes().await.unwrap()[..]), &mut decoded).unwrap();
    assert_eq!(decoded, "core()");
    let streamed = watched.post(&cookie, "/s/atalaya-operations/internal/bsearch", r#"{"batch":[{"index":"atalaya-operations-web-*"}]}"#).await;
    assert_eq!(streamed.text().await.unwrap(), "part 0;part 1;part 2;");
}

#[tokio::test]
async fn a31_no_way_leads_into_another_departments_space() {
    let watched = watched().await;
    let (_, cookie) = watched.entered().await;
    let before = watched.asked.lock().unwrap().len();
    for path in [
        "/s/atalaya-sales/app/discover",
        "/s/%61talaya-sales/app/discover",
        "/s/%2561talaya-sales/app/discover",
        "/s/atalaya-operations/%2e%2e/atalaya-sales/app/discover",
        "/s/atalaya-operations%2f..%2fatalaya-sales/app",
        "/app/discover",
        "/api/saved_objects/_find",
        "/s/atalaya-operations/api/console/proxy?path=_search&method=GET",
        "/s/atalaya-operations/api/spaces/space",
        "/s/atalaya-operations/api/index_patterns/_fields_for_wildcard?pattern=atalaya-sales-*",
    ] {
        assert_eq!(watched.get(&cookie, path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for body in [
        "{\"index\":\"atalaya-operations-web-*\"}\n{}\n{\"index\":\"atalaya-sales-tills-*\"}\n{}\n",
        r#"{"index":"*"}"#,
        r#"{"params":{"query":"FROM \u0061talaya-sales-tills"}}"#,
        r#"{"indices":[".kibana"]}"#,
    ] {
        assert_eq!(watched.post(&cookie, "/s/atalaya-operations/internal/_msearch", body).await.status(), StatusCode::NOT_FOUND, "{body}");
    }
    let coded = watched.client.post(format!("{}/s/atalaya-operations/internal/_msearch", watched.origin)).header("cookie", &cookie);
    assert_eq!(coded.header("content-encoding", "gzip").body("x").send().await.unwrap().status(), StatusCode::NOT_FOUND);
    let crossed = watched.client.post(format!("{}/s/atalaya-operations/internal/bsearch", watched.origin)).header("cookie", &cookie);
    assert_eq!(crossed.header("sec-fetch-site", "cross-site").body("{}").send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(watched.asked.lock().unwrap().len(), before, "nothing of it reached Kibana");
    // A header that names another user or space does not pass.
    let named = watched.client.get(format!("{}/s/atalaya-operations/app/discover", watched.origin)).header("cookie", &cookie);
    let named = named.header("es-security-runas-user", "elastic").header("authorization", "Basic eA==").send().await.unwrap();
    assert_eq!(named.status(), StatusCode::OK);
    assert!(watched.asked.lock().unwrap().last().unwrap().2.starts_with("ApiKey c2VjcmV0"));
}

#[tokio::test]
async fn a31_sockets_carry_own_names_and_close_on_foreign_ones() {
    let watched = watched().await;
    let (mut olga, cookie) = watched.entered().await;
    let socket = |cookie: String| {
        let address = format!("{}/s/atalaya-operations/socket", watched.origin.replace("http", "ws"));
        let origin = watched.origin.clone();
        async move { connect_async(ClientRequestBuilder::new(address.parse().unwrap()).with_header("cookie", cookie).with_header("origin", origin)).await }
    };
    let (mut own, _) = socket(cookie.clone()).await.unwrap();
    own.send(Message::text(r#"{"index":"atalaya-operations-web-*"}"#)).await.unwrap();
    assert_eq!(own.next().await.unwrap().unwrap().to_text().unwrap(), r#"{"index":"atalaya-operations-web-*"}"#);
    own.send(Message::text(r#"{"index":"atalaya-sales-tills-*"}"#)).await.unwrap();
    assert!(matches!(own.next().await, Some(Ok(Message::Close(_))) | None));
    // A session that ends on the portal ends here, an open socket too.
    let (mut second, _) = socket(cookie.clone()).await.unwrap();
    olga.ask(&SignOut {}).await.unwrap();
    assert_eq!(watched.get(&cookie, "/s/atalaya-operations/app/discover").await.status(), StatusCode::NOT_FOUND);
    let ended = tokio::time::timeout(std::time::Duration::from_secs(5), second.next()).await.expect("the socket ends");
    assert!(matches!(ended, Some(Ok(Message::Close(_)) | Err(_)) | None));
    assert!(socket("atalaya_kibana=guess".into()).await.is_err());
}

#[tokio::test]
async fn a31_kibana_is_only_there_for_who_sees_all_of_the_department() {
    let watched = watched().await;
    watched.entered().await;
    for name in ["oscar", "sergio", "adela"] {
        let mut visitor = watched.house.signed_in(name).await;
        let refused = visitor.ask(&EnterKibana {}).await.unwrap_err().0;
        assert!(matches!(refused, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN), "{name} {refused}");
        assert!(!visitor.ask(&WhoAmI {}).await.unwrap().may.kibana, "{name}");
    }
    let audit = server::access::audit::lines(&watched.house.portal.database, None, "", 100).await.unwrap();
    let opened = |line: &&server::access::audit::Line| line.record.action == "search.kibana.enter" && line.record.outcome == "allowed";
    assert_eq!(audit.iter().filter(opened).count(), 1);
}

#[tokio::test]
async fn administrators_set_kibana_up_and_see_what_is_wrong() {
    let watched = watched().await;
    let mut adela = watched.house.signed_in("adela").await;
    let state = adela.ask(&ListKibana {}).await.unwrap();
    assert_eq!(state.departments.len(), 2);
    let check = CheckKibana { department: "operations".into() };
    let before = adela.ask(&check).await.unwrap();
    assert!(before.iter().any(|line| line.wrong.as_ref().is_some_and(|wrong| wrong.en.contains("Set up"))));
    adela.ask(&SetUpKibana { department: "operations".into() }).await.unwrap();
    let after = adela.ask(&check).await.unwrap();
    assert!(after.iter().all(|line| line.wrong.is_none()), "{after:?}");
    let asked = watched.asked.lock().unwrap().clone();
    let key = asked.iter().find(|(method, path, ..)| *method == Method::POST && path == "/_security/api_key").unwrap();
    let role: Value = serde_json::from_str(&key.3).unwrap();
    assert_eq!(role["role_descriptors"]["atalaya"]["indices"][0]["names"], json!(["atalaya-operations-*"]));
    assert_eq!(role["role_descriptors"]["atalaya"]["applications"][0]["resources"], json!(["space:atalaya-operations"]));
    let (.., view) = asked.iter().find(|(_, path, ..)| path.ends_with("/api/data_views/data_view")).unwrap();
    let view: Value = serde_json::from_str(view).unwrap();
    let view = &view["data_view"];
    assert_eq!((&view["title"], &view["timeFieldName"]), (&json!("atalaya-operations-web-*"), &json!("@timestamp")));
    let mut olga = watched.house.signed_in("olga").await;
    assert_eq!(olga.ask(&ListKibana {}).await.unwrap_err().0, StatusCode::FORBIDDEN);
}
