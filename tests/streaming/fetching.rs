//! The client that fetches from the public web: nothing leads inside, and nothing that comes back hurts.

use super::web::{Site, fetcher, means, named, wanted};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    response::{IntoResponse, Redirect},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, header};
use server::ingestion::fetch::{FetchFault, Fetcher, Means, Wanted};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::io::AsyncWriteExt;
use url::Url;

/// Everything that may stand in an address and means this machine, a private network, or a cloud's credentials.
const INSIDE: [&str; 16] = [
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/latest/meta-data/",
    "http://localtest.example/",
    "http://mixed.example/",
];

fn names() -> server::ingestion::fetch::Lookup {
    named(&[
        ("localtest.example", &["127.0.0.1"]),
        ("mixed.example", &["10.0.0.1 ::1 169.254.169.254"]),
        ("own.example", &["93.184.216.34"]),
        ("portal.example", &["93.184.216.34"]),
    ])
}

async fn get_url(fetcher: &Fetcher, url: &str) -> Result<String, FetchFault> {
    Ok(String::from_utf8(fetcher.get(&wanted(Url::parse(url).unwrap())).await?.body).unwrap())
}

/// A16 too.
#[tokio::test]
async fn ft_c03_addresses_and_redirects_that_lead_inside_are_refused() {
    let target = Arc::new(Mutex::new(String::new()));
    let to = target.clone();
    let site = Site::serve(
        Router::new().route("/away", get(move || async move { Redirect::temporary(&to.lock().unwrap().clone()) })).route("/", get(|| async { "ours" })),
    )
    .await;
    let fetcher = Fetcher::with(Means { lookup: names(), ..means(&[site.address]) }).unwrap();
    for url in INSIDE {
        assert!(matches!(get_url(&fetcher, url).await, Err(FetchFault::Blocked { .. })), "{url}");
        *target.lock().unwrap() = url.to_owned();
        let redirected = fetcher.get(&wanted(site.url("/away"))).await;
        assert!(matches!(redirected, Err(FetchFault::Blocked { .. })), "redirected to {url}: {redirected:?}");
    }
    for url in ["ftp://example.org/", "file:///etc/passwd", "http://me:secret@example.org/", "http://example.org:22/", "http://example.org:8420/"] {
        assert!(matches!(get_url(&fetcher, url).await, Err(FetchFault::Address { .. })), "{url}");
        *target.lock().unwrap() = url.to_owned();
        assert!(matches!(fetcher.get(&wanted(site.url("/away"))).await, Err(FetchFault::Address { .. })), "redirected to {url}");
    }
    assert_eq!(get_url(&fetcher, site.url("/").as_str()).await.unwrap(), "ours");
}

/// A16 too.
#[tokio::test]
async fn ft_c03_an_allowed_pair_opens_that_pair_alone_and_never_a_clouds_credentials() {
    let (inside, metadata) = (Site::silent().await, "169.254.169.254:80".parse().unwrap());
    let port = inside.address.port();
    // The port is open for another address of this machine: the port alone opens nothing.
    let neighbour = format!("127.0.0.2:{port}").parse().unwrap();
    let fetcher = Fetcher::with(Means { lookup: named(&[("inside.example", &["127.0.0.1"])]), ..means(&[neighbour, metadata]) }).unwrap();
    for url in [format!("http://127.0.0.1:{port}/"), format!("http://inside.example:{port}/"), format!("http://[::ffff:7f00:1]:{port}/")] {
        assert!(matches!(get_url(&fetcher, &url).await, Err(FetchFault::Blocked { .. })), "{url}");
    }
    assert!(matches!(get_url(&fetcher, "http://169.254.169.254/").await, Err(FetchFault::Blocked { .. })));
    assert_eq!(inside.seen(), 0, "a connection was made to what is closed");
}

/// A16 too.
#[tokio::test]
async fn ft_c03_a_name_that_moves_inside_after_it_was_looked_up_gains_nothing() {
    let outside = Site::serve_on("127.0.0.2:0", Router::new().route("/", get(|| async { "outside" }))).await;
    let port = outside.address.port();
    let inside = Site::serve_on(&format!("127.0.0.1:{port}"), Router::new().route("/", get(|| async { "inside" }))).await;
    // robots.txt and the page: one look-up each; then the name moves.
    let moving = named(&[("moving.example", &["127.0.0.2", "127.0.0.2", "127.0.0.1"])]);
    let fetcher = Fetcher::with(Means { lookup: moving, ..means(&[outside.address]) }).unwrap();
    let url = format!("http://moving.example:{port}/");
    assert_eq!(get_url(&fetcher, &url).await.unwrap(), "outside");
    for _ in 0..3 {
        assert!(matches!(get_url(&fetcher, &url).await, Err(FetchFault::Blocked { .. })));
    }
    assert_eq!(inside.seen(), 0, "a byte went inside");
}

#[tokio::test]
async fn a16_the_portals_own_public_address_is_refused() {
    let own = Some(Url::parse("https://portal.example/").unwrap());
    let fetcher = Fetcher::with(Means { lookup: names(), own, ..means(&[]) }).unwrap();
    // Another name for the same address, and the address itself.
    for url in ["https://own.example/", "https://93.184.216.34/"] {
        assert!(matches!(get_url(&fetcher, url).await, Err(FetchFault::Blocked { .. })), "{url}");
    }
}

#[tokio::test]
async fn a16_a_token_does_not_follow_to_another_host() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = |seen: &Arc<Mutex<Vec<String>>>, place: &'static str| {
        let seen = seen.clone();
        move |headers: HeaderMap| async move {
            let token = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
            seen.lock().unwrap().push(format!("{place} {token}"));
            "here"
        }
    };
    let other = Site::serve(Router::new().route("/", get(log(&seen, "other")))).await;
    let away = other.url("/").to_string();
    let first = Site::serve(
        Router::new()
            .route("/near", get(|| async { Redirect::permanent("/here") }))
            .route("/here", get(log(&seen, "first")))
            .route("/far", get(move || async move { Redirect::permanent(&away) })),
    )
    .await;
    let fetcher = fetcher(&[first.address, other.address]);
    for path in ["/near", "/far"] {
        let asked = Wanted { authorization: Some("Bearer secret".into()), ..wanted(first.url(path)) };
        assert_eq!(fetcher.get(&asked).await.unwrap().body, b"here");
    }
    assert_eq!(*seen.lock().unwrap(), ["first Bearer secret", "other "]);
}

#[tokio::test]
async fn a16_redirects_end_after_five() {
    let step = |request: Request| async move {
        let left: u32 = request.uri().path().trim_start_matches('/').parse().unwrap();
        if left == 0 { "arrived".into_response() } else { Redirect::temporary(&format!("/{}", left - 1)).into_response() }
    };
    let site = Site::serve(Router::new().route("/{left}", get(step)).route("/robots.txt", get(|| async { "" }))).await;
    let fetcher = fetcher(&[site.address]);
    assert_eq!(fetcher.get(&wanted(site.url("/5"))).await.unwrap().body, b"arrived");
    assert!(matches!(fetcher.get(&wanted(site.url("/6"))).await, Err(FetchFault::Redirects { .. })));
}

#[tokio::test]
async fn the_user_agent_names_the_product_and_whom_to_tell() {
    let agent = |headers: HeaderMap| async move { headers[header::USER_AGENT].to_str().unwrap().to_owned() };
    let site = Site::serve(Router::new().route("/", get(agent))).await;
    let said = String::from_utf8(fetcher(&[site.address]).get(&wanted(site.url("/"))).await.unwrap().body).unwrap();
    assert!(said.starts_with("Atalaya/") && said.ends_with("(+https://cedar.example/bots)"), "{said}");
}

/// Fails within the bound that is meant, and leaves the fetcher fit for the next page.
async fn hurts(site: &Site, path: &str, within: Duration) -> FetchFault {
    let well = Site::serve(Router::new().route("/", get(|| async { "well" }))).await;
    let fetcher = fetcher(&[site.address, well.address]);
    let began = Instant::now();
    let fault = fetcher.get(&wanted(site.url(path))).await.map(|fetched| fetched.body.len()).unwrap_err();
    assert!(began.elapsed() < within, "{path} took {:?}", began.elapsed());
    assert_eq!(fetcher.get(&wanted(well.url("/"))).await.unwrap().body, b"well");
    fault
}

/// A34 too.
#[tokio::test]
async fn ft_c04_bombs_and_bodies_without_an_end_meet_their_limits() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    (0..64).for_each(|_| encoder.write_all(&[b' '; 1 << 20]).unwrap());
    let bomb = Bytes::from(encoder.finish().unwrap());
    assert!(bomb.len() < 1 << 20, "64 MB in less than 1 MB");
    let endless = || async { Body::from_stream(futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 65_536])))) };
    let site = Site::serve(
        Router::new()
            .route("/bomb", get(move || async move { ([(header::CONTENT_ENCODING, "gzip")], bomb.clone()) }))
            .route("/endless", get(endless))
            .route("/claims", get(|| async { ([(header::CONTENT_ENCODING, "br")], "not asked for") })),
    )
    .await;
    assert!(matches!(hurts(&site, "/bomb", Duration::from_secs(3)).await, FetchFault::TooLarge { what: "the unpacked body", .. }));
    assert!(matches!(hurts(&site, "/endless", Duration::from_secs(3)).await, FetchFault::TooLarge { what: "the body", .. }));
    assert!(matches!(hurts(&site, "/claims", Duration::from_secs(3)).await, FetchFault::Malformed { .. }));
}

/// A server that has no robots.txt and then does this.
async fn hostile(then: impl Fn(tokio::net::TcpStream) -> futures::future::BoxFuture<'static, ()> + Send + Sync + 'static) -> Site {
    let first = Arc::new(Mutex::new(true));
    let then = Arc::new(then);
    Site::raw(move |mut stream| {
        let is_first = std::mem::replace(&mut *first.lock().unwrap(), false);
        let then = then.clone();
        Box::pin(async move {
            if is_first {
                let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
            } else {
                then(stream).await;
            }
        })
    })
    .await
}

#[tokio::test]
async fn ft_c04_huge_headers_and_slow_servers_meet_their_limits() {
    let headers = hostile(|mut stream| {
        Box::pin(async move {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            let line = format!("x-fill: {}\r\n", "a".repeat(10_000));
            for _ in 0..1_000 {
                if stream.write_all(line.as_bytes()).await.is_err() {
                    return;
                }
            }
        })
    })
    .await;
    let fault = hurts(&headers, "/", Duration::from_secs(4)).await;
    assert!(matches!(fault, FetchFault::Unreachable { .. } | FetchFault::TooLarge { .. }), "{fault:?}");
    let many = hostile(|mut stream| {
        Box::pin(async move {
            let lines: String = (0..50).map(|number| format!("x-{number}: {}\r\n", "a".repeat(2_000))).collect();
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{lines}content-length: 2\r\n\r\nok").as_bytes()).await;
        })
    })
    .await;
    assert!(matches!(hurts(&many, "/", Duration::from_secs(4)).await, FetchFault::TooLarge { what: "the header", .. }));
    // A byte a second is never silent for long: only the whole time ends it.
    for body in [true, false] {
        let slow = hostile(move |mut stream| {
            Box::pin(async move {
                let start: &[u8] = if body { b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" } else { b"HTTP/1.1 200 OK\r\nx: " };
                let _ = stream.write_all(start).await;
                while stream.write_all(b"a").await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            })
        })
        .await;
        assert!(matches!(hurts(&slow, "/", Duration::from_secs(6)).await, FetchFault::TimedOut { .. }));
    }
    // And one that says nothing at all ends by its silence.
    let mute = hostile(|stream| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(60)).await;
            drop(stream);
        })
    })
    .await;
    assert!(matches!(hurts(&mute, "/", Duration::from_secs(5)).await, FetchFault::TimedOut { .. }));
}
