//! Histories: who called what, and what came back, in one total order of events.

use crate::{Op, Outcome};
use std::collections::BTreeMap;
use std::fmt;

/// One call or one return of a client thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// The client's position in the scenario.
    pub thread: usize,
    /// What happened.
    pub kind: EventKind,
}

/// A call or a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// The thread called an operation.
    Call(Op),
    /// The operation that the thread had called last came back.
    Return(Outcome),
}

/// How the recorded run ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// Nobody could move any more: what is pending is blocked for ever.
    Quiescent,
    /// The recording stops here, for the reason given: what is pending may still go on.
    Cut(String),
    /// Nobody could move any more, and when the queue was dropped, some item had not been dropped
    /// exactly once, or had come back as another one.
    Mishandled(String),
    /// A client panicked.
    Panicked {
        /// The client's position in the scenario.
        thread: usize,
        /// What it said.
        message: String,
    },
}

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct History {
    /// Calls and returns in real-time order.
    pub events: Vec<Event>,
    /// How it ended.
    pub ending: Ending,
}

/// An operation of a history. `A` precedes `B` in real time iff `A` returned before `B` was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operation {
    /// The client's position in the scenario.
    pub thread: usize,
    /// What was called.
    pub op: Op,
    /// The index of the call among the events.
    pub called: usize,
    /// The index of the return among the events and what came back; `None` while pending.
    pub returned: Option<(usize, Outcome)>,
}

/// Why a sequence of events is no history. The index is that of the offending event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A thread called an operation while its previous one was pending.
    CallWhilePending(usize),
    /// A return without a pending call of that thread.
    ReturnWithoutCall(usize),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Malformed::CallWhilePending(at) => {
                write!(f, "event {at} is a call of a thread whose previous call has not returned")
            }
            Malformed::ReturnWithoutCall(at) => {
                write!(f, "event {at} is a return of a thread that has no call pending")
            }
        }
    }
}

impl std::error::Error for Malformed {}

impl History {
    /// The operations in the order of their calls.
    ///
    /// # Errors
    ///
    /// If some thread calls before it has returned, or returns before it has called.
    pub fn operations(&self) -> Result<Vec<Operation>, Malformed> {
        let mut operations: Vec<Operation> = Vec::new();
        let mut pending: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, Event { thread, kind }) in self.events.iter().enumerate() {
            match (*kind, pending.remove(thread)) {
                (EventKind::Call(op), None) => {
                    pending.insert(*thread, operations.len());
                    let thread = *thread;
                    operations.push(Operation { thread, op, called: at, returned: None });
                }
                (EventKind::Return(outcome), Some(operation)) => {
                    operations[operation].returned = Some((at, outcome));
                }
                (EventKind::Call(_), Some(_)) => return Err(Malformed::CallWhilePending(at)),
                (EventKind::Return(_), None) => return Err(Malformed::ReturnWithoutCall(at)),
            }
        }
        Ok(operations)
    }
}
