//! The walk over a statement's tree: each kind of node is on a list, or the statement is refused.

use crate::{fault::QueryFault, functions::Functions, gate::relation};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgumentClause, FunctionArguments, GroupByExpr, Ident, LimitClause, ObjectName,
    ObjectNamePart, Query, Select, SelectFlavor, SelectItem, SetExpr, SetQuantifier, Statement, TableFactor, UnaryOperator, Value, ValueWithSpan, Visitor,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

/// How deep expressions nest, and how many there are.
const DEPTH: usize = 100;
const EXPRESSIONS: usize = 5_000;
/// Columns of one select, and selects joined by union and the like.
const ITEMS: usize = 200;
const SETS: usize = 32;
/// Calls of functions that can multiply the size of a text.
const GROWING: usize = 32;
/// How often the innermost column could stand in the outermost expression, when each select repeats what the one in it reckons.
const COPIES: u64 = 1 << 16;
/// Columns in all `cube` and `rollup` of a statement.
const GROUPINGS: usize = 6;

type Flow = ControlFlow<QueryFault>;

pub(crate) struct Walk<'a> {
    functions: &'a Functions,
    pub(crate) relations: BTreeSet<String>,
    /// Names given by `with`.
    pub(crate) own: BTreeSet<String>,
    depth: usize,
    expressions: usize,
    sets: usize,
    growing: usize,
    groupings: usize,
    copies: u64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(functions: &'a Functions) -> Self {
        Self { functions, relations: BTreeSet::new(), own: BTreeSet::new(), depth: 0, expressions: 0, sets: 0, growing: 0, groupings: 0, copies: 1 }
    }

    fn set(&mut self, set: &SetExpr) -> Flow {
        match set {
            SetExpr::Select(_) | SetExpr::Values(_) | SetExpr::Query(_) => ControlFlow::Continue(()),
            SetExpr::SetOperation { left, right, set_quantifier, op: _ } => {
                self.sets += 1;
                if self.sets > SETS {
                    return ControlFlow::Break(QueryFault::TooMuch("parts of a union"));
                }
                if !matches!(set_quantifier, SetQuantifier::All | SetQuantifier::Distinct | SetQuantifier::None) {
                    return refuse("union by name");
                }
                self.set(left)?;
                self.set(right)
            }
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => refuse("only a select can be asked: this writes"),
            SetExpr::Table(_) => refuse("write select * from …"),
        }
    }

    fn function(&mut self, function: &Function) -> Flow {
        let Function { name, uses_odbc_syntax, parameters, args, filter: _, null_treatment: _, over: _, within_group: _ } = function;
        let [ObjectNamePart::Identifier(Ident { value, quote_style: None, .. })] = name.0.as_slice() else { return refuse("a function's name is one word") };
        let value = value.to_lowercase();
        if !self.functions.has(&value) {
            // Its name is the reader's own word; whether such a function exists elsewhere is not said.
            return ControlFlow::Break(QueryFault::Refused(format!("there is no function {}", short(&value))));
        }
        if matches!(value.as_str(), "concat" | "concat_ws" | "replace" | "lpad" | "rpad") {
            self.grow()?;
        }
        match (args, parameters, uses_odbc_syntax) {
            (FunctionArguments::List(list), FunctionArguments::None, false) => {
                let plain = list.args.iter().all(|arg| matches!(arg, FunctionArg::Unnamed(_)))
                    && list.clauses.iter().all(|clause| matches!(clause, FunctionArgumentClause::IgnoreOrRespectNulls(_) | FunctionArgumentClause::OrderBy(_)));
                if plain { ControlFlow::Continue(()) } else { refuse("this form of a function's arguments") }
            }
            _ => refuse("this form of a function's arguments"),
        }
    }

    fn grow(&mut self) -> Flow {
        self.growing += 1;
        if self.growing > GROWING { ControlFlow::Break(QueryFault::TooMuch("functions that make text")) } else { ControlFlow::Continue(()) }
    }

    fn group(&mut self, columns: usize) -> Flow {
        self.groupings += columns;
        if self.groupings > GROUPINGS { ControlFlow::Break(QueryFault::TooMuch("columns in cube and rollup")) } else { ControlFlow::Continue(()) }
    }

    /// The engine may put the expression of an inner select in place of its name in an outer one: bound the product.
    fn repeat(&mut self, select: &Select) -> Flow {
        let most = select
            .projection
            .iter()
            .map(|item| {
                let mut names = Names::default();
                let _ = datafusion::sql::sqlparser::ast::Visit::visit(item, &mut names);
                names.counts.values().copied().max().unwrap_or(1)
            })
            .max()
            .unwrap_or(1);
        self.copies = self.copies.saturating_mul(most);
        if self.copies > COPIES { ControlFlow::Break(QueryFault::TooMuch("repetition in nested selects")) } else { ControlFlow::Continue(()) }
    }
}

impl Visitor for Walk<'_> {
    type Break = QueryFault;

    fn pre_visit_query(&mut self, query: &Query) -> Flow {
        // Every field by name: one that a new version adds does not slip through.
        let Query { with, body, order_by: _, limit_clause, fetch: _, locks, for_clause, settings, format_clause, pipe_operators } = query;
        if let Some(with) = with {
            if with.recursive {
                return refuse("recursive queries");
            }
            for own in &with.cte_tables {
                if own.from.is_some() {
                    return refuse("this form of with");
                }
                let name = &own.alias.name;
                self.own.insert(if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() });
            }
        }
        if !locks.is_empty() || for_clause.is_some() || settings.is_some() || format_clause.is_some() || !pipe_operators.is_empty() {
            return refuse("this clause of a select");
        }
        if matches!(limit_clause, Some(LimitClause::LimitOffset { limit_by, .. }) if !limit_by.is_empty()) {
            return refuse("limit by");
        }
        self.set(body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> Flow {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct: _,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from: _,
            lateral_views,
            prewhere,
            selection: _,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having: _,
            named_window: _,
            qualify: _,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        if into.is_some() {
            return refuse("only a select can be asked: into writes");
        }
        let odd =
            !optimizer_hints.is_empty() || select_modifiers.is_some() || top.is_some() || exclude.is_some() || !lateral_views.is_empty() || prewhere.is_some();
        let odder = !connect_by.is_empty()
            || !cluster_by.is_empty()
            || !distribute_by.is_empty()
            || !sort_by.is_empty()
            || value_table_mode.is_some()
            || !matches!(flavor, SelectFlavor::Standard);
        if odd || odder || !matches!(group_by, GroupByExpr::All(modifiers) | GroupByExpr::Expressions(_, modifiers) if modifiers.is_empty()) {
            return refuse("this clause of a select");
        }
        if projection.len() > ITEMS {
            return ControlFlow::Break(QueryFault::TooMuch("columns of a select"));
        }
        if projection.iter().any(|item| matches!(item, SelectItem::ExprWithAliases { .. })) {
            return refuse("several names for one column");
        }
        self.repeat(select)
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> Flow {
        match table {
            TableFactor::Table {
                name: _,
                alias: _,
                args: None,
                with_hints,
                version: None,
                with_ordinality: false,
                partitions,
                json_path: None,
                sample: None,
                index_hints,
            } if with_hints.is_empty() && partitions.is_empty() && index_hints.is_empty() => ControlFlow::Continue(()),
            TableFactor::Derived { lateral: false, sample: None, .. } | TableFactor::NestedJoin { .. } => ControlFlow::Continue(()),
            _ => refuse("a select reads marts and selects, not functions"),
        }
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> Flow {
        match relation(name) {
            Ok(name) => {
                self.relations.insert(name);
                ControlFlow::Continue(())
            }
            Err(fault) => ControlFlow::Break(fault),
        }
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> Flow {
        if matches!(statement, Statement::Query(_)) { ControlFlow::Continue(()) } else { refuse("only a select can be asked") }
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> Flow {
        if matches!(value.value, Value::Placeholder(_)) { refuse("placeholders") } else { ControlFlow::Continue(()) }
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> Flow {
        self.depth += 1;
        self.expressions += 1;
        if self.depth > DEPTH {
            return ControlFlow::Break(QueryFault::TooMuch("nesting"));
        }
        if self.expressions > EXPRESSIONS {
            return ControlFlow::Break(QueryFault::TooMuch("expressions"));
        }
        match expression {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Nested(_) | Expr::Value(_) | Expr::Tuple(_) | Expr::Interval(_) => {
                ControlFlow::Continue(())
            }
            Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsUnknown(_)
            | Expr::IsNotUnknown(_) => ControlFlow::Continue(()),
            Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) | Expr::InList { .. } | Expr::InSubquery { .. } | Expr::Between { .. } => {
                ControlFlow::Continue(())
            }
            Expr::Case { .. }
            | Expr::Exists { .. }
            | Expr::Subquery(_)
            | Expr::Extract { .. }
            | Expr::Position { .. }
            | Expr::Substring { .. }
            | Expr::Trim { .. } => ControlFlow::Continue(()),
            Expr::Ceil { .. } | Expr::Floor { .. } | Expr::Wildcard(_) | Expr::QualifiedWildcard(..) | Expr::AtTimeZone { .. } => ControlFlow::Continue(()),
            Expr::Like { any: false, .. } | Expr::ILike { any: false, .. } => ControlFlow::Continue(()),
            Expr::UnaryOp { op: UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Not, .. } => ControlFlow::Continue(()),
            Expr::BinaryOp { op: BinaryOperator::StringConcat, .. } => self.grow(),
            Expr::BinaryOp { op, .. } if reckons(op) => ControlFlow::Continue(()),
            Expr::Cast { kind: CastKind::Cast | CastKind::TryCast | CastKind::DoubleColon, data_type, array: false, format: None, .. } if plain(data_type) => {
                ControlFlow::Continue(())
            }
            Expr::TypedString(typed) if plain(&typed.data_type) => ControlFlow::Continue(()),
            Expr::Cube(sets) | Expr::Rollup(sets) => self.group(sets.len()),
            Expr::GroupingSets(sets) => self.group(sets.len() / 4 + 1),
            Expr::Function(function) => self.function(function),
            _ => refuse("this form of expression"),
        }
    }

    fn post_visit_expr(&mut self, _: &Expr) -> Flow {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

/// How often each name stands in a piece of text.
#[derive(Default)]
struct Names {
    counts: BTreeMap<String, u64>,
}

impl Visitor for Names {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        let name = match expression {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(names) => names.last(),
            _ => None,
        };
        if let Some(name) = name {
            *self.counts.entry(name.value.to_lowercase()).or_default() += 1;
        }
        ControlFlow::Continue(())
    }
}

fn reckons(operator: &BinaryOperator) -> bool {
    use BinaryOperator as Op;
    matches!(
        operator,
        Op::Plus
            | Op::Minus
            | Op::Multiply
            | Op::Divide
            | Op::Modulo
            | Op::Gt
            | Op::Lt
            | Op::GtEq
            | Op::LtEq
            | Op::Spaceship
            | Op::Eq
            | Op::NotEq
            | Op::And
            | Op::Or
    )
}

/// Types that a result may be cast to: numbers, text, dates, times, yes/no.
fn plain(kind: &DataType) -> bool {
    use DataType as Kind;
    matches!(
        kind,
        Kind::Char(_)
            | Kind::Varchar(_)
            | Kind::CharacterVarying(_)
            | Kind::Text
            | Kind::String(_)
            | Kind::TinyInt(None)
            | Kind::SmallInt(None)
            | Kind::Int(None)
            | Kind::Integer(None)
            | Kind::BigInt(None)
            | Kind::Float(_)
            | Kind::Real
            | Kind::Double(_)
            | Kind::DoublePrecision
            | Kind::Numeric(_)
            | Kind::Decimal(_)
            | Kind::Boolean
            | Kind::Bool
            | Kind::Date
            | Kind::Timestamp(..)
            | Kind::Interval { .. }
    )
}

fn short(name: &str) -> String {
    name.chars().take(40).collect()
}

fn refuse(what: &str) -> Flow {
    ControlFlow::Break(QueryFault::Refused(what.to_owned()))
}
