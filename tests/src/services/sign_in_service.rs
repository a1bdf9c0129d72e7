//! A real OpenID provider (npm `oidc-provider`, under Node), and a person at its pages.

use super::process::{Process, folder};
use crate::{
    program::{free_port, root},
    skips::skipped,
};
use reqwest::{Client, Response, header, redirect::Policy};
use serde_json::{Map, Value};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use url::Url;

pub const CLIENT: &str = "atalaya";
pub const SECRET: &str = "oidc-secret-never-shown";

/// It is ready within this time.
const READY: Duration = Duration::from_secs(60);
/// Pages and redirects of one sign-in.
const MOST_STEPS: usize = 20;

/// Ends with the test.
pub struct SignInService {
    port: u16,
    accounts: PathBuf,
    _process: Process,
}

impl SignInService {
    /// One of the caller's own that sends people back to this address; `None`, with the reason said, where it cannot be had.
    pub async fn start(back: &str) -> Option<Self> {
        match installed() {
            Ok(modules) => Some(Self::started(&modules, back).await),
            Err(reason) => {
                skipped(&format!("the OpenID provider: {reason}"));
                None
            }
        }
    }

    async fn started(modules: &Path, back: &str) -> Self {
        let (folder, port) = (folder("oidc"), free_port());
        // A module is looked for beside the script: both are put where the process lives.
        std::os::unix::fs::symlink(modules, folder.join("node_modules")).expect("a link to the packages");
        fs::copy(root().join("tests/src/services/oidc/provider.mjs"), folder.join("provider.mjs")).expect("the script");
        let accounts = folder.join("accounts.json");
        fs::write(&accounts, "{}").expect("the accounts");
        let mut node = Command::new("node");
        node.arg("provider.mjs").arg(port.to_string()).args([CLIENT, SECRET]).arg(&accounts).arg(back);
        let process = Process::start(&folder, "provider", &node);
        process.accepts(port, READY).await;
        Self { port, accounts, _process: process }
    }

    /// As it stands in its tokens.
    pub fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// What it says from now on of whoever signs in under this name.
    pub fn knows(&self, login: &str, claims: Value) {
        let text = fs::read_to_string(&self.accounts).expect("the accounts");
        let mut accounts: Map<String, Value> = serde_json::from_str(&text).expect("the accounts");
        accounts.insert(login.to_owned(), claims);
        fs::write(&self.accounts, Value::Object(accounts).to_string()).expect("the accounts");
    }

    /// A new browser signs in at its pages, coming from the portal with the address `begin`; gives the address that it is sent back to.
    pub async fn sign_in(&self, begin: &str, login: &str) -> String {
        let browser = Client::builder().cookie_store(true).redirect(Policy::none()).build().expect("a client");
        let mut at = Url::parse(begin).expect("an address");
        let mut answer = browser.get(at.clone()).send().await.expect("an answer");
        for _ in 0..MOST_STEPS {
            if let Some(next) = sent_to(&at, &answer) {
                if !next.as_str().starts_with(&self.issuer()) {
                    return next.into();
                }
                at = next;
                answer = browser.get(at.clone()).send().await.expect("an answer");
                continue;
            }
            let page = answer.text().await.expect("a page");
            let found = |before: &str| {
                let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} at {at}: {page}"));
                rest.split('"').next().unwrap_or_default().to_owned()
            };
            let form = [("prompt", found("name=\"prompt\" value=\"")), ("login", login.to_owned()), ("password", "any".to_owned())];
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            at = at.join(&found("action=\"")).expect("an address");
            let posted = browser.post(at.clone()).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
            answer = posted.send().await.expect("an answer");
        }
        panic!("the provider's pages lead nowhere: {at}");
    }
}

fn sent_to(at: &Url, answer: &Response) -> Option<Url> {
    let next = answer.headers().get(header::LOCATION)?.to_str().expect("text");
    Some(at.join(next).expect("an address"))
}

/// The folder of the packages that `cargo xtask test` installed.
fn installed() -> Result<PathBuf, String> {
    let named = std::env::var_os("ATALAYA_TEST_SIGN_IN_SERVICE").ok_or("ATALAYA_TEST_SIGN_IN_SERVICE names no folder (`cargo xtask test` sets it)")?;
    let modules = PathBuf::from(named).join("node_modules");
    if modules.join("oidc-provider").is_dir() { Ok(modules) } else { Err(format!("{} does not hold it", modules.display())) }
}
