//! Random statements of SQL over the mart: lists, groups, windows, sub-queries, unions, joins with itself, and those that fail or are refused.

use super::{
    Dice,
    share::Seen,
    world::{COLUMNS, MART},
};
use warehouse::ColumnType;

pub struct Written {
    pub sql: String,
    /// Whether it is sorted by all of its columns.
    pub ordered: bool,
}

pub fn any(dice: &mut Dice, seen: &Seen) -> Written {
    let mut pen = Pen { dice, seen, alias: "" };
    let (sql, ordered) = match pen.dice.roll(14) {
        0..=2 => pen.listed(),
        3 | 4 => pen.grouped(),
        5 => pen.totalled(),
        6 => pen.distinct(),
        7 => pen.windowed(),
        8 => pen.named(),
        9 => pen.within(),
        10 => pen.united(),
        11 => pen.joined(),
        12 => pen.failing(),
        _ => pen.wrong(),
    };
    Written { sql, ordered }
}

/// Writes expressions over the mart, whose columns it names after `alias` (empty, or with its dot).
struct Pen<'a> {
    dice: &'a mut Dice,
    seen: &'a Seen,
    alias: &'static str,
}

/// `expressions` with names that do not depend on them: `… as c1, … as c2`.
fn outputs(expressions: &[String]) -> String {
    expressions.iter().enumerate().map(|(at, expression)| format!("{expression} as c{}", at + 1)).collect::<Vec<_>>().join(", ")
}

impl Pen<'_> {
    /// The same over the mart under another name.
    fn at(&mut self, alias: &'static str) -> Pen<'_> {
        Pen { dice: &mut *self.dice, seen: self.seen, alias }
    }

    fn column(&mut self) -> String {
        let (name, _) = *self.dice.pick(&self.seen.columns);
        format!("{}{name}", self.alias)
    }

    /// A column of this type, if the reader sees one.
    fn of(&mut self, kind: ColumnType) -> Option<String> {
        let columns: Vec<&str> = self.seen.columns.iter().filter(|(_, other)| *other == kind).map(|(name, _)| *name).collect();
        (!columns.is_empty()).then(|| format!("{}{}", self.alias, self.dice.pick(&columns)))
    }

    /// A column of few values, to group and join by.
    fn group(&mut self) -> String {
        let few = ["region", "city", "household_id", "units"];
        let columns: Vec<&str> = self.seen.columns.iter().map(|(name, _)| *name).filter(|name| few.contains(name)).collect();
        if columns.is_empty() { format!("{}id", self.alias) } else { format!("{}{}", self.alias, self.dice.pick(&columns)) }
    }

    /// A whole number.
    fn number(&mut self) -> String {
        let whole = self.of(ColumnType::Integer).unwrap_or_else(|| "1".into());
        match self.dice.roll(4) {
            0 => format!("100 / nullif({whole}, 0)"),
            1 => self.of(ColumnType::Bool).map_or(whole, |flag| format!("case when {flag} then 1 else 2 end")),
            _ => whole,
        }
    }

    /// What a row is listed with.
    fn item(&mut self) -> String {
        let made = match self.dice.roll(6) {
            0 => self.of(ColumnType::Text).map(|text| format!("upper({text})")),
            1 => self.of(ColumnType::Date).map(|day| format!("date_trunc('month', {day})")),
            2 => Some(self.number()),
            _ => None,
        };
        made.unwrap_or_else(|| self.column())
    }

    fn aggregate(&mut self) -> String {
        let number = self.number();
        match self.dice.roll(7) {
            0 => "count(*)".into(),
            1 => format!("count(distinct {})", self.column()),
            2 => format!("min({number})"),
            3 => self.of(ColumnType::Number).map_or_else(|| format!("max({number})"), |value| format!("avg({value})")),
            4 => self.of(ColumnType::Text).map_or_else(|| format!("max({number})"), |text| format!("max({text})")),
            5 => format!("sum({number}) filter (where {})", self.condition(0)),
            _ => format!("sum({number})"),
        }
    }

    /// Nothing or a `where`.
    fn filter(&mut self) -> String {
        if self.dice.chance(3) { String::new() } else { format!(" where {}", self.condition(2)) }
    }

    /// Fails on no row: which of two conditions is asked first depends on batches.
    fn condition(&mut self, depth: usize) -> String {
        match self.dice.roll(if depth > 0 { 6 } else { 3 }) {
            3 => format!("{} and {}", self.condition(depth - 1), self.condition(depth - 1)),
            4 => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
            5 => format!("not ({})", self.condition(depth - 1)),
            _ => self.plain(),
        }
    }

    fn plain(&mut self) -> String {
        let (name, kind) = *self.dice.pick(&self.seen.columns);
        let column = format!("{}{name}", self.alias);
        let operator = *self.dice.pick(&["=", "<>", "<", "<=", ">", ">="]);
        let number = self.dice.roll(400);
        match (self.dice.roll(5), kind) {
            (0, _) => format!("{column} is {}null", self.dice.pick(&["", "not "])),
            (1, ColumnType::Text) => format!("{column} like '{}%'", self.dice.pick(&["m", "N", "1", "bcn", "a"])),
            (2, ColumnType::Text) => format!("{column} in ('North', 'South', 'mad-03', '17')"),
            (_, ColumnType::Text) => format!("{column} {operator} '{}'", self.dice.pick(&["North", "South", "mal-04", "mad", "5"])),
            (1, ColumnType::Integer | ColumnType::Number) => format!("{column} between {} and {number}", number / 3),
            (_, ColumnType::Integer) => format!("{column} {operator} {}", number % 50),
            (_, ColumnType::Number) => format!("{column} {operator} {number}.5"),
            (_, ColumnType::Bool) => format!("{column}{}", self.dice.pick(&["", " is not true", " = false"])),
            (_, ColumnType::Date | ColumnType::Timestamp) => format!("{column} {operator} date '2017-{:02}-15'", 1 + number % 12),
        }
    }

    /// Mostly sorted by all of its columns, and then perhaps cut: what is left is the same whatever order rows come in.
    fn ended(&mut self, sql: String, columns: usize) -> (String, bool) {
        if self.dice.chance(4) {
            return (sql, false);
        }
        let sorts: Vec<String> = (1..=columns).map(|at| format!("{at}{}", self.dice.pick(&["", "", " desc", " desc nulls last"]))).collect();
        let cut = match self.dice.roll(3) {
            0 => format!(" limit {}", 1 + self.dice.roll(30)),
            1 => format!(" limit {} offset {}", 1 + self.dice.roll(30), self.dice.roll(10)),
            _ => String::new(),
        };
        (format!("{sql} order by {}{cut}", sorts.join(", ")), true)
    }

    fn listed(&mut self) -> (String, bool) {
        if self.dice.chance(5) {
            let sql = format!("select * from {MART}{}", self.filter());
            return self.ended(sql, self.seen.columns.len());
        }
        let items: Vec<String> = (0..1 + self.dice.roll(4)).map(|_| self.item()).collect();
        let sql = format!("select {} from {MART}{}", outputs(&items), self.filter());
        self.ended(sql, items.len())
    }

    fn grouped(&mut self) -> (String, bool) {
        let group = self.group();
        let items = [group.clone(), self.aggregate(), self.aggregate()];
        let having = if self.dice.chance(3) { " having count(*) > 2" } else { "" };
        let sql = format!("select {} from {MART}{} group by {group}{having}", outputs(&items), self.filter());
        self.ended(sql, items.len())
    }

    fn totalled(&mut self) -> (String, bool) {
        let items: Vec<String> = (0..1 + self.dice.roll(4)).map(|_| self.aggregate()).collect();
        (format!("select {} from {MART}{}", outputs(&items), self.filter()), true)
    }

    fn distinct(&mut self) -> (String, bool) {
        let items = [self.group(), self.item()];
        let sql = format!("select distinct {} from {MART}{}", outputs(&items), self.filter());
        self.ended(sql, items.len())
    }

    fn windowed(&mut self) -> (String, bool) {
        let (group, number) = (self.group(), self.number());
        let windows = [
            "sum(#) over (partition by @ order by id)",
            "row_number() over (partition by @ order by id)",
            "lag(#) over (order by id)",
            "count(*) over (partition by @)",
            "rank() over (order by @)",
        ];
        let window = self.dice.pick(&windows).replace('@', &group).replace('#', &number);
        let items = [self.column(), group, window];
        let sql = format!("select {} from {MART}{}", outputs(&items), self.filter());
        self.ended(sql, items.len())
    }

    fn named(&mut self) -> (String, bool) {
        let items = [self.group(), self.number()];
        let inner = format!("select {} from {MART}{}", outputs(&items), self.filter());
        let limit = self.dice.roll(60);
        let sql = match self.dice.roll(2) {
            0 => format!("with w as ({inner}) select c1, max(c2) as n from w where c2 >= {limit} group by c1"),
            _ => format!("with w as ({inner}) select c1, c2 from w where c2 < (select max(c2) from w) and c2 <> {limit}"),
        };
        self.ended(sql, 2)
    }

    fn within(&mut self) -> (String, bool) {
        let item = self.at("a.").item();
        let condition = self.at("b.").condition(1);
        let not = *self.dice.pick(&["", "not "]);
        let sql = match self.dice.roll(2) {
            0 => format!("select {item} as c1 from {MART} a where {not}exists (select 1 from {MART} b where b.id = a.id + 1 and {condition})"),
            _ => format!("select {item} as c1 from {MART} a where a.id {not}in (select b.id from {MART} b where {condition})"),
        };
        self.ended(sql, 1)
    }

    fn united(&mut self) -> (String, bool) {
        let kind = *self.dice.pick(&["union all", "union", "intersect", "except"]);
        let (left, right) = (self.number(), self.number());
        let (from, to) = (self.filter(), self.filter());
        let sql = format!("select {left} as c1 from {MART}{from} {kind} select {right} as c1 from {MART}{to}");
        self.ended(sql, 1)
    }

    fn joined(&mut self) -> (String, bool) {
        let kind = *self.dice.pick(&["join", "left join", "full join"]);
        let key = self.group();
        let condition = self.at("b.").condition(1);
        let items = [self.at("a.").aggregate(), self.at("b.").aggregate()];
        (format!("select {} from {MART} a {kind} {MART} b on a.{key} = b.{key} and {condition}", outputs(&items)), true)
    }

    /// Fails where a row that breaks it is seen: with no second condition, so that each of them is asked.
    fn failing(&mut self) -> (String, bool) {
        let name = MART;
        let sql = match (self.seen.kind("units"), self.seen.kind("note"), self.dice.roll(4)) {
            (Some(ColumnType::Integer), _, 0) => format!("select sum(100 / units) as c1 from {name}"),
            (Some(ColumnType::Integer), _, 1) => format!("select count(*) as c1 from {name} where 7 % units = 1"),
            (_, Some(ColumnType::Text), 2) => format!("select count(*) as c1 from {name} where cast(note as bigint) > 500"),
            (_, Some(ColumnType::Text), _) => format!("select max(cast(note as bigint)) as c1 from {name}"),
            _ => return self.totalled(),
        };
        (sql, true)
    }

    /// Refused, or failing on every row: with the same words.
    fn wrong(&mut self) -> (String, bool) {
        let (column, _) = *self.dice.pick(&COLUMNS);
        let sql = match self.dice.roll(8) {
            // Some of these columns are hidden: they are as unknown as one that is not there.
            0..=2 => format!("select count({column}) as c1 from {MART}"),
            3 => format!("select count(*) as c1 from {MART} where {column} is null"),
            4 => format!("select nowhere from {MART}"),
            5 => format!("select sum(id / (id - id)) as c1 from {MART}"),
            6 => format!("select id from {MART} where where id"),
            _ => format!("select id from elsewhere union select id from {MART}"),
        };
        // A mart of which no row is seen has none that could fail.
        (sql, true)
    }
}
