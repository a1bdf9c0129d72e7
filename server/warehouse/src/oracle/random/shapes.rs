//! Random statements over both marts: joins, common tables, sub-queries and sets.

use super::{
    Dice,
    conditions::{Pen, Seen},
    statements::{ended, outputs},
};
use crate::ColumnType;

const SHARED: [&str; 4] = ["id", "city", "region", "units"];

/// What joins two marts: equal columns of one type, or a number that fails on hidden rows.
fn key(dice: &mut Dice, one: &Seen, other: &Seen, left: &'static str, right: &'static str) -> String {
    let shared: Vec<&str> = SHARED.into_iter().filter(|column| one.kind(column).is_some() && one.kind(column) == other.kind(column)).collect();
    let trap = Pen { dice, seen: one, alias: left }.trap();
    match (trap, other.kind("id")) {
        (Some(trap), Some(ColumnType::Integer)) if dice.chance(2) => format!("{trap} = {right}id"),
        _ if shared.is_empty() => "1 = 1".into(),
        _ => {
            let column = dice.pick(&shared);
            format!("{left}{column} = {right}{column}")
        }
    }
}

/// Which of both is read, mostly both.
fn pair<'s>(dice: &mut Dice, both: &'s [Seen]) -> (&'s Seen, &'s Seen) {
    (&both[0], if dice.chance(4) { &both[0] } else { &both[1] })
}

pub(super) fn joined(dice: &mut Dice, both: &[Seen]) -> (String, bool) {
    let (one, other) = pair(dice, both);
    let kind = *dice.pick(&["join", "join", "left join", "right join", "full join"]);
    let mut on = key(dice, one, other, "a.", "b.");
    if dice.chance(3) {
        on = format!("{on} and {}", Pen { dice, seen: other, alias: "b." }.condition(1));
    }
    let from = format!("from {} a {kind} {} b on {on}{}", one.name, other.name, Pen { dice, seen: one, alias: "a." }.filter());
    if dice.chance(2) {
        let items = [Pen { dice, seen: one, alias: "a." }.aggregate(), Pen { dice, seen: other, alias: "b." }.aggregate()];
        return (format!("select {} {from}", outputs(&items)), true);
    }
    let items = [Pen { dice, seen: one, alias: "a." }.item(), Pen { dice, seen: other, alias: "b." }.item()];
    (format!("select {} {from} order by 1, 2 limit {}", outputs(&items), 1 + dice.roll(50)), true)
}

pub(super) fn named(dice: &mut Dice, both: &[Seen]) -> (String, bool) {
    let seen = dice.pick(both);
    let mut pen = Pen { dice, seen, alias: "" };
    let items = [pen.group(), pen.number()];
    let inner = format!("select {} from {}{}", outputs(&items), seen.name, pen.filter());
    let limit = dice.roll(100);
    let sql = match dice.roll(3) {
        0 => format!("with w as ({inner}) select c1, max(c2) as n from w where c2 >= {limit} group by c1"),
        1 => {
            let sums = "v as (select c1, sum(c2) as s from w group by c1)";
            format!("with w as ({inner}), {sums} select w.c1, count(*) as n from w join v on w.c1 = v.c1 where v.s > {limit} group by w.c1")
        }
        _ => format!("with w as ({inner}) select c1, c2 from w where c2 < (select max(c2) from w) and c2 <> {limit}"),
    };
    ended(dice, sql, 2)
}

pub(super) fn within(dice: &mut Dice, both: &[Seen]) -> (String, bool) {
    let (one, other) = pair(dice, both);
    let item = Pen { dice, seen: one, alias: "a." }.item();
    let inner = Pen { dice, seen: other, alias: "b." }.condition(1);
    let on = key(dice, other, one, "b.", "a.");
    let number = Pen { dice, seen: other, alias: "b." }.number();
    let whole = Pen { dice, seen: one, alias: "a." }.of(ColumnType::Integer).unwrap_or_else(|| "1".into());
    let not = *dice.pick(&["", "not "]);
    let (outer, name) = (one.name, other.name);
    let condition = match dice.roll(4) {
        0 => format!("{not}exists (select 1 from {name} b where {on} and {inner})"),
        1 => format!("{whole} {not}in (select {number} from {name} b where {inner})"),
        2 => format!("{whole} > (select min({number}) from {name} b where {inner})"),
        _ => format!("{whole} <= (select max({number}) from {name} b) and {}", Pen { dice, seen: one, alias: "a." }.condition(1)),
    };
    ended(dice, format!("select {item} as c1 from {outer} a where {condition}"), 1)
}

pub(super) fn united(dice: &mut Dice, both: &[Seen]) -> (String, bool) {
    let (one, other) = pair(dice, both);
    let kind = *dice.pick(&["union all", "union", "intersect", "except"]);
    let kinds = [ColumnType::Text, ColumnType::Date, ColumnType::Bool];
    let kind_of_both = *dice.pick(&kinds);
    let columns = (Pen { dice, seen: one, alias: "" }.of(kind_of_both), Pen { dice, seen: other, alias: "" }.of(kind_of_both));
    let (left, right) = match columns {
        (Some(left), Some(right)) if dice.chance(2) => (left, right),
        _ => (Pen { dice, seen: one, alias: "" }.number(), Pen { dice, seen: other, alias: "" }.number()),
    };
    let (from, to) = (Pen { dice, seen: one, alias: "" }.filter(), Pen { dice, seen: other, alias: "" }.filter());
    let sql = format!("select {left} as c1 from {}{from} {kind} select {right} as c1 from {}{to}", one.name, other.name);
    ended(dice, sql, 1)
}
