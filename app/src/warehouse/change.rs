//! How a figure compares with an earlier one: direction, size and the words for it.

use super::{
    asks::{Unit, Value},
    cells::number,
    words,
};
use crate::ui::figures::Figures;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Same,
}

/// A change in words: `3.1%` up.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub direction: Direction,
    /// Size without sign; a ratio's change is in percentage points.
    pub size: String,
}

impl Change {
    /// `None` when one of the two is missing, or when nothing can be a share of zero.
    pub fn between(earlier: &Value, now: &Value, unit: Option<&Unit>, figures: &Figures) -> Option<Self> {
        let (earlier, now) = (number(earlier)?, number(now)?);
        let difference = now - earlier;
        let size = if unit == Some(&Unit::Percent) {
            format!("{}\u{a0}{}", figures.number(difference.abs() * 100.0, 1), words::points(figures.language))
        } else if earlier == 0.0 {
            return None;
        } else {
            figures.percent((difference / earlier).abs(), 1)
        };
        // What is written as nothing is called nothing.
        let direction = match size.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            false => Direction::Same,
            true if difference > 0.0 => Direction::Up,
            true => Direction::Down,
        };
        Some(Self { direction, size })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(earlier: f64, now: f64, unit: Option<&Unit>) -> Option<(Direction, String)> {
        Change::between(&Value::Number(earlier), &Value::Number(now), unit, &Figures::default()).map(|change| (change.direction, change.size))
    }

    #[test]
    fn a_change_is_a_share_of_the_earlier_figure() {
        assert_eq!(between(100.0, 103.1, None), Some((Direction::Up, "3.1%".into())));
        assert_eq!(between(-100.0, -150.0, None), Some((Direction::Down, "50.0%".into())));
        assert_eq!(between(100.0, 100.01, None), Some((Direction::Same, "0.0%".into())));
        assert_eq!(between(0.0, 5.0, None), None);
        assert_eq!(Change::between(&Value::Null, &Value::Integer(1), None, &Figures::default()), None);
    }

    #[test]
    fn a_ratio_changes_by_points() {
        assert_eq!(between(0.153, 0.147, Some(&Unit::Percent)), Some((Direction::Down, "0.6\u{a0}pp".into())));
        assert_eq!(between(0.0, 0.01, Some(&Unit::Percent)), Some((Direction::Up, "1.0\u{a0}pp".into())));
    }
}
