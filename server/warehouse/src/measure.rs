//! Measures: one expression made of aggregates over a mart's columns, and nothing that reads elsewhere.

use datafusion::{
    execution::SessionStateDefaults,
    sql::sqlparser::{
        ast::{Expr, ObjectNamePart, Visit, Visitor},
        dialect::GenericDialect,
        parser::Parser,
        tokenizer::Token,
    },
};
use std::ops::ControlFlow;

/// Columns that a measure reads, in order of first mention, or what is wrong with it.
pub fn columns(sql: &str) -> Result<Vec<String>, String> {
    let dialect = GenericDialect {};
    let mut parser = Parser::new(&dialect).try_with_sql(sql).map_err(|error| error.to_string())?;
    let expression = parser.parse_expr().map_err(|error| error.to_string())?;
    if parser.peek_token().token != Token::EOF {
        return Err(format!("it must be one expression, but {} follows it", parser.peek_token().token));
    }
    let mut walk = Walk {
        columns: Vec::new(),
        aggregates: SessionStateDefaults::default_aggregate_functions()
            .iter()
            .flat_map(|function| [vec![function.name().to_owned()], function.aliases().to_vec()].concat())
            .collect(),
        open: 0,
        found: false,
    };
    if let ControlFlow::Break(reason) = expression.visit(&mut walk) {
        return Err(reason);
    }
    if !walk.found {
        return Err("it holds no aggregate: write sum(…), count(…), avg(…), min(…) or max(…)".into());
    }
    Ok(walk.columns)
}

struct Walk {
    columns: Vec<String>,
    aggregates: Vec<String>,
    open: u32,
    found: bool,
}

impl Walk {
    fn aggregate(&self, expression: &Expr) -> bool {
        let Expr::Function(function) = expression else { return false };
        let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return false };
        self.aggregates.contains(&name.value.to_lowercase())
    }
}

impl Visitor for Walk {
    type Break = String;

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<String> {
        match expression {
            Expr::Function(function) if function.over.is_some() => return ControlFlow::Break("window functions (over) cannot stand in a measure".into()),
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                return ControlFlow::Break("a measure reads the mart alone: no select within it".into());
            }
            Expr::CompoundIdentifier(_) => return ControlFlow::Break("name columns without a table before them".into()),
            Expr::Identifier(name) => {
                let name = if name.quote_style.is_some() { name.value.clone() } else { name.value.to_lowercase() };
                if self.open == 0 {
                    return ControlFlow::Break(format!("{name} stands outside an aggregate: write sum({name}), max({name}) or the like"));
                }
                if !self.columns.contains(&name) {
                    self.columns.push(name);
                }
            }
            expression if self.aggregate(expression) => {
                if self.open > 0 {
                    return ControlFlow::Break("one aggregate stands within another".into());
                }
                self.open += 1;
                self.found = true;
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &Expr) -> ControlFlow<String> {
        if self.aggregate(expression) {
            self.open -= 1;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_of_expressions_of_aggregates() {
        assert_eq!(columns("sum(sales_value) / nullif(count(distinct Basket_id), 0)").unwrap(), ["sales_value", "basket_id"]);
        assert_eq!(columns("count(*)").unwrap(), Vec::<String>::new());
        assert_eq!(columns("sum(case when known then a + b else 0 end) filter (where c > 1)").unwrap(), ["known", "a", "b", "c"]);
    }

    #[test]
    fn what_is_no_measure_is_refused_with_the_reason() {
        for (sql, reason) in [
            ("sales", "outside an aggregate"),
            ("1 + 1", "no aggregate"),
            ("sum(a) + b", "b stands outside"),
            ("sum(max(a))", "within another"),
            ("sum(a) over (order by b)", "window"),
            ("sum(a), sum(b)", "one expression"),
            ("(select 1)", "no select"),
            ("sum(t.a)", "without a table"),
            ("sum(", "sql parser error"),
        ] {
            let found = columns(sql).unwrap_err();
            assert!(found.contains(reason), "{sql}: {found}");
        }
    }
}
