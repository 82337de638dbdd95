//! VARIABLES: the shared words and the threads. The tail, the head, `done`, a stamp and an entry of
//! `waiters` are an atomic word each.

/// The most clients that a ring is modelled with.
pub const CLIENTS: usize = 6;

/// The largest capacity that a ring is modelled with.
pub const SLOTS: usize = 2;

/// VARIABLES
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Where the next put goes. Its position is how many puts ever took effect.
    pub tail: End,
    /// Where the next get takes from.
    pub head: End,
    /// How many tasks were ever reported as done.
    pub done: Done,
    /// The ring; those beyond the capacity are never touched.
    pub slots: [Slot; SLOTS],
    /// Whether anybody has registered since the last wake-up, by [`Event`].
    pub waiters: [bool; 3],
    /// The clients; those that the scenario does not have call nothing.
    pub threads: [Thread; CLIENTS],
}

/// The word at one end of the ring: a position and the marks of shutdowns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct End {
    /// Counts on for ever; its slot is the remainder by the capacity.
    pub pos: u8,
    /// Which shutdowns have come by.
    pub marks: Marks,
}

/// Which shutdowns have come by: two bits of a word. They are never taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Marks {
    /// A graceful one.
    pub graceful: bool,
    /// An immediate one.
    pub immediate: bool,
}

/// The word of the tasks that were reported as done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Done {
    /// How many.
    pub count: u8,
    /// An immediate shutdown has taken effect: what was never got no longer counts.
    pub closed: bool,
}

/// A slot: its stamp, and an item that only the owner of the slot touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Which position may use the slot next, and for what.
    pub stamp: u8,
    /// The item, as the put that it came with.
    pub put: Option<Call>,
}

/// An operation of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Call {
    /// Who calls it.
    pub client: u8,
    /// Its position among the client's operations.
    pub at: u8,
}

/// A thread: what it keeps in registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thread {
    /// The first client that calls the same.
    pub role: u8,
    /// How many operations have returned.
    pub at: u8,
    /// What it does next.
    pub pc: Pc,
    /// Its registration as a waiter.
    pub ticket: Ticket,
    /// Whether the operation that it has called has taken effect.
    pub effective: bool,
}

/// What a thread does next, with what it remembers. Each is one atomic memory access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pc {
    /// Calls its next operation, and does as in [`Pc::Load`].
    Outside,
    /// A put loads the tail, a get the head, `task_done` and join load `done`; a shutdown marks
    /// the tail.
    Load,
    /// Loads the stamp of the slot.
    Stamp(End),
    /// Loads the stamp of the slot, again and again, until it has come to this position.
    Spin(End),
    /// Loads the other end of the ring.
    OtherEnd(End),
    /// Compares and swaps the end that it has loaded.
    Claim(End),
    /// Owns the slot of this position: touches the item and hands the slot over by its stamp.
    HandOver(u8),
    /// Loads whether anybody waits for what it has brought about.
    Look,
    /// Wakes all who wait.
    Wake(Event),
    /// Registers as a waiter.
    Register,
    /// Sleeps until its registration is stale.
    Park,
    /// Loads how many tasks there ever were.
    Total(Done),
    /// Compares and swaps `done`; `last` if that leaves no unfinished task.
    Finish {
        /// What it has loaded.
        done: Done,
        /// No task is left.
        last: bool,
    },
    /// Marks the head for a shutdown: its own, or one that it has met.
    MarkHead(Marks),
    /// Marks `done` for an immediate shutdown.
    MarkDone,
}

/// The registration of a waiter: whether the eventcount still is what it was then. The number
/// itself would count on for ever; only this comparison is ever made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ticket {
    /// Not registered.
    None,
    /// Nobody was woken since.
    Valid,
    /// Somebody has woken all since: parking comes back at once.
    Stale,
}

/// What a thread can wait for: one eventcount each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// An item.
    Items,
    /// Room.
    Room,
    /// That no task is unfinished.
    Idle,
}

impl Thread {
    /// A thread between two operations, after that many of them.
    pub fn before(role: u8, at: u8) -> Thread {
        Thread { role, at, pc: Pc::Outside, ticket: Ticket::None, effective: false }
    }
}

impl Marks {
    /// Whether there was a shutdown at all.
    pub fn any(self) -> bool {
        self.graceful || self.immediate
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Marks) -> Marks {
        Marks {
            graceful: self.graceful || other.graceful,
            immediate: self.immediate || other.immediate,
        }
    }
}

impl State {
    /// How many tasks are unfinished.
    pub fn unfinished(&self) -> u8 {
        self.total(self.done).saturating_sub(self.done.count)
    }

    /// How many tasks there ever were: every put, or every get where the rest was dropped.
    pub fn total(&self, done: Done) -> u8 {
        if done.closed { self.head.pos } else { self.tail.pos }
    }

    /// The state with the threads of a role in order, and the items named after their new places.
    #[must_use]
    pub fn sorted(&self) -> State {
        let items = |client: usize| {
            let own = |slot: &Slot| slot.put.is_some_and(|put| usize::from(put.client) == client);
            self.slots.map(|slot| own(&slot))
        };
        let mut order: [usize; CLIENTS] = std::array::from_fn(|client| client);
        order.sort_by_key(|client| (self.threads[*client], items(*client)));
        let mut next = *self;
        next.threads = order.map(|client| self.threads[client]);
        for put in next.slots.iter_mut().filter_map(|slot| slot.put.as_mut()) {
            let place = order.iter().position(|client| *client == usize::from(put.client));
            put.client = u8::try_from(place.expect("a permutation")).expect("few clients");
        }
        next
    }
}
