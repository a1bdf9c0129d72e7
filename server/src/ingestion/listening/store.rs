//! Control-plane SQL of listeners: what is saved, and where each stands.

use super::{Gap, Listening, Origin};
use crate::{
    database::{Changes, Database, now_ms},
    fault::{Fault, Result},
};
use app::text::Text;
use sqlx::{Any, Executor, Row, any::AnyRow};

/// A listener with where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub listening: Listening,
    pub paused: bool,
    /// As the last poll left it.
    pub state: serde_json::Value,
    pub polled_ms: Option<i64>,
    pub next_ms: i64,
    /// Records that the bus took, and those that it will never take.
    pub records: i64,
    pub refused: i64,
    /// Polls in a row that did not succeed.
    pub failures: i64,
    pub error: Option<Text>,
    pub notes: Vec<Text>,
    pub gaps: i64,
    /// The newest one.
    pub gap: Option<Gap>,
}

/// All listeners, by name.
pub async fn all(database: &Database) -> Result<Vec<Standing>> {
    let rows = sqlx::query(
        "select name, title, connector, department, stream, fields, origin, paused, state, polled_ms, next_ms, records, refused, failures,
             error, notes, gaps, gap_since_ms, gap_until_ms from listener order by name",
    )
    .fetch_all(database.read())
    .await?;
    rows.iter().map(standing).collect()
}

pub async fn one<'e>(from: impl Executor<'e, Database = Any>, name: &str) -> Result<Option<Standing>> {
    let row = sqlx::query(
        "select name, title, connector, department, stream, fields, origin, paused, state, polled_ms, next_ms, records, refused, failures,
             error, notes, gaps, gap_since_ms, gap_until_ms from listener where name = $1",
    )
    .bind(name)
    .fetch_optional(from)
    .await?;
    row.as_ref().map(standing).transpose()
}

/// Names of those that are to be asked now.
pub async fn due(database: &Database, now_ms: i64) -> Result<Vec<(String, i64)>> {
    let rows =
        sqlx::query("select name, next_ms from listener where paused = 0 and next_ms <= $1 order by next_ms").bind(now_ms).fetch_all(database.read()).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Takes a due listener's turn: whether nobody else did.
pub async fn take_turn(changes: &mut Changes, name: &str, due_ms: i64, until_ms: i64) -> Result<bool> {
    let taken = sqlx::query("update listener set next_ms = $3 where name = $1 and next_ms = $2 and paused = 0")
        .bind(name)
        .bind(due_ms)
        .bind(until_ms)
        .execute(&mut **changes)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Adds or alters a listener. Another place at its source begins anew; whatever it was waiting for, it is asked soon.
pub async fn save(changes: &mut Changes, listening: &Listening, begins_anew: bool) -> Result<()> {
    let now = now_ms();
    sqlx::query(
        "insert into listener (name, title, connector, department, stream, fields, origin, changed_ms, paused, state, next_ms, records, refused, failures, notes, gaps)
         values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 'null', $8, 0, 0, 0, '[]', 0)
         on conflict (name) do update set title = excluded.title, connector = excluded.connector, department = excluded.department,
         stream = excluded.stream, fields = excluded.fields, origin = excluded.origin, changed_ms = excluded.changed_ms",
    )
    .bind(&listening.name)
    .bind(serde_json::to_string(&listening.title)?)
    .bind(&listening.connector)
    .bind(&listening.department)
    .bind(&listening.stream)
    .bind(serde_json::to_string(&listening.fields)?)
    .bind(listening.origin.name())
    .bind(now)
    .execute(&mut **changes)
    .await?;
    if begins_anew {
        sqlx::query("update listener set state = 'null', next_ms = $2, failures = 0, error = null, notes = '[]' where name = $1")
            .bind(&listening.name)
            .bind(now)
            .execute(&mut **changes)
            .await?;
    }
    Ok(())
}

pub async fn delete(changes: &mut Changes, name: &str) -> Result<()> {
    sqlx::query("delete from listener where name = $1").bind(name).execute(&mut **changes).await?;
    Ok(())
}

pub async fn pause(changes: &mut Changes, name: &str, paused: bool) -> Result<()> {
    sqlx::query("update listener set paused = $2 where name = $1").bind(name).bind(i64::from(paused)).execute(&mut **changes).await?;
    Ok(())
}

/// A poll whose records the bus has.
pub struct Done<'a> {
    pub state: &'a serde_json::Value,
    pub next_ms: i64,
    pub notes: &'a [Text],
    pub records: i64,
    pub refused: i64,
    pub gap: Option<Gap>,
}

pub async fn polled(changes: &mut Changes, name: &str, done: &Done<'_>) -> Result<()> {
    sqlx::query(
        "update listener set state = $2, polled_ms = $3, next_ms = $4, records = records + $5, refused = refused + $6, failures = 0, error = null, notes = $7
         where name = $1",
    )
    .bind(name)
    .bind(done.state.to_string())
    .bind(now_ms())
    .bind(done.next_ms)
    .bind(done.records)
    .bind(done.refused)
    .bind(serde_json::to_string(done.notes)?)
    .execute(&mut **changes)
    .await?;
    if let Some(gap) = done.gap {
        sqlx::query("update listener set gaps = gaps + 1, gap_since_ms = $2, gap_until_ms = $3 where name = $1")
            .bind(name)
            .bind(gap.since_ms)
            .bind(gap.until_ms)
            .execute(&mut **changes)
            .await?;
    }
    Ok(())
}

/// A poll that did not succeed; where the listener stands is as before.
pub async fn failed(changes: &mut Changes, name: &str, words: &Text, failures: i64, next_ms: i64) -> Result<()> {
    sqlx::query("update listener set polled_ms = $2, next_ms = $3, failures = $4, error = $5 where name = $1")
        .bind(name)
        .bind(now_ms())
        .bind(next_ms)
        .bind(failures)
        .bind(serde_json::to_string(words)?)
        .execute(&mut **changes)
        .await?;
    Ok(())
}

fn standing(row: &AnyRow) -> Result<Standing> {
    let text = |column: usize| -> Result<String> { Ok(row.try_get(column)?) };
    let gap = match (row.try_get::<Option<i64>, _>(17)?, row.try_get::<Option<i64>, _>(18)?) {
        (Some(since_ms), Some(until_ms)) => Some(Gap { since_ms, until_ms }),
        _ => None,
    };
    Ok(Standing {
        listening: Listening {
            name: text(0)?,
            title: serde_json::from_str(&text(1)?)?,
            connector: text(2)?,
            department: text(3)?,
            stream: text(4)?,
            fields: serde_json::from_str(&text(5)?)?,
            origin: Origin::parse(&text(6)?),
        },
        paused: row.try_get::<i64, _>(7)? != 0,
        state: serde_json::from_str(&text(8)?)?,
        polled_ms: row.try_get(9)?,
        next_ms: row.try_get(10)?,
        records: row.try_get(11)?,
        refused: row.try_get(12)?,
        failures: row.try_get(13)?,
        error: row.try_get::<Option<String>, _>(14)?.map(|words| serde_json::from_str(&words)).transpose().map_err(Fault::from)?,
        notes: serde_json::from_str(&text(15)?)?,
        gaps: row.try_get(16)?,
        gap,
    })
}
