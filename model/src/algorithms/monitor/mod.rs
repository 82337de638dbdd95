//! One mutex, three condition variables: `CPython`'s `queue.Queue`.
//!
//! Every operation is one critical section, except that a wait gives the lock back and takes it
//! again (Mesa semantics: somebody else may come first, so a woken waiter tests again). `put` wakes
//! one getter, `get` one putter, `task_done` at zero every joiner, `shutdown` everybody whom it
//! concerns.
//!
//! The fine granularity has one step for each of lock, test, notify and unlock; its states are
//! those of `tests/data/monitor.pml`, the same design for SPIN. The coarse one runs a critical
//! section as one step (Lipton, "Reduction", 1975): within it nobody else can do anything that
//! matters.

mod defect;
mod properties;
mod state;
mod step;
mod symmetry;
pub mod verified;

pub use defect::Defect;
use step::Move;

pub use state::{At, Call, Line, State, THREADS_MAX, Thread};

use crate::algorithms::{Algorithm, Step};
use crate::refinement::{Checked, Effect, Place};
use spec::{Constants, Discipline, Item, Op, Phase, Shutdown, Wait};
use stateright::Property;
use std::time::Duration;

/// CONSTANTS. ASSUME at most 9 threads, 4 producers, 4 joiners, 10 items queued, 15 put, 6 rounds.
#[derive(Clone, Copy, Debug)]
pub struct Monitor {
    /// Threads that put.
    pub producers: usize,
    /// How often each producer puts.
    pub puts: usize,
    /// Threads that get and report the task as done, until all is done or the queue is shut down.
    pub workers: usize,
    /// Threads that join once.
    pub joiners: usize,
    /// A thread that shuts down.
    pub owner: Owner,
    /// Discipline and capacity.
    pub queue: Constants,
    /// How much happens in one step.
    pub granularity: Granularity,
    /// Whom a notification wakes.
    pub wakes: Wakes,
    /// Whether a wait can end for no reason.
    pub spurious: bool,
    /// How many of the producers, and how many of the workers, wait with a timeout.
    pub timed: usize,
    /// Whether states that differ in the names of like threads are one.
    pub symmetry: bool,
    /// What is wrong with it.
    pub defect: Option<Defect>,
}

/// What the owner of the queue does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// There is none.
    Absent,
    /// It shuts down.
    ShutsDown(Shutdown),
    /// It reports a task that it has not got, and then shuts down.
    ReportsEarly(Shutdown),
}

/// How much happens in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// Lock, test, notify and unlock are a step each.
    Fine,
    /// A critical section is a step.
    Coarse,
}

/// Whom a notification wakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wakes {
    /// Who waits longest, as in `CPython`.
    Fifo,
    /// Any waiter, as POSIX allows.
    Any,
}

/// The condition variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Getters wait here.
    NotEmpty,
    /// Putters wait here.
    NotFull,
    /// Joiners wait here.
    AllTasksDone,
}

/// The rounds of a worker that goes on until the queue is shut down.
pub const ENDLESS: u8 = 7;

/// What a thread is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Producer,
    Worker,
    Joiner,
    Owner,
}

impl Monitor {
    /// The monitor as SPIN has it: fifo, fine, waiters in their order, no timeouts, no shutdown.
    pub fn new(
        (producers, puts): (usize, usize),
        workers: usize,
        joiners: usize,
        capacity: usize,
    ) -> Monitor {
        Monitor {
            producers,
            puts,
            workers,
            joiners,
            owner: Owner::Absent,
            queue: Constants { discipline: Discipline::Fifo, capacity: Some(capacity) },
            granularity: Granularity::Fine,
            wakes: Wakes::Fifo,
            spurious: false,
            timed: 0,
            symmetry: false,
            defect: None,
        }
    }

    fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    fn role(&self, thread: usize) -> Role {
        match thread {
            t if t < self.producers => Role::Producer,
            t if t < self.producers + self.workers => Role::Worker,
            t if t < self.producers + self.workers + self.joiners => Role::Joiner,
            _ => Role::Owner,
        }
    }

    fn is_timed(&self, thread: usize) -> bool {
        match self.role(thread) {
            Role::Producer => thread < self.timed,
            Role::Worker => thread < self.producers + self.timed,
            Role::Joiner | Role::Owner => false,
        }
    }

    /// The condition variable that stands for a condition.
    fn variable(&self, condition: Condition) -> usize {
        if self.has(Defect::SharedCondition) { 0 } else { condition as usize }
    }

    /// Where a thread that calls this waits. `task_done` and `shutdown` never do.
    fn waits_for(&self, call: Call) -> usize {
        self.variable(match call {
            Call::Put => Condition::NotFull,
            Call::Get => Condition::NotEmpty,
            Call::Join | Call::TaskDone | Call::Shutdown => Condition::AllTasksDone,
        })
    }

    /// The number of the item that a producer puts in this round.
    fn item(&self, s: &State, producer: usize) -> u8 {
        let round = self.puts - usize::from(s.threads[producer].left);
        state::number(producer * self.puts + round)
    }

    fn op(&self, s: &State, thread: usize) -> Op {
        let timeout = Wait::AtMost(Duration::from_millis(1));
        let wait = if self.is_timed(thread) { timeout } else { Wait::Forever };
        match (s.threads[thread].call, self.owner) {
            (Call::Put, _) => Op::Put(Item(self.item(s, thread).into()), wait),
            (Call::Get, _) => Op::Get(wait),
            (Call::TaskDone, _) => Op::TaskDone,
            (Call::Join, _) => Op::Join(wait),
            (Call::Shutdown, Owner::ShutsDown(mode) | Owner::ReportsEarly(mode)) => {
                Op::Shutdown(mode)
            }
            (Call::Shutdown, Owner::Absent) => unreachable!("nobody shuts down"),
        }
    }

    /// A thread before its first call. The items are dealt out evenly, unless there is a shutdown.
    fn thread(&self, thread: usize) -> Thread {
        let items = self.producers * self.puts;
        let (call, rounds) = match self.role(thread) {
            _ if thread >= self.clients() => (Call::Join, 0),
            Role::Producer => (Call::Put, self.puts),
            Role::Worker if self.owner != Owner::Absent => (Call::Get, usize::from(ENDLESS)),
            Role::Worker => {
                let more = usize::from(thread - self.producers < items % self.workers);
                (Call::Get, items / self.workers + more)
            }
            Role::Joiner => (Call::Join, 1),
            Role::Owner if matches!(self.owner, Owner::ReportsEarly(_)) => (Call::TaskDone, 2),
            Role::Owner => (Call::Shutdown, 1),
        };
        let at = if rounds == 0 { At::Finished } else { At::Lock };
        Thread { call, at, left: u8::try_from(rounds).expect("few rounds"), item: 0 }
    }
}

impl Algorithm for Monitor {
    type State = State;
    type Specification = Constants;

    fn specification(&self) -> Constants {
        self.queue
    }

    fn init(&self) -> State {
        let items = self.producers * self.puts;
        assert!(self.clients() <= THREADS_MAX && self.producers.max(self.joiners) <= 4, "{self}");
        assert!(items <= 15 && self.queue.capacity.unwrap_or(items).min(items) <= 10, "{self}");
        let threads: [Thread; THREADS_MAX] = std::array::from_fn(|thread| self.thread(thread));
        let rounds_max = threads.iter().map(|me| me.left).max();
        let endless = self.owner != Owner::Absent;
        assert!(self.puts < ENDLESS.into() && (endless || rounds_max < Some(ENDLESS)), "{self}");
        State {
            holder: None,
            items: Line::default(),
            unfinished: 0,
            shut: false,
            waiters: [Line::default(); 3],
            threads,
        }
    }

    fn steps(&self, s: &State, steps: &mut Vec<Step<State>>) {
        for thread in 0..self.clients() {
            self.go_on(s, thread, &mut |moved| {
                let op = self.op(s, thread);
                let takes = |outcome| Effect::Takes { client: thread, op, outcome };
                let Move { label, effect, returns, next } = moved;
                let effects = effect.map(takes).into_iter().collect();
                steps.push(Step { thread, label, effects, returns, next });
            });
        }
    }

    fn successors(&self, s: &State, next: &mut Vec<State>) {
        for thread in 0..self.clients() {
            self.go_on(s, thread, &mut |moved| next.push(moved.next));
        }
    }

    fn queue(&self, s: &State) -> spec::State {
        let mut items: Vec<Item> = s.items.iter().map(|item| Item(item.into())).collect();
        if self.queue.discipline == Discipline::Priority {
            items.sort_unstable();
        }
        let phase = if s.shut { Phase::Shut } else { Phase::Open };
        spec::State { items, unfinished: s.unfinished.into(), phase }
    }

    fn clients(&self) -> usize {
        let owner = usize::from(self.owner != Owner::Absent);
        self.producers + self.workers + self.joiners + owner
    }

    fn place(&self, s: &State, client: usize) -> Place {
        match s.threads[client].at {
            At::Notify | At::Unlock => Place::Effective,
            At::Finished => Place::Finished,
            At::Expired | At::LastTest if self.gives_up_late(s, client) => Place::Effective,
            _ => Place::Called(self.op(s, client)),
        }
    }

    fn name(&self, thread: usize) -> String {
        match self.role(thread) {
            Role::Producer => format!("producer {}", thread + 1),
            Role::Worker => format!("worker {}", thread - self.producers + 1),
            Role::Joiner => format!("joiner {}", thread - self.producers - self.workers + 1),
            Role::Owner => "owner".to_string(),
        }
    }

    fn invariant(&self, s: &State) -> bool {
        properties::invariant(self, s)
    }

    fn reaches() -> Vec<Property<Checked<Monitor>>> {
        properties::reaches()
    }

    fn representative(&self, s: &State) -> State {
        if self.symmetry { symmetry::representative(self, s) } else { *s }
    }
}
