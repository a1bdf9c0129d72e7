//! A question as an address holds it, so that a link shows the same view: `?measures=sales&by=day:month&f.region=North&chart=line`.

use super::{
    asks::{ChartKind, Comparison, Dimension, Filter, Grain, Question, Sort},
    written::{read_test, write_test},
};

/// A view of one mart: what is asked and how it is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    pub question: Question,
    pub chart: ChartKind,
}

/// Writes a view as the search part of an address, with its `?`; the mart stands in the path.
pub fn write_view(view: &View) -> String {
    let question = &view.question;
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            pairs.push((name.into(), value));
        }
    };
    add("measures", question.measures.join(","));
    add("by", question.dimensions.iter().map(write_dimension).collect::<Vec<_>>().join(","));
    add("columns", question.columns.join(","));
    for filter in &question.filters {
        add(&format!("f.{}", filter.column), write_test(&filter.test));
    }
    add("sort", question.sort.iter().map(|sort| format!("{}{}", if sort.descending { "-" } else { "" }, sort.by)).collect::<Vec<_>>().join(","));
    add("limit", question.limit.map(|limit| limit.to_string()).unwrap_or_default());
    add("compare", question.comparison.map(|comparison| comparison_key(comparison).into()).unwrap_or_default());
    add("chart", chart_key(view.chart).into());
    write_search(&pairs)
}

/// Reads a view; what cannot be read is left out.
pub fn read_view(mart: &str, search: &str) -> View {
    let mut view = View { question: Question { mart: mart.into(), ..Default::default() }, ..Default::default() };
    for (name, value) in read_search(search) {
        let names = || value.split(',').filter(|name| !name.is_empty());
        let question = &mut view.question;
        match name.as_str() {
            "measures" => question.measures = names().map(Into::into).collect(),
            "by" => question.dimensions = names().map(read_dimension).collect(),
            "columns" => question.columns = names().map(Into::into).collect(),
            "sort" => question.sort = names().map(read_sort).collect(),
            "limit" => question.limit = value.parse().ok(),
            "compare" => question.comparison = COMPARISONS.iter().find(|(_, key)| *key == value).map(|(comparison, _)| *comparison),
            "chart" => view.chart = read_chart(&value).unwrap_or_default(),
            _ => {
                if let (Some(column), Some(test)) = (name.strip_prefix("f."), read_test(&value)) {
                    question.filters.push(Filter { column: column.into(), test });
                }
            }
        }
    }
    view
}

fn write_dimension(dimension: &Dimension) -> String {
    match dimension.grain {
        Some(grain) => format!("{}:{}", dimension.column, grain_key(grain)),
        None => dimension.column.clone(),
    }
}

fn read_dimension(text: &str) -> Dimension {
    match text.split_once(':') {
        Some((column, grain)) => Dimension { column: column.into(), grain: read_grain(grain) },
        None => Dimension { column: text.into(), grain: None },
    }
}

fn read_sort(text: &str) -> Sort {
    match text.strip_prefix('-') {
        Some(by) => Sort { by: by.into(), descending: true },
        None => Sort { by: text.into(), descending: false },
    }
}

const GRAINS: [(Grain, &str); 8] = [
    (Grain::Hour, "hour"),
    (Grain::Day, "day"),
    (Grain::Week, "week"),
    (Grain::Month, "month"),
    (Grain::Quarter, "quarter"),
    (Grain::Year, "year"),
    (Grain::DayOfWeek, "day-of-week"),
    (Grain::HourOfDay, "hour-of-day"),
];

/// The key of a grain in addresses and forms.
pub fn grain_key(grain: Grain) -> &'static str {
    GRAINS.iter().find(|(known, _)| *known == grain).map_or("", |(_, key)| key)
}

pub fn read_grain(key: &str) -> Option<Grain> {
    GRAINS.iter().find(|(_, known)| *known == key).map(|(grain, _)| *grain)
}

const COMPARISONS: [(Comparison, &str); 2] = [(Comparison::PreviousPeriod, "previous-period"), (Comparison::PreviousYear, "previous-year")];

/// The key of a comparison in addresses and forms.
pub fn comparison_key(comparison: Comparison) -> &'static str {
    COMPARISONS.iter().find(|(known, _)| *known == comparison).map_or("", |(_, key)| key)
}

pub fn read_comparison(key: &str) -> Option<Comparison> {
    COMPARISONS.iter().find(|(_, known)| *known == key).map(|(comparison, _)| *comparison)
}

/// Every kind of chart with its key, in the order in which they are offered.
pub const CHARTS: [(ChartKind, &str); 11] = [
    (ChartKind::Table, "table"),
    (ChartKind::Number, "number"),
    (ChartKind::Line, "line"),
    (ChartKind::Area, "area"),
    (ChartKind::Bar, "bar"),
    (ChartKind::StackedBar, "stacked-bar"),
    (ChartKind::Ranking, "ranking"),
    (ChartKind::HeatMap, "heat-map"),
    (ChartKind::Treemap, "treemap"),
    (ChartKind::Pie, "pie"),
    (ChartKind::Scatter, "scatter"),
];

/// The key of a kind of chart in addresses and forms.
pub fn chart_key(chart: ChartKind) -> &'static str {
    CHARTS.iter().find(|(known, _)| *known == chart).map_or("", |(_, key)| key)
}

pub fn read_chart(key: &str) -> Option<ChartKind> {
    CHARTS.iter().find(|(_, known)| *known == key).map(|(chart, _)| *chart)
}

/// Writes the pairs as the search part of an address with its `?`; empty for no pairs.
pub fn write_search(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        out.push(if out.is_empty() { '?' } else { '&' });
        encode(name, &mut out);
        out.push('=');
        encode(value, &mut out);
    }
    out
}

/// Reads the pairs of a search part, with or without its `?`, in their order.
pub fn read_search(search: &str) -> Vec<(String, String)> {
    search
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-encodes all but the signs that stay legible and mean nothing in a search part.
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~,:!*/@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(|half| char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase()));
        }
    }
}

/// One step of a path: as `encode`, but nothing that could end it.
pub fn path_step(text: &str) -> String {
    let mut out = String::new();
    encode(text, &mut out);
    out.replace('/', "%2F")
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(pair.unwrap_or(if bytes[at] == b'+' { b' ' } else { bytes[at] }));
        at += if pair.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::asks::{Period, Test, Value};

    #[test]
    fn a_view_is_read_back_as_it_was() {
        let view = View {
            question: Question {
                mart: "baskets".into(),
                measures: vec!["sales".into(), "baskets".into()],
                dimensions: vec![Dimension { column: "day".into(), grain: Some(Grain::Month) }, Dimension { column: "department".into(), grain: None }],
                filters: vec![
                    Filter { column: "day".into(), test: Test::Period(Period::LastQuarters(1)) },
                    Filter { column: "brand".into(), test: Test::Is(vec![Value::Text("A&B = 5% + ñ".into()), Value::Text("c,d".into())]) },
                    Filter { column: "brand".into(), test: Test::IsNot(vec![Value::Text("x".into())]) },
                ],
                sort: vec![Sort { by: "sales".into(), descending: true }],
                limit: Some(12),
                comparison: Some(Comparison::PreviousYear),
                ..Default::default()
            },
            chart: ChartKind::StackedBar,
        };
        let written = write_view(&view);
        assert!(written.starts_with("?measures=sales,baskets&by=day:month,department&f.day=last-quarter&"), "{written}");
        assert_eq!(read_view("baskets", &written), view);
    }

    #[test]
    fn every_kind_has_a_key_that_leads_back() {
        for (chart, key) in CHARTS {
            assert_eq!(read_chart(key), Some(chart));
            assert_eq!(chart_key(chart), key);
        }
        for (grain, key) in GRAINS {
            assert_eq!((read_grain(key), grain_key(grain)), (Some(grain), key));
        }
    }

    #[test]
    fn search_parts_survive_broken_escapes() {
        assert_eq!(read_search("?a=1+2&b=%zz%C3%B1&c&&=d%"), [("a", "1 2"), ("b", "%zzñ"), ("c", ""), ("", "d%")].map(|(a, b)| (a.to_string(), b.to_string())));
        assert_eq!(write_search(&[]), "");
    }
}
