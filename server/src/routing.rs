//! How a route is declared: a path, its typed question, what it needs, its handler. A route without a need does not compile.

use crate::{
    access::{Need, Permit, principal::Via},
    fault::{Fault, Result},
    identity,
    portal::Portal,
};
use app::ask::Ask;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on, post},
};
use std::future::Future;
use tower_sessions::Session;

/// Largest JSON question, in bytes.
const QUESTION_BYTES: usize = 1 << 20;

/// What stands in the route table: the matrix test walks it as every person.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub method: &'static str,
    pub path: &'static str,
    /// `None` only for the doors that are open by name (sign in, set-up, health).
    pub need: Option<Need>,
}

/// Collects routes with their needs.
pub struct Routes {
    portal: Portal,
    router: Router,
    pub entries: Vec<Entry>,
}

impl Routes {
    pub fn new(portal: Portal) -> Self {
        Self { portal, router: Router::new(), entries: Vec::new() }
    }

    /// A typed question, answered with a permit for `need`.
    pub fn ask<A, H, F>(mut self, need: Need, handler: H) -> Self
    where
        A: Ask,
        H: Fn(Portal, Permit, A) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<A::Reply>> + Send,
    {
        self.entries.push(Entry { method: "POST", path: A::PATH, need: Some(need) });
        let portal = self.portal.clone();
        let answer = move |session: Session, body: Bytes| async move {
            let permit = permit(&portal, &session, need).await?;
            let question = question::<A>(&body)?;
            handler(portal, permit, question).await.map(Json)
        };
        self.router = self.router.route(A::PATH, post(answer).layer(DefaultBodyLimit::max(QUESTION_BYTES)));
        self
    }

    /// A typed question that needs no session: the few doors that are open by name.
    pub fn open<A, H, F>(mut self, handler: H) -> Self
    where
        A: Ask,
        H: Fn(Portal, Session, A) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<A::Reply>> + Send,
    {
        self.entries.push(Entry { method: "POST", path: A::PATH, need: None });
        let portal = self.portal.clone();
        let answer = move |session: Session, body: Bytes| async move { handler(portal, session, question::<A>(&body)?).await.map(Json) };
        self.router = self.router.route(A::PATH, post(answer).layer(DefaultBodyLimit::max(QUESTION_BYTES)));
        self
    }

    /// A route that takes or gives something else than JSON (a file, a stream, a form), with a permit.
    pub fn raw<H, F, R>(mut self, method: &'static str, path: &'static str, need: Need, handler: H) -> Self
    where
        H: Fn(Portal, Permit, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<R>> + Send,
        R: IntoResponse,
    {
        self.entries.push(Entry { method, path, need: Some(need) });
        let portal = self.portal.clone();
        let answer = move |session: Session, request: Request| async move {
            let permit = permit(&portal, &session, need).await?;
            handler(portal, permit, request).await
        };
        self.router = self.router.route(path, on(filter(method), answer));
        self
    }

    /// A raw route that needs no session (plain form posts of the sign-in page).
    pub fn raw_open<H, F, R>(mut self, method: &'static str, path: &'static str, handler: H) -> Self
    where
        H: Fn(Portal, Session, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = R> + Send,
        R: IntoResponse,
    {
        self.entries.push(Entry { method, path, need: None });
        let portal = self.portal.clone();
        let answer = move |session: Session, request: Request| async move { handler(portal, session, request).await.into_response() };
        self.router = self.router.route(path, on(filter(method), answer));
        self
    }

    /// The router, and the table of what it holds.
    pub fn finish(self) -> (Router, Vec<Entry>) {
        (self.router, self.entries)
    }
}

async fn permit(portal: &Portal, session: &Session, need: Need) -> Result<Permit> {
    let person = identity::signed_in(portal, session).await?;
    portal.governance.permit(&person, Via::Session, need).await
}

fn question<A: Ask>(body: &[u8]) -> Result<A> {
    serde_json::from_slice(body).map_err(|cause| {
        let at = format!("line {} column {}", cause.line(), cause.column());
        Fault::invalid(format!("The question is not right at {at}."), format!("La pregunta no es correcta en {at}.")).because(cause)
    })
}

fn filter(method: &str) -> MethodFilter {
    match method {
        "GET" => MethodFilter::GET,
        "DELETE" => MethodFilter::DELETE,
        _ => MethodFilter::POST,
    }
}

/// Where a raw handler answers by itself.
pub type Answer = Result<Response>;
