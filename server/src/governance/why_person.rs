//! Why a person sees what they see of each mart and stream: roles, grants, rules in words, columns. For administrators; holds no value of the data.

use super::{
    accepted,
    catalogue::Dataset,
    emptiness::leaves_nothing,
    masks,
    policies::problem_words,
    rules::{self, Bound, Policy},
    rules_words::{self, HIDDEN},
    store,
};
use crate::{
    access::{Action, Kind, Mask, Need, Permit, Principal, words::masked},
    fault::{Fault, Result},
    portal::Portal,
};
use app::{
    governance::{
        asks::RowRule,
        why::asks::{ColumnState, ColumnWhy, GrantWhy, MartWhy, PersonWhy, Standing, WhyPerson},
    },
    text::Text,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What is needed to explain one mart after the other.
struct Explaining<'a> {
    policies: &'a [Policy],
    roles: &'a [(String, Text)],
    principal: &'a Principal,
    /// Whether this administrator may know the values of attributes.
    knows_values: bool,
}

pub async fn why(portal: Portal, permit: Permit, ask: WhyPerson) -> Result<PersonWhy> {
    let person = portal.identity.person(&ask.person).await?.ok_or_else(Fault::not_found)?;
    permit.about(format!("person {}", person.email), json!({ "department": ask.department, "mart": ask.mart }));
    let titles: BTreeMap<String, Text> =
        store::departments(&portal.database).await?.into_iter().map(|department| (department.name, department.title)).collect();
    let mut departments: Vec<(String, Text)> = Vec::new();
    for held in store::memberships_of(&portal.database, &person.id).await? {
        if !departments.iter().any(|(name, _)| *name == held.department) {
            let title = titles.get(&held.department).cloned().unwrap_or_else(|| Text::same(&held.department));
            departments.push((held.department, title));
        }
    }
    if ask.department.as_ref().is_some_and(|wanted| !departments.iter().any(|(name, _)| name == wanted)) {
        return Err(Fault::not_found());
    }
    let mut answer = PersonWhy {
        person: person.id,
        name: person.name,
        email: person.email,
        disabled: person.disabled,
        department: ask.department.clone().or_else(|| departments.first().map(|(name, _)| name.clone())).unwrap_or_default(),
        departments,
        roles: Vec::new(),
        marts: Vec::new(),
    };
    if person.disabled {
        return Ok(answer);
    }
    // First, because it pins what policies accept of a mart that is new.
    let decision = portal.governance.decision(&answer.person, ask.department.as_deref()).await?;
    let (policies, roles) = (store::policies(&portal.database).await?, store::roles(&portal.database).await?);
    let knows_values = permit.allows(Need(Kind::Person, Action::View));
    let explaining = Explaining { policies: &policies, roles: &roles, principal: &decision.principal, knows_values };
    let catalogue = portal.governance.published().await?;
    let wanted = catalogue.all_governed().filter(|(name, _)| ask.mart.as_deref().is_none_or(|mart| mart == *name));
    answer.marts = wanted.map(|(name, dataset)| explaining.mart(name, dataset)).collect();
    if answer.marts.is_empty() && ask.mart.is_some() {
        return Err(Fault::not_found());
    }
    answer.marts.sort_by_key(|mart| mart.standing);
    answer.roles = roles.iter().filter(|(name, _)| decision.principal.roles.contains(name)).map(|(_, title)| title.clone()).collect();
    Ok(answer)
}

impl Explaining<'_> {
    fn mart(&self, name: &str, dataset: &Dataset) -> MartWhy {
        let applying = rules::applying(self.policies, name, self.principal);
        let (standing, bound, closed) = match rules::bind(&applying, dataset, self.principal) {
            None => (Standing::NotGranted, None, None),
            Some(Ok(bound)) => (Standing::Seen, Some(bound), None),
            Some(Err(closed)) => (Standing::Closed, None, Some(problem_words(&closed))),
        };
        let mut seen = BTreeSet::new();
        // Each rule once, however many policies ask it.
        let all = applying.iter().flat_map(|policy| &policy.rows).filter(|rule| seen.insert(format!("{rule:?}")));
        let rows = all.map(|rule| self.rule(dataset, rule)).collect();
        let title = dataset.mart.as_ref().or(dataset.stream.as_ref()).map(|definition| &definition.title);
        MartWhy {
            mart: name.to_owned(),
            title: title.filter(|title| !title.en.is_empty()).map_or_else(|| Text::same(name), |title| Text::of(&title.en, &title.es)),
            standing,
            closed,
            grants: applying.iter().map(|policy| self.grant(dataset, policy)).collect(),
            rows,
            leaves_nothing: bound.as_ref().is_some_and(|bound| leaves_nothing(&bound.rows)),
            columns: bound.map(|bound| columns(dataset, &bound, &applying)).unwrap_or_default(),
        }
    }

    fn grant(&self, dataset: &Dataset, policy: &Policy) -> GrantWhy {
        let named: BTreeSet<&str> = policy.rows.iter().filter_map(rules::attribute).collect();
        let title = || self.roles.iter().find(|(name, _)| *name == policy.role).map_or_else(|| Text::same(&policy.role), |(_, title)| title.clone());
        GrantWhy {
            policy: policy.id.clone(),
            role: (!policy.role.is_empty()).then(title),
            rows: policy.rows.iter().map(|rule| self.rule(dataset, rule)).collect(),
            masks: policy.masks.iter().map(|rule| mask_words(dataset, &rule.column, masks::parse(&rule.mask))).collect(),
            attributes: named.into_iter().map(|name| (name.to_owned(), self.values(name))).collect(),
        }
    }

    /// Values of an attribute as this administrator may know them.
    fn values(&self, attribute: &str) -> Vec<String> {
        let values = self.principal.attributes.get(attribute).cloned().unwrap_or_default();
        if self.knows_values || values.is_empty() { values } else { vec![HIDDEN.to_owned()] }
    }

    fn rule(&self, dataset: &Dataset, rule: &RowRule) -> Text {
        let label = rules_words::label(dataset, &rule.column);
        match rules::attribute(rule) {
            Some(attribute) => rules_words::by_attribute(&label, rule, attribute, &self.values(attribute)),
            None => rules_words::by_literals(&label, rule),
        }
    }
}

fn columns(dataset: &Dataset, bound: &Bound, applying: &[&Policy]) -> Vec<ColumnWhy> {
    let waiting: BTreeSet<String> = applying.iter().flat_map(|policy| accepted::waiting(policy, &dataset.columns)).collect();
    let one = |name: &String| {
        let shown = bound.columns.iter().any(|column| column.name == *name);
        let (state, mask) = match bound.masks.get(name) {
            _ if !shown && waiting.contains(name) => (ColumnState::Waiting, None),
            _ if !shown => (ColumnState::Hidden, None),
            Some(Mask::Hide) => (ColumnState::Hidden, None),
            Some(mask) => (ColumnState::Masked, Some(crate::access::mask_words(*mask))),
            None => (ColumnState::Shown, None),
        };
        ColumnWhy { name: name.clone(), label: rules_words::label(dataset, name), state, mask }
    };
    dataset.columns.iter().map(|column| one(&column.name)).collect()
}

/// `None`: a mask that nobody knows, which closes the mart.
fn mask_words(dataset: &Dataset, column: &str, mask: Option<Mask>) -> Text {
    let label = rules_words::label(dataset, column);
    match mask {
        Some(Mask::Hide) | None => Text::of(format!("{} hidden", label.en), format!("{} oculto", label.es)),
        Some(mask) => masked(&label, mask),
    }
}
