//! Questions about data marts: the one typed question form, its answer, and what a mart is made of.

use crate::{ask::Ask, text::Text};
use serde::{Deserialize, Serialize};

/// One value of a cell or a filter. Dates and times are ISO 8601 text; decimals are numbers.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
}

/// The one way to ask for data: tiles, mart pages, questions, downloads and reports all send this.
///
/// With `measures` it groups by `dimensions`; with only `columns` it lists rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Name of a mart, e.g. `baskets`.
    pub mart: String,
    /// Names of measures that the mart declares.
    pub measures: Vec<String>,
    pub dimensions: Vec<Dimension>,
    /// Raw columns, for row listings (drill to rows, whole-mart export). Empty with no measure: all visible columns.
    pub columns: Vec<String>,
    pub filters: Vec<Filter>,
    pub sort: Vec<Sort>,
    /// Most rows wanted; `None` is all of them (downloads).
    pub limit: Option<u64>,
    pub offset: u64,
    /// Also ask each measure for an earlier period; needs a `Period` or `Between` filter on the mart's date column.
    pub comparison: Option<Comparison>,
}

/// A column to group by, dates at a grain.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dimension {
    pub column: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<Grain>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    Hour,
    Day,
    /// ISO weeks, from Monday.
    Week,
    Month,
    Quarter,
    Year,
    /// 1 = Monday … 7 = Sunday.
    DayOfWeek,
    /// 0 … 23.
    HourOfDay,
}

/// A condition on one column; the conditions of a question all hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filter {
    pub column: String,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Equal to one of these; an empty list is refused.
    Is(Vec<Value>),
    IsNot(Vec<Value>),
    /// Both ends included.
    Between(Value, Value),
    AtLeast(Value),
    AtMost(Value),
    Contains(String),
    Empty,
    NotEmpty,
    Period(Period),
}

/// A period that counts from the mart's "data up to", not from today; in the organisation's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    LastDays(u32),
    LastWeeks(u32),
    LastMonths(u32),
    LastQuarters(u32),
    LastYears(u32),
    ThisMonth,
    ThisQuarter,
    ThisYear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The period of the same length just before.
    PreviousPeriod,
    /// The same dates one year earlier.
    PreviousYear,
}

/// Sort by the name of a measure, dimension or column of the question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sort {
    pub by: String,
    #[serde(default)]
    pub descending: bool,
}

/// How an answer is shown. `Table` and `Number` need no chart option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    Number,
    Line,
    Area,
    Bar,
    /// Horizontal bars, for ranking.
    Ranking,
    StackedBar,
    HeatMap,
    Treemap,
    Pie,
    Scatter,
    #[default]
    Table,
}

/// Asks one question and, for a chart, the option to draw it with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AskQuestion {
    pub question: Question,
    pub chart: ChartKind,
    /// In which language the chart's own words (series, axes, month names) are.
    #[serde(default)]
    pub language: crate::text::Language,
}

impl Ask for AskQuestion {
    const PATH: &'static str = "/api/warehouse/ask";
    type Reply = Answer;
}

/// The rows that this reader's scope gives for a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub columns: Vec<AnswerColumn>,
    pub rows: Vec<Vec<Value>>,
    /// Rows there are without the limit; `None` when it was not counted.
    pub total_rows: Option<u64>,
    /// One value per measure for the earlier period (only without dimensions), in the order of the question's measures.
    pub earlier: Option<Vec<Value>>,
    pub freshness: Freshness,
    /// ECharts option as JSON, colours as `var(--…)`, formatters as `format:…`; `None` for tables and numbers.
    pub option: Option<serde_json::Value>,
    /// The dates that a period filter came to (first, last), as ISO 8601.
    pub period: Option<(String, String)>,
    /// Milliseconds on the server, and whether the answer came from the cache.
    pub took_ms: u64,
    pub cached: bool,
    /// Looked at as somebody else, without a share of one's own: the shape alone, no row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub veiled: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerColumn {
    pub name: String,
    pub label: Text,
    pub kind: ColumnKind,
    pub unit: Option<Unit>,
    pub masked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Text,
    Integer,
    Number,
    Bool,
    Date,
    Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// ISO 4217 code, e.g. `USD`.
    Money(String),
    /// A ratio: 0.147 is shown as 14.7 %.
    Percent,
    /// Any other unit, in words.
    Of(Text),
}

/// How fresh the data is that a reader looks at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Freshness {
    /// The greatest value of the mart's date column, ISO 8601; in the reader's scope.
    pub data_up_to: Option<String>,
    /// When the version in use was published, Unix milliseconds.
    pub loaded_at_ms: Option<i64>,
    /// Rows of the mart in the reader's scope, when counted.
    pub rows: Option<u64>,
    /// The last run that should have renewed it failed.
    pub stale: bool,
}

/// What the reader does not see or sees changed, in words; never names hidden columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Access {
    /// e.g. "region North".
    pub filters: Vec<Text>,
    /// e.g. "household ids masked".
    pub masks: Vec<Text>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListMarts {}

impl Ask for ListMarts {
    const PATH: &'static str = "/api/warehouse/marts";
    type Reply = Vec<MartCard>;
}

/// One mart as its reader sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenMart {
    pub name: String,
}

impl Ask for OpenMart {
    const PATH: &'static str = "/api/warehouse/mart";
    type Reply = MartCard;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MartCard {
    pub name: String,
    pub title: Text,
    pub description: Text,
    pub department: String,
    /// Columns the reader may see; hidden ones are absent.
    pub columns: Vec<MartColumn>,
    pub measures: Vec<MartMeasure>,
    /// The column that period filters use.
    pub date_column: Option<String>,
    pub freshness: Freshness,
    pub access: Access,
    /// Looked at as somebody else, without a share of one's own: no value is shown.
    #[serde(default)]
    pub veiled: bool,
    pub may_export: bool,
    pub may_explore: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MartColumn {
    pub name: String,
    pub label: Text,
    pub description: Text,
    pub kind: ColumnKind,
    /// Declared as a dimension: offered for grouping and filters.
    pub dimension: bool,
    pub masked: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MartMeasure {
    pub name: String,
    pub label: Text,
    pub description: Text,
    pub unit: Option<Unit>,
    /// False when it needs a column this reader may not see: asking for it is refused.
    pub available: bool,
}

/// The values of one dimension with their number of rows, most frequent first, within the reader's scope.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListValues {
    pub mart: String,
    pub column: String,
    /// Only values that contain this text, letter case aside.
    #[serde(default)]
    pub search: String,
    /// At most this many (capped at 500).
    pub limit: u32,
}

impl Ask for ListValues {
    const PATH: &'static str = "/api/warehouse/values";
    type Reply = Vec<ValueCount>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueCount {
    pub value: Value,
    pub rows: u64,
}

/// Creates or changes a mart from the text a `marts/*.sql` file would hold (administrators).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveMart {
    /// Lower-case letters, digits and `_`; what the file would be called.
    pub name: String,
    pub text: String,
    /// Department that gets the first grant.
    pub department: String,
}

impl Ask for SaveMart {
    const PATH: &'static str = "/api/warehouse/save-mart";
    /// Name of the mart; a run that builds it has been enqueued.
    type Reply = String;
}

/// The lake's and warehouse's datasets with figures only (administrators), for writing a mart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListDatasets {}

impl Ask for ListDatasets {
    const PATH: &'static str = "/api/warehouse/datasets";
    type Reply = Vec<DatasetCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetCard {
    /// e.g. `lake.transactions`, `warehouse.sales_line`.
    pub name: String,
    pub columns: Vec<(String, ColumnKind)>,
    pub rows: u64,
    pub bytes: u64,
    pub published_ms: i64,
}
