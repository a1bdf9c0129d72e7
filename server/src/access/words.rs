//! The access chip in words: what a reader does not see, or sees changed, of one mart. Never names a hidden column.

use app::{text::Text, warehouse::asks::Access};
use warehouse::{Comparison, GovernedMart, Literal, Mask, Predicate};

/// Most values that a filter names before it only counts them.
const NAMED: usize = 4;

/// Filters and masks of `mart` as its reader meets them.
pub fn access_words(mart: &GovernedMart) -> Access {
    let mut filters = Vec::new();
    describe(mart, mart.rows(), &mut filters);
    filters.dedup();
    let masks = mart.columns().filter_map(|(column, mask)| mask.map(|mask| masked(&label(mart, &column.name), mask))).collect();
    Access { filters, masks }
}

fn describe(mart: &GovernedMart, predicate: &Predicate, filters: &mut Vec<Text>) {
    let column = match predicate {
        Predicate::All(all) => return all.iter().for_each(|one| describe(mart, one, filters)),
        Predicate::Any(_) => return filters.push(some_rows()),
        Predicate::Compare { column, .. }
        | Predicate::In { column, .. }
        | Predicate::NotIn { column, .. }
        | Predicate::IsNull { column }
        | Predicate::IsNotNull { column }
        | Predicate::Contains { column, .. } => column,
    };
    if !mart.columns().any(|(shown, mask)| shown.name == *column && mask.is_none()) {
        // Neither the name of a hidden column nor the raw value of a masked one.
        return filters.push(some_rows());
    }
    let label = label(mart, column);
    filters.push(match predicate {
        Predicate::Compare { comparison, value, .. } => {
            let (en, es) = match comparison {
                Comparison::Equal => ("", ""),
                Comparison::NotEqual => ("not ", "no "),
                Comparison::Less => ("below ", "menor que "),
                Comparison::LessOrEqual => ("at most ", "como máximo "),
                Comparison::Greater => ("above ", "mayor que "),
                Comparison::GreaterOrEqual => ("at least ", "como mínimo "),
            };
            Text::of(format!("{} {en}{}", label.en, shown(value)), format!("{} {es}{}", label.es, shown(value)))
        }
        Predicate::In { values, .. } => {
            let (en, es) = list(values);
            Text::of(format!("{} {en}", label.en), format!("{} {es}", label.es))
        }
        Predicate::NotIn { values, .. } => {
            let (en, es) = list(values);
            Text::of(format!("{} not {en}", label.en), format!("{} no {es}", label.es))
        }
        Predicate::IsNull { .. } => Text::of(format!("{} empty", label.en), format!("{} vacío", label.es)),
        Predicate::IsNotNull { .. } => Text::of(format!("{} not empty", label.en), format!("{} no vacío", label.es)),
        Predicate::Contains { .. } | Predicate::All(_) | Predicate::Any(_) => some_rows(),
    });
}

fn some_rows() -> Text {
    Text::of("some rows only", "solo algunas filas")
}

/// What is done to the values of a column of this label; empty for one that is hidden.
pub fn masked(label: &Text, mask: Mask) -> Text {
    match mask {
        Mask::Hide => Text::default(),
        Mask::Null => Text::of(format!("{} left blank", label.en), format!("{} en blanco", label.es)),
        Mask::Hash => Text::of(format!("{} masked", label.en), format!("{} con máscara", label.es)),
        Mask::Bucket(width) => Text::of(format!("{} in steps of {width}", label.en), format!("{} en tramos de {width}", label.es)),
        Mask::KeepLast(kept) => Text::of(format!("{}: last {kept} characters", label.en), format!("{}: últimos {kept} caracteres", label.es)),
    }
}

/// What a mask does to a column, beside the column's own name.
pub fn mask_words(mask: Mask) -> Text {
    match mask {
        Mask::Hide => Text::of("not shown to you", "no se le muestra"),
        Mask::Null => Text::of("left blank", "en blanco"),
        Mask::Hash => Text::of("replaced by a code", "sustituido por un código"),
        Mask::Bucket(width) => Text::of(format!("in steps of {width}"), format!("en tramos de {width}")),
        Mask::KeepLast(kept) => Text::of(format!("last {kept} characters"), format!("últimos {kept} caracteres")),
    }
}

/// The column's label in words that stand within a sentence.
fn label(mart: &GovernedMart, column: &str) -> Text {
    match mart.definition().columns.get(column) {
        Some(words) if !words.label.en.is_empty() => Text::of(lowered(&words.label.en), lowered(&words.label.es)),
        _ => Text::same(column.replace('_', " ")),
    }
}

/// `Region` becomes `region`; `IP address` stays.
fn lowered(text: &str) -> String {
    let mut characters = text.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(characters).collect(),
        _ => text.to_owned(),
    }
}

fn list(values: &[Literal]) -> (String, String) {
    let named: Vec<String> = values.iter().take(NAMED).map(shown).collect();
    let more = values.len().saturating_sub(NAMED);
    if more == 0 {
        return (named.join(", "), named.join(", "));
    }
    (format!("{} and {more} more", named.join(", ")), format!("{} y {more} más", named.join(", ")))
}

/// A value as a reader meets it.
pub fn shown(value: &Literal) -> String {
    match value {
        Literal::Text(text) => text.clone(),
        Literal::Integer(number) => number.to_string(),
        Literal::Number(number) => number.to_string(),
        Literal::Bool(truth) => truth.to_string(),
        Literal::Date(days) => {
            chrono::NaiveDate::default().checked_add_signed(chrono::Duration::days(i64::from(*days))).map(|date| date.to_string()).unwrap_or_default()
        }
        Literal::Timestamp(micros) => chrono::DateTime::from_timestamp_micros(*micros).map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
    }
}
