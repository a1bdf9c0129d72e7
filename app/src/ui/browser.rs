//! What pages ask of the browser itself; on the server each of these does nothing.

use leptos::ev::SubmitEvent;

/// What a form held when it was sent. Inputs stay uncontrolled: their values are read once, here.
pub struct Filled {
    #[cfg(feature = "hydrate")]
    data: Option<web_sys::FormData>,
}

/// Stops the browser's own sending and reads the form.
pub fn read_form(event: &SubmitEvent) -> Filled {
    event.prevent_default();
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        Filled { data: form.and_then(|form| web_sys::FormData::new_with_form(&form).ok()) }
    }
    #[cfg(not(feature = "hydrate"))]
    Filled {}
}

/// The value of the button that sent a form; empty when it has none.
pub fn pressed(event: &SubmitEvent) -> String {
    #[cfg(feature = "hydrate")]
    return event.submitter().and_then(|button| button.get_attribute("value")).unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        String::new()
    }
}

impl Filled {
    /// The text of a field without white space around it; empty when there is no such field.
    pub fn text(&self, name: &str) -> String {
        self.exact(name).trim().to_owned()
    }

    /// The text of a field as typed, for passwords and program text.
    pub fn exact(&self, name: &str) -> String {
        #[cfg(feature = "hydrate")]
        return self.data.as_ref().and_then(|data| data.get(name).as_string()).unwrap_or_default();
        #[cfg(not(feature = "hydrate"))]
        {
            let _ = name;
            String::new()
        }
    }

    /// Whether a check box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        !self.exact(name).is_empty()
    }

    /// All values of a field that may stand several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        #[cfg(feature = "hydrate")]
        return self.data.as_ref().map(|data| data.get_all(name).iter().filter_map(|value| value.as_string()).collect()).unwrap_or_default();
        #[cfg(not(feature = "hydrate"))]
        {
            let _ = name;
            Vec::new()
        }
    }

    /// The form itself, for an upload.
    #[cfg(feature = "hydrate")]
    pub fn into_data(self) -> Option<web_sys::FormData> {
        self.data
    }
}

/// What was chosen in a list that adds something: the list goes back to its first line, so that the same can be chosen again.
pub fn take_choice(event: &leptos::ev::Event) -> String {
    #[cfg(feature = "hydrate")]
    {
        let list = leptos::prelude::event_target::<web_sys::HtmlSelectElement>(event);
        let chosen = list.value();
        list.set_selected_index(0);
        chosen
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        String::new()
    }
}

/// Runs `work` in the background of the page; on the server, not at all.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(work);
    #[cfg(not(feature = "hydrate"))]
    drop(work);
}

/// Opens an address with a full page load.
pub fn load(href: &str) {
    #[cfg(feature = "hydrate")]
    let _ = leptos::prelude::window().location().set_href(href);
    #[cfg(not(feature = "hydrate"))]
    let _ = href;
}

/// Moves the focus to an element by its id.
pub fn focus(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Some(element) = leptos::prelude::document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Moves the focus to the first thing to fill in or press in the body of a dialog, not to the button that closes it.
pub fn focus_first(dialog: &leptos::web_sys::HtmlDialogElement) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        const FIRST: &str = ".dialog-body :is(input:not([type=hidden]), select, textarea, .button)";
        if let Some(element) = dialog.query_selector(FIRST).ok().flatten().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = dialog;
}

/// The text of the file that was chosen in an input, once it is read; `None` for one of more than `most` bytes, which is not read.
pub fn read_chosen(event: &leptos::ev::Event, most: f64, then: impl FnOnce(Option<String>) + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let input = leptos::prelude::event_target::<web_sys::HtmlInputElement>(event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        if file.size() > most {
            return then(None);
        }
        let reading = wasm_bindgen_futures::JsFuture::from(file.text());
        spawn(async move {
            if let Some(text) = reading.await.ok().and_then(|text| text.as_string()) {
                then(Some(text));
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (event, most);
        drop(then);
    }
}

/// Puts a text on the clipboard.
pub fn copy(text: &str) {
    #[cfg(feature = "hydrate")]
    let _ = leptos::prelude::window().navigator().clipboard().write_text(text);
    #[cfg(not(feature = "hydrate"))]
    let _ = text;
}

/// Where the portal stands, as in `https://portal.example`; empty on the server.
pub fn origin() -> String {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window().location().origin().unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    String::new()
}

/// Calls `tick` every so many milliseconds until the component that asked is gone.
pub fn every(ms: u64, tick: impl Fn() + 'static) {
    #[cfg(feature = "hydrate")]
    if let Ok(handle) = leptos::prelude::set_interval_with_handle(tick, std::time::Duration::from_millis(ms)) {
        leptos::prelude::on_cleanup(move || handle.clear());
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = ms;
        drop(tick);
    }
}

/// Calls `then` once, so many milliseconds from now.
pub fn after(ms: u64, then: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::set_timeout(then, std::time::Duration::from_millis(ms));
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = ms;
        drop(then);
    }
}

/// Puts the browser's own time zone into an empty or untouched input.
pub fn suggest_time_zone(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, JsValue};
        let options = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new()).resolved_options();
        let zone = js_sys::Reflect::get(&options, &JsValue::from_str("timeZone")).ok().and_then(|zone| zone.as_string());
        let input = leptos::prelude::document().get_element_by_id(id).and_then(|e| e.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let (Some(zone), Some(input)) = (zone, input)
            && input.value() == input.default_value()
            && zone.contains('/')
        {
            input.set_value(&zone);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Posts a form with its file as multipart. `moved(sent, all)` tells bytes on the way; `done` gets the answer's text, `Err` when it was refused.
pub fn upload(path: &'static str, form: Filled, moved: impl Fn(f64, f64) + 'static, done: impl FnOnce(Result<String, String>) + 'static) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        let (Some(data), Ok(request)) = (form.into_data(), web_sys::XmlHttpRequest::new()) else {
            return done(Err(String::new()));
        };
        let progress = Closure::<dyn Fn(web_sys::ProgressEvent)>::new(move |event: web_sys::ProgressEvent| moved(event.loaded(), event.total()));
        if let Ok(upload) = request.upload() {
            upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
        }
        progress.forget();
        let answered = request.clone();
        let end = Closure::once_into_js(move || {
            let text = answered.response_text().ok().flatten().unwrap_or_default();
            let good = answered.status().is_ok_and(|status| (200..300).contains(&status));
            done(if good { Ok(text) } else { Err(text) });
        });
        request.set_onloadend(Some(end.unchecked_ref()));
        let _ = request.open_with_async("POST", path, true);
        let _ = request.send_with_opt_form_data(Some(&data));
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (path, form);
        drop((moved, done));
    }
}
