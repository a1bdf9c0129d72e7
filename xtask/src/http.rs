//! Requests to servers on this machine: enough of HTTP/1.1 for chromedriver and for the portal itself.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// An answer, its body whole and as it was sent (perhaps compressed).
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// All values of a header.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends one request to `localhost` and reads the answer.
pub fn request(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).with_context(|| format!("connecting to port {port}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(300)))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())?;
    read(&mut BufReader::new(stream))
}

/// Waits until a server on this port answers.
pub fn wait_for(port: u16, path: &str, limit: Duration) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if request(port, "GET", path, &[], &[]).is_ok_and(|answer| answer.status < 500) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("nothing answers on port {port}")
}

/// A port that nobody listens on just now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn read(from: &mut impl BufRead) -> Result<Answer> {
    let first = line(from)?;
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok()).with_context(|| format!("not an answer: {first}"))?;
    let mut headers = Vec::new();
    loop {
        let line = line(from)?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let value = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let mut body = Vec::new();
    if value("transfer-encoding") == Some("chunked") {
        loop {
            let size = usize::from_str_radix(line(from)?.split(';').next().unwrap_or_default().trim(), 16)?;
            let start = body.len();
            body.resize(start + size, 0);
            from.read_exact(&mut body[start..])?;
            line(from)?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = value("content-length") {
        body.resize(length.parse()?, 0);
        from.read_exact(&mut body)?;
    } else if status != 204 && status != 304 {
        from.read_to_end(&mut body)?;
    }
    Ok(Answer { status, headers, body })
}

fn line(from: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn reads_both_kinds_of_body() -> anyhow::Result<()> {
        let whole = read(&mut &b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nabc"[..])?;
        assert_eq!((whole.status, whole.text().as_str()), (200, "abc"));
        assert_eq!(whole.headers("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        let parts = read(&mut &b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"[..])?;
        assert_eq!((parts.status, parts.text().as_str()), (404, "abc"));
        assert!(read(&mut &b"nonsense"[..]).is_err());
        Ok(())
    }
}
