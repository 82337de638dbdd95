//! `multiprocessing.JoinableQueue` of `CPython` 3.13: processes with a pipe between them.
//!
//! A put takes a slot from a bounded semaphore, leaves its item in a buffer of its own process, and
//! returns. A thread of that process, the *feeder*, writes it into the pipe. A get reads the pipe
//! under the reader lock, which it holds while it waits, and then gives the slot back. The count is
//! a semaphore; whoever changes or tests it holds the one condition that all processes share.
//!
//! The condition is three semaphores: how many sleep, how many may wake, how many are awake. A
//! wake-up has no address: whoever sleeps may take it. So a `task_done` that makes the count zero
//! keeps the condition until all whom it lets go are awake, lest somebody come and sleep who takes
//! a wake-up that was not meant for it. A join tests the count once: what has woken it was a zero.
//!
//! What a process does under the condition's lock is one step, as nobody else can look meanwhile.
//!
//! Left out: how a feeder sleeps, which is up to a condition of its process alone, so it can go on
//! whenever its buffer holds an item, except in a twin; how much the pipe holds; closing; processes
//! that die; the observers. A call that may wait for some time gives up at once here.

mod defect;
mod process;
mod reaches;
mod verified;

use super::line::Line;
use super::{Algorithm, Step};
use crate::eventual::{self, Eventual, UnderWay};
use crate::refinement::{Checked, Effect, Place};
use process::Turn;
use spec::{Item, Op, Phase, Scenario};
use stateright::Property;

pub use defect::Defect;

/// The most processes that a state has room for.
pub const PROCESSES_MAX: usize = 8;

/// The most items that a state has room for, in the pipe and in each buffer.
pub const ITEMS_MAX: usize = 8;

/// CONSTANTS
#[derive(Clone, Debug)]
pub struct Multiprocessing {
    /// The processes and what they call: put, get, `task_done`, and join without a limit. A process
    /// that is refused ends; its feeder does not.
    pub scenario: Scenario,
    /// What is wrong with it.
    pub defect: Option<Defect>,
}

/// VARIABLES
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The bounded semaphore: free slots.
    slots: usize,
    /// The semaphore that counts what was put and not reported as done.
    unfinished: usize,
    /// What feeders have written and nobody has read.
    pipe: Line<Item, ITEMS_MAX>,
    /// Who holds the reader lock.
    reader: Option<usize>,
    /// Whose feeder holds the writer lock.
    writer: Option<usize>,
    /// The condition that joins sleep on.
    condition: Condition,
    /// The processes, by client.
    processes: [Process; PROCESSES_MAX],
}

/// A condition between processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Condition {
    /// Who holds its lock from one step to the next: a `task_done` that waits for sleepers.
    holder: Option<usize>,
    /// The semaphore that counts sleepers whom nobody has notified.
    sleeping: usize,
    /// The semaphore that sleepers wait for.
    wake_ups: usize,
    /// The semaphore that counts sleepers who are awake again.
    awake: usize,
    /// For how many of these the holder still waits.
    awaited: usize,
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Process {
    /// The position of its operation in the scenario.
    at: usize,
    /// Where it is with it.
    stage: Stage,
    /// Its items that are not in the pipe, the oldest first.
    buffer: Line<Item, ITEMS_MAX>,
    /// The one of these that its feeder has taken to write.
    sending: Option<Item>,
    /// Whether its feeder sleeps until the next put, whatever the buffer holds: only in a twin.
    feeder_sleeps: bool,
}

/// Where a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// It calls the operation, or waits for what that needs first.
    Called,
    /// A put has a slot.
    Reserved,
    /// A put has handed its item over and not raised the count: only a twin comes here.
    Buffered,
    /// A get holds the reader lock.
    Reading,
    /// A get has its item, and not given back the reader lock and the slot.
    Read,
    /// A join has tested the count and does not sleep: only a twin comes here.
    Tested,
    /// A join sleeps.
    Asleep,
    /// A join sleeps, and a wake-up is meant for it.
    Notified,
    /// A join is awake and wants the condition's lock back.
    Awake,
    /// A `task_done` waits until those that it let go are awake.
    Notifying,
    /// It was refused.
    Ended,
}

impl Multiprocessing {
    /// The operation that a process is in.
    fn op(&self, s: &State, process: usize) -> Option<Op> {
        let Process { at, stage, .. } = s.processes[process];
        let ops = &self.scenario.clients.get(process)?.ops;
        ops.get(at).copied().filter(|_| stage != Stage::Ended)
    }

    /// The feeder of a process takes the oldest item and the writer lock, or writes what it has
    /// taken.
    fn feed(&self, s: &State, process: usize) -> Option<Step<State>> {
        let mut next = s.clone();
        let thread = self.clients() + process;
        let feeder = &mut next.processes[process];
        if let Some(item) = feeder.sending.take() {
            feeder.buffer.remove(item);
            next.pipe.push(item);
            next.writer = None;
            feeder.feeder_sleeps = self.defect == Some(Defect::FeederSleepsUntested);
            let effects = vec![Effect::Delivers { client: process }];
            return Some(Step { thread, label: "writes", effects, returns: false, next });
        }
        if s.writer.is_some() || feeder.feeder_sleeps {
            return None;
        }
        let items = feeder.buffer.values();
        let newest_first = self.defect == Some(Defect::FeederTakesNewest);
        feeder.sending = Some(*if newest_first { items.last() } else { items.first() }?);
        next.writer = Some(process);
        let label = "takes the writer lock";
        Some(Step { thread, label, effects: Vec::new(), returns: false, next })
    }
}

impl Condition {
    fn new() -> Self {
        Condition { holder: None, sleeping: 0, wake_ups: 0, awake: 0, awaited: 0 }
    }
}

impl State {
    fn at(&self, stage: Stage) -> usize {
        self.processes.iter().filter(|process| process.stage == stage).count()
    }

    fn in_transit(&self) -> usize {
        self.processes.iter().map(|process| process.buffer.len()).sum()
    }
}

impl Process {
    fn under_way(&self) -> UnderWay {
        match self.stage {
            Stage::Reserved => UnderWay::Putting,
            Stage::Reading => UnderWay::Getting,
            Stage::Read => UnderWay::Got,
            _ => UnderWay::Nothing,
        }
    }
}

impl Algorithm for Multiprocessing {
    type State = State;
    type Specification = Eventual;

    fn specification(&self) -> Eventual {
        Eventual { capacity: self.scenario.constants.capacity }
    }

    fn init(&self) -> State {
        let process = Process {
            at: 0,
            stage: Stage::Called,
            buffer: Line::new(),
            sending: None,
            feeder_sleeps: false,
        };
        State {
            slots: self.scenario.constants.capacity.unwrap_or(usize::MAX),
            unfinished: 0,
            pipe: Line::new(),
            reader: None,
            writer: None,
            condition: Condition::new(),
            processes: [process; PROCESSES_MAX],
        }
    }

    fn steps(&self, s: &State, steps: &mut Vec<Step<State>>) {
        for process in 0..self.clients() {
            steps.extend(Turn::of(self, s, process).and_then(Turn::run));
            steps.extend(self.feed(s, process));
        }
    }

    fn queue(&self, s: &State) -> eventual::State {
        let processes = &s.processes[..self.clients()];
        eventual::State {
            transit: processes.iter().map(|process| process.buffer.values().to_vec()).collect(),
            queue: spec::State {
                items: s.pipe.values().to_vec(),
                // A put counts from when its item is in the buffer.
                unfinished: s.unfinished + s.at(Stage::Buffered),
                phase: Phase::Open,
            },
            under_way: processes.iter().map(Process::under_way).collect(),
        }
    }

    fn clients(&self) -> usize {
        self.scenario.clients.len()
    }

    fn place(&self, s: &State, client: usize) -> Place {
        let Some(op) = self.op(s, client) else { return Place::Finished };
        match s.processes[client].stage {
            Stage::Called | Stage::Reserved | Stage::Reading => Place::Called(op),
            Stage::Tested | Stage::Asleep => Place::Called(op),
            _ => Place::Effective,
        }
    }

    fn name(&self, thread: usize) -> String {
        let name = |client: usize| &self.scenario.clients[client].name;
        match thread.checked_sub(self.clients()) {
            Some(process) => format!("feeder of {}", name(process)),
            None => name(thread).clone(),
        }
    }

    fn invariant(&self, s: &State) -> bool {
        let under_way = s.at(Stage::Reserved) + s.at(Stage::Read);
        let taken = s.pipe.len() + s.in_transit() + under_way;
        let capacity = self.scenario.constants.capacity;
        let is = |holder: Option<usize>, stages: &[Stage]| {
            holder.is_none_or(|holder| stages.contains(&s.processes[holder].stage))
        };
        capacity.is_none_or(|capacity| s.slots + taken == capacity)
            && is(s.reader, &[Stage::Reading, Stage::Read])
            && is(s.condition.holder, &[Stage::Notifying])
            && s.condition.sleeping == s.at(Stage::Asleep)
            && s.condition.wake_ups == s.at(Stage::Notified)
            && s.writer.is_none_or(|holder| s.processes[holder].sending.is_some())
            // Whoever sleeps has not missed a zero.
            && (s.unfinished > 0 || s.at(Stage::Asleep) == 0)
    }

    fn reaches() -> Vec<Property<Checked<Self>>> {
        reaches::properties()
    }
}
