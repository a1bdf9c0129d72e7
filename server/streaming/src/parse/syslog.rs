//! Syslog: RFC 5424 with structured data, and RFC 3164 as it is met in the wild.

use super::{
    Example, Field, FieldKind, Format, Options, Parser, Unfit, Value, access, clock, declared,
    scan::{Scan, digits},
};
use crate::words::{Refusal, Words};
use chrono_tz::Tz;
use serde::Deserialize;
use std::borrow::Cow;

pub const FORMAT: &dyn Format = &Syslog;

const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0",
    "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];
const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

struct Syslog;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Of times without a zone (RFC 3164).
    #[serde(default = "declared::utc")]
    zone: String,
}

impl Format for Syslog {
    fn name(&self) -> &'static str {
        "syslog"
    }

    fn title(&self) -> Words {
        Words::of("Syslog (RFC 5424, RFC 3164)", "Syslog (RFC 5424, RFC 3164)")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({ "zone": "Europe/Madrid" }),
            line: r#"<165>1 2026-11-24T10:00:00.003Z host1 app 8710 ID47 [origin@32473 ip="192.0.2.7"] the disk is full"#,
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        let zone = clock::zone(&options.read::<Settings>()?.zone)?;
        let names = ["facility", "severity", "host", "app", "process", "message_id", "data"];
        let mut fields = vec![Field::new("time", FieldKind::Timestamp)];
        fields.extend(names.iter().map(|name| Field::new(name, FieldKind::Keyword)));
        fields.push(Field::new("text", FieldKind::Text));
        Ok(Box::new(SyslogParser { fields: access::with_message(fields), zone }))
    }
}

struct SyslogParser {
    fields: Vec<Field>,
    zone: Tz,
}

/// What stands before the text.
struct Head<'a> {
    at_ms: i64,
    host: Value<'a>,
    app: Value<'a>,
    process: Value<'a>,
    message_id: Value<'a>,
    data: Value<'a>,
}

impl Parser for SyslogParser {
    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn read<'a>(&self, line: &'a str, taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        let mut scan = Scan::new(line);
        let priority = priority(&mut scan)?;
        let head = if priority.is_some() && scan.eat("1 ") { structured(&mut scan, taken_ms)? } else { self.plain(&mut scan, taken_ms, priority.is_some())? };
        let text = scan.rest();
        let name = |names: &[&'static str], number: Option<i64>| {
            number.and_then(|number| names.get(usize::try_from(number).ok()?)).map_or(Value::Null, |name| Value::text(name))
        };
        values.extend([Value::Timestamp(head.at_ms), name(&FACILITIES, priority.map(|priority| priority / 8)), name(&SEVERITIES, priority.map(|priority| priority % 8))]);
        values.extend([head.host, head.app, head.process, head.message_id, head.data]);
        values.extend([Value::text(text.strip_prefix('\u{feff}').unwrap_or(text)), Value::text(line)]);
        Ok(head.at_ms)
    }
}

/// `<165>`; absent in files that a syslog daemon wrote.
fn priority(scan: &mut Scan<'_>) -> Result<Option<i64>, Unfit> {
    if !scan.eat("<") {
        return Ok(None);
    }
    let at = scan.at();
    let number = scan.until(b'>').filter(|text| text.len() <= 3).and_then(|text| digits(text.as_bytes())).filter(|number| *number <= 191);
    number.map(Some).ok_or_else(|| Unfit::new(at, "a priority from 0 to 191", "una prioridad de 0 a 191"))
}

/// RFC 5424 after its version: time, host, app, process, message id, structured data, a space before the text.
fn structured<'a>(scan: &mut Scan<'a>, taken_ms: i64) -> Result<Head<'a>, Unfit> {
    let at = scan.at();
    let at_ms = match scan.word() {
        "-" => taken_ms,
        time => clock::rfc3339(time).ok_or_else(|| Unfit::new(at, "a time like 2026-11-24T10:00:00.003Z, or -", "una hora como 2026-11-24T10:00:00.003Z, o -"))?,
    };
    let mut next = |en: &str, es: &str| {
        scan.expect(" ", en, es)?;
        let word = scan.word();
        if word.is_empty() { Err(scan.unfit(en, es)) } else { Ok(access::given(word)) }
    };
    let host = next("a host, or -", "un equipo, o -")?;
    let app = next("an app, or -", "una aplicación, o -")?;
    let process = next("a process, or -", "un proceso, o -")?;
    let message_id = next("a message id, or -", "un identificador de mensaje, o -")?;
    scan.expect(" ", "structured data, or -", "datos estructurados, o -")?;
    let data = data(scan)?;
    if !scan.is_done() {
        scan.expect(" ", "a space before the text", "un espacio antes del texto")?;
    }
    Ok(Head { at_ms, host, app, process, message_id, data })
}

/// `[id name="value" …][…]` as texts like `id.name=value`, an element without parameters as `id`; null for `-`.
fn data<'a>(scan: &mut Scan<'a>) -> Result<Value<'a>, Unfit> {
    if scan.eat("-") {
        return Ok(Value::Null);
    }
    let mut texts: Vec<Cow<'a, str>> = Vec::new();
    if scan.peek() != Some(b'[') {
        return Err(scan.unfit("structured data, or -", "datos estructurados, o -"));
    }
    while scan.eat("[") {
        let element = scan.name();
        if element.is_empty() {
            return Err(scan.unfit("the name of an element", "el nombre de un elemento"));
        }
        let before = texts.len();
        while scan.eat(" ") {
            let name = scan.name();
            scan.expect("=\"", "a parameter like name=\"value\"", "un parámetro como nombre=\"valor\"")?;
            let value = scan.parameter().ok_or_else(|| scan.unfit("a quote that closes the value", "unas comillas que cierren el valor"))?;
            let text = format!("{element}.{name}={value}");
            if !texts.contains(&Cow::Borrowed(text.as_str())) {
                texts.push(Cow::Owned(text));
            }
        }
        scan.expect("]", "a parameter or ]", "un parámetro o ]")?;
        if texts.len() == before && !texts.contains(&Cow::Borrowed(element)) {
            texts.push(Cow::Borrowed(element));
        }
    }
    Ok(Value::Texts(texts))
}

impl SyslogParser {
    /// RFC 3164: `Nov 24 10:00:00 host app[process]: text`, or with a time of RFC 3339. With a priority but without a time all is
    /// text, as the RFC wants (4.3.3).
    fn plain<'a>(&self, scan: &mut Scan<'a>, taken_ms: i64, has_priority: bool) -> Result<Head<'a>, Unfit> {
        let mut head = Head { at_ms: taken_ms, host: Value::Null, app: Value::Null, process: Value::Null, message_id: Value::Null, data: Value::Null };
        let Some(at_ms) = self.time(scan, taken_ms) else {
            return if has_priority {
                Ok(head)
            } else {
                Err(scan.unfit("a priority, or a time like Nov 24 10:00:00", "una prioridad, o una hora como Nov 24 10:00:00"))
            };
        };
        head.at_ms = at_ms;
        scan.expect(" ", "a space and a host", "un espacio y un equipo")?;
        head.host = access::given(scan.word());
        scan.eat(" ");
        // A tag ends before its process or a colon; a first word without either belongs to the text.
        let tag = scan.rest().split(' ').next().unwrap_or_default();
        if let Some(tag) = tag.strip_suffix(':').filter(|tag| !tag.is_empty()) {
            let (app, process) = match tag.strip_suffix(']').and_then(|tag| tag.split_once('[')) {
                Some((app, process)) => (app, access::given(process)),
                None => (tag, Value::Null),
            };
            (head.app, head.process) = (access::given(app), process);
            scan.take(tag.len() + 1);
            scan.eat(" ");
        }
        Ok(head)
    }

    /// `Nov 24 10:00:00`, its day padded by a space, or RFC 3339; nothing is passed over when it is neither.
    fn time(&self, scan: &mut Scan<'_>, taken_ms: i64) -> Option<i64> {
        let rest = scan.rest();
        let word = rest.split(' ').next()?;
        if let Some(at_ms) = clock::rfc3339(word) {
            scan.take(word.len());
            return Some(at_ms);
        }
        let &[m1, m2, m3, b' ', d1, d2, b' ', h1, h2, b':', n1, n2, b':', s1, s2] = rest.as_bytes().get(..15)? else { return None };
        let month = clock::month(&[m1, m2, m3])?;
        let day = digits(&[if d1 == b' ' { b'0' } else { d1 }, d2])?;
        let at_ms = clock::nearest_year(month, day, digits(&[h1, h2])?, digits(&[n1, n2])?, digits(&[s1, s2])?, self.zone, taken_ms)?;
        scan.take(15);
        Some(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParserSpec;

    const TAKEN: i64 = 1_795_514_405_000;

    fn read(line: &str) -> Result<Vec<Value<'static>>, Unfit> {
        let parser = serde_json::from_str::<ParserSpec>(r#"{"format": "syslog"}"#).unwrap().parser().unwrap();
        let mut values = Vec::new();
        parser.parse(line.as_bytes(), TAKEN, &mut values)?;
        Ok(values.into_iter().map(Value::into_owned).collect())
    }

    fn texts(values: &[&'static str]) -> Value<'static> {
        Value::Texts(values.iter().map(|text| Cow::Borrowed(*text)).collect())
    }

    #[test]
    fn reads_rfc_5424() {
        let values = read("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \u{feff}'su root' failed").unwrap();
        assert_eq!(values[0], Value::Timestamp(1_065_910_455_003));
        assert_eq!(values[1..4], [Value::text("auth"), Value::text("crit"), Value::text("mymachine.example.com")]);
        assert_eq!(values[4..8], [Value::text("su"), Value::Null, Value::text("ID47"), Value::Null]);
        assert_eq!(values[8], Value::text("'su root' failed"));
        let values = read(r#"<165>1 - - - - - [a@1 x="1" y="q\"\]\\ \n"][b][c z=""] text [d]"#).unwrap();
        assert_eq!(values[0], Value::Timestamp(TAKEN));
        assert_eq!(values[7], texts(&["a@1.x=1", r#"a@1.y=q"]\ \n"#, "b", "c.z="]));
        assert_eq!(values[8], Value::text("text [d]"));
        assert_eq!(read("<0>1 - h - - - -").unwrap()[8], Value::text(""));
    }

    #[test]
    fn reads_rfc_3164_with_and_without_priority() {
        let values = read("<30>Nov 24 10:00:00 web1 sshd[811]: accepted key for x").unwrap();
        assert_eq!(values[0], Value::Timestamp(1_795_514_400_000));
        assert_eq!(values[1..6], [Value::text("daemon"), Value::text("info"), Value::text("web1"), Value::text("sshd"), Value::text("811")]);
        assert_eq!(values[8], Value::text("accepted key for x"));
        let values = read("Nov  4 10:00:00 web1 kernel: [0.1] up").unwrap();
        assert_eq!(values[1..6], [Value::Null, Value::Null, Value::text("web1"), Value::text("kernel"), Value::Null]);
        assert_eq!(values[8], Value::text("[0.1] up"));
        let values = read("2026-11-24T11:00:00.5+01:00 web1 message repeated 2 times: [x]").unwrap();
        assert_eq!((&values[0], &values[4], &values[8]), (&Value::Timestamp(1_795_514_400_500), &Value::Null, &Value::text("message repeated 2 times: [x]")));
        let values = read("<13>no time at all").unwrap();
        assert_eq!((&values[0], &values[8]), (&Value::Timestamp(TAKEN), &Value::text("no time at all")));
    }

    #[test]
    fn says_where_a_line_does_not_fit() {
        for (line, at) in [
            ("", 0),
            ("hello", 0),
            ("<192>x", 1),
            ("<34", 1),
            ("<34>1 yesterday h a p m -", 6),
            ("<34>1 - h", 9),
            ("<34>1 - h a p m x", 16),
            ("<34>1 - h a p m [a x=1]", 20),
            ("<34>1 - h a p m [a x=\"1]", 22),
            ("<34>1 - h a p m [a]text", 19),
        ] {
            assert_eq!(read(line).unwrap_err().at, at, "{line}");
        }
    }
}
