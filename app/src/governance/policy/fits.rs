//! What fits a column: operators, masks, values. The server decides; this says it while the form is filled in.

use super::{asks::GovernedColumn, say::attribute, words};
use crate::{governance::asks::RowRule, text::Language, ui::calendar::parse_date, warehouse::asks::ColumnKind};

/// All of the rule language.
const OPERATORS: [&str; 9] = ["in", "=", "<>", "<", "<=", ">", ">=", "is null", "is not null"];
/// From the strictest.
const MASKS: [&str; 5] = ["hide", "null", "hash", "bucket", "keep-last"];

/// Whether an operator compares with nothing.
pub fn is_unary(operator: &str) -> bool {
    matches!(operator, "is null" | "is not null")
}

/// The operators for a column of this type; of an unknown type: all.
pub fn operators(kind: Option<ColumnKind>) -> impl Iterator<Item = &'static str> {
    OPERATORS.into_iter().filter(move |operator| operator_fits(operator, kind))
}

pub fn operator_fits(operator: &str, kind: Option<ColumnKind>) -> bool {
    // True and false have no order.
    OPERATORS.contains(&operator) && !(kind == Some(ColumnKind::Bool) && matches!(operator, "<" | "<=" | ">" | ">="))
}

/// The masks for a column of this type, from the strictest.
pub fn masks(kind: Option<ColumnKind>) -> impl Iterator<Item = &'static str> {
    MASKS.into_iter().filter(move |mask| mask_fits(mask, kind))
}

/// Steps need numbers, last characters need text.
fn mask_fits(mask: &str, kind: Option<ColumnKind>) -> bool {
    match mask {
        "bucket" => matches!(kind, Some(ColumnKind::Integer | ColumnKind::Number) | None),
        "keep-last" => matches!(kind, Some(ColumnKind::Text) | None),
        other => MASKS.contains(&other),
    }
}

/// `bucket:10` as its name and its size; the size is empty where there is none.
pub fn parts(mask: &str) -> (&str, &str) {
    mask.split_once(':').unwrap_or((mask, ""))
}

/// The stricter of two masks on one column: what is in force of a policy that has both.
pub fn stricter<'a>(left: &'a str, right: &'a str) -> &'a str {
    let rank = |mask: &str| {
        let (name, size) = parts(mask);
        let place = MASKS.iter().position(|known| *known == name).unwrap_or(MASKS.len());
        let size: f64 = size.parse().unwrap_or_default();
        // Wide steps and few characters tell less.
        (place, if name == "bucket" { -size } else { size })
    };
    if rank(left) <= rank(right) { left } else { right }
}

/// What is wrong with a mask, in words.
pub fn mask_fault(mask: &str, kind: Option<ColumnKind>, language: Language) -> Option<&'static str> {
    let (name, size) = parts(mask);
    if !mask_fits(name, kind) {
        return Some(words::fault_mask(language));
    }
    match name {
        "bucket" if size.parse().is_ok_and(|width: f64| width.is_finite() && width > 0.0) => None,
        "bucket" => Some(words::fault_size_step(language)),
        "keep-last" if size.parse::<u8>().is_ok() => None,
        "keep-last" => Some(words::fault_size_kept(language)),
        _ => None,
    }
}

/// What is wrong with a row rule, in words. `column`: as the mart has it; `published`: whether it is known what the mart has.
pub fn rule_fault(rule: &RowRule, column: Option<&GovernedColumn>, published: bool, language: Language) -> Option<&'static str> {
    if rule.column.is_empty() {
        return Some(words::fault_column(language));
    }
    if published && column.is_none() {
        return Some(words::fault_gone(language));
    }
    if column.is_some_and(|column| !column.comparable) {
        return Some(words::fault_worded(language));
    }
    let kind = column.map(|column| column.kind);
    if !operator_fits(&rule.operator, kind) {
        return Some(words::fault_operator(language));
    }
    if is_unary(&rule.operator) || attribute(rule).is_some_and(|attribute| !attribute.is_empty()) {
        return None;
    }
    if rule.values.is_empty() || attribute(rule).is_some() {
        return Some(words::fault_value(language));
    }
    let fits = |value: &String| kind.is_none_or(|kind| value_fits(value, kind));
    (!rule.values.iter().all(fits)).then(|| words::fault_type(language))
}

/// Whether a text is a value of a type, as rules write it.
fn value_fits(text: &str, kind: ColumnKind) -> bool {
    let text = text.trim();
    match kind {
        ColumnKind::Text => true,
        ColumnKind::Integer => text.parse::<i64>().is_ok(),
        ColumnKind::Number => text.parse().is_ok_and(f64::is_finite),
        ColumnKind::Bool => matches!(text, "true" | "false"),
        ColumnKind::Date => text.len() == 10 && parse_date(text).is_some(),
        ColumnKind::Timestamp => {
            let zoned = text.ends_with('Z') || text.get(19..).is_some_and(|rest| rest.contains(['+', '-']));
            parse_date(text).is_some() && text.get(10..11) == Some("T") && zoned
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(operator: &str, values: &[&str], kind: ColumnKind) -> Option<&'static str> {
        let rule = RowRule { column: "x".into(), operator: operator.into(), values: values.iter().map(|value| (*value).to_owned()).collect() };
        let column = GovernedColumn { name: "x".into(), kind, comparable: true, maskable: true };
        rule_fault(&rule, Some(&column), true, Language::En)
    }

    #[test]
    fn a_value_is_of_the_columns_type() {
        let wrong = Some(words::fault_type(Language::En));
        for (kind, right, not) in [
            (ColumnKind::Integer, "-3", "3.5"),
            (ColumnKind::Number, "3.5", "inf"),
            (ColumnKind::Bool, "true", "yes"),
            (ColumnKind::Date, "2017-01-31", "31/01/2017"),
            (ColumnKind::Timestamp, "2017-01-31T08:00:00+01:00", "2017-01-31"),
        ] {
            assert_eq!((fault("=", &[right], kind), fault("=", &[not], kind)), (None, wrong), "{kind:?}");
            assert_eq!(fault("in", &[right, not], kind), wrong, "{kind:?}");
            assert_eq!(fault("in", &["person.some"], kind), None, "{kind:?}");
        }
    }

    #[test]
    fn what_the_language_cannot_say_is_said_under_the_row() {
        assert_eq!(fault("=", &[], ColumnKind::Text), Some(words::fault_value(Language::En)));
        assert_eq!(fault("in", &["person."], ColumnKind::Text), Some(words::fault_value(Language::En)));
        assert_eq!(fault("<", &["true"], ColumnKind::Bool), Some(words::fault_operator(Language::En)));
        assert_eq!(fault("is null", &[], ColumnKind::Bool), None);
        let rule = RowRule { column: "x".into(), operator: "is null".into(), values: Vec::new() };
        assert_eq!(rule_fault(&rule, None, true, Language::En), Some(words::fault_gone(Language::En)));
        assert_eq!(rule_fault(&rule, None, false, Language::En), None);
    }

    #[test]
    fn masks_fit_their_column_and_the_strictest_stands_first() {
        assert_eq!(masks(Some(ColumnKind::Integer)).collect::<Vec<_>>(), ["hide", "null", "hash", "bucket"]);
        assert_eq!(masks(Some(ColumnKind::Text)).collect::<Vec<_>>(), ["hide", "null", "hash", "keep-last"]);
        assert_eq!((stricter("bucket:10", "hash"), stricter("bucket:10", "bucket:50")), ("hash", "bucket:50"));
        assert_eq!(stricter("keep-last:4", "keep-last:2"), "keep-last:2");
        let wrong = |mask: &str, kind| mask_fault(mask, Some(kind), Language::En).is_some();
        assert!(wrong("bucket:0", ColumnKind::Number) && !wrong("bucket:0.5", ColumnKind::Number) && wrong("bucket:5", ColumnKind::Text));
        assert!(wrong("keep-last:300", ColumnKind::Text) && !wrong("keep-last:4", ColumnKind::Text) && !wrong("hide", ColumnKind::Bool));
    }
}
