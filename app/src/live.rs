//! Watching: messages of the portal as they happen, over Server-Sent Events. The pages' second door, beside `ask`.

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

/// A view that can be watched: where, and what its messages are called.
pub trait Watch: Serialize + DeserializeOwned + 'static {
    /// Absolute path that answers GET with `text/event-stream`; each message is one value of this type as JSON.
    const PATH: &'static str;
    /// The names of its events.
    const EVENTS: &'static [&'static str];

    /// Nothing follows this message.
    fn is_last(&self) -> bool;
}

/// How the connection of a view stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Nothing is watched.
    #[default]
    Off,
    Opening,
    Open,
    /// Lost. The browser tries again and tells the portal the last message that came.
    Lost,
    /// The portal answered, but not with a view. It is tried again, less and less often.
    Refused,
    /// The portal said that nothing follows.
    Ended,
}

/// Watches the view that `search` names (the search part of an address, with its `?`); another one starts anew, `None` stops.
/// `take` gets each message. Ends with the component that asked; on the server nothing is watched.
pub fn subscribe<W: Watch>(search: Signal<Option<String>>, take: impl Fn(W) + Clone + 'static) -> ReadSignal<Connection> {
    let (connection, set_connection) = signal(Connection::Off);
    #[cfg(feature = "hydrate")]
    browser::watch(search, take, set_connection);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (search, set_connection);
        drop(take);
    }
    connection
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{Connection, Watch};
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    const FIRST_WAIT_MS: u64 = 1_000;
    const LONGEST_WAIT_MS: u64 = 30_000;

    /// One open connection with what listens to it.
    struct Line {
        source: EventSource,
        _heard: Closure<dyn Fn(MessageEvent)>,
        _changed: [Closure<dyn Fn()>; 2],
    }

    impl Drop for Line {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    pub fn watch<W: Watch>(search: Signal<Option<String>>, take: impl Fn(W) + Clone + 'static, connection: WriteSignal<Connection>) {
        let line = StoredValue::new_local(None::<Line>);
        let last_id = StoredValue::new(None::<String>);
        let wait_ms = StoredValue::new(FIRST_WAIT_MS);
        let again = RwSignal::new(0_u32);
        Effect::new(move |before: Option<Option<String>>| {
            again.track();
            let wanted = search.get();
            let same = before.is_some_and(|before| before == wanted);
            line.set_value(None);
            if !same {
                last_id.set_value(None);
                wait_ms.set_value(FIRST_WAIT_MS);
            }
            match &wanted {
                None => connection.set(Connection::Off),
                Some(search) => {
                    connection.set(if same { Connection::Lost } else { Connection::Opening });
                    line.set_value(open(search, last_id, wait_ms, again, take.clone(), connection));
                }
            }
            wanted
        });
        on_cleanup(move || line.dispose());
    }

    fn open<W: Watch>(
        search: &str,
        last_id: StoredValue<Option<String>>,
        wait_ms: StoredValue<u64>,
        again: RwSignal<u32>,
        take: impl Fn(W) + 'static,
        connection: WriteSignal<Connection>,
    ) -> Option<Line> {
        // A connection that the portal refused is a new one to the browser, which then forgets the last message; we do not.
        let since = last_id.get_value().map(|id| format!("&last_event_id={}", js_sys::encode_uri_component(&id))).unwrap_or_default();
        let source = EventSource::new(&format!("{}{search}{since}", W::PATH)).ok()?;
        let ended = source.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let Some(message) = event.data().as_string().and_then(|text| serde_json::from_str::<W>(&text).ok()) else { return };
            let id = event.last_event_id();
            if !id.is_empty() {
                let _ = last_id.try_update_value(|last| *last = Some(id));
            }
            if message.is_last() {
                ended.close();
                connection.try_set(Connection::Ended);
            }
            take(message);
        });
        for name in W::EVENTS {
            let _ = source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        }
        let opened = Closure::<dyn Fn()>::new(move || {
            let _ = wait_ms.try_update_value(|wait| *wait = FIRST_WAIT_MS);
            connection.try_set(Connection::Open);
        });
        let state = source.clone();
        let failed = Closure::<dyn Fn()>::new(move || {
            if state.ready_state() != EventSource::CLOSED {
                connection.try_set(Connection::Lost);
                return;
            }
            connection.try_set(Connection::Refused);
            let Some(wait) = wait_ms.try_get_value() else { return };
            let _ = wait_ms.try_update_value(|wait| *wait = (*wait * 2).min(LONGEST_WAIT_MS));
            set_timeout(
                move || {
                    let _ = again.try_update(|again| *again += 1);
                },
                Duration::from_millis(wait),
            );
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Some(Line { source, _heard: heard, _changed: [opened, failed] })
    }
}
