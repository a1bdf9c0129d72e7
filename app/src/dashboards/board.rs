//! What the parts of one dashboard share: its filters, the view in force, and how to change it.

use super::{
    asks::{Dashboard, DashboardFilter, FilterKind, Tile},
    state::State,
};
use crate::{
    text::Language,
    warehouse::{
        asks::{AnswerColumn, Filter},
        say::spelled,
    },
};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

/// Shared by copy among the filters and tiles of a page.
#[derive(Clone, Copy)]
pub struct Board {
    pub dashboard: StoredValue<Dashboard>,
    /// The view that the address asks for.
    pub state: Memo<State>,
    /// The reader may ask questions of their own.
    pub may_explore: bool,
    go: Callback<State>,
    path: Memo<String>,
    /// Names of columns and their words, as the answers that came so far tell them.
    labels: StoredValue<Vec<(String, String)>>,
}

impl Board {
    pub fn new(dashboard: Dashboard, may_explore: bool) -> Self {
        let location = use_location();
        let navigate = use_navigate();
        let (search, path) = (location.search, location.pathname);
        let state = Memo::new(move |_| State::read(&search.get()));
        let go = Callback::new(move |next: State| {
            let options = NavigateOptions { scroll: false, resolve: false, ..Default::default() };
            navigate(&format!("{}{}", path.get_untracked(), next.write()), options);
        });
        Self { dashboard: StoredValue::new(dashboard), state, may_explore, go, path, labels: StoredValue::new(Vec::new()) }
    }

    /// Shows another view: one more step that "back" undoes.
    pub fn go(self, next: State) {
        self.go.run(next);
    }

    /// The address of another view.
    pub fn href(self, next: &State) -> String {
        format!("{}{}", self.path.get_untracked(), next.write())
    }

    /// Keeps the words of an answer's columns.
    pub fn learn(self, columns: &[AnswerColumn], language: Language) {
        self.labels.update_value(|labels| {
            for column in columns {
                if labels.iter().all(|(name, _)| *name != column.name) {
                    labels.push((column.name.clone(), column.label.get(language).to_owned()));
                }
            }
        });
    }

    /// A column in words: of a filter on it, of an answer that held it, else its name spelled out.
    pub fn label(self, mart: &str, column: &str, language: Language) -> String {
        let filters = |filter: &DashboardFilter| filter.columns.iter().any(|(known, name)| known == mart && name == column);
        let declared =
            self.dashboard.with_value(|dashboard| dashboard.filters.iter().find(|filter| filters(filter)).map(|filter| filter.label.get(language).to_owned()));
        let learnt = || self.labels.with_value(|labels| labels.iter().find(|(name, _)| name == column).map(|(_, label)| label.clone()));
        declared.or_else(learnt).unwrap_or_else(|| spelled(column))
    }

    /// Whether a mart has a column, as far as the filters and tiles of this dashboard tell.
    pub fn knows(self, mart: &str, column: &str) -> bool {
        self.dashboard.with_value(|dashboard| knows(dashboard, mart, column))
    }

    /// The column of a mart that the dashboard's date filter goes by.
    pub fn date_column(self, mart: &str) -> Option<String> {
        let column = |filter: &DashboardFilter| filter.columns.iter().find(|(known, _)| known == mart).map(|(_, column)| column.clone());
        self.dashboard.with_value(|dashboard| dashboard.filters.iter().filter(|filter| filter.kind == FilterKind::Date).find_map(column))
    }

    /// The filters in force and the marks that were clicked, as a report of the whole dashboard takes them.
    pub fn report_filters(self) -> Vec<(String, Filter)> {
        let state = self.state.get_untracked();
        self.dashboard.with_value(|dashboard| {
            let mut filters = state.in_force(&dashboard.filters);
            for mart in marts(dashboard) {
                let crossed = state.crossed.iter().filter(|crossed| knows(dashboard, mart, &crossed.column));
                filters.extend(crossed.map(|crossed| (format!("x.{mart}"), crossed.clone())));
            }
            filters
        })
    }
}

/// The marts that a dashboard's tiles ask, each once.
pub fn marts(dashboard: &Dashboard) -> Vec<&str> {
    let asking = dashboard.tiles.iter().filter(|tile| !tile.is_live());
    let mut marts: Vec<&str> = asking.map(|tile| tile.question.mart.as_str()).collect();
    marts.sort_unstable();
    marts.dedup();
    marts
}

fn knows(dashboard: &Dashboard, mart: &str, column: &str) -> bool {
    let filtered = dashboard.filters.iter().any(|filter| filter.columns.iter().any(|(known, name)| known == mart && name == column));
    filtered || dashboard.tiles.iter().filter(|tile| tile.question.mart == mart).any(|tile| uses(tile, column))
}

fn uses(tile: &Tile, column: &str) -> bool {
    let question = &tile.question;
    question.dimensions.iter().any(|dimension| dimension.column == column)
        || question.columns.iter().any(|name| name == column)
        || question.filters.iter().any(|filter| filter.column == column)
}
