//! Times as logs write them, read into Unix milliseconds.

use super::scan::digits;
use crate::words::Refusal;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, format::Item, format::StrftimeItems};
use chrono_tz::Tz;

const DAY_MS: i64 = 86_400_000;
/// Numbers below this are seconds, others milliseconds: it is 1973 in milliseconds and the year 5138 in seconds.
const SECONDS_END: f64 = 1e11;

/// How a declared field holds the event's time.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// RFC 3339, else the time of access logs, else seconds or milliseconds since 1970.
    Any,
    Seconds,
    Milliseconds,
    /// In strftime's words; times without a zone are of this one.
    Written(String, Tz),
}

impl Format {
    /// `auto`, `seconds`, `milliseconds`, or strftime's words.
    pub fn of(text: &str, zone: &str) -> Result<Self, Refusal> {
        Ok(match text {
            "auto" => Self::Any,
            "seconds" => Self::Seconds,
            "milliseconds" => Self::Milliseconds,
            written if written.contains('%') && !StrftimeItems::new(written).any(|item| matches!(item, Item::Error)) => {
                Self::Written(written.to_owned(), self::zone(zone)?)
            }
            _ => {
                return Err(Refusal::new(
                    "parser.time.format",
                    format!("{text:?} is no format of a time: write auto, seconds, milliseconds, or as in %Y-%m-%d %H:%M:%S."),
                    format!("{text:?} no es un formato de hora: escriba auto, seconds, milliseconds, o como en %Y-%m-%d %H:%M:%S."),
                ));
            }
        })
    }

    pub fn read(&self, text: &str) -> Option<i64> {
        let text = text.trim();
        match self {
            Self::Any => rfc3339(text).or_else(|| access(text.as_bytes())).or_else(|| {
                let number = text.parse::<f64>().ok()?;
                milliseconds(if number.abs() < SECONDS_END { number * 1_000.0 } else { number })
            }),
            Self::Seconds => milliseconds(text.parse::<f64>().ok()? * 1_000.0),
            Self::Milliseconds => milliseconds(text.parse::<f64>().ok()?),
            Self::Written(format, zone) => match DateTime::parse_from_str(text, format) {
                Ok(time) => Some(time.timestamp_millis()),
                Err(_) => NaiveDateTime::parse_from_str(text, format).ok().and_then(|time| in_zone(time, *zone)),
            },
        }
    }
}

/// A zone by its name in the IANA database.
pub fn zone(name: &str) -> Result<Tz, Refusal> {
    name.parse().map_err(|_| {
        Refusal::new(
            "parser.zone",
            format!("There is no time zone {name:?}: write one as in Europe/Madrid or UTC."),
            format!("No hay ninguna zona horaria {name:?}: escriba una como Europe/Madrid o UTC."),
        )
    })
}

/// `22/Jan/2019:03:56:14 +0330`, read by hand: each line of an access log has one.
pub fn access(text: &[u8]) -> Option<i64> {
    let &[d1, d2, b'/', m1, m2, m3, b'/', y1, y2, y3, y4, b':', h1, h2, b':', n1, n2, b':', s1, s2, b' ', sign, z1, z2, z3, z4] = text else {
        return None;
    };
    let month = month(&[m1, m2, m3])?;
    let local = civil(digits(&[y1, y2, y3, y4])?, month, digits(&[d1, d2])?, digits(&[h1, h2])?, digits(&[n1, n2])?, digits(&[s1, s2])?)?;
    let ahead = digits(&[z1, z2])? * 3_600_000 + digits(&[z3, z4]).filter(|minutes| *minutes < 60)? * 60_000;
    match sign {
        b'+' => Some(local - ahead),
        b'-' => Some(local + ahead),
        _ => None,
    }
}

pub fn rfc3339(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_millis())
}

/// `Jan`, whatever its case.
pub fn month(name: &[u8]) -> Option<i64> {
    let &[first, second, third] = name else { return None };
    Some(match [first | 0x20, second | 0x20, third | 0x20] {
        [b'j', b'a', b'n'] => 1,
        [b'f', b'e', b'b'] => 2,
        [b'm', b'a', b'r'] => 3,
        [b'a', b'p', b'r'] => 4,
        [b'm', b'a', b'y'] => 5,
        [b'j', b'u', b'n'] => 6,
        [b'j', b'u', b'l'] => 7,
        [b'a', b'u', b'g'] => 8,
        [b's', b'e', b'p'] => 9,
        [b'o', b'c', b't'] => 10,
        [b'n', b'o', b'v'] => 11,
        [b'd', b'e', b'c'] => 12,
        _ => return None,
    })
}

/// Milliseconds since 1970 of a date and time without a zone. A 60th second (a leap second) counts into the next minute.
pub fn civil(year: i64, month: i64, day: i64, hour: i64, minute: i64, second: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
        return None;
    }
    // Howard Hinnant's days_from_civil: years begin in March, so that the leap day is the last.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000)
}

/// A time without a year: the year that brings it nearest to when the record was taken.
pub fn nearest_year(month: i64, day: i64, hour: i64, minute: i64, second: i64, zone: Tz, taken_ms: i64) -> Option<i64> {
    let year = i64::from(DateTime::from_timestamp_millis(taken_ms)?.year());
    (year - 1..=year + 1)
        .filter_map(|year| civil(year, month, day, hour, minute, second))
        .filter_map(|local| in_zone(DateTime::from_timestamp_millis(local)?.naive_utc(), zone))
        .min_by_key(|at_ms| at_ms.abs_diff(taken_ms))
}

/// The earlier of two where clocks went back; where they went forward, as if they had not.
pub fn in_zone(time: NaiveDateTime, zone: Tz) -> Option<i64> {
    let found = zone.from_local_datetime(&time).earliest().or_else(|| {
        let before = zone.from_local_datetime(&time.checked_sub_signed(TimeDelta::hours(3))?).earliest()?;
        before.checked_add_signed(TimeDelta::hours(3))
    })?;
    Some(found.timestamp_millis())
}

fn milliseconds(number: f64) -> Option<i64> {
    let bound = NaiveDate::MAX.checked_sub_days(Days::new(1)).map_or(0, |day| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis());
    (number.is_finite() && number.abs() < bound as f64).then_some(number.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_times_are_those_of_the_calendar() {
        for (text, rfc) in [
            ("22/Jan/2019:03:56:14 +0330", "2019-01-22T03:56:14+03:30"),
            ("29/Feb/2024:23:59:59 -0800", "2024-02-29T23:59:59-08:00"),
            ("01/Mar/2000:00:00:00 +0000", "2000-03-01T00:00:00Z"),
            ("31/dec/1969:23:59:59 +0000", "1969-12-31T23:59:59Z"),
            ("01/Jan/0001:00:00:00 +0000", "0001-01-01T00:00:00Z"),
        ] {
            assert_eq!(access(text.as_bytes()), rfc3339(rfc), "{text}");
        }
        assert_eq!(access(b"31/Dec/2016:23:59:60 +0000"), rfc3339("2017-01-01T00:00:00Z"));
        for bad in [
            "",
            "29/Feb/2023:00:00:00 +0000",
            "22/Xyz/2019:03:56:14 +0330",
            "22/Jan/2019:24:00:00 +0000",
            "22/Jan/2019:03:56:14 0330",
            "2/Jan/2019:03:56:14 +0330",
        ] {
            assert_eq!(access(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_time_without_a_year_is_near() {
        let taken = rfc3339("2026-01-01T00:00:05Z").unwrap();
        let read = |month, day| nearest_year(month, day, 23, 59, 58, Tz::UTC, taken).unwrap();
        assert_eq!(read(12, 31), rfc3339("2025-12-31T23:59:58Z").unwrap());
        assert_eq!(read(1, 1), rfc3339("2026-01-01T23:59:58Z").unwrap());
        assert_eq!(nearest_year(2, 30, 0, 0, 0, Tz::UTC, taken), None);
        assert_eq!(nearest_year(2, 29, 0, 0, 0, Tz::UTC, taken), None, "no leap day within a year of it");
    }

    #[test]
    fn clocks_that_jump_have_a_time_for_each_text() {
        let madrid = zone("Europe/Madrid").unwrap();
        let local = |text| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        assert_eq!(in_zone(local("2026-03-29 02:30"), madrid), rfc3339("2026-03-29T01:30:00Z"));
        assert_eq!(in_zone(local("2026-10-25 02:30"), madrid), rfc3339("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn formats_are_found_or_followed() {
        let at = rfc3339("2026-11-24T10:00:00Z");
        for (format, text) in [
            ("auto", "2026-11-24T11:00:00+01:00"),
            ("auto", "24/Nov/2026:10:00:00 +0000"),
            ("auto", "1795514400"),
            ("auto", "1795514400000"),
            ("seconds", "1795514400.0"),
            ("milliseconds", "1795514400000"),
            ("%Y-%m-%d %H:%M:%S", "2026-11-24 11:00:00"),
            ("%d.%m.%Y %H:%M %z", "24.11.2026 12:00 +0200"),
        ] {
            assert_eq!(Format::of(format, "Europe/Madrid").unwrap().read(text), at, "{format} {text}");
        }
        for (format, text) in [("auto", "yesterday"), ("seconds", "1e300"), ("milliseconds", "NaN"), ("%Y", "24")] {
            assert_eq!(Format::of(format, "UTC").unwrap().read(text), None, "{format} {text}");
        }
        for bad in ["", "date", "%Q"] {
            assert!(Format::of(bad, "UTC").is_err(), "{bad}");
        }
    }
}
