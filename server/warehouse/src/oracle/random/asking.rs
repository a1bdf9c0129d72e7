//! A random question, in one of the forms in which a reader asks.

use super::{Dice, conditions::Seen, doors::Door, questions, statements};
use crate::Query;

#[derive(Debug)]
pub(super) enum Way {
    Sql(String),
    /// The first so many rows.
    SqlFirst(String, u64),
    SqlCount(String),
    Run(Query),
    Count(Query),
}

pub(super) struct Ask {
    pub(super) shape: &'static str,
    pub(super) way: Way,
    pub(super) door: Door,
    /// Whether the order of the rows is asked for, and leaves nothing open.
    pub(super) ordered: bool,
}

pub(super) fn any(dice: &mut Dice, seen: &[Seen]) -> Ask {
    let door = Door::any(dice);
    if dice.chance(4) {
        let (shape, query) = questions::any(dice, seen);
        // A listing comes in the order in which the mart was written, groups come sorted.
        return Ask { shape, way: if dice.chance(5) { Way::Count(query) } else { Way::Run(query) }, door, ordered: true };
    }
    let statements::Written { shape, sql, ordered } = statements::any(dice, seen);
    let way = match dice.roll(10) {
        0 => Way::SqlCount(sql),
        1 if ordered => Way::SqlFirst(sql, 1 + dice.roll(30)),
        _ => Way::Sql(sql),
    };
    Ask { shape, way, door, ordered }
}
