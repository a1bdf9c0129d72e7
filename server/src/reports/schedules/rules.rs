//! When a schedule comes due: its days as cron texts, its next time, and the one after times that were missed.

use crate::{
    fault::{Fault, Result},
    jobs::times,
};
use app::reports::schedules::asks::{Days, Repeat};

/// Refuses days and times that there are not.
pub fn check(repeat: Repeat) -> Result<()> {
    match repeat.days {
        Days::Weekly(day) if !(1..=7).contains(&day) => return Err(Fault::invalid("Choose a day of the week.", "Elija un día de la semana.").on("weekday")),
        Days::Monthly(day) if !(1..=31).contains(&day) => return Err(Fault::invalid("Choose a day from 1 to 31.", "Elija un día del 1 al 31.").on("day")),
        Days::Daily | Days::Weekdays | Days::Weekly(_) | Days::Monthly(_) => {}
    }
    if repeat.hour > 23 || repeat.minute > 59 {
        return Err(Fault::invalid("Write a time from 00:00 to 23:59.", "Escriba una hora de 00:00 a 23:59.").on("time"));
    }
    Ok(())
}

/// As cron texts that never meet: a day that February does not have needs one of its own.
pub fn crons(repeat: Repeat) -> Vec<String> {
    let Repeat { days, hour, minute } = repeat;
    let days = match days {
        Days::Daily => vec!["* * *".to_owned()],
        Days::Weekdays => vec!["* * 1-5".to_owned()],
        Days::Weekly(day) => vec![format!("* * {day}")],
        Days::Monthly(day) if day >= 31 => vec!["L * *".to_owned()],
        Days::Monthly(day) if day > 28 => vec![format!("{day} 1,3-12 *"), "L 2 *".to_owned()],
        Days::Monthly(day) => vec![format!("{day} * *")],
    };
    days.into_iter().map(|days| format!("{minute} {hour} {days}")).collect()
}

/// The first time after `after_ms`.
pub fn next(repeat: Repeat, zone: &str, after_ms: i64) -> Result<i64> {
    let mut first: Option<i64> = None;
    for cron in crons(repeat) {
        let at = times::next(&cron, zone, after_ms)?;
        first = [first, at].into_iter().flatten().min();
    }
    first.ok_or_else(|| Fault::internal("a schedule without a next time"))
}

/// The time after that of `due_ms`, at `now_ms`: those that were missed between are left out.
pub fn following(repeat: Repeat, zone: &str, due_ms: i64, now_ms: i64) -> Result<i64> {
    let mut done = due_ms;
    for cron in crons(repeat) {
        done = done.max(times::due(&cron, zone, due_ms, now_ms)?.unwrap_or(due_ms));
    }
    next(repeat, zone, done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    const MADRID: &str = "Europe/Madrid";

    fn utc(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().unwrap().timestamp_millis()
    }

    fn at(days: Days, hour: u8, minute: u8) -> Repeat {
        Repeat { days, hour, minute }
    }

    /// The next so many times, as `month-day hour:minute` of UTC.
    fn times(repeat: Repeat, zone: &str, from: &str, count: usize) -> Vec<String> {
        let mut now = utc(from);
        let mut times = Vec::new();
        for _ in 0..count {
            now = next(repeat, zone, now).unwrap();
            times.push(DateTime::<Utc>::from_timestamp_millis(now).unwrap().format("%m-%d %H:%M").to_string());
        }
        times
    }

    #[test]
    fn days_of_the_week_are_those_that_people_mean() {
        // 2025-01-03 is a Friday.
        assert_eq!(times(at(Days::Daily, 6, 5), "UTC", "2025-01-03T07:00:00Z", 2), ["01-04 06:05", "01-05 06:05"]);
        assert_eq!(times(at(Days::Weekdays, 6, 0), "UTC", "2025-01-03T07:00:00Z", 2), ["01-06 06:00", "01-07 06:00"]);
        assert_eq!(times(at(Days::Weekly(1), 6, 0), "UTC", "2025-01-03T07:00:00Z", 2), ["01-06 06:00", "01-13 06:00"]);
        assert_eq!(times(at(Days::Weekly(7), 6, 0), "UTC", "2025-01-03T07:00:00Z", 1), ["01-05 06:00"]);
    }

    #[test]
    fn a_shorter_month_has_its_last_day() {
        let from = "2025-01-30T12:00:00Z";
        assert_eq!(times(at(Days::Monthly(31), 6, 0), "UTC", from, 4), ["01-31 06:00", "02-28 06:00", "03-31 06:00", "04-30 06:00"]);
        assert_eq!(times(at(Days::Monthly(30), 6, 0), "UTC", from, 3), ["02-28 06:00", "03-30 06:00", "04-30 06:00"]);
        assert_eq!(times(at(Days::Monthly(29), 6, 0), "UTC", from, 2), ["02-28 06:00", "03-29 06:00"]);
        assert_eq!(times(at(Days::Monthly(29), 6, 0), "UTC", "2024-01-30T12:00:00Z", 2), ["02-29 06:00", "03-29 06:00"]);
        assert_eq!(times(at(Days::Monthly(28), 6, 0), "UTC", from, 2), ["02-28 06:00", "03-28 06:00"]);
    }

    #[test]
    fn the_hour_is_the_organisations_on_both_sides_of_its_changes_and_each_day_has_one() {
        // Madrid: 2025-03-30 02:00 -> 03:00, 2025-10-26 03:00 -> 02:00.
        assert_eq!(times(at(Days::Daily, 6, 0), MADRID, "2025-03-28T12:00:00Z", 3), ["03-29 05:00", "03-30 04:00", "03-31 04:00"]);
        assert_eq!(times(at(Days::Daily, 2, 30), MADRID, "2025-03-29T00:00:00Z", 3), ["03-29 01:30", "03-30 01:00", "03-31 00:30"]);
        assert_eq!(times(at(Days::Daily, 2, 30), MADRID, "2025-10-25T12:00:00Z", 2), ["10-26 00:30", "10-27 01:30"]);
    }

    #[test]
    fn what_was_missed_is_left_out() {
        let daily = at(Days::Daily, 6, 0);
        let due = utc("2025-01-01T06:00:00Z");
        assert_eq!(following(daily, "UTC", due, utc("2025-01-01T06:00:01Z")).unwrap(), utc("2025-01-02T06:00:00Z"));
        assert_eq!(following(daily, "UTC", due, utc("2025-01-09T05:00:00Z")).unwrap(), utc("2025-01-09T06:00:00Z"));
        // A clock that went back asks for nothing twice.
        assert_eq!(following(daily, "UTC", due, utc("2024-12-30T00:00:00Z")).unwrap(), utc("2025-01-02T06:00:00Z"));
        // Late in the hour that the autumn has twice.
        let night = at(Days::Daily, 2, 30);
        assert_eq!(following(night, MADRID, utc("2025-10-26T00:30:00Z"), utc("2025-10-26T01:10:00Z")).unwrap(), utc("2025-10-27T01:30:00Z"));
        let monthly = at(Days::Monthly(30), 6, 0);
        assert_eq!(following(monthly, "UTC", utc("2025-01-30T06:00:00Z"), utc("2025-03-05T00:00:00Z")).unwrap(), utc("2025-03-30T06:00:00Z"));
    }

    #[test]
    fn what_is_no_day_or_time_is_said_where_it_stands() {
        let field = |repeat| check(repeat).unwrap_err().field.unwrap();
        assert_eq!(field(at(Days::Weekly(0), 6, 0)), "weekday");
        assert_eq!(field(at(Days::Monthly(32), 6, 0)), "day");
        assert_eq!((field(at(Days::Daily, 24, 0)), field(at(Days::Daily, 0, 60))), ("time".to_owned(), "time".to_owned()));
        assert!(check(at(Days::Monthly(31), 23, 59)).is_ok());
    }
}
