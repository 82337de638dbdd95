//! Which clause a history breaks, and why, in a sentence.

mod blocked;
mod cancelled;
mod eventual;
mod fault;
mod results;

use crate::oracle::relation::Exact;
use crate::oracle::search::Step;
use crate::oracle::{self, Answer, OPERATIONS_MAX};
use spec::{Choices, ClauseId, Ending, History, Operation, Scenario};

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
pub fn judge(scenario: &Scenario, choices: impl Into<Choices>, history: &History) -> Verdict {
    let choices = choices.into();
    if let Ending::Panicked { thread, message } = &history.ending {
        let client = name(scenario, *thread);
        let reason = format!("{client} panicked: {message}");
        return Verdict::Violates(Violation { clause: ClauseId::Prog5, reason });
    }
    if let Ending::Mishandled(what) = &history.ending {
        // What the clients saw comes first.
        let seen = History { ending: Ending::Quiescent, ..history.clone() };
        return match judge(scenario, choices, &seen) {
            Verdict::Violates(violation) => Verdict::Violates(violation),
            _ => Verdict::Violates(Violation { clause: ClauseId::Get7, reason: what.clone() }),
        };
    }
    let answer = oracle::judge(scenario.constants, choices, history);
    if let (true, Answer::Stuck(_) | Answer::NoLinearization) = (is_long(history), &answer) {
        // Fewer operations that are as bad say more, and sooner.
        let core = oracle::core::core(scenario.constants, choices, history);
        if core.operations.len() < history.events.len() / 2 {
            let beside = cancelled::beside(scenario, choices, history, &core);
            let verdict = judge(scenario, choices, &beside.unwrap_or(core.history));
            return without(core.later.len(), verdict);
        }
    }
    match answer {
        Answer::Allowed(steps) => Verdict::Conforms(steps),
        Answer::Unknown(why) => Verdict::Unknown(why),
        Answer::Stuck(stuck) => {
            Verdict::Violates(blocked::blame(scenario, choices, history, &stuck))
        }
        Answer::NoLinearization => Verdict::Violates(results::blame(scenario, choices, history)),
    }
}

/// Says what a core has left out that it does not explain.
fn without(later: usize, mut verdict: Verdict) -> Verdict {
    if let (Verdict::Violates(violation), 1..) = (&mut verdict, later) {
        let s = if later == 1 { "" } else { "s" };
        violation.reason += &format!(
            " (not shown: {later} operation{s} that in every order that is allowed came after all of this)"
        );
    }
    verdict
}

fn is_long(history: &History) -> bool {
    history.events.len() > 2 * OPERATIONS_MAX
}

fn name(scenario: &Scenario, thread: usize) -> &str {
    scenario.clients.get(thread).map_or("a client", |client| &client.name)
}

fn operations(history: &History) -> Vec<Operation> {
    history.operations().expect("the oracle has answered, so the history is well formed")
}

fn exact(scenario: &Scenario, choices: Choices) -> Exact {
    Exact { constants: scenario.constants, cancelled_put: choices.cancelled_put }
}
