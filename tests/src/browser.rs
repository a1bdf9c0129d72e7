//! A headless Chromium that looks at the portal as a person would.

use crate::program::{kept, root};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Stdio},
    time::{Duration, Instant},
};
use thirtyfour::{By, ChromiumLikeCapabilities, DesiredCapabilities, WebDriver, WebElement};

/// Longest wait for something on a page.
const PATIENCE: Duration = Duration::from_secs(45);

/// Finds what is called so: by its label without the remark behind it, or by its name for screen readers; in the open dialog where there is one.
const NAMED: &str = "const named = name => { const place = document.querySelector('dialog[open]') ?? document; \
    const words = part => part.nodeType === Node.COMMENT_NODE || part.nodeName === 'SMALL' ? '' : part.textContent; \
    const said = label => [...label.childNodes].map(words).join('').trim(); \
    const label = [...place.querySelectorAll('label')].find(label => said(label) === name && label.control?.checkVisibility()); \
    const others = [...place.querySelectorAll('[aria-label]')]; \
    return label?.control ?? others.find(other => other.getAttribute('aria-label') === name && other.checkVisibility()) ?? null; };";

/// One window. Ends with its test, however that ends.
pub struct Browser {
    pub driver: WebDriver,
    origin: String,
    /// Its standard input keeps chromedriver alive.
    _keeper: Child,
    /// Files that it downloads.
    pub downloads: tempfile::TempDir,
}

/// Whether there is a Chromium to test with; said when there is none.
pub fn present() -> bool {
    let there = std::env::var_os("CHROMIUM").is_some() && std::env::var_os("CHROMEDRIVER").is_some();
    if !there {
        eprintln!("skipped: CHROMIUM and CHROMEDRIVER name no programs (`cargo xtask test` sets them)");
    }
    there
}

impl Browser {
    /// A window of this many CSS pixels on the portal at `origin`.
    pub async fn open(origin: String, width: u32, height: u32) -> Self {
        let mut chromedriver = kept(std::env::var_os("CHROMEDRIVER").expect("chromedriver"));
        let mut keeper = chromedriver.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a shell");
        let said = BufReader::new(keeper.stdout.take().expect("its output"));
        let port =
            said.lines().map_while(Result::ok).find_map(|line| Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned()));
        let downloads = tempfile::tempdir().expect("a temporary folder");
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary(&which(&std::env::var("CHROMIUM").expect("chromium"))).expect("capabilities");
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en"] {
            capabilities.add_arg(argument).expect("capabilities");
        }
        capabilities.add_arg(&format!("--window-size={width},{height}")).expect("capabilities");
        let driver = WebDriver::new(format!("http://127.0.0.1:{}", port.expect("a port")), capabilities).await.expect("a window");
        let browser = Self { driver, origin, _keeper: keeper, downloads };
        browser.size(width, height).await;
        browser.tell("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": browser.downloads.path() })).await;
        browser
    }

    /// The page's own size, whatever the window's frame takes.
    pub async fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.tell("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Gives Chromium a command of its developer tools.
    pub async fn tell(&self, command: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(command, parameters).await.unwrap_or_else(|fault| panic!("{command}: {fault}"))
    }

    pub async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.origin)).await.unwrap_or_else(|fault| panic!("{path}: {fault}"));
    }

    /// Waits until the page listens to presses.
    pub async fn alive(&self) {
        self.until("document.documentElement.dataset.alive !== undefined").await;
    }

    /// Signs in with the page's form.
    pub async fn sign_in(&self, email: &str, password: &str) {
        self.go("/sign-in").await;
        self.fill("input[name=email]", email).await;
        self.fill("input[name=password]", password).await;
        self.press("form[action='/sign-in'] button[type=submit], form[action='/sign-in'] button:not([type])").await;
        self.until("!location.pathname.startsWith('/sign-in')").await;
    }

    pub async fn find(&self, selector: &str) -> WebElement {
        self.until(&format!("document.querySelector({selector:?}) !== null")).await;
        self.driver.find(By::Css(selector)).await.unwrap_or_else(|fault| panic!("{selector}: {fault}"))
    }

    pub async fn press(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap_or_else(|fault| panic!("{selector}: {fault}"));
    }

    /// Presses the first thing of this kind that shows these words.
    pub async fn press_words(&self, selector: &str, words: &str) {
        let found = format!("[...document.querySelectorAll({selector:?})].find(e => e.checkVisibility() && e.textContent.trim().includes({words:?}))");
        // Found and pressed at once: a page that is drawn anew in between has another one.
        self.until(&format!("(() => {{ const found = {found}; found?.click(); return found !== undefined; }})()")).await;
    }

    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.expect("a field");
        field.send_keys(text).await.unwrap_or_else(|fault| panic!("{selector}: {fault}"));
    }

    /// The control that people know by this name.
    pub async fn named(&self, name: &str) -> WebElement {
        self.until(&format!("(() => {{ {NAMED} return named({name:?}) !== null; }})()")).await;
        let script = format!("{NAMED} return named({name:?});");
        let found = self.driver.execute(script.as_str(), Vec::new()).await;
        found.and_then(|found| found.element()).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    }

    /// Writes into the field of this name.
    pub async fn write(&self, name: &str, text: &str) {
        let field = self.named(name).await;
        field.clear().await.unwrap_or_else(|fault| panic!("{name}: {fault}"));
        field.send_keys(text).await.unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }

    /// Chooses what shows these words in the list of this name.
    pub async fn choose(&self, name: &str, words: &str) {
        let found = format!("const list = named({name:?}); const option = [...(list?.options ?? [])].find(option => option.textContent.trim() === {words:?});");
        let chosen = "if (!option) return false; list.value = option.value; list.dispatchEvent(new Event('change', { bubbles: true })); return true;";
        self.until(&format!("(() => {{ {NAMED} {found} {chosen} }})()")).await;
    }

    pub async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap_or_else(|fault| panic!("{selector}: {fault}"))
    }

    /// The value of a JavaScript expression.
    pub async fn read(&self, expression: &str) -> Value {
        self.run(&format!("return {expression}")).await
    }

    pub async fn run(&self, script: &str) -> Value {
        let done = self.driver.execute(script, Vec::new()).await;
        done.unwrap_or_else(|fault| panic!("{script}: {fault}")).json().clone()
    }

    /// Waits until a JavaScript expression is true.
    pub async fn until(&self, expression: &str) {
        let start = Instant::now();
        while self.read(expression).await != Value::Bool(true) {
            if start.elapsed() > PATIENCE {
                let page = self.read("document.body.innerText.slice(0, 1500)").await;
                panic!("after {PATIENCE:?} it is still not so: {expression}\n{}", page.as_str().unwrap_or_default());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Keeps a picture of the window as test output: `<target folder>/pictures/<name>.png`.
    pub async fn picture(&self, name: &str) {
        let own = std::env::current_exe().expect("the test binary");
        let folder = own.ancestors().nth(3).expect("the target folder").join("pictures");
        std::fs::create_dir_all(&folder).expect("a folder");
        let png = self.driver.screenshot_as_png().await.expect("a picture");
        std::fs::write(folder.join(format!("{name}.png")), png).expect("a file");
    }

    /// What axe finds wrong, one line for each rule and place.
    pub async fn accessibility_faults(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(root().join("app/browser/node_modules/axe-core/axe.min.js")).expect("axe-core is installed by `cargo xtask`");
        self.run(&axe).await;
        let script = "const done = arguments[arguments.length - 1]; axe.run().then(found => done(found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`))))";
        let found = self.driver.execute_async(script, Vec::new()).await.expect("axe runs");
        found.json().as_array().expect("a list").iter().map(|line| line.as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The page as assistive technology is told it: role and name of each thing, digits as `#`.
    pub async fn outline(&self) -> String {
        self.tell("Accessibility.enable", json!({})).await;
        let tree = self.tell("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().expect("nodes");
        let wanted = [
            "banner",
            "navigation",
            "main",
            "heading",
            "link",
            "button",
            "textbox",
            "searchbox",
            "combobox",
            "checkbox",
            "radio",
            "table",
            "columnheader",
            "dialog",
            "article",
            "group",
            "region",
            "figure",
        ];
        let mut lines = String::new();
        for node in nodes.iter().filter(|node| node["ignored"] != true) {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            let name = node["name"]["value"].as_str().unwrap_or_default();
            if wanted.contains(&role) && !(name.is_empty() && role == "group") {
                let name: String = name.chars().map(|letter| if letter.is_ascii_digit() { '#' } else { letter }).collect();
                lines.push_str(&format!("{role} {name:?}\n"));
            }
        }
        lines
    }
}

fn which(program: &str) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .unwrap_or_else(|| PathBuf::from(program))
        .to_string_lossy()
        .into_owned()
}
