//! What a list of people would change: each line compared with who is there and who is invited.

use super::read::Line;
use crate::{
    fault::{Fault, Result},
    governance::{
        invites::store as invites,
        people::checked_attributes,
        store::{self, Membership},
    },
    identity::{Person, checked_email, checked_name},
    portal::Portal,
};
use app::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// One line of the list with what it comes to.
pub struct Planned {
    pub line: Line,
    pub step: Step,
}

/// What is to be done for one line.
pub enum Step {
    /// Nobody has this address: an invitation.
    New(Placed),
    /// Somebody is there and stands elsewhere by the list.
    Person {
        person: Person,
        placed: Placed,
        differs: Differs,
    },
    /// Somebody is invited and would stand elsewhere.
    Invited {
        invite: invites::Invite,
        placed: Placed,
        differs: Differs,
    },
    Same,
    Refused(Text),
}

/// A line that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    pub name: String,
    pub email: String,
    pub department: String,
    pub role: String,
    /// All of them afterwards, those that the list does not name included.
    pub attributes: BTreeMap<String, Vec<String>>,
}

/// What differs, for the step and for the administrator.
#[derive(Clone, Debug, Default)]
pub struct Differs {
    pub name: bool,
    pub place: bool,
    pub attributes: bool,
    pub words: Vec<String>,
}

impl Differs {
    fn any(&self) -> bool {
        self.name || self.place || self.attributes
    }
}

/// What there is to compare with.
struct Known {
    people: BTreeMap<String, Person>,
    memberships: BTreeMap<String, Vec<Membership>>,
    attributes: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    invites: BTreeMap<String, invites::Invite>,
    departments: Vec<(String, Text)>,
    roles: Vec<(String, Text)>,
}

pub async fn plan(portal: &Portal, lines: Vec<Line>) -> Result<Vec<Planned>> {
    let known = known(portal).await?;
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let planned = lines.into_iter().map(|line| {
        let step = step(&known, &mut seen, &line).unwrap_or_else(|fault| Step::Refused(fault.message));
        Planned { line, step }
    });
    Ok(planned.collect())
}

async fn known(portal: &Portal) -> Result<Known> {
    let database = &portal.database;
    let mut memberships: BTreeMap<String, Vec<Membership>> = BTreeMap::new();
    for membership in store::memberships(database).await? {
        memberships.entry(membership.person.clone()).or_default().push(membership);
    }
    let mut attributes: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (person, attribute, value) in store::attributes(database).await? {
        attributes.entry(person).or_default().entry(attribute).or_default().push(value);
    }
    Ok(Known {
        people: portal.identity.people().await?.into_iter().map(|person| (person.email.clone(), person)).collect(),
        memberships,
        attributes,
        invites: invites::all(database).await?.into_iter().map(|invite| (invite.email.clone(), invite)).collect(),
        departments: store::departments(database).await?.into_iter().map(|department| (department.name, department.title)).collect(),
        roles: store::roles(database).await?,
    })
}

fn step(known: &Known, seen: &mut BTreeMap<String, u64>, line: &Line) -> Result<Step> {
    if let Some(reason) = &line.refused {
        return Ok(Step::Refused(reason.clone()));
    }
    let email = checked_email(&line.email)?;
    if let Some(before) = seen.insert(email.clone(), line.number) {
        return Err(Fault::invalid(format!("This address stands on line {before} already."), format!("Esta dirección está ya en la línea {before}.")));
    }
    let name = checked_name(&line.name, "name")?;
    let department = named(&known.departments, &line.department).ok_or_else(|| {
        Fault::invalid(format!("There is no department {}.", line.department), format!("No existe el departamento {}.", line.department)).on("department")
    })?;
    let role = named(&known.roles, &line.role)
        .ok_or_else(|| Fault::invalid(format!("There is no role {}.", line.role), format!("No existe la función {}.", line.role)).on("role"))?;
    let listed = checked_attributes(line.attributes.clone().into_iter().collect())?;
    let none = BTreeMap::new();
    let person = known.people.get(&email);
    let invite = known.invites.get(&email).filter(|_| person.is_none());
    let before = match (person, invite) {
        (Some(person), _) => known.attributes.get(&person.id).unwrap_or(&none),
        (None, Some(invite)) => &invite.attributes,
        (None, None) => &none,
    };
    // A column that is empty takes its attribute away; one that is not there leaves it.
    let mut attributes: BTreeMap<String, Vec<String>> = before.clone();
    attributes.retain(|attribute, _| !line.attributes.contains_key(attribute));
    attributes.extend(listed);
    let placed = Placed { name, email, department, role, attributes };
    Ok(match (person, invite) {
        (Some(person), _) => {
            let held = known.memberships.get(&person.id).map(Vec::as_slice).unwrap_or_default();
            let stands = held.iter().any(|held| held.department == placed.department && held.role == placed.role);
            let first = held.first().map(|held| (held.department.as_str(), held.role.as_str())).unwrap_or_default();
            let place = if stands { (placed.department.as_str(), placed.role.as_str()) } else { first };
            let differs = differs(&person.name, place, before, &placed);
            if differs.any() { Step::Person { person: person.clone(), placed, differs } } else { Step::Same }
        }
        (None, Some(invite)) => {
            let differs = differs(&invite.name, (invite.department.as_str(), invite.role.as_str()), before, &placed);
            if differs.any() { Step::Invited { invite: invite.clone(), placed, differs } } else { Step::Same }
        }
        (None, None) => Step::New(placed),
    })
}

/// By its short name, or by its title in one of the languages.
fn named(known: &[(String, Text)], word: &str) -> Option<String> {
    let word = word.to_lowercase();
    let is = |(name, title): &&(String, Text)| *name == word || title.en.to_lowercase() == word || title.es.to_lowercase() == word;
    known.iter().find(is).map(|(name, _)| name.clone())
}

fn differs(name: &str, place: (&str, &str), attributes: &BTreeMap<String, Vec<String>>, placed: &Placed) -> Differs {
    let mut differs = Differs { name: name != placed.name, place: place != (placed.department.as_str(), placed.role.as_str()), ..Differs::default() };
    let mut say = |before: &str, after: &str| {
        if before != after {
            let or_none = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
            differs.words.push(format!("{} → {}", or_none(before), or_none(after)));
        }
    };
    say(name, &placed.name);
    say(place.0, &placed.department);
    say(place.1, &placed.role);
    let mut changed = false;
    let names: BTreeSet<&String> = attributes.keys().chain(placed.attributes.keys()).collect();
    for attribute in names {
        let values = |of: &BTreeMap<String, Vec<String>>| {
            let mut values = of.get(attribute).cloned().unwrap_or_default();
            values.sort();
            values.join("; ")
        };
        let (before, after) = (values(attributes), values(&placed.attributes));
        changed |= before != after;
        if before != after {
            say(&format!("{attribute}: {before}"), &after);
        }
    }
    differs.attributes = changed;
    differs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(department: &str, regions: &[&str]) -> Placed {
        let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
        Placed {
            name: "Ana".into(),
            email: "ana@x.example".into(),
            department: department.into(),
            role: "employee".into(),
            attributes: BTreeMap::from([("regions".to_owned(), regions)]),
        }
    }

    #[test]
    fn what_differs_is_told_and_the_order_of_values_is_no_difference() {
        let before = BTreeMap::from([("regions".to_owned(), vec!["South".to_owned(), "North".to_owned()])]);
        assert!(!differs("Ana", ("sales", "employee"), &before, &placed("sales", &["North", "South"])).any());
        let told = differs("Ana", ("sales", "employee"), &before, &placed("finance", &["North"]));
        assert!(told.place && told.attributes && !told.name);
        assert_eq!(told.words, ["sales → finance", "regions: North; South → North"]);
    }

    #[test]
    fn departments_are_known_by_name_and_by_title() {
        let known = [("sales".to_owned(), Text::of("Sales team", "Ventas"))];
        for word in ["sales", "SALES", "ventas", "Sales Team"] {
            assert_eq!(named(&known, word).as_deref(), Some("sales"), "{word}");
        }
        assert_eq!(named(&known, "sale"), None);
    }
}
