//! Operations and their outcomes. `Display` is the text form of a scenario.

use std::fmt;
use std::time::Duration;

/// An item. Its number is its identity and, in a priority queue, its priority: lowest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Item(pub u32);

/// How long a call may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wait {
    /// Answers at once.
    Never,
    /// Gives up when the duration has passed. Whole milliseconds in the text form.
    AtMost(Duration),
    /// Until it can take effect.
    Forever,
}

impl Wait {
    /// Whether the call may come back without having done what it was asked.
    pub fn gives_up(self) -> bool {
        self != Wait::Forever
    }
}

/// What becomes of the items that are queued at a shutdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shutdown {
    /// They can still be got.
    Graceful,
    /// They are dropped, and no longer count as unfinished.
    Immediate,
}

/// An operation that a client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// Insert an item.
    Put(Item, Wait),
    /// Remove the item that is next by the discipline.
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

/// What an operation answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It took effect.
    Done,
    /// A get took this item out.
    Got(Item),
    /// A put gave up: there was no room.
    Full,
    /// A get gave up: there was no item.
    Empty,
    /// The queue was shut down.
    ShutDown,
    /// `task_done` without an unfinished task (Python: `ValueError`).
    TooMany,
    /// A join gave up: a task was unfinished.
    TimedOut,
    /// Whoever waited gave the call up: there is no answer.
    Cancelled,
    /// An observer's number.
    Count(usize),
    /// An observer's truth value.
    Is(bool),
}

impl Op {
    /// How long the call may wait; `None` where the operation never does.
    pub fn wait(self) -> Option<Wait> {
        match self {
            Op::Put(_, wait) | Op::Get(wait) | Op::Join(wait) => Some(wait),
            _ => None,
        }
    }

    /// Whether the call can outlast every other call: only an unlimited wait can.
    pub fn may_block(self) -> bool {
        self.wait() == Some(Wait::Forever)
    }

    /// Whether the call ends by the passing of time when nothing else ends it.
    pub fn is_timed(self) -> bool {
        matches!(self.wait(), Some(Wait::AtMost(timeout)) if !timeout.is_zero())
    }

    /// Whether some queue in some state could answer `outcome`.
    pub fn can_answer(self, outcome: Outcome) -> bool {
        use Outcome::{Cancelled, Count, Done, Empty, Full, Got, Is, ShutDown, TimedOut, TooMany};
        match self {
            Op::Put(..) => matches!(outcome, Done | Full | ShutDown | Cancelled),
            Op::Get(_) => matches!(outcome, Got(_) | Empty | ShutDown | Cancelled),
            Op::TaskDone => matches!(outcome, Done | TooMany),
            Op::Join(_) => matches!(outcome, Done | TimedOut | Cancelled),
            Op::Shutdown(_) => outcome == Done,
            Op::Len | Op::Unfinished => matches!(outcome, Count(_)),
            Op::IsShutdown => matches!(outcome, Is(_)),
        }
    }

    /// Whether the call can be given up by whoever waits for its answer.
    pub fn can_be_cancelled(self) -> bool {
        self.wait().is_some()
    }

    /// The item that a put carries.
    pub fn item(self) -> Option<Item> {
        match self {
            Op::Put(item, _) => Some(item),
            _ => None,
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Op::Put(item, Wait::Forever) => write!(f, "put {item}"),
            Op::Put(item, Wait::Never) => write!(f, "try_put {item}"),
            Op::Put(item, Wait::AtMost(t)) => write!(f, "put_timeout {item} {}ms", t.as_millis()),
            Op::Get(Wait::Forever) => f.write_str("get"),
            Op::Get(Wait::Never) => f.write_str("try_get"),
            Op::Get(Wait::AtMost(t)) => write!(f, "get_timeout {}ms", t.as_millis()),
            Op::TaskDone => f.write_str("done"),
            Op::Join(Wait::Forever) => f.write_str("join"),
            Op::Join(Wait::Never) => f.write_str("try_join"),
            Op::Join(Wait::AtMost(t)) => write!(f, "join_timeout {}ms", t.as_millis()),
            Op::Shutdown(Shutdown::Graceful) => f.write_str("shutdown graceful"),
            Op::Shutdown(Shutdown::Immediate) => f.write_str("shutdown immediate"),
            Op::Len => f.write_str("len"),
            Op::Unfinished => f.write_str("unfinished"),
            Op::IsShutdown => f.write_str("is_shutdown"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Outcome::Done => f.write_str("ok"),
            Outcome::Got(item) => write!(f, "item {item}"),
            Outcome::Full => f.write_str("full"),
            Outcome::Empty => f.write_str("empty"),
            Outcome::ShutDown => f.write_str("shut down"),
            Outcome::TooMany => f.write_str("too many"),
            Outcome::TimedOut => f.write_str("timed out"),
            Outcome::Cancelled => f.write_str("cancelled"),
            Outcome::Count(n) => write!(f, "{n}"),
            Outcome::Is(value) => write!(f, "{value}"),
        }
    }
}
