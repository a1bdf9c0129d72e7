//! A window of a stream as one reader sees it: served only if its keys let every rule of theirs be laid on its rows (A46).

mod rules;

use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
    search::share,
    streaming::{Line, windows},
};
use ::streaming::window::{Amount, Key};
use app::{
    dashboards::asks::{ReadWindow, WindowRow, WindowRows},
    warehouse::asks::Value,
};

/// A month: longer courses are a mart's.
const LONGEST_MINUTES: u32 = 31 * 1_440;
/// Most rows of one answer; the newest.
const MOST: usize = 10_000;

/// "Not found" for a window that is not there, not theirs, or counts over more than their rules let them see.
pub async fn window(portal: Portal, permit: Permit, ask: ReadWindow) -> Result<WindowRows> {
    permit.about(format!("stream {}", ask.stream), serde_json::to_value(&ask)?);
    if !(1..=LONGEST_MINUTES).contains(&ask.minutes) {
        return Err(Fault::invalid("Choose from one minute to 31 days.", "Elija de un minuto a 31 días.").on("minutes"));
    }
    let seen = share::of(&portal, &permit, &ask.stream).await?;
    let line = Line::of(&seen.stream)?;
    let spec = line.pipeline.windows.iter().find(|spec| spec.name == ask.window).ok_or_else(Fault::not_found)?;
    if !rules::is_served(spec, &seen.share) {
        return Err(Fault::not_found());
    }
    let measures = rules::measures(spec, &seen.share);
    let now = now_ms();
    let from_ms = spec.start_ms(now - i64::from(ask.minutes) * 60_000);
    let filtered = seen.share.is_filtered();
    let mut rows = windows::rows(&portal.database, &seen.stream, &ask.window, from_ms, now + 1).await?;
    rows.retain(|row| !filtered || (!row.other && rules::holds(seen.share.rows(), &spec.keys, &row.keys)));
    let more = rows.len().saturating_sub(MOST);
    let shown = rows.into_iter().skip(more).map(|row| WindowRow {
        from_ms: row.start_ms,
        // Hidden events move the watermark: who sees a part is told by the clock.
        provisional: if filtered { row.start_ms + spec.width_ms() + spec.lateness_ms() > now } else { !row.is_final },
        keys: if row.other { Vec::new() } else { row.keys.iter().map(key).collect() },
        amounts: measures.iter().filter_map(|place| row.amounts.get(*place)).map(amount).collect(),
    });
    Ok(WindowRows {
        width_ms: spec.width_ms(),
        keys: spec.keys.clone(),
        measures: measures.iter().filter_map(|place| spec.measures.get(*place)).map(|measure| measure.name.clone()).collect(),
        rows: shown.collect(),
        left_out: more as u64,
    })
}

fn key(key: &Key) -> Value {
    match key {
        Key::Null => Value::Null,
        Key::Bool(truth) => Value::Bool(*truth),
        Key::Integer(number) => Value::Integer(*number),
        Key::Text(text) => Value::Text(text.clone()),
    }
}

fn amount(amount: &Amount) -> Value {
    match amount {
        Amount::Whole(number) => Value::Integer(*number),
        Amount::Number(number) if number.is_finite() => Value::Number(*number),
        Amount::Number(_) => Value::Null,
    }
}
