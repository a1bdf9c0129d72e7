//! Watching: news of the portal as they happen. The pages' second door, beside `ask`: one connection of Server-Sent Events for everything
//! that a page watches, because a browser keeps few connections to one origin.

use crate::search::asks::{Live, Watched};
use leptos::prelude::*;

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

/// The page's line, once for all its parts.
pub fn provide() {
    #[cfg(feature = "hydrate")]
    provide_context(browser::PageLine::new());
}

/// Watches what `watched` names; another one starts anew, `None` stops. `take` gets each message. Ends with the component that asked; on
/// the server nothing is watched.
pub fn subscribe(watched: Signal<Option<Watched>>, take: impl Fn(Live) + 'static) -> ReadSignal<Connection> {
    let (connection, set_connection) = signal(Connection::Off);
    #[cfg(feature = "hydrate")]
    browser::watch(watched, take, set_connection);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (watched, set_connection);
        drop(take);
    }
    connection
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::Connection;
    use crate::search::asks::{Live, Told, Watched};
    use leptos::prelude::*;
    use std::{rc::Rc, time::Duration};
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    const PATH: &str = "/api/live";
    /// Between the places in the id of a message.
    const BETWEEN: char = '~';
    const FIRST_WAIT_MS: u64 = 1_000;
    const LONGEST_WAIT_MS: u64 = 30_000;
    /// Parts of a page that come or go together change the line once.
    const TOGETHER_MS: u64 = 30;

    /// One thing that is watched.
    struct Watcher {
        number: u32,
        /// As the address says it.
        watched: String,
        /// Of the last message that came.
        place: String,
        take: Rc<dyn Fn(Live)>,
        connection: WriteSignal<Connection>,
        over: bool,
    }

    #[derive(Default)]
    struct Line {
        watchers: Vec<Watcher>,
        numbers: u32,
        source: Option<Source>,
        /// Tries that were refused since the line last stood.
        refusals: u32,
        opens: bool,
    }

    /// An open connection with what listens to it.
    struct Source {
        source: EventSource,
        _heard: Closure<dyn Fn(MessageEvent)>,
        _changed: [Closure<dyn Fn()>; 2],
    }

    impl Drop for Source {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    /// Shared by copy among the parts of a page.
    #[derive(Clone, Copy)]
    pub struct PageLine(StoredValue<Line, LocalStorage>);

    pub fn watch(watched: Signal<Option<Watched>>, take: impl Fn(Live) + 'static, connection: WriteSignal<Connection>) {
        let Some(line) = use_context::<PageLine>() else { return };
        let take: Rc<dyn Fn(Live)> = Rc::new(take);
        let number = line.number();
        Effect::new(move |_| {
            let wanted = watched.get().and_then(|watched| serde_json::to_string(&watched).ok());
            connection.set(if wanted.is_some() { Connection::Opening } else { Connection::Off });
            let take = take.clone();
            line.change(number, wanted.map(|watched| Watcher { number, watched, place: String::new(), take, connection, over: false }));
        });
        on_cleanup(move || line.change(number, None));
    }

    impl PageLine {
        pub fn new() -> Self {
            Self(StoredValue::new_local(Line::default()))
        }

        fn number(self) -> u32 {
            let next = |line: &mut Line| {
                line.numbers += 1;
                line.numbers
            };
            self.0.try_update_value(next).unwrap_or_default()
        }

        /// Puts a watcher in place of that of its number.
        fn change(self, number: u32, watcher: Option<Watcher>) {
            let change = |line: &mut Line| {
                let before = line.watchers.len();
                line.watchers.retain(|known| known.number != number);
                let changed = before != line.watchers.len() || watcher.is_some();
                line.watchers.extend(watcher);
                changed
            };
            if self.0.try_update_value(change).unwrap_or_default() {
                self.open_after(TOGETHER_MS);
            }
        }

        fn open_after(self, wait_ms: u64) {
            let first = self.0.try_update_value(|line| !std::mem::replace(&mut line.opens, true)).unwrap_or_default();
            if first {
                set_timeout(move || self.open(), Duration::from_millis(wait_ms));
            }
        }

        /// One connection for everything that is watched now, each where it stood.
        fn open(self) {
            let source = self.0.try_update_value(|line| {
                (line.opens, line.source) = (false, None);
                let open: Vec<&Watcher> = line.watchers.iter().filter(|watcher| !watcher.over).collect();
                let address = address(&open)?;
                let numbers = open.iter().map(|watcher| watcher.number).collect();
                EventSource::new(&address).ok().map(|source| (source, numbers))
            });
            let Some((source, numbers)) = source.flatten() else { return };
            let numbers: Rc<Vec<u32>> = Rc::new(numbers);
            let heard = {
                let (numbers, source) = (numbers.clone(), source.clone());
                Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| self.hear(&numbers, &source, &event))
            };
            let opened = {
                let numbers = numbers.clone();
                Closure::<dyn Fn()>::new(move || {
                    let _ = self.0.try_update_value(|line| line.refusals = 0);
                    self.say(&numbers, Connection::Open);
                })
            };
            let failed = {
                let source = source.clone();
                Closure::<dyn Fn()>::new(move || self.fail(&numbers, source.ready_state() == EventSource::CLOSED))
            };
            source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            source.set_onopen(Some(opened.as_ref().unchecked_ref()));
            source.set_onerror(Some(failed.as_ref().unchecked_ref()));
            let source = Source { source, _heard: heard, _changed: [opened, failed] };
            let _ = self.0.try_update_value(|line| line.source = Some(source));
        }

        fn hear(self, numbers: &[u32], source: &EventSource, event: &MessageEvent) {
            let Some(Told { of, told }) = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) else { return };
            let id = event.last_event_id();
            let take = self.0.try_update_value(|line| {
                let mut places = id.split(BETWEEN);
                for number in numbers {
                    let place = places.next().unwrap_or_default();
                    if let Some(watcher) = line.watchers.iter_mut().find(|watcher| watcher.number == *number) {
                        place.clone_into(&mut watcher.place);
                    }
                }
                let watcher = line.watchers.iter_mut().find(|watcher| Some(&watcher.number) == numbers.get(of))?;
                if told.is_last() {
                    watcher.over = true;
                    watcher.connection.try_set(Connection::Ended);
                }
                let take = watcher.take.clone();
                if line.watchers.iter().all(|watcher| watcher.over) {
                    source.close();
                }
                Some(take)
            });
            // Outside: what takes it may come back here.
            if let Some(take) = take.flatten() {
                take(told);
            }
        }

        /// `refused`: the browser does not try again by itself.
        fn fail(self, numbers: &[u32], refused: bool) {
            self.say(numbers, if refused { Connection::Refused } else { Connection::Lost });
            if refused {
                let again = |line: &mut Line| {
                    line.refusals += 1;
                    (FIRST_WAIT_MS << (line.refusals - 1).min(10)).min(LONGEST_WAIT_MS)
                };
                self.open_after(self.0.try_update_value(again).unwrap_or(LONGEST_WAIT_MS));
            }
        }

        fn say(self, numbers: &[u32], connection: Connection) {
            let _ = self.0.try_update_value(|line| {
                for watcher in line.watchers.iter().filter(|watcher| !watcher.over && numbers.contains(&watcher.number)) {
                    watcher.connection.try_set(connection);
                }
            });
        }
    }

    /// `None` when nothing is watched.
    fn address(open: &[&Watcher]) -> Option<String> {
        let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
        if open.is_empty() {
            return None;
        }
        let mut parts: Vec<String> = open.iter().map(|watcher| format!("watch={}", encoded(&watcher.watched))).collect();
        let places: Vec<&str> = open.iter().map(|watcher| watcher.place.as_str()).collect();
        if places.iter().any(|place| !place.is_empty()) {
            parts.push(format!("last_event_id={}", encoded(&places.join(&BETWEEN.to_string()))));
        }
        Some(format!("{PATH}?{}", parts.join("&")))
    }
}
