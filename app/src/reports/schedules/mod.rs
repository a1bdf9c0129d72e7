//! One's own schedules below the reports: what is made when, how the last time went, and what can be done with each.

pub mod asks;
pub mod form;
pub mod words;

use self::{
    asks::{ChangeSchedule, DeleteSchedule, ScheduleCard},
    form::{RepeatDialog, Repeating},
};
use super::{asks::State, download::format_words, list::StateCell, progress::file_href, words as report_words};
use crate::{
    ask::{Fault, FaultKind},
    identity::asks::May,
    text::Language,
    ui::{
        act::{Act, use_act},
        button::LinkButton,
        calendar::now_ms,
        chip::{Mood, Tag},
        confirm::Confirm,
        figures::{Figures, use_figures},
        icon::Glyph,
        menu::{Menu, MenuItem},
        page::Panel,
        states::FaultView,
        table::{Cell, Column, DataTable},
        words as ui_words,
    },
    visit::use_language,
};
use leptos::prelude::*;

/// What the page is busy with. Its dialogs stand beside the lists, which are made anew while a report is under way.
#[derive(Clone, Copy)]
pub struct Desk {
    pub repeating: RwSignal<Option<Repeating>>,
    deleting: RwSignal<Option<ScheduleCard>>,
    /// Told when the lists show something that is no longer so.
    pub changed: Callback<()>,
}

impl Desk {
    pub fn new(changed: Callback<()>) -> Self {
        Self { repeating: RwSignal::new(None), deleting: RwSignal::new(None), changed }
    }
}

/// What every line of the list can do.
#[derive(Clone, Copy)]
struct Room {
    may: May,
    act: Act,
    desk: Desk,
}

/// Nothing at all where there is no schedule.
#[component]
pub fn Schedules(answer: Result<Vec<ScheduleCard>, Fault>, may: May, desk: Desk) -> impl IntoView {
    let language = use_language();
    let schedules = match answer {
        Ok(schedules) if schedules.is_empty() => return ().into_any(),
        Ok(schedules) => schedules,
        // The list of reports has said it.
        Err(fault) if fault.kind == FaultKind::Forbidden => return ().into_any(),
        Err(fault) => return view! { <FaultView fault retry=desk.changed/> }.into_any(),
    };
    let room = Room { may, act: use_act(), desk };
    let figures = use_figures();
    let now = now_ms();
    let columns = vec![
        Column::text("title", report_words::title_head(language)),
        Column::text("when", words::when(language)),
        Column::text("next", words::next(language)),
        Column::text("last", words::last(language)),
        Column::figure("actions", report_words::actions(language)).fixed(),
    ];
    let rows = schedules.into_iter().map(|schedule| row(schedule, room, &figures, now)).collect::<Vec<_>>();
    view! { <Panel title=words::schedules(language)><DataTable caption=words::schedules(language) columns rows/></Panel> }.into_any()
}

/// The dialogs of both lists; closed until something is chosen.
#[component]
pub fn ScheduleDialogs(desk: Desk) -> impl IntoView {
    let language = use_language();
    let act = use_act();
    let name = Callback::new(move |schedule: ScheduleCard| {
        let when = words::in_words(schedule.repeat, language);
        view! { <b>{schedule.title}</b>", "{when} }.into_any()
    });
    let on_sure = Callback::new(move |schedule: ScheduleCard| {
        act.run(DeleteSchedule { id: schedule.id }, move |()| {
            act.say(report_words::deleted(language));
            desk.changed.run(());
        });
    });
    view! {
        <RepeatDialog repeating=desk.repeating changed=desk.changed/>
        <Confirm
            about=desk.deleting
            title=words::delete_title(language)
            name
            text=words::delete_text(language)
            verb=report_words::delete(language)
            busy=act.busy
            on_sure
        />
    }
}

fn row(schedule: ScheduleCard, room: Room, figures: &Figures, now: i64) -> Vec<Cell> {
    let language = figures.language;
    let next = match (schedule.next_ms, &schedule.refusal) {
        (Some(ms), _) => Cell::figure(figures.when(ms, now), ms as f64),
        (None, None) => Cell::text(words::paused(language)),
        (None, Some(refusal)) => refused(refusal.get(language).to_owned(), language),
    };
    let last_ms = schedule.last_ms;
    let (told, order) = last_ms.map_or_else(|| (words::not_yet(language).to_owned(), 0.0), |ms| (figures.when(ms, now), ms as f64));
    let (named, shown) = (schedule.clone(), schedule.clone());
    vec![
        Cell::view(schedule.title.clone(), move || view! { <Named schedule=named.clone()/> }.into_any()),
        Cell::text(words::in_words(schedule.repeat, language)),
        next,
        Cell { order: Some(order), ..Cell::view(told.clone(), move || view! { <Last schedule=shown.clone() told=told.clone() may=room.may/> }.into_any()) },
        Cell::view("", move || menu(schedule.clone(), room, language)),
    ]
}

fn refused(why: String, language: Language) -> Cell {
    Cell::view(words::not_made(language), move || {
        view! { <div class="report-state"><Tag label=words::not_made(language) mood=Mood::Bad/><small>{why.clone()}</small></div> }.into_any()
    })
}

#[component]
fn Named(schedule: ScheduleCard) -> impl IntoView {
    let language = use_language();
    let elsewhere = schedule.elsewhere.map(|department| format!(" · {}", department.get(language)));
    view! { <span class="two-lines"><b>{schedule.title}</b><span>{format_words(schedule.format, language).0}{elsewhere}</span></span> }
}

/// When it was made last, and what became of that report as long as it is kept.
#[component]
fn Last(schedule: ScheduleCard, told: String, may: May) -> impl IntoView {
    let language = use_language();
    let report = schedule.last.map(|report| {
        let href = (may.take(report.format) && report.state == State::Ready).then(|| file_href(&report.id));
        let file = href.map(|href| view! { <LinkButton href label=report_words::open_file(language) glyph=Glyph::Download external=true/> });
        view! { <StateCell report may/>{file} }
    });
    view! { <div class="report-state"><span>{told}</span>{report}</div> }
}

fn menu(schedule: ScheduleCard, room: Room, language: Language) -> AnyView {
    let label = format!("{}: {}", ui_words::more_actions(language), schedule.title);
    let paused = schedule.next_ms.is_none();
    let (id, repeat) = (schedule.id.clone(), schedule.repeat);
    let pause = move |()| {
        room.act.run(ChangeSchedule { id: id.clone(), repeat, paused: !paused }, move |_| {
            room.act.say(if paused { words::resumed_now(language) } else { words::paused_now(language) });
            room.desk.changed.run(());
        });
    };
    let pause_label = if paused { words::resume(language) } else { words::pause(language) };
    let glyph = if paused { Glyph::Play } else { Glyph::Pause };
    // In another department, or without the right, it can only be deleted.
    let own = (room.may.schedule && schedule.elsewhere.is_none()).then(|| {
        let changing = schedule.clone();
        view! {
            <MenuItem label=pause_label glyph on_press=pause/>
            <MenuItem label=words::change(language) glyph=Glyph::Edit on_press=move |()| room.desk.repeating.set(Some(Repeating::Schedule(Box::new(changing.clone()))))/>
        }
    });
    view! {
        <Menu label>
            {own}
            <MenuItem label=words::delete_menu(language) glyph=Glyph::Delete danger=true on_press=move |()| room.desk.deleting.set(Some(schedule.clone()))/>
        </Menu>
    }
    .into_any()
}
