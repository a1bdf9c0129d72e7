//! The text of a mart or model: a TOML header in the first comment (titles, measures, dimensions, checks), then one select.
//!
//! ```sql
//! /*
//! title = { en = "Baskets", es = "Cestas" }
//! description = { en = "One row per transaction line.", es = "Una fila por línea de compra." }
//! department = "sales"            # who owns it
//! date_column = "day"             # what period filters and "data up to" use
//! [measures.sales]
//! sql = "sum(sales_value)"
//! label = { en = "Sales", es = "Ventas" }
//! unit = "money:USD"              # or "percent", or { en = "baskets", es = "cestas" }
//! [columns.store_id]
//! label = { en = "Store", es = "Tienda" }
//! description = { en = "…", es = "…" }
//! dimension = true
//! [[checks]]                      # count of rows that are wrong; `this` is the table just built
//! text = { en = "Lines whose product is unknown", es = "Líneas cuyo producto se desconoce" }
//! severity = "warn"               # or "error": nothing is published
//! sql = "select count(*) from this where product_known = false"
//! */
//! select … from warehouse.sales_line
//! ```

use crate::{
    Warehouse,
    build::one_select,
    fault::QueryFault,
    measure,
    query::ROWS,
    scope::{ColumnType, PinnedColumn},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Words in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub en: String,
    pub es: String,
}

/// A mart (or model) as its text declares it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MartDefinition {
    /// From the file name or the form, not from the header.
    #[serde(skip_deserializing)]
    pub name: String,
    pub title: Words,
    pub description: Words,
    pub department: String,
    pub date_column: Option<String>,
    pub measures: BTreeMap<String, Measure>,
    pub columns: BTreeMap<String, ColumnWords>,
    pub checks: Vec<Check>,
    /// The select after the header.
    #[serde(skip_deserializing)]
    pub sql: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Measure {
    /// One aggregate expression over the mart's columns.
    pub sql: String,
    pub label: Words,
    pub description: Words,
    pub unit: Option<UnitWords>,
    /// Where the header declares it: measures are offered in their author's order.
    #[serde(skip)]
    pub place: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum UnitWords {
    /// `money:USD` or `percent`.
    Known(String),
    Of(Words),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnWords {
    pub label: Words,
    pub description: Words,
    pub dimension: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Check {
    pub text: Words,
    /// `warn` or `error`.
    pub severity: String,
    /// One select of one count of wrong rows.
    pub sql: String,
}

impl MartDefinition {
    /// Reads the text of a mart or model. `name` comes from the file name or the form. A fault names the line and what to change.
    pub fn parse(name: &str, text: &str) -> Result<Self, QueryFault> {
        let wrong = |reason: String| QueryFault::Definition { name: name.to_owned(), reason };
        if !is_name(name) {
            return Err(wrong("a name is made of lower-case letters, digits and _, begins with a letter and has at most 60 of them".into()));
        }
        let (header, header_line, sql) = parts(text).map_err(wrong)?;
        let mut definition: Self = toml::from_str(header).map_err(|error| {
            let line = header_line + error.span().map_or(0, |span| header.get(..span.start).unwrap_or_default().matches('\n').count());
            wrong(format!("line {line}: {}", error.message().trim()))
        })?;
        for (name, measure) in &mut definition.measures {
            measure.place = header.find(&format!("[measures.{name}]")).unwrap_or(header.len());
        }
        name.clone_into(&mut definition.name);
        sql.clone_into(&mut definition.sql);
        definition.validate().map_err(wrong)?;
        one_select(name, sql)?;
        for check in &definition.checks {
            one_select(&format!("{name}, check {:?}", check.text.en), &check.sql)?;
        }
        Ok(definition)
    }

    /// Whether the header fits the columns that the select gave: to be asked when the table is built.
    pub fn fits(&self, columns: &[PinnedColumn]) -> Result<(), QueryFault> {
        let wrong = |reason: String| QueryFault::Definition { name: self.name.clone(), reason };
        let kind_of = |name: &str| columns.iter().find(|column| column.name == name).map(|column| column.kind);
        if let Some(day) = &self.date_column {
            match kind_of(day) {
                Some(ColumnType::Date | ColumnType::Timestamp) => {}
                Some(kind) => return Err(wrong(format!("date_column {day} is of type {kind:?}; it must be a date or a timestamp"))),
                None => return Err(wrong(format!("date_column {day} is no column of the select"))),
            }
        }
        if let Some(name) = self.columns.keys().find(|name| kind_of(name).is_none()) {
            return Err(wrong(format!("[columns.{name}] is no column of the select")));
        }
        for (name, measure) in &self.measures {
            if let Some(column) = measure::columns(&measure.sql).map_err(wrong)?.into_iter().find(|column| kind_of(column).is_none()) {
                return Err(wrong(format!("[measures.{name}] reads {column}, which is no column of the select")));
            }
        }
        Ok(())
    }

    /// Columns that a measure reads, in order of first mention; none for one that is not declared.
    pub fn measure_columns(&self, name: &str) -> Vec<String> {
        self.measures.get(name).and_then(|declared| measure::columns(&declared.sql).ok()).unwrap_or_default()
    }

    fn validate(&self) -> Result<(), String> {
        let both = |what: &str, words: &Words| match (words.en.trim().is_empty(), words.es.trim().is_empty()) {
            (false, false) => Ok(()),
            _ => Err(format!("{what} must stand in both languages: {{ en = \"…\", es = \"…\" }}")),
        };
        both("title", &self.title)?;
        if !is_name(&self.department) {
            return Err("department must be the short name of a department, like department = \"sales\"".into());
        }
        for (name, declared) in &self.measures {
            if !is_name(name) || name == ROWS {
                return Err(format!("[measures.{name}]: a measure's name is made of lower-case letters, digits and _, and {ROWS} is taken"));
            }
            both(&format!("[measures.{name}] label"), &declared.label)?;
            measure::columns(&declared.sql).map_err(|reason| format!("[measures.{name}] sql: {reason}"))?;
            match &declared.unit {
                Some(UnitWords::Known(unit)) if unit != "percent" && !is_money(unit) => {
                    return Err(format!("[measures.{name}] unit: \"percent\", \"money:EUR\" (three letters), or words in both languages"));
                }
                Some(UnitWords::Of(words)) => both(&format!("[measures.{name}] unit"), words)?,
                _ => {}
            }
        }
        for check in &self.checks {
            both("the text of a check", &check.text)?;
            if check.severity != "warn" && check.severity != "error" {
                return Err(format!("check {:?}: severity is \"warn\" or \"error\"", check.text.en));
            }
        }
        Ok(())
    }
}

/// Names of models or marts of one layer (`warehouse`, `mart`), each after those that it reads; where nothing else decides,
/// in alphabetical order. A cycle is a fault that names it.
pub fn order(layer: &str, definitions: &[MartDefinition]) -> Result<Vec<String>, QueryFault> {
    let mut reads: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for definition in definitions {
        let names = Warehouse::reads(&definition.sql)?;
        let own = names.iter().filter_map(|name| name.strip_prefix(layer)?.strip_prefix('.').map(str::to_owned));
        reads.insert(&definition.name, own.collect());
    }
    let mut ordered: Vec<String> = Vec::new();
    while ordered.len() < reads.len() {
        let waiting = |name: &str| reads.contains_key(name) && !ordered.iter().any(|done| done == name);
        let next = reads.iter().find(|(name, needs)| waiting(name) && !needs.iter().any(|need| waiting(need)));
        match next {
            Some((name, _)) => ordered.push((*name).to_owned()),
            None => {
                let left: Vec<&str> = reads.keys().copied().filter(|name| waiting(name)).collect();
                return Err(QueryFault::Definition { name: left[0].to_owned(), reason: format!("these read one another in a circle: {}", left.join(", ")) });
            }
        }
    }
    Ok(ordered)
}

/// Header, the line it begins on (from 1), and the select.
fn parts(text: &str) -> Result<(&str, usize, &str), String> {
    let missing = "line 1: the text begins with a comment /* … */ that holds the title, department and measures";
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let before = text.len() - start.len();
    let inner = start.strip_prefix("/*").ok_or(missing)?;
    let (header, sql) = inner.split_once("*/").ok_or("line 1: the comment /* is not closed by */")?;
    let line = 1 + text[..before].matches('\n').count();
    Ok((header, line, sql.trim().trim_end_matches(';').trim_end()))
}

fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_money(unit: &str) -> bool {
    unit.strip_prefix("money:").is_some_and(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASKETS: &str = "/*\ntitle = { en = \"Baskets\", es = \"Cestas\" }\ndepartment = \"sales\"\ndate_column = \"day\"\n[measures.sales]\nsql = \"sum(sales_value)\"\nlabel = { en = \"Sales\", es = \"Ventas\" }\nunit = \"money:USD\"\n*/\nselect day, sales_value from warehouse.sales_line;\n";

    fn reason(text: &str) -> String {
        MartDefinition::parse("baskets", text).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_text_is_read() {
        let baskets = MartDefinition::parse("baskets", BASKETS).unwrap();
        assert_eq!((baskets.name.as_str(), baskets.title.es.as_str()), ("baskets", "Cestas"));
        assert_eq!(baskets.sql, "select day, sales_value from warehouse.sales_line");
        let columns = [("day", ColumnType::Date), ("sales_value", ColumnType::Number)].map(|(name, kind)| PinnedColumn { name: name.into(), kind });
        baskets.fits(&columns).unwrap();
        assert!(baskets.fits(&columns[1..]).unwrap_err().to_string().contains("date_column day"));
        assert!(baskets.fits(&columns[..1]).unwrap_err().to_string().contains("reads sales_value"));
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        assert!(
            reason(&BASKETS.replace("date_column", "date_colum")).contains("line 4: unknown field `date_colum`"),
            "{}",
            reason(&BASKETS.replace("date_column", "date_colum"))
        );
        assert!(reason("select 1").contains("begins with a comment"));
        assert!(reason("/* title = 1").contains("not closed"));
        assert!(reason(&BASKETS.replace("sum(sales_value)", "sales_value")).contains("outside an aggregate"));
        assert!(reason(&BASKETS.replace("\"Cestas\"", "\"\"")).contains("both languages"));
        assert!(reason(&BASKETS.replace("money:USD", "dollars")).contains("unit"));
        assert!(reason(&BASKETS.replace("select day", "selec day")).contains("baskets"));
        assert!(reason(&BASKETS.replace("sales_line;", "sales_line; drop table x")).contains("only one select"));
        assert!(MartDefinition::parse("Bad name", BASKETS).is_err());
    }

    #[test]
    fn models_come_after_those_that_they_read() {
        let model = |name: &str, sql: &str| MartDefinition { name: name.into(), sql: sql.into(), ..MartDefinition::default() };
        let models = [model("a", "select * from warehouse.c"), model("b", "select 1"), model("c", "select * from warehouse.b join lake.a on true")];
        assert_eq!(order("warehouse", &models).unwrap(), ["b", "c", "a"]);
        let circle = [model("a", "select * from warehouse.b"), model("b", "select * from warehouse.a")];
        assert!(order("warehouse", &circle).unwrap_err().to_string().contains("a, b"));
    }
}
