//! What may follow in the query bar: asked for while one writes, chosen by key or press.

use super::{
    asks::{CompleteQuery, Completion},
    caret::{caret, write},
    page::Looking,
};
use crate::{ask::ask, ui::browser};
use leptos::{html, prelude::*};

/// Letters that come faster than this are answered once.
const PAUSE_MS: u64 = 120;

#[derive(Clone, Copy)]
pub struct Offers {
    pub list: RwSignal<Vec<Completion>>,
    /// The one that Enter takes.
    pub at: RwSignal<Option<usize>>,
    /// Grows with every letter: an answer to an earlier one is of no use.
    turn: StoredValue<u64>,
    looking: Looking,
    input: NodeRef<html::Input>,
}

impl Offers {
    pub fn new(looking: Looking, input: NodeRef<html::Input>) -> Self {
        Self { list: RwSignal::new(Vec::new()), at: RwSignal::new(None), turn: StoredValue::new(0), looking, input }
    }

    pub fn are_open(self) -> bool {
        self.list.with(|list| !list.is_empty())
    }

    pub fn close(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.list.set(Vec::new());
        self.at.set(None);
    }

    /// Asks what may stand where one writes.
    pub fn look(self) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let current = move || self.turn.try_get_value() == Some(turn);
        browser::after(PAUSE_MS, move || {
            if !current() {
                return;
            }
            let query = self.looking.draft.get_untracked();
            let at = caret(self.input).min(query.chars().count());
            let stream = self.looking.card.with_value(|card| card.name.clone());
            let range = self.looking.view.with_untracked(|view| view.range);
            browser::spawn(async move {
                // Without an answer one writes on without help.
                let offered = ask(CompleteQuery { stream, query, at, range }).await.unwrap_or_default();
                if current() {
                    self.at.set(None);
                    self.list.set(offered);
                }
            });
        });
    }

    /// Moves to the next or the one before, around the ends.
    pub fn step(self, forward: bool) {
        let count = self.list.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        self.at.update(|at| {
            *at = Some(match (*at, forward) {
                (None, true) => 0,
                (None, false) => count - 1,
                (Some(at), true) => (at + 1) % count,
                (Some(at), false) => (at + count - 1) % count,
            });
        });
    }

    /// Puts the one at `place` into the query and goes on from there.
    pub fn take(self, place: usize) {
        let Some(chosen) = self.list.with_untracked(|list| list.get(place).cloned()) else { return };
        let (text, after) = put(&self.looking.draft.get_untracked(), &chosen);
        self.looking.draft.set(text.clone());
        write(self.input, &text, after, 0);
        self.close();
        self.look();
    }
}

/// The query with a completion in its place, and the character after it.
fn put(query: &str, chosen: &Completion) -> (String, usize) {
    let before: String = query.chars().take(chosen.from).collect();
    let after: String = query.chars().skip(chosen.until.max(chosen.from)).collect();
    let place = before.chars().count() + chosen.text.chars().count();
    (format!("{before}{}{after}", chosen.text), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_takes_the_place_of_what_was_begun() {
        let chosen = |from, until, text: &str| Completion { from, until, text: text.into(), kind: None, events: None };
        assert_eq!(put("ñ AND sta", &chosen(6, 9, "status:")), ("ñ AND status:".into(), 13));
        assert_eq!(put("sta AND x", &chosen(0, 3, "status:")), ("status: AND x".into(), 7));
        assert_eq!(put("", &chosen(0, 0, "status:")), ("status:".into(), 7));
        assert_eq!(put("ab", &chosen(9, 3, "c")), ("abc".into(), 3));
    }
}
