//! How an operation is called on a queue under test, and what that answers.

use crate::items::{Ledger, Tracked};
use spec::{Op, Outcome, Shutdown, Wait};
use std::sync::Arc;

/// A call, with the item that a put hands in.
#[derive(Debug)]
pub enum Call {
    /// Insert an item.
    Put(Tracked, Wait),
    /// Remove the item that is next.
    Get(Wait),
    /// Report one task as finished.
    TaskDone,
    /// Wait until no task is unfinished.
    Join(Wait),
    /// Close the queue.
    Shutdown(Shutdown),
    /// How many items are queued.
    Len,
    /// How many tasks are unfinished.
    Unfinished,
    /// Whether the queue was shut down.
    IsShutdown,
}

/// What a call came back with. [`Outcome`] says what each means.
#[derive(Debug)]
pub enum Answer {
    /// It took effect.
    Done,
    /// A get took this item out.
    Got(Tracked),
    /// A put gave up, and hands the item back if the queue does that.
    Full(Option<Tracked>),
    /// A get gave up.
    Empty,
    /// The queue was shut down. A put hands the item back if the queue does that.
    ShutDown(Option<Tracked>),
    /// `task_done` without an unfinished task.
    TooMany,
    /// A join gave up.
    TimedOut,
    /// An observer's number.
    Count(usize),
    /// An observer's truth value.
    Is(bool),
    /// The queue has no such operation.
    NotOffered,
}

impl Call {
    /// The call of an operation. `make` makes the item of a put.
    pub fn new(op: Op, make: impl FnOnce(spec::Item) -> Tracked) -> Call {
        match op {
            Op::Put(item, wait) => Call::Put(make(item), wait),
            Op::Get(wait) => Call::Get(wait),
            Op::TaskDone => Call::TaskDone,
            Op::Join(wait) => Call::Join(wait),
            Op::Shutdown(mode) => Call::Shutdown(mode),
            Op::Len => Call::Len,
            Op::Unfinished => Call::Unfinished,
            Op::IsShutdown => Call::IsShutdown,
        }
    }

    /// The calls of a client whose items are followed.
    pub fn all(ops: &[Op], ledger: &Arc<Ledger>) -> Vec<(Op, Call)> {
        ops.iter().map(|op| (*op, Call::new(*op, |item| ledger.make(item)))).collect()
    }
}

/// What returns nothing took effect.
impl From<()> for Answer {
    fn from((): ()) -> Answer {
        Answer::Done
    }
}

/// What returns an item is a get.
impl From<Tracked> for Answer {
    fn from(item: Tracked) -> Answer {
        Answer::Got(item)
    }
}

impl Answer {
    /// What the answer to `op` says. An item that came along is dropped here.
    ///
    /// # Panics
    ///
    /// If the queue does not offer `op`.
    pub fn outcome(self, op: Op, ledger: Option<&Ledger>) -> Outcome {
        let back = |item: Option<Tracked>| {
            if let (Some(back), Some(handed_in), Some(ledger)) = (item, op.item(), ledger) {
                ledger.handed_back(handed_in, &back);
            }
        };
        match self {
            Answer::Done => Outcome::Done,
            Answer::Got(item) => Outcome::Got(item.item()),
            Answer::Full(item) => {
                back(item);
                Outcome::Full
            }
            Answer::Empty => Outcome::Empty,
            Answer::ShutDown(item) => {
                back(item);
                Outcome::ShutDown
            }
            Answer::TooMany => Outcome::TooMany,
            Answer::TimedOut => Outcome::TimedOut,
            Answer::Count(n) => Outcome::Count(n),
            Answer::Is(value) => Outcome::Is(value),
            Answer::NotOffered => {
                panic!("the profile declares `{op}`, and the queue has no such operation")
            }
        }
    }
}
