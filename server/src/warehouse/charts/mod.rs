//! ECharts options from answers: the same option draws the chart on the page and, rendered to SVG, in a PDF.
//!
//! Colours are names of tokens (`var(--mark-1)`), formatters names of a fixed list (`format:compact`): the page's
//! script and the report's renderer resolve both. A mark carries the raw value of its dimension as `key`.

mod cartesian;
mod heat_map;
mod labels;
mod parts;
mod scatter;
mod shares;
mod times;

use app::{
    text::Language,
    warehouse::asks::{AnswerColumn, ChartKind, Question, Unit, Value},
};
use serde_json::{Value as Json, json};

pub use labels::{label, others};
pub use times::{Over, over_time};

/// What a chart is drawn from.
pub(super) struct Drawn<'a> {
    pub language: Language,
    pub question: &'a Question,
    pub columns: &'a [AnswerColumn],
    pub rows: &'a [Vec<Value>],
}

/// The option of a chart; `None` for tables and numbers, and where the answer has not the columns that the chart needs.
pub fn option(kind: ChartKind, language: Language, question: &Question, columns: &[AnswerColumn], rows: &[Vec<Value>]) -> Option<Json> {
    let drawn = Drawn { language, question, columns, rows };
    if drawn.measures() == 0 || rows.is_empty() {
        return None;
    }
    let option = match kind {
        ChartKind::Number | ChartKind::Table => return None,
        ChartKind::Line => cartesian::lines(&drawn, false),
        ChartKind::Area => cartesian::lines(&drawn, true),
        ChartKind::Bar => cartesian::bars(&drawn, false),
        ChartKind::StackedBar => cartesian::bars(&drawn, true),
        ChartKind::Ranking => cartesian::ranking(&drawn),
        ChartKind::HeatMap => heat_map::cells(&drawn),
        ChartKind::Treemap => shares::treemap(&drawn),
        ChartKind::Pie => shares::pie(&drawn),
        ChartKind::Scatter => scatter::points(&drawn),
    }?;
    Some(parts::framed(language, option))
}

impl Drawn<'_> {
    pub fn dimensions(&self) -> usize {
        self.question.dimensions.len()
    }

    pub fn measures(&self) -> usize {
        self.question.measures.len()
    }

    /// Value of dimension `index` in a row, as words.
    pub fn label(&self, row: &[Value], index: usize) -> String {
        labels::label(self.language, self.question.dimensions.get(index).and_then(|dimension| dimension.grain), row.get(index).unwrap_or(&Value::Null))
    }

    /// Value of measure `index` in a row.
    pub fn measure(&self, row: &[Value], index: usize) -> Json {
        match row.get(self.dimensions() + index) {
            Some(Value::Number(number)) => json!(number),
            Some(Value::Integer(number)) => json!(number),
            _ => Json::Null,
        }
    }

    pub fn measure_label(&self, index: usize) -> String {
        self.columns.get(self.dimensions() + index).map(|column| column.label.get(self.language).to_owned()).unwrap_or_default()
    }

    /// Named formatter of a measure's axis and labels.
    pub fn formatter(&self, index: usize, short: bool) -> &'static str {
        match self.columns.get(self.dimensions() + index).and_then(|column| column.unit.as_ref()) {
            Some(Unit::Percent) => "format:percent",
            Some(Unit::Money(_)) if !short => "format:money",
            _ if short => "format:compact",
            _ => "format:number",
        }
    }
}

/// The raw value by which the other tiles are filtered when a mark is clicked.
pub(super) fn key(value: &Value) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}
