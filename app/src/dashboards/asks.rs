//! Questions about dashboards, tiles and saved questions.

use crate::{
    ask::Ask,
    text::{Language, Text},
    warehouse::asks::{Access, ChartKind, Filter, Freshness, Question},
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListDashboards {}

impl Ask for ListDashboards {
    const PATH: &'static str = "/api/dashboards/list";
    type Reply = Vec<DashboardCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardCard {
    pub id: String,
    pub title: Text,
    pub description: Text,
    /// The department's title.
    pub department: Text,
    /// It is the reader's.
    pub own: bool,
    /// The colleague whose it is, by name.
    #[serde(default)]
    pub shared_by: Option<String>,
    /// Who gave it to the department, by name.
    #[serde(default)]
    pub published_by: Option<String>,
    pub tiles: u32,
    pub updated_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenDashboard {
    pub id: String,
}

impl Ask for OpenDashboard {
    const PATH: &'static str = "/api/dashboards/open";
    type Reply = Dashboard;
}

/// A dashboard's plan: filters and tiles. The tiles' data is asked for with `AskQuestion`, tile by tile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    pub card: DashboardCard,
    pub filters: Vec<DashboardFilter>,
    pub tiles: Vec<Tile>,
    /// Tiles that are left out because they hold values outside of the reader's share.
    #[serde(default)]
    pub withheld: u32,
    /// Of the mart that most tiles use.
    pub freshness: Freshness,
    pub access: Access,
    pub may_download: bool,
    pub may_edit: bool,
    #[serde(default)]
    pub may_share: bool,
    #[serde(default)]
    pub may_publish: bool,
    /// It was published, and the reader may make it their own.
    #[serde(default)]
    pub may_take_back: bool,
}

/// A control above the tiles, obeyed by every tile whose mart is in `columns`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DashboardFilter {
    /// Key in the address, e.g. `date`, `region`.
    pub name: String,
    pub label: Text,
    pub kind: FilterKind,
    /// Which column of each mart it filters, as (mart, column).
    pub columns: Vec<(String, String)>,
    /// The mart and column whose values are offered (for `Choice`).
    pub values_from: Option<(String, String)>,
    /// In force when the address says nothing, in the address's own writing (see `state.rs`).
    #[serde(default)]
    pub default: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterKind {
    Date,
    Choice,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    pub id: String,
    pub title: Text,
    /// Unit or remark beside the title.
    #[serde(default)]
    pub note: Text,
    #[serde(default)]
    pub chart: ChartKind,
    #[serde(default)]
    pub question: Question,
    /// Events of a stream, live, in place of the answer to `question`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<StreamTile>,
    /// A window of a stream, live, drawn as `chart`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowTile>,
    /// Columns of twelve: 3, 4, 5, 6, 7, 8, 9 or 12.
    pub width: u8,
    /// Rows: 2 (a figure) or 4 (a chart).
    pub height: u8,
}

impl Tile {
    /// Shows a stream as it goes on, in place of an answer to a question.
    pub fn is_live(&self) -> bool {
        self.stream.is_some() || self.window.is_some()
    }
}

/// What a tile shows of a stream, under each reader's own share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamTile {
    pub stream: String,
    /// In the query language; empty: everything.
    #[serde(default)]
    pub query: String,
    /// Of the last so many minutes.
    pub minutes: u32,
    pub shows: Shows,
    /// Of `Rows`; empty: those of the stream.
    #[serde(default)]
    pub columns: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// How many there are.
    #[default]
    Count,
    /// How many over time.
    Histogram,
    /// The latest of them.
    Rows,
}

/// A window of a stream as a tile shows it, as far as each reader's rules can be laid on its keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowTile {
    pub stream: String,
    /// As the stream's pipeline names it.
    pub window: String,
    /// One of its measures.
    pub measure: String,
    /// One of its keys: a line for each value. Without it, one line over all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Up to now; at most 31 days.
    pub minutes: u32,
}

/// The figures of a window that were counted as events passed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadWindow {
    pub tile: WindowTile,
    #[serde(default)]
    pub chart: ChartKind,
    /// Of the chart's own words.
    #[serde(default)]
    pub language: Language,
}

impl Ask for ReadWindow {
    const PATH: &'static str = "/api/streaming/window";
    type Reply = WindowCourse;
}

/// How a figure went: every stretch of the time that was asked for, those without events too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowCourse {
    /// Where each stretch begins, in Unix milliseconds, and how long they are.
    pub times_ms: Vec<i64>,
    pub width_ms: i64,
    /// The greatest first; the smaller ones are summed as the last.
    pub lines: Vec<WindowLine>,
    /// Over all lines and the whole time.
    pub total: f64,
    /// From here on events may still come to count; `None` when none may.
    pub open_from_ms: Option<i64>,
    /// To draw it with; `None` for a number or a table.
    pub option: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowLine {
    pub name: String,
    /// One for each stretch.
    pub points: Vec<f64>,
}

/// The windows of a stream that this reader may see, with what can be shown of each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListWindows {
    pub stream: String,
}

impl Ask for ListWindows {
    const PATH: &'static str = "/api/streaming/windows";
    type Reply = Vec<WindowCard>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowCard {
    pub name: String,
    pub width_ms: i64,
    pub keys: Vec<String>,
    pub measures: Vec<String>,
}

/// Puts a window on an own dashboard, as `PinSearch` does a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PinWindow {
    pub title: String,
    pub tile: WindowTile,
    pub chart: ChartKind,
    pub dashboard: String,
    #[serde(default)]
    pub new_dashboard: String,
}

impl Ask for PinWindow {
    const PATH: &'static str = "/api/dashboards/pin-window";
    /// The dashboard's id.
    type Reply = String;
}

/// Puts a search on an own dashboard as a tile (on a new one, when the id is empty and `new_dashboard` has a title). Gives the dashboard's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PinSearch {
    pub title: String,
    pub tile: StreamTile,
    pub dashboard: String,
    #[serde(default)]
    pub new_dashboard: String,
}

impl Ask for PinSearch {
    const PATH: &'static str = "/api/dashboards/pin-search";
    type Reply = String;
}

/// Saves a question under a name; `dashboard` also puts it there as a tile (an own dashboard, made when the id is empty and `new_dashboard` has a title).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveQuestion {
    pub title: String,
    pub question: Question,
    pub chart: ChartKind,
    #[serde(default)]
    pub dashboard: Option<String>,
    #[serde(default)]
    pub new_dashboard: Option<String>,
}

impl Ask for SaveQuestion {
    const PATH: &'static str = "/api/dashboards/save-question";
    type Reply = SavedQuestion;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListQuestions {}

impl Ask for ListQuestions {
    const PATH: &'static str = "/api/dashboards/questions";
    type Reply = Vec<SavedQuestion>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedQuestion {
    pub id: String,
    pub title: Text,
    pub question: Question,
    pub chart: ChartKind,
    /// The dashboard it was put on, if any.
    pub dashboard: Option<String>,
    pub updated_ms: i64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteQuestion {
    pub id: String,
}

impl Ask for DeleteQuestion {
    const PATH: &'static str = "/api/dashboards/delete-question";
    type Reply = ();
}

/// Creates an own, empty dashboard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateDashboard {
    pub title: String,
}

impl Ask for CreateDashboard {
    const PATH: &'static str = "/api/dashboards/create";
    /// Its id.
    type Reply = String;
}

/// Changes the tiles of an own or a published dashboard: order, width, titles, removal. Tiles left out are removed, those that one does
/// not see stay.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaveDashboard {
    pub id: String,
    pub title: String,
    pub tiles: Vec<Tile>,
    /// `updated_ms` of the version that was edited; another one meanwhile is a conflict.
    pub updated_ms: i64,
}

impl Ask for SaveDashboard {
    const PATH: &'static str = "/api/dashboards/save";
    type Reply = i64;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteDashboard {
    pub id: String,
}

impl Ask for DeleteDashboard {
    const PATH: &'static str = "/api/dashboards/delete";
    type Reply = ();
}

/// What the palette (Ctrl+K) offers: everything this reader may open, by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindAnything {
    pub text: String,
}

impl Ask for FindAnything {
    const PATH: &'static str = "/api/dashboards/find";
    type Reply = Vec<Found>;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub title: Text,
    /// Address of its page.
    pub href: String,
    /// `dashboard`, `mart` or `question`.
    pub kind: String,
}

/// The filters in force, as the address holds them: mart-aware conditions for one tile's question.
///
/// Besides the names of declared filters, `x.<mart>` is a condition on that mart alone: a mark that was clicked.
pub fn conditions_for(filters: &[DashboardFilter], mart: &str, in_force: &[(String, Filter)]) -> Vec<Filter> {
    in_force
        .iter()
        .filter_map(|(name, filter)| {
            if let Some(crossed) = name.strip_prefix("x.") {
                return (crossed == mart).then(|| filter.clone());
            }
            let declared = filters.iter().find(|f| &f.name == name)?;
            let (_, column) = declared.columns.iter().find(|(m, _)| m == mart)?;
            Some(Filter { column: column.clone(), test: filter.test.clone() })
        })
        .collect()
}
