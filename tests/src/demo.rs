//! The demo of the README, applied and loaded once for a test run by the real program, and the people who use it.

use crate::program::{Program, root};
use app::ask::{Ask, Fault};
use reqwest::{Client, Response, StatusCode, header, redirect};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Child,
    time::{Duration, Instant},
};
use tokio::sync::OnceCell;

static DEMO: OnceCell<Result<Option<Demo>, String>> = OnceCell::const_new();

/// A running portal with 22 million rows.
pub struct Demo {
    pub program: Program,
    /// First passwords by address, as `apply` printed them.
    pub passwords: BTreeMap<String, String>,
    _keeper: Child,
}

/// Longest time for loading and building everything.
const LOADING: Duration = Duration::from_secs(600);

/// The demo; `None`, with the reason said, where its files are not named.
pub async fn demo() -> Option<&'static Demo> {
    // In a task, so that a demo that does not come up is tried once and not by every test.
    let tried = DEMO.get_or_init(|| async { tokio::spawn(start()).await.map_err(|fault| format!("the demo did not come up: {fault}")) });
    tried.await.as_ref().unwrap_or_else(|fault| panic!("{fault}")).as_ref()
}

async fn start() -> Option<Demo> {
    let Some(files) = std::env::var_os("ATALAYA_TEST_DEMO_FILES").map(PathBuf::from) else {
        eprintln!("skipped: ATALAYA_TEST_DEMO_FILES names no folder with the demo's files (`cargo xtask test` sets it)");
        return None;
    };
    let folder = std::env::temp_dir().join(format!("atalaya-demo-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let program = Program::new(&folder, &format!("[variables]\ndemo_files = {files:?}\n"));
    let demo = root().join("demo");
    let said = program.read(&["apply", &demo.to_string_lossy(), "--yes"]);
    let passwords = said.lines().filter_map(|line| line.trim().split_once("  ")).filter(|(email, _)| email.contains('@'));
    let passwords: BTreeMap<String, String> = passwords.map(|(email, password)| (email.to_owned(), password.trim().to_owned())).collect();
    assert_eq!(passwords.len(), 6, "{said}");
    let keeper = program.serve().await;
    let until = Instant::now() + LOADING;
    loop {
        let runs = program.read(&["runs", "--json"]);
        let states: Vec<serde_json::Value> = runs.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
        let done = |state: &serde_json::Value| matches!(state["state"].as_str(), Some("succeeded" | "partial"));
        if states.iter().any(|line| line["job"] == "warehouse") && states.iter().all(done) {
            break;
        }
        assert!(!states.iter().any(|line| line["state"] == "failed"), "{runs}");
        assert!(Instant::now() < until, "{runs}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Some(Demo { program, passwords, _keeper: keeper })
}

impl Demo {
    /// Signs in as the page's form does.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@atalaya.example");
        self.signed_in(&email, &self.passwords[&email]).await
    }

    pub async fn signed_in(&self, email: &str, password: &str) -> Person {
        Person::sign_in(&self.program, email, password).await
    }
}

/// Somebody signed in.
pub struct Person {
    client: Client,
    origin: String,
}

impl Person {
    pub async fn sign_in(program: &Program, email: &str, password: &str) -> Self {
        let client = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().expect("a client");
        let form = [("email", email), ("password", password), ("next", "/")];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = client.post(program.url("/sign-in")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        let answer = request.header(header::ORIGIN, program.url("")).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        Self { client, origin: program.url("") }
    }

    /// Asks as the pages do.
    pub async fn ask<A: Ask>(&self, ask: &A) -> Result<A::Reply, (StatusCode, Fault)> {
        let body = serde_json::to_vec(ask).expect("a question");
        let answer = self.post(A::PATH, body).await;
        let status = answer.status();
        let bytes = answer.bytes().await.expect("a body");
        if status.is_success() {
            Ok(serde_json::from_slice(&bytes).expect("an answer"))
        } else {
            Err((status, serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("no fault: {status} {}", String::from_utf8_lossy(&bytes)))))
        }
    }

    pub async fn post(&self, path: &str, json: Vec<u8>) -> Response {
        let request = self.client.post(format!("{}{path}", self.origin)).header(header::CONTENT_TYPE, "application/json").body(json);
        request.header(header::ORIGIN, &self.origin).send().await.expect("an answer")
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.origin)).send().await.expect("an answer")
    }
}
