//! What a reader gets from a governed mart, and what no query gets out of it.

mod attacks;
mod bounds;
mod house;
mod statements;
mod typed;
