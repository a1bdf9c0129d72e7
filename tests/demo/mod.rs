//! The demo of the README on its real files, through the real program: what it must count, and who gets what of it.

mod changes;
mod counts;
mod downloads;
mod shares;
mod sql;
