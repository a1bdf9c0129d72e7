//! Times of the search page: ranges in addresses, in words and in input fields.

use super::{asks::TimeRange, words};
use crate::{
    text::Language,
    ui::{calendar::civil, figures::Figures},
    visit::Zone,
    warehouse::calendar::Day,
};

/// The ranges that are offered, in minutes: 15 minutes to 30 days.
pub const QUICK: [u32; 7] = [15, 60, 240, 720, 1_440, 10_080, 43_200];

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// Ten years: longer ranges are a slip.
pub const LONGEST_MINUTES: u32 = 5_256_000;

/// `15m`, `4h`, `7d`.
pub fn write_last(minutes: u32) -> String {
    let (count, unit) = in_units(minutes);
    format!("{count}{}", ["m", "h", "d"][unit])
}

/// Reads what `write_last` writes, as minutes.
pub fn read_last(text: &str) -> Option<u32> {
    let unit = text.chars().next_back()?;
    let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
    let minutes = count.checked_mul(match unit {
        'm' => 1,
        'h' => 60,
        'd' => 1_440,
        _ => return None,
    })?;
    (1..=LONGEST_MINUTES).contains(&minutes).then_some(minutes)
}

/// A count, and its unit: 0 minutes, 1 hours, 2 days. A day is said as 24 hours, as people mean it here.
fn in_units(minutes: u32) -> (u32, usize) {
    match minutes {
        m if m > 1_440 && m.is_multiple_of(1_440) => (m / 1_440, 2),
        m if m.is_multiple_of(60) => (m / 60, 1),
        m => (m, 0),
    }
}

/// `last 15 minutes`, `last hour`, `24 Nov 2026 10:00:00 – 24 Nov 2026 10:05:00`.
pub fn range_text(range: TimeRange, figures: &Figures) -> String {
    match range {
        TimeRange::LastMinutes(minutes) => last_text(minutes, figures.language),
        TimeRange::Between { from_ms, until_ms } => between_text(from_ms, until_ms, figures),
    }
}

fn last_text(minutes: u32, language: Language) -> String {
    let (count, unit) = in_units(minutes);
    match (count, unit) {
        (1, 0) => words::last_minute(language).into(),
        (1, 1) => words::last_hour(language).into(),
        (count, 1) => format!("{} {count} {}", words::last_feminine(language), words::hours(language)),
        (count, unit) => format!("{} {count} {}", words::last(language), if unit == 0 { words::minutes(language) } else { words::days(language) }),
    }
}

/// Both ends, the day once when it is the same.
pub fn between_text(from_ms: i64, until_ms: i64, figures: &Figures) -> String {
    let day = |ms: i64| local(ms, &figures.zone).div_euclid(DAY_MS);
    let exact = moment(from_ms, figures);
    if day(from_ms) == day(until_ms) {
        return format!("{exact} – {}", clock(until_ms, figures));
    }
    format!("{exact} – {}", moment(until_ms, figures))
}

/// A moment to the second, and beyond it where it has a part: `24 Nov 2026 10:05:09.120`.
pub fn moment(ms: i64, figures: &Figures) -> String {
    let coarse = figures.moment(ms);
    let day = coarse.rsplit_once(' ').map_or("", |(day, _)| day);
    format!("{day} {}", clock(ms, figures))
}

/// The same with its milliseconds always, so that rows line up.
pub fn row_moment(ms: i64, figures: &Figures) -> String {
    let written = moment(ms, figures);
    if ms.rem_euclid(1_000) == 0 { format!("{written}.000") } else { written }
}

fn clock(ms: i64, figures: &Figures) -> String {
    let second = figures.time_of_day(ms);
    match ms.rem_euclid(1_000) {
        0 => second,
        part => format!("{second}.{part:03}"),
    }
}

/// ISO 8601 in UTC: `2026-11-24T10:05:09Z`, milliseconds only where there are some.
pub fn write_iso(ms: i64) -> String {
    let (date, second, part) = parts(ms);
    if part == 0 { format!("{date}T{second}Z") } else { format!("{date}T{second}.{part:03}Z") }
}

/// Reads what `write_iso` writes.
pub fn read_iso(text: &str) -> Option<i64> {
    read_plain(text.strip_suffix('Z')?)
}

/// A moment as an input of type `datetime-local` holds it, in the organisation's zone.
pub fn write_input(ms: i64, zone: &Zone) -> String {
    let (date, second, _) = parts(local(ms, zone));
    format!("{date}T{second}")
}

/// What such an input holds, as Unix milliseconds. In the hour that a change of the clock doubles, the second one is meant.
pub fn read_input(text: &str, zone: &Zone) -> Option<i64> {
    let told = read_plain(text)?;
    let guess = told - i64::from(zone.offset_at(told)) * MINUTE_MS;
    Some(told - i64::from(zone.offset_at(guess)) * MINUTE_MS)
}

/// Unix milliseconds moved so that UTC's calendar shows the zone's.
pub fn local(ms: i64, zone: &Zone) -> i64 {
    ms + i64::from(zone.offset_at(ms)) * MINUTE_MS
}

fn parts(ms: i64) -> (String, String, i64) {
    let (year, month, day) = civil(ms.div_euclid(DAY_MS));
    let seconds = ms.rem_euclid(DAY_MS) / 1_000;
    (format!("{year:04}-{month:02}-{day:02}"), format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60), ms.rem_euclid(1_000))
}

/// `2026-11-24T10:05`, with seconds and their part or without.
fn read_plain(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let day = Day::parse(date).filter(|_| date.len() == 10)?.number();
    let (second, part) = time.split_once('.').unwrap_or((time, ""));
    let mut fields = second.split(':');
    let mut field = |most: i64| match fields.next() {
        Some(text) if text.len() == 2 => text.parse().ok().filter(|value| (0..=most).contains(value)),
        Some(_) => None,
        None => Some(0),
    };
    let (hours, minutes, seconds) = (field(23)?, field(59)?, field(59)?);
    if fields.next().is_some() || part.len() > 3 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part: i64 = format!("{part:0<3}").parse().ok()?;
    Some(day * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// An hour east of UTC, two from 2026-03-29 01:00 UTC to 2026-10-25 01:00 UTC.
    fn madrid() -> Zone {
        Zone { offsets: vec![(i64::MIN, 60), (1_774_746_000_000, 120), (1_792_890_000_000, 60)] }
    }

    #[test]
    fn times_are_read_back_as_they_were() {
        for ms in [0, 1, -1, 999, 1_795_522_800_000, 1_795_522_800_120, -62_135_596_800_000] {
            assert_eq!(read_iso(&write_iso(ms)), Some(ms), "{}", write_iso(ms));
        }
        assert_eq!(write_iso(1_795_522_800_000), "2026-11-24T12:20:00Z");
        assert_eq!(read_iso("2026-11-24T12:20Z"), Some(1_795_522_800_000));
        for no in [
            "",
            "Z",
            "2026-11-24Z",
            "2026-11-24T25:00Z",
            "2026-11-24T1:00Z",
            "2026-11-24T10:00:00.1234Z",
            "2026-11-24T10:00:00:00Z",
            "2026-11-24T10:00:00",
            "2026-1é-24T10:00Z",
        ] {
            assert_eq!(read_iso(no), None, "{no}");
        }
    }

    #[test]
    fn inputs_speak_the_organisations_time() {
        let zone = madrid();
        for ms in [1_795_522_800_000, 1_780_000_000_000, 1_774_746_000_000, 1_774_745_999_000, 1_792_890_000_000] {
            assert_eq!(read_input(&write_input(ms, &zone), &zone), Some(ms), "{}", write_input(ms, &zone));
        }
        assert_eq!(write_input(1_795_522_800_000, &zone), "2026-11-24T13:20:00");
    }

    #[test]
    fn ranges_have_names_and_short_forms() {
        let en = Figures { language: Language::En, zone: Arc::new(madrid()) };
        let es = Figures { language: Language::Es, zone: Arc::new(madrid()) };
        let cases = [
            (15, "15m", "last 15 minutes", "últimos 15 minutos"),
            (60, "1h", "last hour", "última hora"),
            (1_440, "24h", "last 24 hours", "últimas 24 horas"),
            (10_080, "7d", "last 7 days", "últimos 7 días"),
        ];
        for (minutes, written, english, spanish) in cases {
            assert_eq!((write_last(minutes).as_str(), read_last(written)), (written, Some(minutes)));
            let range = TimeRange::LastMinutes(minutes);
            assert_eq!((range_text(range, &en).as_str(), range_text(range, &es).as_str()), (english, spanish));
        }
        for no in ["", "m", "0m", "-1m", "5", "5w", "99999999d", "4294967295h", "é"] {
            assert_eq!(read_last(no), None, "{no}");
        }
        let between = TimeRange::Between { from_ms: 1_795_522_800_000, until_ms: 1_795_522_800_120 };
        assert_eq!(range_text(between, &en), "24 Nov 2026 13:20:00 – 13:20:00.120");
        let days = TimeRange::Between { from_ms: 1_795_522_800_000, until_ms: 1_795_609_200_000 };
        assert_eq!(range_text(days, &es), "24 nov 2026 13:20:00 – 25 nov 2026 13:20:00");
    }
}
