//! Pure rules of fetching: how an address may be written, where a redirect leads, how long to stay away.

use http::{HeaderMap, StatusCode, header};
use std::time::Duration;
use url::Url;

/// What robots.txt calls us.
pub const PRODUCT: &str = "Atalaya";

/// Longest time that a host's wish to be left alone is believed.
const LONGEST_PAUSE: Duration = Duration::from_secs(7 * 86_400);

/// Without a time of its own, a host that says "too many" is left alone for so long.
const USUAL_PAUSE: Duration = Duration::from_secs(60);

/// What is wrong with how an address is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Scheme,
    /// A name or password before the host.
    UserInfo,
    Host,
    Port,
}

/// Names the product and whom to tell.
pub fn user_agent(contact: &str) -> String {
    format!("{PRODUCT}/{} (+{contact})", env!("CARGO_PKG_VERSION"))
}

/// For words and for pacing; empty when there is none.
pub fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// The port of an address that is plainly http or https.
pub fn plain(url: &Url) -> Result<u16, Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    if host(url).is_empty() {
        return Err(Refusal::Host);
    }
    url.port_or_known_default().ok_or(Refusal::Port)
}

/// Where an answer sends us: nowhere, or an address, which is missing or no address in the inner `None`.
pub fn redirected(from: &Url, status: StatusCode, headers: &HeaderMap) -> Option<Option<Url>> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    Some(location.and_then(|location| from.join(location).ok()))
}

/// How long a host wants to be left alone: `Retry-After` of 429 and 503 in seconds or as a date.
pub fn retry_after(status: StatusCode, headers: &HeaderMap, now_ms: i64) -> Option<Duration> {
    if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return None;
    }
    let said = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|text| pause(text.trim(), now_ms));
    match said {
        Some(pause) => Some(pause.min(LONGEST_PAUSE)),
        None if status == StatusCode::TOO_MANY_REQUESTS => Some(USUAL_PAUSE),
        None => None,
    }
}

fn pause(text: &str, now_ms: i64) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    let until_ms = i64::try_from(until.as_millis()).ok()?;
    Some(Duration::from_millis(u64::try_from(until_ms - now_ms).unwrap_or_default()))
}

/// `max-age` of a `Cache-Control` header, in seconds.
pub fn max_age(headers: &HeaderMap) -> Option<u64> {
    let values = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let parts = values.flat_map(|value| value.split(','));
    parts
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("max-age"))
        .and_then(|(_, age)| age.trim_matches('"').parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn a16_only_plain_addresses_are_taken() {
        assert_eq!(plain(&url("https://example.org/a")), Ok(443));
        assert_eq!(plain(&url("http://2130706433/")), Ok(80));
        assert_eq!(host(&url("http://2130706433/")), "127.0.0.1");
        assert_eq!(host(&url("http://0x7f.1/")), "127.0.0.1");
        for (text, why) in [
            ("ftp://example.org/", Refusal::Scheme),
            ("file:///etc/passwd", Refusal::Scheme),
            ("gopher://example.org/", Refusal::Scheme),
            ("https://me@example.org/", Refusal::UserInfo),
            ("https://me:secret@example.org/", Refusal::UserInfo),
        ] {
            assert_eq!(plain(&url(text)), Err(why), "{text}");
        }
    }

    #[test]
    fn a16_a_redirect_is_read_against_where_it_stands() {
        let from = url("https://example.org/a/b");
        let to = |location: &str| redirected(&from, StatusCode::FOUND, &headers(header::LOCATION, location));
        assert_eq!(to("../c"), Some(Some(url("https://example.org/c"))));
        assert_eq!(to("//other.example/"), Some(Some(url("https://other.example/"))));
        assert_eq!(to("http://["), Some(None));
        assert_eq!(redirected(&from, StatusCode::FOUND, &HeaderMap::new()), Some(None));
        assert_eq!(redirected(&from, StatusCode::NOT_MODIFIED, &headers(header::LOCATION, "/x")), None);
    }

    #[test]
    fn pauses_are_read_in_both_writings_and_bounded() {
        let after = |status: u16, text: &str| retry_after(StatusCode::from_u16(status).unwrap(), &headers(header::RETRY_AFTER, text), 1_445_412_480_000);
        assert_eq!(after(429, "120"), Some(Duration::from_secs(120)));
        assert_eq!(after(503, "Wed, 21 Oct 2015 07:28:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(after(503, "Wed, 21 Oct 2009 07:28:30 GMT"), Some(Duration::ZERO));
        assert_eq!(after(503, "99999999999"), Some(LONGEST_PAUSE));
        assert_eq!(after(429, "soon"), Some(USUAL_PAUSE));
        assert_eq!(after(503, "soon"), None);
        assert_eq!(after(200, "120"), None);
    }

    #[test]
    fn max_age_is_found_among_others() {
        assert_eq!(max_age(&headers(header::CACHE_CONTROL, "public, Max-Age=600, must-revalidate")), Some(600));
        assert_eq!(max_age(&headers(header::CACHE_CONTROL, "no-cache")), None);
        assert_eq!(max_age(&headers(header::CACHE_CONTROL, "s-maxage=9")), None);
    }
}
