//! What a person downloads: a question or a statement as it is, or a dashboard as the questions of its tiles under the filters in force.

use super::view;
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
    reports::{self, Content, Order, Part, Statement},
    routing::Answer,
    search,
    streaming::windows,
};
use app::{
    dashboards::asks::{DashboardFilter, Tile, conditions_for},
    reports::asks::{MakeReport, ReportCard, Subject},
    text::{Language, Text},
    ui::figures::Figures,
    warehouse::{
        asks::{ChartKind, Filter},
        say::{spelled, test_text},
    },
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
            let part = Part { title: title.clone(), note: String::new(), content: Content::Question(question), chart };
            Ok(Order { title, parts: vec![part], filters: Vec::new(), format, options })
        }
        Subject::Statement { title, statement } => {
            let content = Content::Statement(Statement::of(portal, permit, statement).await?);
            let part = Part { title: title.clone(), note: String::new(), content, chart: ChartKind::Table };
            Ok(Order { title, parts: vec![part], filters: Vec::new(), format, options })
        }
        Subject::Dashboard { id, filters } => {
            let kept = view::visible(portal, permit, &id).await?.kept;
            let language = options.language;
            let part = |tile: &Tile| {
                let content = match (&tile.stream, &tile.window) {
                    (Some(tile), _) => search::tile_rows(tile)?,
                    (None, Some(tile)) => windows::tile_rows(tile, language)?,
                    (None, None) => {
                        let mut question = tile.question.clone();
                        question.filters.extend(conditions_for(&kept.filters, &question.mart, &filters));
                        Content::Question(question)
                    }
                };
                // A window comes as its figures: its chart moves, a report does not.
                let chart = if tile.window.is_some() { ChartKind::Table } else { tile.chart };
                Ok(Part { title: tile.title.get(language).to_owned(), note: tile.note.get(language).to_owned(), content, chart })
            };
            let parts = kept.tiles.iter().map(part).collect::<Result<_>>()?;
            Ok(Order { title: kept.title.get(language).to_owned(), parts, filters: words(&kept.filters, &filters), format, options })
        }
    }
}

/// Filters in force and marks that were clicked, for the cover: "Region: North, South".
fn words(declared: &[DashboardFilter], in_force: &[(String, Filter)]) -> Vec<Text> {
    let mut words: Vec<Text> = Vec::new();
    for (name, filter) in in_force {
        let label = match declared.iter().find(|declared| &declared.name == name) {
            Some(declared) => declared.label.clone(),
            // A mark holds for each mart that has its column; it is said once.
            None if name.starts_with("x.") => Text::same(spelled(&filter.column)),
            None => continue,
        };
        let said = |language| format!("{}: {}", label.get(language), test_text(&filter.test, &Figures { language, ..Figures::default() }));
        let text = Text::of(said(Language::En), said(Language::Es));
        if !words.contains(&text) {
            words.push(text);
        }
    }
    words
}
