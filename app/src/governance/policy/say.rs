//! Policies in words: row rules, masks, and what is seen by a whole policy.

use super::{fits, words};
use crate::{
    governance::{
        asks::{MaskRule, PolicyCard, RowRule},
        words as policy_words,
    },
    text::{Language, Text},
    warehouse::asks::ColumnKind,
};

/// How departments and roles are called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Titles {
    pub departments: Vec<(String, Text)>,
    pub roles: Vec<(String, Text)>,
}

impl Titles {
    pub fn department(&self, name: &str, language: Language) -> String {
        title(&self.departments, name, language)
    }

    /// The empty role is every role.
    pub fn role(&self, name: &str, language: Language) -> String {
        if name.is_empty() { policy_words::every_role(language).to_owned() } else { title(&self.roles, name, language) }
    }
}

fn title(list: &[(String, Text)], name: &str, language: Language) -> String {
    list.iter().find(|(known, _)| known == name).map_or(name.to_owned(), |(_, title)| title.get(language).to_owned())
}

/// e.g. `region is one of their regions`, `sales_value is at least 10`.
pub fn rule_in_words(rule: &RowRule, language: Language) -> String {
    let several = rule.operator == "in";
    if let Some(attribute) = attribute(rule) {
        let their = if several { words::their_many(language) } else { words::their_one(language) };
        return format!("{} {} {their} {attribute}", rule.column, operator_in_words(&rule.operator, language));
    }
    // One of one is that one.
    let operator = if several && rule.values.len() == 1 { words::op_is(language) } else { operator_in_words(&rule.operator, language) };
    format!("{} {operator} {}", rule.column, rule.values.join(", ")).trim_end().to_owned()
}

/// The attribute's name when the rule's one value is `person.<attribute>`.
pub fn attribute(rule: &RowRule) -> Option<&str> {
    match rule.values.as_slice() {
        [value] => value.strip_prefix("person."),
        _ => None,
    }
}

pub fn operator_in_words(operator: &str, language: Language) -> &str {
    match operator {
        "in" => words::op_in(language),
        "=" => words::op_is(language),
        "<>" => words::op_is_not(language),
        "<" => words::op_less(language),
        "<=" => words::op_at_most(language),
        ">" => words::op_more(language),
        ">=" => words::op_at_least(language),
        "is null" => words::op_empty(language),
        "is not null" => words::op_not_empty(language),
        other => other,
    }
}

/// What a mask does, as it is chosen.
pub fn mask_title(mask: &str, language: Language) -> &'static str {
    match mask {
        "hide" => policy_words::mask_hide(language),
        "null" => policy_words::mask_null(language),
        "hash" => policy_words::mask_hash(language),
        "bucket" => policy_words::mask_bucket(language),
        "keep-last" => policy_words::mask_keep_last(language),
        _ => "?",
    }
}

/// e.g. `household_id replaced by a code`.
pub fn mask_in_words(rule: &MaskRule, language: Language) -> String {
    let (mask, size) = fits::parts(&rule.mask);
    let what = match mask {
        "hide" => words::say_hide(language),
        "null" => words::say_null(language),
        "hash" => words::say_hash(language),
        "bucket" => words::say_bucket(language),
        "keep-last" => words::say_keep_last(language),
        other => other,
    };
    format!("{} {what} {size}", rule.column).trim_end().to_owned()
}

/// What whoever this policy serves sees by it: `Sees rows where region is North; household_id replaced by a code.`
/// `hidden` are the columns of the mart that it leaves out, where they are known.
pub fn policy_in_words(policy: &PolicyCard, hidden: &[String], language: Language) -> String {
    let rules = policy.rows.iter().map(|rule| rule_in_words(rule, language)).collect::<Vec<_>>();
    let mut parts = vec![if rules.is_empty() {
        words::sees_all(language).to_owned()
    } else {
        format!("{} {}", words::sees_where(language), rules.join(&format!(" {} ", words::and(language))))
    }];
    parts.extend(policy.masks.iter().map(|mask| mask_in_words(mask, language)));
    if !hidden.is_empty() {
        parts.push(format!("{} {}", words::does_not_see(language), hidden.join(", ")));
    }
    if !policy.enabled {
        parts.push(words::not_in_force(language).to_owned());
    }
    parts.join("; ") + "."
}

/// A column's type in words; `None`: not known.
pub fn kind_in_words(kind: Option<ColumnKind>, language: Language) -> &'static str {
    match kind {
        Some(ColumnKind::Text) => words::kind_text(language),
        Some(ColumnKind::Integer) => words::kind_integer(language),
        Some(ColumnKind::Number) => words::kind_number(language),
        Some(ColumnKind::Bool) => words::kind_bool(language),
        Some(ColumnKind::Date) => words::kind_date(language),
        Some(ColumnKind::Timestamp) => words::kind_timestamp(language),
        None => words::kind_unknown(language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(operator: &str, values: &[&str]) -> RowRule {
        RowRule { column: "region".into(), operator: operator.into(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn a_policy_is_said_in_one_sentence_in_both_languages() {
        let mask = |column: &str, mask: &str| MaskRule { column: column.into(), mask: mask.into() };
        let policy = PolicyCard {
            rows: vec![rule("in", &["person.regions"]), rule("is not null", &[])],
            masks: vec![mask("household_id", "hash"), mask("sales_value", "bucket:10")],
            enabled: true,
            ..PolicyCard::default()
        };
        assert_eq!(
            policy_in_words(&policy, &["card".to_owned()], Language::En),
            "Sees rows where region is one of their regions and region is not empty; household_id replaced by a code; sales_value in steps of 10; does not see card."
        );
        assert_eq!(policy_in_words(&PolicyCard::default(), &[], Language::Es), "Ve todas las filas; no está en vigor.");
    }

    #[test]
    fn a_rule_says_whose_value_it_compares_with() {
        assert_eq!(rule_in_words(&rule("in", &["North"]), Language::En), "region is North");
        assert_eq!(rule_in_words(&rule("in", &["North", "South"]), Language::Es), "region es uno de North, South");
        assert_eq!(rule_in_words(&rule("<>", &["person.home"]), Language::Es), "region no es su home");
        // Two values are never an attribute, whatever they look like.
        assert_eq!(rule_in_words(&rule("in", &["person.a", "b"]), Language::En), "region is one of person.a, b");
    }
}
