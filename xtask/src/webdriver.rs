//! A headless Chromium, driven through chromedriver's own small HTTP interface.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::command::command;
use crate::http::request;
use crate::prerequisites::chromium;

/// One browser window; closed, with its driver, when dropped.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

/// How WebDriver names an element in its answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Browser {
    /// Opens a window of this many CSS pixels.
    pub fn open(width: u32, height: u32) -> Result<Self> {
        let chromium = chromium().context("there is no Chromium on the path")?;
        let mut driver = command("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("starting chromedriver")?;
        let port = driver.stdout.take().and_then(port_of);
        let mut browser = Self { driver, port: port.context("chromedriver named no port")?, session: String::new() };
        let options = json!({ "binary": path_of(chromium), "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", format!("--window-size={width},{height}"),
        ]});
        let answer = browser.ask("POST", "/session", &json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } }))?;
        browser.session = answer["sessionId"].as_str().context("chromedriver opened no session")?.to_owned();
        Ok(browser)
    }

    pub fn go(&self, address: &str) -> Result<()> {
        self.of_session("/url", &json!({ "url": address })).map(drop)
    }

    /// Types into the first element that the CSS selector finds.
    pub fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let element = self.find(selector)?;
        self.of_session(&format!("/element/{element}/value"), &json!({ "text": text })).map(drop)
    }

    pub fn click(&self, selector: &str) -> Result<()> {
        let element = self.find(selector)?;
        self.of_session(&format!("/element/{element}/click"), &json!({})).map(drop)
    }

    /// The value of a JavaScript expression.
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        self.of_session("/execute/sync", &json!({ "script": format!("return {expression}"), "args": [] }))
    }

    /// Waits until a JavaScript expression is true.
    pub fn wait_for(&self, expression: &str, limit: Duration) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < limit {
            if self.evaluate(expression)? == true {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("after {} s it is still not so: {expression}", limit.as_secs())
    }

    /// The window as PNG.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        let answer = self.ask("GET", &format!("/session/{}/screenshot", self.session), &Value::Null)?;
        from_base64(answer.as_str().context("chromedriver drew no picture")?)
    }

    fn find(&self, selector: &str) -> Result<String> {
        let answer = self.of_session("/element", &json!({ "using": "css selector", "value": selector }))?;
        Ok(answer[ELEMENT].as_str().with_context(|| format!("no element {selector}"))?.to_owned())
    }

    fn of_session(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", &format!("/session/{}{path}", self.session), body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = if method == "POST" { body.to_string() } else { String::new() };
        let text = request(self.port, method, path, &[("Content-Type", "application/json")], body.as_bytes())?.body;
        let answer: Value = serde_json::from_slice(&text).context("reading chromedriver's answer")?;
        match answer["value"]["error"].as_str() {
            Some(error) => bail!("{error}: {}", answer["value"]["message"].as_str().unwrap_or_default().lines().next().unwrap_or_default()),
            None => Ok(answer["value"].clone()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Closing the session ends the browser; chromedriver itself would otherwise leave it behind.
        drop(self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null));
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

fn port_of(output: impl Read) -> Option<u16> {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().ok();
        }
    }
    None
}

fn path_of(program: &str) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file());
    found.map_or_else(|| program.to_owned(), |file| file.to_string_lossy().into_owned())
}

fn from_base64(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes().filter(|byte| *byte != b'=') {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            other => bail!("`{}` is not a letter of base64", char::from(other)),
        };
        bits = (bits << 6) | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::from_base64;

    #[test]
    fn reads_base64() -> anyhow::Result<()> {
        for (text, bytes) in [("", &b""[..]), ("Zg==", b"f"), ("Zm8=", b"fo"), ("Zm9v", b"foo"), ("/+8A", &[0xff, 0xef, 0])] {
            assert_eq!(from_base64(text)?, bytes);
        }
        assert!(from_base64("a b").is_err());
        Ok(())
    }
}
