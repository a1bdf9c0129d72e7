//! Feeds from a real HTTP server: conditional requests, changes, gaps, hostile documents, and a feed library's own test files.

use super::web::{Site, fetcher};
use axum::{
    Router,
    extract::Path as Step,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use server::{
    ingestion::{
        connectors::listener,
        fetch::Fetcher,
        listening::{Asking, Listening, Polled, Setback},
        source::Origin,
    },
    jobs::Class,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};
use streaming::{Record, parse::post::Post};

const NOW: i64 = 1_790_000_000_000;
const HOUR: i64 = 3_600_000;

/// Asks a feed as it stands after `state`.
pub async fn poll(fetcher: &Fetcher, url: &str, state: &serde_json::Value, now_ms: i64) -> Result<Polled, Setback> {
    let listening = Listening {
        name: "press".into(),
        title: app::text::Text::same("Press"),
        connector: "feeds".into(),
        department: "marketing".into(),
        stream: "posts".into(),
        fields: BTreeMap::from([("url".to_owned(), url.to_owned())]),
        origin: Origin::Apply,
    };
    let asking = Asking { fetcher, listening: &listening, secrets: BTreeMap::new(), state: state.clone(), now_ms };
    listener("feeds").unwrap().poll(&asking).await
}

fn post(record: &Record) -> Post {
    serde_json::from_slice(&record.value).unwrap()
}

fn atom(entries: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es"><title>T</title><id>urn:f</id><updated>2026-09-01T00:00:00Z</updated>{entries}</feed>"#
    )
}

fn entry(id: &str, updated: &str, text: &str) -> String {
    format!(
        r#"<entry><id>{id}</id><title>About {id}</title><link href="/p/{id}"/><published>2026-09-01T10:00:00Z</published><updated>{updated}</updated><content type="html">{text}</content></entry>"#
    )
}

/// A feed whose text and header fields can be changed, and the header fields that came with each question.
#[derive(Clone, Default)]
struct Served {
    text: Arc<Mutex<String>>,
    headers: Arc<Mutex<Vec<(&'static str, &'static str)>>>,
    asked: Arc<Mutex<Vec<Conditions>>>,
}

/// `If-None-Match` and `If-Modified-Since` of one question.
type Conditions = (Option<String>, Option<String>);

impl Served {
    async fn start(&self) -> Site {
        let served = self.clone();
        Site::serve(Router::new().route("/feed", get(move |headers: HeaderMap| async move { served.answer(&headers) }))).await
    }

    fn answer(&self, sent: &HeaderMap) -> Response {
        let value = |name: header::HeaderName| sent.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (tag, since) = (value(header::IF_NONE_MATCH), value(header::IF_MODIFIED_SINCE));
        self.asked.lock().unwrap().push((tag.clone(), since));
        let headers = self.headers.lock().unwrap().clone();
        let same = tag.is_some() && headers.iter().any(|(name, value)| *name == "etag" && Some(*value) == tag.as_deref());
        let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { self.text.lock().unwrap().clone().into_response() };
        for (name, value) in headers {
            response.headers_mut().append(name, value.parse().unwrap());
        }
        response
    }

    fn say(&self, text: String) {
        *self.text.lock().unwrap() = text;
    }

    fn with(&self, headers: &[(&'static str, &'static str)]) {
        *self.headers.lock().unwrap() = headers.to_vec();
    }

    fn last_asked(&self) -> (Option<String>, Option<String>) {
        self.asked.lock().unwrap().last().cloned().unwrap()
    }
}

#[tokio::test]
async fn only_what_changed_is_asked_for_with_the_marks_exactly_as_received() {
    let served = Served::default();
    let site = served.start().await;
    let (fetcher, url) = (fetcher(&[site.address]), site.url("/feed").to_string());
    served.say(atom(&[entry("b", "2026-09-02T10:00:00Z", "Second"), entry("a", "2026-09-01T10:00:00Z", "&lt;p&gt;First&lt;/p&gt;")].concat()));
    served.with(&[("etag", "W/\"v-1\""), ("last-modified", "Tue, 01 Sep 2026 10:00:00 GMT")]);
    let first = poll(&fetcher, &url, &serde_json::Value::Null, NOW).await.unwrap();
    assert_eq!(served.last_asked(), (None, None));
    // Oldest first; ids of source and entry; a version only where there was an edit.
    let ids: Vec<_> = first.records.iter().map(|record| (record.id.as_str(), record.version)).collect();
    assert_eq!(ids, [("feed:press:a", 0), ("feed:press:b", "2026-09-02T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp_millis())]);
    let told = post(&first.records[0]);
    assert_eq!((told.text.as_str(), told.title.as_deref(), told.language.as_deref()), ("First", Some("About a"), Some("es")));
    assert_eq!(told.url.as_deref(), Some(site.url("/p/a").as_str()));
    assert_eq!(told.published_ms, 1_788_256_800_000);
    assert_eq!(first.next_ms, NOW + HOUR);

    let second = poll(&fetcher, &url, &first.state, NOW + HOUR).await.unwrap();
    assert_eq!(served.last_asked(), (Some("W/\"v-1\"".into()), Some("Tue, 01 Sep 2026 10:00:00 GMT".into())));
    assert!(second.records.is_empty());
    assert_eq!(second.next_ms, NOW + 2 * HOUR);

    // The tag changed, one entry with it: only that one is published, in a newer version.
    served.with(&[("etag", "\"v-2\"")]);
    served.say(atom(&[entry("c", "2026-09-01T10:00:00Z", "Third"), entry("a", "2026-09-01T10:00:00Z", "First, put right")].concat()));
    let third = poll(&fetcher, &url, &second.state, NOW + 2 * HOUR).await.unwrap();
    let ids: Vec<_> = third.records.iter().map(|record| (record.id.as_str(), record.version)).collect();
    assert_eq!(ids, [("feed:press:a", 1), ("feed:press:c", 0)]);
    // Asked again from the same place, as after a crash: the same ids and versions.
    let again = poll(&fetcher, &url, &second.state, NOW + 2 * HOUR + 5).await.unwrap();
    assert_eq!(again.records.iter().map(|record| (record.id.as_str(), record.version)).collect::<Vec<_>>(), ids);
}

#[tokio::test]
async fn a_feed_says_how_often_it_wants_to_be_asked() {
    let served = Served::default();
    let site = served.start().await;
    let (fetcher, url) = (fetcher(&[site.address]), site.url("/feed").to_string());
    served.say(atom(&entry("a", "2026-09-01T10:00:00Z", "First")));
    let next = async |headers: &[(&'static str, &'static str)]| {
        served.with(headers);
        (poll(&fetcher, &url, &serde_json::Value::Null, NOW).await.unwrap().next_ms - NOW) / 1_000
    };
    assert_eq!(next(&[]).await, 86_400);
    assert_eq!(next(&[("etag", "\"x\"")]).await, 3_600);
    assert_eq!(next(&[("cache-control", "public, max-age=900")]).await, 900);
    assert_eq!(next(&[("cache-control", "max-age=1"), ("etag", "\"x\"")]).await, 3_600);
    served.say("<rss version=\"2.0\"><channel><title>t</title><link>http://e.example</link><description>d</description><ttl>120</ttl><item><title>x</title></item></channel></rss>".into());
    assert_eq!(next(&[("etag", "\"x\"")]).await, 7_200);
}

#[tokio::test]
async fn ft_s18_a_feed_that_rolled_over_since_it_was_read_leaves_a_gap_on_record() {
    let served = Served::default();
    let site = served.start().await;
    let (fetcher, url) = (fetcher(&[site.address]), site.url("/feed").to_string());
    let page = |from: u32| atom(&(from..from + 5).rev().map(|number| entry(&number.to_string(), "2026-09-01T10:00:00Z", "x")).collect::<String>());
    served.say(page(1));
    let first = poll(&fetcher, &url, &serde_json::Value::Null, NOW).await.unwrap();
    assert_eq!(first.gap, None);
    served.say(page(4));
    let second = poll(&fetcher, &url, &first.state, NOW + HOUR).await.unwrap();
    assert_eq!((second.records.len(), second.gap), (3, None));
    served.say(page(30));
    let third = poll(&fetcher, &url, &second.state, NOW + 9 * HOUR).await.unwrap();
    let gap = third.gap.unwrap();
    assert_eq!((gap.since_ms, gap.until_ms, third.records.len()), (NOW + HOUR, NOW + 9 * HOUR, 5));
}

#[tokio::test]
async fn answers_that_are_no_feed_say_what_to_do() {
    let busy = || async { (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "600")], "") };
    let site = Site::serve(
        Router::new()
            .route("/page", get(|| async { "<!doctype html><title>Shop</title><p>Welcome" }))
            .route("/broken", get(|| async { "<rss version=\"2.0\"><channel><item><title>x" }))
            .route("/busy", get(busy)),
    )
    .await;
    let fetcher = fetcher(&[site.address]);
    let failed = async |path: &str| poll(&fetcher, site.url(path).as_str(), &serde_json::Value::Null, NOW).await.unwrap_err();
    assert!(failed("/page").await.failure.fault.message.en.contains("is no feed"));
    assert_eq!(failed("/broken").await.failure.class, Class::Data);
    let gone = failed("/gone").await;
    assert_eq!(gone.failure.class, Class::Config);
    assert!(gone.failure.fault.message.es.contains("404"));
    let busy = failed("/busy").await;
    assert_eq!((busy.failure.class, busy.wait), (Class::Transient, Some(Duration::from_secs(600))));
}

/// A34 too: entities of XML.
#[tokio::test]
async fn ft_c06_documents_that_attack_their_readers_are_refused_before_they_are_parsed() {
    let trap = Site::silent().await;
    let outside = trap.url("/secret");
    let laughs: String = (1..10).map(|level| format!("<!ENTITY l{level} \"{}\">", format!("&l{};", level - 1).repeat(10))).collect();
    let laughs =
        format!("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY l0 \"ha\">{laughs}]><rss version=\"2.0\"><channel><title>&l9;</title></channel></rss>");
    let external = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE feed [<!ENTITY x SYSTEM \"{outside}\">]><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>&x;</title></feed>"
    );
    let parameter = format!("<!DOCTYPE feed [<!ENTITY % x SYSTEM \"{outside}\"> %x;]><feed xmlns=\"http://www.w3.org/2005/Atom\"/>");
    let hidden = "<?x <!-- ?><!DOCTYPE rss [<!ENTITY a \"b\">]><!-- --><rss version=\"2.0\"><channel><title>&a;</title></channel></rss>".to_owned();
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(external.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let deep = format!("<rss version=\"2.0\"><channel>{}", "<a>".repeat(200_000));
    let documents = Arc::new(BTreeMap::from([
        ("laughs", laughs.into_bytes()),
        ("external", external.into_bytes()),
        ("parameter", parameter.into_bytes()),
        ("hidden", hidden.into_bytes()),
        ("wide", wide),
        ("deep", deep.into_bytes()),
        ("json", format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":{}", "[".repeat(200_000)).into_bytes()),
    ]));
    let held = documents.clone();
    let site = Site::serve(
        Router::new().route("/{name}", get(move |Step(name): Step<String>| async move { held.get(name.as_str()).cloned().ok_or(StatusCode::NOT_FOUND) })),
    )
    .await;
    let fetcher = fetcher(&[site.address, trap.address]);
    for name in documents.keys() {
        let refused = poll(&fetcher, site.url(&format!("/{name}")).as_str(), &serde_json::Value::Null, NOW).await.unwrap_err();
        assert_eq!(refused.failure.class, Class::Data, "{name}");
        if !matches!(*name, "deep" | "json") {
            assert!(refused.failure.fault.message.en.contains("entities of its own"), "{name}: {}", refused.failure.fault.message.en);
        }
    }
    assert_eq!(trap.seen(), 0, "an external entity was fetched");
}

#[tokio::test]
async fn old_feeds_that_name_a_public_document_type_and_articles_about_entities_are_read() {
    let old = "<?xml version=\"1.0\"?><!DOCTYPE rss PUBLIC \"-//Netscape Communications//DTD RSS 0.91//EN\" \"http://my.netscape.com/publish/formats/rss-0.91.dtd\"><rss version=\"0.91\"><channel><title>t</title><link>http://e.example</link><description>d</description><language>en-us</language><item><title>Old</title><link>http://e.example/1</link></item></channel></rss>";
    let article = atom(&entry("a", "2026-09-01T10:00:00Z", "<![CDATA[<p>Write <code>&lt;!ENTITY x&gt;</code> or <!ENTITY y> in <!DOCTYPE z [ ]></p>]]>"));
    let site = Site::serve(Router::new().route("/old", get(move || async move { old })).route("/article", get(move || async move { article }))).await;
    let fetcher = fetcher(&[site.address]);
    let read =
        async |path: &str| poll(&fetcher, site.url(path).as_str(), &serde_json::Value::Null, NOW).await.unwrap().records.iter().map(post).collect::<Vec<_>>();
    assert_eq!(read("/old").await[0].title.as_deref(), Some("Old"));
    assert!(read("/article").await[0].text.contains("<!ENTITY x>"));
}

#[tokio::test]
async fn a17_no_script_of_a_feed_survives() {
    let text = atom(
        r#"<entry><id>x</id><title type="html">&lt;img src=x onerror=alert(1)&gt;Sale</title><link href="javascript:alert(1)"/><author><name>&lt;script&gt;alert(1)&lt;/script&gt;</name></author><content type="html">&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick="x()"&gt;Pears&lt;/p&gt;</content></entry>"#,
    );
    let site = Site::serve(Router::new().route("/feed", get(move || async move { text }))).await;
    let polled = poll(&fetcher(&[site.address]), site.url("/feed").as_str(), &serde_json::Value::Null, NOW).await.unwrap();
    let told = post(&polled.records[0]);
    assert_eq!((told.title.as_deref(), told.text.as_str(), told.url), (Some("Sale"), "Pears", None));
}

/// The test files that the feed library's source package ships, which the build has fetched.
fn library_files() -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() {
                walk(&path, files);
            } else if !name.ends_with(".serde.json") {
                files.push((name, std::fs::read(path).unwrap()));
            }
        }
    }
    let home = std::env::var_os("CARGO_HOME").map_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cargo"), PathBuf::from);
    let registries = std::fs::read_dir(home.join("registry/src")).unwrap().flatten();
    let packages = registries.flat_map(|registry| std::fs::read_dir(registry.path()).unwrap().flatten());
    let package =
        packages.map(|package| package.path()).find(|package| package.file_name().is_some_and(|name| name.to_string_lossy().starts_with("feed-rs-3")));
    let mut files = Vec::new();
    walk(&package.expect("the source package of feed-rs").join("fixture"), &mut files);
    files.sort();
    files
}

/// Serves what is put under a number.
async fn shelf() -> (Site, Arc<Mutex<Vec<Vec<u8>>>>) {
    let shelf: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
    let held = shelf.clone();
    let site = Site::serve(Router::new().route("/{number}", get(move |Step(number): Step<usize>| async move { held.lock().unwrap()[number].clone() }))).await;
    (site, shelf)
}

#[tokio::test]
async fn the_feed_librarys_own_test_files_are_read() {
    let (site, shelf) = shelf().await;
    let fetcher = fetcher(&[site.address]);
    let (mut read, mut records, mut refused) = (0, 0, Vec::new());
    for (number, (name, bytes)) in library_files().into_iter().enumerate() {
        shelf.lock().unwrap().push(bytes);
        match poll(&fetcher, site.url(&format!("/{number}")).as_str(), &serde_json::Value::Null, NOW).await {
            Ok(polled) => {
                read += 1;
                records += polled.records.len();
                for record in &polled.records {
                    let told = post(record);
                    assert!(record.id.len() < 300 && told.published_ms > 0 && told.published_ms <= NOW + 24 * HOUR, "{name}");
                    assert!(told.url.is_none_or(|url| url.starts_with("http")), "{name}");
                }
            }
            Err(setback) => refused.push((name, setback.failure.fault.message.en)),
        }
    }
    println!("{read} files read, {records} posts; refused: {refused:?}");
    // Not a whole feed (a lone XML document), and the one that is broken on purpose.
    assert!(refused.iter().all(|(name, _)| name.starts_with("xml_") || name.contains("invalid")), "{refused:?}");
    assert!(read > 60 && records > 80, "{read} {records}");
}

#[tokio::test]
async fn ft_c06_changed_bytes_of_real_feeds_end_no_process() {
    let (site, shelf) = shelf().await;
    let fetcher = fetcher(&[site.address]);
    let files = library_files();
    let mut seed = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below.max(1) as u64) as usize
    };
    let mut outcomes = [0; 2];
    for number in 0..400 {
        let mut bytes = files[random(files.len())].1.clone();
        bytes.truncate(60_000);
        for _ in 0..random(8) + 1 {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes.truncate(at),
                1 => bytes.splice(at..at, *b"<![CDATA[").for_each(drop),
                2 => bytes.splice(at..at, "€a@b.example".bytes()).for_each(drop),
                _ => bytes.get_mut(at).into_iter().for_each(|byte| *byte = byte.wrapping_add(random(255) as u8)),
            }
            if bytes.is_empty() {
                break;
            }
        }
        shelf.lock().unwrap().push(bytes);
        let polled = poll(&fetcher, site.url(&format!("/{number}")).as_str(), &serde_json::Value::Null, NOW).await;
        outcomes[usize::from(polled.is_ok())] += 1;
    }
    assert!(outcomes[0] > 20 && outcomes[1] > 20, "{outcomes:?}");
    // An author's line on which the library is known to fall over: its thread ends, nothing else does.
    let hostile = "<rss version=\"2.0\"><channel><title>t</title><link>http://e.example</link><description>d</description><item><title>x</title><author>a long name €a@b.example</author></item></channel></rss>";
    shelf.lock().unwrap().push(hostile.as_bytes().to_vec());
    match poll(&fetcher, site.url("/400").as_str(), &serde_json::Value::Null, NOW).await {
        Ok(polled) => assert_eq!(polled.records.len(), 1),
        Err(setback) => assert_eq!(setback.failure.class, Class::Data),
    }
}
