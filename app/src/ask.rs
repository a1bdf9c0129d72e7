//! One typed question to the portal: the browser posts it; during server rendering the same route answers in process.

use crate::text::Text;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A question of the portal's API: its path and the type of its answer.
///
/// Every read and write of every page is one of these, so scripts can use the same API.
pub trait Ask: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Absolute path that takes the question as a JSON body by POST.
    const PATH: &'static str;
    type Reply: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
}

/// Why a question was not answered, as the browser sees it: what happened and the next step, never internals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    /// What happened and what to do next, in both languages.
    pub message: Text,
    /// The field of the question that must change, when one is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Whether the same question may succeed later without change.
    #[serde(default)]
    pub retry: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// No session (401).
    SignIn,
    /// Visible, but this action is not allowed (403).
    Forbidden,
    /// Not there, or not this reader's to see: the two cannot be told apart (404).
    NotFound,
    /// The question must be changed (400 or 422).
    Invalid,
    /// Somebody changed it meanwhile (409).
    Conflict,
    /// Too many at once (429).
    TooMany,
    /// Something outside is down, or the portal is busy (503).
    Unavailable,
    /// Our mistake (500).
    Internal,
}

impl Fault {
    pub fn new(kind: FaultKind, message: Text) -> Self {
        Self { kind, message, field: None, retry: matches!(kind, FaultKind::Unavailable | FaultKind::TooMany) }
    }

    /// The browser could not reach the portal.
    pub fn unreachable() -> Self {
        Self::new(
            FaultKind::Unavailable,
            Text::of("The portal does not answer. Check your connection and try again.", "El portal no responde. Compruebe su conexión e inténtelo de nuevo."),
        )
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for Fault {}

/// Ends a question that is under way: the browser lets go of it, and the portal stops what it does for it.
#[derive(Clone)]
pub struct Stop {
    #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
    controller: Option<send_wrapper::SendWrapper<web_sys::AbortController>>,
}

impl Stop {
    /// For one question; on the server it stops nothing.
    pub fn armed() -> Self {
        Self {
            #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
            controller: web_sys::AbortController::new().ok().map(send_wrapper::SendWrapper::new),
        }
    }

    /// The question is answered with a fault at once. Nothing happens when it was answered before.
    pub fn stop(&self) {
        #[cfg(all(feature = "hydrate", not(feature = "ssr")))]
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

/// The in-process way from a page being rendered on the server to the API's router.
#[cfg(feature = "ssr")]
pub mod door {
    use super::Fault;
    use std::{future::Future, pin::Pin, sync::Arc};

    /// Posts a JSON body to a path of the API with the visitor's headers and gives the JSON answer.
    pub type Call = dyn Fn(&'static str, Vec<u8>) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, Fault>> + Send>> + Send + Sync;

    /// Provided as context for each page; made while the visitor's request is current.
    #[derive(Clone)]
    pub struct Door(pub Arc<Call>);
}

#[cfg(feature = "ssr")]
pub fn ask<A: Ask>(question: A) -> impl Future<Output = Result<A::Reply, Fault>> + Send {
    let door = leptos::prelude::use_context::<door::Door>();
    async move {
        let Some(door) = door else {
            return Err(Fault::unreachable());
        };
        let body = serde_json::to_vec(&question).map_err(|_| Fault::unreachable())?;
        let bytes = (door.0)(A::PATH, body).await?;
        serde_json::from_slice(&bytes).map_err(|_| Fault::unreachable())
    }
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub fn ask<A: Ask>(question: A) -> impl Future<Output = Result<A::Reply, Fault>> + Send {
    post(question, None)
}

/// Asks what can be stopped.
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
pub fn ask_until<A: Ask>(question: A, stop: &Stop) -> impl Future<Output = Result<A::Reply, Fault>> + Send + use<A> {
    post(question, stop.controller.as_ref().map(|controller| controller.signal()))
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
fn post<A: Ask>(question: A, stopped: Option<web_sys::AbortSignal>) -> impl Future<Output = Result<A::Reply, Fault>> + Send {
    send_wrapper::SendWrapper::new(async move {
        let request = gloo_net::http::Request::post(A::PATH).abort_signal(stopped.as_ref()).json(&question).map_err(|_| Fault::unreachable())?;
        let reply = request.send().await.map_err(|_| Fault::unreachable())?;
        let ok = reply.ok();
        let text = reply.text().await.map_err(|_| Fault::unreachable())?;
        if ok {
            serde_json::from_str(&text).map_err(|_| Fault::unreachable())
        } else {
            Err(serde_json::from_str(&text).unwrap_or_else(|_| Fault::unreachable()))
        }
    })
}

/// Asks what can be stopped; a page that is being rendered waits for its answers.
#[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
pub fn ask_until<A: Ask>(question: A, _stop: &Stop) -> impl Future<Output = Result<A::Reply, Fault>> + Send + use<A> {
    ask(question)
}

/// Without a browser or a server (neither feature) there is nobody to ask: keeps the crate checkable alone.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
pub async fn ask<A: Ask>(_question: A) -> Result<A::Reply, Fault> {
    Err(Fault::unreachable())
}
