//! A person who is signed in to the portal that is measured.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;

use super::portal::Portal;
use crate::http::Answer;

/// Asks with the cookie that signing in gave.
pub struct Session<'a> {
    portal: &'a Portal,
    cookie: String,
}

impl<'a> Session<'a> {
    pub fn new(portal: &'a Portal, cookie: String) -> Self {
        Self { portal, cookie }
    }

    /// The same on a portal that was started again: sessions outlive that.
    pub fn on<'b>(&self, portal: &'b Portal) -> Session<'b> {
        Session::new(portal, self.cookie.clone())
    }

    /// Asks one of the API's questions.
    pub fn ask(&self, path: &str, question: &Value) -> Result<Value> {
        let answer = self.portal.post(path, &self.cookie, &question.to_string())?;
        if answer.status != 200 {
            bail!("{path} answered {}: {}", answer.status, answer.text());
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Streams a report as the pages' own download does; the bytes of the file.
    pub fn stream(&self, question: &Value, format: &str) -> Result<Vec<u8>> {
        let subject = serde_json::json!({ "question": { "title": "Bench", "question": question, "chart": "table" } });
        let order = serde_json::json!({ "subject": subject, "format": format, "options": {} });
        let answer = self.portal.post("/api/reports/stream", &self.cookie, &order.to_string())?;
        if answer.status != 200 {
            bail!("the report answered {}: {}", answer.status, answer.text());
        }
        Ok(answer.body)
    }

    /// Opens an answer that goes on, its head read.
    pub fn watch(&self, path: &str) -> Result<BufReader<TcpStream>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.portal.port()))?;
        // A heartbeat comes each ten seconds: what is silent for longer is gone.
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {}\r\n\r\n", self.portal.port(), self.cookie)?;
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        stream.read_line(&mut line)?;
        if !line.contains(" 200 ") {
            bail!("{path} answered {}", line.trim());
        }
        while line.trim() != "" {
            line.clear();
            stream.read_line(&mut line)?;
        }
        Ok(stream)
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Answer> {
        let mut headers = headers.to_vec();
        headers.push(("Cookie", &self.cookie));
        self.portal.get(path, &headers)
    }
}
