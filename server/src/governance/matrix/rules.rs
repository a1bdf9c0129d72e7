//! Pure logic of the matrix: which permissions there are, what setting cells makes of the rules, and whether somebody is left who governs.

use crate::{
    access::{Action::*, Kind::*, Need},
    governance::store::Membership,
};
use app::governance::matrix::asks::{CellState, MatrixCell, Permission, Place};
use std::collections::BTreeMap;

/// Every permission that a route or a page asks for, those of one kind together. What is not here can be given to no role: a permission
/// that nothing asks for would promise what it does not hold.
pub const KNOWN: &[Need] = &[
    Need(Dashboard, View),
    Need(Dashboard, Edit),
    Need(Dashboard, Share),
    Need(Dashboard, Publish),
    Need(Dashboard, Export),
    Need(Mart, View),
    Need(Mart, Explore),
    Need(Mart, Sql),
    Need(Mart, Export),
    Need(Mart, Administer),
    Need(Question, View),
    Need(Question, Edit),
    Need(Report, View),
    Need(Report, Export),
    Need(Report, Schedule),
    Need(Csv, Export),
    Need(Json, Export),
    Need(Pdf, Export),
    Need(Stream, View),
    Need(Stream, Edit),
    Need(Stream, Export),
    Need(Stream, Administer),
    Need(Keyword, Administer),
    Need(Agent, Administer),
    Need(Job, Administer),
    Need(Source, Administer),
    Need(Quarantine, View),
    Need(Person, View),
    Need(Person, Administer),
    Need(Person, ViewAs),
    Need(Policy, View),
    Need(Policy, Administer),
    Need(Audit, View),
    Need(Audit, Export),
];

/// What every role may: one's own account, without which nobody could even sign out. No cell of the matrix.
pub const ALWAYS: &[Need] = &[Need(Account, View), Need(Account, Edit)];

/// What somebody must be able to do in one of their departments, or nobody could undo a change.
const GOVERNING: [Need; 2] = [Need(Person, Administer), Need(Policy, Administer)];

/// How Casbin writes "every department".
const EVERY: &str = "*";

/// What is set, by place; nothing is `Unset`.
pub type Cells = BTreeMap<Place, CellState>;

pub fn permission(need: Need) -> Permission {
    Permission { kind: need.0.name().to_owned(), action: need.1.name().to_owned() }
}

/// Whether it stands in the matrix.
pub fn is_known(permission: &Permission) -> bool {
    Need::named(&permission.kind, &permission.action).is_some_and(|need| KNOWN.contains(&need))
}

/// Rules as Casbin reads them (type and fields). Where one place is allowed and denied, it is denied.
pub fn cells(rules: &[(String, Vec<String>)]) -> Cells {
    let mut cells = Cells::new();
    for (kind, rule) in rules {
        let ("p", [role, department, object, action, effect]) = (kind.as_str(), rule.as_slice()) else { continue };
        let department = if department == EVERY { String::new() } else { department.clone() };
        let place = Place { role: role.clone(), department, permission: Permission { kind: object.clone(), action: action.clone() } };
        let state = if effect == "deny" { CellState::Deny } else { CellState::Allow };
        cells
            .entry(place)
            .and_modify(|known| {
                if state == CellState::Deny {
                    *known = state
                }
            })
            .or_insert(state);
    }
    cells
}

/// The same with these set.
pub fn with(mut cells: Cells, set: &[MatrixCell]) -> Cells {
    for cell in set {
        match cell.state {
            CellState::Unset => cells.remove(&cell.place),
            state => cells.insert(cell.place.clone(), state),
        };
    }
    cells
}

/// As Casbin reads them.
pub fn as_rules(cells: &Cells) -> Vec<(String, Vec<String>)> {
    cells.iter().filter_map(|(place, state)| Some(("p".to_owned(), fields(place, *state)?))).collect()
}

/// The fields of one rule; `None` where there is none.
pub fn fields(place: &Place, state: CellState) -> Option<Vec<String>> {
    let effect = match state {
        CellState::Unset => return None,
        CellState::Allow => "allow",
        CellState::Deny => "deny",
    };
    let Place { role, department, permission } = place;
    let department: &str = if department.is_empty() { EVERY } else { department };
    Some([role.as_str(), department, permission.kind.as_str(), permission.action.as_str(), effect].map(str::to_owned).to_vec())
}

/// Whether one of these people could administer people and policies, both in one department. Nobody among them is disabled.
pub fn is_governed(cells: &Cells, seats: &[Membership]) -> bool {
    let mut held: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for seat in seats {
        held.entry((seat.person.as_str(), seat.department.as_str())).or_default().push(seat.role.as_str());
    }
    held.iter().any(|((_, department), roles)| GOVERNING.into_iter().all(|need| allows(cells, roles, department, need)))
}

fn allows(cells: &Cells, roles: &[&str], department: &str, need: Need) -> bool {
    let state = |role: &str, department: &str| {
        let place = Place { role: role.to_owned(), department: department.to_owned(), permission: permission(need) };
        cells.get(&place).copied().unwrap_or_default()
    };
    let states: Vec<CellState> = roles.iter().flat_map(|role| [state(role, ""), state(role, department)]).collect();
    states.contains(&CellState::Allow) && !states.contains(&CellState::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::{
        governance::matrix::permissions::{kind_in_words, permission_in_words},
        text::Language,
    };
    use std::collections::BTreeSet;

    fn rule(role: &str, department: &str, kind: &str, action: &str, effect: &str) -> (String, Vec<String>) {
        ("p".to_owned(), [role, department, kind, action, effect].map(str::to_owned).to_vec())
    }

    fn place(role: &str, department: &str, need: Need) -> Place {
        Place { role: role.into(), department: department.into(), permission: permission(need) }
    }

    fn set(role: &str, department: &str, need: Need, state: CellState) -> MatrixCell {
        MatrixCell { place: place(role, department, need), state }
    }

    #[test]
    fn cells_are_rules_and_back_and_a_deny_wins() {
        let of_sales = |effect: &str| rule("manager", "sales", "mart", "sql", effect);
        let known = cells(&[rule("manager", "*", "mart", "sql", "allow"), of_sales("deny"), of_sales("allow")]);
        assert_eq!(known.len(), 2);
        assert_eq!(known[&place("manager", "", Need(Mart, Sql))], CellState::Allow);
        assert_eq!(known[&place("manager", "sales", Need(Mart, Sql))], CellState::Deny);
        let changed = with(known, &[set("manager", "", Need(Mart, Sql), CellState::Unset), set("employee", "", Need(Mart, View), CellState::Allow)]);
        assert_eq!(as_rules(&changed), [rule("employee", "*", "mart", "view", "allow"), of_sales("deny")]);
    }

    #[test]
    fn a26_a_house_is_governed_by_who_may_both_in_one_department() {
        let seat = |person: &str, department: &str, role: &str| Membership { person: person.into(), department: department.into(), role: role.into() };
        let both = |role: &str, department: &str| GOVERNING.map(|need| set(role, department, need, CellState::Allow));
        let administrators = with(Cells::new(), &both("administrator", ""));
        assert!(is_governed(&administrators, &[seat("adela", "administration", "administrator")]));
        assert!(!is_governed(&administrators, &[seat("ana", "sales", "employee")]) && !is_governed(&administrators, &[]));
        let denied = with(administrators, &[set("administrator", "administration", Need(Policy, Administer), CellState::Deny)]);
        assert!(!is_governed(&denied, &[seat("adela", "administration", "administrator")]));
        assert!(is_governed(&denied, &[seat("adela", "sales", "administrator")]));
        // A role of one's own governs as well as the built-in one; halves of two departments make no whole.
        let own = with(Cells::new(), &both("steward", "sales"));
        assert!(is_governed(&own, &[seat("ana", "sales", "steward")]) && !is_governed(&own, &[seat("ana", "finance", "steward")]));
        let halves = [set("people", "", Need(Person, Administer), CellState::Allow), set("policies", "", Need(Policy, Administer), CellState::Allow)];
        let halves = with(Cells::new(), &halves);
        assert!(is_governed(&halves, &[seat("ana", "sales", "people"), seat("ana", "sales", "policies")]));
        assert!(!is_governed(&halves, &[seat("ana", "sales", "people"), seat("ana", "finance", "policies")]));
    }

    #[test]
    fn every_permission_stands_once_beside_its_kind_and_has_words() {
        let mut kinds: Vec<&str> = KNOWN.iter().map(|need| need.0.name()).collect();
        kinds.dedup();
        assert_eq!(kinds.len(), kinds.iter().collect::<BTreeSet<_>>().len(), "those of one kind stand together");
        for (number, need) in KNOWN.iter().enumerate() {
            assert!(!KNOWN[..number].contains(need), "{need:?} stands twice");
            let Permission { kind, action } = permission(*need);
            let said = permission_in_words(&kind, &action, Language::En).is_some() && kind_in_words(&kind, Language::Es).is_some();
            assert!(said, "{need:?} has no words");
        }
    }
}
