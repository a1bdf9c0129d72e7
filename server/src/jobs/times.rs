//! Scheduled times of a cron text in a time zone: the next one, and the newest that came due, whatever the clock does.

use crate::fault::{Fault, Result};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use croner::Cron;
use std::str::FromStr;

/// Refuses what is no cron text or no zone.
pub fn check(schedule: &str, zone: &str) -> Result<()> {
    parsed(schedule, zone).map(drop)
}

/// The next scheduled time after `after_ms`, Unix milliseconds.
pub fn next(schedule: &str, zone: &str, after_ms: i64) -> Result<Option<i64>> {
    let (cron, zone) = parsed(schedule, zone)?;
    Ok(following(&cron, at(after_ms, zone)?).map(|time| time.timestamp_millis()))
}

/// The newest scheduled time after `from_ms` and not after `now_ms`: of several that were missed, the last.
pub fn due(schedule: &str, zone: &str, from_ms: i64, now_ms: i64) -> Result<Option<i64>> {
    let (cron, zone) = parsed(schedule, zone)?;
    let (from, now) = (at(from_ms, zone)?, at(now_ms, zone)?);
    if following(&cron, from).is_none_or(|first| first > now) {
        return Ok(None);
    }
    // Only ever forward: backward, a time that the clock's change repeats would be found twice. The window grows until it
    // holds a scheduled time, so that a minute's schedule after a year off is not walked minute by minute.
    let mut window = Duration::days(2);
    loop {
        let start = (now - window).max(from);
        let times = std::iter::successors(following(&cron, start), |time| following(&cron, *time));
        if let Some(last) = times.take_while(|time| *time <= now).last() {
            return Ok(Some(last.timestamp_millis()));
        }
        if start == from {
            return Ok(None);
        }
        window = window * 8;
    }
}

fn following(cron: &Cron, after: DateTime<Tz>) -> Option<DateTime<Tz>> {
    cron.find_next_occurrence(&after, false).ok()
}

fn at(ms: i64, zone: Tz) -> Result<DateTime<Tz>> {
    DateTime::<Utc>::from_timestamp_millis(ms).map(|time| time.with_timezone(&zone)).ok_or_else(|| Fault::internal("a time out of range"))
}

fn parsed(schedule: &str, zone: &str) -> Result<(Cron, Tz)> {
    let cron = Cron::from_str(schedule).map_err(|cause| {
        Fault::invalid(format!("{schedule:?} is not a schedule: {cause}."), format!("{schedule:?} no es una programación: {cause}.")).on("schedule")
    })?;
    let zone = Tz::from_str(zone).map_err(|_| {
        Fault::invalid(format!("{zone:?} is not a time zone like Europe/Madrid."), format!("{zone:?} no es una zona horaria como Europe/Madrid."))
            .on("time_zone")
    })?;
    Ok((cron, zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().unwrap().timestamp_millis()
    }

    /// Ticks each minute from `from` to `to` and gives the times that got a run.
    fn runs(schedule: &str, zone: &str, from: &str, to: &str) -> Vec<String> {
        let (mut done, mut now, mut times) = (utc(from), utc(from), Vec::new());
        while now <= utc(to) {
            if let Some(at) = due(schedule, zone, done, now).unwrap() {
                done = at;
                times.push(DateTime::<Utc>::from_timestamp_millis(at).unwrap().format("%d %H:%M").to_string());
            }
            now += 60_000;
        }
        times
    }

    #[test]
    fn ft_b17_a_night_without_its_hour_and_one_with_it_twice_run_once_each() {
        // Madrid: 2025-03-30 02:00 -> 03:00, 2025-10-26 03:00 -> 02:00.
        assert_eq!(runs("30 2 * * *", "Europe/Madrid", "2025-03-29T00:00:00Z", "2025-03-31T12:00:00Z"), ["29 01:30", "30 01:00", "31 00:30"]);
        assert_eq!(runs("30 2 * * *", "Europe/Madrid", "2025-10-25T00:00:00Z", "2025-10-27T12:00:00Z"), ["25 00:30", "26 00:30", "27 01:30"]);
    }

    #[test]
    fn ft_b17_a_clock_that_jumps_forward_and_back_runs_nothing_twice() {
        let (schedule, zone) = ("0 * * * *", "UTC");
        let done = utc("2025-01-01T10:00:00Z");
        let jumped = due(schedule, zone, done, utc("2025-01-01T11:20:00Z")).unwrap();
        assert_eq!(jumped, Some(utc("2025-01-01T11:00:00Z")));
        assert_eq!(due(schedule, zone, jumped.unwrap(), utc("2025-01-01T10:20:00Z")).unwrap(), None);
        assert_eq!(due(schedule, zone, jumped.unwrap(), utc("2025-01-01T11:00:30Z")).unwrap(), None);
        assert_eq!(due(schedule, zone, jumped.unwrap(), utc("2025-01-01T12:00:00Z")).unwrap(), Some(utc("2025-01-01T12:00:00Z")));
    }

    #[test]
    fn ft_b18_three_days_off_are_caught_up_once_with_the_newest_time() {
        assert_eq!(due("0 2 * * *", "UTC", utc("2025-01-01T02:00:00Z"), utc("2025-01-04T09:00:00Z")).unwrap(), Some(utc("2025-01-04T02:00:00Z")));
        assert_eq!(due("*/1 * * * *", "UTC", utc("2024-01-01T00:00:00Z"), utc("2025-01-04T09:00:30Z")).unwrap(), Some(utc("2025-01-04T09:00:00Z")));
        assert_eq!(due("0 0 1 1 *", "UTC", utc("2020-06-01T00:00:00Z"), utc("2025-01-04T09:00:30Z")).unwrap(), Some(utc("2025-01-01T00:00:00Z")));
    }

    #[test]
    fn what_is_no_schedule_is_said() {
        assert!(check("61 * * * *", "UTC").unwrap_err().message.en.contains("61 * * * *"));
        assert!(check("0 2 * * *", "Mars/Base").unwrap_err().message.en.contains("Mars/Base"));
    }
}
