//! How a window's figure went, as one reader sees it: served only if the window's keys let every rule of theirs be laid on its rows (A46).

use super::{
    fold::{Grid, fold},
    rows, rules,
};
use crate::{
    access::Permit,
    database::now_ms,
    fault::{Fault, Result},
    portal::Portal,
    search::share::{self, Seen},
    streaming::Line,
    warehouse::charts::{Over, over_time},
};
use ::streaming::window::WindowSpec;
use app::{
    dashboards::asks::{ListWindows, ReadWindow, WindowCard, WindowCourse, WindowTile},
    text::Language,
    warehouse::asks::ChartKind,
};

/// A month: longer courses are a mart's.
const LONGEST_MINUTES: u32 = 31 * 1_440;

pub async fn read(portal: Portal, permit: Permit, ask: ReadWindow) -> Result<WindowCourse> {
    permit.about(format!("stream {}", ask.tile.stream), serde_json::to_value(&ask)?);
    let seen = share::of(&portal, &permit, &ask.tile.stream).await?;
    of(&portal, &seen, &ask).await
}

/// The windows of a stream that this reader's rules can be laid on.
pub async fn list(portal: Portal, permit: Permit, ask: ListWindows) -> Result<Vec<WindowCard>> {
    permit.about(format!("stream {}", ask.stream), serde_json::Value::Null);
    let seen = share::of(&portal, &permit, &ask.stream).await?;
    let line = Line::of(&seen.stream)?;
    let served = line.pipeline.windows.iter().filter(|spec| rules::is_served(spec, &seen.share));
    let card = |spec: &WindowSpec| WindowCard {
        name: spec.name.clone(),
        width_ms: spec.width_ms(),
        keys: spec.keys.clone(),
        measures: rules::measures(spec, &seen.share).into_iter().map(|place| spec.measures[place].name.clone()).collect(),
    };
    Ok(served.map(card).collect())
}

/// Refuses a tile that this reader could not see.
pub async fn check(portal: &Portal, permit: &Permit, tile: &WindowTile) -> Result<()> {
    let seen = share::of(portal, permit, &tile.stream).await?;
    Shown::of(&seen, tile).map(drop)
}

/// "Not found" for a window, measure or key that is not there, not theirs, or counts over more than their rules let them see.
pub(in crate::streaming) async fn of(portal: &Portal, seen: &Seen, ask: &ReadWindow) -> Result<WindowCourse> {
    let Shown { spec, measure, by } = Shown::of(seen, &ask.tile)?;
    let now = now_ms();
    let grid = Grid::over(spec.start_ms(now - i64::from(ask.tile.minutes) * 60_000), now, spec.width_ms());
    let filtered = seen.share.is_filtered();
    let mut rows = rows(&portal.database, &seen.stream, &ask.tile.window, grid.from_ms, now + 1).await?;
    rows.retain(|row| !filtered || (!row.other && rules::holds(seen.share.rows(), &spec.keys, &row.keys)));
    // Hidden events move the watermark: who sees a part is told by the clock.
    let open_from_ms = if filtered {
        Some(spec.start_ms(now - spec.width_ms() - spec.lateness_ms()))
    } else {
        rows.iter().filter(|row| !row.is_final).map(|row| row.start_ms).min()
    };
    let lines = fold(&rows, &grid, measure, by, &ask.tile.measure, ask.language);
    let times_ms = grid.times_ms();
    Ok(WindowCourse {
        total: lines.iter().flat_map(|line| &line.points).sum(),
        option: drawn(ask.chart, ask.language, &times_ms, &lines),
        times_ms,
        width_ms: grid.width_ms,
        lines,
        open_from_ms,
    })
}

/// What of a window a tile shows, found to be this reader's.
struct Shown {
    spec: WindowSpec,
    /// Places among measures and keys.
    measure: usize,
    by: Option<usize>,
}

impl Shown {
    fn of(seen: &Seen, tile: &WindowTile) -> Result<Self> {
        if !(1..=LONGEST_MINUTES).contains(&tile.minutes) {
            return Err(Fault::invalid("Choose from one minute to 31 days.", "Elija de un minuto a 31 días.").on("minutes"));
        }
        let line = Line::of(&seen.stream)?;
        let spec = line.pipeline.windows.into_iter().find(|spec| spec.name == tile.window && rules::is_served(spec, &seen.share));
        let spec = spec.ok_or_else(Fault::not_found)?;
        let open = rules::measures(&spec, &seen.share);
        let measure = open.into_iter().find(|place| spec.measures[*place].name == tile.measure).ok_or_else(Fault::not_found)?;
        let place = |key: &String| spec.keys.iter().position(|known| known == key).ok_or_else(Fault::not_found);
        let by = tile.by.as_ref().map(place).transpose()?;
        Ok(Self { spec, measure, by })
    }
}

fn drawn(chart: ChartKind, language: Language, times_ms: &[i64], lines: &[app::dashboards::asks::WindowLine]) -> Option<serde_json::Value> {
    if matches!(chart, ChartKind::Number | ChartKind::Table) || lines.is_empty() {
        return None;
    }
    let lines: Vec<Over> = lines.iter().map(|line| Over { name: line.name.clone(), points: line.points.clone() }).collect();
    let mut option = over_time(language, times_ms, &lines, "format:compact", chart);
    // It is drawn anew each second: bars that grow from nothing each time would be all that one sees.
    option["animation"] = false.into();
    Some(option)
}
