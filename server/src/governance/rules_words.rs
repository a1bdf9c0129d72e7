//! Row rules in words, as administrators read them: they name columns, literals and attributes.

use super::catalogue::Dataset;
use app::{governance::asks::RowRule, text::Text};

/// Stands for values that are not told.
pub(super) const HIDDEN: &str = "•••";

/// Most values that are named before they are only counted.
const NAMED: usize = 8;

/// What a column is called; its name where nobody called it anything.
pub(super) fn label(dataset: &Dataset, column: &str) -> Text {
    let definition = dataset.mart.as_ref().or(dataset.stream.as_ref());
    let label = definition.and_then(|definition| definition.columns.get(column)).map(|words| &words.label);
    match label.filter(|label| !label.en.is_empty()) {
        Some(label) => Text::of(&label.en, &label.es),
        None => Text::same(column.replace('_', " ")),
    }
}

/// "Region is one of North, South".
pub(super) fn by_literals(label: &Text, rule: &RowRule) -> Text {
    let (en, es) = operator(&rule.operator);
    let (values_en, values_es) = listed(&rule.values);
    Text::of(format!("{} {en} {values_en}", label.en).trim_end(), format!("{} {es} {values_es}", label.es).trim_end())
}

/// "Region is one of North (their attribute regions)"; says so when the person has none.
pub(super) fn by_attribute(label: &Text, rule: &RowRule, attribute: &str, values: &[String]) -> Text {
    let (en, es) = operator(&rule.operator);
    let (values_en, values_es) = if values.is_empty() { ("nothing".to_owned(), "nada".to_owned()) } else { listed(values) };
    Text::of(format!("{} {en} {values_en} (their attribute {attribute})", label.en), format!("{} {es} {values_es} (su atributo {attribute})", label.es))
}

fn operator(operator: &str) -> (&str, &str) {
    match operator {
        "=" => ("is", "es"),
        "in" => ("is one of", "es uno de"),
        "<>" => ("is not", "no es"),
        "<" => ("is below", "es menor que"),
        "<=" => ("is at most", "es como máximo"),
        ">" => ("is above", "es mayor que"),
        ">=" => ("is at least", "es como mínimo"),
        "is null" => ("is empty", "está vacío"),
        "is not null" => ("is not empty", "no está vacío"),
        // One that nobody knows closes its mart; it is told as it is written.
        other => (other, other),
    }
}

fn listed(values: &[String]) -> (String, String) {
    let named = values.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match values.len().saturating_sub(NAMED) {
        0 => (named.clone(), named),
        more => (format!("{named} and {more} more"), format!("{named} y {more} más")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(operator: &str, values: &[&str]) -> RowRule {
        RowRule { column: "region".into(), operator: operator.into(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn rules_read_as_sentences() {
        let region = Text::of("Region", "Región");
        assert_eq!(by_literals(&region, &rule("in", &["North", "South"])), Text::of("Region is one of North, South", "Región es uno de North, South"));
        assert_eq!(by_literals(&region, &rule("is null", &[])), Text::of("Region is empty", "Región está vacío"));
        let own = rule("in", &["person.regions"]);
        assert_eq!(by_attribute(&region, &own, "regions", &["North".into()]).en, "Region is one of North (their attribute regions)");
        assert_eq!(by_attribute(&region, &own, "regions", &[]).es, "Región es uno de nada (su atributo regions)");
        let many: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        assert!(by_attribute(&region, &own, "regions", &many).en.contains("7 and 2 more"));
    }
}
