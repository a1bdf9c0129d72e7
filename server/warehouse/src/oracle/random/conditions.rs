//! Pieces of random SQL over the columns that a reader sees: expressions, conditions, and traps that fail on hidden rows alone.

use super::Dice;
use crate::ColumnType;

/// A mart as its reader sees it.
pub(super) struct Seen {
    pub(super) name: &'static str,
    pub(super) columns: Vec<(&'static str, ColumnType)>,
}

impl Seen {
    pub(super) fn kind(&self, column: &str) -> Option<ColumnType> {
        self.columns.iter().find(|(name, _)| *name == column).map(|(_, kind)| *kind)
    }
}

/// Writes over one mart, whose columns it names after `alias` (empty, or with its dot).
pub(super) struct Pen<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) seen: &'a Seen,
    pub(super) alias: &'static str,
}

impl Pen<'_> {
    /// Any column.
    pub(super) fn column(&mut self) -> String {
        let (name, _) = *self.dice.pick(&self.seen.columns);
        format!("{}{name}", self.alias)
    }

    /// A column of this type, if the reader sees one.
    pub(super) fn of(&mut self, kind: ColumnType) -> Option<String> {
        let columns: Vec<&str> = self.seen.columns.iter().filter(|(_, other)| *other == kind).map(|(name, _)| *name).collect();
        (!columns.is_empty()).then(|| format!("{}{}", self.alias, self.dice.pick(&columns)))
    }

    /// A column of few values, to group and join by.
    pub(super) fn group(&mut self) -> String {
        let columns: Vec<&str> = self.seen.columns.iter().map(|(name, _)| *name).filter(|name| ["region", "city", "open", "units"].contains(name)).collect();
        if columns.is_empty() { self.column() } else { format!("{}{}", self.alias, self.dice.pick(&columns)) }
    }

    /// A whole number whose reckoning fails on hidden rows and on no others.
    pub(super) fn trap(&mut self) -> Option<String> {
        let a = self.alias;
        let traps = [
            ("note", format!("cast({a}note as bigint)")),
            ("note", format!("cast({a}note as int)")),
            ("units", format!("100 / {a}units")),
            ("units", format!("7 % {a}units")),
            ("width", format!("cast({a}width as int)")),
        ];
        let traps: Vec<&String> = traps.iter().filter(|(column, _)| self.seen.kind(column).is_some()).map(|(_, trap)| trap).collect();
        (!traps.is_empty()).then(|| (*self.dice.pick(&traps)).clone())
    }

    /// A whole number.
    pub(super) fn number(&mut self) -> String {
        match self.dice.roll(6) {
            0 => self.of(ColumnType::Integer),
            1 => self.of(ColumnType::Bool).map(|flag| format!("case when {flag} then 1 else 2 end")),
            2 => self.trap().map(|trap| format!("coalesce({trap}, 0)")),
            _ => self.trap(),
        }
        .unwrap_or_else(|| "1".into())
    }

    /// What a row is listed with.
    pub(super) fn item(&mut self) -> String {
        match self.dice.roll(6) {
            0 => self.of(ColumnType::Text).map(|text| format!("upper({text})")),
            1 => self.of(ColumnType::Date).map(|day| format!("date_trunc('month', {day})")),
            2 | 3 => Some(self.number()),
            _ => None,
        }
        .unwrap_or_else(|| self.column())
    }

    pub(super) fn aggregate(&mut self) -> String {
        let number = self.number();
        match self.dice.roll(8) {
            0 => "count(*)".into(),
            1 => format!("count(distinct {})", self.column()),
            2 => format!("min({number})"),
            3 => self.of(ColumnType::Number).map_or_else(|| format!("avg({number})"), |value| format!("avg({value})")),
            4 => self.of(ColumnType::Text).map_or_else(|| format!("max({number})"), |text| format!("max({text})")),
            5 => format!("sum({number}) filter (where {})", self.condition(0)),
            _ => format!("sum({number})"),
        }
    }

    /// An aggregate that is a number.
    pub(super) fn aggregate_number(&mut self) -> String {
        if self.dice.chance(2) { "count(*)".into() } else { format!("sum({})", self.number()) }
    }

    /// Nothing or a `where`.
    pub(super) fn filter(&mut self) -> String {
        if self.dice.chance(3) { String::new() } else { format!(" where {}", self.condition(2)) }
    }

    pub(super) fn condition(&mut self, depth: usize) -> String {
        match self.dice.roll(if depth > 0 { 7 } else { 4 }) {
            4 => format!("{} and {}", self.condition(depth - 1), self.condition(depth - 1)),
            5 => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
            6 => format!("not ({})", self.condition(depth - 1)),
            0 | 1 => self.trapped(),
            _ => self.plain(),
        }
    }

    fn trapped(&mut self) -> String {
        let Some(trap) = self.trap() else { return self.plain() };
        let number = self.dice.roll(120);
        match self.dice.roll(5) {
            0 => format!("{trap} between {} and {}", number / 2, number * 5),
            1 => format!("{trap} in ({number}, {}, {})", number / 3, number + 1),
            2 => format!("{trap} is not null"),
            _ => format!("{trap} {} {number}", self.dice.pick(&["<", ">", ">=", "<>"])),
        }
    }

    fn plain(&mut self) -> String {
        let (name, kind) = *self.dice.pick(&self.seen.columns);
        let column = format!("{}{name}", self.alias);
        let operator = *self.dice.pick(&["=", "<>", "<", "<=", ">", ">="]);
        let number = self.dice.roll(400);
        match (self.dice.roll(5), kind) {
            (0, _) => format!("{column} is {}null", self.dice.pick(&["", "not "])),
            (1, ColumnType::Text) => format!("{column} like '{}%'", self.dice.pick(&["m", "N", "1", "bcn-0", "s"])),
            (2, ColumnType::Text) => format!("{column} in ('North', 'South', 'mad-03', '17')"),
            (_, ColumnType::Text) => format!("{column} {operator} '{}'", self.dice.pick(&["North", "South", "mal-04", "mad", "5"])),
            (1, ColumnType::Integer | ColumnType::Number) => format!("{column} between {} and {number}", number / 3),
            (_, ColumnType::Integer) => format!("{column} {operator} {number}"),
            (_, ColumnType::Number) => format!("{column} {operator} {number}.5"),
            (_, ColumnType::Bool) => format!("{column}{}", self.dice.pick(&["", " is not true", " = false"])),
            (_, ColumnType::Date) => format!("{column} {operator} date '2017-{:02}-15'", 1 + number % 12),
            (_, ColumnType::Timestamp) => format!("{column} {operator} timestamp '2017-{:02}-15 12:00:00'", 1 + number % 12),
        }
    }
}
