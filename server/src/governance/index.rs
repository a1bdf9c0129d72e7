//! Where in the list of all policies those of one department and mart stand, and those that wait for a first publish. No I/O.

use super::{
    accepted,
    rules::{self, Policy},
};
use crate::access::Principal;
use std::collections::HashMap;

/// Places in one list of policies. A decision then reads the few that can apply to it, however many there are of others.
#[derive(Debug, Default)]
pub struct Index {
    /// By department, then by mart.
    places: HashMap<String, HashMap<String, Vec<usize>>>,
    unpinned: Vec<usize>,
}

impl Index {
    pub fn of(policies: &[Policy]) -> Self {
        let mut index = Self::default();
        for (place, policy) in policies.iter().enumerate() {
            let marts = index.places.entry(policy.department.clone()).or_default();
            marts.entry(policy.mart.clone()).or_default().push(place);
            if accepted::is_unpinned(policy) && !policy.unreadable {
                index.unpinned.push(place);
            }
        }
        index
    }

    /// What `rules::applying` gives over all of `policies`, of which this is the index.
    pub fn applying<'a>(&self, policies: &'a [Policy], mart: &str, principal: &Principal) -> Vec<&'a Policy> {
        let places = self.places.get(&principal.department).and_then(|marts| marts.get(mart)).map(Vec::as_slice).unwrap_or_default();
        rules::applying(places.iter().filter_map(|place| policies.get(*place)), mart, principal)
    }

    /// Policies that have not accepted the columns of their mart yet, or not all that they name.
    pub fn unpinned<'a>(&self, policies: &'a [Policy]) -> impl Iterator<Item = &'a Policy> {
        self.unpinned.iter().filter_map(move |place| policies.get(*place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::principal::Via;
    use std::collections::BTreeMap;

    const DEPARTMENTS: [&str; 3] = ["sales", "finance", "marketing"];
    const ROLES: [&str; 4] = ["", "employee", "manager", "administrator"];
    const MARTS: [&str; 4] = ["baskets", "stores", "stream.web", "prices"];

    fn pick<'a>(from: &[&'a str]) -> &'a str {
        from[rand::random_range(0..from.len())]
    }

    fn any_policy(number: usize) -> Policy {
        Policy {
            id: number.to_string(),
            mart: pick(&MARTS).into(),
            department: pick(&DEPARTMENTS).into(),
            role: pick(&ROLES).into(),
            rows: Vec::new(),
            masks: Vec::new(),
            accepted: rand::random::<bool>().then(Vec::new),
            enabled: rand::random_range(0..5) > 0,
            origin: "portal".into(),
            unreadable: rand::random_range(0..10) == 0,
        }
    }

    #[test]
    fn finds_what_reading_all_policies_finds_in_their_order() {
        for _ in 0..50 {
            let policies: Vec<Policy> = (0..rand::random_range(0..200)).map(any_policy).collect();
            let index = Index::of(&policies);
            for department in DEPARTMENTS.into_iter().chain(["", "nowhere"]) {
                let principal = Principal {
                    person: "p".into(),
                    name: "Ana".into(),
                    email: "ana@x.example".into(),
                    department: department.into(),
                    roles: ROLES[1..].iter().filter(|_| rand::random::<bool>()).map(|role| (*role).to_owned()).collect(),
                    attributes: BTreeMap::new(),
                    via: Via::Session,
                };
                for mart in MARTS.into_iter().chain(["nothing"]) {
                    assert_eq!(index.applying(&policies, mart, &principal), rules::applying(&policies, mart, &principal));
                }
            }
            let unpinned: Vec<&Policy> = policies.iter().filter(|policy| accepted::is_unpinned(policy) && !policy.unreadable).collect();
            assert_eq!(index.unpinned(&policies).collect::<Vec<_>>(), unpinned);
        }
    }
}
