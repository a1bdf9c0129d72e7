//! Pure logic of access: policies bound to one principal give a grant, or a reason why the mart is closed. No I/O.

use super::{
    accepted::{Accepted, is_shown},
    catalogue::Dataset,
    literal,
    masks::{self, parse as parse_mask},
};
use crate::access::Principal;
use app::governance::asks::{MaskRule, RowRule};
use std::collections::{BTreeMap, BTreeSet};
use warehouse::{ColumnType, Comparison, Literal, Mask, PinnedColumn, Predicate};

/// One grant of a mart, as it is stored.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Policy {
    pub id: String,
    pub mart: String,
    pub department: String,
    /// Empty: every role of the department.
    pub role: String,
    pub rows: Vec<RowRule>,
    pub masks: Vec<MaskRule>,
    /// `None` until the mart was first published.
    pub accepted: Option<Vec<Accepted>>,
    pub enabled: bool,
    pub origin: String,
    /// What is stored cannot be read: it closes its mart.
    pub unreadable: bool,
}

/// Why a granted mart gives nothing. Told to administrators; for its reader it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Not published since the policy was made.
    NotPublished,
    /// A column that a rule needs is gone or has another type.
    ColumnGone(String),
    /// An attribute that a rule needs is missing, empty or not of the column's type (A47).
    Attribute(String),
    /// A rule that cannot be: unknown operator or mask, a literal of another type.
    Rule(String),
}

/// What one principal gets of one mart, before it is handed to the issuer.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub columns: Vec<PinnedColumn>,
    pub rows: Predicate,
    pub masks: BTreeMap<String, Mask>,
}

/// The policies that apply to a principal on a mart: enabled, of the department, of one of the roles or of every role.
pub fn applying<'a>(policies: impl IntoIterator<Item = &'a Policy>, mart: &str, principal: &Principal) -> Vec<&'a Policy> {
    policies
        .into_iter()
        .filter(|policy| policy.enabled && policy.mart == mart && policy.department == principal.department)
        .filter(|policy| policy.role.is_empty() || principal.roles.contains(&policy.role))
        .collect()
}

/// Binds all policies that apply: permissions add up, but row rules all hold, the stricter mask wins, and a column is shown
/// only if each policy accepted it as it is now. `None`: no policy, not visible.
pub fn bind(policies: &[&Policy], mart: &Dataset, principal: &Principal) -> Option<Result<Bound, Closed>> {
    if policies.is_empty() { None } else { Some(bound(policies, mart, principal)) }
}

fn bound(policies: &[&Policy], mart: &Dataset, principal: &Principal) -> Result<Bound, Closed> {
    let mut rows = BTreeMap::new();
    let mut masked: BTreeMap<String, Mask> = BTreeMap::new();
    let mut for_rules = BTreeSet::new();
    for policy in policies {
        if policy.unreadable {
            return Err(Closed::Rule("unreadable".to_owned()));
        }
        let accepted = policy.accepted.as_ref().ok_or(Closed::NotPublished)?;
        for rule in &policy.rows {
            let column = pinned(accepted, mart, &rule.column)?;
            if mart.worded.contains(&rule.column) {
                return Err(Closed::Rule(format!("{} {}", rule.column, rule.operator)));
            }
            let predicate = row(rule, column.kind, principal)?;
            // Sorted and without repetition, so that equal rules have equal fingerprints.
            rows.insert(format!("{predicate:?}"), predicate);
            for_rules.insert(column.name.clone());
        }
        for rule in &policy.masks {
            let column = pinned(accepted, mart, &rule.column)?;
            let mask = masks::fitting(&rule.mask, column.kind).ok_or_else(|| Closed::Rule(format!("{} {}", rule.column, rule.mask)))?;
            masked.entry(column.name.clone()).and_modify(|known| *known = known.stricter(mask)).or_insert(mask);
        }
    }
    let shown = |column: &PinnedColumn| policies.iter().all(|policy| policy.accepted.as_deref().is_some_and(|accepted| is_shown(accepted, column)));
    let mut columns = Vec::new();
    for column in &mart.columns {
        let visible = shown(column);
        if !visible && for_rules.contains(&column.name) {
            // The rule needs it, the reader does not get it.
            masked.insert(column.name.clone(), Mask::Hide);
        }
        if visible || for_rules.contains(&column.name) {
            columns.push(column.clone());
        }
    }
    masked.retain(|name, _| columns.iter().any(|column| column.name == *name));
    let open = |name: &&String| !masked.contains_key(*name) && columns.iter().any(|column| column.name == **name);
    if let Some(time) = mart.time.as_ref().filter(|time| !open(time)) {
        return Err(Closed::Rule(format!("{time} hide")));
    }
    Ok(Bound { columns, rows: Predicate::All(rows.into_values().collect()), masks: masked })
}

/// The column of the mart that a rule means, as the policy accepted it; a renamed, retyped or removed one closes the mart.
fn pinned<'a>(accepted: &[Accepted], mart: &'a Dataset, name: &str) -> Result<&'a PinnedColumn, Closed> {
    let gone = || Closed::ColumnGone(name.to_owned());
    let column = mart.columns.iter().find(|column| column.name == name).ok_or_else(gone)?;
    let known = accepted.iter().find(|accepted| accepted.name == name).and_then(|accepted| accepted.kind);
    if known == Some(column.kind) { Ok(column) } else { Err(gone()) }
}

/// One row rule as a typed predicate; attributes become literals of the column's type, never patterns, never text in SQL.
pub fn row(rule: &RowRule, kind: ColumnType, principal: &Principal) -> Result<Predicate, Closed> {
    let column = rule.column.clone();
    let wrong = || Closed::Rule(format!("{} {}", rule.column, rule.operator));
    match rule.operator.as_str() {
        "is null" | "is not null" if !rule.values.is_empty() => return Err(wrong()),
        "is null" => return Ok(Predicate::IsNull { column }),
        "is not null" => return Ok(Predicate::IsNotNull { column }),
        _ => {}
    }
    let values = values(rule, kind, principal)?;
    if rule.operator == "in" {
        return Ok(Predicate::In { column, values });
    }
    let comparison = comparison(&rule.operator).ok_or_else(wrong)?;
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    match <[Literal; 1]>::try_from(values) {
        Ok([value]) if !(ordered && kind == ColumnType::Bool) => Ok(Predicate::Compare { column, comparison, value }),
        Ok(_) => Err(wrong()),
        // An attribute with several values has no one value to compare with.
        Err(_) => Err(attribute(rule).map_or_else(wrong, |name| Closed::Attribute(name.to_owned()))),
    }
}

fn values(rule: &RowRule, kind: ColumnType, principal: &Principal) -> Result<Vec<Literal>, Closed> {
    let (texts, ill) = match attribute(rule) {
        Some(name) => (principal.attributes.get(name).cloned().unwrap_or_default(), Closed::Attribute(name.to_owned())),
        None => (rule.values.clone(), Closed::Rule(format!("{} {}", rule.column, rule.operator))),
    };
    let texts: BTreeSet<String> = texts.into_iter().collect();
    let from_attribute = attribute(rule).is_some();
    if texts.is_empty() || (from_attribute && texts.iter().any(|text| text.trim().is_empty())) {
        return Err(ill);
    }
    texts.iter().map(|text| literal::parse(text, kind)).collect::<Option<Vec<_>>>().ok_or(ill)
}

/// The attribute's name when the rule's one value is `person.<attribute>`.
pub fn attribute(rule: &RowRule) -> Option<&str> {
    match rule.values.as_slice() {
        [value] => value.strip_prefix("person."),
        _ => None,
    }
}

pub fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        "=" => Comparison::Equal,
        "<>" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// What is wrong with a policy's rules in themselves, and (once the mart is published) on its columns; `None` when all is well.
pub fn wrong(policy: &Policy, mart: Option<&Dataset>) -> Option<Closed> {
    let kind = |name: &str| -> Result<Option<ColumnType>, Closed> {
        match mart {
            Some(mart) => {
                mart.columns.iter().find(|column| column.name == name).map(|column| Some(column.kind)).ok_or_else(|| Closed::ColumnGone(name.to_owned()))
            }
            None => Ok(None),
        }
    };
    let check = || -> Result<(), Closed> {
        for rule in &policy.rows {
            let bad = || Closed::Rule(format!("{} {}", rule.column, rule.operator));
            let unary = matches!(rule.operator.as_str(), "is null" | "is not null");
            let known = unary || rule.operator == "in" || comparison(&rule.operator).is_some();
            let counted = if unary { rule.values.is_empty() } else { !rule.values.is_empty() && (rule.operator == "in" || rule.values.len() == 1) };
            let worded = mart.is_some_and(|mart| mart.worded.contains(&rule.column));
            if !known || !counted || worded || attribute(rule).is_some_and(str::is_empty) {
                return Err(bad());
            }
            let Some(kind) = kind(&rule.column)? else { continue };
            if attribute(rule).is_none() && rule.values.iter().any(|value| literal::parse(value, kind).is_none()) {
                return Err(bad());
            }
        }
        for rule in &policy.masks {
            let bad = || Closed::Rule(format!("{} {}", rule.column, rule.mask));
            let mask = parse_mask(&rule.mask).ok_or_else(bad)?;
            if mart.is_some_and(|mart| mart.time.as_ref() == Some(&rule.column)) || kind(&rule.column)?.is_some_and(|kind| !masks::fits(mask, kind)) {
                return Err(bad());
            }
        }
        Ok(())
    };
    check().err()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::governance::{
        accepted::{is_unpinned, pin, waiting},
        fixtures::{baskets, column, policy, principal},
    };

    fn bind_all(policies: &[Policy], mart: &Dataset, principal: &Principal) -> Option<Result<Bound, Closed>> {
        bind(&applying(policies, "baskets", principal), mart, principal)
    }

    const OWN_REGIONS: (&str, &str, &[&str]) = ("region", "in", &["person.regions"]);

    #[test]
    fn trap6_no_policy_and_disabled_policies_show_nothing() {
        let mut disabled = policy(&[], &[]);
        disabled.enabled = false;
        let mut other = policy(&[], &[]);
        other.department = "finance".into();
        let mut managers = policy(&[], &[]);
        managers.role = "manager".into();
        assert!(bind_all(&[disabled, other, managers], &baskets(), &principal(&["North"])).is_none());
    }

    #[test]
    fn trap7_a_row_rule_binds_the_persons_own_values_as_typed_literals() {
        let bound = bind_all(&[policy(&[OWN_REGIONS], &[])], &baskets(), &principal(&["South", "North"])).unwrap().unwrap();
        let values = vec![Literal::Text("North".into()), Literal::Text("South".into())];
        assert_eq!(bound.rows, Predicate::All(vec![Predicate::In { column: "region".into(), values }]));
        // What looks like a pattern or like SQL is a value like any other.
        let odd = bind_all(&[policy(&[OWN_REGIONS], &[])], &baskets(), &principal(&["%", "' or 1=1 --"])).unwrap().unwrap();
        assert_eq!(
            odd.rows,
            Predicate::All(vec![Predicate::In { column: "region".into(), values: vec![Literal::Text("%".into()), Literal::Text("' or 1=1 --".into())] }])
        );
    }

    #[test]
    fn a47_missing_empty_and_ill_typed_attributes_close_the_mart() {
        let own = [policy(&[OWN_REGIONS], &[])];
        assert_eq!(bind_all(&own, &baskets(), &principal(&[])), Some(Err(Closed::Attribute("regions".into()))));
        assert_eq!(bind_all(&own, &baskets(), &principal(&["North", " "])), Some(Err(Closed::Attribute("regions".into()))));
        let nobody = [policy(&[("region", "in", &["person.towns"])], &[])];
        assert_eq!(bind_all(&nobody, &baskets(), &principal(&["North"])), Some(Err(Closed::Attribute("towns".into()))));
        let typed = [policy(&[("household_id", "in", &["person.regions"])], &[])];
        assert_eq!(bind_all(&typed, &baskets(), &principal(&["1", "North"])), Some(Err(Closed::Attribute("regions".into()))));
        let several = [policy(&[("region", "=", &["person.regions"])], &[])];
        assert_eq!(bind_all(&several, &baskets(), &principal(&["North", "South"])), Some(Err(Closed::Attribute("regions".into()))));
        for rule in [
            ("region", "in", &[] as &[&str]),
            ("region", "like", &["%"]),
            ("household_id", "=", &["one"]),
            ("region", "<>", &[]),
            ("region", "is null", &["x"]),
        ] {
            assert!(matches!(bind_all(&[policy(&[rule], &[])], &baskets(), &principal(&["North"])), Some(Err(Closed::Rule(_)))), "{rule:?}");
            assert!(wrong(&policy(&[rule], &[]), Some(&baskets())).is_some(), "{rule:?}");
        }
    }

    #[test]
    fn trap3_row_rules_of_several_policies_all_hold_and_the_stricter_mask_wins() {
        let policies = [
            policy(&[OWN_REGIONS], &[("household_id", "bucket:100"), ("sales_value", "bucket:10")]),
            policy(&[("sales_value", ">", &["0"])], &[("household_id", "hash"), ("sales_value", "bucket:50")]),
        ];
        let bound = bind_all(&policies, &baskets(), &principal(&["North"])).unwrap().unwrap();
        let Predicate::All(rows) = &bound.rows else { panic!("{:?}", bound.rows) };
        assert_eq!(rows.len(), 2);
        assert_eq!(bound.masks["household_id"], Mask::Hash);
        assert_eq!(bound.masks["sales_value"], Mask::Bucket(50.0));
    }

    #[test]
    fn a49_new_and_retyped_columns_are_hidden_and_rules_without_their_column_close_the_mart() {
        let own = [policy(&[OWN_REGIONS], &[("household_id", "hash")])];
        let mut mart = baskets();
        mart.columns.push(column("household", ColumnType::Integer));
        mart.columns[2].kind = ColumnType::Text;
        let bound = bind_all(&own, &mart, &principal(&["North"])).unwrap().unwrap();
        let names: Vec<&str> = bound.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["region", "household_id"]);
        assert_eq!(waiting(&own[0], &mart.columns), ["sales_value", "household"]);
        mart.columns[0].name = "area".into();
        assert_eq!(bind_all(&own, &mart, &principal(&["North"])), Some(Err(Closed::ColumnGone("region".into()))));
        let mut retyped = baskets();
        retyped.columns[1].kind = ColumnType::Text;
        assert_eq!(bind_all(&own, &retyped, &principal(&["North"])), Some(Err(Closed::ColumnGone("household_id".into()))));
    }

    #[test]
    fn a_rule_may_use_a_column_that_stays_hidden() {
        let mut narrow = policy(&[OWN_REGIONS], &[]);
        narrow.accepted = Some(vec![Accepted { name: "sales_value".into(), kind: None, shown: true }]);
        assert!(is_unpinned(&narrow));
        narrow.accepted = Some(pin(&narrow, &baskets().columns));
        assert!(!is_unpinned(&narrow));
        let bound = bind_all(&[narrow], &baskets(), &principal(&["North"])).unwrap().unwrap();
        assert_eq!(bound.masks["region"], Mask::Hide);
        assert_eq!(bound.columns.len(), 2);
    }

    #[test]
    fn a_rule_over_running_text_closes_and_is_refused_when_saved() {
        let line = Dataset { worded: BTreeSet::from(["region".to_owned()]), ..baskets() };
        let own = policy(&[OWN_REGIONS], &[]);
        assert!(matches!(bind_all(std::slice::from_ref(&own), &line, &principal(&["North"])), Some(Err(Closed::Rule(_)))));
        assert!(wrong(&own, Some(&line)).is_some());
        let masked = policy(&[], &[("region", "null")]);
        assert!(wrong(&masked, Some(&line)).is_none() && bind_all(&[masked], &line, &principal(&["North"])).is_some_and(|bound| bound.is_ok()));
    }

    #[test]
    fn the_time_of_a_stream_is_neither_masked_nor_hidden() {
        let (stream, ana) = (Dataset { time: Some("region".to_owned()), ..baskets() }, principal(&["North"]));
        let masked = policy(&[], &[("region", "null")]);
        let mut hidden = policy(&[], &[]);
        hidden.accepted = Some(vec![Accepted { name: "region".into(), kind: Some(ColumnType::Text), shown: false }]);
        assert!(wrong(&masked, Some(&stream)).is_some());
        assert!([masked, hidden].into_iter().all(|policy| matches!(bind_all(&[policy], &stream, &ana), Some(Err(Closed::Rule(_))))));
    }

    #[test]
    fn a_mask_that_does_not_fit_closes_and_is_refused_when_saved() {
        let bad = policy(&[], &[("region", "bucket:10")]);
        assert!(matches!(bind_all(std::slice::from_ref(&bad), &baskets(), &principal(&["North"])), Some(Err(Closed::Rule(_)))));
        assert!(wrong(&bad, Some(&baskets())).is_some());
        assert!(wrong(&policy(&[], &[("region", "blur")]), None).is_some());
        assert!(wrong(&policy(&[], &[("town", "hash")]), Some(&baskets())).is_some());
        assert!(wrong(&policy(&[OWN_REGIONS], &[("household_id", "hash"), ("region", "keep-last:2")]), Some(&baskets())).is_none());
    }
}
