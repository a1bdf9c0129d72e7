//! Jobs and runs in words: states, schedules, who asked.

use super::{
    asks::{RunCard, RunState},
    words,
};
use crate::{
    text::Language,
    ui::{
        chip::{Mood, Tag},
        figures::Figures,
    },
};
use leptos::prelude::*;

/// The state of a run as a label.
#[component]
pub fn StateTag(state: RunState, language: Language) -> impl IntoView {
    let mood = match state {
        RunState::Waiting | RunState::Cancelled => Mood::Plain,
        RunState::Running => Mood::Busy,
        RunState::Succeeded => Mood::Good,
        RunState::Partial => Mood::Lamp,
        RunState::Failed => Mood::Bad,
    };
    view! { <Tag label=state_word(state, language) mood/> }
}

pub fn state_word(state: RunState, language: Language) -> &'static str {
    match state {
        RunState::Waiting => words::waiting(language),
        RunState::Running => words::running(language),
        RunState::Succeeded => words::succeeded(language),
        RunState::Partial => words::partial(language),
        RunState::Failed => words::failed(language),
        RunState::Cancelled => words::cancelled(language),
    }
}

/// Whether the page should look again soon.
pub fn is_under_way(state: RunState) -> bool {
    matches!(state, RunState::Waiting | RunState::Running)
}

/// How long a run took, or has taken so far.
pub fn took(run: &RunCard, now_ms: i64, figures: &Figures) -> Option<(String, f64)> {
    let started = run.started_ms?;
    let ms = (run.finished_ms.unwrap_or(now_ms) - started).max(0) as u64;
    Some((figures.duration(ms), ms as f64))
}

pub fn asked_by(who: &str, language: Language) -> String {
    match who {
        "schedule" => words::by_schedule(language).to_owned(),
        "apply" => words::by_apply(language).to_owned(),
        person => person.to_owned(),
    }
}

/// The common cron texts in words; others as they are written.
pub fn schedule(cron: Option<&str>, language: Language) -> String {
    let Some(cron) = cron else {
        return words::by_hand(language).to_owned();
    };
    let parts: Vec<&str> = cron.split_whitespace().collect();
    match parts.as_slice() {
        [minute, hour, "*", "*", "*"] if number(minute) && number(hour) => format!("{} {hour:0>2}:{minute:0>2}", words::every_day_at(language)),
        [minute, "*", "*", "*", "*"] if number(minute) => format!("{} {minute}", words::every_hour_at(language)),
        [step, "*", "*", "*", "*"] => match step.strip_prefix("*/") {
            Some(minutes) if number(minutes) => words::every_minutes(language).replace("{}", minutes),
            _ => cron.to_owned(),
        },
        _ => cron.to_owned(),
    }
}

fn number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_read_as_people_say_them() {
        assert_eq!(schedule(Some("0 2 * * *"), Language::Es), "cada día a las 02:00");
        assert_eq!(schedule(Some("15 * * * *"), Language::En), "every hour at minute 15");
        assert_eq!(schedule(Some("*/10 * * * *"), Language::En), "every 10 minutes");
        assert_eq!(schedule(Some("0 2 * * mon"), Language::En), "0 2 * * mon");
        assert_eq!(schedule(None, Language::En), "by hand");
    }
}
