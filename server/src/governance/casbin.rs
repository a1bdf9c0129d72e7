//! The coarse question (may this role, in this department, do this to that kind of thing), answered by Casbin over our tables.

use super::store::{self, Membership};
use crate::{
    access::{Need, Principal},
    database::Database,
    fault::{Fault, Result},
};
use async_trait::async_trait;
use casbin::{Adapter, CoreApi, DefaultModel, Enforcer, Filter, Model, error::AdapterError};
use std::collections::{HashMap, HashSet};

/// RBAC with domains: the domain is the department, `*` every department; a deny wins.
const MODEL: &str = r#"
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, dom, obj, act, eft

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = g(r.sub, p.sub, r.dom) && (p.dom == "*" || p.dom == r.dom) && p.obj == r.obj && p.act == r.act
"#;

/// An enforcer with the rules of now.
pub async fn enforcer(database: &Database) -> Result<Enforcer> {
    enforcer_of(store::casbin_rules(database).await?, store::memberships(database).await?).await
}

/// An enforcer with these rules (type and fields), e.g. for the preview of a change.
pub async fn enforcer_of(rules: Vec<(String, Vec<String>)>, memberships: Vec<Membership>) -> Result<Enforcer> {
    let model = DefaultModel::from_str(MODEL).await.map_err(Fault::internal)?;
    Enforcer::new(model, Rules { rules, memberships }).await.map_err(Fault::internal)
}

/// Everything that a principal may do in their department: what their roles allow, and for whom a mart or a stream was granted (`reads`)
/// what an employee may, administrators too. What a rule denies one of their roles they may not, whatever else allows it.
pub fn permitted(enforcer: &Enforcer, principal: &Principal, reads: bool) -> Result<HashSet<Need>> {
    let mut permitted = allowed(enforcer, &principal.person, &principal.department)?;
    if reads {
        let as_employee = allowed(enforcer, "employee", &principal.department)?;
        let denied = denied(enforcer, principal);
        permitted.extend(as_employee.difference(&denied).copied());
    }
    Ok(permitted)
}

/// What rules deny the roles of a principal.
fn denied(enforcer: &Enforcer, principal: &Principal) -> HashSet<Need> {
    let need = |rule: Vec<String>| match rule.as_slice() {
        [role, department, kind, action, effect] if effect == "deny" => {
            let here = department == "*" || *department == principal.department;
            Need::named(kind, action).filter(|_| here && principal.roles.contains(role))
        }
        _ => None,
    };
    enforcer.get_model().get_policy("p", "p").into_iter().filter_map(need).collect()
}

/// Everything that `subject` (a person, or a role by its name) may do in `department`.
///
/// One pass over the rules, in place of asking Casbin for each need, which evaluates the matcher over all of them each time. Who holds
/// which role is Casbin's answer; the rest is the model above: allowed somewhere, denied nowhere. The tests compare the two.
pub fn allowed(enforcer: &Enforcer, subject: &str, department: &str) -> Result<HashSet<Need>> {
    let manager = enforcer.get_role_manager();
    let manager = manager.read();
    let mut held: HashMap<&str, bool> = HashMap::new();
    let (mut allowed, mut denied) = (HashSet::new(), HashSet::new());
    let rules = enforcer.get_model().get_model().get("p").and_then(|kinds| kinds.get("p")).map(|rules| &rules.policy);
    for rule in rules.into_iter().flatten() {
        let [role, domain, kind, action, effect] = rule.as_slice() else { return Err(Fault::internal("a rule of Casbin of another shape")) };
        if domain != "*" && domain != department {
            continue;
        }
        if !*held.entry(role).or_insert_with(|| manager.has_link(subject, role, Some(department))) {
            continue;
        }
        let Some(need) = Need::named(kind, action) else { continue };
        match effect.as_str() {
            "allow" => allowed.insert(need),
            "deny" => denied.insert(need),
            _ => false,
        };
    }
    allowed.retain(|need| !denied.contains(need));
    Ok(allowed)
}

/// Rows of `casbin_rule` (p) and `membership` (g). The enforcer never writes: rules change through governance, under a new policy version.
struct Rules {
    rules: Vec<(String, Vec<String>)>,
    memberships: Vec<Membership>,
}

#[async_trait]
impl Adapter for Rules {
    async fn load_policy(&mut self, model: &mut dyn Model) -> casbin::Result<()> {
        for (ptype, rule) in &self.rules {
            model.add_policy(ptype, ptype, rule.clone());
        }
        for Membership { person, department, role } in &self.memberships {
            model.add_policy("g", "g", vec![person.clone(), role.clone(), department.clone()]);
        }
        Ok(())
    }

    async fn load_filtered_policy<'a>(&mut self, _model: &mut dyn Model, _filter: Filter<'a>) -> casbin::Result<()> {
        Err(read_only())
    }

    async fn save_policy(&mut self, _model: &mut dyn Model) -> casbin::Result<()> {
        Err(read_only())
    }

    async fn clear_policy(&mut self) -> casbin::Result<()> {
        Err(read_only())
    }

    fn is_filtered(&self) -> bool {
        false
    }

    async fn add_policy(&mut self, _section: &str, _ptype: &str, _rule: Vec<String>) -> casbin::Result<bool> {
        Err(read_only())
    }

    async fn add_policies(&mut self, _section: &str, _ptype: &str, _rules: Vec<Vec<String>>) -> casbin::Result<bool> {
        Err(read_only())
    }

    async fn remove_policy(&mut self, _section: &str, _ptype: &str, _rule: Vec<String>) -> casbin::Result<bool> {
        Err(read_only())
    }

    async fn remove_policies(&mut self, _section: &str, _ptype: &str, _rules: Vec<Vec<String>>) -> casbin::Result<bool> {
        Err(read_only())
    }

    async fn remove_filtered_policy(&mut self, _section: &str, _ptype: &str, _index: usize, _values: Vec<String>) -> casbin::Result<bool> {
        Err(read_only())
    }
}

fn read_only() -> casbin::Error {
    AdapterError("rules are changed through governance".into()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Kind};
    use casbin::StringAdapter;

    /// The answer of Casbin itself, need by need.
    fn enforced(enforcer: &Enforcer, subject: &str, department: &str) -> HashSet<Need> {
        let needs = Kind::ALL.into_iter().flat_map(|kind| Action::ALL.into_iter().map(move |action| Need(kind, action)));
        needs.filter(|need| enforcer.enforce((subject, department, need.0.name(), need.1.name())).unwrap()).collect()
    }

    fn pick<'a>(from: &[&'a str]) -> &'a str {
        from[rand::random_range(0..from.len())]
    }

    const ROLES: [&str; 4] = ["employee", "manager", "administrator", "auditor"];
    const PEOPLE: [&str; 3] = ["ana", "sergio", "adela"];
    const DEPARTMENTS: [&str; 3] = ["sales", "finance", "marketing"];

    /// Rules and memberships as the tables may hold them: for all departments and for one, denials, roles that hold roles, unknown words.
    fn any_rules() -> String {
        let mut text = String::new();
        for _ in 0..rand::random_range(1..25) {
            let (kind, action) = (pick(&["mart", "dashboard", "report", "audit", "ghost"]), pick(&["view", "export", "edit", "haunt"]));
            let subject = if rand::random_range(0..8) == 0 { pick(&PEOPLE) } else { pick(&ROLES) };
            let domain = if rand::random::<bool>() { "*" } else { pick(&DEPARTMENTS) };
            text += &format!("p, {subject}, {domain}, {kind}, {action}, {}\n", pick(&["allow", "allow", "allow", "deny", "perhaps"]));
        }
        for _ in 0..rand::random_range(0..8) {
            text += &format!("g, {}, {}, {}\n", pick(&PEOPLE), pick(&ROLES), pick(&DEPARTMENTS));
        }
        for _ in 0..rand::random_range(0..3) {
            text += &format!("g, {}, {}, {}\n", pick(&ROLES), pick(&ROLES), pick(&DEPARTMENTS));
        }
        text
    }

    #[tokio::test]
    async fn one_pass_over_the_rules_says_what_casbin_says_of_each_need() {
        let (mut allowed_some, mut denied_some) = (0, 0);
        for _ in 0..60 {
            let rules = any_rules();
            let model = DefaultModel::from_str(MODEL).await.unwrap();
            let enforcer = Enforcer::new(model, StringAdapter::new(&rules)).await.unwrap();
            for subject in PEOPLE.into_iter().chain(["employee", "nobody"]) {
                for department in DEPARTMENTS.into_iter().chain(["nowhere", ""]) {
                    let answer = allowed(&enforcer, subject, department).unwrap();
                    assert_eq!(answer, enforced(&enforcer, subject, department), "{subject} in {department}\n{rules}");
                    allowed_some += usize::from(!answer.is_empty());
                    denied_some += usize::from(answer.is_empty());
                }
            }
        }
        assert!(allowed_some > 100 && denied_some > 100, "{allowed_some} {denied_some}");
    }
}
