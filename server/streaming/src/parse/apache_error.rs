//! The error log of Apache, as of 2.2 (`[time] [level] text`) and since 2.4 (module, process, thread, client, code).

use super::{
    Example, Field, FieldKind, Format, Options, Parser, Unfit, Value, access, clock, declared,
    scan::{Scan, digits},
};
use crate::words::{Refusal, Words};
use chrono::DateTime;
use chrono_tz::Tz;
use serde::Deserialize;

pub const FORMAT: &dyn Format = &ApacheError;

struct ApacheError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Of the server's clock: the log names none.
    #[serde(default = "declared::utc")]
    zone: String,
}

impl Format for ApacheError {
    fn name(&self) -> &'static str {
        "apache_error"
    }

    fn title(&self) -> Words {
        Words::of("Apache, errors", "Apache, errores")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({ "zone": "Europe/Madrid" }),
            line: "[Tue Nov 24 11:00:00.123456 2026] [core:error] [pid 35708:tid 4328636416] [client 192.0.2.7:4711] AH00128: File does not exist: /a",
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        let zone = clock::zone(&options.read::<Settings>()?.zone)?;
        let fields = [
            ("time", FieldKind::Timestamp),
            ("level", FieldKind::Keyword),
            ("module", FieldKind::Keyword),
            ("process", FieldKind::Integer),
            ("thread", FieldKind::Integer),
            ("client", FieldKind::Keyword),
            ("code", FieldKind::Keyword),
            ("text", FieldKind::Text),
        ];
        let fields = access::with_message(fields.iter().map(|(name, kind)| Field::new(name, *kind)).collect());
        Ok(Box::new(ErrorParser { fields, zone }))
    }
}

struct ErrorParser {
    fields: Vec<Field>,
    zone: Tz,
}

impl Parser for ErrorParser {
    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn read<'a>(&self, line: &'a str, _taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        let mut scan = Scan::new(line);
        scan.expect("[", "a time in brackets", "una hora entre corchetes")?;
        let time = scan.until(b']').and_then(|time| self.time(time));
        let at_ms = time.ok_or_else(|| Unfit::new(1, "a time like Tue Nov 24 11:00:00 2026", "una hora como Tue Nov 24 11:00:00 2026"))?;
        scan.expect(" [", "a level in brackets", "un nivel entre corchetes")?;
        let at = scan.at();
        let level = scan.until(b']').filter(|level| !level.is_empty() && !level.contains(' '));
        let level = level.ok_or_else(|| Unfit::new(at, "a level", "un nivel"))?;
        let (module, level) = level.split_once(':').unwrap_or(("", level));
        let (mut process, mut thread, mut client) = (Value::Null, Value::Null, Value::Null);
        while scan.rest().starts_with(" [pid ") || scan.rest().starts_with(" [client ") || scan.rest().starts_with(" [remote ") {
            scan.eat(" [");
            let at = scan.at();
            let (what, text) = scan
                .until(b']')
                .and_then(|part| part.split_once(' '))
                .ok_or_else(|| Unfit::new(at, "a bracket that closes", "un corchete que cierre"))?;
            if what == "pid" {
                let number = |text: &str| digits(text.as_bytes()).map_or(Value::Null, Value::Integer);
                let (of_process, of_thread) = text.split_once(":tid ").unwrap_or((text, ""));
                (process, thread) = (number(of_process), number(of_thread));
            } else {
                client = access::given(without_port(text));
            }
        }
        scan.skip_spaces();
        let text = scan.rest();
        let code = text.split_once(": ").map(|(code, _)| code).filter(|code| {
            code.strip_prefix("AH").is_some_and(|number| number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit()))
        });
        values.extend([Value::Timestamp(at_ms), Value::text(level), access::given(module), process, thread, client]);
        values.extend([code.map_or(Value::Null, Value::text), Value::text(text), Value::text(line)]);
        Ok(at_ms)
    }
}

impl ErrorParser {
    /// `Thu Jun 09 06:07:04 2005`, with decimals of the second or not.
    fn time(&self, text: &str) -> Option<i64> {
        let mut words = text.split_ascii_whitespace();
        let (_, month, day, clock, year) = (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
        let (clock, decimals) = clock.split_once('.').unwrap_or((clock, "0"));
        let mut parts = clock.split(':').map(|part| digits(part.as_bytes()));
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
        let year = digits(year.as_bytes()).filter(|year| *year < 10_000)?;
        let local = clock::civil(year, clock::month(month.as_bytes())?, digits(day.as_bytes())?, hour, minute, second)?;
        let milliseconds = digits(format!("{decimals:0<3}").as_bytes().get(..3)?)?;
        Some(clock::in_zone(DateTime::from_timestamp_millis(local)?.naive_utc(), self.zone)? + milliseconds)
    }
}

/// `192.0.2.7:4711` without its port; an address of version 6 without brackets keeps all its colons.
fn without_port(address: &str) -> &str {
    match address.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && (host.ends_with(']') || !host.contains(':') || host.matches(':').count() == 7) => {
            host.trim_start_matches('[').trim_end_matches(']')
        }
        _ => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParserSpec;

    fn read(line: &str) -> Result<Vec<Value<'static>>, Unfit> {
        let parser = serde_json::from_str::<ParserSpec>(r#"{"format": "apache_error"}"#).unwrap().parser().unwrap();
        let mut values = Vec::new();
        parser.parse(line.as_bytes(), 0, &mut values)?;
        Ok(values.into_iter().map(Value::into_owned).collect())
    }

    #[test]
    fn reads_both_generations() {
        let values = read("[Thu Jun 09 06:07:04 2005] [notice] LDAP: Built with OpenLDAP LDAP SDK").unwrap();
        assert_eq!(values[0], Value::Timestamp(1_118_297_224_000));
        assert_eq!(values[1..3], [Value::text("notice"), Value::Null]);
        assert_eq!(values[6..8], [Value::Null, Value::text("LDAP: Built with OpenLDAP LDAP SDK")]);
        let values = read(
            "[Fri Sep 09 10:42:29.902022 2011] [core:error] [pid 35708:tid 4328636416] [client 72.15.99.187:80] AH00128: File does not exist: /usr\nat b",
        )
        .unwrap();
        assert_eq!(values[0], Value::Timestamp(1_315_564_949_902));
        assert_eq!(values[1..4], [Value::text("error"), Value::text("core"), Value::Integer(35_708)]);
        assert_eq!(values[4..7], [Value::Integer(4_328_636_416), Value::text("72.15.99.187"), Value::text("AH00128")]);
        assert_eq!(values[7], Value::text("AH00128: File does not exist: /usr\nat b"));
        let values = read("[Thu Jun 09 06:07:04 2005] [error] [client ::1] [a] b").unwrap();
        assert_eq!((&values[5], &values[7]), (&Value::text("::1"), &Value::text("[a] b")));
    }

    #[test]
    fn ports_are_no_part_of_an_address() {
        for (text, address) in [("192.0.2.7:4711", "192.0.2.7"), ("[2001:db8::1]:80", "2001:db8::1"), ("2001:db8::1", "2001:db8::1"), ("host", "host")] {
            assert_eq!(without_port(text), address);
        }
    }

    #[test]
    fn says_where_a_line_does_not_fit() {
        for (line, at) in [("", 0), ("[Thu Jun 09", 1), ("[Thu Jun 31 06:07:04 2005] [x]", 1), ("[Thu Jun 09 06:07:04 2005]", 26), ("[Thu Jun 09 06:07:04 2005] [", 28)] {
            assert_eq!(read(line).unwrap_err().at, at, "{line}");
        }
    }
}
