//! The audit log: damage done in the database is named by the real program, its page finds and gives what the log holds, and a change of the key
//! leaves it whole.

mod page;
mod rotating;
mod verifying;
