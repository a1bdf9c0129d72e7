//! The dialog that says when a report is made again: a new schedule of a report, or other times of one that stands.

use super::{
    asks::{ChangeSchedule, Days, MakeSchedule, Repeat, ScheduleCard},
    words,
};
use crate::{
    ui::{
        act::{use_act, use_form_faults},
        browser,
        button::{Button, Tone},
        dialog::{Dialog, open_while},
        form::{FormFault, SelectField, TextField},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What the dialog is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Repeating {
    /// A report that has no schedule by this dialog yet.
    Report {
        id: String,
        title: String,
    },
    Schedule(Box<ScheduleCard>),
}

/// Where the form begins.
const USUAL: Repeat = Repeat { days: Days::Daily, hour: 6, minute: 0 };

/// Stands once on the page; closed until something is to be repeated.
#[component]
pub fn RepeatDialog(repeating: RwSignal<Option<Repeating>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let open = open_while(repeating);
    let title = Signal::derive(move || match repeating.get() {
        Some(Repeating::Schedule(_)) => words::change_title(language).to_owned(),
        _ => words::repeat_title(language).to_owned(),
    });
    view! { <Dialog open title>{move || repeating.get().map(|about| view! { <RepeatForm about repeating changed/> })}</Dialog> }
}

#[component]
fn RepeatForm(about: Repeating, repeating: RwSignal<Option<Repeating>>, changed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let faults = use_form_faults();
    let (title, known) = match &about {
        Repeating::Report { title, .. } => (title.clone(), USUAL),
        Repeating::Schedule(card) => (card.title.clone(), card.repeat),
    };
    let done = move |card: ScheduleCard| {
        act.say(format!("{} {}.", words::is_set(language), words::in_words(card.repeat, language)));
        repeating.set(None);
        changed.run(());
    };
    let send = move |event: SubmitEvent| {
        let form = browser::read_form(&event);
        let repeat = filled(&form.text("every"), &form.text("weekday"), &form.text("day"), &form.text("time"));
        faults.clear();
        match &about {
            Repeating::Report { id, .. } => act.run_or(MakeSchedule { report: id.clone(), repeat }, done, move |fault| faults.set(fault)),
            Repeating::Schedule(card) => {
                let question = ChangeSchedule { id: card.id.clone(), repeat, paused: card.next_ms.is_none() };
                act.run_or(question, done, move |fault| faults.set(fault));
            }
        }
    };
    let every = RwSignal::new(name(known.days).to_owned());
    let ways = [
        ("daily", words::daily(language)),
        ("weekdays", words::weekdays(language)),
        ("weekly", words::weekly(language)),
        ("monthly", words::monthly(language)),
    ];
    let ways = ways.map(|(way, label)| (way.to_owned(), label.to_owned())).to_vec();
    let known_day = match known.days {
        Days::Weekly(day) | Days::Monthly(day) => day,
        Days::Daily | Days::Weekdays => 1,
    };
    let day_field = move || match every.get().as_str() {
        "weekly" => {
            let days = (1..=7).map(|day: u8| (day.to_string(), words::weekday(day, language).to_owned())).collect::<Vec<_>>();
            let value = known_day.min(7).to_string();
            view! { <SelectField name="weekday" label=words::weekday_label(language) options=days value error=faults.under("weekday")/> }.into_any()
        }
        "monthly" => {
            let days = (1..=31).map(|day: u8| (day.to_string(), day.to_string())).collect::<Vec<_>>();
            let value = known_day.to_string();
            view! {
                <SelectField name="day" label=words::day_label(language) help=words::day_help(language) options=days value error=faults.under("day")/>
            }
            .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <form class="form" on:submit=send>
            <p><b>{title}</b></p>
            <p>{words::repeat_text(language)}</p>
            <SelectField
                name="every"
                label=words::every(language)
                options=ways
                value=name(known.days).to_owned()
                on_change=Callback::new(move |way: String| every.set(way))
            />
            {day_field}
            <TextField
                name="time"
                label=words::time(language)
                kind="time"
                value=format!("{:02}:{:02}", known.hour, known.minute)
                help=words::time_help(language)
                error=faults.under("time")
            />
            <FormFault text=faults.above(&["weekday", "day", "time"])/>
            <div class="form-actions">
                <Button label=ui_words::cancel(language).to_owned() on_press=move |()| repeating.set(None)/>
                <Button label=words::set(language).to_owned() tone=Tone::Solid busy=act.busy/>
            </div>
        </form>
    }
}

/// As the form's list names it.
fn name(days: Days) -> &'static str {
    match days {
        Days::Daily => "daily",
        Days::Weekdays => "weekdays",
        Days::Weekly(_) => "weekly",
        Days::Monthly(_) => "monthly",
    }
}

/// What the fields hold. What is no day or no time becomes one that there is not: the portal says so under its field.
fn filled(every: &str, weekday: &str, day: &str, time: &str) -> Repeat {
    let days = match every {
        "weekdays" => Days::Weekdays,
        "weekly" => Days::Weekly(weekday.parse().unwrap_or_default()),
        "monthly" => Days::Monthly(day.parse().unwrap_or_default()),
        _ => Days::Daily,
    };
    // Some browsers write seconds too.
    let parts = time.split_once(':').and_then(|(hour, rest)| Some((hour.parse().ok()?, rest.get(..2)?.parse().ok()?)));
    let (hour, minute) = parts.unwrap_or((u8::MAX, 0));
    Repeat { days, hour, minute }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_says_what_was_chosen() {
        assert_eq!(filled("weekly", "5", "", "06:30"), Repeat { days: Days::Weekly(5), hour: 6, minute: 30 });
        assert_eq!(filled("monthly", "", "31", "23:59:00"), Repeat { days: Days::Monthly(31), hour: 23, minute: 59 });
        assert_eq!(filled("daily", "", "", "soon").hour, u8::MAX);
    }
}
