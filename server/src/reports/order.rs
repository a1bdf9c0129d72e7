//! What was ordered: titled questions, statements or rows that another domain gives, a format and its options; turned into sections under
//! the permit of whoever reads.

use super::{
    formats::{Cover, Section},
    given::{Given, GivenRows},
};
use crate::{
    access::{Permit, access_words},
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
    warehouse::{self, sql::Opened},
};
use app::{
    reports::asks::{Format, Options},
    text::Text,
    warehouse::asks::{AskQuestion, ChartKind, Question},
};
use futures::{StreamExt, TryStreamExt, stream, stream::BoxStream};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One report as it was ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub title: String,
    pub parts: Vec<Part>,
    /// Filters in force, in words.
    pub filters: Vec<Text>,
    pub format: Format,
    pub options: Options,
}

/// One table of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub title: String,
    pub note: String,
    #[serde(flatten)]
    pub content: Content,
    pub chart: ChartKind,
}

/// Where its rows come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A question to a mart.
    Question(Question),
    /// SQL of the maker's own.
    Statement(Statement),
    /// Another domain.
    Given(Given),
}

/// One select, and what its file stands on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    pub text: String,
    /// Marts that it reads.
    pub marts: Vec<String>,
}

impl Statement {
    /// A text that this permit may run; refused as running it would be.
    pub async fn of(portal: &Portal, permit: &Permit, text: String) -> Result<Self> {
        let marts = warehouse::sql::reads(portal, permit, &text).await?;
        Ok(Self { text, marts })
    }
}

impl Content {
    /// What is read, as policies name it.
    fn datasets(&self) -> Vec<&str> {
        match self {
            Self::Question(question) => vec![question.mart.as_str()],
            Self::Statement(statement) => statement.marts.iter().map(String::as_str).collect(),
            Self::Given(given) => vec![given.dataset.as_str()],
        }
    }

    /// Refuses what cannot be answered.
    pub(super) async fn check(&self, portal: &Portal, permit: &Permit) -> Result<()> {
        match self {
            Self::Question(question) => warehouse::prepare(portal, permit, question).await.map(drop),
            Self::Statement(statement) => warehouse::sql::reads(portal, permit, &statement.text).await.map(drop),
            Self::Given(given) => given.giver(portal)?.check(portal, permit, given).await,
        }
    }
}

impl Order {
    /// Fingerprints of the shares that the permit gives of what the order reads; "not found" when one is not there.
    pub fn fingerprints(&self, permit: &Permit) -> Result<BTreeMap<String, String>> {
        let share = |name: &str| {
            let governed = permit.scope().governed(name).ok_or_else(Fault::not_found)?;
            Ok((name.to_owned(), governed.fingerprint().to_owned()))
        };
        self.parts.iter().flat_map(|part| part.content.datasets()).map(share).collect()
    }

    /// What the audit log says of it: the format, what it reads, and SQL as it was written.
    pub(super) fn details(&self, permit: &Permit) -> Result<serde_json::Value> {
        let marts: Vec<String> = self.fingerprints(permit)?.into_keys().collect();
        let written = |part: &Part| if let Content::Statement(statement) = &part.content { Some(statement.text.clone()) } else { None };
        let statements: Vec<String> = self.parts.iter().filter_map(written).collect();
        let mut details = serde_json::json!({ "format": self.format.name(), "marts": marts });
        if !statements.is_empty() {
            details["statements"] = serde_json::json!(statements);
        }
        Ok(details)
    }

    /// The sections, each asked when its turn comes.
    pub fn sections<'a>(&'a self, portal: &'a Portal, permit: &'a Permit) -> BoxStream<'a, Result<Section>> {
        stream::iter(&self.parts).then(move |part| self.section(portal, permit, part)).boxed()
    }

    async fn section(&self, portal: &Portal, permit: &Permit, part: &Part) -> Result<Section> {
        let question = match &part.content {
            Content::Question(question) => question,
            Content::Statement(statement) => {
                let Opened { columns, total, rows } = warehouse::sql::open(portal, permit, &statement.text, self.format == Format::Pdf).await?;
                return Ok(Section { title: part.title.clone(), note: part.note.clone(), columns, total, chart: ChartKind::Table, answer: None, rows });
            }
            Content::Given(given) => {
                let GivenRows { columns, total, rows } = given.giver(portal)?.rows(portal, permit, given, self.format == Format::Pdf).await?;
                return Ok(Section { title: part.title.clone(), note: part.note.clone(), columns, total, chart: ChartKind::Table, answer: None, rows });
            }
        };
        let drawn = self.format == Format::Pdf && part.chart != ChartKind::Table;
        let answer = if drawn {
            let asked = AskQuestion { question: question.clone(), chart: part.chart, language: self.options.language };
            Some(warehouse::ask(portal.clone(), permit.clone(), asked).await?)
        } else {
            None
        };
        let prepared = warehouse::prepare(portal, permit, question).await?;
        let total = match (&answer, self.format) {
            (Some(answer), _) => answer.total_rows,
            (None, Format::Pdf) => Some(portal.warehouse.count(permit.scope(), &prepared.resolved.query).await?),
            _ => None,
        };
        let rows = portal.warehouse.run(permit.scope(), &prepared.resolved.query).await?;
        Ok(Section {
            title: part.title.clone(),
            note: part.note.clone(),
            columns: prepared.columns,
            total,
            chart: part.chart,
            answer,
            rows: rows.batches.map_err(Fault::from).boxed(),
        })
    }

    /// Who, when, under what.
    pub async fn cover(&self, portal: &Portal, permit: &Permit) -> Result<Cover> {
        let principal = permit.principal();
        let mut access: Vec<Text> = Vec::new();
        let mut up_to: Option<String> = None;
        for name in self.fingerprints(permit)?.keys() {
            let governed = permit.scope().governed(name).ok_or_else(Fault::not_found)?;
            let words = access_words(governed);
            for text in words.filters.into_iter().chain(words.masks) {
                if !access.contains(&text) {
                    access.push(text);
                }
            }
            if let Some(mart) = permit.scope().mart(name) {
                up_to = up_to.max(warehouse::freshness(portal, permit, mart).await?.data_up_to);
            }
        }
        let organisation = portal.identity.organisation().await?.unwrap_or_default();
        Ok(Cover {
            organisation: organisation.name,
            person: principal.name.clone(),
            department: portal.governance.department_title(&principal.department).await?,
            made: moment(now_ms(), &organisation.time_zone),
            filters: self.filters.clone(),
            access,
            up_to,
        })
    }
}

/// `2026-11-24 10:30 (Europe/Madrid)`: the organisation's clock.
fn moment(at_ms: i64, zone: &str) -> String {
    let utc = chrono::DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    match zone.parse::<chrono_tz::Tz>() {
        Ok(zone) => format!("{} ({zone})", utc.with_timezone(&zone).format("%Y-%m-%d %H:%M")),
        Err(_) => format!("{} (UTC)", utc.format("%Y-%m-%d %H:%M")),
    }
}
