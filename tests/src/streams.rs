//! A house with the stream `web` of a department Operations: its people, its events, and how its live view is watched.

use crate::house::{House, ORGANISATION, Visitor};
use app::{
    search::asks::{Live, Watched},
    warehouse::address::{read_search, write_search},
};
use axum::body::{Body, BodyDataStream};
use futures::StreamExt;
use http::{Request, StatusCode, header};
use search::{Change, Document, Field, FieldKind, Period, Value};
use server::{
    database::now_ms,
    search::stream::{self, Described, Stream, StreamField},
    warehouse::pins,
};
use std::time::Duration;
use tower::ServiceExt;

/// Olga sees all of it and may download; Oscar and Nora see their hosts, clients masked; Sara of security sees failures alone, with
/// more masks, and may download. Everybody else sees nothing of it.
const PEOPLE: &str = r#"
[[departments]]
name = "operations"
title = { en = "Operations", es = "Operaciones" }
[[departments]]
name = "security"
title = { en = "Security", es = "Seguridad" }
[[people]]
email = "olga@atalaya.example"
name = "Olga Prieto"
department = "operations"
role = "manager"
[[people]]
email = "oscar@atalaya.example"
name = "Óscar Gil"
department = "operations"
role = "employee"
[people.attributes]
hosts = ["shop"]
[[people]]
email = "nora@atalaya.example"
name = "Nora Vela"
department = "operations"
role = "employee"
[people.attributes]
hosts = ["blog"]
[[people]]
email = "sara@atalaya.example"
name = "Sara Pons"
department = "security"
role = "manager"
"#;

const POLICIES: &str = r#"
[[policies]]
mart = "stream.web"
department = "operations"
role = "manager"
[[policies]]
mart = "stream.web"
department = "operations"
role = "employee"
rows = [{ column = "host", operator = "in", values = ["person.hosts"] }]
masks = [{ column = "client", mask = "hash" }]
[[policies]]
mart = "stream.web"
department = "security"
rows = [{ column = "status", operator = ">=", values = ["400"] }]
masks = [
    { column = "client", mask = "keep-last:2" },
    { column = "user", mask = "null" },
    { column = "bytes", mask = "bucket:1000" },
    { column = "agent", mask = "hide" },
]
"#;

/// A house whose people include those of the stream, before anything is indexed.
pub async fn furnished(house: House) -> House {
    furnished_with(house, &[]).await
}

/// The same with more files of the organisation.
pub async fn furnished_with(mut house: House, files: &[(&str, &str)]) -> House {
    let organisation = format!("{ORGANISATION}{PEOPLE}");
    save(&house, &web()).await;
    let own = [("organisation.toml", organisation.as_str()), ("policies/web.toml", POLICIES)];
    house.apply(&[&own, files].concat()).await;
    house.portal.index.prepare(&web().shape()).await.expect("the index");
    house
}

/// Saves a stream as the program does, so that governance learns of it.
pub async fn save(house: &House, stream: &Stream) {
    let mut changes = house.portal.database.begin().await.expect("a transaction");
    pins::lock(&mut changes).await.expect("the generation");
    stream::store::save(&mut changes, stream).await.expect("the stream");
    changes.commit().await.expect("saved");
}

pub fn field(name: &str, kind: FieldKind) -> StreamField {
    let description = app::text::Text::of(format!("The {name}"), format!("El campo {name}"));
    StreamField { field: Field { name: name.into(), kind, from: Vec::new() }, description }
}

pub fn web() -> Stream {
    let mut message = field("message", FieldKind::Text);
    message.field.from = ["time", "client", "user", "host", "path", "status", "bytes", "agent"].map(str::to_owned).to_vec();
    Stream {
        name: "web".into(),
        department: "operations".into(),
        described: Described {
            title: app::text::Text::of("Web requests", "Peticiones web"),
            description: app::text::Text::of("Requests to web servers.", "Peticiones a los servidores web."),
            fields: vec![
                field("time", FieldKind::Timestamp),
                field("client", FieldKind::Keyword),
                field("user", FieldKind::Keyword),
                field("host", FieldKind::Keyword),
                field("path", FieldKind::Keyword),
                field("status", FieldKind::Integer),
                field("bytes", FieldKind::Integer),
                field("agent", FieldKind::Text),
                message,
            ],
            columns: ["client", "path", "status", "agent", "message"].map(str::to_owned).to_vec(),
            period: Period::Day,
            keep_days: 30,
        },
        pipeline: serde_json::Value::Null,
        version: 1,
        origin: "portal".into(),
    }
}

/// What a test says of a request; the rest follows.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: String,
    pub at_ms: i64,
    pub host: &'static str,
    pub client: String,
    pub user: &'static str,
    pub path: String,
    pub status: i64,
    pub bytes: i64,
    pub agent: &'static str,
}

impl Event {
    pub fn new(id: impl Into<String>, at_ms: i64, host: &'static str, path: impl Into<String>, status: i64) -> Self {
        Self { id: id.into(), at_ms, host, client: "203.0.113.77".into(), user: "ursula", path: path.into(), status, bytes: 1_234, agent: "Mozilla Quokka" }
    }

    fn change(&self) -> Change {
        let text = |text: &str| Value::Text(text.to_owned());
        let message = format!("{} - {} [{}] {} {} {} {} {}", self.client, self.user, self.at_ms, self.host, self.path, self.status, self.bytes, self.agent);
        let fields = [
            ("time", Value::Timestamp(self.at_ms)),
            ("client", text(&self.client)),
            ("user", text(self.user)),
            ("host", text(self.host)),
            ("path", text(&self.path)),
            ("status", Value::Integer(self.status)),
            ("bytes", Value::Integer(self.bytes)),
            ("agent", text(self.agent)),
            ("message", Value::Text(message)),
        ];
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Change::Put(Document { id: self.id.clone(), version: 0, at_ms: self.at_ms, fields })
    }
}

/// Writes events so that they are found.
pub async fn write(house: &House, requests: &[Event]) {
    let shape = web().shape();
    for some in requests.chunks(5_000) {
        let changes: Vec<Change> = some.iter().map(Event::change).collect();
        let outcomes = house.portal.index.write(&shape, &changes).await.expect("the index takes them");
        assert!(outcomes.iter().all(|outcome| *outcome == search::index::Outcome::Done), "{outcomes:?}");
    }
    house.portal.index.refresh(&shape).await.expect("found from now on");
}

/// Ten minutes ago, so that "last hour" holds what a test writes after it.
pub fn lately() -> i64 {
    now_ms() - 600_000
}

/// Where the events of `stream=…&query=…&most=…` are watched.
pub fn live_path(search: &str) -> String {
    let pairs = read_search(search);
    let of = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default();
    live_path_of(&[Watched::Events { stream: of("stream"), query: of("query"), most: of("most").parse().ok() }])
}

/// Where all of them are watched over one connection.
pub fn live_path_of(watched: &[Watched]) -> String {
    let pairs: Vec<(String, String)> = watched.iter().map(|one| ("watch".to_owned(), serde_json::to_string(one).expect("JSON"))).collect();
    format!("/api/live{}", write_search(&pairs))
}

/// A live view that is being watched.
pub struct Watching {
    body: BodyDataStream,
    buffer: String,
}

/// One event of a live view.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: String,
    /// Place of what is watched among all that is.
    pub of: usize,
    pub live: Live,
}

impl Watching {
    /// Opens the live view of `stream=…&query=…&most=…`, as an address writes them; the status when it is refused.
    pub async fn open(visitor: &Visitor, search: &str, last_event_id: Option<&str>) -> Result<Self, (StatusCode, String)> {
        Self::open_at(visitor, &live_path(search), last_event_id).await
    }

    pub async fn open_at(visitor: &Visitor, path: &str, last_event_id: Option<&str>) -> Result<Self, (StatusCode, String)> {
        let mut request = Request::get(path);
        if let Some(cookie) = &visitor.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = visitor.api.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("infallible");
        let status = response.status();
        if !status.is_success() {
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            return Err((status, String::from_utf8_lossy(&body).into_owned()));
        }
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Ok(Self { body: response.into_body().into_data_stream(), buffer: String::new() })
    }

    /// The next event, comments aside; `None` when the view ends or nothing comes in time.
    pub async fn next(&mut self, within: Duration) -> Option<Told> {
        tokio::time::timeout(within, self.told()).await.ok().flatten()
    }

    async fn told(&mut self) -> Option<Told> {
        loop {
            while let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.buffer = rest;
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim_start().to_owned());
                if let Some(data) = field("data:") {
                    let told: app::search::asks::Told = serde_json::from_str(&data).unwrap_or_else(|cause| panic!("{cause}: {data}"));
                    return Some(Told { id: field("id:").unwrap_or_default(), of: told.of, live: told.told });
                }
            }
            let bytes = self.body.next().await?.expect("the transfer goes on");
            self.buffer.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    /// Whether the view has ended, i.e. its transfer is over.
    pub async fn is_over(&mut self, within: Duration) -> bool {
        tokio::time::timeout(within, async { while self.body.next().await.is_some() {} }).await.is_ok()
    }
}
