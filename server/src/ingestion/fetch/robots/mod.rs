//! robots.txt of each host, fetched like everything else, kept for a day, obeyed (RFC 9309; stricter where a host is broken).

mod file;

use super::{FetchFault, Fetched, Fetcher, Wanted, rules};
use file::File;
use http::StatusCode;
use moka::{Expiry, future::Cache};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use url::Url;

/// So much of a file is read (RFC 9309, 2.5).
const MOST_BYTES: usize = 500 << 10;

/// A copy is not used for longer.
const KEPT: Duration = Duration::from_secs(86_400);

/// A host whose file could not be read is asked again after this time.
const CLOSED: Duration = Duration::from_secs(3_600);

/// What a host's file says.
enum Said {
    Rules(File),
    /// There is no file, or what stands there is a page.
    Everything,
    /// The host is unreachable or broken: nothing may be read until it says otherwise.
    Nothing,
}

pub struct Robots {
    /// By scheme, host and port.
    known: Cache<String, Arc<Said>>,
}

struct Kept;

impl Expiry<String, Arc<Said>> for Kept {
    fn expire_after_create(&self, _origin: &String, said: &Arc<Said>, _now: Instant) -> Option<Duration> {
        Some(if matches!(**said, Said::Nothing) { CLOSED } else { KEPT })
    }
}

impl Robots {
    pub fn new() -> Self {
        Self { known: Cache::builder().max_capacity(4_096).expire_after(Kept).build() }
    }

    /// Refuses an address that its host does not want to be read; else the delay that the host asks for between requests.
    pub async fn ask(&self, fetcher: &Fetcher, url: &Url) -> Result<Option<Duration>, FetchFault> {
        let origin = url.origin().ascii_serialization();
        let said = self.known.try_get_with(origin, read(fetcher, url)).await.map_err(|fault| again(&fault))?;
        match &*said {
            Said::Everything => Ok(None),
            Said::Rules(file) if file.allows(url) => Ok(file.delay()),
            Said::Rules(_) | Said::Nothing => Err(FetchFault::Robots { host: rules::host(url).to_owned() }),
        }
    }
}

/// What cannot be decided now is no answer to be kept: the address itself is refused, or the host is to be left alone.
async fn read(fetcher: &Fetcher, url: &Url) -> Result<Arc<Said>, FetchFault> {
    let mut place = url.clone();
    place.set_path("/robots.txt");
    place.set_query(None);
    place.set_fragment(None);
    let said = match fetcher.follow(&Wanted::new(place), None, MOST_BYTES, true).await {
        Ok(fetched) => told(fetched).await,
        Err(fault @ (FetchFault::Address { .. } | FetchFault::Blocked { .. } | FetchFault::Later { .. })) => return Err(fault),
        Err(fault) => {
            tracing::warn!(%fault, "robots.txt cannot be read: nothing is fetched from this host for an hour");
            Said::Nothing
        }
    };
    Ok(Arc::new(said))
}

async fn told(fetched: Fetched) -> Said {
    let host = rules::host(&fetched.url).to_owned();
    match fetched.status {
        status if status.is_success() && file::is_page(&fetched.body) => {
            tracing::warn!(host, "robots.txt is a page, no list of rules: everything counts as permitted");
            Said::Everything
        }
        status if status.is_success() => {
            // A long file takes a while.
            match tokio::task::spawn_blocking(move || File::parse(rules::PRODUCT, &fetched.body)).await {
                Ok(Some(file)) => Said::Rules(file),
                _ => {
                    tracing::warn!(host, "robots.txt has rules that cannot be followed: nothing is fetched from this host");
                    Said::Nothing
                }
            }
        }
        StatusCode::TOO_MANY_REQUESTS => Said::Nothing,
        status if status.is_client_error() => Said::Everything,
        status => {
            tracing::warn!(host, %status, "robots.txt cannot be read: nothing is fetched from this host for an hour");
            Said::Nothing
        }
    }
}

/// The fault that several waited for, made anew for each.
fn again(fault: &FetchFault) -> FetchFault {
    match fault {
        FetchFault::Address { host, why } => FetchFault::Address { host: host.clone(), why: *why },
        FetchFault::Blocked { host } => FetchFault::Blocked { host: host.clone() },
        FetchFault::Later { host, wait } => FetchFault::Later { host: host.clone(), wait: *wait },
        other => FetchFault::Unreachable { host: String::new(), cause: other.to_string() },
    }
}
