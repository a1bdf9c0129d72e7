//! How one visitor sees the pages: language, theme, the organisation's clock. The server decides, the page carries it to the browser.

use crate::text::Language;
use leptos::prelude::*;
use std::sync::Arc;

/// Provided as context by the server for each page, and by `hydrate` from the attributes of `<html>`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Visit {
    pub language: Language,
    pub theme: Theme,
    /// The organisation's time zone: every time on a page is told in it.
    pub zone: Arc<Zone>,
    /// Appended to the addresses of script and style files, so that a new version is never mixed with an old one.
    pub asset_version: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system is set.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// As the cookie `theme` and the attribute `data-theme` write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What a cookie says; anything unknown follows the system.
    pub fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// A time zone as the moments at which its offset from UTC changes, so that the browser needs no table of zones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// (from Unix milliseconds, minutes east of UTC), oldest first. Before the first, and when empty: UTC.
    pub offsets: Vec<(i64, i32)>,
}

impl Zone {
    /// Minutes east of UTC at a moment (Unix milliseconds).
    pub fn offset_at(&self, ms: i64) -> i32 {
        self.offsets.iter().rev().find(|(from, _)| *from <= ms).map_or(0, |(_, minutes)| *minutes)
    }

    /// `from:minutes` pairs, as the attribute `data-zone` holds them.
    pub fn write(&self) -> String {
        self.offsets.iter().map(|(from, minutes)| format!("{from}:{minutes}")).collect::<Vec<_>>().join(",")
    }

    /// What `write` wrote; parts that are no pair are left out.
    pub fn parse(text: &str) -> Self {
        let pair = |part: &str| part.split_once(':').and_then(|(from, minutes)| Some((from.parse().ok()?, minutes.parse().ok()?)));
        Self { offsets: text.split(',').filter_map(pair).collect() }
    }
}

/// The visit that this page is rendered for.
pub fn use_visit() -> Visit {
    use_context::<Visit>().unwrap_or_default()
}

/// The reader's language.
pub fn use_language() -> Language {
    use_context::<Visit>().map(|visit| visit.language).unwrap_or_default()
}

/// The visit as the served page carries it.
#[cfg(feature = "hydrate")]
pub fn from_document() -> Visit {
    let root = document().document_element();
    let attribute = |name: &str| root.as_ref().and_then(|root| root.get_attribute(name)).unwrap_or_default();
    Visit {
        language: Language::parse(&attribute("lang")),
        theme: Theme::parse(&attribute("data-theme")),
        zone: Arc::new(Zone::parse(&attribute("data-zone"))),
        asset_version: attribute("data-version"),
    }
}

/// Sets the status of the answer that carries the page being rendered; provided as context by the server.
#[derive(Clone)]
pub struct Status(pub Arc<dyn Fn(u16) + Send + Sync>);

/// Says that this page is not what was asked for (404); without a server there is nothing to say it with.
pub fn set_status(status: u16) {
    if let Some(Status(set)) = use_context::<Status>() {
        set(status);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_survives_the_page() {
        let madrid = Zone { offsets: vec![(i64::MIN, 60), (1_711_846_800_000, 120), (1_729_990_800_000, 60)] };
        assert_eq!(Zone::parse(&madrid.write()), madrid);
        assert_eq!(madrid.offset_at(1_711_846_799_999), 60);
        assert_eq!(madrid.offset_at(1_711_846_800_000), 120);
        assert_eq!(Zone::parse("").offset_at(0), 0);
        assert_eq!(Zone::parse("x,1:y").offsets, vec![]);
    }
}
