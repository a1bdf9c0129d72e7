//! Two policies field by field: what differs, and of two changes at once whose is to hold.

use super::say::{Titles, mask_in_words, rule_in_words};
use crate::{
    governance::{
        asks::{PolicyCard, RowRule},
        words,
    },
    text::Language,
};

/// What a policy is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Mart,
    Department,
    Role,
    Rows,
    Masks,
    Columns,
    Enabled,
}

impl Field {
    pub const ALL: [Self; 7] = [Self::Mart, Self::Department, Self::Role, Self::Rows, Self::Masks, Self::Columns, Self::Enabled];

    pub fn title(self, language: Language) -> &'static str {
        match self {
            Self::Mart => words::mart(language),
            Self::Department => words::department(language),
            Self::Role => words::role(language),
            Self::Rows => words::rows(language),
            Self::Masks => words::masks(language),
            Self::Columns => super::words::columns(language),
            Self::Enabled => words::state(language),
        }
    }

    /// What stands in the field, each as it is compared and as it is said. The order does not count.
    fn items(self, policy: &PolicyCard, titles: &Titles, language: Language) -> Vec<(String, String)> {
        let one = |key: &str, said: String| vec![(key.to_owned(), said)];
        match self {
            Self::Mart => one(&policy.mart, policy.mart.clone()),
            Self::Department => one(&policy.department, titles.department(&policy.department, language)),
            Self::Role => one(&policy.role, titles.role(&policy.role, language)),
            Self::Rows => {
                let rule = |rule: &RowRule| {
                    let mut values = rule.values.clone();
                    values.sort();
                    values.dedup();
                    (format!("{:?}", (&rule.column, &rule.operator, values)), rule_in_words(rule, language))
                };
                policy.rows.iter().map(rule).collect()
            }
            Self::Masks => policy.masks.iter().map(|rule| (format!("{:?}", (&rule.column, &rule.mask)), mask_in_words(rule, language))).collect(),
            Self::Columns => policy.columns.iter().map(|name| (name.clone(), name.clone())).collect(),
            Self::Enabled if policy.enabled => one("on", words::on(language).to_owned()),
            Self::Enabled => one("off", words::off(language).to_owned()),
        }
    }

    /// The field in words, one thing a line.
    pub fn said(self, policy: &PolicyCard, titles: &Titles, language: Language) -> Vec<String> {
        self.items(policy, titles, language).into_iter().map(|(_, said)| said).collect()
    }

    pub fn is_same(self, one: &PolicyCard, other: &PolicyCard) -> bool {
        self.difference(one, other, &Titles::default(), Language::En).is_none()
    }

    fn difference(self, before: &PolicyCard, after: &PolicyCard, titles: &Titles, language: Language) -> Option<Difference> {
        let (before, after) = (self.items(before, titles, language), self.items(after, titles, language));
        let without = |these: &[(String, String)], others: &[(String, String)]| {
            these.iter().filter(|(key, _)| !others.iter().any(|(other, _)| other == key)).map(|(_, said)| said.clone()).collect::<Vec<_>>()
        };
        let (gone, come) = (without(&before, &after), without(&after, &before));
        (!gone.is_empty() || !come.is_empty()).then_some(Difference { field: self, gone, come })
    }
}

/// What went and what came in one field, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: Field,
    pub gone: Vec<String>,
    pub come: Vec<String>,
}

/// All fields that differ.
pub fn differences(before: &PolicyCard, after: &PolicyCard, titles: &Titles, language: Language) -> Vec<Difference> {
    Field::ALL.into_iter().filter_map(|field| field.difference(before, after, titles, language)).collect()
}

/// Whose change of a field is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Theirs,
    Mine,
}

/// Who alone changed a field, or that both came to the same; `None`: both changed it differently, and somebody must choose.
pub fn settled(field: Field, began: &PolicyCard, theirs: &PolicyCard, mine: &PolicyCard) -> Option<Side> {
    if field.is_same(mine, theirs) || field.is_same(began, mine) {
        Some(Side::Theirs)
    } else if field.is_same(began, theirs) {
        Some(Side::Mine)
    } else {
        None
    }
}

/// Theirs, with the fields of mine that were chosen; it is a change of theirs.
pub fn merged(theirs: &PolicyCard, mine: &PolicyCard, chosen: impl Fn(Field) -> Option<Side>) -> PolicyCard {
    let mut policy = theirs.clone();
    for field in Field::ALL.into_iter().filter(|field| chosen(*field) == Some(Side::Mine)) {
        match field {
            Field::Mart => policy.mart.clone_from(&mine.mart),
            Field::Department => policy.department.clone_from(&mine.department),
            Field::Role => policy.role.clone_from(&mine.role),
            Field::Rows => policy.rows.clone_from(&mine.rows),
            Field::Masks => policy.masks.clone_from(&mine.masks),
            Field::Columns => policy.columns.clone_from(&mine.columns),
            Field::Enabled => policy.enabled = mine.enabled,
        }
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{governance::asks::MaskRule, text::Text};

    fn regions(values: &[&str]) -> RowRule {
        RowRule { column: "region".into(), operator: "in".into(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    fn policy() -> PolicyCard {
        PolicyCard {
            id: "1".into(),
            mart: "baskets".into(),
            department: "sales".into(),
            rows: vec![regions(&["North"])],
            columns: vec!["region".into(), "sales_value".into()],
            enabled: true,
            revision: 3,
            ..PolicyCard::default()
        }
    }

    #[test]
    fn a_difference_is_said_field_by_field_in_words() {
        let titles = Titles { roles: vec![("manager".into(), Text::of("Manager", "Responsable"))], ..Titles::default() };
        let after = PolicyCard {
            role: "manager".into(),
            rows: vec![regions(&["person.regions"])],
            masks: vec![MaskRule { column: "household_id".into(), mask: "hash".into() }],
            columns: vec!["sales_value".into(), "region".into(), "card".into()],
            ..policy()
        };
        let found = differences(&policy(), &after, &titles, Language::Es);
        let told: Vec<(Field, String, String)> = found.into_iter().map(|one| (one.field, one.gone.join(", "), one.come.join(", "))).collect();
        let expected: [(Field, String, String); 4] = [
            (Field::Role, "todos los perfiles".into(), "Responsable".into()),
            (Field::Rows, "region es North".into(), "region es uno de sus regions".into()),
            (Field::Masks, String::new(), "household_id sustituida por un código".into()),
            (Field::Columns, String::new(), "card".into()),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn order_and_repetition_are_no_difference_and_commas_in_values_are() {
        let with = |rows: Vec<RowRule>| PolicyCard { rows, ..policy() };
        assert!(Field::Rows.is_same(&with(vec![regions(&["A", "B"])]), &with(vec![regions(&["B", "A", "B"])])));
        // Said alike, and not the same.
        assert!(!Field::Rows.is_same(&with(vec![regions(&["A, B", "C"])]), &with(vec![regions(&["A", "B, C"])])));
        assert_eq!(differences(&policy(), &policy(), &Titles::default(), Language::En), []);
    }

    #[test]
    fn what_one_alone_changed_is_settled_and_what_both_did_is_asked() {
        let theirs = PolicyCard { rows: vec![regions(&["South"])], enabled: false, revision: 4, ..policy() };
        let mine = PolicyCard { rows: vec![regions(&["East"])], role: "manager".into(), enabled: false, ..policy() };
        let side = |field| settled(field, &policy(), &theirs, &mine);
        assert_eq!((side(Field::Rows), side(Field::Role)), (None, Some(Side::Mine)));
        assert_eq!((side(Field::Enabled), side(Field::Mart)), (Some(Side::Theirs), Some(Side::Theirs)));
        let chosen = merged(&theirs, &mine, |field| side(field).or(Some(Side::Mine)));
        assert_eq!(chosen, PolicyCard { rows: mine.rows.clone(), role: "manager".into(), ..theirs.clone() });
        let other = merged(&theirs, &mine, |field| side(field).or(Some(Side::Theirs)));
        assert_eq!((other.rows, other.role.as_str(), other.revision), (theirs.rows, "manager", 4));
    }
}
