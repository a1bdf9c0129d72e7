//! The rooms of the portal: where the navigation leads, and who is shown which.

use super::words;
use crate::{
    identity::asks::{May, Me},
    text::Language,
    ui::icon::Glyph,
};

/// One entry of the navigation.
#[derive(Clone, Copy)]
pub struct Place {
    pub href: &'static str,
    pub title: fn(Language) -> &'static str,
    pub glyph: Glyph,
    shown: fn(&May) -> bool,
}

const MAIN: [Place; 9] = [
    Place { href: "/", title: words::home, glyph: Glyph::Home, shown: |_| true },
    Place { href: "/dashboards", title: words::dashboards, glyph: Glyph::Dashboard, shown: |may| may.browse },
    Place { href: "/data", title: words::data, glyph: Glyph::Data, shown: |may| may.browse },
    Place { href: "/catalog", title: words::catalog, glyph: Glyph::Table, shown: |may| may.browse || may.administer_jobs },
    Place { href: "/search", title: words::search, glyph: Glyph::Stream, shown: |may| may.search },
    Place { href: "/questions", title: words::questions, glyph: Glyph::Question, shown: |may| may.explore },
    Place { href: "/sql", title: |_| "SQL", glyph: Glyph::Code, shown: |may| may.sql },
    Place { href: "/kibana", title: |_| "Kibana", glyph: Glyph::Explore, shown: |may| may.kibana },
    Place { href: "/reports", title: words::reports, glyph: Glyph::Report, shown: |may| may.browse },
];

const ADMIN: &[Place] = &[
    Place { href: "/admin/jobs", title: words::jobs, glyph: Glyph::Job, shown: |may| may.administer_jobs },
    Place { href: "/admin/sources", title: words::sources, glyph: Glyph::Source, shown: |may| may.administer_jobs },
    Place { href: "/admin/agents", title: words::agents, glyph: Glyph::Upload, shown: |may| may.administer_agents },
    Place { href: "/admin/streams", title: words::streams, glyph: Glyph::Rising, shown: |may| may.administer_streams },
    Place { href: "/admin/keywords", title: words::keywords, glyph: Glyph::Search, shown: |may| may.administer_keywords },
    Place { href: "/admin/kibana", title: |_| "Kibana", glyph: Glyph::Explore, shown: |may| may.administer_kibana },
    Place { href: "/admin/policies", title: words::policies, glyph: Glyph::Shield, shown: |may| may.administer_policies },
    Place { href: "/admin/permissions", title: words::permissions, glyph: Glyph::Lock, shown: |may| may.administer_policies },
    Place { href: "/admin/people", title: words::people, glyph: Glyph::People, shown: |may| may.administer_people },
    Place { href: "/admin/sign-on", title: words::sign_on, glyph: Glyph::Key, shown: |may| may.administer_people },
    Place { href: "/admin/audit", title: words::audit, glyph: Glyph::Audit, shown: |may| may.read_audit },
];

/// What everybody works with, as far as this reader may.
pub fn main_places(me: &Me) -> Vec<Place> {
    MAIN.into_iter().filter(|place| (place.shown)(&me.may)).collect()
}

/// What administrators work with.
pub fn admin_places(me: &Me) -> Vec<Place> {
    ADMIN.iter().copied().filter(|place| (place.shown)(&me.may)).collect()
}

/// Whether `path` stands in the room of `place`.
pub fn is_here(place: &Place, path: &str) -> bool {
    match place.href {
        "/" => path == "/",
        "/admin/jobs" => path.starts_with("/admin/jobs") || path.starts_with("/admin/runs"),
        "/admin/sources" => path.starts_with("/admin/sources") || path.starts_with("/admin/marts"),
        "/admin/streams" => path.starts_with("/admin/streams") || path.starts_with("/admin/dead-letters"),
        href => path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_lights_its_own_room_alone() {
        let lit = |path: &str| MAIN.iter().chain(ADMIN).filter(|place| is_here(place, path)).map(|place| place.href).collect::<Vec<_>>();
        assert_eq!(lit("/"), ["/"]);
        assert_eq!(lit("/data/baskets/ask"), ["/data"]);
        assert_eq!(lit("/admin/runs/7"), ["/admin/jobs"]);
        assert_eq!(lit("/admin/dead-letters"), ["/admin/streams"]);
        assert_eq!(lit("/admin/policies/tests"), ["/admin/policies"]);
        assert!(lit("/database").is_empty());
    }
}
