//! What the search page shows, as its address holds it, so that a link shows the same: `?q=status:404&last=1h&sort=-bytes&columns=path&event=…`.

use super::{
    asks::TimeRange,
    time::{read_iso, read_last, write_iso, write_last},
};
use crate::warehouse::address::{read_search, write_search};

/// Written where whole events are wanted instead of columns.
const WHOLE: &str = "*";

#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// In the query language; empty: everything.
    pub query: String,
    pub range: TimeRange,
    /// A field and whether descending; `None`: by time, newest first.
    pub order: Option<(String, bool)>,
    /// `None`: those of the stream. Empty: whole events.
    pub columns: Option<Vec<String>>,
    /// The event whose fields are open.
    pub event: Option<String>,
    /// New events are added as they come.
    pub live: bool,
}

impl View {
    /// The search part of an address, with its `?`.
    pub fn write(&self) -> String {
        write_search(&self.pairs())
    }

    /// The parts of the address by name.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
        if !self.query.is_empty() {
            add("q", self.query.clone());
        }
        match self.range {
            range if range == TimeRange::default() => {}
            TimeRange::LastMinutes(minutes) => add("last", write_last(minutes)),
            TimeRange::Between { from_ms, until_ms } => {
                add("from", write_iso(from_ms));
                add("until", write_iso(until_ms));
            }
        }
        if let Some((field, descending)) = &self.order {
            add("sort", format!("{}{field}", if *descending { "-" } else { "" }));
        }
        if let Some(columns) = &self.columns {
            add("columns", if columns.is_empty() { WHOLE.to_owned() } else { columns.join(",") });
        }
        if let Some(event) = &self.event {
            add("event", event.clone());
        }
        if self.live {
            add("live", "yes".to_owned());
        }
        pairs
    }

    /// Reads a view; what cannot be read is left out.
    pub fn read(search: &str) -> Self {
        let mut view = Self::default();
        let (mut from, mut until) = (None, None);
        for (name, value) in read_search(search) {
            match name.as_str() {
                "q" => view.query = value,
                "last" => view.range = read_last(&value).map_or(view.range, TimeRange::LastMinutes),
                "from" => from = read_iso(&value),
                "until" => until = read_iso(&value),
                "sort" => view.order = read_order(&value),
                "columns" if value == WHOLE => view.columns = Some(Vec::new()),
                "columns" => view.columns = Some(value.split(',').filter(|name| !name.is_empty()).map(Into::into).collect()),
                "event" => view.event = Some(value).filter(|id| !id.is_empty()),
                "live" => view.live = value == "yes",
                _ => {}
            }
        }
        if let (Some(from_ms), Some(until_ms)) = (from, until)
            && from_ms < until_ms
        {
            view.range = TimeRange::Between { from_ms, until_ms };
        }
        view
    }
}

fn read_order(text: &str) -> Option<(String, bool)> {
    let (field, descending) = text.strip_prefix('-').map_or((text, false), |field| (field, true));
    (!field.is_empty()).then(|| (field.to_owned(), descending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_read_back_as_it_was() {
        let views = [
            View::default(),
            View { query: "status:404 AND path:\"/a b&c=ñ\" ".into(), range: TimeRange::LastMinutes(15), live: true, ..View::default() },
            View {
                range: TimeRange::Between { from_ms: 1_795_522_800_123, until_ms: 1_795_522_801_000 },
                order: Some(("bytes".into(), true)),
                columns: Some(vec!["path".into(), "status".into()]),
                event: Some("web-0-17@é".into()),
                ..View::default()
            },
            View { columns: Some(Vec::new()), order: Some(("status".into(), false)), range: TimeRange::LastMinutes(60 * 24 * 30), ..View::default() },
        ];
        for view in views {
            assert_eq!(View::read(&view.write()), view, "{}", view.write());
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        let default = View::default();
        for search in [
            "",
            "?",
            "?last=0m",
            "?last=soon",
            "?from=2026-11-24T10:00:00Z",
            "?from=2026-11-24T10:00:00Z&until=2026-11-24T09:00:00Z",
            "?event=&sort=-",
            "?x=%zz",
        ] {
            assert_eq!(View::read(search), default, "{search}");
        }
        assert_eq!(View::default().write(), "");
    }
}
