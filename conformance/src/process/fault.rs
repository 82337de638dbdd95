//! What can be wrong with an adapter. None of it says anything about a queue.

use crate::wire::protocol::Misread;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

/// An adapter cannot be used any further.
#[derive(Debug)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// What was being done.
    pub doing: String,
    /// What the adapter has said on stderr, its last lines.
    pub said: String,
}

/// What is wrong with an adapter.
#[derive(Debug)]
pub enum FaultKind {
    /// It could not be started.
    Start(io::Error),
    /// It ended, with this status.
    Died(String),
    /// It closed its stdout, or does not read its stdin any more, and lives on.
    ClosedPipe,
    /// It has not answered for so long.
    Hung(Duration),
    /// It said something that the protocol does not allow.
    Wrong(Misread),
    /// A line that is no reply; its beginning.
    Garbage(String),
    /// It answered a request twice.
    Twice(u64),
    /// It answered a request that was never made.
    NotAsked(u64),
    /// A line is longer than so many bytes.
    TooLong(usize),
    /// It needs more memory than so many megabytes.
    Memory(u64),
    /// It refused a request, for this reason.
    Refused(String),
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Start(error) => write!(f, "it could not be started: {error}"),
            FaultKind::Died(status) => write!(f, "it ended: {status}"),
            FaultKind::ClosedPipe => f.write_str("it closed its pipe and lives on"),
            FaultKind::Hung(limit) => write!(f, "no reply within {limit:?}"),
            FaultKind::Wrong(misread) => write!(f, "its reply is wrong: {misread}"),
            FaultKind::Garbage(line) => write!(f, "it printed what is no reply: {line}"),
            FaultKind::Twice(id) => write!(f, "it answered request {id} twice"),
            FaultKind::NotAsked(id) => write!(f, "it answered request {id}, which was not made"),
            FaultKind::TooLong(bytes) => write!(f, "it printed a line of more than {bytes} bytes"),
            FaultKind::Memory(limit) => write!(f, "it needs more than {limit} MB"),
            FaultKind::Refused(why) => write!(f, "it refused: {why}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the adapter: {}; while {}", self.kind, self.doing)?;
        if !self.said.is_empty() {
            write!(f, "; its last words:")?;
            for line in self.said.lines() {
                write!(f, "\n    {line}")?;
            }
        }
        Ok(())
    }
}

impl Error for Fault {}
