//! A policy while its form is filled in, and what its mart has to choose from.

use super::{
    asks::{GovernedColumn, PolicyColumns},
    fits,
    say::attribute,
    words,
};
use crate::{
    ask::ask,
    governance::asks::{MaskRule, PolicyCard, RowRule},
    text::Language,
    ui::browser,
    warehouse::asks::ColumnKind,
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// One row rule while it is written. Keys stay when lines or values before them go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub key: u32,
    pub column: String,
    pub operator: String,
    /// The attribute of the person that it compares with, in place of values.
    pub attribute: Option<String>,
    pub values: Vec<(u32, String)>,
}

impl Line {
    fn of(key: u32, rule: &RowRule) -> Self {
        let attribute = attribute(rule).map(str::to_owned);
        let values = if attribute.is_some() { Vec::new() } else { (0..).zip(rule.values.iter().cloned()).collect() };
        Self { key, column: rule.column.clone(), operator: rule.operator.clone(), attribute, values }
    }

    pub fn rule(&self) -> RowRule {
        // Where one value is compared with, the first is the one that is shown.
        let shown = if self.operator == "in" { usize::MAX } else { 1 };
        let values = match &self.attribute {
            _ if fits::is_unary(&self.operator) => Vec::new(),
            Some(attribute) => vec![format!("person.{attribute}")],
            None => self.values.iter().take(shown).map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect(),
        };
        RowRule { column: self.column.clone(), operator: self.operator.clone(), values }
    }

    /// A value of its own that the rule language would read as an attribute.
    pub fn reads_as_attribute(&self) -> bool {
        self.attribute.is_none() && attribute(&self.rule()).is_some()
    }
}

/// What there is to choose from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choices {
    pub columns: Vec<GovernedColumn>,
    pub attributes: Vec<String>,
    /// The columns are those of the mart; otherwise nobody knows them yet.
    pub published: bool,
    /// They are being asked for.
    pub loading: bool,
}

impl Choices {
    pub fn column(&self, name: &str) -> Option<&GovernedColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub fn kind(&self, name: &str) -> Option<ColumnKind> {
        self.column(name).map(|column| column.kind)
    }
}

/// All of the form. A handle: copying it copies no policy.
#[derive(Clone, Copy)]
pub struct Draft {
    old: StoredValue<PolicyCard>,
    pub mart: RwSignal<String>,
    pub department: RwSignal<String>,
    pub role: RwSignal<String>,
    pub lines: RwSignal<Vec<Line>>,
    /// Column to mask.
    pub masks: RwSignal<BTreeMap<String, String>>,
    /// Columns that are ticked.
    pub shown: RwSignal<BTreeSet<String>>,
    pub enabled: RwSignal<bool>,
    pub choices: RwSignal<Choices>,
}

impl Draft {
    /// Must be called while the form's component is made.
    pub fn of(policy: &PolicyCard) -> Self {
        let mut masks = BTreeMap::new();
        for rule in &policy.masks {
            let mask: &mut String = masks.entry(rule.column.clone()).or_insert_with(|| rule.mask.clone());
            *mask = fits::stricter(mask, &rule.mask).to_owned();
        }
        // A column whose type has changed was accepted as it was before: it is ticked by nobody yet (A49).
        let shown = policy.columns.iter().filter(|name| !policy.waiting.contains(name)).cloned().collect();
        Self {
            old: StoredValue::new(policy.clone()),
            mart: RwSignal::new(policy.mart.clone()),
            department: RwSignal::new(policy.department.clone()),
            role: RwSignal::new(policy.role.clone()),
            lines: RwSignal::new((0..).zip(&policy.rows).map(|(key, rule)| Line::of(key, rule)).collect()),
            masks: RwSignal::new(masks),
            shown: RwSignal::new(shown),
            enabled: RwSignal::new(policy.enabled),
            choices: RwSignal::new(Choices::default()),
        }
    }

    /// Asks for the columns of the mart whenever another one is chosen. Must be called while the component is made.
    pub fn follow_mart(self) {
        Effect::new(move |_| {
            let mart = self.mart.get();
            if mart.is_empty() {
                return;
            }
            self.choices.set(Choices { loading: true, ..Choices::default() });
            browser::spawn(async move {
                let found = ask(PolicyColumns { mart: mart.clone() }).await;
                // The form was closed, or another mart was chosen meanwhile.
                if self.mart.try_get_untracked().is_none_or(|now| now != mart) {
                    return;
                }
                let Ok(found) = found else {
                    self.choices.set(Choices::default());
                    return;
                };
                if self.old.with_value(|old| old.mart != mart) {
                    self.shown.set(found.columns.iter().map(|column| column.name.clone()).collect());
                }
                self.choices.set(Choices { columns: found.columns, attributes: found.attributes, published: true, loading: false });
            });
        });
    }

    /// As it would be saved: ticked columns that are there. Follows every change of the form.
    pub fn card(self) -> PolicyCard {
        let choices = self.choices.get();
        let is_there = |name: &&String| !choices.published || choices.column(name).is_some();
        PolicyCard {
            mart: self.mart.get(),
            department: self.department.get(),
            role: self.role.get(),
            rows: self.lines.with(|lines| lines.iter().map(Line::rule).collect()),
            masks: self.masks.with(|masks| masks.iter().map(|(column, mask)| MaskRule { column: column.clone(), mask: mask.clone() }).collect()),
            columns: self.shown.with(|shown| shown.iter().filter(is_there).cloned().collect()),
            enabled: self.enabled.get(),
            ..self.old.with_value(|old| PolicyCard { id: old.id.clone(), revision: old.revision, ..PolicyCard::default() })
        }
    }

    /// Columns of the mart that are not ticked.
    pub fn hidden(self) -> Vec<String> {
        let names = self.choices.with(|choices| choices.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>());
        self.shown.with(|shown| names.into_iter().filter(|name| !shown.contains(name)).collect())
    }

    /// Columns that wait to be accepted, as they were when the form was opened.
    pub fn waits(self, column: &str) -> bool {
        self.old.with_value(|old| old.waiting.iter().any(|name| name == column))
    }

    /// A new rule; gives its key.
    pub fn add_line(self) -> u32 {
        let key = self.lines.with_untracked(|lines| lines.iter().map(|line| line.key + 1).max().unwrap_or_default());
        let line = Line { key, operator: "in".to_owned(), values: vec![(0, String::new())], ..Line::default() };
        self.lines.update(|lines| lines.push(line));
        key
    }

    pub fn change_line(self, key: u32, change: impl FnOnce(&mut Line)) {
        self.lines.update(|lines| {
            if let Some(line) = lines.iter_mut().find(|line| line.key == key) {
                change(line);
            }
        });
    }

    /// What is wrong with a rule, in words; `None` while nothing is.
    pub fn line_fault(self, line: &Line, language: Language) -> Option<&'static str> {
        if line.reads_as_attribute() {
            return Some(words::fault_person(language));
        }
        let rule = line.rule();
        self.choices.with(|choices| fits::rule_fault(&rule, choices.column(&rule.column), choices.published, language))
    }

    pub fn mask_fault(self, column: &str, mask: &str, language: Language) -> Option<&'static str> {
        self.choices.with(|choices| match choices.column(column) {
            None if choices.published => Some(words::fault_mask_gone(language)),
            known => fits::mask_fault(mask, known.map(|known| known.kind), language),
        })
    }

    /// Nothing is ticked of a mart whose columns are known: to the server that would mean "as before".
    pub fn shows_nothing(self) -> bool {
        self.choices.with(|choices| choices.published && self.shown.with(|shown| !choices.columns.iter().any(|column| shown.contains(&column.name))))
    }

    /// Whether it can be sent.
    pub fn is_right(self, language: Language) -> bool {
        let rows = self.lines.with(|lines| lines.iter().all(|line| self.line_fault(line, language).is_none()));
        let masks = self.masks.with(|masks| masks.iter().all(|(column, mask)| self.mask_fault(column, mask, language).is_none()));
        rows && masks && !self.shows_nothing()
    }

    /// What is sent of a card: while nobody knows the mart's columns, those that were accepted stay so.
    pub fn sent(self, card: PolicyCard) -> PolicyCard {
        if self.choices.with_untracked(|choices| choices.published) { card } else { PolicyCard { columns: Vec::new(), ..card } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_the_rule_that_it_was() {
        for (operator, values) in [("in", vec!["North", "South, East"]), ("=", vec!["person.home"]), ("is null", Vec::new()), (">=", vec!["10"])] {
            let values = values.into_iter().map(str::to_owned).collect();
            let rule = RowRule { column: "region".into(), operator: operator.into(), values };
            assert_eq!(Line::of(0, &rule).rule(), rule);
        }
    }

    #[test]
    fn a_value_that_reads_as_an_attribute_is_seen() {
        let line = Line { operator: "in".into(), values: vec![(0, "person.regions".into()), (1, " ".into())], ..Line::default() };
        assert!(line.reads_as_attribute());
        assert!(!Line { attribute: Some("regions".into()), ..line }.reads_as_attribute());
    }
}
