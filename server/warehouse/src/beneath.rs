//! What of a reader's conditions may run beneath the barrier: only what cannot fail, be slow or tell.

use arrow::datatypes::DataType;
use datafusion::{
    common::Column,
    logical_expr::{Between, BinaryExpr, Expr, Operator, expr::InList},
};

/// Whether this condition may be evaluated on rows that its reader must not know of: comparisons of a column with a literal
/// of its own type, lists of such literals, null tests, and their and/or. `plain` gives the type of an unmasked column.
pub(crate) fn harmless(condition: &Expr, plain: &impl Fn(&Column) -> Option<DataType>) -> bool {
    match condition {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => harmless(left, plain) && harmless(right, plain),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let compares = matches!(op, Operator::Eq | Operator::NotEq | Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq);
            compares && (typed(left, right, plain) || typed(right, left, plain))
        }
        Expr::InList(InList { expr, list, .. }) => list.iter().all(|value| typed(expr, value, plain)),
        Expr::Between(Between { expr, low, high, .. }) => typed(expr, low, plain) && typed(expr, high, plain),
        Expr::IsNull(column) | Expr::IsNotNull(column) => matches!(&**column, Expr::Column(column) if plain(column).is_some()),
        Expr::Not(column) => flag(column, plain),
        column => flag(column, plain),
    }
}

fn typed(column: &Expr, literal: &Expr, plain: &impl Fn(&Column) -> Option<DataType>) -> bool {
    match (column, literal) {
        (Expr::Column(column), Expr::Literal(value, _)) => !value.is_null() && plain(column).is_some_and(|kind| kind == value.data_type()),
        _ => false,
    }
}

fn flag(column: &Expr, plain: &impl Fn(&Column) -> Option<DataType>) -> bool {
    matches!(column, Expr::Column(column) if plain(column) == Some(DataType::Boolean))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::{
        logical_expr::{cast, lit},
        prelude::col,
        scalar::ScalarValue,
    };

    fn allowed(condition: &Expr) -> bool {
        harmless(condition, &|column| match column.name.as_str() {
            "store" => Some(DataType::Int64),
            "open" => Some(DataType::Boolean),
            _ => None,
        })
    }

    #[test]
    fn only_comparisons_that_cannot_fail_get_beneath() {
        assert!(allowed(&col("store").eq(lit(5_i64)).and(lit(7_i64).gt(col("store")).or(col("store").is_null()))));
        assert!(allowed(&col("store").in_list(vec![lit(1_i64), lit(2_i64)], true)));
        assert!(allowed(&col("open").and(Expr::Not(Box::new(col("open"))))));
        for refused in [
            col("store").eq(lit(5_i32)),
            col("store").eq(col("store")),
            col("store").eq(lit(ScalarValue::Int64(None))),
            col("masked").eq(lit(5_i64)),
            col("masked").is_null(),
            cast(col("store"), DataType::Utf8).eq(lit("5")),
            (lit(1_i64) / col("store")).eq(lit(5_i64)),
            col("store").in_list(vec![lit(1_i64), lit("x")], false),
            col("store").eq(lit(5_i64)).or((col("store") / lit(0_i64)).is_null()),
            Expr::Not(Box::new(col("store").eq(lit(5_i64)))),
        ] {
            assert!(!allowed(&refused), "{refused}");
        }
    }
}
