//! What follows from row rules alone: whether they let in only certain values of a column, and whether they let in one.

use crate::governance::emptiness::{leaves_nothing, less};
use warehouse::{Comparison, Literal, Predicate};

/// Whether every row that rules can let in holds one of certain values in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    Yes,
    /// They let in a row with another value, or with none; whether there is one is not looked at.
    No,
    CannotTell,
}

/// Conservative: what is not certain is `CannotTell`. `values` are of the column's type.
pub fn among(rows: &Predicate, column: &str, values: &[Literal]) -> Among {
    if leaves_nothing(rows) {
        return Among::Yes;
    }
    let mut all = Vec::new();
    gather(rows, &mut all);
    // A rule that holds one way or another may be about anything.
    let unclear = all.iter().any(|rule| matches!(rule, Predicate::Any(_) | Predicate::Contains { .. }));
    let own: Vec<&Predicate> = all.into_iter().filter(|rule| column_of(rule) == Some(column)).collect();
    match left(&own) {
        Some(left) if left.iter().all(|value| values.contains(value)) => Among::Yes,
        // Between two bounds there may be few values, and those the expected ones.
        None if has(&own, &[Comparison::Less, Comparison::LessOrEqual]) && has(&own, &[Comparison::Greater, Comparison::GreaterOrEqual]) => Among::CannotTell,
        _ if unclear => Among::CannotTell,
        _ => Among::No,
    }
}

/// Whether rules certainly let in this value whatever stands in other columns.
pub fn admits(rows: &Predicate, column: &str, value: &Literal) -> bool {
    let mut all = Vec::new();
    gather(rows, &mut all);
    all.into_iter().all(|rule| column_of(rule) == Some(column) && passes(rule, value) == Some(true))
}

fn gather<'a>(predicate: &'a Predicate, all: &mut Vec<&'a Predicate>) {
    match predicate {
        Predicate::All(parts) => parts.iter().for_each(|part| gather(part, all)),
        one => all.push(one),
    }
}

fn column_of(rule: &Predicate) -> Option<&str> {
    match rule {
        Predicate::Compare { column, .. }
        | Predicate::In { column, .. }
        | Predicate::NotIn { column, .. }
        | Predicate::IsNull { column }
        | Predicate::IsNotNull { column }
        | Predicate::Contains { column, .. } => Some(column),
        Predicate::All(_) | Predicate::Any(_) => None,
    }
}

/// The values that rules on one column leave, when these are a list; `None` when they are not.
fn left(rules: &[&Predicate]) -> Option<Vec<Literal>> {
    let listed = rules.iter().find_map(|rule| match rule {
        Predicate::In { values, .. } => Some(values.clone()),
        Predicate::Compare { comparison: Comparison::Equal, value, .. } => Some(vec![value.clone()]),
        Predicate::Compare { value: Literal::Bool(_), .. } => Some(vec![Literal::Bool(true), Literal::Bool(false)]),
        _ => None,
    })?;
    Some(listed.into_iter().filter(|value| rules.iter().all(|rule| passes(rule, value) != Some(false))).collect())
}

fn has(rules: &[&Predicate], comparisons: &[Comparison]) -> bool {
    rules.iter().any(|rule| matches!(rule, Predicate::Compare { comparison, .. } if comparisons.contains(comparison)))
}

/// Whether a value passes a rule on its column; `None` when that is not certain.
fn passes(rule: &Predicate, value: &Literal) -> Option<bool> {
    Some(match rule {
        Predicate::In { values, .. } => values.contains(value),
        Predicate::NotIn { values, .. } => !values.contains(value),
        Predicate::IsNull { .. } => false,
        Predicate::IsNotNull { .. } => true,
        Predicate::Compare { comparison, value: bound, .. } => match comparison {
            Comparison::Equal => value == bound,
            Comparison::NotEqual => value != bound,
            Comparison::Less => less(value, bound),
            Comparison::LessOrEqual => less(value, bound) || value == bound,
            Comparison::Greater => less(bound, value),
            Comparison::GreaterOrEqual => less(bound, value) || value == bound,
        },
        Predicate::Contains { .. } | Predicate::All(_) | Predicate::Any(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> Literal {
        Literal::Text(value.into())
    }

    fn region(names: &[&str]) -> Predicate {
        Predicate::In { column: "region".into(), values: names.iter().map(|name| text(name)).collect() }
    }

    fn compare(column: &str, comparison: Comparison, value: Literal) -> Predicate {
        Predicate::Compare { column: column.into(), comparison, value }
    }

    #[test]
    fn a_list_within_the_expected_values_is_among_them_and_a_wider_one_is_not() {
        let expected = [text("North"), text("South")];
        let of = |rules: Vec<Predicate>| among(&Predicate::All(rules), "region", &expected);
        assert_eq!(of(vec![region(&["North"])]), Among::Yes);
        assert_eq!(of(vec![region(&["North", "East"])]), Among::No);
        assert_eq!(of(vec![region(&["North", "East"]), compare("region", Comparison::NotEqual, text("East"))]), Among::Yes);
        assert_eq!(of(vec![compare("region", Comparison::Equal, text("South")), compare("amount", Comparison::Greater, Literal::Integer(5))]), Among::Yes);
        assert_eq!(of(vec![compare("amount", Comparison::Greater, Literal::Integer(5))]), Among::No);
        assert_eq!(of(Vec::new()), Among::No);
        assert_eq!(of(vec![Predicate::IsNull { column: "region".into() }]), Among::No, "a row without a value is another row");
        assert_eq!(of(vec![compare("region", Comparison::NotEqual, text("East"))]), Among::No);
        assert_eq!(of(vec![region(&["North"]), region(&["East"])]), Among::Yes, "no row at all is no other row");
    }

    #[test]
    fn what_the_rules_do_not_say_cannot_be_told() {
        let expected = [Literal::Integer(5), Literal::Integer(6)];
        let between = vec![compare("amount", Comparison::GreaterOrEqual, Literal::Integer(5)), compare("amount", Comparison::Less, Literal::Integer(7))];
        assert_eq!(among(&Predicate::All(between), "amount", &expected), Among::CannotTell);
        let either = Predicate::Any(vec![compare("amount", Comparison::Equal, Literal::Integer(5)), compare("amount", Comparison::Equal, Literal::Integer(6))]);
        assert_eq!(among(&Predicate::All(vec![either]), "amount", &expected), Among::CannotTell);
        let open = Predicate::All(vec![compare("amount", Comparison::Less, Literal::Integer(7))]);
        assert_eq!(among(&open, "amount", &expected), Among::No);
        let truth = Predicate::All(vec![compare("paid", Comparison::NotEqual, Literal::Bool(false))]);
        assert_eq!(among(&truth, "paid", &[Literal::Bool(true)]), Among::Yes);
    }

    #[test]
    fn a_value_is_admitted_only_when_no_other_column_has_a_say() {
        let north = Predicate::All(vec![region(&["North"])]);
        assert!(admits(&north, "region", &text("North")) && !admits(&north, "region", &text("South")));
        assert!(admits(&Predicate::All(Vec::new()), "region", &text("South")));
        let narrower = Predicate::All(vec![region(&["North"]), compare("amount", Comparison::Less, Literal::Integer(5))]);
        assert!(!admits(&narrower, "region", &text("North")));
        assert!(!admits(&Predicate::Any(vec![region(&["North"])]), "region", &text("North")));
    }
}
