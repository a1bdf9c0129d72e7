//! The coarse question (may this role, in this department, do this to that kind of thing), answered by Casbin over our tables.

use super::store;
use crate::{
    access::{Action, Kind, Need},
    database::Database,
    fault::{Fault, Result},
};
use async_trait::async_trait;
use casbin::{Adapter, CoreApi, DefaultModel, Enforcer, Filter, Model, error::AdapterError};
use std::collections::HashSet;

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
    let model = DefaultModel::from_str(MODEL).await.map_err(Fault::internal)?;
    Enforcer::new(model, Rules { database: database.clone() }).await.map_err(Fault::internal)
}

/// Everything that `subject` (a person, or a role by its name) may do in `department`.
pub fn allowed(enforcer: &Enforcer, subject: &str, department: &str) -> Result<HashSet<Need>> {
    let mut allowed = HashSet::new();
    for kind in Kind::ALL {
        for action in Action::ALL {
            if enforcer.enforce((subject, department, kind.name(), action.name())).map_err(Fault::internal)? {
                allowed.insert(Need(kind, action));
            }
        }
    }
    Ok(allowed)
}

/// Reads `casbin_rule` (p) and `membership` (g). The enforcer never writes: rules change through governance, under a new policy version.
struct Rules {
    database: Database,
}

#[async_trait]
impl Adapter for Rules {
    async fn load_policy(&mut self, model: &mut dyn Model) -> casbin::Result<()> {
        let rules = store::casbin_rules(&self.database).await.map_err(unreadable)?;
        for (ptype, rule) in rules {
            model.add_policy(&ptype, &ptype, rule);
        }
        let memberships = store::memberships(&self.database).await.map_err(unreadable)?;
        for membership in memberships {
            model.add_policy("g", "g", vec![membership.person, membership.role, membership.department]);
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

fn unreadable(fault: Fault) -> casbin::Error {
    AdapterError(Box::new(fault)).into()
}

fn read_only() -> casbin::Error {
    AdapterError("rules are changed through governance".into()).into()
}
