//! From typed predicates to the engine's expressions: every literal bound as a value of the column's own type.

use crate::{
    columns,
    fault::QueryFault,
    predicate::{Comparison, Literal, Predicate},
    scope::ColumnType,
};
use datafusion::{
    common::Column,
    functions::string::expr_fn::{contains, lower},
    logical_expr::{Expr, Operator, binary_expr, lit},
    scalar::ScalarValue,
};

/// Nested `All` and `Any` beyond this are refused: the engine walks expressions recursively.
const DEPTH: usize = 16;
/// Comparisons in one condition.
const COMPARISONS: usize = 200;
/// Values of all lists in one condition.
const VALUES: usize = 20_000;

/// Binds a condition. `kind` gives the type of a column that may be named, as it is shown.
pub(crate) fn condition(predicate: &Predicate, kind: &dyn Fn(&str) -> Option<ColumnType>) -> Result<Expr, QueryFault> {
    let mut bind = Bind { kind, comparisons: 0, values: 0, patterns: true };
    bind.predicate(predicate, 0)
}

/// Binds a row rule: as a condition, but without patterns. Any fault means that the mart is closed.
pub(crate) fn rule(predicate: &Predicate, kind: &dyn Fn(&str) -> Option<ColumnType>) -> Result<Option<Expr>, QueryFault> {
    let mut bind = Bind { kind, comparisons: 0, values: 0, patterns: false };
    let bound = bind.predicate(predicate, 0)?;
    Ok((bound != lit(true)).then_some(bound))
}

/// A reference by exact name: no dot or quote in a name has a meaning.
pub(crate) fn column(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}

struct Bind<'a> {
    kind: &'a dyn Fn(&str) -> Option<ColumnType>,
    comparisons: usize,
    values: usize,
    patterns: bool,
}

impl Bind<'_> {
    fn predicate(&mut self, predicate: &Predicate, depth: usize) -> Result<Expr, QueryFault> {
        if depth > DEPTH {
            return Err(QueryFault::TooMuch("nested conditions"));
        }
        match predicate {
            Predicate::Compare { column: name, comparison, value } => {
                let kind = self.column(name)?;
                Ok(binary_expr(column(name), operator(*comparison), literal(name, kind, value)?))
            }
            Predicate::In { column: name, values } => Ok(column(name).in_list(self.list(name, values)?, false)),
            Predicate::NotIn { column: name, values } => {
                let values = self.list(name, values)?;
                Ok(column(name).is_null().or(column(name).in_list(values, true)))
            }
            Predicate::IsNull { column: name } => self.column(name).map(|_| column(name).is_null()),
            Predicate::IsNotNull { column: name } => self.column(name).map(|_| column(name).is_not_null()),
            Predicate::Contains { .. } if !self.patterns => Err(QueryFault::Refused("a row rule holds no pattern".into())),
            Predicate::Contains { column: name, text } => match self.column(name)? {
                ColumnType::Text => Ok(contains(lower(column(name)), lit(ScalarValue::Utf8View(Some(text.to_lowercase()))))),
                _ => Err(QueryFault::IllTyped { column: name.clone(), expected: "text" }),
            },
            Predicate::All(parts) => Ok(balanced(self.each(parts, depth)?, Operator::And).unwrap_or_else(|| lit(true))),
            Predicate::Any(parts) => {
                balanced(self.each(parts, depth)?, Operator::Or).ok_or_else(|| QueryFault::Refused("an empty choice of conditions".into()))
            }
        }
    }

    fn each(&mut self, parts: &[Predicate], depth: usize) -> Result<Vec<Expr>, QueryFault> {
        parts.iter().map(|part| self.predicate(part, depth + 1)).collect()
    }

    /// The column's type, counting the comparison that it stands in.
    fn column(&mut self, name: &str) -> Result<ColumnType, QueryFault> {
        self.comparisons += 1;
        if self.comparisons > COMPARISONS {
            return Err(QueryFault::TooMuch("conditions"));
        }
        (self.kind)(name).ok_or_else(|| QueryFault::UnknownColumn(name.to_owned()))
    }

    fn list(&mut self, name: &str, values: &[Literal]) -> Result<Vec<Expr>, QueryFault> {
        let kind = self.column(name)?;
        self.values += values.len();
        if self.values > VALUES {
            return Err(QueryFault::TooMuch("values in conditions"));
        }
        if values.is_empty() {
            return Err(QueryFault::Refused("an empty list of values".into()));
        }
        values.iter().map(|value| literal(name, kind, value)).collect()
    }
}

/// A tree of logarithmic depth. `None` for no parts.
fn balanced(mut parts: Vec<Expr>, operator: Operator) -> Option<Expr> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let right = parts.split_off(parts.len() / 2);
    Some(binary_expr(balanced(parts, operator)?, operator, balanced(right, operator)?))
}

fn operator(comparison: Comparison) -> Operator {
    match comparison {
        Comparison::Equal => Operator::Eq,
        Comparison::NotEqual => Operator::NotEq,
        Comparison::Less => Operator::Lt,
        Comparison::LessOrEqual => Operator::LtEq,
        Comparison::Greater => Operator::Gt,
        Comparison::GreaterOrEqual => Operator::GtEq,
    }
}

/// The value in the column's own type. A whole number also fits a column of numbers; nothing else is converted.
fn literal(name: &str, kind: ColumnType, value: &Literal) -> Result<Expr, QueryFault> {
    let expected = match kind {
        ColumnType::Text => "text",
        ColumnType::Integer => "whole number",
        ColumnType::Number => "number",
        ColumnType::Bool => "yes or no",
        ColumnType::Date => "date",
        ColumnType::Timestamp => "time",
    };
    let value = match (kind, value) {
        (ColumnType::Text, Literal::Text(text)) => ScalarValue::Utf8View(Some(text.clone())),
        (ColumnType::Integer, Literal::Integer(number)) => ScalarValue::Int64(Some(*number)),
        (ColumnType::Number, Literal::Number(number)) if !number.is_nan() => ScalarValue::Float64(Some(*number)),
        (ColumnType::Number, Literal::Integer(number)) => ScalarValue::Float64(Some(*number as f64)),
        (ColumnType::Bool, Literal::Bool(flag)) => ScalarValue::Boolean(Some(*flag)),
        (ColumnType::Date, Literal::Date(days)) => ScalarValue::Date32(Some(*days)),
        (ColumnType::Timestamp, Literal::Timestamp(micros)) => ScalarValue::TimestampMicrosecond(Some(*micros), Some("UTC".into())),
        _ => return Err(QueryFault::IllTyped { column: name.to_owned(), expected }),
    };
    debug_assert_eq!(value.data_type(), columns::arrow_type(kind));
    Ok(lit(value))
}
