//! What is explored, and what is seen of it.

use crate::machine::core::{GO, REST, SPURIOUSLY, TIME_OUT};
use std::fmt;
use std::str::FromStr;

/// Concurrent code: what its clients share, and what each of them does.
pub trait Program {
    /// What the clients share.
    type Shared;

    /// How many clients there are, at most 15.
    fn clients(&self) -> usize;

    /// Makes what the clients share. Runs alone, before any client.
    fn setup(&self) -> Self::Shared;

    /// What client number `client` does, from its start to its end.
    ///
    /// It must depend on nothing but its arguments: not on time, chance, thread-locals, or data
    /// outside `shared` that another run may have left behind.
    fn client(&self, shared: &Self::Shared, client: usize);

    /// Takes apart what the clients shared. Runs alone, after all clients came to their end; it
    /// does not run if one is blocked. A panic here counts as a panic of the program.
    fn finish(&self, shared: Self::Shared) {
        drop(shared);
    }
}

/// Marks an operation, which appears in the history: its call as early as its first access to
/// anything shared, its return as late as its last one. Both are as tight as an observer could
/// see them, so no real-time order between operations is missed.
///
/// `op` identifies the operation; what `call` answers is its outcome in the history. Operations
/// do not nest.
pub fn op(op: u32, call: impl FnOnce() -> u64) -> u64 {
    crate::machine::core::enter(op);
    let outcome = in_own_frame(call);
    crate::machine::core::leave(outcome);
    outcome
}

/// What an operation leaves in its stack frame is cleaned before the next one. In the frame of its
/// caller it would stay, and keep equal states apart.
#[inline(never)]
fn in_own_frame(call: impl FnOnce() -> u64) -> u64 {
    call()
}

/// A choice of the program's own: every number below `count` is explored.
pub fn choose(count: usize) -> usize {
    crate::machine::core::choose(count)
}

/// What can happen in an exploration, beyond the order of the accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How often each client may be woken, or fail a weak exchange, for no reason.
    pub spurious: u8,
    /// Whether a timed wait may time out. It may at any moment, whatever its duration.
    pub timeouts: bool,
    /// Whether `notify_one` wakes the one that has waited longest, and not any.
    pub fifo_notify: bool,
    /// Whether every use of a condition variable is a step of its own. Otherwise waiting and
    /// notifying under its mutex are part of the step before, which leaves out schedules that make
    /// no difference.
    pub apart: bool,
    /// The heap of each client, in bytes.
    pub arena_bytes: usize,
    /// The stack of each client, in bytes.
    pub stack_bytes: usize,
}

impl Default for Options {
    /// Timeouts, no spurious wake-ups, any waiter notified.
    fn default() -> Self {
        let (arena_bytes, stack_bytes) = (1 << 20, 256 << 10);
        Options {
            spurious: 0,
            timeouts: true,
            fifo_notify: false,
            apart: false,
            arena_bytes,
            stack_bytes,
        }
    }
}

/// An entry of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// A client calls an operation.
    Call {
        /// Who.
        client: usize,
        /// Which, as given to [`op`].
        op: u32,
    },
    /// An operation returns to its client.
    Return {
        /// To whom.
        client: usize,
        /// Which, as given to [`op`].
        op: u32,
        /// What it answered.
        outcome: u64,
    },
}

/// How an execution ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ended {
    /// All clients came to their end.
    Finished,
    /// Nobody can move, or nobody can move except in circles: these are the clients that have not
    /// come to their end.
    Quiescent(Vec<Blocked>),
    /// A client panicked, or the finish did.
    Panicked {
        /// Who; `None` is the finish.
        client: Option<usize>,
        /// What it said.
        message: String,
    },
    /// Two clients could access the same cell at the same time, one of them to write.
    DataRace {
        /// The clients.
        clients: [usize; 2],
    },
    /// It was not followed to its end: there was a limit, or what was seen is enough.
    Cut,
}

/// A client that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Blocked {
    /// Who.
    pub client: usize,
    /// The operation that it is in, as given to [`op`].
    pub op: Option<u32>,
    /// What it waits for.
    pub by: Blocker,
}

/// What a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blocker {
    /// A mutex.
    Mutex,
    /// A notification.
    Condvar,
    /// To be unparked.
    Park,
    /// Something to change: it looks again and again.
    Spin,
}

/// One step of a schedule: who moves, and which of its alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    /// Who moves.
    pub client: u8,
    /// 0 unless there are several: a waiter to notify, a number to choose, a timeout.
    pub branch: u8,
}

/// What was seen in one execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The calls and returns, in one order.
    pub events: Vec<Event>,
    /// How it ended.
    pub ended: Ended,
    /// What makes it happen again: see [`replay`](crate::replay).
    pub schedule: Schedule,
}

/// The steps of an execution. Its text form is a replay token: `0 0 1 2.1 0t 3s` is two steps of
/// client 0, one of client 1, client 2 taking its alternative 1, client 0 timing out, and client 3
/// going on for no reason. `2r` at the end: whoever could only give up does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Schedule {
    /// The steps.
    pub steps: Vec<Choice>,
    /// Whether every use of a condition variable is a step of its own. Otherwise the uses under its
    /// mutex are part of the step that acquires the mutex. `apart` in the text form.
    pub apart: bool,
    /// Whether releasing a mutex is a step of its own. Otherwise it is part of the last step under
    /// the mutex. `held` in the text form.
    pub held: bool,
}

impl Schedule {
    /// How often the steps of one client are followed by those of another.
    pub fn context_switches(&self) -> usize {
        self.steps.windows(2).filter(|pair| pair[0].client != pair[1].client).count()
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = self.steps.iter().map(ToString::to_string);
        let [apart, held] = [(self.apart, APART), (self.held, HELD)]
            .map(|(is_so, word)| is_so.then(|| word.to_owned()));
        let words = apart.into_iter().chain(held).chain(steps);
        f.write_str(&words.collect::<Vec<_>>().join(" "))
    }
}

const APART: &str = "apart";
const HELD: &str = "held";

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.branch {
            GO => write!(f, "{}", self.client),
            TIME_OUT => write!(f, "{}t", self.client),
            SPURIOUSLY => write!(f, "{}s", self.client),
            REST => write!(f, "{}r", self.client),
            branch => write!(f, "{}.{branch}", self.client),
        }
    }
}

/// This is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleError {
    /// The step that cannot be read.
    pub step: String,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no step of a schedule", self.step)
    }
}

impl std::error::Error for ScheduleError {}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let mut words = text.split_whitespace().peekable();
        let apart = words.next_if_eq(&APART).is_some();
        let held = words.next_if_eq(&HELD).is_some();
        Ok(Schedule { steps: words.map(str::parse).collect::<Result<_, _>>()?, apart, held })
    }
}

impl FromStr for Choice {
    type Err = ScheduleError;

    fn from_str(step: &str) -> Result<Self, ScheduleError> {
        let number = |text: &str| text.parse().map_err(|_| ScheduleError { step: step.to_owned() });
        let (client, branch) = if let Some(client) = step.strip_suffix('t') {
            (client, TIME_OUT)
        } else if let Some(client) = step.strip_suffix('s') {
            (client, SPURIOUSLY)
        } else if let Some(client) = step.strip_suffix('r') {
            (client, REST)
        } else if let Some((client, branch)) = step.split_once('.') {
            (client, number(branch)?)
        } else {
            (step, GO)
        };
        Ok(Choice { client: number(client)?, branch })
    }
}
