//! Whether a reader's own share holds a value: what they could list themselves may be told to them (A53).

use super::{asking::answered, rules};
use crate::{access::Permit, fault::Result, portal::Portal};
use app::warehouse::asks::{AskQuestion, Filter, Question, Test, Value};
use warehouse::ROWS;

/// Whether a reader sees this value in a column of a mart, as it is: by their rules alone, else by a row of theirs that has it.
pub async fn holds(portal: &Portal, permit: &Permit, name: &str, column: &str, value: &Value) -> Result<bool> {
    let Some(mart) = permit.scope().mart(name) else { return Ok(false) };
    let Some((known, None)) = mart.columns().find(|(known, _)| known.name == column) else { return Ok(false) };
    if *value == Value::Null {
        return Ok(true);
    }
    let Ok(literal) = rules::literal(column, known.kind, value) else { return Ok(false) };
    if portal.governance.certainly_holds(permit, name, column, &literal) {
        return Ok(true);
    }
    let question = Question {
        mart: name.to_owned(),
        measures: vec![ROWS.to_owned()],
        filters: vec![Filter { column: column.to_owned(), test: Test::Is(vec![value.clone()]) }],
        ..Question::default()
    };
    let answer = answered(portal, permit, mart, &AskQuestion { question, chart: Default::default(), language: Default::default() }).await?;
    Ok(match answer.rows.first().and_then(|row| row.first()) {
        Some(Value::Integer(rows)) => *rows > 0,
        Some(Value::Number(rows)) => *rows > 0.0,
        _ => false,
    })
}
