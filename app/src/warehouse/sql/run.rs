//! Running a statement: one at a time, and stopped when another is run, when it is cancelled, or when the page is left.

use super::asks::{ROWS, RunSql, Selected};
use crate::{
    ask::{Fault, Stop, ask_until},
    ui::browser,
};
use leptos::prelude::*;

/// Where the last statement that was run stands.
#[derive(Clone)]
pub enum State {
    Nothing,
    Running,
    /// The statement as it was run, for a download of the same.
    Done(String, Selected),
    Wrong(Fault),
    Stopped,
}

#[derive(Clone, Copy)]
pub struct Run {
    pub state: RwSignal<State>,
    under_way: StoredValue<Option<Stop>>,
    /// Grows with every statement: an answer to an earlier one is of no use.
    turn: StoredValue<u64>,
}

impl Run {
    /// Must be called while the component is made.
    pub fn new() -> Self {
        let run = Self { state: RwSignal::new(State::Nothing), under_way: StoredValue::new(None), turn: StoredValue::new(0) };
        on_cleanup(move || run.let_go());
        run
    }

    pub fn start(self, statement: String) {
        self.let_go();
        let stop = Stop::armed();
        let answer = ask_until(RunSql { statement: statement.clone(), limit: ROWS }, &stop);
        self.under_way.set_value(Some(stop));
        self.state.set(State::Running);
        let turn = self.turn.get_value();
        browser::spawn(async move {
            let answered = answer.await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.under_way.set_value(None);
            self.state.set(match answered {
                Ok(selected) => State::Done(statement, selected),
                Err(fault) => State::Wrong(fault),
            });
        });
    }

    pub fn cancel(self) {
        if self.state.with_untracked(|state| matches!(state, State::Running)) {
            self.let_go();
            self.state.set(State::Stopped);
        }
    }

    /// Ends what is under way: the portal stops its query.
    fn let_go(self) {
        let _ = self.turn.try_update_value(|turn| *turn += 1);
        if let Some(stop) = self.under_way.try_update_value(Option::take).flatten() {
            stop.stop();
        }
    }

    pub fn is_running(self) -> bool {
        self.state.with(|state| matches!(state, State::Running))
    }

    /// Whether the statement itself was at fault.
    pub fn is_wrong(self) -> bool {
        self.state.with(|state| matches!(state, State::Wrong(fault) if fault.field.is_some()))
    }
}
