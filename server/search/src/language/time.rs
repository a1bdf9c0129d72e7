//! Times as queries write them: ISO 8601, as exact as the writer cares to be.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeDelta};

/// From the first millisecond that is meant up to the first that is not: `2026-11` is a month, `2026-11-24T10:00` a minute. Times
/// without an offset are of UTC. A number of five or more digits is Unix milliseconds. `None`: not a time of the years 0 to 9999.
pub(super) fn span(text: &str) -> Option<(i64, i64)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let at: i64 = text.parse().ok()?;
        return crate::document::TIMES_MS.contains(&at).then_some((at, at + 1));
    }
    let (from, until) = match text.split_once(['T', 't']) {
        None => days(text)?,
        Some((date, time)) => instants(day(date)?, time)?,
    };
    (crate::document::TIMES_MS.contains(&from)).then_some((from, until))
}

/// As `span` reads it again.
pub(super) fn written(at_ms: i64) -> String {
    DateTime::from_timestamp_millis(at_ms).map_or_else(|| at_ms.to_string(), |at| at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn days(text: &str) -> Option<(i64, i64)> {
    let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let (from, until) = match text.len() {
        4 if all_digits => {
            let from = NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?;
            (from, from.with_year(from.year() + 1)?)
        }
        7 if all_digits => {
            let from = day(&format!("{text}-01"))?;
            (from, from.checked_add_months(Months::new(1))?)
        }
        _ => {
            let from = day(text)?;
            (from, from.checked_add_days(Days::new(1))?)
        }
    };
    Some((midnight(from), midnight(until)))
}

fn day(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    shaped.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?
}

fn instants(day: NaiveDate, text: &str) -> Option<(i64, i64)> {
    let clock_end = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, offset) = text.split_at(clock_end);
    let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let parts: Vec<u32> = whole.split(':').map(|part| (part.len() == 2).then(|| part.parse().ok())?).collect::<Option<_>>()?;
    let (hour, minute, second, mut width) = match parts[..] {
        [hour] => (hour, 0, 0, 3_600_000),
        [hour, minute] => (hour, minute, 0, 60_000),
        [hour, minute, second] => (hour, minute, second, 1_000),
        _ => return None,
    };
    let mut milliseconds = 0;
    if !fraction.is_empty() || clock.ends_with(['.', ',']) {
        if fraction.is_empty() || parts.len() != 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let kept = &fraction[..fraction.len().min(3)];
        width = 10_i64.pow(3 - u32::try_from(kept.len()).ok()?);
        milliseconds = kept.parse::<i64>().ok()? * width;
    }
    let local: NaiveDateTime = day.and_time(NaiveTime::from_hms_opt(hour, minute, second)?);
    let from = local.checked_sub_signed(TimeDelta::minutes(offset_minutes(offset)?))?.and_utc().timestamp_millis() + milliseconds;
    Some((from, from + width))
}

/// East of Greenwich: `+02:00`, `-0330`, `+01`, `Z` or nothing.
fn offset_minutes(text: &str) -> Option<i64> {
    let Some(sign) = text.chars().next().filter(|sign| *sign != 'Z' && *sign != 'z') else { return (text.len() < 2).then_some(0) };
    let digits = text[1..].replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |minutes| minutes.parse().ok())?;
    let east = hours * 60 + minutes;
    (hours < 24 && minutes < 60).then_some(if sign == '-' { -east } else { east })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_as_wide_as_it_is_written() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis();
        let cases = [
            ("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-02", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("2026-11-24", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
            ("2026-11-24T10", "2026-11-24T10:00:00Z", "2026-11-24T11:00:00Z"),
            ("2026-11-24T10:05Z", "2026-11-24T10:05:00Z", "2026-11-24T10:06:00Z"),
            ("2026-11-24T10:05:06+02:00", "2026-11-24T08:05:06Z", "2026-11-24T08:05:07Z"),
            ("2026-11-24T10:05:06.5-0330", "2026-11-24T13:35:06.5Z", "2026-11-24T13:35:06.6Z"),
            ("2026-11-24T10:05:06.123456Z", "2026-11-24T10:05:06.123Z", "2026-11-24T10:05:06.124Z"),
            ("1700000000000", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.001Z"),
        ];
        for (text, from, until) in cases {
            assert_eq!(span(text), Some((at(from), at(until))), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-13",
            "2026-02-30",
            "2026-11-24T25:00",
            "2026-11-24T1:00",
            "2026-11-24T10:00:00.",
            "2026-11-24T10:00+99:00",
            "2026-11-24T10:00Zx",
            "99999999999999999999",
            "20é6",
        ] {
            assert_eq!(span(text), None, "{text}");
        }
        assert_eq!(span(&written(1_700_000_000_123)), Some((1_700_000_000_123, 1_700_000_000_124)));
    }
}
