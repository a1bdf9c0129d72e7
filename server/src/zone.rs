//! The organisation's time zone as pages need it: the moments at which its offset changes, so that browsers need no table.

use app::visit::Zone;
use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, Mutex, PoisonError};

/// Years for which changes are told.
const FROM_YEAR: i32 = 2000;
const TO_YEAR: i32 = 2045;
const DAY_SECONDS: i64 = 86_400;

/// The last zone asked for, with its name: an organisation has one.
#[derive(Clone, Default)]
pub struct Zones {
    last: Arc<Mutex<Option<Named>>>,
}

type Named = (String, Arc<Zone>);

impl Zones {
    /// The zone of an IANA name; UTC for one that is not known.
    pub fn of(&self, name: &str) -> Arc<Zone> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((known, zone)) if known == name => zone.clone(),
            _ => {
                let zone = Arc::new(name.parse::<Tz>().map(changes).unwrap_or_default());
                *last = Some((name.to_owned(), zone.clone()));
                zone
            }
        }
    }
}

fn changes(zone: Tz) -> Zone {
    let second = |year: i32| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().map_or(0, |time| time.timestamp());
    let minutes =
        |second: i64| DateTime::from_timestamp(second, 0).map_or(0, |time| zone.offset_from_utc_datetime(&time.naive_utc()).fix().local_minus_utc() / 60);
    let (mut at, end) = (second(FROM_YEAR), second(TO_YEAR));
    let mut now = minutes(at);
    let mut offsets = vec![(i64::MIN, now)];
    while at < end {
        let next = at + DAY_SECONDS;
        let then = minutes(next);
        if then != now {
            // Within this day: halve until the second is found.
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if minutes(middle) == now { before = middle } else { after = middle }
            }
            offsets.push((after * 1000, then));
            now = then;
        }
        at = next;
    }
    Zone { offsets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_moment_at_which_clocks_change() {
        let madrid = Zones::default().of("Europe/Madrid");
        assert!(madrid.offsets.contains(&(1_711_846_800_000, 120)));
        assert!(madrid.offsets.contains(&(1_729_990_800_000, 60)));
        assert_eq!(Zones::default().of("Nowhere/Land").offset_at(0), 0);
    }
}
