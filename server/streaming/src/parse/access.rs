//! What the `common` and `combined` formats share: who asked when for what, and how it was answered.

use super::{
    Field, FieldKind, Unfit, Value, clock,
    scan::{Scan, digits},
};
use std::borrow::Cow;

const FIELDS: [(&str, FieldKind); 9] = [
    ("time", FieldKind::Timestamp),
    ("client", FieldKind::Keyword),
    ("user", FieldKind::Keyword),
    ("method", FieldKind::Keyword),
    ("path", FieldKind::Keyword),
    ("query", FieldKind::Keyword),
    ("protocol", FieldKind::Keyword),
    ("status", FieldKind::Integer),
    ("bytes", FieldKind::Integer),
];

/// The fields of `common`, others after them, and last `message`, the whole line.
pub(super) fn fields(others: impl IntoIterator<Item = Field>) -> Vec<Field> {
    with_message(FIELDS.iter().map(|(name, kind)| Field::new(name, *kind)).chain(others).collect())
}

/// These fields, and last `message`, the whole line that they come from.
pub(super) fn with_message(mut fields: Vec<Field>) -> Vec<Field> {
    let from = fields.iter().map(|field| field.name.clone()).collect();
    fields.push(Field { name: "message".to_owned(), kind: FieldKind::Text, from });
    fields
}

/// `client identity user [time] "request" status bytes`: the values of `FIELDS`.
pub(super) fn read<'a>(scan: &mut Scan<'a>, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
    let client = scan.word();
    if client.is_empty() {
        return Err(scan.unfit("an address of a client", "la dirección de un cliente"));
    }
    scan.expect(" ", "a space and an identity, or -", "un espacio y una identidad, o -")?;
    let before = scan.at();
    // Names of users may hold spaces and brackets; the identity before them may not.
    let user = scan.until_pair(*b" [").and_then(|identity| identity.split_once(' ')).map(|(_, user)| user);
    let user = user.ok_or_else(|| Unfit::new(before, "an identity, a user and a time in brackets", "una identidad, un usuario y una hora entre corchetes"))?;
    let before = scan.at();
    let at_ms = scan
        .take(26)
        .and_then(|time| clock::access(time.as_bytes()))
        .ok_or_else(|| Unfit::new(before, "a time like 10/Oct/2026:13:55:36 +0000", "una hora como 10/Oct/2026:13:55:36 +0000"))?;
    scan.expect("] \"", "], a space and a quoted request", "], un espacio y una petición entre comillas")?;
    let request = scan.quoted().ok_or_else(|| scan.unfit("a quote that closes the request", "unas comillas que cierren la petición"))?;
    scan.expect(" ", "a space and a status", "un espacio y un código de estado")?;
    let before = scan.at();
    let status = scan.word();
    let status = digits(status.as_bytes()).filter(|_| status.len() == 3);
    let status = status.ok_or_else(|| Unfit::new(before, "a status of three digits", "un código de estado de tres cifras"))?;
    scan.expect(" ", "a space and a number of bytes, or -", "un espacio y un número de bytes, o -")?;
    let before = scan.at();
    let bytes = match scan.word() {
        "-" => Value::Null,
        word => Value::Integer(digits(word.as_bytes()).ok_or_else(|| Unfit::new(before, "a number of bytes, or -", "un número de bytes, o -"))?),
    };
    values.push(Value::Timestamp(at_ms));
    values.push(given(client));
    values.push(given(user));
    push_request(request, values);
    values.push(Value::Integer(status));
    values.push(bytes);
    Ok(at_ms)
}

/// A text, or null where the log has `-`.
pub(super) fn given(text: &str) -> Value<'_> {
    given_text(Cow::Borrowed(text))
}

pub(super) fn given_text(text: Cow<'_, str>) -> Value<'_> {
    if text.is_empty() || text == "-" { Value::Null } else { Value::Text(text) }
}

/// Method, path, query and protocol. What is no request (a TLS greeting on port 80) has no method; it stands in the path as it
/// came, but for what follows a `?`: nothing of a query is ever in a path, so that a mask on queries holds.
fn push_request<'a>(request: Cow<'a, str>, values: &mut Vec<Value<'a>>) {
    let (method, target, protocol) = parts(&request);
    let (path, query) = match memchr::memchr(b'?', target.as_bytes()) {
        Some(mark) => (target.get(..mark).unwrap_or_default(), target.get(mark + 1..)),
        None => (target, None),
    };
    match &request {
        Cow::Borrowed(request) => {
            let (method, target, protocol) = parts(request);
            let path = target.get(..path.len()).unwrap_or_default();
            let query = query.and_then(|query| target.get(target.len() - query.len()..));
            values.extend([optional(method), given(path), query.map_or(Value::Null, Value::text), optional(protocol)]);
        }
        Cow::Owned(_) => {
            let own = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(Cow::Owned(text.to_owned())));
            let path = Some(path).filter(|path| !path.is_empty() && *path != "-");
            values.extend([own(method), own(path), own(query), own(protocol)]);
        }
    }
}

fn optional(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::text)
}

/// `GET /a b HTTP/1.1`: what stands between is the target, spaces and all. Without such a method and protocol all is target.
fn parts(request: &str) -> (Option<&str>, &str, Option<&str>) {
    let split = || {
        let (method, rest) = request.split_once(' ')?;
        let (target, protocol) = rest.rsplit_once(' ')?;
        let is_method = (1..=24).contains(&method.len()) && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-' || byte == b'_');
        (is_method && !target.is_empty() && protocol.starts_with("HTTP/") && protocol.len() <= 10).then_some((Some(method), target, Some(protocol)))
    };
    split().unwrap_or((None, request, None))
}
