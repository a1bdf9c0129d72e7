//! One policy: its form, its history, and two changes of it at once.

pub mod asks;
mod columns;
mod differences;
mod draft;
mod fits;
mod form;
pub mod history;
mod merge;
mod restore;
mod rows;
pub mod say;
pub mod words;

pub use form::PolicyForm;
