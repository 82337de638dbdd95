//! Which clause a history breaks, and why, in a sentence.

mod blocked;
mod fault;
mod results;

use crate::oracle::search::Step;
use crate::oracle::{self, Answer};
use spec::{ClauseId, Ending, History, MomentaryZero, Operation, Scenario};

/// A broken clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The clause.
    pub clause: ClauseId,
    /// What happened and what would have been allowed.
    pub reason: String,
}

/// Whether a run keeps the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does, by this linearization.
    Conforms(Vec<Step>),
    /// It does not.
    Violates(Violation),
    /// Undecided, and why.
    Unknown(String),
}

/// Judges a run of a scenario.
pub fn judge(scenario: &Scenario, zero: MomentaryZero, history: &History) -> Verdict {
    if let Ending::Panicked { thread, message } = &history.ending {
        let client = name(scenario, *thread);
        let reason = format!("{client} panicked: {message}");
        return Verdict::Violates(Violation { clause: ClauseId::Prog5, reason });
    }
    match oracle::judge(scenario.constants, zero, history) {
        Answer::Allowed(steps) => Verdict::Conforms(steps),
        Answer::Unknown(why) => Verdict::Unknown(why),
        Answer::Stuck(stuck) => Verdict::Violates(blocked::blame(scenario, history, &stuck)),
        Answer::NoLinearization => Verdict::Violates(results::blame(scenario, zero, history)),
    }
}

fn name(scenario: &Scenario, thread: usize) -> &str {
    scenario.clients.get(thread).map_or("a client", |client| &client.name)
}

fn operations(history: &History) -> Vec<Operation> {
    history.operations().expect("the oracle has answered, so the history is well formed")
}
