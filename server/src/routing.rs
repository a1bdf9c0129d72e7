//! How a route is declared: a path, its typed question, what it needs, its handler. A route without a need does not compile.

use crate::{
    access::{Action, Caller, Device, Kind, Need, Permit, Visitor, audit::Record, looking, principal::Via, visitor::address_of},
    fault::{Fault, Result},
    identity::{self, Pass},
    portal::Portal,
    sent::Download,
};
use app::ask::{Ask, FaultKind};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{ConnectInfo, DefaultBodyLimit, Request},
    response::{IntoResponse, Response},
    routing::{MethodFilter, on, post},
};
use http::{Extensions, HeaderMap, header};
use moka::future::Cache;
use std::{future::Future, net::SocketAddr, time::Duration};
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
    pub fn ask<A, H, F>(self, need: Need, handler: H) -> Self
    where
        A: Ask,
        H: Fn(Portal, Permit, A) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<A::Reply>> + Send,
    {
        self.ask_in_session(need, move |portal, permit, _session, question| handler(portal, permit, question))
    }

    /// The same for a handler that changes the session itself.
    pub fn ask_in_session<A, H, F>(mut self, need: Need, handler: H) -> Self
    where
        A: Ask,
        H: Fn(Portal, Permit, Session, A) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<A::Reply>> + Send,
    {
        self.entries.push(Entry { method: "POST", path: A::PATH, need: Some(need) });
        let portal = self.portal.clone();
        let answer = move |session: Session, headers: HeaderMap, extensions: Extensions, body: Bytes| async move {
            let (inner, own) = (portal.clone(), session.clone());
            let visitor = visitor(&portal, &headers, &extensions);
            let pass = Pass::of(session, &headers);
            permitted(&portal, &pass, visitor, need, A::PATH, |permit| async move {
                let reply = handler(inner, permit.clone(), own, question::<A>(&body)?).await?;
                // Written here and not by axum, so that the record knows how long it is.
                let reply = serde_json::to_vec(&reply)?;
                permit.gave_bytes(reply.len() as u64);
                Ok::<_, Fault>(([(header::CONTENT_TYPE, "application/json")], reply))
            })
            .await
        };
        self.router = self.router.route(A::PATH, post(answer).layer(DefaultBodyLimit::max(QUESTION_BYTES)));
        self
    }

    /// A typed question that needs no session: the few doors that are open by name. The handler writes its own audit record.
    pub fn open<A, H, F>(mut self, handler: H) -> Self
    where
        A: Ask,
        H: Fn(Portal, Session, Visitor, A) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<A::Reply>> + Send,
    {
        self.entries.push(Entry { method: "POST", path: A::PATH, need: None });
        let portal = self.portal.clone();
        let answer = move |session: Session, headers: HeaderMap, extensions: Extensions, body: Bytes| async move {
            let visitor = visitor(&portal, &headers, &extensions);
            handler(portal, session, visitor, question::<A>(&body)?).await.map(Json)
        };
        self.router = self.router.route(A::PATH, post(answer).layer(DefaultBodyLimit::max(QUESTION_BYTES)));
        self
    }

    /// A route that takes or gives something else than JSON (a file, a stream, a form), with a permit.
    pub fn raw<H, F, R>(mut self, method: &'static str, path: &'static str, need: Need, handler: H) -> Self
    where
        H: Fn(Portal, Permit, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<R>> + Send,
        R: IntoResponse + Send,
    {
        self.entries.push(Entry { method, path, need: Some(need) });
        let portal = self.portal.clone();
        let answer = move |session: Session, request: Request| async move {
            let inner = portal.clone();
            let visitor = visitor(&portal, request.headers(), request.extensions());
            let pass = Pass::of(session, request.headers());
            permitted(&portal, &pass, visitor, need, path, |permit| {
                Download::of(&inner, &permit, visitor, action(path)).of_answer(handler(inner, permit, request))
            })
            .await
        };
        self.router = self.router.route(path, on(filter(method), answer));
        self
    }

    /// A raw route whose answer goes on for long (a live view, a long download): it asks again for its permit as it goes.
    pub fn raw_lasting<H, F, R>(mut self, method: &'static str, path: &'static str, need: Need, handler: H) -> Self
    where
        H: Fn(Portal, Permit, Renewal, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<R>> + Send,
        R: IntoResponse + Send,
    {
        self.entries.push(Entry { method, path, need: Some(need) });
        let portal = self.portal.clone();
        let recent: Recent = Cache::builder().max_capacity(MOST_RECENT).time_to_live(RECENT).build();
        let answer = move |session: Session, request: Request| async move {
            let visitor = visitor(&portal, request.headers(), request.extensions());
            let pass = Pass::of(session, request.headers());
            let (inner, renewal) = (portal.clone(), Renewal { portal: portal.clone(), pass: pass.clone(), need, recent });
            permitted(&portal, &pass, visitor, need, path, |permit| {
                Download::of(&inner, &permit, visitor, action(path)).of_answer(handler(inner, permit, renewal, request))
            })
            .await
        };
        self.router = self.router.route(path, on(filter(method), answer));
        self
    }

    /// A raw route that takes a large body (an upload): `most_bytes` in place of the usual bound.
    pub fn raw_large<H, F, R>(mut self, method: &'static str, path: &'static str, need: Need, most_bytes: u64, handler: H) -> Self
    where
        H: Fn(Portal, Permit, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Result<R>> + Send,
        R: IntoResponse + Send,
    {
        self.entries.push(Entry { method, path, need: Some(need) });
        let portal = self.portal.clone();
        let answer = move |session: Session, request: Request| async move {
            let inner = portal.clone();
            let visitor = visitor(&portal, request.headers(), request.extensions());
            let pass = Pass::of(session, request.headers());
            permitted(&portal, &pass, visitor, need, path, |permit| handler(inner, permit, request)).await
        };
        // Room for the form around the file.
        let bound = DefaultBodyLimit::max(usize::try_from(most_bytes).unwrap_or(usize::MAX).saturating_add(1 << 20));
        self.router = self.router.route(path, on(filter(method), answer).layer(bound));
        self
    }

    /// A raw route that needs no session (plain form posts of the sign-in page).
    pub fn raw_open<H, F, R>(mut self, method: &'static str, path: &'static str, handler: H) -> Self
    where
        H: Fn(Portal, Session, Visitor, Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = R> + Send,
        R: IntoResponse,
    {
        self.entries.push(Entry { method, path, need: None });
        let portal = self.portal.clone();
        let answer = move |session: Session, request: Request| async move {
            let visitor = visitor(&portal, request.headers(), request.extensions());
            handler(portal, session, visitor, request).await.into_response()
        };
        self.router = self.router.route(path, on(filter(method), answer));
        self
    }

    /// The router, and the table of what it holds.
    pub fn finish(self) -> (Router, Vec<Entry>) {
        (self.router, self.entries)
    }
}

/// Asks again for the permit under which a request was answered: sessions end, people are disabled and policies change meanwhile (A19).
#[derive(Clone)]
pub struct Renewal {
    portal: Portal,
    pass: Pass,
    need: Need,
    recent: Recent,
}

/// Permits of the last moment, by session or key: its views that have news at the same time ask once for all of them.
type Recent = Cache<Option<String>, Renewed>;

/// A permit of now, and the generation of what is published.
#[derive(Clone)]
pub struct Renewed {
    pub permit: Permit,
    pub generation: i64,
}

/// No answer is older.
const RECENT: Duration = Duration::from_millis(250);
/// Sessions with answers.
const MOST_RECENT: u64 = 100_000;

impl Renewal {
    /// The permit of now; a fault when the session ended or the role does not allow it any more.
    pub async fn permit(&self) -> Result<Renewed> {
        match self.recent.try_get_with(self.pass.name(), self.asked()).await {
            Ok(renewed) => Ok(renewed),
            // Each view is told why by an answer of its own.
            Err(_) => self.asked().await,
        }
    }

    async fn asked(&self) -> Result<Renewed> {
        let caller = self.pass.still(&self.portal).await?;
        let permit = self.portal.governance.permit(&caller, self.need).await?;
        Ok(Renewed { permit, generation: self.portal.governance.published().await?.generation })
    }
}

/// Who one is, and the way out of a look through somebody else's eyes.
const ONESELF: Need = Need(Kind::Account, Action::View);

/// Who asks. A look that may not go on any longer ends here (A40): what was asked for through it is refused once, and from then on the
/// session is its person's own.
async fn caller(portal: &Portal, pass: &Pass, need: Need) -> Result<Caller> {
    let caller = pass.caller(portal).await?;
    let (Via::Viewing(viewer), Pass::Session(session)) = (&caller.via, pass) else { return Ok(caller) };
    if identity::viewing::goes_on(portal, viewer).await? && portal.governance.may_look(&caller, viewer).await? {
        return Ok(caller);
    }
    identity::viewing::drop_out(portal, session, &caller, viewer).await?;
    if need == ONESELF { identity::signed_in(portal, session).await } else { Err(looking::over()) }
}

/// Decides, answers, and writes the one audit record of the request. Changes and downloads wait until it is on disk,
/// and are refused while the log cannot be written.
async fn permitted<T, F>(portal: &Portal, pass: &Pass, visitor: Visitor, need: Need, path: &str, answer: impl FnOnce(Permit) -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let caller = caller(portal, pass, need).await?;
    let action = action(path);
    let permit = match portal.governance.permit(&caller, need).await {
        Ok(permit) => permit,
        Err(fault) => {
            let email = portal.identity.person(&caller.person).await?.map(|person| person.email).unwrap_or_default();
            portal.audit.note(Record::by(caller.via.name(&email), &action, "", outcome(&fault)).seen_at(&visitor)).await?;
            return Err(fault);
        }
    };
    let weighty = need.1.is_weighty();
    if weighty {
        portal.audit.ready().await?;
    }
    let answered = answer(permit.clone()).await;
    let trail = permit.trail();
    let outcome = answered.as_ref().map_or_else(outcome, |_| "allowed");
    let is_news = need != ONESELF || answered.is_err() || !trail.object.is_empty();
    let record = Record::of(&permit, &action, trail.object, outcome).with(trail.details).seen_at(&visitor).gave(trail.rows, trail.bytes);
    if weighty {
        portal.audit.record(record).await?;
    } else if is_news {
        // Who one is is asked by every page.
        portal.audit.note(record).await?;
    }
    answered
}

/// `/api/warehouse/ask` is recorded as `warehouse.ask`, `/reports/{id}/file` as `reports.file`.
fn action(path: &str) -> String {
    let path = path.trim_start_matches('/').trim_start_matches("api/");
    path.split('/').filter(|part| !part.starts_with('{')).collect::<Vec<_>>().join(".").replace('-', "_")
}

fn outcome(fault: &Fault) -> &'static str {
    match fault.kind {
        FaultKind::SignIn | FaultKind::Forbidden | FaultKind::NotFound | FaultKind::Invalid | FaultKind::Conflict | FaultKind::TooMany => "refused",
        FaultKind::Unavailable | FaultKind::Internal => "failed",
    }
}

fn visitor(portal: &Portal, headers: &HeaderMap, extensions: &Extensions) -> Visitor {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let address = peer.map_or(Visitor::default().address, |peer| address_of(peer.0.ip(), headers, &portal.config.trusted_proxies));
    Visitor { address, device: Device::of(headers) }
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
