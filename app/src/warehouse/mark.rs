//! From a mark that was clicked to the conditions that select the rows behind it.

use super::{
    asks::{Dimension, Filter, Grain, Question, Test, Value},
    calendar::Day,
};

/// The conditions of one mark, given its value for each dimension of the question, in their order.
///
/// A part of a day or week (hour of day, day of week) is no condition on a column and gives none.
pub fn conditions_of(question: &Question, keys: &[Value]) -> Vec<Filter> {
    question
        .dimensions
        .iter()
        .zip(keys)
        .filter_map(|(dimension, key)| Some(Filter { column: dimension.column.clone(), test: test_of(dimension, key)? }))
        .collect()
}

fn test_of(dimension: &Dimension, key: &Value) -> Option<Test> {
    let Some(grain) = dimension.grain else {
        return Some(if *key == Value::Null { Test::Empty } else { Test::Is(vec![key.clone()]) });
    };
    let text = match key {
        Value::Text(text) => text.clone(),
        Value::Integer(year) if grain == Grain::Year => year.to_string(),
        Value::Null => return Some(Test::Empty),
        _ => return None,
    };
    match grain {
        Grain::DayOfWeek | Grain::HourOfDay => None,
        Grain::Hour => {
            let hour = text.get(..13).filter(|hour| Day::parse(hour).is_some() && hour[10..].starts_with(['T', ' ']))?.replace(' ', "T");
            Some(Test::Between(Value::Text(format!("{hour}:00:00")), Value::Text(format!("{hour}:59:59.999999"))))
        }
        _ => {
            let day = Day::parse(&text)?;
            Some(Test::Between(Value::Text(day.first_of(grain).iso()), Value::Text(day.last_of(grain).iso())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(grain: Option<Grain>, key: Value) -> Option<Test> {
        let question = Question { dimensions: vec![Dimension { column: "c".into(), grain }], ..Default::default() };
        conditions_of(&question, &[key]).pop().map(|filter| filter.test)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn a_value_selects_itself_and_a_period_its_days() {
        assert_eq!(conditions(None, text("GROCERY")), Some(Test::Is(vec![text("GROCERY")])));
        assert_eq!(conditions(None, Value::Null), Some(Test::Empty));
        assert_eq!(conditions(Some(Grain::Month), text("2017-02-01")), Some(Test::Between(text("2017-02-01"), text("2017-02-28"))));
        assert_eq!(conditions(Some(Grain::Week), text("2017-01-02T00:00:00")), Some(Test::Between(text("2017-01-02"), text("2017-01-08"))));
        assert_eq!(conditions(Some(Grain::Year), Value::Integer(2017)), Some(Test::Between(text("2017-01-01"), text("2017-12-31"))));
        assert_eq!(
            conditions(Some(Grain::Hour), text("2017-01-02 10:00:00")),
            Some(Test::Between(text("2017-01-02T10:00:00"), text("2017-01-02T10:59:59.999999")))
        );
    }

    #[test]
    fn a_part_of_a_day_or_week_and_what_is_no_date_select_nothing() {
        assert_eq!(conditions(Some(Grain::HourOfDay), Value::Integer(9)), None);
        assert_eq!(conditions(Some(Grain::DayOfWeek), Value::Integer(1)), None);
        assert_eq!(conditions(Some(Grain::Month), text("Grocery")), None);
    }
}
