//! What a search says at its end.

use crate::program::Execution;
use std::fmt;

/// The result of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whether everything was seen.
    pub coverage: Coverage,
    /// States seen, where states are told apart.
    pub states: u64,
    /// Steps made from them.
    pub transitions: u64,
    /// Executions that came to an end. A search that merges states goes each last step once.
    pub executions: u64,
    /// Executions that were given up because others stand for them.
    pub redundant: u64,
    /// The execution that the judge refused, with as few context switches as was affordable to
    /// find out. The search ends with it.
    pub violation: Option<Violation>,
}

/// An execution that should not have been possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What happened, and how to make it happen again.
    pub execution: Execution,
    /// Whether no schedule with fewer context switches ends in a violation.
    pub is_shortest: bool,
}

/// How much was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// Every schedule.
    Exhaustive,
    /// The search was ended by what its visitor or judge said.
    #[default]
    Ended,
    /// The search was ended by a limit.
    Limited(Limit),
}

/// What ended a search early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The number of states.
    States,
    /// The number of executions.
    Executions,
    /// The number of steps of an execution: a client may be spinning.
    Steps,
    /// Somebody asked to stop.
    Stopped,
}

/// How far a search may go.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// States to tell apart.
    pub states: u64,
    /// Executions to visit.
    pub executions: u64,
    /// Steps in one execution, where executions are not cut at a state seen before.
    pub steps: usize,
    /// Asked now and then; the search ends when it says true.
    pub should_stop: &'a dyn Fn() -> bool,
}

impl Default for Limits<'_> {
    /// Memory for some ten million states, no limit of executions, ten thousand steps.
    fn default() -> Self {
        let (states, executions, steps) = (10_000_000, u64::MAX, 10_000);
        Limits { states, executions, steps, should_stop: &|| false }
    }
}

impl fmt::Debug for Limits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limits { states, executions, steps, .. } = self;
        write!(f, "{states} states, {executions} executions of {steps} steps")
    }
}

/// The program cannot be explored, and nothing was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// [`Allocator`](crate::Allocator) is not the global allocator of the running program.
    NoAllocator,
    /// More than 15 clients.
    TooManyClients,
    /// The setup panicked, with this message.
    Setup(String),
    /// The same schedule had another result the second time: the program depends on something that
    /// is not explored, such as time, chance, a thread-local or a static.
    Nondeterministic {
        /// After so many steps of the schedule.
        step: usize,
    },
    /// A client or the setup allocated more than its arena holds.
    ArenaFull,
    /// A client freed memory that was not allocated by a client or the setup.
    ForeignMemory,
    /// A client shares something that neither the setup nor a client made, such as a static.
    SharedOutside,
    /// A replayed schedule asks for a step that is not possible.
    NoSuchStep {
        /// After so many steps of the schedule.
        step: usize,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoAllocator => f.write_str("taskdone_explore::Allocator is not installed"),
            Error::TooManyClients => f.write_str("there can be 15 clients"),
            Error::Setup(message) => write!(f, "the setup panicked: {message}"),
            Error::Nondeterministic { step } => {
                write!(f, "the same schedule had another result at step {step}")
            }
            Error::ArenaFull => f.write_str("a client needs more heap than its arena has"),
            Error::ForeignMemory => f.write_str("a client freed memory of somebody else"),
            Error::SharedOutside => f.write_str("clients share what the setup did not make"),
            Error::NoSuchStep { step } => write!(f, "step {step} of the schedule is not possible"),
        }
    }
}

impl std::error::Error for Error {}
