//! The portal in a real browser, on the demo's data: the path that the README promises, and every page looked at.

mod governing;
mod journey;
mod line;
mod looks;
mod oidc;
mod passkey;
mod policies;
mod search;
mod sql;
