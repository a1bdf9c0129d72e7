//! Questions about schedules: a report of one's own that is made again by the clock.

use crate::{
    ask::Ask,
    reports::asks::{Format, ReportCard},
    text::Text,
};
use serde::{Deserialize, Serialize};

/// When a report is made: at one time of the organisation's clock, on some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    pub days: Days,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    Daily,
    /// Monday to Friday.
    Weekdays,
    /// 1 (Monday) to 7 (Sunday).
    Weekly(u8),
    /// 1 to 31; the last day where the month is shorter.
    Monthly(u8),
}

/// Has a stored report of one's own made again and again, each time under the policy of then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeSchedule {
    /// Id of the report.
    pub report: String,
    pub repeat: Repeat,
}

impl Ask for MakeSchedule {
    const PATH: &'static str = "/api/reports/make-schedule";
    type Reply = ScheduleCard;
}

/// One's own schedules, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListSchedules {}

impl Ask for ListSchedules {
    const PATH: &'static str = "/api/reports/schedules";
    type Reply = Vec<ScheduleCard>;
}

/// Sets when a schedule comes due and whether it is paused. What was missed while it was is not caught up.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeSchedule {
    pub id: String,
    pub repeat: Repeat,
    pub paused: bool,
}

impl Ask for ChangeSchedule {
    const PATH: &'static str = "/api/reports/change-schedule";
    type Reply = ScheduleCard;
}

/// Deletes a schedule; the reports that it has made stay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteSchedule {
    pub id: String,
}

impl Ask for DeleteSchedule {
    const PATH: &'static str = "/api/reports/delete-schedule";
    type Reply = ();
}

/// A schedule as its owner sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScheduleCard {
    pub id: String,
    pub title: String,
    pub format: Format,
    /// Its department, where that is another one than the reader acts in: then it can only be deleted.
    pub elsewhere: Option<Text>,
    pub repeat: Repeat,
    /// `None` while it is paused.
    pub next_ms: Option<i64>,
    /// Why the portal paused it.
    pub refusal: Option<Text>,
    /// When it last ordered a report, and that report, as long as it is kept.
    pub last_ms: Option<i64>,
    pub last: Option<ReportCard>,
}
