//! Who of a group should have which partition: evenly, and with as few moves as that takes. Pure.

use std::collections::{BTreeMap, BTreeSet};

/// A partition and who has it now; `None` where its owner is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub topic: String,
    pub partition: u32,
    pub owner: Option<String>,
}

/// The owner that each place should have, in the order of `places`; `None` where no member reads its topic. Members by the topics
/// that they read.
pub fn assign(members: &BTreeMap<String, BTreeSet<String>>, places: &[Place]) -> Vec<Option<String>> {
    let reads = |member: &str, topic: &str| members.get(member).is_some_and(|topics| topics.contains(topic));
    let mut owners: Vec<Option<String>> = places.iter().map(|place| place.owner.clone().filter(|owner| reads(owner, &place.topic))).collect();
    let mut load: BTreeMap<String, usize> = members.keys().map(|member| (member.clone(), 0)).collect();
    for owner in owners.iter().flatten() {
        *load.entry(owner.clone()).or_default() += 1;
    }
    for (place, owner) in places.iter().zip(&mut owners).filter(|(_, owner)| owner.is_none()) {
        *owner = least(members, &load, &place.topic);
        if let Some(member) = owner {
            *load.entry(member.clone()).or_default() += 1;
        }
    }
    // Each move makes the fuller of two members less full: it ends.
    let count = |load: &BTreeMap<String, usize>, member: &str| load.get(member).copied().unwrap_or_default();
    loop {
        let moving = places.iter().zip(&owners).enumerate().find_map(|(at, (place, owner))| {
            let (from, to) = (owner.clone()?, least(members, &load, &place.topic)?);
            (count(&load, &from) >= count(&load, &to) + 2).then_some((at, from, to))
        });
        let Some((at, from, to)) = moving else { return owners };
        load.entry(from).and_modify(|count| *count -= 1);
        *load.entry(to.clone()).or_default() += 1;
        owners[at] = Some(to);
    }
}

/// Who has least of those that read a topic.
fn least(members: &BTreeMap<String, BTreeSet<String>>, load: &BTreeMap<String, usize>, topic: &str) -> Option<String> {
    let readers = members.iter().filter(|(_, topics)| topics.contains(topic)).map(|(member, _)| member);
    readers.min_by_key(|member| load.get(*member).copied().unwrap_or_default()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(list: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        list.iter().map(|(name, topics)| (name.to_string(), topics.iter().map(|topic| topic.to_string()).collect())).collect()
    }

    fn places(topic: &str, owners: &[Option<&str>]) -> Vec<Place> {
        let place = |(partition, owner): (usize, &Option<&str>)| Place { topic: topic.into(), partition: partition as u32, owner: owner.map(str::to_owned) };
        owners.iter().enumerate().map(place).collect()
    }

    fn texts(owners: &[Option<String>]) -> Vec<Option<&str>> {
        owners.iter().map(Option::as_deref).collect()
    }

    #[test]
    fn one_gets_all_and_nobody_gets_nothing() {
        let web = places("web", &[None; 3]);
        assert_eq!(texts(&assign(&members(&[("a", &["web"])]), &web)), [Some("a"); 3]);
        assert_eq!(texts(&assign(&members(&[("a", &["other"])]), &web)), [None; 3]);
        assert_eq!(texts(&assign(&members(&[]), &web)), [None; 3]);
    }

    #[test]
    fn a_newcomer_gets_its_share_and_the_rest_stays() {
        let owners = assign(&members(&[("a", &["web"]), ("b", &["web"])]), &places("web", &[Some("a"); 4]));
        assert_eq!(owners.iter().flatten().filter(|owner| *owner == "b").count(), 2);
        let again = places("web", &texts(&owners));
        assert_eq!(assign(&members(&[("a", &["web"]), ("b", &["web"])]), &again), owners);
    }

    #[test]
    fn what_the_dead_had_goes_to_the_living() {
        let owners = assign(&members(&[("a", &["web"]), ("c", &["web"])]), &places("web", &[Some("a"), Some("b"), None, Some("c")]));
        assert_eq!(texts(&owners), [Some("a"), Some("a"), Some("c"), Some("c")]);
    }

    #[test]
    fn members_get_only_topics_that_they_read() {
        let mut both = places("web", &[None; 4]);
        both.extend(places("app", &[None; 2]));
        let owners = assign(&members(&[("a", &["web", "app"]), ("b", &["web"])]), &both);
        assert_eq!(texts(&owners[4..]), [Some("a"); 2]);
        assert_eq!(owners.iter().flatten().filter(|owner| *owner == "b").count(), 3);
    }

    #[test]
    fn more_members_than_partitions_leave_some_idle() {
        let owners = assign(&members(&[("a", &["web"]), ("b", &["web"]), ("c", &["web"])]), &places("web", &[None, None]));
        assert_eq!(texts(&owners), [Some("a"), Some("b")]);
    }
}
