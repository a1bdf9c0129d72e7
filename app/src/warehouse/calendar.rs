//! Days of the calendar without a library: what a week, month or quarter begins and ends with.

use super::asks::Grain;

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

impl Day {
    /// Reads `2017`, `2017-03`, `2017-03-01` or the start of `2017-03-01T10:00:00`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.split(['T', ' ']).next()?;
        let mut parts = date.split('-');
        let year = parts.next().filter(|y| y.len() == 4)?.parse().ok()?;
        let month = parts.next().map_or(Some(1), two_digits)?;
        let day = parts.next().map_or(Some(1), two_digits)?;
        let found = Self { year, month, day };
        (parts.next().is_none() && (1..=12).contains(&month) && (1..=found.days_in_month()).contains(&day)).then_some(found)
    }

    /// `2017-03-01`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self::from_number(self.number() + days)
    }

    /// Days from this one to `later`.
    pub fn days_until(self, later: Self) -> i64 {
        later.number() - self.number()
    }

    /// The first day of the period of this grain that holds this day.
    pub fn first_of(self, grain: Grain) -> Self {
        match grain {
            Grain::Year => Self { month: 1, day: 1, ..self },
            Grain::Quarter => Self { month: (self.month - 1) / 3 * 3 + 1, day: 1, ..self },
            Grain::Month => Self { day: 1, ..self },
            Grain::Week => self.plus_days(-i64::from(self.weekday() - 1)),
            Grain::Hour | Grain::Day | Grain::DayOfWeek | Grain::HourOfDay => self,
        }
    }

    /// The last day of the period of this grain that holds this day.
    pub fn last_of(self, grain: Grain) -> Self {
        match grain {
            Grain::Year => Self { month: 12, day: 31, ..self },
            Grain::Quarter => Self { month: self.first_of(grain).month + 2, day: 1, ..self }.last_of(Grain::Month),
            Grain::Month => Self { day: self.days_in_month(), ..self },
            Grain::Week => self.first_of(grain).plus_days(6),
            Grain::Hour | Grain::Day | Grain::DayOfWeek | Grain::HourOfDay => self,
        }
    }

    /// 1 = Monday … 7 = Sunday.
    pub fn weekday(self) -> u32 {
        // Day 0, the first of 1970, was a Thursday.
        (self.number() + 3).rem_euclid(7) as u32 + 1
    }

    fn days_in_month(self) -> u32 {
        match self.month {
            2 if self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Days since 1970-01-01 (Howard Hinnant's `days_from_civil`).
    pub fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((i64::from(self.month) + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    fn from_number(number: i64) -> Self {
        let shifted = number + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
        let month = (if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 }) as u32;
        Self { year: (era * 400 + year_of_era + i64::from(month <= 2)) as i32, month, day }
    }
}

fn two_digits(text: &str) -> Option<u32> {
    (text.len() == 2).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect(text)
    }

    #[test]
    fn counts_days_over_months_and_leap_years() {
        assert_eq!(day("2017-12-31").plus_days(1).iso(), "2018-01-01");
        assert_eq!(day("2016-02-28").plus_days(1).iso(), "2016-02-29");
        assert_eq!(day("1900-02-28").plus_days(1).iso(), "1900-03-01");
        assert_eq!(day("2017-03-01").plus_days(-366).iso(), "2016-02-29");
        for offset in -200_000..200_000 {
            let there = day("1970-01-01").plus_days(offset);
            assert_eq!(there.number(), offset);
            assert_eq!(Day::parse(&there.iso()), Some(there));
        }
    }

    #[test]
    fn knows_where_a_period_begins_and_ends() {
        let cases = [
            (Grain::Year, "2017-05-17", "2017-01-01", "2017-12-31"),
            (Grain::Quarter, "2017-05-17", "2017-04-01", "2017-06-30"),
            (Grain::Quarter, "2016-12-31", "2016-10-01", "2016-12-31"),
            (Grain::Month, "2016-02-11", "2016-02-01", "2016-02-29"),
            (Grain::Week, "2017-01-01", "2016-12-26", "2017-01-01"),
            (Grain::Week, "2017-01-02", "2017-01-02", "2017-01-08"),
            (Grain::Day, "2017-01-02", "2017-01-02", "2017-01-02"),
        ];
        for (grain, given, first, last) in cases {
            assert_eq!((day(given).first_of(grain).iso().as_str(), day(given).last_of(grain).iso().as_str()), (first, last), "{grain:?} {given}");
        }
    }

    #[test]
    fn reads_shortened_days_and_refuses_what_is_none() {
        assert_eq!(day("2017").iso(), "2017-01-01");
        assert_eq!(day("2017-03").iso(), "2017-03-01");
        assert_eq!(day("2017-03-09T10:20:00Z").iso(), "2017-03-09");
        for no in ["", "17-01-01", "2017-13-01", "2017-02-29", "2017-1-1", "2017-01-01-01", "Grocery", "20177"] {
            assert_eq!(Day::parse(no), None, "{no}");
        }
    }
}
