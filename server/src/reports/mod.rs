//! Reports: CSV, JSON and PDF files of governed rows, made under the reader's scope, recorded, and kept in the report store.
//! Owns the tables of `0008_reports.sql` and `0023_reports.sql` and the objects below `reports/`. Never answers from a file to whom it was not made for.

pub mod export;
pub mod formats;
mod given;
mod keeping;
mod make;
mod open;
mod order;
pub mod schedules;
mod store;
pub mod uses;

pub use given::{Given, GivenRows, Giver};
pub use keeping::tick;
pub use make::{MakeReport, again, limits, make};
pub use open::{delete, file, list, state, stream};
pub use order::{Content, Order, Part, Statement};
pub use store::forget_owner;
