//! The audit log: damage done in the database is named by the real program, and its page finds and gives what the log holds.

mod page;
mod verifying;
