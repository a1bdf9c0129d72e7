//! A portal on a data folder of its own with the demo's kind of people, and visitors who ask its API as a browser would.

use crate::services::postgresql;
use app::{
    ask::{Ask, Fault},
    identity::asks::SignIn,
};
use arrow::{
    array::{ArrayRef, Float64Array, Int64Array, StringArray},
    record_batch::RecordBatch,
};
use axum::{Router, body::Body};
use futures::{StreamExt, stream};
use http::{Request, StatusCode, header};
use server::{
    config::Config,
    identity,
    portal::Portal,
    routes,
    warehouse::pins::{self, Pin},
};
use std::{collections::BTreeMap, sync::Arc};
use tower::ServiceExt;
use warehouse::{ColumnType, PinnedColumn};

/// A portal that is thrown away with the test.
pub struct House {
    pub portal: Portal,
    pub folder: tempfile::TempDir,
    /// First passwords by address.
    pub passwords: BTreeMap<String, String>,
}

/// Both kinds of control plane, or one where PostgreSQL is not installed.
pub async fn houses() -> Vec<House> {
    let mut houses = vec![House::empty(None).await];
    if let Some(url) = postgresql::database().await {
        houses.push(House::empty(Some(url)).await);
    }
    houses
}

impl House {
    /// Nobody there, nothing set up.
    pub async fn empty(database_url: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let portal = Portal::open(config(&folder, database_url)).await.expect("a new house");
        Self { portal, folder, passwords: BTreeMap::new() }
    }

    /// The same folder opened anew, as another process would.
    pub async fn opened_again(&self) -> Portal {
        Portal::open(self.portal.config.clone()).await.expect("the same house")
    }

    /// Makes the portal equal to files (name, contents).
    pub async fn apply(&mut self, files: &[(&str, &str)]) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, contents) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, contents).expect("a file");
        }
        let folder = server::apply::Folder::open(folder.path(), &BTreeMap::new()).expect("the files");
        for note in server::apply::applied(&self.portal, &folder).await.expect("applied") {
            if let Some((email, password)) = note.split_once("  ") {
                self.passwords.insert(email.to_owned(), password.to_owned());
            }
        }
    }

    /// The demo's five people with policies on a mart `baskets`, which is published.
    pub async fn furnished(mut self) -> Self {
        self.apply(&[("organisation.toml", ORGANISATION), ("policies/all.toml", POLICIES)]).await;
        let version = self.write_baskets().await;
        self.publish(&[baskets(version), lake("lake.transactions", "sales")]).await;
        self
    }

    /// Four lines of the mart, one of each region.
    async fn write_baskets(&self) -> u64 {
        let columns: [(&str, ArrayRef); 3] = [
            ("region", Arc::new(StringArray::from(vec!["North", "South", "East", "West"]))),
            ("household_id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
            ("sales_value", Arc::new(Float64Array::from(vec![1.5, 2.5, 3.5, 4.5]))),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).expect("a batch");
        let schema = batch.schema();
        self.portal.warehouse.write("mart.baskets", "run", schema, stream::iter([Ok(batch)]).boxed()).await.expect("written").version
    }

    /// Moves pins as a run does.
    pub async fn publish(&self, pins: &[Pin]) {
        let mut changes = self.portal.database.begin().await.expect("a transaction");
        pins::lock(&mut changes).await.expect("the lock");
        pins::move_pins(&mut changes, pins).await.expect("the pins");
        changes.commit().await.expect("published");
    }

    pub fn api(&self) -> Router {
        routes::api(&self.portal).0.layer(identity::session_layer(&self.portal))
    }

    /// Somebody without a session.
    pub fn visitor(&self) -> Visitor {
        Visitor { api: self.api(), cookie: None }
    }

    /// Somebody who signed in with their first password.
    pub async fn signed_in(&self, name: &str) -> Visitor {
        let email = format!("{name}@atalaya.example");
        let mut visitor = self.visitor();
        let password = self.passwords[&email].clone();
        visitor.ask(&SignIn { email, password }).await.expect("signs in");
        visitor
    }

    /// The id of a person by the first part of their address.
    pub async fn person(&self, name: &str) -> String {
        self.portal.identity.person_by_email(&format!("{name}@atalaya.example")).await.expect("the store").expect("the person").id
    }
}

/// Settings of a test's portal.
pub fn config(folder: &tempfile::TempDir, database_url: Option<String>) -> Config {
    Config { data: folder.path().join("data"), database_url, ..Config::default() }
}

/// Somebody at a browser: keeps the session cookie.
#[derive(Clone)]
pub struct Visitor {
    pub api: Router,
    pub cookie: Option<String>,
}

impl Visitor {
    /// Asks as the pages do.
    pub async fn ask<A: Ask>(&mut self, ask: &A) -> Result<A::Reply, (StatusCode, Fault)> {
        let (status, bytes) = self.post(A::PATH, "application/json", serde_json::to_vec(ask).expect("a question")).await;
        if status.is_success() {
            Ok(serde_json::from_slice(&bytes).expect("an answer"))
        } else {
            Err((status, serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("no fault: {status} {}", String::from_utf8_lossy(&bytes)))))
        }
    }

    /// Posts anything; gives status and body.
    pub async fn post(&mut self, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let (status, _, bytes) = self.send(Request::post(path).header(header::CONTENT_TYPE, kind).body(Body::from(body)).expect("a request")).await;
        (status, bytes)
    }

    /// Posts a plain form; gives status and where it sends the browser.
    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).expect("a request");
        let (status, headers, _) = self.send(request).await;
        (status, headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned())
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> (StatusCode, http::HeaderMap, Vec<u8>) {
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(header::COOKIE, cookie.parse().expect("a cookie"));
        }
        let response = self.api.clone().oneshot(request).await.expect("infallible");
        for value in response.headers().get_all(header::SET_COOKIE) {
            let cookie = value.to_str().expect("text").split(';').next().unwrap_or_default().to_owned();
            self.cookie = (!cookie.ends_with('=')).then_some(cookie);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, headers, bytes.to_vec())
    }
}

/// A mart as it is published; nothing is in it.
pub fn baskets(version: u64) -> Pin {
    let column = |name: &str, kind| PinnedColumn { name: name.into(), kind };
    Pin {
        version,
        columns: vec![column("region", ColumnType::Text), column("household_id", ColumnType::Integer), column("sales_value", ColumnType::Number)],
        definition: Some(BASKETS.to_owned()),
        ..lake("mart.baskets", "sales")
    }
}

/// A table of the lake as it is published.
pub fn lake(name: &str, department: &str) -> Pin {
    Pin {
        dataset: name.to_owned(),
        department: department.to_owned(),
        version: 1,
        rows: 0,
        bytes: 0,
        columns: Vec::new(),
        definition: None,
        run: "run".to_owned(),
        published_ms: 1,
        stale: false,
    }
}

const BASKETS: &str = r#"/*
title = { en = "Baskets", es = "Cestas" }
department = "sales"
[columns.region]
label = { en = "Region", es = "Región" }
*/
select region, household_id, sales_value from warehouse.sales_line
"#;

/// Sales, and nobody but an administrator who has done nothing yet.
pub const ADELA_ALONE: &str = r#"
name = "Cedar Street Markets"
time_zone = "America/New_York"
[[departments]]
name = "sales"
title = { en = "Sales", es = "Ventas" }
[[departments]]
name = "administration"
title = { en = "Administration", es = "Administración" }
[[people]]
email = "adela@atalaya.example"
name = "Adela Campos"
department = "administration"
role = "administrator"
"#;

pub const ORGANISATION: &str = r#"
name = "Cedar Street Markets"
time_zone = "America/New_York"
[[departments]]
name = "sales"
title = { en = "Sales", es = "Ventas" }
[[departments]]
name = "marketing"
title = { en = "Marketing", es = "Marketing" }
[[departments]]
name = "finance"
title = { en = "Finance", es = "Finanzas" }
[[departments]]
name = "administration"
title = { en = "Administration", es = "Administración" }
[[people]]
email = "ana@atalaya.example"
name = "Ana Robles"
department = "sales"
role = "employee"
[people.attributes]
regions = ["North"]
[[people]]
email = "sergio@atalaya.example"
name = "Sergio Vidal"
department = "sales"
role = "manager"
[people.attributes]
regions = ["South"]
[[people]]
email = "marta@atalaya.example"
name = "Marta Soler"
department = "marketing"
role = "manager"
[[people]]
email = "fermin@atalaya.example"
name = "Fermín Otero"
department = "finance"
role = "manager"
[[people]]
email = "adela@atalaya.example"
name = "Adela Campos"
department = "administration"
role = "administrator"
"#;

pub const POLICIES: &str = r#"
[[policies]]
mart = "baskets"
department = "sales"
rows = [{ column = "region", operator = "in", values = ["person.regions"] }]
masks = [{ column = "household_id", mask = "hash" }]
[[policies]]
mart = "baskets"
department = "finance"
[[builds]]
department = "finance"
datasets = ["lake.transactions"]
"#;
