//! Questions about reports: making one, the report store, what a format offers.

use crate::{
    ask::Ask,
    text::{Language, Text},
    warehouse::asks::{ChartKind, Filter, Question},
};
use serde::{Deserialize, Serialize};

/// What a report shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A tile, a question or a whole mart: one question, drawn as `chart` in a PDF.
    Question { title: String, question: Question, chart: ChartKind },
    /// The whole result of a select of one's own, which needs the right to write SQL too.
    Statement { title: String, statement: String },
    /// Every tile of a dashboard under the filters in force (filter name, condition); PDF and JSON.
    Dashboard { id: String, filters: Vec<(String, Filter)> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    JsonLines,
    Pdf,
}

impl Format {
    pub const ALL: [Self; 4] = [Self::Csv, Self::Json, Self::JsonLines, Self::Pdf];

    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Pdf => "pdf",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    pub language: Language,
    /// CSV for Spanish Excel: semicolon, decimal comma, byte order mark.
    pub spanish_excel: bool,
}

/// Starts making a report in the background; follow it with `ReportState`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MakeReport {
    pub subject: Subject,
    pub format: Format,
    pub options: Options,
}

impl Ask for MakeReport {
    const PATH: &'static str = "/api/reports/make";
    type Reply = ReportCard;
}

/// Runs a stored report's question again, under the present policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunAgain {
    pub id: String,
}

impl Ask for RunAgain {
    const PATH: &'static str = "/api/reports/again";
    type Reply = ReportCard;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportState {
    pub id: String,
}

impl Ask for ReportState {
    const PATH: &'static str = "/api/reports/state";
    type Reply = ReportCard;
}

/// One's own earlier reports, newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ListReports {}

impl Ask for ListReports {
    const PATH: &'static str = "/api/reports/list";
    type Reply = Vec<ReportCard>;
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteReport {
    pub id: String,
}

impl Ask for DeleteReport {
    const PATH: &'static str = "/api/reports/delete";
    type Reply = ();
}

/// A report as its maker sees it; the file is at `/reports/{id}/file`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportCard {
    pub id: String,
    pub title: String,
    pub format: Format,
    pub state: State,
    pub rows: u64,
    pub bytes: u64,
    pub pages: Option<u32>,
    pub made_ms: i64,
    /// When the store deletes it.
    pub expires_ms: i64,
    /// What the report does not hold and why ("PDF holds 10,000 of 1,469,307 rows; CSV has no limit").
    pub left_out: Option<Text>,
    /// 0 to 1 while it is being made, when it can be told.
    pub progress: Option<f32>,
    pub fault: Option<Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    Making,
    Ready,
    Failed,
    /// The maker's access changed since: it cannot be opened, only run again.
    RunAgain,
    Expired,
}

/// What the download dialog says beforehand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportLimits {}

impl Ask for ReportLimits {
    const PATH: &'static str = "/api/reports/limits";
    type Reply = Limits;
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    pub pdf_rows: u64,
    pub kept_days: u32,
    pub kept_bytes: u64,
}
