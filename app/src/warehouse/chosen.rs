//! In the chart whose mark was clicked the other marks fade, so that one sees what the other tiles follow.

use super::{
    asks::{Filter, Question, Value},
    mark::conditions_of,
};
use serde_json::{Value as Json, json};

/// How much is left of a mark that was not chosen.
const FADED: f64 = 0.28;

/// Fades every mark that the conditions leave out. Lines stay: their points are no areas to fade.
pub fn fade(option: &mut Json, question: &Question, crossed: &[Filter]) {
    let own: Vec<&Filter> = crossed.iter().filter(|filter| question.dimensions.iter().any(|dimension| dimension.column == filter.column)).collect();
    let Some(all) = option.get_mut("series").and_then(Json::as_array_mut).filter(|_| !own.is_empty()) else { return };
    for series in all.iter_mut().filter(|series| series["type"] != "line") {
        let of_series = series.get("seriesKey").cloned();
        for item in series.get_mut("data").and_then(Json::as_array_mut).into_iter().flatten() {
            let keys = [item.get("key"), item.get("seriesKey").or(of_series.as_ref())].map(|key| key.map_or(Value::Null, value_of));
            let conditions = conditions_of(question, &keys);
            if !own.iter().all(|filter| conditions.contains(filter))
                && let Some(fields) = item.as_object_mut()
            {
                fields.entry("itemStyle").or_insert_with(|| json!({}))["opacity"] = json!(FADED);
            }
        }
    }
}

fn value_of(key: &Json) -> Value {
    serde_json::from_value(key.clone()).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::asks::{Dimension, Grain, Test};

    fn question(columns: &[(&str, Option<Grain>)]) -> Question {
        Question { dimensions: columns.iter().map(|(column, grain)| Dimension { column: column.to_string(), grain: *grain }).collect(), ..Default::default() }
    }

    fn is(column: &str, value: &str) -> Filter {
        Filter { column: column.into(), test: Test::Is(vec![Value::Text(value.into())]) }
    }

    #[test]
    fn all_but_the_chosen_mark_fade() {
        let mut option =
            json!({ "series": [{ "type": "bar", "data": [{ "value": 1, "key": "Fuel" }, { "value": 2, "key": "Meat", "itemStyle": { "color": "red" } }] }] });
        let before = option.clone();
        fade(&mut option, &question(&[("department", None)]), &[is("region", "North")]);
        assert_eq!(option, before, "a filter on another column fades nothing");
        fade(&mut option, &question(&[("department", None)]), &[is("department", "Fuel")]);
        assert_eq!(option["series"][0]["data"][0], before["series"][0]["data"][0]);
        assert_eq!(option["series"][0]["data"][1]["itemStyle"], json!({ "color": "red", "opacity": FADED }));
    }

    #[test]
    fn a_period_and_a_series_are_chosen_together() {
        let data = |_| json!([{ "value": 1, "key": "2017-01-01" }, { "value": 1, "key": "2017-02-01" }]);
        let mut option =
            json!({ "series": [{ "type": "bar", "seriesKey": "Fuel", "data": data(0) }, { "type": "bar", "seriesKey": "Meat", "data": data(1) }] });
        let month = Filter { column: "day".into(), test: Test::Between(Value::Text("2017-02-01".into()), Value::Text("2017-02-28".into())) };
        fade(&mut option, &question(&[("day", Some(Grain::Month)), ("department", None)]), &[month, is("department", "Fuel")]);
        let faded = |series: usize, point: usize| option["series"][series]["data"][point].get("itemStyle").is_some();
        assert_eq!([faded(0, 0), faded(0, 1), faded(1, 0), faded(1, 1)], [true, false, true, true]);
    }
}
