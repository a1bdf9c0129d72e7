//! Whether row rules that all hold can leave no row at all, seen from the rules alone.

use std::collections::BTreeMap;
use warehouse::{Comparison, Literal, Predicate};

/// What the rules say of one column.
#[derive(Default)]
struct Said {
    /// Values that are left; `None`: any.
    among: Option<Vec<Literal>>,
    not: Vec<Literal>,
    /// Bounds with whether they are included.
    low: Option<(Literal, bool)>,
    high: Option<(Literal, bool)>,
    null: bool,
    not_null: bool,
}

/// True only when it is certain: a warning for "why", not a decision.
pub fn leaves_nothing(rows: &Predicate) -> bool {
    let mut columns = BTreeMap::new();
    !gather(rows, &mut columns) || columns.values().any(Said::contradicts)
}

/// False when a part of the rules can never hold.
fn gather<'a>(predicate: &'a Predicate, columns: &mut BTreeMap<&'a str, Said>) -> bool {
    match predicate {
        Predicate::All(all) => return all.iter().all(|one| gather(one, columns)),
        Predicate::Any(any) => return any.iter().any(|one| !leaves_nothing(one)),
        Predicate::In { column, values } => columns.entry(column).or_default().keep(values),
        Predicate::NotIn { column, values } => columns.entry(column).or_default().not.extend(values.iter().cloned()),
        Predicate::IsNull { column } => columns.entry(column).or_default().null = true,
        Predicate::IsNotNull { column } => columns.entry(column).or_default().not_null = true,
        Predicate::Contains { column, .. } => columns.entry(column).or_default().not_null = true,
        Predicate::Compare { column, comparison, value } => {
            let said = columns.entry(column).or_default();
            said.not_null = true;
            match comparison {
                Comparison::Equal => said.keep(std::slice::from_ref(value)),
                Comparison::NotEqual => said.not.push(value.clone()),
                Comparison::Less => said.below(value, false),
                Comparison::LessOrEqual => said.below(value, true),
                Comparison::Greater => said.above(value, false),
                Comparison::GreaterOrEqual => said.above(value, true),
            }
        }
    }
    true
}

impl Said {
    fn keep(&mut self, values: &[Literal]) {
        self.not_null = true;
        self.among = Some(match self.among.take() {
            Some(left) => left.into_iter().filter(|value| values.contains(value)).collect(),
            None => values.to_vec(),
        });
    }

    fn below(&mut self, value: &Literal, included: bool) {
        let tighter = self.high.as_ref().is_none_or(|(known, _)| less(value, known) || (value == known && !included));
        if tighter {
            self.high = Some((value.clone(), included));
        }
    }

    fn above(&mut self, value: &Literal, included: bool) {
        let tighter = self.low.as_ref().is_none_or(|(known, _)| less(known, value) || (value == known && !included));
        if tighter {
            self.low = Some((value.clone(), included));
        }
    }

    fn contradicts(&self) -> bool {
        let crossed = match (&self.low, &self.high) {
            (Some((low, low_in)), Some((high, high_in))) => less(high, low) || (low == high && !(*low_in && *high_in)),
            _ => false,
        };
        let none_left = self.among.as_ref().is_some_and(|left| left.iter().all(|value| self.excludes(value)));
        crossed || none_left || (self.null && self.not_null)
    }

    fn excludes(&self, value: &Literal) -> bool {
        self.not.contains(value)
            || self.low.as_ref().is_some_and(|(low, included)| less(value, low) || (value == low && !included))
            || self.high.as_ref().is_some_and(|(high, included)| less(high, value) || (value == high && !included))
    }
}

/// Within one type; text is compared by bytes, as the engine does.
pub(super) fn less(left: &Literal, right: &Literal) -> bool {
    match (left, right) {
        (Literal::Text(left), Literal::Text(right)) => left < right,
        (Literal::Integer(left), Literal::Integer(right)) => left < right,
        (Literal::Number(left), Literal::Number(right)) => left < right,
        (Literal::Date(left), Literal::Date(right)) => left < right,
        (Literal::Timestamp(left), Literal::Timestamp(right)) => left < right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(names: &[&str]) -> Predicate {
        Predicate::In { column: "region".into(), values: names.iter().map(|name| Literal::Text((*name).into())).collect() }
    }

    fn amount(comparison: Comparison, value: i64) -> Predicate {
        Predicate::Compare { column: "amount".into(), comparison, value: Literal::Integer(value) }
    }

    #[test]
    fn warns_when_rules_that_all_hold_leave_nothing() {
        assert!(leaves_nothing(&Predicate::All(vec![region(&["North"]), region(&["South"])])));
        assert!(!leaves_nothing(&Predicate::All(vec![region(&["North", "South"]), region(&["South"])])));
        assert!(leaves_nothing(&Predicate::All(vec![amount(Comparison::Less, 5), amount(Comparison::GreaterOrEqual, 5)])));
        assert!(!leaves_nothing(&Predicate::All(vec![amount(Comparison::LessOrEqual, 5), amount(Comparison::GreaterOrEqual, 5)])));
        assert!(leaves_nothing(&Predicate::All(vec![amount(Comparison::Equal, 7), amount(Comparison::Less, 7)])));
        assert!(leaves_nothing(&Predicate::All(vec![region(&["North"]), Predicate::IsNull { column: "region".into() }])));
        assert!(leaves_nothing(&Predicate::Any(vec![Predicate::All(vec![region(&["North"]), region(&["South"])])])));
        assert!(!leaves_nothing(&Predicate::All(Vec::new())));
    }
}
