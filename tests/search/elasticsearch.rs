//! What Elasticsearch may answer and a test cannot make it answer, from a server that answers so; and a real one that goes away.

use crate::search::conformance::stand::{self, DAY_MS, Stand, field, put, text};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Request, State},
    http::{StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
    routing::any,
};
use search::{
    Change, FieldKind, Index, Shape, Value,
    index::{Credentials, IndexFault, Outcome, Settings, open},
};
use serde_json::{Value as Body, json};
use std::{
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};
use tests::{
    program::free_port,
    services::{certificate::certificate, elasticsearch},
    skips::skipped,
};

/// A server that keeps what it was asked and answers bulk requests by the ids in them.
#[derive(Clone, Default)]
struct Double {
    asked: Arc<Mutex<Vec<(String, String)>>>,
    authorization: Arc<Mutex<Vec<String>>>,
    /// Status of whole bulk requests of more documents than this.
    refuses: Option<(usize, u16)>,
}

impl Double {
    async fn run(self) -> url::Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let app = Router::new().fallback(any(answer)).with_state(self);
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        address
    }

    fn bulks(&self) -> usize {
        self.asked.lock().unwrap().iter().filter(|(path, _)| path == "/_bulk").count()
    }
}

async fn answer(State(double): State<Double>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    double.authorization.lock().unwrap().push(authorization);
    let body: Bytes = axum::body::to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let earlier: String = double.asked.lock().unwrap().iter().filter(|(path, _)| path == "/_bulk").map(|(_, body)| body.as_str()).collect();
    double.asked.lock().unwrap().push((path.clone(), body.clone()));
    if path != "/_bulk" {
        return Json(json!({ "acknowledged": true, "status": "green" })).into_response();
    }
    let actions: Vec<Body> = body.lines().step_by(2).map(|line| serde_json::from_str(line).unwrap()).collect();
    if let Some((most, status)) = double.refuses
        && actions.len() > most
    {
        return (StatusCode::from_u16(status).unwrap(), "refused").into_response();
    }
    let items = actions.iter().map(|action| {
        let (name, action) = action.as_object().unwrap().iter().next().unwrap();
        let id = action["_id"].as_str().unwrap();
        let kind = id.split('-').next().unwrap();
        let reason = format!("failed to parse field [status] of type [long] in document with id '{id}'. Preview of field's value: 'secret'");
        // An index that was not there is, once it was made.
        let status = if kind == "404" && earlier.contains(id) { 201 } else { kind.parse().unwrap_or(201) };
        let error = json!({ "type": if status == 400 { "document_parsing_exception" } else { "some_exception" }, "reason": reason });
        let item = if status < 300 { json!({ "_id": id, "status": status }) } else { json!({ "_id": id, "status": status, "error": error }) };
        json!({ name: item })
    });
    Json(json!({ "errors": true, "items": items.collect::<Vec<_>>() })).into_response()
}

fn shape() -> Shape {
    Shape { fields: vec![field("status", FieldKind::Integer)], ..stand::shape() }
}

async fn on(double: &Double) -> Index {
    open(stand::server(double.clone().run().await)).unwrap()
}

fn documents(ids: &[&str]) -> Vec<Change> {
    ids.iter().map(|id| put(id, DAY_MS, &[("status", Value::Integer(1))])).collect()
}

#[tokio::test]
async fn ft_s05_each_item_of_a_bulk_answer_is_handled_by_itself() {
    let double = Double::default();
    let index = on(&double).await;
    let outcomes = index.write(&shape(), &documents(&["201-a", "409-b", "429-c", "400-d", "404-e", "503-f", "200-g"])).await.unwrap();
    let Outcome::Unfit(reason) = &outcomes[3] else { panic!("{outcomes:?}") };
    assert!(reason.contains("status") && reason.contains("long") && !reason.contains("secret"), "{reason}");
    assert!(matches!((&outcomes[2], &outcomes[5]), (Outcome::Retry(_), Outcome::Retry(_))), "{outcomes:?}");
    for done in [0, 1, 4, 6] {
        assert_eq!(outcomes[done], Outcome::Done, "{outcomes:?}");
    }
    let asked = double.asked.lock().unwrap().clone();
    assert_eq!(asked.iter().filter(|(path, _)| path == "/_bulk").count(), 2, "only what was not there is sent again, once");
    assert!(asked.iter().rfind(|(path, _)| path == "/_bulk").is_some_and(|(_, body)| body.contains("404-e") && body.lines().count() == 2));
}

#[tokio::test]
async fn ft_s06_a_server_that_takes_nothing_is_asked_once_and_loses_nothing() {
    let double = Double { refuses: Some((0, 429)), ..Double::default() };
    let index = on(&double).await;
    let changes = documents(&["201-a", "201-b"]);
    for n in 1..=3 {
        assert!(matches!(index.write(&shape(), &changes).await, Err(IndexFault::Unavailable(_))));
        assert_eq!(double.bulks(), n, "waiting is the sink's");
    }
    let busy = Double::default();
    let outcomes = on(&busy).await.write(&shape(), &documents(&["429-a", "429-b"])).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Retry(_))) && busy.bulks() == 1, "{outcomes:?}");
}

#[tokio::test]
async fn ft_s05_a_batch_that_is_too_large_is_split_and_a_document_that_is_never_fits() {
    let double = Double { refuses: Some((2, 413)), ..Double::default() };
    let ids: Vec<String> = (0..9).map(|n| format!("201-{n}")).collect();
    let outcomes = on(&double).await.write(&shape(), &documents(&ids.iter().map(String::as_str).collect::<Vec<_>>())).await.unwrap();
    assert_eq!(outcomes, vec![Outcome::Done; 9]);
    let alone = Double { refuses: Some((0, 413)), ..Double::default() };
    let outcomes = on(&alone).await.write(&shape(), &documents(&["201-a", "201-b"])).await.unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Unfit(_))), "{outcomes:?}");
}

#[tokio::test]
async fn the_portal_signs_in_as_its_settings_say() {
    let credentials = |user: &str| match user {
        "" => Credentials::None,
        "key" => Credentials::ApiKey("aWQ6c2VjcmV0".into()),
        user => Credentials::Password { user: user.into(), password: "secret".into() },
    };
    for (user, expected) in [("", ""), ("key", "ApiKey aWQ6c2VjcmV0"), ("portal", "Basic cG9ydGFsOnNlY3JldA==")] {
        let double = Double::default();
        let settings = Settings::Elasticsearch { url: double.clone().run().await, credentials: credentials(user), authority: None };
        assert!(!format!("{settings:?}").contains("secret") && !format!("{settings:?}").contains("aWQ6"));
        open(settings).unwrap().ready().await.unwrap();
        assert_eq!(*double.authorization.lock().unwrap(), [expected]);
    }
}

#[tokio::test]
async fn ft_s04_a_server_that_goes_away_is_said_and_takes_the_same_again_when_it_is_back() {
    let Some(mut server) = elasticsearch::own().await else { return };
    let stand = Stand::new(stand::server(server.url()), None).await;
    let changes = |from: i64| (from..from + 500).map(|n| put(&format!("e{n}"), DAY_MS + n, &[("path", text(&format!("/{n}")))])).collect::<Vec<_>>();
    stand.write(&changes(0)).await;
    server.crash();
    for _ in 0..3 {
        let fault = stand.index.write(&stand.shape, &changes(500)).await.unwrap_err();
        assert!(matches!(&fault, IndexFault::Unavailable(reason) if !reason.contains("127.0.0.1")), "{fault}");
    }
    assert!(matches!(stand.index.search(&stand.whole(), &stand.search("")).await, Err(IndexFault::Unavailable(_))));
    assert!(matches!(stand.index.ready().await, Err(IndexFault::Unavailable(_))));
    server.restart().await;
    // What was acknowledged is there; what was not is sent again, and what came before with it.
    stand.write(&changes(0)).await;
    stand.write(&changes(500)).await;
    assert_eq!(stand.index.count(&stand.whole(), &stand.search("")).await.unwrap(), 1_000);
}

#[tokio::test]
async fn a_certificate_is_trusted_by_the_authority_of_the_settings_alone() {
    let folder = tempfile::tempdir().unwrap();
    let Some(certificate) = certificate(folder.path()) else {
        skipped("TLS: there is no openssl");
        return;
    };
    // It sends files of its folder as whole answers.
    std::fs::create_dir(folder.path().join("_cluster")).unwrap();
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"status\":\"green\"}";
    std::fs::write(folder.path().join("_cluster/health"), answer).unwrap();
    let port = free_port().to_string();
    let mut openssl = Command::new("openssl");
    openssl.args(["s_server", "-HTTP", "-cert", "certificate.pem", "-key", "key.pem", "-accept", &port]).current_dir(folder.path());
    let mut server = openssl.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let url: url::Url = format!("https://127.0.0.1:{port}").parse().unwrap();
    let on = |authority| open(Settings::Elasticsearch { url: url.clone(), credentials: Credentials::None, authority }).unwrap();
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let trusted = on(Some(certificate));
    while let Err(fault) = trusted.ready().await {
        assert!(std::time::Instant::now() < until, "{fault}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let fault = on(None).ready().await.unwrap_err().to_string();
    assert!(fault.to_lowercase().contains("certificate"), "{fault}");
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(open(Settings::Elasticsearch { url, credentials: Credentials::None, authority: Some(folder.path().join("nothing.pem")) }).is_err());
}
