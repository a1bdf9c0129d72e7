//! The live tail: events as they come, newest on top; pause, what was skipped, and how the connection stands.

use super::{
    asks::{FoundPage, Hit, ListStreams, Live, SearchStream, Searched, TimeRange, Watched, WrongQuery},
    page::{Looking, question},
    view::View,
    words,
};
use crate::{
    ask::{FaultKind, ask},
    live::{Connection, subscribe},
    text::Language,
    ui::{
        browser,
        button::Button,
        chip::{Mood, Tag},
        figures::use_figures,
        icon::{Glyph, Icon},
    },
    visit::use_language,
};
use leptos::prelude::*;

/// Live events that stay on the page; older ones are found by searching.
pub const KEPT: usize = 500;
/// How often the bars and the total are asked anew while events come.
const COUNT_AGAIN_MS: u64 = 5_000;

#[derive(Clone, Copy)]
pub struct Tail {
    /// Newest first, at most `KEPT`.
    pub hits: RwSignal<Vec<Hit>>,
    /// Bars and total of now.
    pub course: RwSignal<Option<FoundPage>>,
    pub paused: RwSignal<bool>,
    /// Those that came during the pause, newest first.
    waiting: RwSignal<Vec<Hit>>,
    came_waiting: RwSignal<u64>,
    skipped: RwSignal<u64>,
    connection: ReadSignal<Connection>,
    wrong: RwSignal<Option<WrongQuery>>,
}

/// The live view of a query.
pub fn events(stream: &str, query: &str) -> Watched {
    Watched::Events { stream: stream.to_owned(), query: query.to_owned(), most: None }
}

impl Tail {
    pub fn new(stream: String, view: Memo<View>) -> Self {
        let watched = Memo::new(move |_| view.with(|view| view.live.then(|| events(&stream, &view.query))));
        let (hits, waiting, skipped, came_waiting) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()), RwSignal::new(0), RwSignal::new(0));
        let (paused, wrong, course) = (RwSignal::new(false), RwSignal::new(None), RwSignal::new(None));
        Effect::new(move |_| {
            watched.track();
            hits.set(Vec::new());
            waiting.set(Vec::new());
            came_waiting.set(0);
            skipped.set(0);
            paused.set(false);
            wrong.set(None);
            course.set(None);
        });
        let take = move |message: Live| match message {
            Live::Hits { hits: new, skipped: more } => {
                skipped.update(|skipped| *skipped += more);
                let newest_first = new.into_iter().rev();
                if paused.get_untracked() {
                    came_waiting.update(|came| *came += newest_first.len() as u64);
                    waiting.update(|kept| put_on_top(kept, newest_first));
                } else {
                    hits.update(|kept| put_on_top(kept, newest_first));
                }
            }
            Live::Wrong(found) => wrong.set(Some(found)),
            Live::Course(_) | Live::Ended => {}
        };
        let connection = subscribe(watched.into(), take);
        Self { hits, course, paused, waiting, came_waiting, skipped, connection, wrong }
    }

    /// Stops adding to the page; what comes meanwhile waits.
    pub fn pause(self) {
        self.paused.set(true);
    }

    fn resume(self) {
        let waiting = self.waiting.try_update(std::mem::take).unwrap_or_default();
        self.came_waiting.set(0);
        self.hits.update(|kept| put_on_top(kept, waiting.into_iter()));
        self.paused.set(false);
    }
}

/// Each event once: what came again after a lost connection stays where it is.
fn put_on_top(kept: &mut Vec<Hit>, newest_first: impl Iterator<Item = Hit>) {
    let mut new: Vec<Hit> = newest_first.filter(|hit| kept.iter().all(|known| known.id != hit.id)).collect();
    new.append(kept);
    new.truncate(KEPT);
    *kept = new;
}

/// Starts and stops the tail.
#[component]
pub fn LiveSwitch(looking: Looking) -> impl IntoView {
    let language = use_language();
    let on = Memo::new(move |_| looking.view.with(|view| view.live));
    let press = move |_| {
        looking.change(|view| {
            view.live = !view.live;
            if view.live {
                // Live events come by time and end now.
                view.order = None;
                if !matches!(view.range, TimeRange::LastMinutes(_)) {
                    view.range = TimeRange::default();
                }
            }
        });
    };
    view! {
        <button type="button" class="button line live-switch" aria-pressed=move || on.get().to_string() title=words::live_title(language) on:click=press>
            {move || view! { <Icon glyph=if on.get() { Glyph::Stop } else { Glyph::Play }/> }}
            <span>{words::live(language)}</span>
        </button>
    }
}

/// How the tail stands, with its ways: pause, go on, stop.
#[component]
pub fn TailState(looking: Looking) -> impl IntoView {
    let language = use_language();
    let figures = StoredValue::new(use_figures());
    let tail = looking.tail;
    let live = Memo::new(move |_| looking.view.with(|view| view.live));
    let gone = RwSignal::new(None::<String>);
    keep_counting(looking, live);
    // What came live is found by the search from now on.
    Effect::watch(
        move || live.get(),
        move |live, before, _| {
            if !live && before == Some(&true) {
                looking.found.refetch();
            }
        },
        false,
    );
    notice_refusal(tail.connection, gone, language);
    let count = move |count: u64| figures.with_value(|figures| figures.count(count));
    let state = move || {
        let (mood, text) = state_words(tail.connection.get(), tail.paused.get(), language);
        view! { <Tag label=text mood/> }
    };
    let waiting = move || {
        let came = tail.came_waiting.get();
        (came > 0).then(|| format!("{} {}", count(came), words::waiting(language)))
    };
    let skipped = move || {
        let skipped = tail.skipped.get();
        (skipped > 0).then(|| format!("{} {}", count(skipped), words::skipped(language)))
    };
    let pause = move |()| if tail.paused.get_untracked() { tail.resume() } else { tail.pause() };
    let pause_label = Signal::derive(move || if tail.paused.get() { words::go_on(language) } else { words::pause(language) }.to_owned());
    let over = move || matches!(tail.connection.get(), Connection::Ended) && tail.wrong.with(Option::is_none);
    view! {
        <div class="tail" class:gone=move || !live.get()>
            <span role="status">{state}</span>
            <span class="tail-said">{waiting}</span>
            <span class="tail-said">{skipped}</span>
            <Button label=pause_label glyph=Glyph::Pause on_press=pause/>
        </div>
        <div role="alert">
            {move || {
                let text = gone.get().or_else(|| over().then(|| words::ended_why(language).to_owned()))?;
                live.get().then(|| view! { <p class="banner bad"><Icon glyph=Glyph::Alert/><span>{text}</span></p> })
            }}
        </div>
    }
}

fn state_words(connection: Connection, paused: bool, language: Language) -> (Mood, &'static str) {
    match connection {
        Connection::Open if paused => (Mood::Lamp, words::paused(language)),
        Connection::Open => (Mood::Busy, words::live_now(language)),
        Connection::Off | Connection::Opening => (Mood::Plain, words::connecting(language)),
        Connection::Lost | Connection::Refused => (Mood::Lamp, words::reconnecting(language)),
        Connection::Ended => (Mood::Bad, words::ended(language)),
    }
}

/// While events come, bars and total are asked anew; the first answer also holds what came before the connection stood.
fn keep_counting(looking: Looking, live: Memo<bool>) {
    let tail = looking.tail;
    let count = move |limit: u32| {
        let name = looking.card.with_value(|card| card.name.clone());
        let view = looking.view.get_untracked();
        let asked = SearchStream { limit, ..question(&name, &view) };
        browser::spawn(async move {
            let Ok(Searched::Found(page)) = ask(asked.clone()).await else { return };
            let still = looking.view.try_get_untracked().is_some_and(|view| view.live && view.query == asked.query && view.range == asked.range);
            if still {
                if limit > 1 {
                    tail.hits.update(|kept| put_below(kept, page.hits.clone()));
                }
                tail.course.set(Some(FoundPage { hits: Vec::new(), ..page }));
            }
        });
    };
    Effect::new(move |_| {
        if tail.connection.get() == Connection::Open {
            count(super::page::PAGE_EVENTS);
        }
    });
    browser::every(COUNT_AGAIN_MS, move || {
        if live.get_untracked() && !tail.paused.get_untracked() && tail.connection.get_untracked() == Connection::Open {
            count(1);
        }
    });
}

/// What a search found belongs below what came live, by time.
fn put_below(kept: &mut Vec<Hit>, found: Vec<Hit>) {
    kept.extend(found.into_iter().filter(|hit| kept.iter().all(|known| known.id != hit.id)).collect::<Vec<_>>());
    kept.sort_by_key(|hit| std::cmp::Reverse(hit.at_ms));
    kept.truncate(KEPT);
}

/// A view that the portal refuses may be gone for good: then the portal's own words say why.
fn notice_refusal(connection: ReadSignal<Connection>, gone: RwSignal<Option<String>>, language: Language) {
    Effect::new(move |_| {
        if connection.get() != Connection::Refused {
            gone.set(None);
            return;
        }
        browser::spawn(async move {
            if let Err(fault) = ask(ListStreams {}).await
                && matches!(fault.kind, FaultKind::SignIn | FaultKind::Forbidden | FaultKind::NotFound)
            {
                gone.try_set(Some(fault.message.get(language).to_owned()));
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(id: u32, at_ms: i64) -> Hit {
        Hit { id: id.to_string(), at_ms, values: Vec::new(), marks: Vec::new(), several: Vec::new() }
    }

    fn ids(hits: &[Hit]) -> Vec<&str> {
        hits.iter().map(|hit| hit.id.as_str()).collect()
    }

    #[test]
    fn the_newest_is_on_top_and_none_comes_twice() {
        let mut kept = vec![hit(2, 20), hit(1, 10)];
        put_on_top(&mut kept, [hit(4, 40), hit(3, 30), hit(2, 20)].into_iter());
        assert_eq!(ids(&kept), ["4", "3", "2", "1"]);
        put_below(&mut kept, vec![hit(3, 30), hit(0, 25), hit(9, 5)]);
        assert_eq!(ids(&kept), ["4", "3", "0", "2", "1", "9"]);
    }

    #[test]
    fn old_ones_make_room() {
        let mut kept = (0..KEPT as u32).map(|id| hit(id, 0)).collect();
        put_on_top(&mut kept, [hit(9_999, 1)].into_iter());
        assert_eq!((kept.len(), kept[0].id.as_str(), kept[KEPT - 1].id.as_str()), (KEPT, "9999", "498"));
    }
}
