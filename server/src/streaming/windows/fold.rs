//! Pure logic of a window's course: rows of many keys onto a few lines over evenly spaced stretches. No I/O.

use super::WindowRow;
use crate::warehouse::charts::{label, others};
use ::streaming::window::{Amount, Key};
use app::{dashboards::asks::WindowLine, text::Language, warehouse::asks::Value};
use std::collections::BTreeMap;

/// Most stretches of one course: more would be narrower than a dot.
const STRETCHES: i64 = 500;
/// Most lines; the smaller ones are summed.
const LINES: usize = 7;

/// The stretches of a course.
pub struct Grid {
    pub from_ms: i64,
    /// That of the window, or a multiple of it.
    pub width_ms: i64,
    count: usize,
}

impl Grid {
    /// From a beginning of the window's to the stretch that holds `now_ms`.
    pub fn over(from_ms: i64, now_ms: i64, window_ms: i64) -> Self {
        let rows = (now_ms - from_ms) / window_ms + 1;
        let width_ms = window_ms * (rows / STRETCHES + i64::from(rows % STRETCHES > 0)).max(1);
        // Aligned as windows are, so that a course does not wobble from one look to the next.
        let from_ms = from_ms.div_euclid(width_ms) * width_ms;
        Self { from_ms, width_ms, count: usize::try_from((now_ms - from_ms) / width_ms + 1).unwrap_or(0) }
    }

    pub fn times_ms(&self) -> Vec<i64> {
        (0..self.count as i64).map(|place| self.from_ms + place * self.width_ms).collect()
    }

    fn place(&self, at_ms: i64) -> Option<usize> {
        usize::try_from((at_ms - self.from_ms).div_euclid(self.width_ms)).ok().filter(|place| *place < self.count)
    }
}

/// One line over all keys, or one for each value of the key at `by`, the greatest first; none where there are no rows.
pub fn fold(rows: &[WindowRow], grid: &Grid, measure: usize, by: Option<usize>, name: &str, language: Language) -> Vec<WindowLine> {
    let mut lines: BTreeMap<Option<&Key>, Vec<f64>> = BTreeMap::new();
    for row in rows {
        let (Some(place), Some(amount)) = (grid.place(row.start_ms), row.amounts.get(measure)) else { continue };
        // A row for keys beyond the most that are counted one by one has none of its own.
        let key = by.and_then(|by| row.keys.get(by)).filter(|_| !row.other);
        lines.entry(key).or_insert_with(|| vec![0.0; grid.count])[place] += finite(*amount);
    }
    let mut lines: Vec<(Option<&Key>, Vec<f64>)> = lines.into_iter().collect();
    lines.sort_by(|(_, one), (_, other)| other.iter().sum::<f64>().total_cmp(&one.iter().sum()));
    let more = if lines.len() > LINES + 1 { lines.split_off(LINES) } else { Vec::new() };
    let named = |(key, points): (Option<&Key>, Vec<f64>)| WindowLine {
        name: match key {
            Some(key) => key_name(key, language),
            None if by.is_some() => rest(language).to_owned(),
            None => name.to_owned(),
        },
        points,
    };
    let mut lines: Vec<WindowLine> = lines.into_iter().map(named).collect();
    if !more.is_empty() {
        let mut points = vec![0.0; grid.count];
        for (_, line) in &more {
            points.iter_mut().zip(line).for_each(|(sum, amount)| *sum += amount);
        }
        lines.push(WindowLine { name: others(language, more.len()), points });
    }
    lines
}

fn finite(amount: Amount) -> f64 {
    Some(amount.as_f64()).filter(|number| number.is_finite()).unwrap_or(0.0)
}

/// As charts name a value of a dimension; a text stays as it is, even one that looks like a day.
fn key_name(key: &Key, language: Language) -> String {
    match key {
        Key::Text(text) => text.clone(),
        Key::Null => label(language, None, &Value::Null),
        Key::Bool(truth) => label(language, None, &Value::Bool(*truth)),
        Key::Integer(number) => label(language, None, &Value::Integer(*number)),
    }
}

fn rest(language: Language) -> &'static str {
    match language {
        Language::En => "others",
        Language::Es => "más",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(minute: i64, keys: Vec<Key>, amount: i64) -> WindowRow {
        WindowRow { start_ms: minute * 60_000, keys, other: false, amounts: vec![Amount::Whole(1), Amount::Whole(amount)], is_final: true }
    }

    fn text(text: &str) -> Key {
        Key::Text(text.into())
    }

    #[test]
    fn every_stretch_is_there_and_keys_are_added_up() {
        let grid = Grid::over(60_000, 4 * 60_000 + 5, 60_000);
        assert_eq!((grid.times_ms(), grid.width_ms), (vec![60_000, 120_000, 180_000, 240_000], 60_000));
        let rows = [
            row(1, vec![text("shop"), Key::Integer(200)], 5),
            row(1, vec![text("blog"), Key::Integer(200)], 2),
            row(4, vec![text("shop"), Key::Integer(404)], 1),
            row(9, vec![text("shop"), Key::Integer(404)], 100),
        ];
        let all = fold(&rows, &grid, 1, None, "bytes", Language::En);
        assert_eq!(all, [WindowLine { name: "bytes".into(), points: vec![7.0, 0.0, 0.0, 1.0] }]);
        let hosts = fold(&rows, &grid, 1, Some(0), "bytes", Language::En);
        assert_eq!(hosts.iter().map(|line| (line.name.as_str(), line.points[0])).collect::<Vec<_>>(), [("shop", 5.0), ("blog", 2.0)]);
        assert_eq!(fold(&[], &grid, 1, Some(0), "bytes", Language::En), []);
    }

    #[test]
    fn small_lines_and_long_times_are_summed_and_nothing_is_lost() {
        let grid = Grid::over(0, 60_000 * 1_200, 60_000);
        assert_eq!(grid.width_ms, 3 * 60_000);
        let mut rows: Vec<WindowRow> = (0..20).map(|number| row(number, vec![Key::Integer(number)], number)).collect();
        rows.push(WindowRow { other: true, ..row(0, vec![Key::Null], 1_000) });
        let lines = fold(&rows, &grid, 1, Some(0), "bytes", Language::Es);
        assert_eq!((lines.len(), lines[0].name.as_str(), lines[7].name.as_str()), (8, "más", "14 más"));
        assert_eq!(lines.iter().flat_map(|line| &line.points).sum::<f64>(), 1_190.0);
    }
}
