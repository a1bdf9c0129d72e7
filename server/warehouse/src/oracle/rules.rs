//! Row rules of every shape, and what each says of a row, reckoned without the engine.

use super::Row;
use crate::{Comparison, Literal, Predicate};

pub(super) fn holds(rule: &Predicate, row: &Row) -> Option<bool> {
    judged(rule, &|column: &str| match column {
        "id" => Some(Literal::Integer(row.id)),
        "region" => row.region.map(|region| Literal::Text(region.into())),
        "value" => row.value.map(Literal::Number),
        "day" => row.day.map(Literal::Date),
        "open" => row.open.map(Literal::Bool),
        other => panic!("no rule is over {other}"),
    })
}

/// Three-valued logic as SQL has it; `NotIn` lets nulls pass. `value` gives what the row has in a column, `None` for null.
pub(super) fn judged(rule: &Predicate, value: &dyn Fn(&str) -> Option<Literal>) -> Option<bool> {
    let order = |one: &Literal, other: &Literal| match (one, other) {
        (Literal::Integer(one), Literal::Integer(other)) => one.cmp(other),
        (Literal::Text(one), Literal::Text(other)) => one.cmp(other),
        (Literal::Number(one), Literal::Number(other)) => one.total_cmp(other),
        (Literal::Date(one), Literal::Date(other)) => one.cmp(other),
        (Literal::Timestamp(one), Literal::Timestamp(other)) => one.cmp(other),
        (Literal::Bool(one), Literal::Bool(other)) => one.cmp(other),
        other => panic!("{other:?}"),
    };
    match rule {
        Predicate::Compare { column, comparison, value: other } => value(column).map(|value| {
            let order = order(&value, other);
            match comparison {
                Comparison::Equal => order.is_eq(),
                Comparison::NotEqual => order.is_ne(),
                Comparison::Less => order.is_lt(),
                Comparison::LessOrEqual => order.is_le(),
                Comparison::Greater => order.is_gt(),
                Comparison::GreaterOrEqual => order.is_ge(),
            }
        }),
        Predicate::In { column, values } => value(column).map(|value| values.contains(&value)),
        Predicate::NotIn { column, values } => Some(value(column).is_none_or(|value| !values.contains(&value))),
        Predicate::IsNull { column } => Some(value(column).is_none()),
        Predicate::IsNotNull { column } => Some(value(column).is_some()),
        Predicate::Contains { .. } => panic!("no rule has a pattern"),
        Predicate::All(parts) => {
            let parts: Vec<Option<bool>> = parts.iter().map(|part| judged(part, value)).collect();
            if parts.contains(&Some(false)) { Some(false) } else { (!parts.contains(&None)).then_some(true) }
        }
        Predicate::Any(parts) => {
            let parts: Vec<Option<bool>> = parts.iter().map(|part| judged(part, value)).collect();
            if parts.contains(&Some(true)) { Some(true) } else { (!parts.contains(&None)).then_some(false) }
        }
    }
}

/// Every shape of the rule language, each letting 21 to 95 % through.
pub(super) fn rules(count: i64) -> Vec<Predicate> {
    let compare = |column: &str, comparison, value| Predicate::Compare { column: column.into(), comparison, value };
    let texts = |values: &[&str]| values.iter().map(|value| Literal::Text((*value).into())).collect::<Vec<_>>();
    let region = "region".to_owned();
    let mut all = vec![
        compare("region", Comparison::Equal, Literal::Text("North".into())),
        compare("region", Comparison::NotEqual, Literal::Text("North".into())),
        compare("region", Comparison::Greater, Literal::Text("East".into())),
        compare("id", Comparison::Less, Literal::Integer(count / 4)),
        compare("id", Comparison::GreaterOrEqual, Literal::Integer(count / 20)),
        compare("value", Comparison::LessOrEqual, Literal::Number(60.0)),
        compare("value", Comparison::Greater, Literal::Number(20.5)),
        compare("day", Comparison::GreaterOrEqual, Literal::Date(17_100)),
        compare("open", Comparison::Equal, Literal::Bool(true)),
        compare("open", Comparison::NotEqual, Literal::Bool(true)),
        Predicate::In { column: region.clone(), values: texts(&["North", "East"]) },
        Predicate::In { column: "id".into(), values: (0..count / 2).map(|half| Literal::Integer(half * 2)).collect() },
        Predicate::NotIn { column: region.clone(), values: texts(&["South"]) },
        Predicate::NotIn { column: "open".into(), values: vec![Literal::Bool(false)] },
        Predicate::IsNotNull { column: region.clone() },
        Predicate::IsNull { column: "open".into() },
    ];
    all.push(Predicate::All(vec![all[1].clone(), all[5].clone()]));
    all.push(Predicate::Any(vec![all[0].clone(), all[15].clone()]));
    all.push(Predicate::All(vec![Predicate::Any(vec![all[14].clone(), all[8].clone()]), Predicate::Any(vec![all[6].clone(), all[9].clone(), all[3].clone()])]));
    all
}
