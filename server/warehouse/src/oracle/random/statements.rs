//! Random statements of SQL over two marts: one mart at a time, and those that fail or are refused. `shapes.rs` has the wider ones.

use super::{
    Dice,
    conditions::{Pen, Seen},
    shapes,
    tables::COLUMNS,
};
use crate::ColumnType;

pub(super) struct Written {
    pub(super) shape: &'static str,
    pub(super) sql: String,
    /// Whether it is sorted by all of its columns.
    pub(super) ordered: bool,
}

pub(super) fn any(dice: &mut Dice, seen: &[Seen]) -> Written {
    let both = seen;
    // The first mart is the larger one.
    let seen = if dice.chance(4) { dice.pick(seen) } else { &seen[0] };
    let mut pen = Pen { dice, seen, alias: "" };
    let (shape, (sql, ordered)) = match pen.dice.roll(17) {
        0..=2 => ("list", listed(&mut pen)),
        3 | 4 => ("groups", grouped(&mut pen)),
        5 => ("total", totalled(&mut pen)),
        6 => ("distinct", distinct(&mut pen)),
        7 => ("window", windowed(&mut pen)),
        8 => ("derived", derived(&mut pen)),
        9 | 10 => ("join", shapes::joined(pen.dice, both)),
        11 => ("with", shapes::named(pen.dice, both)),
        12 | 13 => ("sub-query", shapes::within(pen.dice, both)),
        14 => ("set", shapes::united(pen.dice, both)),
        15 if pen.seen.kind("code") == Some(ColumnType::Text) => ("fails", failing(&mut pen)),
        15 => ("list", listed(&mut pen)),
        _ => ("wrong", wrong(&mut pen)),
    };
    Written { shape, sql, ordered }
}

/// `expressions` with names that do not depend on them: `… as c1, … as c2`.
pub(super) fn outputs(expressions: &[String]) -> String {
    expressions.iter().enumerate().map(|(at, expression)| format!("{expression} as c{}", at + 1)).collect::<Vec<_>>().join(", ")
}

/// Mostly sorted by all its `columns`, and then perhaps cut: what is left is the same whatever order rows come in.
pub(super) fn ended(dice: &mut Dice, sql: String, columns: usize) -> (String, bool) {
    if dice.chance(4) {
        return (sql, false);
    }
    let sorts: Vec<String> = (1..=columns).map(|at| format!("{at}{}", dice.pick(&["", "", " desc", " desc nulls last"]))).collect();
    let cut = match dice.roll(3) {
        0 => format!(" limit {}", 1 + dice.roll(30)),
        1 => format!(" limit {} offset {}", 1 + dice.roll(30), dice.roll(10)),
        _ => String::new(),
    };
    (format!("{sql} order by {}{cut}", sorts.join(", ")), true)
}

fn listed(pen: &mut Pen) -> (String, bool) {
    let name = pen.seen.name;
    if pen.dice.chance(6) {
        let sql = format!("select * from {name}{}", pen.filter());
        return ended(pen.dice, sql, pen.seen.columns.len());
    }
    let items: Vec<String> = (0..1 + pen.dice.roll(4)).map(|_| pen.item()).collect();
    let sql = format!("select {} from {name}{}", outputs(&items), pen.filter());
    ended(pen.dice, sql, items.len())
}

fn grouped(pen: &mut Pen) -> (String, bool) {
    let name = pen.seen.name;
    let mut groups = vec![pen.group()];
    let other = pen.column();
    if pen.dice.chance(3) && !groups.contains(&other) {
        groups.push(other);
    }
    let by = if pen.dice.chance(5) { format!("rollup({})", groups.join(", ")) } else { groups.join(", ") };
    let mut items = groups;
    items.extend((0..1 + pen.dice.roll(3)).map(|_| pen.aggregate()));
    let having = if pen.dice.chance(4) { format!(" having {} > {}", pen.aggregate_number(), pen.dice.roll(20)) } else { String::new() };
    let sql = format!("select {} from {name}{} group by {by}{having}", outputs(&items), pen.filter());
    ended(pen.dice, sql, items.len())
}

fn totalled(pen: &mut Pen) -> (String, bool) {
    let items: Vec<String> = (0..1 + pen.dice.roll(4)).map(|_| pen.aggregate()).collect();
    (format!("select {} from {}{}", outputs(&items), pen.seen.name, pen.filter()), true)
}

fn distinct(pen: &mut Pen) -> (String, bool) {
    let items: Vec<String> = (0..1 + pen.dice.roll(2)).map(|_| if pen.dice.chance(3) { pen.item() } else { pen.group() }).collect();
    let sql = format!("select distinct {} from {}{}", outputs(&items), pen.seen.name, pen.filter());
    ended(pen.dice, sql, items.len())
}

fn windowed(pen: &mut Pen) -> (String, bool) {
    let (group, number) = (pen.group(), pen.number());
    // Only the first column tells all rows apart, under its mask too.
    let windows: &[&str] = if pen.seen.kind("id").is_some() {
        &[
            "sum(#) over (partition by @ order by id)",
            "row_number() over (partition by @ order by id)",
            "lag(#) over (order by id)",
            "first_value(#) over (partition by @ order by id desc)",
        ]
    } else {
        &["count(*) over (partition by @)", "sum(#) over (partition by @)", "rank() over (order by @)", "dense_rank() over (order by #)"]
    };
    let window = pen.dice.pick(windows).replace('@', &group).replace('#', &number);
    let items = [pen.column(), group, window];
    let sql = format!("select {} from {}{}", outputs(&items), pen.seen.name, pen.filter());
    ended(pen.dice, sql, items.len())
}

fn derived(pen: &mut Pen) -> (String, bool) {
    let items = [pen.group(), pen.number()];
    let inner = format!("select {} from {}{}", outputs(&items), pen.seen.name, pen.filter());
    let limit = pen.dice.roll(120);
    let sql = match pen.dice.roll(3) {
        0 => format!("select q.c1, sum(q.c2) as n from ({inner}) q where q.c2 > {limit} group by q.c1"),
        1 => format!("select q.c1, count(*) as n from ({inner}) q where q.c2 between 1 and {limit} or q.c1 is null group by q.c1"),
        _ => format!("select q.c2, q.c1 from ({inner}) q where not (q.c2 <= {limit})"),
    };
    ended(pen.dice, sql, 2)
}

/// Fails on rows that are seen, where some of them do: with no second condition, so that each of them is asked.
fn failing(pen: &mut Pen) -> (String, bool) {
    let name = pen.seen.name;
    let sql = match pen.dice.roll(4) {
        0 => format!("select sum(cast(code as bigint)) as c1 from {name}"),
        1 => format!("select cast(code as bigint) as c1 from {name}"),
        2 => format!("select count(*) as c1 from {name} where cast(code as bigint) > 500"),
        _ => format!("select max(case when code is null then 1 else cast(code as bigint) end) as c1 from {name}"),
    };
    (sql, false)
}

/// Refused, or failing on every row: with the same words.
fn wrong(pen: &mut Pen) -> (String, bool) {
    let name = pen.seen.name;
    let (column, _) = *pen.dice.pick(&COLUMNS);
    let sql = match pen.dice.roll(10) {
        // Of these some columns are hidden: they are unknown as one that is not there.
        0..=2 => format!("select count({column}) as c1 from {name}"),
        3 => format!("select count(*) as c1 from {name} where {column} is null"),
        4 => format!("select nowhere from {name}"),
        5 => format!("select sum(region) as c1 from {name}"),
        6 => format!("select count(*) as c1 from {name} where cast(region as int) = 1"),
        7 => format!("select sum(1 / (units - units)) as c1 from {name}"),
        8 => format!("select id from {name}, lateral (select 1)"),
        _ => format!("select id from elsewhere union select id from {name}"),
    };
    (sql, false)
}
