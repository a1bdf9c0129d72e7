//! What is due: each scheduled time has its report once, ordered as its owner in the schedule's department, or pauses with the reason.

use super::{
    allowed, rules,
    store::{self, Schedule},
    time_zone,
};
use crate::{
    access::{Action, Caller, Kind, Need, Permit, audit::Record, principal::Via},
    database::now_ms,
    fault::{Fault, Result},
    jobs::Tick,
    portal::Portal,
    reports::make::{ordered, start},
};
use app::{ask::FaultKind, text::Text};
use serde_json::json;
use std::time::Duration;

/// For the clock.
pub fn tick() -> Tick {
    Tick { name: "reports.schedules", every: Duration::from_secs(5), run: |portal| Box::pin(async move { tick_at(&portal, now_ms()).await.map(drop) }) }
}

/// Orders the reports that are due at this time; gives their ids. Any number of processes may call it.
pub async fn tick_at(portal: &Portal, now_ms: i64) -> Result<Vec<String>> {
    let mut reports = Vec::new();
    for schedule in store::due(&portal.database, now_ms).await? {
        match order(portal, &schedule, now_ms).await {
            Ok(report) => reports.extend(report),
            // One schedule's trouble must not keep the others from their hour. It stays due.
            Err(fault) => tracing::error!(schedule = schedule.id, %fault, cause = ?fault.cause, "a scheduled report could not be ordered"),
        }
    }
    Ok(reports)
}

async fn order(portal: &Portal, schedule: &Schedule, now_ms: i64) -> Result<Option<String>> {
    // What cannot be audited is not done.
    portal.audit.ready().await?;
    let permit = match permit(portal, schedule).await {
        Ok(permit) => permit,
        // What is down or failed may come back by itself; all else waits for somebody.
        Err(fault) if matches!(fault.kind, FaultKind::Unavailable | FaultKind::TooMany | FaultKind::Internal) => return Err(fault),
        Err(fault) => return refuse(portal, schedule, &fault.message).await.map(|()| None),
    };
    let kept = ordered(portal, &permit, schedule.order.clone())?;
    let mut details = kept.order.details(&permit)?;
    details["schedule"] = json!(schedule.id);
    let next_ms = rules::following(schedule.repeat, &time_zone(portal).await?, schedule.next_ms, now_ms)?;
    let mut changes = portal.database.begin().await?;
    if !store::ordered(&mut changes, schedule, &kept.id, kept.made_ms, next_ms).await? {
        return Ok(None);
    }
    start(&mut changes, &kept).await?;
    changes.commit().await?;
    portal.audit.record(Record::of(&permit, "reports.make", format!("report {}", kept.id), "allowed").with(details)).await?;
    Ok(Some(kept.id))
}

/// What the owner may now, where it allows the same order once more; else a fault whose words tell them why not.
async fn permit(portal: &Portal, schedule: &Schedule) -> Result<Permit> {
    let caller = Caller::new(&schedule.owner, Some(schedule.department.clone()), Via::Job);
    let asked = |need| portal.governance.permit(&caller, need);
    // One's own account comes with every role: who has not even that is shut out, or no longer there.
    asked(Need(Kind::Account, Action::View)).await.map_err(|fault| match fault.kind {
        FaultKind::SignIn => Fault::new(fault.kind, Text::of("Your account was disabled.", "Se desactivó su cuenta.")),
        FaultKind::Forbidden => Fault::new(
            fault.kind,
            Text::of("You no longer belong to the department of this schedule.", "Ya no pertenece al departamento de esta programación."),
        ),
        _ => fault,
    })?;
    let permit = asked(Need(Kind::Report, Action::Schedule)).await.map_err(|fault| match fault.kind {
        FaultKind::Forbidden => Fault::new(
            fault.kind,
            Text::of(
                "Your role no longer schedules reports. Whoever administers permissions can change that.",
                "Su perfil ya no programa informes. Puede cambiarlo quien administra los permisos.",
            ),
        ),
        _ => fault,
    })?;
    allowed(portal, &permit, &schedule.order).await?;
    Ok(permit)
}

async fn refuse(portal: &Portal, schedule: &Schedule, refusal: &Text) -> Result<()> {
    let mut changes = portal.database.begin().await?;
    if !store::refuse(&mut changes, schedule, refusal).await? {
        return Ok(());
    }
    changes.commit().await?;
    let email = portal.identity.person(&schedule.owner).await?.map(|person| person.email).unwrap_or_default();
    let record = Record::by(email, "reports.schedule_paused", format!("schedule {}", schedule.id), "refused").with(json!({ "refusal": refusal.en }));
    portal.audit.record(Record { department: schedule.department.clone(), ..record }).await
}
