//! Dashboards and saved questions: plans of what to ask, never data. Owns the tables of `0007_dashboards.sql` and `0022_dashboards.sql`.
//! A tile is answered by `warehouse::ask` or by the search room, under each reader's own scope.

pub mod apply;
mod download;
mod edit;
mod find;
mod literals;
mod questions;
mod sharing;
mod store;
pub mod uses;
mod veil;
mod view;

pub use download::{make, stream};
pub use edit::{create, delete, pin_search, pin_window, save};
pub use find::find;
pub use questions::{delete_question, questions, save_question};
pub use sharing::{publish, share, shares, take_back, unshare};
pub use store::hand_over;
pub use view::{list, open, visible};
