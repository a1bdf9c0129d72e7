//! Passkeys as the browser makes and uses them: the portal's challenge goes in as JSON, the credential comes out as JSON.

use super::asks::{AddPasskey, BeginPasskey, BeginSignInPasskey, SignInPasskey};
use crate::{
    ask::{Fault, FaultKind, ask},
    text::Text,
};
use serde_json::Value;

/// Has the browser make a passkey and the portal keep it.
pub async fn add(name: String, proof: String) -> Result<(), Fault> {
    let challenge = ask(BeginPasskey { proof }).await?;
    let credential = ceremony("parseCreationOptionsFromJSON", "create", challenge.options).await.map_err(in_words)?;
    ask(AddPasskey { name, credential }).await
}

/// Signs in with a passkey that the reader chooses in the browser.
pub async fn enter() -> Result<(), Fault> {
    let challenge = ask(BeginSignInPasskey {}).await?;
    let credential = ceremony("parseRequestOptionsFromJSON", "get", challenge.options).await.map_err(in_words)?;
    ask(SignInPasskey { credential }).await
}

/// Why the browser gave no credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
enum Refusal {
    /// It knows no passkeys, or none of their options as JSON.
    Unknown,
    /// Its reader said no, or let it wait.
    Declined,
    /// The device holds one of this person already.
    Twice,
    Failed,
}

fn in_words(refusal: Refusal) -> Fault {
    let text = match refusal {
        Refusal::Unknown => Text::of(
            "This browser takes no passkeys. Use a present version of Chrome, Edge, Firefox or Safari.",
            "Este navegador no admite llaves de acceso. Use una versión actual de Chrome, Edge, Firefox o Safari.",
        ),
        Refusal::Declined => Text::of(
            "The browser gave no passkey: it was cancelled, took too long, or there is none for this portal.",
            "El navegador no ha dado ninguna llave de acceso: se canceló, tardó demasiado o no hay ninguna para este portal.",
        ),
        Refusal::Twice => Text::of("This device holds a passkey of yours already.", "Este dispositivo ya guarda una llave de acceso suya."),
        Refusal::Failed => Text::of("The browser could not do this. Try again.", "El navegador no ha podido hacerlo. Inténtelo de nuevo."),
    };
    Fault::new(FaultKind::Invalid, text)
}

/// `navigator.credentials[verb]` with the options that `PublicKeyCredential[parse]` reads.
#[cfg(feature = "hydrate")]
async fn ceremony(parse: &str, verb: &str, options: Value) -> Result<Value, Refusal> {
    use js_sys::{JSON, Object, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue};
    let window: JsValue = leptos::prelude::window().into();
    let kind = property(&window, "PublicKeyCredential")?;
    let credentials = property(&property(&window, "navigator")?, "credentials")?;
    let text = serde_json::to_string(&options).map_err(|_| Refusal::Failed)?;
    let options = JSON::parse(&text).map_err(|_| Refusal::Failed)?;
    let question: JsValue = Object::new().into();
    Reflect::set(&question, &JsValue::from_str("publicKey"), &called(&kind, parse, &options)?).map_err(|_| Refusal::Failed)?;
    let promise: Promise = called(&credentials, verb, &question)?.dyn_into().map_err(|_| Refusal::Unknown)?;
    let credential: JsValue = wasm_bindgen_futures::JsFuture::from(promise).await.map_err(|fault| reason(&fault))?;
    let plain = called(&credential, "toJSON", &JsValue::UNDEFINED)?;
    let text = JSON::stringify(&plain).map_err(|_| Refusal::Failed)?;
    serde_json::from_str(&String::from(text)).map_err(|_| Refusal::Failed)
}

/// A page on the server has no browser.
#[cfg(not(feature = "hydrate"))]
async fn ceremony(_parse: &str, _verb: &str, _options: Value) -> Result<Value, Refusal> {
    Err(Refusal::Unknown)
}

#[cfg(feature = "hydrate")]
fn property(of: &wasm_bindgen::JsValue, name: &str) -> Result<wasm_bindgen::JsValue, Refusal> {
    let found = js_sys::Reflect::get(of, &wasm_bindgen::JsValue::from_str(name)).map_err(|_| Refusal::Unknown)?;
    if found.is_undefined() || found.is_null() { Err(Refusal::Unknown) } else { Ok(found) }
}

#[cfg(feature = "hydrate")]
fn called(on: &wasm_bindgen::JsValue, name: &str, argument: &wasm_bindgen::JsValue) -> Result<wasm_bindgen::JsValue, Refusal> {
    use wasm_bindgen::JsCast;
    let function: js_sys::Function = property(on, name)?.dyn_into().map_err(|_| Refusal::Unknown)?;
    function.call1(on, argument).map_err(|fault| reason(&fault))
}

/// By the name of what was thrown.
#[cfg(feature = "hydrate")]
fn reason(fault: &wasm_bindgen::JsValue) -> Refusal {
    let name = property(fault, "name").ok().and_then(|name| name.as_string()).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" | "AbortError" => Refusal::Declined,
        "InvalidStateError" => Refusal::Twice,
        "NotSupportedError" | "SecurityError" => Refusal::Unknown,
        _ => Refusal::Failed,
    }
}
