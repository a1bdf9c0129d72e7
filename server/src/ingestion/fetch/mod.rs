//! The one way to fetch from the public web: only public addresses, checked where the connection is made, bounded in every direction.
//!
//! What is fetched is never handed back to whoever asked for the fetch: it becomes records, or is thrown away.

pub mod addresses;
mod body;
mod faults;
mod guard;
mod pace;
mod resolve;
mod robots;
pub mod rules;

pub use faults::FetchFault;
pub use pace::Manners;
pub use resolve::Lookup;

use crate::{
    config::Config,
    database::now_ms,
    fault::{Fault, Result},
};
use body::Bounded;
use futures::future::BoxFuture;
use guard::Guard;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use pace::{Pace, Turn};
use reqwest::{Client, Response, redirect::Policy};
use resolve::Resolver;
use robots::Robots;
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};
use url::Url;

/// Most redirects that are followed; each is checked like the first address.
const MOST_REDIRECTS: usize = 5;

/// Bounds of one fetch.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until the connection stands, its encryption included.
    pub connect: Duration,
    /// Longest silence within an answer.
    pub silence: Duration,
    /// Longest time of one request with its answer, so that a byte a second ends, too.
    pub whole: Duration,
    /// Names and values of an answer's header fields. The head as it is read is bounded by the HTTP library (about 400 kB).
    pub header_bytes: usize,
    /// Of the body, unpacked.
    pub body_bytes: usize,
    /// How many times its packed size a body may become.
    pub ratio: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(15),
            whole: Duration::from_secs(60),
            header_bytes: 64 << 10,
            body_bytes: 8 << 20,
            ratio: 100,
        }
    }
}

/// What a fetcher is made with; everything but the settings is for tests to shorten.
pub struct Means {
    /// `address:port` pairs on private networks that may be reached.
    pub allow: Vec<SocketAddr>,
    /// The portal's own address: whatever it leads to is refused.
    pub own: Option<Url>,
    /// Named in the user agent: where a site's owner can complain.
    pub contact: String,
    pub limits: Limits,
    pub manners: Manners,
    pub lookup: Lookup,
}

impl Means {
    pub fn of(config: &Config) -> Self {
        Self {
            allow: config.fetch_allow.clone(),
            own: Some(config.public_url.clone()),
            contact: config.fetch_contact.clone().unwrap_or_else(|| config.public_url.to_string()),
            limits: Limits::default(),
            manners: Manners::default(),
            lookup: resolve::by_system(),
        }
    }
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub url: Url,
    pub headers: HeaderMap,
    /// The whole `Authorization` value; not sent on to another host.
    pub authorization: Option<String>,
}

impl Wanted {
    pub fn new(url: Url) -> Self {
        Self { url, headers: HeaderMap::new(), authorization: None }
    }
}

/// What came, whatever its status.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// After redirects.
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// The host asked to be left alone for so long; it is, by every fetch of this process.
    pub retry_after: Option<Duration>,
}

/// Fetches. One connection a host at a time. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher(Arc<Parts>);

struct Parts {
    guard: Arc<Guard>,
    /// One for each port that may be reached: a resolver learns the name alone, and what is open depends on the port.
    clients: BTreeMap<u16, Client>,
    limits: Limits,
    pace: Pace,
    robots: Robots,
}

impl Fetcher {
    pub fn open(config: &Config) -> Result<Self> {
        Self::with(Means::of(config))
    }

    pub fn with(means: Means) -> Result<Self> {
        let guard = Arc::new(Guard::new(means.allow, means.own.as_ref(), means.lookup));
        let agent = HeaderValue::from_str(&rules::user_agent(&means.contact)).map_err(|cause| {
            Fault::operator("fetch_contact is not right: plain letters only", "fetch_contact no es correcto: solo letras sin acentos").because(cause)
        })?;
        let clients = guard.ports().map(|port| Ok((port, client(port, &guard, &agent, &means.limits)?))).collect::<Result<_>>()?;
        Ok(Self(Arc::new(Parts { guard, clients, limits: means.limits, pace: Pace::new(means.manners), robots: Robots::new() })))
    }

    /// Gets a page, if its host's robots.txt lets us, at that host's pace.
    pub async fn get(&self, wanted: &Wanted) -> Result<Fetched, FetchFault> {
        self.follow(wanted, Some(&self.0.robots), self.0.limits.body_bytes, false).await
    }

    /// Follows redirects; `robots` are asked before each hop, but for the fetch of robots.txt itself. With `cut` a longer body is cut off.
    /// Boxed, because asking robots.txt comes back here.
    fn follow<'a>(&'a self, wanted: &'a Wanted, robots: Option<&'a Robots>, most_bytes: usize, cut: bool) -> BoxFuture<'a, Result<Fetched, FetchFault>> {
        Box::pin(self.followed(wanted, robots, most_bytes, cut))
    }

    async fn followed(&self, wanted: &Wanted, robots: Option<&Robots>, most_bytes: usize, cut: bool) -> Result<Fetched, FetchFault> {
        let mut url = wanted.url.clone();
        let mut authorization = wanted.authorization.as_deref();
        for _ in 0..=MOST_REDIRECTS {
            self.0.guard.check(&url).await.inspect_err(told)?;
            if let Some(robots) = robots {
                let delay = robots.ask(self, &url).await?;
                self.0.pace.slow(rules::host(&url), delay);
            }
            let turn = self.0.pace.turn(rules::host(&url)).await?;
            let hop = self.hop(&url, wanted, authorization, turn, most_bytes, cut);
            let fetched = tokio::time::timeout(self.0.limits.whole, hop).await.map_err(|_| FetchFault::TimedOut { host: rules::host(&url).into() })?;
            let fetched = fetched.inspect_err(told)?;
            match rules::redirected(&fetched.url, fetched.status, &fetched.headers) {
                None => return Ok(fetched),
                Some(next) => {
                    let next = next.ok_or_else(|| FetchFault::Malformed { host: rules::host(&url).into(), what: "a redirect" })?;
                    if next.origin() != url.origin() {
                        authorization = None;
                    }
                    url = next;
                }
            }
        }
        Err(FetchFault::Redirects { host: rules::host(&wanted.url).into() })
    }

    /// One request. The turn is held until the whole answer is read: never a second connection to the host.
    async fn hop(&self, url: &Url, wanted: &Wanted, authorization: Option<&str>, turn: Turn, most_bytes: usize, cut: bool) -> Result<Fetched, FetchFault> {
        let host = || rules::host(url).to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        let client = self.0.clients.get(&port).ok_or_else(|| FetchFault::Address { host: host(), why: rules::Refusal::Port })?;
        let mut request = client.get(url.clone()).headers(wanted.headers.clone()).header(header::ACCEPT_ENCODING, "gzip");
        if let Some(authorization) = authorization {
            let value = HeaderValue::from_str(authorization).map_err(|_| FetchFault::Malformed { host: host(), what: "the token" })?;
            request = request.header(header::AUTHORIZATION, value);
        }
        let response = request.send().await.map_err(|cause| faults::of(host(), cause))?;
        let (status, headers) = (response.status(), response.headers().clone());
        if headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() > self.0.limits.header_bytes {
            return Err(FetchFault::TooLarge { host: host(), what: "the header", most: self.0.limits.header_bytes });
        }
        let retry_after = rules::retry_after(status, &headers, now_ms());
        if let Some(pause) = retry_after {
            turn.pause(pause);
        }
        // The body of a redirect is of no use.
        let body =
            if status.is_redirection() && status != StatusCode::NOT_MODIFIED { Vec::new() } else { self.body(host(), response, most_bytes, cut).await? };
        drop(turn);
        Ok(Fetched { url: url.clone(), status, headers, body, retry_after })
    }

    async fn body(&self, host: String, mut response: Response, most_bytes: usize, cut: bool) -> Result<Vec<u8>, FetchFault> {
        let packed = response.headers().get(header::CONTENT_ENCODING).map(|value| value.as_bytes().to_ascii_lowercase());
        let mut body = Bounded::new(host.clone(), packed.as_deref(), most_bytes, self.0.limits.ratio, cut)?;
        while let Some(chunk) = response.chunk().await.map_err(|cause| faults::of(host.clone(), cause))? {
            if !body.push(&chunk)? {
                break;
            }
        }
        body.finish()
    }
}

fn client(port: u16, guard: &Arc<Guard>, agent: &HeaderValue, limits: &Limits) -> Result<Client> {
    Client::builder()
        .dns_resolver(Arc::new(Resolver { port, guard: guard.clone() }))
        // A proxy would look names up by itself.
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .no_gzip()
        .no_brotli()
        .user_agent(agent)
        .connect_timeout(limits.connect)
        .read_timeout(limits.silence)
        // No connection outlives its request: each one is checked anew, and a host never has two.
        .pool_max_idle_per_host(0)
        .build()
        .map_err(Fault::internal)
}

fn told(fault: &FetchFault) {
    if matches!(fault, FetchFault::Blocked { .. } | FetchFault::Address { .. } | FetchFault::TooLarge { .. }) {
        tracing::warn!(%fault, "a fetch was refused");
    }
}
