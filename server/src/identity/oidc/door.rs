//! The one way to a sign-in service: https (http to this machine alone), addresses judged where the connection is made, no redirects,
//! bounds on time and size.

use super::Unusable;
use crate::{access::hosts::is_inner, config::Config};
use futures::future::BoxFuture;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, redirect::Policy};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use url::{Host, Url};

/// Until the connection stands, its encryption included.
const CONNECT: Duration = Duration::from_secs(5);
/// One request with its answer.
const WHOLE: Duration = Duration::from_secs(15);
/// Of an answer's body.
const MOST_BYTES: usize = 1 << 20;

/// Asks a provider. Organisations have theirs on networks of their own, so those are open; this machine is where the operator
/// opened the pair of address and port in `ATALAYA_FETCH_ALLOW`; where clouds keep credentials is never. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Door {
    allow: Arc<[SocketAddr]>,
}

impl Door {
    pub fn of(config: &Config) -> Self {
        Self { allow: config.fetch_allow.clone().into() }
    }

    async fn asked(&self, request: HttpRequest) -> Result<HttpResponse, Unusable> {
        tokio::time::timeout(WHOLE, self.sent(request)).await.map_err(|_| Unusable::Unreachable)?
    }

    async fn sent(&self, request: HttpRequest) -> Result<HttpResponse, Unusable> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| Unusable::Address)?;
        admissible(&url)?;
        let open = self.open(&url).await?;
        // A proxy would look names up by itself; a kept connection would go where the name led before.
        let mut client = Client::builder().no_proxy().redirect(Policy::none()).referer(false).no_gzip().no_brotli();
        client = client.connect_timeout(CONNECT).pool_max_idle_per_host(0);
        if let Some(Host::Domain(name)) = url.host() {
            client = client.resolve_to_addrs(name, &open);
        }
        let client = client.build().map_err(|_| Unusable::Unreachable)?;
        let (head, body) = request.into_parts();
        let asked = client.request(head.method, url).headers(head.headers).body(body);
        let mut response = asked.send().await.map_err(|_| Unusable::Unreachable)?;
        let mut answer = http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Unusable::Unreachable)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(Unusable::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        answer.body(bytes).map_err(|_| Unusable::Unreadable)
    }

    /// Where the address leads, as far as the portal may go there. The connection is made to these and to no others.
    async fn open(&self, url: &Url) -> Result<Vec<SocketAddr>, Unusable> {
        let port = url.port_or_known_default().unwrap_or_default();
        let mut found: Vec<SocketAddr> = match url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) => tokio::net::lookup_host((name, port)).await.map_err(|_| Unusable::Unreachable)?.collect(),
            None => Vec::new(),
        };
        found.retain(|address| !is_inner(address.ip()) || (address.ip().is_loopback() && self.allow.contains(address)));
        if found.is_empty() { Err(Unusable::Blocked) } else { Ok(found) }
    }
}

impl<'c> AsyncHttpClient<'c> for Door {
    type Error = Unusable;
    type Future = BoxFuture<'c, Result<HttpResponse, Unusable>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.asked(request))
    }
}

/// Whether an address may be that of a provider, or be named by one: encrypted, or on this machine; nobody's name in it.
pub fn admissible(url: &Url) -> Result<(), Unusable> {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(Unusable::Address),
    };
    let plain = url.username().is_empty() && url.password().is_none();
    if plain && (url.scheme() == "https" || (url.scheme() == "http" && here)) { Ok(()) } else { Err(Unusable::Address) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a13_a_provider_is_asked_over_https_or_on_this_machine() {
        for open in ["https://id.example", "https://10.0.0.7:8443/realms/x", "http://localhost:9000", "http://127.0.0.1:9000/a", "http://[::1]:9000"] {
            assert_eq!(admissible(&open.parse().unwrap()), Ok(()), "{open}");
        }
        for closed in ["http://id.example", "http://10.0.0.7", "https://ana@id.example", "ftp://localhost", "javascript:alert(1)", "file:///etc/passwd"] {
            assert_eq!(admissible(&closed.parse().unwrap()), Err(Unusable::Address), "{closed}");
        }
    }

    #[tokio::test]
    async fn a16_no_provider_leads_to_what_lives_here() {
        let door = |allow: &[&str]| Door { allow: allow.iter().map(|pair| pair.parse().unwrap()).collect() };
        let open = async |door: Door, url: &str| door.open(&url.parse().unwrap()).await.map(|found| found.len());
        for inner in ["https://127.0.0.1", "https://localhost", "https://169.254.169.254", "https://[::ffff:127.0.0.1]", "https://[fe80::1]", "https://0.0.0.0"]
        {
            assert_eq!(open(door(&[]), inner).await, Err(Unusable::Blocked), "{inner}");
        }
        assert_eq!(open(door(&["127.0.0.1:9000"]), "http://127.0.0.1:9000").await, Ok(1));
        assert_eq!(open(door(&["127.0.0.1:9000"]), "http://127.0.0.1:9001").await, Err(Unusable::Blocked));
        assert_eq!(open(door(&["169.254.169.254:80"]), "http://169.254.169.254").await, Err(Unusable::Blocked));
        assert_eq!(open(door(&[]), "https://10.1.2.3").await, Ok(1), "an organisation's own network");
    }
}
