//! The lake and its builds; what a reader gets from a governed mart, and what no query gets out of it.

mod append;
mod attacks;
mod bounds;
mod build;
mod house;
mod killed;
mod lake;
mod sql;
mod statements;
mod typed;
