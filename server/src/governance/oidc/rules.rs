//! What the claims of an ID token mean here: pure.

use app::identity::sign_on::asks::{ClaimRule, GroupRule};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The values of a claim as texts: of a text, a number, a yes or no, or a list of those. `None` when it is not there or of another shape.
pub fn texts(claims: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    let one = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let values: Vec<String> = match claims.get(name)? {
        Value::Array(values) => values.iter().map(one).collect::<Option<_>>()?,
        value => vec![one(value)?],
    };
    Some(values.into_iter().filter(|value| !value.is_empty()).collect())
}

/// Department and role of each rule whose group is among these, in the order of the rules, each once.
pub fn memberships(groups: &[String], rules: &[GroupRule]) -> Vec<(String, String)> {
    let mut held = Vec::new();
    for rule in rules.iter().filter(|rule| groups.contains(&rule.group)) {
        let membership = (rule.department.clone(), rule.role.clone());
        if !held.contains(&membership) {
            held.push(membership);
        }
    }
    held
}

/// A person's attributes after a sign-in: those that claims set hold exactly what the token says, and nothing where it says nothing (A47);
/// the others stay.
pub fn attributes(known: &BTreeMap<String, Vec<String>>, claims: &Map<String, Value>, rules: &[ClaimRule]) -> BTreeMap<String, Vec<String>> {
    let mut after = known.clone();
    for rule in rules {
        let values: BTreeSet<String> = texts(claims, &rule.claim).unwrap_or_default().into_iter().collect();
        after.insert(rule.attribute.clone(), values.into_iter().collect());
    }
    after.retain(|_, values| !values.is_empty());
    after
}

/// The address that the provider says it has verified. What is only claimed belongs to nobody.
pub fn verified_address(claims: &Map<String, Value>) -> Option<&str> {
    let verified = claims.get("email_verified") == Some(&Value::Bool(true));
    claims.get("email").and_then(Value::as_str).filter(|_| verified)
}

/// What to call somebody who is new: what the token says, else the address up to the sign.
pub fn name(claims: &Map<String, Value>, email: &str) -> String {
    let said = claims.get("name").and_then(Value::as_str).unwrap_or_default();
    let clean: String = said.chars().filter(|character| !character.is_control()).take(120).collect();
    let clean = clean.trim();
    if clean.is_empty() { email.split('@').next().unwrap_or(email).chars().take(120).collect() } else { clean.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn rule(group: &str, department: &str, role: &str) -> GroupRule {
        GroupRule { group: group.into(), department: department.into(), role: role.into() }
    }

    #[test]
    fn groups_give_what_their_rules_say_in_the_order_of_the_rules() {
        let rules = [rule("sales", "sales", "employee"), rule("leads", "sales", "manager"), rule("all", "sales", "employee"), rule("*", "finance", "manager")];
        let pairs = |groups: &[&str]| memberships(&groups.iter().map(|group| (*group).to_owned()).collect::<Vec<_>>(), &rules);
        assert_eq!(pairs(&["all", "leads", "sales"]), [("sales".into(), "employee".into()), ("sales".into(), "manager".into())]);
        assert!(pairs(&["Sales", "sale", "sales ", ""]).is_empty(), "groups are compared letter by letter, and nothing is a pattern");
    }

    #[test]
    fn claims_of_another_shape_say_nothing() {
        let claims = claims(json!({ "one": "a", "many": ["b", " ", 7, true], "deep": { "a": 1 }, "mixed": ["a", {}], "none": null }));
        assert_eq!(texts(&claims, "one").unwrap(), ["a"]);
        assert_eq!(texts(&claims, "many").unwrap(), ["b", "7", "true"]);
        for name in ["deep", "mixed", "none", "absent"] {
            assert_eq!(texts(&claims, name), None, "{name}");
        }
    }

    #[test]
    fn a47_a_claim_that_is_gone_takes_its_attribute_along() {
        let rules = [ClaimRule { claim: "region".into(), attribute: "regions".into() }];
        let known = BTreeMap::from([("regions".to_owned(), vec!["North".to_owned()]), ("costs".to_owned(), vec!["7".to_owned()])]);
        let after = attributes(&known, &claims(json!({ "region": ["West", "South", "West"] })), &rules);
        assert_eq!(after["regions"], ["South", "West"]);
        assert_eq!(after["costs"], ["7"]);
        for gone in [json!({}), json!({ "region": [] }), json!({ "region": { "a": 1 } })] {
            assert!(!attributes(&known, &claims(gone), &rules).contains_key("regions"));
        }
    }

    #[test]
    fn an_address_counts_when_it_is_verified() {
        assert_eq!(verified_address(&claims(json!({ "email": "ana@x.example", "email_verified": true }))), Some("ana@x.example"));
        for other in [json!({ "email": "ana@x.example" }), json!({ "email": "ana@x.example", "email_verified": "true" }), json!({ "email_verified": true })] {
            assert_eq!(verified_address(&claims(other)), None);
        }
    }

    #[test]
    fn whoever_is_new_is_called_something() {
        assert_eq!(name(&claims(json!({ "name": " Ana\nRobles " })), "ana@x.example"), "AnaRobles");
        assert_eq!(name(&claims(json!({})), "ana@x.example"), "ana");
    }
}
