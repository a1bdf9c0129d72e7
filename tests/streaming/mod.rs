//! The real-time line against real servers.

mod agent;
mod agent_kafka;
mod agent_tokens;
mod bulk_answers;
mod bus;
mod bus_changes;
mod feeds;
mod fetching;
mod foreign;
mod growing;
mod honoured;
mod keywords;
mod letters;
mod line;
mod line_house;
mod listening;
mod mastodon;
mod robots;
mod rules;
mod soak;
mod soak_whole;
mod throughput;
mod web;
