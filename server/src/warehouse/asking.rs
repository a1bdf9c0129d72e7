//! Answers the one typed question: resolved, run under the reader's scope, kept in the cache.

use super::{
    answer,
    cache::{self, Figures},
    cards, charts,
    question::{PAGE_ROWS, Resolved, resolve},
    rules,
};
use crate::{
    access::Permit,
    fault::{Fault, Result},
    portal::Portal,
};
use app::warehouse::asks::{Answer, AskQuestion, ColumnKind, ListValues, Question, Sort, Test, Value, ValueCount};
use std::{sync::Arc, time::Instant};
use warehouse::{GovernedMart, Predicate, Query, QueryDimension};

/// Most values that a filter list gives at once.
const LISTED_VALUES: u32 = 500;

/// A question ready to run in full: what reports stream.
pub struct Prepared<'a> {
    pub mart: &'a GovernedMart,
    pub resolved: Resolved,
    pub columns: Vec<app::warehouse::asks::AnswerColumn>,
}

/// Resolves a question within a permit's scope, without a cap on rows.
pub async fn prepare<'a>(portal: &Portal, permit: &'a Permit, question: &Question) -> Result<Prepared<'a>> {
    let mart = permit.scope().mart(&question.mart).ok_or_else(Fault::not_found)?;
    let figures = figures(portal, permit, mart).await?;
    let resolved = resolve(question, mart, figures.up_to)?;
    Ok(Prepared { mart, resolved, columns: answer::columns(question, mart) })
}

/// One question of a page, a tile or a script.
pub async fn ask(portal: Portal, permit: Permit, asked: AskQuestion) -> Result<Answer> {
    let started = Instant::now();
    permit.about(format!("mart {}", asked.question.mart), serde_json::to_value(&asked.question)?);
    let mart = permit.scope().mart(&asked.question.mart).ok_or_else(Fault::not_found)?;
    let mut answer = answered(&portal, &permit, mart, &asked).await?;
    permit.gave_rows(answer.rows.len() as u64);
    answer.veiled = permit.veils(mart.name());
    if answer.veiled {
        answer.total_rows = None;
    }
    answer.took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(answer)
}

/// The answer, kept or computed, for whatever reason it is asked for.
pub(super) async fn answered(portal: &Portal, permit: &Permit, mart: &GovernedMart, asked: &AskQuestion) -> Result<Answer> {
    let key = cache::answer_key(mart, asked);
    let entry = portal
        .cache
        .answers()
        .entry(key)
        .or_try_insert_with(async { compute(portal, permit, asked).await.map(Arc::new) })
        .await
        .map_err(|shared: Arc<Fault>| Arc::try_unwrap(shared).unwrap_or_else(|shared| Fault::new(shared.kind, shared.message.clone())))?;
    let cached = !entry.is_fresh();
    Ok(Answer { cached, ..Answer::clone(entry.value()) })
}

async fn compute(portal: &Portal, permit: &Permit, asked: &AskQuestion) -> Result<Answer> {
    let mut question = asked.question.clone();
    let limit = question.limit.unwrap_or(PAGE_ROWS).min(PAGE_ROWS);
    question.limit = Some(limit);
    let Prepared { mart, resolved, columns } = prepare(portal, permit, &question).await?;
    let rows = answer::collect(portal.warehouse.run(permit.scope(), &resolved.query).await?).await?;
    // Counted only when the page does not hold everything.
    let complete = question.offset == 0 && (rows.len() as u64) < limit;
    let total_rows = if complete { rows.len() as u64 } else { portal.warehouse.count(permit.scope(), &resolved.query).await? };
    let earlier = match &resolved.earlier {
        Some(query) if question.dimensions.is_empty() => answer::collect(portal.warehouse.run(permit.scope(), query).await?).await?.into_iter().next(),
        _ => None,
    };
    let option = charts::option(asked.chart, asked.language, &question, &columns, &rows);
    let freshness = cards::freshness(portal, permit, mart).await?;
    let period = resolved.period.map(|(from, to)| (from.to_string(), to.to_string()));
    Ok(Answer { columns, rows, total_rows: Some(total_rows), earlier, freshness, option, period, took_ms: 0, cached: false, veiled: false })
}

/// The figures of a mart in this share, once per version.
pub(super) async fn figures(portal: &Portal, permit: &Permit, mart: &GovernedMart) -> Result<Figures> {
    portal
        .cache
        .figures()
        .try_get_with(cache::figures_key(mart), async {
            let rows = portal.warehouse.count(permit.scope(), &Query { mart: mart.name().to_owned(), ..Query::default() }).await?;
            Ok(Figures { up_to: up_to(portal, permit, mart).await?, rows })
        })
        .await
        .map_err(|shared: Arc<Fault>| Arc::try_unwrap(shared).unwrap_or_else(|shared| Fault::new(shared.kind, shared.message.clone())))
}

/// The greatest value of the mart's date column that this reader sees.
async fn up_to(portal: &Portal, permit: &Permit, mart: &GovernedMart) -> Result<Option<chrono::NaiveDate>> {
    let Some(column) = mart.definition().date_column.clone().filter(|name| mart.columns().any(|(column, mask)| &column.name == name && mask.is_none())) else {
        return Ok(None);
    };
    let query = Query {
        mart: mart.name().to_owned(),
        dimensions: vec![QueryDimension { column: column.clone(), grain: None }],
        filters: vec![Predicate::IsNotNull { column: column.clone() }],
        sort: vec![(column, true)],
        limit: Some(1),
        ..Query::default()
    };
    let rows = answer::collect(portal.warehouse.run(permit.scope(), &query).await?).await?;
    Ok(match rows.first().and_then(|row| row.first()) {
        Some(Value::Text(text)) => rules::day(text),
        _ => None,
    })
}

/// The values of a column for a filter list, most frequent first.
pub async fn values(portal: Portal, permit: Permit, listed: ListValues) -> Result<Vec<ValueCount>> {
    let mart = permit.scope().mart(&listed.mart).ok_or_else(Fault::not_found)?;
    let search = listed.search.trim();
    let text = mart.columns().any(|(column, mask)| column.name == listed.column && answer::shown_kind(column.kind, mask) == ColumnKind::Text);
    let mut question = Question {
        mart: listed.mart.clone(),
        dimensions: vec![app::warehouse::asks::Dimension { column: listed.column.clone(), grain: None }],
        ..Question::default()
    };
    if text && !search.is_empty() {
        question.filters.push(app::warehouse::asks::Filter { column: listed.column.clone(), test: Test::Contains(search.to_owned()) });
    }
    question.sort = vec![Sort { by: warehouse::ROWS.to_owned(), descending: true }];
    question.measures = vec![warehouse::ROWS.to_owned()];
    question.limit = Some(u64::from(listed.limit.clamp(1, LISTED_VALUES)));
    let answer = ask(portal.clone(), permit.clone(), AskQuestion { question, chart: Default::default(), language: Default::default() }).await?;
    let counted = answer.rows.into_iter().filter_map(|mut row| {
        let rows = match row.pop() {
            Some(Value::Integer(rows)) => u64::try_from(rows).ok()?,
            Some(Value::Number(rows)) => rows as u64,
            _ => return None,
        };
        Some(ValueCount { value: row.pop()?, rows })
    });
    Ok(counted.collect())
}
