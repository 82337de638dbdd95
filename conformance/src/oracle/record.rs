//! A history as the exact search for long ones works on it: a compact entry per operation, with its
//! window.
//!
//! Time is the position of an event. An operation with the window `(lo, hi]` takes effect in one of
//! the gaps `lo + 1 ..= hi`, where gap `t` lies just before event `t`. So `a` comes before `b`
//! wherever `a.hi <= b.lo`.

use spec::Shutdown;

/// No operation.
pub(super) const NONE: u32 = u32::MAX;

/// What an operation did, or saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing that matters: it is pending, or was cancelled, and has no effect.
    Idle,
    /// Put its item.
    Put,
    /// Got the item of the put that is its mate.
    Get,
    /// A pending get, which may take an item that nobody else got.
    Taker,
    /// Reported a task.
    TaskDone,
    /// Shut the queue down.
    Shutdown(Shutdown),
    /// Saw the queue full.
    Full,
    /// Saw the queue empty and open.
    Empty,
    /// Saw the queue empty and shut.
    Drained,
    /// Saw the queue shut, or open.
    Shut(bool),
    /// Saw some task unfinished.
    Busy,
    /// Saw this many items.
    Len(u32),
    /// Saw this many unfinished tasks.
    Unfinished(u32),
}

impl Role {
    /// Whether it sees the state and leaves it alone.
    pub(super) fn observes(self) -> bool {
        use Role::{Get, Idle, Put, Shutdown, Taker, TaskDone};
        !matches!(self, Idle | Put | Get | Taker | TaskDone | Shutdown(_))
    }

    /// Whether it says that the queue was open when it took effect.
    pub(super) fn sees_open(self) -> bool {
        matches!(self, Role::Put | Role::Full | Role::Empty | Role::Shut(false))
    }

    /// Whether it says that the queue was shut when it took effect.
    pub(super) fn sees_shut(self) -> bool {
        matches!(self, Role::Drained | Role::Shut(true))
    }
}

/// An operation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) role: Role,
    /// The event of its call.
    pub(super) called: u32,
    /// It takes effect after this event.
    pub(super) lo: u32,
    /// It takes effect before this event; [`Record::end`] where it need not take effect.
    pub(super) hi: u32,
    /// The get of a put, the put of a get.
    pub(super) mate: u32,
    /// Operations in the same slot never overlap.
    pub(super) slot: u32,
    /// The operation that had the slot before.
    pub(super) previous: u32,
}

/// The operations of a history.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) entries: Vec<Entry>,
    /// The operation of each event.
    pub(super) of: Vec<u32>,
    /// How many slots there are: the most operations that ever overlap.
    pub(super) slots: usize,
    /// How many items fit.
    pub(super) capacity: usize,
    /// The first call of a pending get, or the end.
    pub(super) first_taker: u32,
    /// The first call of an immediate shutdown, or the end.
    pub(super) first_drop: u32,
    /// Whether somebody asked for the number of items.
    pub(super) has_len: bool,
    /// Cancelled puts that may have happened or not.
    pub(super) maybe: Vec<u32>,
}

impl Record {
    /// The time after everything.
    pub(super) fn end(&self) -> u32 {
        time(self.of.len())
    }

    /// The entry of an operation.
    pub(super) fn entry(&self, operation: u32) -> &Entry {
        &self.entries[operation as usize]
    }

    /// The window in which the item of a put leaves by a get.
    pub(super) fn leaves(&self, put: &Entry) -> (u32, u32) {
        match put.mate {
            NONE => (self.first_taker, self.end()),
            get => (self.entry(get).lo, self.entry(get).hi),
        }
    }

    /// Whether the order of two puts can matter although neither their windows nor those of their
    /// gets decide it. In an unbounded queue, of two puts that may change places the one that is
    /// due first can go first: the two gets overlap too, and meet where the earlier one is late and
    /// the later one early. The queue is longer meanwhile, which only a bound or a count could see.
    pub(super) fn order_matters(&self) -> bool {
        self.capacity != usize::MAX || self.has_len || self.first_taker < self.end()
    }
}

/// A position as a time. A history of 2³² events would not fit into memory.
pub(super) fn time(at: usize) -> u32 {
    u32::try_from(at).expect("fewer than 2^32 events")
}
