//! Schedules: a report of one's own, ordered again by the clock under the permit that its owner has at each time. Nobody else sees or
//! changes one, and none outlives its owner. Owns the table of `0023_reports.sql`.

mod due;
mod rules;
mod store;

pub use due::{tick, tick_at};
pub use store::forget_owner;

use super::{make::check, open, order::Order, store as reports};
use crate::{
    access::{Action, Kind, Need, Permit},
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    ask::FaultKind,
    reports::schedules::asks::{ChangeSchedule, DeleteSchedule, ListSchedules, MakeSchedule, ScheduleCard},
    text::Text,
};
use serde_json::json;
use store::Schedule;

/// Most of one person.
const MOST: i64 = 50;

/// All of one's own, those of other departments too: they stay one's own to delete.
pub async fn list(portal: Portal, permit: Permit, _ask: ListSchedules) -> Result<Vec<ScheduleCard>> {
    let mut cards = Vec::new();
    for schedule in store::of(&portal.database, &permit.principal().person).await? {
        cards.push(card(&portal, &permit, schedule).await?);
    }
    Ok(cards)
}

/// Has a report of one's own made again by the clock, in the department in which one acts.
pub async fn make(portal: Portal, permit: Permit, ask: MakeSchedule) -> Result<ScheduleCard> {
    let kept = open::own(&portal, &permit, &ask.report).await?;
    permit.about(format!("report {}", kept.id), serde_json::Value::Null);
    rules::check(ask.repeat)?;
    allowed(&portal, &permit, &kept.order).await?;
    let schedule = Schedule {
        id: new_id(),
        owner: kept.owner,
        department: kept.department,
        next_ms: rules::next(ask.repeat, &time_zone(&portal).await?, now_ms())?,
        repeat: ask.repeat,
        order: kept.order,
        paused: false,
        refusal: None,
        report: None,
        last_ms: None,
    };
    let mut details = schedule.order.details(&permit)?;
    details["repeat"] = json!(rules::crons(schedule.repeat));
    permit.about(format!("schedule {}", schedule.id), details);
    let mut changes = portal.database.begin().await?;
    if store::count(&mut changes, &schedule.owner).await? >= MOST {
        return Err(Fault::invalid(
            format!("You have {MOST} schedules, as many as one person may have. Delete one first."),
            format!("Tiene {MOST} programaciones, las que una persona puede tener. Elimine antes alguna."),
        ));
    }
    store::insert(&mut changes, &schedule).await?;
    changes.commit().await?;
    card(&portal, &permit, schedule).await
}

/// Sets when, and whether it goes on. What was missed while it was paused is not caught up.
pub async fn change(portal: Portal, permit: Permit, ask: ChangeSchedule) -> Result<ScheduleCard> {
    let known = own(&portal, &permit, &ask.id).await?;
    permit.about(format!("schedule {}", known.id), json!({ "repeat": rules::crons(ask.repeat), "paused": ask.paused }));
    rules::check(ask.repeat)?;
    if known.department != permit.principal().department {
        return Err(Fault::invalid(
            "This schedule is of another department: go on there first, in the menu of your name.",
            "Esta programación es de otro departamento: pase antes a él, en el menú de su nombre.",
        ));
    }
    if !ask.paused {
        allowed(&portal, &permit, &known.order).await?;
    }
    let next_ms = rules::next(ask.repeat, &time_zone(&portal).await?, now_ms())?;
    let refusal = known.refusal.clone().filter(|_| ask.paused);
    let schedule = Schedule { repeat: ask.repeat, paused: ask.paused, next_ms, refusal, ..known };
    let mut changes = portal.database.begin().await?;
    store::change(&mut changes, &schedule).await?;
    changes.commit().await?;
    card(&portal, &permit, schedule).await
}

/// Deletes it; what it has made stays as long as any report.
pub async fn delete(portal: Portal, permit: Permit, ask: DeleteSchedule) -> Result<()> {
    permit.own_hands()?;
    let schedule = own(&portal, &permit, &ask.id).await?;
    permit.about(format!("schedule {}", schedule.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    store::remove(&mut changes, &schedule.id).await?;
    Ok(changes.commit().await?)
}

/// Refuses what would not be made under this permit, in words that still say something when nobody is there to be asked.
async fn allowed(portal: &Portal, permit: &Permit, order: &Order) -> Result<()> {
    if !permit.allows(Need(Kind::Report, Action::Export)) {
        let text = Text::of(
            "Your role does not make reports. Whoever administers permissions can change that.",
            "Su perfil no hace informes. Puede cambiarlo quien administra los permisos.",
        );
        return Err(Fault::new(FaultKind::Forbidden, text));
    }
    match check(portal, permit, order).await {
        Err(fault) if fault.kind == FaultKind::NotFound => Err(Fault::new(
            FaultKind::NotFound,
            Text::of("What this report reads is not there for you any more.", "Lo que lee este informe ya no está a su alcance."),
        )),
        checked => checked,
    }
}

/// A schedule of this person; anybody else's is not there.
async fn own(portal: &Portal, permit: &Permit, id: &str) -> Result<Schedule> {
    let known = store::one(&portal.database, id).await?;
    known.filter(|schedule| schedule.owner == permit.principal().person).ok_or_else(Fault::not_found)
}

async fn card(portal: &Portal, permit: &Permit, schedule: Schedule) -> Result<ScheduleCard> {
    let here = schedule.department == permit.principal().department;
    // To who looks as the owner only titles and times are shown, as of reports (A40).
    let looked = permit.viewer().is_some();
    let last = match schedule.report.as_deref().filter(|_| here && !looked) {
        Some(report) => reports::one(&portal.database, report).await?.map(|kept| open::card(permit, &kept)),
        None => None,
    };
    Ok(ScheduleCard {
        id: schedule.id,
        title: schedule.order.title,
        format: schedule.order.format,
        elsewhere: if here { None } else { Some(portal.governance.department_title(&schedule.department).await?) },
        repeat: schedule.repeat,
        next_ms: (!schedule.paused).then_some(schedule.next_ms),
        refusal: schedule.refusal.filter(|_| !looked),
        last_ms: schedule.last_ms,
        last,
    })
}

/// The zone in which schedules count.
async fn time_zone(portal: &Portal) -> Result<String> {
    Ok(portal.identity.organisation().await?.map_or_else(|| "UTC".into(), |organisation| organisation.time_zone))
}
