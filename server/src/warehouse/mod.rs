//! Marts as readers meet them: published versions, the list, a mart's page, the one typed question, its cache and its charts; SQL of their own.
//! Owns the tables of `0006_warehouse.sql`, `0012_sql.sql` and `0018_warehouse.sql`. Decides no access: every function takes the permit's scope.

mod answer;
mod asking;
mod cache;
mod cards;
pub mod catalogue;
pub mod charts;
pub mod described;
mod held;
pub mod pins;
mod question;
mod rules;
pub mod sql;

pub use answer::{columns, label, shown_kind, text, unit};
pub use asking::{Prepared, ask, prepare, values};
pub use cache::Cache;
pub use cards::{freshness, list, mart, open};
pub use held::holds;
