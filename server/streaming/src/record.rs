//! A record: one event as it was taken at its source, with the id that it keeps from there on.

use bytes::Bytes;

/// One log line, post or message on its way, not yet parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Made once, at the source; a resend has the same. Files: agent, file generation and byte offset. Posts: source and native
    /// id. HTTP and syslog: agent and sequence number.
    pub id: String,
    /// Records of one key keep their order: the file's, the host's, the post's.
    pub key: String,
    /// When the source took it, in Unix milliseconds. Not the event's own time, which its text holds.
    pub taken_ms: i64,
    /// Who took it: the agent's or listener's name.
    pub source: String,
    /// From where: a path, `syslog`, `http`, a feed's address.
    pub origin: String,
    /// Orders versions of one id (an edited post): the greater wins. 0 for what never changes.
    pub version: i64,
    /// The source says that what has this id is gone.
    pub deleted: bool,
    /// The bytes as they came.
    pub value: Bytes,
}
