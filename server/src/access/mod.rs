//! What every domain needs to ask: who reads (principal), what they may (permit), the audit log, keys and secrets. Uses no domain.

pub mod audit;
pub mod device;
pub mod folder;
pub mod hosts;
pub mod key;
pub mod looking;
pub mod permit;
pub mod principal;
pub mod secrets;
mod store;
pub mod visitor;
pub mod words;

pub use device::Device;
pub use folder::Folder;
pub use key::Key;
pub use permit::{Action, Kind, Need, Permit, PermitMaker};
pub use principal::{Caller, Principal, Viewer};
pub use secrets::Secrets;
pub use visitor::Visitor;
pub use warehouse::{BuildScope, Mask, Predicate, Scope};
pub use words::{access_words, mask_words};
