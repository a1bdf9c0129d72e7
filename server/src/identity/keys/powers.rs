//! What each power of an API key lets it do, at most: what its person may not, it may not either.

use crate::access::{
    Action::{Administer, Explore, Export, Schedule, Sql, View},
    Kind::{Csv, Dashboard, Job, Json, Mart, Pdf, Quarantine, Question, Report, Source, Stream},
    Need,
};
use app::identity::keys::asks::KeyPower;
use std::collections::HashSet;

/// No key reaches accounts, people, policies or the audit log: who finds one cannot make themselves at home with it.
pub fn of(powers: &[KeyPower]) -> HashSet<Need> {
    powers.iter().flat_map(|power| needs(*power)).copied().collect()
}

fn needs(power: KeyPower) -> &'static [Need] {
    match power {
        KeyPower::Read => &[Need(Dashboard, View), Need(Mart, View), Need(Mart, Explore), Need(Question, View), Need(Report, View), Need(Stream, View)],
        KeyPower::Download => &[
            Need(Dashboard, Export),
            Need(Mart, Export),
            Need(Question, Export),
            Need(Report, Export),
            Need(Report, Schedule),
            Need(Stream, Export),
            Need(Csv, Export),
            Need(Json, Export),
            Need(Pdf, Export),
        ],
        KeyPower::Sql => &[Need(Mart, Sql)],
        KeyPower::Operate => &[Need(Job, View), Need(Job, Administer), Need(Source, Administer), Need(Quarantine, View)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Action, Kind};

    #[test]
    fn no_power_governs() {
        let all = of(&KeyPower::ALL);
        for kind in [Kind::Account, Kind::Person, Kind::Policy, Kind::Audit] {
            assert!(Action::ALL.iter().all(|action| !all.contains(&Need(kind, *action))), "{kind:?}");
        }
        assert!(of(&[]).is_empty() && !of(&[KeyPower::Read]).contains(&Need(Mart, Export)));
    }
}
