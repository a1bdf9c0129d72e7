//! Pure rules of the proxy to Kibana: which paths and bodies name only the own space and indices, which headers pass. No I/O.

use super::reads;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Map, Value};
use url::Url;

/// Rounds of percent-decoding that are looked through; what is still encoded then is refused.
const DECODINGS: usize = 4;
/// Keys of request bodies that name indices.
const INDEX_KEYS: [&str; 7] = ["index", "indices", "indexPattern", "index_pattern", "pattern", "indexNames", "index_names"];
/// Keys of request bodies that hold a query in ES|QL or SQL.
const QUERY_KEYS: [&str; 4] = ["query", "esql", "sql", "statement"];
/// Clauses of Elasticsearch's query language whose `query` is words to look for.
const WORD_KEYS: [&str; 8] =
    ["match", "match_phrase", "match_phrase_prefix", "match_bool_prefix", "multi_match", "query_string", "simple_query_string", "combined_fields"];
/// Keys under which a data view stands, and keys that only a data view has: its title is a list of indices.
const VIEW_KEYS: [&str; 9] =
    ["data_view", "dataView", "dataViewSpec", "data_view_spec", "index_pattern", "indexPattern", "index", "adHocDataViews", "dataViews"];
const VIEW_SIGNS: [&str; 7] = ["timeFieldName", "fieldFormatMap", "sourceFilters", "runtimeFieldMap", "allowNoIndex", "fieldAttrs", "typeMeta"];
/// Parts of paths whose bodies are data views.
const VIEW_PATHS: [&str; 3] = ["index-pattern", "index_patterns", "data_views"];
/// Keys of request bodies that name spaces.
const SPACE_KEYS: [&str; 4] = ["space", "spaces", "namespaces", "initialNamespaces"];
/// What Kibana serves without a space, for every page: scripts, styles, words.
const ASSETS: [&str; 6] = ["bundles/", "ui/", "translations/", "node_modules/", "plugins/", "built_assets/"];
/// Ways that reach past the own space whatever their body says: the console's free requests, spaces, roles and users.
const CLOSED: [&str; 7] = [
    "api/console/",
    "api/spaces/",
    "internal/spaces/",
    "api/security/",
    "internal/security/",
    "api/saved_objects/_import",
    "api/saved_objects/_resolve_import_errors",
];

/// What one department may name: its space and its indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    pub space: String,
    pub department: String,
}

/// What stands around a value of a body.
#[derive(Clone, Copy, Default)]
struct Place<'k> {
    key: &'k str,
    /// Within a data view.
    view: bool,
    /// Within words to look for, which are no query in ES|QL or SQL whatever they say.
    words: bool,
}

impl Own {
    pub fn of(department: &str) -> Self {
        Self { space: format!("atalaya-{department}"), department: department.to_owned() }
    }

    /// Where a person lands.
    pub fn home(&self) -> String {
        format!("/s/{}/app/discover", self.space)
    }

    /// Whether a path with its query stays within the space. Everything encoded is looked at as it would be read.
    pub fn allows_path(&self, path_and_query: &str) -> bool {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let Some(path) = settled(path) else { return false };
        let path = path.trim_start_matches('/');
        let inside = match path.strip_prefix("s/") {
            Some(rest) => match rest.split_once('/') {
                Some((space, rest)) if space == self.space => rest,
                None if rest == self.space => "",
                _ => return false,
            },
            None => return is_asset(path) && self.allows_text(path),
        };
        let closed = CLOSED.iter().any(|way| inside.starts_with(way)) && inside != "internal/security/me";
        !closed && self.allows_text(inside) && self.allows_query(query)
    }

    fn allows_query(&self, query: &str) -> bool {
        url::form_urlencoded::parse(query.as_bytes()).all(|(key, value)| {
            let Some(value) = settled_text(&value) else { return false };
            let named = !INDEX_KEYS.contains(&key.as_ref()) || self.allows_indices(&value);
            named && self.allows_text(&value) && (!QUERY_KEYS.contains(&key.as_ref()) || self.allows_query_text(&value))
        })
    }

    /// Whether a body (JSON, or one JSON value a line) names only own indices and the own space. What is no JSON is looked at as text.
    /// The path tells whether it is a data view.
    pub fn allows_body(&self, path: &str, body: &[u8]) -> bool {
        if body.is_empty() {
            return true;
        }
        let path = settled_text(path).unwrap_or_default();
        let place = Place { view: VIEW_PATHS.iter().any(|part| path.contains(part)), ..Place::default() };
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            return self.allows_value(&value, place);
        }
        let lines = body.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let mut parsed = lines.map(serde_json::from_slice::<Value>);
        if parsed.clone().all(|line| line.is_ok()) {
            return parsed.all(|line| line.is_ok_and(|value| self.allows_value(&value, place)));
        }
        self.allows_text(&String::from_utf8_lossy(body))
    }

    fn allows_value(&self, value: &Value, place: Place<'_>) -> bool {
        let key = place.key;
        match value {
            Value::String(text) => {
                let names = INDEX_KEYS.contains(&key) || (place.view && key == "title");
                let named = !names || self.allows_indices(text);
                let reads = QUERY_KEYS.contains(&key) && !place.words;
                let placed = !SPACE_KEYS.contains(&key) || *text == self.space;
                named && placed && self.allows_text(text) && (!reads || self.allows_query_text(text)) && self.allows_inner(text, place.view)
            }
            Value::Array(values) => values.iter().all(|value| self.allows_value(value, place)),
            Value::Object(fields) => {
                let view = place.view || is_view(key, fields);
                let words = place.words || WORD_KEYS.contains(&key);
                fields.iter().all(|(key, value)| {
                    let words = words || (key == "query" && value.is_string() && is_said(fields));
                    self.allows_text(key) && self.allows_value(value, Place { key, view, words })
                })
            }
            _ => true,
        }
    }

    /// Kibana puts JSON into strings (saved objects, batched searches).
    fn allows_inner(&self, text: &str, view: bool) -> bool {
        let looks = text.starts_with('{') || text.starts_with('[');
        !looks || serde_json::from_str::<Value>(text).map_or(true, |value| self.allows_value(&value, Place { view, ..Place::default() }))
    }

    /// What a query in ES|QL or SQL reads is the own department's; other texts are no such query.
    fn allows_query_text(&self, text: &str) -> bool {
        reads::indices(text).is_some_and(|named| named.into_iter().all(|list| self.allows_indices(list)))
    }

    /// Each of a list of index names or patterns is the own department's. Ids of data views are not index names.
    fn allows_indices(&self, list: &str) -> bool {
        let prefix = format!("atalaya-{}-", self.department);
        list.split(',').map(|name| name.trim().trim_start_matches('-')).all(|name| name.starts_with(&prefix) || is_id(name))
    }

    /// No name of another department's index or space, and none of Kibana's own indices, stands anywhere in it.
    fn allows_text(&self, text: &str) -> bool {
        let lower = text.to_lowercase();
        let own = self.department.as_str();
        let foreign = |rest: &str| rest.strip_prefix(own).is_none_or(|after| after.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_'));
        let named = lower.match_indices("atalaya-").any(|(at, word)| foreign(lower.get(at + word.len()..).unwrap_or_default()));
        !named && !lower.contains(".kibana") && !lower.contains(".security")
    }
}

/// Whether an object is a data view, or says that the object in it is one.
fn is_view(key: &str, fields: &Map<String, Value>) -> bool {
    let typed = ["type", "contentTypeId"].iter().any(|name| fields.get(*name).is_some_and(|kind| kind == "index-pattern"));
    typed || VIEW_KEYS.contains(&key) || VIEW_SIGNS.iter().any(|sign| fields.contains_key(*sign))
}

/// Whether the `query` beside is in Kibana's language for people: Elasticsearch takes no `language` beside one in ES|QL or SQL.
fn is_said(fields: &Map<String, Value>) -> bool {
    fields.get("language").and_then(Value::as_str).is_some_and(|language| matches!(language, "kuery" | "lucene"))
}

/// `6a1c…-…` and the like, as Kibana makes them.
fn is_id(name: &str) -> bool {
    uuid::Uuid::try_parse(name).is_ok()
}

fn is_asset(path: &str) -> bool {
    let named = |path: &str| ASSETS.iter().any(|folder| path.starts_with(folder));
    // A build's number may stand before: `8f3a1c/bundles/…`.
    named(path) || path.split_once('/').is_some_and(|(build, rest)| build.bytes().all(|byte| byte.is_ascii_hexdigit()) && named(rest))
}

/// The path as whoever decodes it last would read it; `None` when it climbs, hides a separator, or never settles.
fn settled(path: &str) -> Option<String> {
    let decoded = settled_text(path)?;
    let lower = path.to_lowercase();
    let hides = ["%2f", "%5c", "%2e", "%00", "%25"].iter().any(|code| lower.contains(code));
    let climbs = decoded.split('/').any(|part| part == ".." || part == ".");
    (!hides && !climbs && !decoded.contains(['\\', '\0']) && !decoded.contains("//")).then_some(decoded)
}

fn settled_text(text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..DECODINGS {
        let decoded = percent_decoded(&text);
        if decoded == text {
            return Some(text);
        }
        text = decoded;
    }
    None
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = bytes
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'%')
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        decoded.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Headers that belong to one connection and never pass a proxy (RFC 9110, 7.6.1), with those that `Connection` names.
fn is_hop_by_hop(name: &HeaderName, headers: &HeaderMap) -> bool {
    const HOPS: [&str; 9] =
        ["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];
    let listed = headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    HOPS.contains(&name.as_str()) || listed.map(str::trim).any(|listed| listed.eq_ignore_ascii_case(name.as_str()))
}

/// What goes to Kibana: no cookie but its own, no credential but ours, nothing that names another space or user.
pub fn inbound(headers: &HeaderMap, kept_cookies: &[&str]) -> HeaderMap {
    const OURS: [&str; 8] = ["authorization", "cookie", "host", "content-length", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-kibana-space"];
    let mut passed = HeaderMap::new();
    for (name, value) in headers {
        let dropped = OURS.contains(&name.as_str())
            || is_hop_by_hop(name, headers)
            || name.as_str().starts_with("es-security-")
            || name.as_str() == "x-elastic-internal-origin-space";
        if !dropped {
            passed.append(name.clone(), value.clone());
        }
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';')).map(str::trim);
    let own: Vec<&str> = cookies.filter(|pair| pair.split_once('=').is_some_and(|(name, _)| kept_cookies.contains(&name))).collect();
    if let Ok(value) = HeaderValue::from_str(&own.join("; "))
        && !own.is_empty()
    {
        passed.insert(header::COOKIE, value);
    }
    passed
}

/// What comes back: redirects stay on the own origin, only Kibana's own cookies, framed by the portal alone.
pub fn outbound(headers: &HeaderMap, upstream: &Url, public: &Url, portal: &str, kept_cookies: &[&str]) -> HeaderMap {
    let mut passed = HeaderMap::new();
    for (name, value) in headers {
        if is_hop_by_hop(name, headers) || matches!(name.as_str(), "x-frame-options" | "set-cookie" | "location" | "content-security-policy") {
            continue;
        }
        passed.append(name.clone(), value.clone());
    }
    if let Some(place) = headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).map(|place| moved(place, upstream, public))
        && let Ok(value) = HeaderValue::from_str(&place)
    {
        passed.insert(header::LOCATION, value);
    }
    for cookie in headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
        if let Some(cookie) = cookie_back(cookie, public.scheme() == "https", kept_cookies)
            && let Ok(value) = HeaderValue::from_str(&cookie)
        {
            passed.append(header::SET_COOKIE, value);
        }
    }
    let policies = headers.get_all(header::CONTENT_SECURITY_POLICY).iter().filter_map(|value| value.to_str().ok()).flat_map(|policy| policy.split(';'));
    let mut policy: Vec<&str> = policies.map(str::trim).filter(|rule| !rule.is_empty() && !rule.starts_with("frame-ancestors")).collect();
    let framed = format!("frame-ancestors {portal}");
    policy.push(&framed);
    if let Ok(value) = HeaderValue::from_str(&policy.join("; ")) {
        passed.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    passed
}

/// A redirect of Kibana as the browser may follow it: from its address (and base path) to the public one; elsewhere, to the start.
fn moved(place: &str, upstream: &Url, public: &Url) -> String {
    let base = upstream.path().trim_end_matches('/');
    let Ok(target) = upstream.join(place) else { return "/".to_owned() };
    let known = target.origin() == upstream.origin() || target.origin() == public.origin();
    if !known {
        return "/".to_owned();
    }
    let path = target.path().strip_prefix(base).filter(|rest| rest.starts_with('/')).unwrap_or(target.path());
    let query = target.query().map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = target.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{path}{query}{fragment}")
}

/// A cookie of Kibana's, bound to this host alone; `None` for every other name.
fn cookie_back(cookie: &str, secure: bool, kept_cookies: &[&str]) -> Option<String> {
    let pair = cookie.split(';').next()?.trim();
    let (name, _) = pair.split_once('=')?;
    let ended = cookie.to_lowercase().contains("max-age=0") || cookie.to_lowercase().contains("expires=thu, 01 jan 1970");
    let end = if ended { "; Max-Age=0" } else { "" };
    let secure = if secure { "; Secure" } else { "" };
    kept_cookies.contains(&name).then(|| format!("{pair}; Path=/; HttpOnly; SameSite=Lax{secure}{end}"))
}

#[cfg(test)]
#[path = "rules_test.rs"]
mod tests;
