//! robots.txt and manners, against real servers.

use super::web::{Site, fetcher, means, wanted};
use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{StatusCode, header};
use server::ingestion::fetch::{FetchFault, Fetcher, Manners, Means};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// Serves pages and this robots.txt.
async fn site(robots: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Site {
    Site::serve(Router::new().route("/robots.txt", get(move || async move { robots() })).fallback(|| async { "a page" })).await
}

async fn allowed(site: &Site, path: &str) -> bool {
    match fetcher(&[site.address]).get(&wanted(site.url(path))).await {
        Ok(fetched) => fetched.body == b"a page",
        Err(FetchFault::Robots { .. }) => false,
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn ft_c01_each_state_of_robots_txt_has_its_meaning() {
    for (status, open) in [(404, true), (401, true), (403, true), (410, true), (429, false), (500, false), (503, false)] {
        let site = site(move || StatusCode::from_u16(status).unwrap().into_response()).await;
        assert_eq!(allowed(&site, "/x").await, open, "{status}");
    }
    let rules = site(|| "User-agent: *\nDisallow: /private\n\nUser-agent: atalaya\nDisallow: /drafts\n".into_response()).await;
    for (path, open) in [("/x", true), ("/private", true), ("/drafts/1", false)] {
        assert_eq!(allowed(&rules, path).await, open, "{path}");
    }
    let marked = site(|| "\u{feff}User-agent: *\nDisallow: /x\n".into_response()).await;
    assert!(!allowed(&marked, "/x").await);
    assert!(allowed(&marked, "/y").await);
    let page = site(|| ([(header::CONTENT_TYPE, "text/html")], "<!doctype html><title>Welcome</title>\nUser-agent: *\nDisallow: /\n").into_response()).await;
    assert!(allowed(&page, "/x").await);
    let turning = site(|| Redirect::temporary("/robots.txt").into_response()).await;
    assert!(!allowed(&turning, "/x").await);
    // Rules beyond the first 500 KiB are not read, those before them are.
    let long = site(|| format!("User-agent: *\nDisallow: /early\n{}Disallow: /late\n", "# fill\n".repeat(300_000)).into_response()).await;
    assert!(!allowed(&long, "/early").await);
    assert!(allowed(&long, "/late").await);
}

#[tokio::test]
async fn ft_c01_a_file_that_does_not_come_in_time_closes_the_host() {
    let slow = || async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        "User-agent: *\nAllow: /\n"
    };
    let site = Site::serve(Router::new().route("/robots.txt", get(slow)).fallback(|| async { "a page" })).await;
    assert!(!allowed(&site, "/x").await);
}

#[tokio::test]
async fn robots_txt_is_asked_once_and_again_at_each_redirect_to_another_host() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let closed = site(|| "User-agent: *\nDisallow: /\n".into_response()).await;
    let away = closed.url("/x").to_string();
    let robots = move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        "User-agent: *\nDisallow: /no\n"
    };
    let open = Site::serve(
        Router::new().route("/robots.txt", get(robots)).route("/away", get(move || async move { Redirect::temporary(&away) })).fallback(|| async { "a page" }),
    )
    .await;
    let fetcher = fetcher(&[open.address, closed.address]);
    for path in ["/a", "/b", "/c"] {
        fetcher.get(&wanted(open.url(path))).await.unwrap();
    }
    assert!(matches!(fetcher.get(&wanted(open.url("/no/x"))).await, Err(FetchFault::Robots { .. })));
    assert!(matches!(fetcher.get(&wanted(open.url("/away"))).await, Err(FetchFault::Robots { .. })));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

/// When each request began and ended, and how many ran at once.
#[derive(Clone, Default)]
struct Clocked {
    times: Arc<Mutex<Vec<(Instant, Instant)>>>,
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Clocked {
    async fn answer(self, status: u16, retry_after: Option<&'static str>) -> Response {
        let began = Instant::now();
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        self.times.lock().unwrap().push((began, Instant::now()));
        let mut response = (StatusCode::from_u16(status).unwrap(), "a page").into_response();
        if let Some(value) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, value.parse().unwrap());
        }
        response
    }

    /// Pauses between one request and the next.
    fn gaps(&self) -> Vec<Duration> {
        let times = self.times.lock().unwrap();
        times.windows(2).map(|pair| pair[1].0.duration_since(pair[0].1)).collect()
    }
}

#[tokio::test]
async fn ft_c02_a_crawl_delay_is_kept_between_requests_that_never_overlap() {
    let clocked = Clocked::default();
    let page = clocked.clone();
    // Two seconds stand for thirty: the wait is the same code.
    let site =
        Site::serve(Router::new().route("/robots.txt", get(|| async { "User-agent: *\nCrawl-delay: 2\n" })).fallback(move || page.clone().answer(200, None)))
            .await;
    let fetcher = fetcher(&[site.address]);
    let gets = ["/a", "/b", "/c"].map(|path| {
        let (fetcher, url) = (fetcher.clone(), site.url(path));
        tokio::spawn(async move { fetcher.get(&wanted(url)).await.unwrap().status })
    });
    for got in gets {
        assert_eq!(got.await.unwrap(), 200);
    }
    assert_eq!(clocked.most.load(Ordering::SeqCst), 1, "two connections at once");
    let gaps = clocked.gaps();
    assert!(gaps.len() == 2 && gaps.iter().all(|gap| *gap >= Duration::from_millis(1_950)), "{gaps:?}");
}

#[tokio::test]
async fn ft_c02_a_crawl_delay_of_thirty_seconds_sends_others_away_instead_of_holding_them() {
    let site = site(|| "User-agent: *\nCrawl-delay: 30\n".into_response()).await;
    let fetcher = Fetcher::with(Means { manners: Manners { gap: Duration::ZERO, longest_wait: Duration::from_secs(5) }, ..means(&[site.address]) }).unwrap();
    // Even the first page comes after the delay that follows robots.txt itself.
    match fetcher.get(&wanted(site.url("/a"))).await {
        Err(FetchFault::Later { wait, .. }) => assert!(wait > Duration::from_secs(28) && wait <= Duration::from_secs(30), "{wait:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(site.seen(), 1);
}

#[tokio::test]
async fn ft_c02_retry_after_is_obeyed() {
    let clocked = Clocked::default();
    let page = clocked.clone();
    let first = Arc::new(AtomicUsize::new(0));
    let site = Site::serve(Router::new().route("/robots.txt", get(|| async { StatusCode::NOT_FOUND })).fallback(move || {
        let busy = first.fetch_add(1, Ordering::SeqCst) == 0;
        page.clone().answer(if busy { 429 } else { 200 }, busy.then_some("2"))
    }))
    .await;
    let fetcher = fetcher(&[site.address]);
    let busy = fetcher.get(&wanted(site.url("/a"))).await.unwrap();
    assert_eq!((busy.status.as_u16(), busy.retry_after), (429, Some(Duration::from_secs(2))));
    assert_eq!(fetcher.get(&wanted(site.url("/b"))).await.unwrap().status, 200);
    assert!(clocked.gaps()[0] >= Duration::from_millis(1_950), "{:?}", clocked.gaps());
    // An hour is not waited for: whoever asks is told, and the host is not.
    let closed = Site::serve(
        Router::new()
            .route("/robots.txt", get(|| async { StatusCode::NOT_FOUND }))
            .fallback(|| async { (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "3600")], "") }),
    )
    .await;
    let fetcher = self::fetcher(&[closed.address]);
    assert_eq!(fetcher.get(&wanted(closed.url("/a"))).await.unwrap().status, 503);
    let seen = closed.seen();
    match fetcher.get(&wanted(closed.url("/a"))).await {
        Err(FetchFault::Later { wait, .. }) => assert!(wait > Duration::from_secs(3_500), "{wait:?}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(closed.seen(), seen);
}
