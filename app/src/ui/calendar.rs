//! Dates and times in the reader's language and the organisation's time zone, without a calendar library.

use super::figures::Figures;
use crate::text::Language;

const MONTHS: [[&str; 12]; 2] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
];
const DAY_MS: i64 = 86_400_000;

impl Figures {
    /// An ISO 8601 date or time as it is stored (no zone is applied): `31 Dec 2017`, `31 dic 2017 14:05`.
    /// Text that is neither comes back as it is.
    pub fn date(&self, iso: &str) -> String {
        let Some((year, month, day)) = parse_date(iso) else {
            return iso.to_owned();
        };
        let date = self.day(year, month, day);
        match iso.get(11..16) {
            Some(time) if time != "00:00" => format!("{date} {time}"),
            _ => date,
        }
    }

    /// A month: `Dec 2017`.
    pub fn month(&self, year: i64, month: u32) -> String {
        format!("{} {year}", self.month_name(month))
    }

    /// A moment (Unix milliseconds) as date and time: `31 Dec 2017 02:14`.
    pub fn moment(&self, ms: i64) -> String {
        let local = self.local(ms);
        let (year, month, day) = civil(local.div_euclid(DAY_MS));
        format!("{} {}", self.day(year, month, day), clock(local))
    }

    /// A moment as one tells it: `today 02:14`, `yesterday 02:14`, `12 Mar 02:14`, `12 Mar 2024`.
    pub fn when(&self, ms: i64, now_ms: i64) -> String {
        let (local, now) = (self.local(ms), self.local(now_ms));
        let (day, today) = (local.div_euclid(DAY_MS), now.div_euclid(DAY_MS));
        let (year, month, day_of_month) = civil(day);
        let word = match (today - day, self.language) {
            (0, Language::En) => "today".to_owned(),
            (0, Language::Es) => "hoy".to_owned(),
            (1, Language::En) => "yesterday".to_owned(),
            (1, Language::Es) => "ayer".to_owned(),
            (-1, Language::En) => "tomorrow".to_owned(),
            (-1, Language::Es) => "mañana".to_owned(),
            _ if civil(today).0 == year => format!("{day_of_month} {}", self.month_name(month)),
            _ => return self.day(year, month, day_of_month),
        };
        format!("{word} {}", clock(local))
    }

    /// Time of day with seconds: `02:14:09`, for log lines.
    pub fn time_of_day(&self, ms: i64) -> String {
        let local = self.local(ms);
        format!("{}:{:02}", clock(local), local.div_euclid(1000).rem_euclid(60))
    }

    fn day(&self, year: i64, month: u32, day: u32) -> String {
        format!("{day} {} {year}", self.month_name(month))
    }

    fn month_name(&self, month: u32) -> &'static str {
        MONTHS[usize::from(self.language == Language::Es)][(month.clamp(1, 12) - 1) as usize]
    }

    fn local(&self, ms: i64) -> i64 {
        ms + i64::from(self.zone.offset_at(ms)) * 60_000
    }
}

/// This moment in Unix milliseconds.
pub fn now_ms() -> i64 {
    #[cfg(feature = "hydrate")]
    return js_sys::Date::now() as i64;
    #[cfg(not(feature = "hydrate"))]
    return std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64);
}

/// Year, month, day of a text that begins like `2017-12-31`.
pub fn parse_date(iso: &str) -> Option<(i64, u32, u32)> {
    let (year, rest) = (iso.get(..4)?, iso.get(4..10)?);
    if !rest.starts_with('-') || rest.as_bytes().get(3) != Some(&b'-') {
        return None;
    }
    let (month, day) = (rest[1..3].parse().ok()?, rest[4..6].parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year.parse().ok()?, month, day))
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian calendar; Howard Hinnant's algorithm).
pub fn civil(days: i64) -> (i64, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn clock(local_ms: i64) -> String {
    let minutes = local_ms.div_euclid(60_000).rem_euclid(1440);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visit::Zone;
    use std::sync::Arc;

    fn figures(language: Language) -> Figures {
        Figures { language, zone: Arc::new(Zone { offsets: vec![(0, 60)] }) }
    }

    #[test]
    fn stored_dates_are_told_as_they_are() {
        assert_eq!(figures(Language::Es).date("2017-12-31"), "31 dic 2017");
        assert_eq!(figures(Language::En).date("2017-01-05T14:05:09"), "5 Jan 2017 14:05");
        assert_eq!(figures(Language::En).date("2017-01-05 00:00:00"), "5 Jan 2017");
        assert_eq!(figures(Language::En).date("year 2017"), "year 2017");
        assert_eq!(figures(Language::En).date("2017-13-31"), "2017-13-31");
        assert_eq!(figures(Language::En).date("añ17-13-31"), "añ17-13-31");
    }

    #[test]
    fn moments_are_told_in_the_organisations_zone() {
        let f = figures(Language::En);
        let midnight = 1_514_674_800_000; // 2017-12-30 23:00 UTC
        assert_eq!(f.moment(midnight), "31 Dec 2017 00:00");
        assert_eq!(f.when(midnight, midnight + 60_000), "today 00:00");
        assert_eq!(f.when(midnight - 1, midnight), "yesterday 23:59");
        assert_eq!(f.when(midnight - 3 * 86_400_000, midnight), "28 Dec 00:00");
        assert_eq!(f.when(midnight - 400 * 86_400_000, midnight), "26 Nov 2016");
        assert_eq!(f.time_of_day(midnight + 9_000), "00:00:09");
    }

    #[test]
    fn the_calendar_agrees_with_known_days() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(17_531), (2017, 12, 31));
    }
}
