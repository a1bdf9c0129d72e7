//! `cargo xtask picture`: draws the README's picture from the demo that is set up on this machine.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::demo::Home;
use crate::http::free_port;
use crate::places;
use crate::prerequisites::{self, For};
use crate::progress::{note, step};
use crate::webdriver::Browser;

/// Sees the whole chain, so the picture has no gaps.
const PERSON: &str = "fermin@atalaya.example";
const ADDRESS: &str = "/dashboards/finance";

/// Starts the demo on a port of its own, signs in, and writes `docs/portal.png`.
pub fn draw() -> Result<()> {
    let home = Home::of_demo(false);
    if !home.settings().is_file() {
        bail!("there is no demo to draw yet: run `cargo xtask demo` first");
    }
    prerequisites::ensure(For::Testing)?;
    let output = places::root().join("docs/portal.png");
    step("picture", || {
        let server = Server::start(&home)?;
        let browser = Browser::open(1440, 1240)?;
        let address = format!("http://localhost:{}", server.port);
        browser.go(&format!("{address}/sign-in"))?;
        browser.fill("input[name=email]", PERSON)?;
        browser.fill("input[name=password]", &home.new_password(PERSON)?)?;
        browser.click("form[action='/sign-in'] button")?;
        browser.wait_for("!location.pathname.startsWith('/sign-in')", Duration::from_secs(20))?;
        browser.go(&format!("{address}{ADDRESS}"))?;
        browser.wait_for("document.querySelectorAll('atalaya-chart svg').length >= 3", Duration::from_secs(60))?;
        // The new password asks to be changed, which is no part of the dashboard.
        browser.evaluate("document.querySelector('.banner.lamp')?.remove()")?;
        // The charts' first animation.
        std::thread::sleep(Duration::from_secs(2));
        if let Some(folder) = output.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&output, browser.screenshot()?).with_context(|| format!("writing {}", output.display()))
    })?;
    note(&format!("{} (the demo's password of {PERSON} is a new one now: `atalaya password` sets another)", output.display()));
    Ok(())
}

struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(home: &Home) -> Result<Self> {
        let port = free_port()?;
        let mut serve = home.atalaya();
        serve.env("ATALAYA_LISTEN", format!("127.0.0.1:{port}")).env("ATALAYA_PUBLIC_URL", format!("http://localhost:{port}"));
        let process = serve.arg("serve").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let server = Self { process, port };
        crate::http::wait_for(port, "/sign-in", Duration::from_secs(60))?;
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
