//! Saved questions, and putting one on an own dashboard.

use super::{edit, store};
use crate::{
    access::Permit,
    database::{new_id, now_ms},
    fault::{Fault, Result},
    portal::Portal,
    warehouse,
};
use app::{
    dashboards::asks::{DeleteQuestion, ListQuestions, SaveQuestion, SavedQuestion, Tile},
    text::Text,
    warehouse::asks::{ChartKind, Question},
};

pub async fn questions(portal: Portal, permit: Permit, _ask: ListQuestions) -> Result<Vec<SavedQuestion>> {
    let mut saved = store::questions(&portal.database, &permit.principal().person).await?;
    // One over a mart that is no longer this person's is not shown, as the mart itself is not.
    saved.retain(|saved| permit.scope().mart(&saved.question.mart).is_some());
    if permit.viewer().is_some() {
        // To who looks as them only titles are shown: a question holds values that its author chose (A40).
        for saved in &mut saved {
            saved.question = Question { mart: std::mem::take(&mut saved.question.mart), ..Question::default() };
        }
    }
    Ok(saved)
}

/// Saves a question that can be asked now; with a dashboard also as its last tile.
pub async fn save_question(portal: Portal, permit: Permit, ask: SaveQuestion) -> Result<SavedQuestion> {
    let title = edit::title(&ask.title)?;
    warehouse::prepare(&portal, &permit, &ask.question).await?;
    let target = match (&ask.dashboard, &ask.new_dashboard) {
        (Some(id), _) if !id.is_empty() => Some(edit::changeable(&portal, &permit, id).await?),
        (_, Some(name)) if !name.trim().is_empty() => Some(edit::empty(&permit, name)?),
        _ => None,
    };
    let saved = SavedQuestion {
        id: new_id(),
        title: Text::same(&title),
        question: ask.question,
        chart: ask.chart,
        dashboard: target.as_ref().map(|kept| kept.id.clone()),
        updated_ms: now_ms(),
    };
    permit.about(format!("question {}", saved.id), serde_json::Value::Null);
    let principal = permit.principal();
    let mut changes = portal.database.begin().await?;
    store::put_question(&mut changes, &principal.person, &principal.department, &saved).await?;
    if let Some(kept) = target {
        edit::put_changed(&mut changes, &mut edit::with_one_more(&permit, kept, tile(&saved))?).await?;
    }
    changes.commit().await?;
    Ok(saved)
}

pub async fn delete_question(portal: Portal, permit: Permit, ask: DeleteQuestion) -> Result<()> {
    permit.about(format!("question {}", ask.id), serde_json::Value::Null);
    let mut changes = portal.database.begin().await?;
    let removed = store::remove_question(&mut changes, &permit.principal().person, &ask.id).await?;
    changes.commit().await?;
    if removed == 0 { Err(Fault::not_found()) } else { Ok(()) }
}

fn tile(saved: &SavedQuestion) -> Tile {
    let (width, height) = match saved.chart {
        ChartKind::Number => (3, 2),
        ChartKind::Table => (12, 4),
        _ => (6, 4),
    };
    Tile {
        id: saved.id.clone(),
        title: saved.title.clone(),
        note: Text::default(),
        chart: saved.chart,
        question: saved.question.clone(),
        stream: None,
        window: None,
        width,
        height,
    }
}
