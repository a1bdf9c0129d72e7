//! The catalog: what data there is, what it means, what it is made of, and what a change of it may break.

pub mod asks;
mod columns;
mod edit;
pub mod entry;
mod fold;
mod impact;
mod lineage;
pub mod list;
mod say;
mod words;
