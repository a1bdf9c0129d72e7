//! Names of indices, and the periods they hold.

use super::IndexFault;
use crate::{Period, Shape};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime};
use std::collections::BTreeSet;

const MOST_FIELDS: usize = 200;

/// A shape whose names an index can carry.
pub(super) fn check(shape: &Shape) -> Result<(), IndexFault> {
    let wrong = |what: &str, name: &str| Err(IndexFault::Refused(format!("“{name}” is no name of {what}: lower-case letters, digits and _ only, at most 60")));
    for (what, name) in [("a department", &shape.department), ("a stream", &shape.stream)] {
        if !is_name(name) {
            return wrong(what, name);
        }
    }
    let mut names = BTreeSet::new();
    for field in &shape.fields {
        if !is_name(&field.name) {
            return wrong("a field", &field.name);
        }
        if !names.insert(&field.name) {
            return Err(IndexFault::Refused(format!("the field “{}” is there twice", field.name)));
        }
    }
    if names.len() > MOST_FIELDS {
        return Err(IndexFault::Refused(format!("a stream has at most {MOST_FIELDS} fields")));
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.len() <= 60 && name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(letters)
}

/// The read alias of a stream.
pub(super) fn alias(shape: &Shape) -> String {
    format!("atalaya-{}-{}", shape.department, shape.stream)
}

/// The index that an event of this time belongs to.
pub(super) fn index(shape: &Shape, at_ms: i64) -> String {
    format!("{}-{}", alias(shape), period(shape.period, at_ms))
}

/// `2026.11.24` or `2026.11`, of UTC.
pub(super) fn period(period: Period, at_ms: i64) -> String {
    let day = DateTime::from_timestamp_millis(at_ms).unwrap_or_default().date_naive();
    match period {
        Period::Day => format!("{:04}.{:02}.{:02}", day.year(), day.month(), day.day()),
        Period::Month => format!("{:04}.{:02}", day.year(), day.month()),
    }
}

/// What a period's name means: its kind, when it begins, when the next one does.
pub(super) fn bounds(name: &str) -> Option<(Period, i64, i64)> {
    let numbers: Vec<u32> = name.split('.').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let (kind, from, until) = match numbers[..] {
        [year, month, day] => {
            let from = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?;
            (Period::Day, from, from.checked_add_days(Days::new(1))?)
        }
        [year, month] => {
            let from = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, 1)?;
            (Period::Month, from, from.checked_add_months(Months::new(1))?)
        }
        _ => return None,
    };
    let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    Some((kind, start(from), start(until)))
}

/// A stream keeps the length of its periods while it has events: a replay would not meet its first copy otherwise.
pub(super) fn check_period(shape: &Shape, existing: &str) -> Result<(), IndexFault> {
    match bounds(existing) {
        Some((kind, ..)) if kind != shape.period => Err(IndexFault::Refused(format!(
            "the stream “{}” has events in “{existing}”, so its period cannot change; give the stream another name, or wait until they are deleted",
            shape.stream
        ))),
        _ => Ok(()),
    }
}

pub(super) fn changed_kind(field: &str, existing: &str) -> IndexFault {
    IndexFault::Refused(format!(
        "the field “{field}” holds values of another kind in “{existing}”; give it another name, or wait until those events are deleted"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_what_its_name_says() {
        for at_ms in [0, -1, 1_700_000_000_123, *crate::document::TIMES_MS.start(), *crate::document::TIMES_MS.end()] {
            for kind in [Period::Day, Period::Month] {
                let (named, from, until) = bounds(&period(kind, at_ms)).unwrap();
                assert!(named == kind && from <= at_ms && at_ms < until, "{at_ms}");
            }
        }
        assert_eq!(period(Period::Day, 1_700_000_000_123), "2023.11.14");
        assert_eq!(bounds("2026.13"), None);
        assert_eq!(bounds("log"), None);
    }
}
