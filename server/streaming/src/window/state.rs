//! The windows of one partition as they stand: what comes is counted, what changed is handed out to be stored.

use super::{
    Amount, Clock, Key, Mark, Row, Seen, Window, Windows,
    row::{decode, encode, encode_keys},
};
use crate::parse::Value;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Most stretches of one window that are open at once in one partition.
const STRETCHES_MOST: usize = 4_096;
/// An event this far ahead of when its record was taken does not move the partition's clock: one wrong year would else make all
/// that follows late.
const AHEAD_MS: i64 = 2 * 3_600_000;

/// One event, as windows look at it.
#[derive(Clone, Copy, Debug)]
pub struct Occurred<'e> {
    pub id: &'e str,
    /// Its own time.
    pub at_ms: i64,
    /// When its record was taken at the source.
    pub taken_ms: i64,
    pub values: &'e [Value<'e>],
}

/// The windows of one partition. Whoever cannot store a change must `restore` from what was stored last.
#[derive(Debug, Default)]
pub struct State {
    clock: Clock,
    /// Stretches that were final at this time stay so.
    reached_ms: Option<i64>,
    seen: Seen,
    /// By the place of the window, then by start.
    open: Vec<BTreeMap<i64, Stretch>>,
}

/// Rows by their keys as bytes; those that are beyond the most are one, of no keys.
#[derive(Debug, Default)]
struct Stretch {
    rows: HashMap<Vec<u8>, Counting>,
    other: Option<Counting>,
}

#[derive(Debug)]
struct Counting {
    amounts: Vec<Amount>,
    changed: bool,
}

/// What a batch changed: to be stored in one transaction with the position after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// In full, to replace what is stored of the same window, start and keys of this partition.
    pub rows: Vec<Row>,
    pub clock: Clock,
    /// To be added to those that are stored.
    pub marks: Vec<Mark>,
    /// Marks of earlier minutes may be deleted.
    pub first_minute: i64,
    /// By window: events that came when their stretch was final. To be added to what is stored.
    pub late: BTreeMap<String, u64>,
    /// By window: events for which no further stretch could be opened, because too many are open: their times are scattered as no
    /// real clock scatters them. To be added to what is stored.
    pub beyond: BTreeMap<String, u64>,
    /// Events that had been here before.
    pub repeated: u64,
}

impl State {
    /// As it was stored: the clock, the marks, and all rows of stretches that may be open (`WindowSpec::first_open_ms` of the
    /// clock's time; more do no harm).
    pub fn restore(windows: &Windows, clock: Clock, marks: impl IntoIterator<Item = Mark>, rows: impl IntoIterator<Item = Row>) -> Self {
        let mut state = Self { clock, reached_ms: clock.newest_ms, seen: Seen::restore(marks), open: Vec::new() };
        state.open.resize_with(windows.0.len(), BTreeMap::new);
        for row in rows {
            let Some(place) = windows.0.iter().position(|window| window.spec.name == row.window && window.measures.len() == row.amounts.len()) else {
                continue;
            };
            let stretch = state.open[place].entry(row.start_ms).or_default();
            let counting = Counting { amounts: row.amounts, changed: false };
            if row.other {
                stretch.other = Some(counting);
            } else {
                stretch.rows.insert(encode_keys(&row.keys), counting);
            }
        }
        state
    }

    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Ids that are remembered: the greater part of what a state needs of memory.
    pub fn remembered(&self) -> usize {
        self.seen.len()
    }

    /// Counts a batch. `now_ms` is the processor's clock; `watermark_ms` what readers were last told (`watermark`): a stretch that
    /// was called final stays as it is.
    pub fn take<'e>(
        &mut self,
        windows: &Windows,
        events: impl IntoIterator<Item = Occurred<'e>>,
        now_ms: i64,
        watermark_ms: Option<i64>,
        horizon_ms: i64,
    ) -> Change {
        self.open.resize_with(windows.0.len(), BTreeMap::new);
        self.clock.active_ms = self.clock.active_ms.max(now_ms);
        self.reached_ms = self.reached_ms.max(watermark_ms);
        let mut change = Change::default();
        for event in events {
            let Some(mark) = self.seen.first(event.id, self.clock.active_ms) else {
                change.repeated += 1;
                continue;
            };
            change.marks.push(mark);
            self.clock.newest_ms = self.clock.newest_ms.max(Some(event.at_ms.min(event.taken_ms.saturating_add(AHEAD_MS))));
            self.reached_ms = self.reached_ms.max(self.clock.newest_ms);
            for (window, open) in windows.0.iter().zip(&mut self.open) {
                let start_ms = window.spec.start_ms(event.at_ms);
                if window.spec.is_final(start_ms, self.reached_ms) {
                    more(&mut change.late, &window.spec.name);
                } else if open.len() >= STRETCHES_MOST && !open.contains_key(&start_ms) {
                    more(&mut change.beyond, &window.spec.name);
                } else {
                    open.entry(start_ms).or_default().count(window, event.values);
                }
            }
        }
        for (window, open) in windows.0.iter().zip(&mut self.open) {
            for (start_ms, stretch) in open.iter_mut() {
                stretch.tell(window, *start_ms, &mut change.rows);
            }
            open.retain(|start_ms, _| !window.spec.is_final(*start_ms, self.reached_ms));
        }
        change.clock = self.clock;
        change.first_minute = self.seen.forget(self.clock.active_ms, horizon_ms);
        change
    }
}

fn more(counts: &mut BTreeMap<String, u64>, window: &str) {
    match counts.get_mut(window) {
        Some(count) => *count += 1,
        None => drop(counts.insert(window.to_owned(), 1)),
    }
}

impl Stretch {
    fn count(&mut self, window: &Window, values: &[Value<'_>]) {
        encode(values, &window.keys, &mut |keys| {
            let counting = if let Some(counting) = self.rows.get_mut(keys) {
                counting
            } else if self.rows.len() < window.spec.rows_most as usize {
                self.rows.entry(keys.to_vec()).or_insert_with(|| Counting { amounts: window.zero(), changed: true })
            } else {
                self.other.get_or_insert_with(|| Counting { amounts: window.zero(), changed: true })
            };
            counting.changed = true;
            window.count(&mut counting.amounts, values);
        });
    }

    /// Hands out what changed since the last time.
    fn tell(&mut self, window: &Window, start_ms: i64, rows: &mut Vec<Row>) {
        let name = &window.spec.name;
        for (keys, counting) in self.rows.iter_mut().filter(|(_, counting)| counting.changed) {
            counting.changed = false;
            rows.push(Row { window: name.clone(), start_ms, keys: decode(keys), other: false, amounts: counting.amounts.clone() });
        }
        if let Some(counting) = self.other.as_mut().filter(|counting| counting.changed) {
            counting.changed = false;
            let keys = vec![Key::Null; window.keys.len()];
            rows.push(Row { window: name.clone(), start_ms, keys, other: true, amounts: counting.amounts.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        parse::{Field, FieldKind},
        window::{Standing, WindowSpec, watermark},
    };

    const START: i64 = 1_795_514_400_000;

    fn windows(json: &str) -> Windows {
        let kinds = [("path", FieldKind::Keyword), ("status", FieldKind::Integer), ("took", FieldKind::Number)];
        let fields: Vec<Field> = kinds.iter().map(|(name, kind)| Field::new(name, *kind)).collect();
        Windows::new(&[serde_json::from_str::<WindowSpec>(json).unwrap()], &fields).unwrap()
    }

    fn minutes() -> Windows {
        windows(
            r#"{"name": "minutes", "width_seconds": 60, "lateness_seconds": 30, "keys": ["path"], "rows_most": 3, "measures": [
                {"name": "requests"}, {"name": "took", "sum": "took"},
                {"name": "errors", "when": {"between": {"field": "status", "from": 500}}}]}"#,
        )
    }

    /// Events of paths and statuses at seconds after `START`; ids are their places in the list.
    struct Given(Vec<(String, i64, Vec<Value<'static>>)>);

    impl Given {
        fn new(events: &[(i64, &'static str, i64)]) -> Self {
            let values = |path, status| vec![Value::text(path), Value::Integer(status), Value::Number(0.5)];
            Self(events.iter().enumerate().map(|(id, (second, path, status))| (id.to_string(), START + second * 1_000, values(path, *status))).collect())
        }

        fn occurred(&self) -> impl Iterator<Item = Occurred<'_>> {
            self.0.iter().map(|(id, at_ms, values)| Occurred { id, at_ms: *at_ms, taken_ms: *at_ms, values })
        }
    }

    /// What a store would hold after these changes.
    fn stored(changes: &[Change]) -> BTreeMap<(i64, Vec<Key>, bool), Vec<Amount>> {
        let rows = changes.iter().flat_map(|change| &change.rows);
        rows.map(|row| ((row.start_ms, row.keys.clone(), row.other), row.amounts.clone())).collect()
    }

    fn row(minute: i64, path: &str, requests: i64, errors: i64) -> ((i64, Vec<Key>, bool), Vec<Amount>) {
        let amounts = vec![Amount::Whole(requests), Amount::Number(requests as f64 * 0.5), Amount::Whole(errors)];
        ((START + minute * 60_000, vec![Key::Text(path.to_owned())], false), amounts)
    }

    #[test]
    fn events_count_in_their_own_time_and_late_ones_are_told() {
        let windows = minutes();
        let mut state = State::default();
        let events = [(0, "/a", 200), (59, "/a", 500), (60, "/b", 200), (1, "/b", 200), (89, "/a", 200), (90, "/a", 200), (59, "/a", 200), (61, "/a", 200)];
        let change = state.take(&windows, Given::new(&events).occurred(), START, None, 60_000);
        assert_eq!(stored(std::slice::from_ref(&change)), BTreeMap::from([row(0, "/a", 2, 1), row(0, "/b", 1, 0), row(1, "/b", 1, 0), row(1, "/a", 3, 0)]));
        assert_eq!((change.late, change.repeated), (BTreeMap::from([("minutes".to_owned(), 1)]), 0));
        let spec = windows.specs().next().unwrap();
        assert!(spec.is_final(START, change.clock.newest_ms) && !spec.is_final(START + 60_000, change.clock.newest_ms));
        assert_eq!(spec.first_open_ms(change.clock.newest_ms), START + 1);
    }

    #[test]
    fn ft_s09_events_that_come_again_change_nothing() {
        let windows = minutes();
        let events: Vec<(i64, &str, i64)> = (0..200).map(|second| (second, if second % 3 == 0 { "/a" } else { "/b" }, 200)).collect();
        let given = Given::new(&events);
        let mut once = State::default();
        let first = once.take(&windows, given.occurred(), START, None, 600_000);
        let mut again: Vec<Occurred<'_>> = given.occurred().chain(given.occurred()).collect();
        // Shuffled: a stride that is prime to the length meets each once.
        let length = again.len();
        again = (0..length).map(|place| again[place * 7 % length]).collect();
        let repeated = once.take(&windows, again, START + 60_000, None, 600_000);
        assert_eq!((repeated.rows.len(), repeated.marks.len(), repeated.repeated, repeated.late.len()), (0, 0, 400, 0));
        assert_eq!(repeated.clock.newest_ms, first.clock.newest_ms);
    }

    #[test]
    fn what_was_stored_goes_on_as_if_nothing_had_happened() {
        let windows = minutes();
        let events: Vec<(i64, &str, i64)> = (0..300).map(|number| (number * 7 % 240, ["/a", "/b", "/c"][number as usize % 3], 500)).collect();
        let given = Given::new(&events);
        let all: Vec<Occurred<'_>> = given.occurred().collect();
        let mut whole = State::default();
        let undisturbed = [whole.take(&windows, all.iter().copied(), START, None, 600_000)];
        let mut changes: Vec<Change> = Vec::new();
        for batch in all.chunks(37) {
            // As after a kill: only what was stored is left.
            let clock = changes.last().map(|change| change.clock).unwrap_or_default();
            let open = windows.specs().next().unwrap().first_open_ms(clock.newest_ms);
            let rows = stored(&changes).into_iter().filter(|((start_ms, ..), _)| *start_ms >= open);
            let rows = rows.map(|((start_ms, keys, other), amounts)| Row { window: "minutes".into(), start_ms, keys, other, amounts });
            let marks: Vec<Mark> = changes.iter().flat_map(|change| change.marks.clone()).collect();
            let mut state = State::restore(&windows, clock, marks, rows);
            changes.push(state.take(&windows, batch.iter().copied(), START, None, 600_000));
        }
        assert_eq!(stored(&changes), stored(&undisturbed));
        let late = |changes: &[Change]| changes.iter().filter_map(|change| change.late.get("minutes")).sum::<u64>();
        assert!(late(&changes) > 0);
        assert_eq!(late(&changes), late(&undisturbed));
    }

    #[test]
    fn ft_s14_a_clock_that_jumps_makes_no_watermark_go_back() {
        let windows = minutes();
        let mut state = State::default();
        let before = state.take(&windows, Given::new(&[(7_200, "/a", 200)]).occurred(), START + 7_200_000, None, 60_000).clock;
        let events = Given::new(&[(0, "/x", 200), (3_600, "/a", 200), (7_201, "/a", 200)]);
        let change = state.take(&windows, events.occurred().skip(1), START + 3_600_000, None, 60_000);
        assert_eq!(change.clock, Clock { newest_ms: Some(START + 7_201_000), active_ms: before.active_ms });
        assert_eq!((change.late["minutes"], stored(std::slice::from_ref(&change))), (1, BTreeMap::from([row(120, "/a", 2, 0)])));
        assert_eq!(watermark(Some(START + 8_000_000), &[Standing { clock: change.clock, is_behind: false }], START, 1_000), Some(START + 8_000_000));
    }

    #[test]
    fn one_wrong_year_makes_nothing_late() {
        let windows = minutes();
        let mut state = State::default();
        let values = [Value::text("/a"), Value::Integer(200), Value::Null];
        let event = |id, at_ms| Occurred { id, at_ms, taken_ms: START, values: &values };
        let change = state.take(&windows, [event("1", START), event("2", START + 40 * 365 * 86_400_000)], START, None, 60_000);
        assert_eq!((change.rows.len(), change.clock.newest_ms), (2, Some(START + AHEAD_MS)));
    }

    #[test]
    fn what_readers_were_told_to_be_final_stays() {
        let windows = minutes();
        let mut state = State::default();
        let change = state.take(&windows, Given::new(&[(0, "/a", 200), (1, "/a", 200)]).occurred().take(1), START, Some(START + 90_000), 60_000);
        assert_eq!((change.late["minutes"], change.rows.len()), (1, 0));
        let change = state.take(&windows, Given::new(&[(0, "/a", 200), (1, "/a", 200)]).occurred().skip(1), START, None, 60_000);
        assert_eq!(change.late["minutes"], 1, "though this caller forgot to say it again");
    }

    #[test]
    fn no_more_rows_and_stretches_than_there_may_be() {
        let windows = minutes();
        let mut state = State::default();
        let change = state.take(
            &windows,
            Given::new(&[(0, "/a", 1), (0, "/b", 1), (0, "/c", 1), (0, "/d", 1), (1, "/e", 500), (1, "/a", 1)]).occurred(),
            START,
            None,
            60_000,
        );
        let other = ((START, vec![Key::Null], true), vec![Amount::Whole(2), Amount::Number(1.0), Amount::Whole(1)]);
        assert_eq!(stored(&[change]), BTreeMap::from([row(0, "/a", 2, 0), row(0, "/b", 1, 0), row(0, "/c", 1, 0), other]));
        let scattered: Vec<(i64, &str, i64)> = (2..6_002).map(|minute| (minute * 60, "/a", 1)).collect();
        let given = Given::new(&scattered);
        let mut state = State::default();
        let events = given.occurred().map(|event| Occurred { taken_ms: START, ..event });
        let change = state.take(&windows, events, START, None, 60_000);
        let counted = change.rows.len() as u64 + change.late.get("minutes").copied().unwrap_or_default();
        assert_eq!(counted + change.beyond["minutes"], 6_000, "each is counted somewhere");
        assert_eq!(change.rows.len(), STRETCHES_MOST);
    }

    #[test]
    fn windows_that_cannot_be_are_refused() {
        let fields = [Field::new("path", FieldKind::Keyword), Field::new("text", FieldKind::Text), Field::new("took", FieldKind::Number)];
        for spec in [
            r#"{"name": "Bad", "width_seconds": 60, "measures": [{"name": "n"}]}"#,
            r#"{"name": "w", "width_seconds": 0, "measures": [{"name": "n"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "measures": []}"#,
            r#"{"name": "w", "width_seconds": 60, "measures": [{"name": "n"}, {"name": "n"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "keys": ["path"], "measures": [{"name": "path"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "keys": ["nowhere"], "measures": [{"name": "n"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "keys": ["text"], "measures": [{"name": "n"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "keys": ["took"], "measures": [{"name": "n"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "measures": [{"name": "n", "sum": "path"}]}"#,
            r#"{"name": "w", "width_seconds": 60, "measures": [{"name": "n", "when": {"is": {"field": "path", "values": [1]}}}]}"#,
        ] {
            assert!(Windows::new(&[serde_json::from_str(spec).unwrap()], &fields).is_err(), "{spec}");
        }
    }
}
