//! What every domain needs to ask: who reads (principal), what they may (permit), and the audit writer. Uses no domain.

pub mod audit;
pub mod permit;
pub mod principal;
pub mod secrets;
mod store;

pub use permit::{Action, Kind, Need, Permit, PermitMaker};
pub use principal::Principal;
pub use warehouse::{BuildScope, Mask, Predicate, Scope};
