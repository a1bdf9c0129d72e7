//! Agents, streams, keywords, dead letters: the administrators' pages of the real-time line.

pub mod agent_details;
pub mod agent_form;
pub mod agents;
pub mod asks;
pub mod dead_letters;
pub mod keywords;
mod refill;
pub mod streams;
mod try_on;
pub mod words;
