//! The `combined` log of nginx and Apache, with further quoted fields, a latency and a host where the log carries them.

use super::{Example, Field, FieldKind, Format, Options, Parser, Unfit, Value, access, declared, scan::Scan};
use crate::words::{Refusal, Words};
use serde::Deserialize;

pub const FORMAT: &dyn Format = &Combined;

/// `client identity user [time] "request" status bytes "referrer" "agent"`, then any number of quoted fields (the first have the
/// names of the option `quoted`; more are passed over and stay in `message`), then `rt=<seconds>` and `host=<name>`, in any order.
/// In nginx: `… "$http_user_agent" "$http_x_forwarded_for" rt=$request_time host=$hostname`.
struct Combined;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Names of the quoted fields after the agent, in order.
    #[serde(default)]
    quoted: Vec<String>,
}

impl Format for Combined {
    fn name(&self) -> &'static str {
        "combined"
    }

    fn title(&self) -> Words {
        Words::of("Web server, combined (nginx, Apache)", "Servidor web, combined (nginx, Apache)")
    }

    fn example(&self) -> Example {
        Example {
            options: serde_json::json!({ "quoted": ["forwarded"] }),
            line: r#"192.0.2.7 - ana [24/Nov/2026:10:00:00 +0100] "GET /a?b=c HTTP/1.1" 200 512 "-" "curl/8.5" "198.51.100.2" rt=0.012 host=web1"#,
        }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        let settings: Settings = options.read()?;
        let names = ["referrer", "agent"].into_iter().chain(settings.quoted.iter().map(String::as_str)).chain(["host"]);
        let mut others: Vec<Field> = names.map(|name| Field::new(name, FieldKind::Keyword)).collect();
        others.insert(others.len() - 1, Field::new("latency_ms", FieldKind::Number));
        let fields = access::fields(others);
        declared::check_names(&fields)?;
        Ok(Box::new(CombinedParser { fields, quoted: settings.quoted.len() }))
    }
}

struct CombinedParser {
    fields: Vec<Field>,
    quoted: usize,
}

impl Parser for CombinedParser {
    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn read<'a>(&self, line: &'a str, _taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        let mut scan = Scan::new(line);
        let at_ms = access::read(&mut scan, values)?;
        for (en, es) in [("a quoted referrer", "una procedencia entre comillas"), ("a quoted agent", "un agente entre comillas")] {
            scan.expect(" \"", en, es)?;
            values.push(access::given_text(scan.quoted().ok_or_else(|| scan.unfit(en, es))?));
        }
        let mut quoted = 0;
        let (mut latency, mut host) = (Value::Null, Value::Null);
        while !scan.is_done() {
            scan.skip_spaces();
            if scan.eat("\"") {
                let text = scan.quoted().ok_or_else(|| scan.unfit("a quote that closes the field", "unas comillas que cierren el campo"))?;
                if quoted < self.quoted {
                    values.push(access::given_text(text));
                }
                quoted += 1;
            } else if scan.eat("rt=") {
                let at = scan.at();
                latency = milliseconds(scan.word()).ok_or_else(|| Unfit::new(at, "seconds, as in rt=0.012", "segundos, como en rt=0.012"))?;
            } else if scan.eat("host=") {
                host = access::given(scan.word());
            } else if !scan.is_done() {
                return Err(scan.unfit(
                    "a quoted field, rt=<seconds>, host=<name> or the end of the line",
                    "un campo entre comillas, rt=<segundos>, host=<nombre> o el final de la línea",
                ));
            }
        }
        values.extend((quoted..self.quoted).map(|_| Value::Null));
        values.extend([latency, host, Value::text(line)]);
        Ok(at_ms)
    }
}

/// Seconds with decimals as milliseconds; null for `-`.
fn milliseconds(seconds: &str) -> Option<Value<'static>> {
    if seconds == "-" {
        return Some(Value::Null);
    }
    let plain = seconds.len() <= 18 && seconds.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // Rounded to microseconds, so that 0.145 is 145 and not 144.99999999999997.
    plain.then(|| seconds.parse::<f64>().ok()).flatten().map(|seconds| Value::Number((seconds * 1e6).round() / 1e3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::ParserSpec;

    fn parser(options: &str) -> Box<dyn Parser> {
        serde_json::from_str::<ParserSpec>(options).unwrap().parser().unwrap()
    }

    fn read(line: &[u8]) -> Result<std::collections::BTreeMap<String, Value<'static>>, Unfit> {
        let parser = parser(r#"{"format": "combined", "quoted": ["forwarded"]}"#);
        let mut values = Vec::new();
        parser.parse(line, 0, &mut values)?;
        assert_eq!(values.len(), parser.fields().len());
        Ok(parser.fields().iter().map(|field| field.name.clone()).zip(values.into_iter().map(Value::into_owned)).collect())
    }

    #[test]
    fn reads_lines_of_nginx_and_apache() {
        let line = r#"66.249.83.1 - - [22/Jan/2019:03:58:26 +0330] "GET /m/article/606?x=1&y=%20 HTTP/1.1" 302 0 "-" "Mozilla/5.0 (compatible)" "103.28.132.65""#;
        let event = read(line.as_bytes()).unwrap();
        let text = |name: &str| event[name].clone();
        assert_eq!(text("time"), Value::Timestamp(1_548_116_906_000));
        assert_eq!((text("client"), text("user"), text("method")), (Value::text("66.249.83.1"), Value::Null, Value::text("GET")));
        assert_eq!((text("path"), text("query"), text("protocol")), (Value::text("/m/article/606"), Value::text("x=1&y=%20"), Value::text("HTTP/1.1")));
        assert_eq!((text("status"), text("bytes")), (Value::Integer(302), Value::Integer(0)));
        assert_eq!((text("referrer"), text("agent")), (Value::Null, Value::text("Mozilla/5.0 (compatible)")));
        assert_eq!((text("forwarded"), text("latency_ms"), text("host")), (Value::text("103.28.132.65"), Value::Null, Value::Null));
        assert_eq!(text("message"), Value::text(line));
    }

    #[test]
    fn reads_latency_and_host_in_any_order() {
        let head = r#"::1 - ana maria [24/Nov/2026:10:00:00 -0100] "GET / HTTP/2.0" 200 - "http://a/" "\x22q\x22 \"z\"""#;
        for (tail, latency, host) in [
            ("", Value::Null, Value::Null),
            (" rt=0.145 host=web1", Value::Number(145.0), Value::text("web1")),
            (" host=web2 rt=12", Value::Number(12_000.0), Value::text("web2")),
            (r#" "-" "more" rt=- host=-"#, Value::Null, Value::Null),
            ("  rt=0.0001\r\n", Value::Number(0.1), Value::Null),
        ] {
            let event = read(format!("{head}{tail}").as_bytes()).unwrap();
            assert_eq!((&event["latency_ms"], &event["host"], &event["forwarded"]), (&latency, &host, &Value::Null), "{tail}");
            assert_eq!((&event["user"], &event["bytes"]), (&Value::text("ana maria"), &Value::Null));
            assert_eq!(event["agent"], Value::text("\"q\" \"z\""));
        }
    }

    #[test]
    fn what_is_no_request_stands_in_the_path_but_for_its_query() {
        for (request, method, path, query) in [
            (r"\x16\x03\x01\x00\xEE", Value::Null, Value::text("\u{16}\u{3}\u{1}\u{0}\u{fffd}"), Value::Null),
            ("-", Value::Null, Value::Null, Value::Null),
            ("", Value::Null, Value::Null, Value::Null),
            ("get /x?token=1 HTTP/1.1", Value::Null, Value::text("get /x"), Value::text("token=1 HTTP/1.1")),
            ("GET /x?token=1", Value::Null, Value::text("GET /x"), Value::text("token=1")),
            ("GET /a b?c d HTTP/1.1", Value::text("GET"), Value::text("/a b"), Value::text("c d")),
            (r"GET /caf\xC3\xA9?q=\x22 HTTP/1.0", Value::text("GET"), Value::text("/café"), Value::text("q=\"")),
            ("GET /? HTTP/1.0", Value::text("GET"), Value::text("/"), Value::text("")),
        ] {
            let event = read(format!(r#"a - - [22/Jan/2019:03:58:26 +0330] "{request}" 400 0 "-" "-""#).as_bytes()).unwrap();
            assert_eq!((&event["method"], &event["path"], &event["query"]), (&method, &path, &query), "{request}");
        }
    }

    #[test]
    fn says_where_a_line_does_not_fit() {
        let line = r#"a - - [22/Jan/2019:03:58:26 +0330] "GET / HTTP/1.1" 200 7 "-" "agent""#;
        for (broken, at) in [
            ("", 0),
            ("garbage", 7),
            (&line[..20], 7),
            (&line.replace("Jan", "Foo"), 7),
            (&line.replace(" 200", ""), 52),
            (&line.replace("200", "2000"), 52),
            (&line.replace(" 7 ", " seven "), 56),
            (&line[..60], 59),
            (&line[..68], 63),
            (&format!("{line} rt=fast"), 73),
            (&format!("{line} what"), 70),
        ] {
            let unfit = read(broken.as_bytes()).unwrap_err();
            assert_eq!(unfit.at, at, "{broken}: {unfit:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_become_marks() {
        let event = read(b"a - - [22/Jan/2019:03:58:26 +0330] \"GET /\xff\xfe HTTP/1.1\" 200 7 \"-\" \"\xe9\"").unwrap();
        assert_eq!((&event["path"], &event["agent"]), (&Value::text("/\u{fffd}\u{fffd}"), &Value::text("\u{fffd}")));
        let unfit = read(b"\xff\xff - - [x] ").unwrap_err();
        assert_eq!(unfit.at, 8);
    }

    #[test]
    fn names_of_quoted_fields_are_names_of_fields() {
        for bad in [r#"["Agent"]"#, r#"["agent"]"#, r#"["a", "a"]"#, r#"[""]"#] {
            let spec: ParserSpec = serde_json::from_str(&format!(r#"{{"format": "combined", "quoted": {bad}}}"#)).unwrap();
            assert!(spec.parser().is_err(), "{bad}");
        }
    }
}
