//! What a person downloads: a question as it is, or a dashboard as the questions of its tiles under the filters in force.

use super::view;
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    reports::{self, Order, Part},
    routing::Answer,
};
use app::{
    dashboards::asks::{DashboardFilter, conditions_for},
    reports::asks::{MakeReport, ReportCard, Subject},
    text::Text,
    warehouse::asks::{Filter, Test, Value},
};
use axum::extract::Request;

/// Makes the report in the background.
pub async fn make(portal: Portal, permit: Permit, ask: MakeReport) -> Result<ReportCard> {
    let order = ordered(&portal, &permit, ask).await?;
    reports::make(&portal, &permit, order).await
}

/// Streams it at once; the body is the same question, as JSON.
pub async fn stream(portal: Portal, permit: Permit, request: Request) -> Answer {
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .map_err(|cause| Fault::invalid("The question is too long.", "La pregunta es demasiado larga.").because(cause))?;
    let ask: MakeReport =
        serde_json::from_slice(&body).map_err(|cause| Fault::invalid("The question is not right.", "La pregunta no es correcta.").because(cause))?;
    let order = ordered(&portal, &permit, ask).await?;
    reports::stream(portal, permit, order).await
}

async fn ordered(portal: &Portal, permit: &Permit, ask: MakeReport) -> Result<Order> {
    let MakeReport { subject, format, options } = ask;
    match subject {
        Subject::Question { title, question, chart } => {
            Ok(Order { title: title.clone(), parts: vec![Part { title, note: String::new(), question, chart }], filters: Vec::new(), format, options })
        }
        Subject::Dashboard { id, filters } => {
            let kept = view::visible(portal, permit, &id).await?;
            let language = options.language;
            let parts = kept.tiles.iter().map(|tile| {
                let mut question = tile.question.clone();
                question.filters.extend(conditions_for(&kept.filters, &question.mart, &filters));
                Part { title: tile.title.get(language).to_owned(), note: tile.note.get(language).to_owned(), question, chart: tile.chart }
            });
            Ok(Order { title: kept.title.get(language).to_owned(), parts: parts.collect(), filters: words(&kept.filters, &filters), format, options })
        }
    }
}

/// Filters in force, for the cover: "Region: North, South".
fn words(declared: &[DashboardFilter], in_force: &[(String, Filter)]) -> Vec<Text> {
    let named = in_force.iter().filter_map(|(name, filter)| Some((declared.iter().find(|declared| &declared.name == name)?, filter)));
    named
        .map(|(declared, filter)| {
            Text::of(format!("{}: {}", declared.label.en, tested(&filter.test)), format!("{}: {}", declared.label.es, tested(&filter.test)))
        })
        .collect()
}

fn tested(test: &Test) -> String {
    let value = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Null => "—".into(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    match test {
        Test::Is(values) => values.iter().map(value).collect::<Vec<_>>().join(", "),
        Test::IsNot(values) => format!("≠ {}", values.iter().map(value).collect::<Vec<_>>().join(", ")),
        Test::Between(from, to) => format!("{} – {}", value(from), value(to)),
        Test::AtLeast(from) => format!("≥ {}", value(from)),
        Test::AtMost(to) => format!("≤ {}", value(to)),
        Test::Contains(text) => format!("~ {text}"),
        Test::Empty => "= —".into(),
        Test::NotEmpty => "≠ —".into(),
        Test::Period(period) => format!("{period:?}"),
    }
}
