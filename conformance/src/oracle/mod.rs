//! The oracle: whether the specification allows a history.
//!
//! It knows the specification and nothing else: no scenario, no engine, no clause.

pub mod certificate;
pub mod core;
mod counts;
mod goal;
mod index;
mod lazy;
pub mod long;
mod read;
mod record;
pub mod relation;
pub mod run;
pub mod search;
mod state;
mod windows;

use relation::{Exact, Relation};
use run::Run;
use search::{Found, OPERATIONS_MAX, Question, Step, search};
use spec::{Constants, Ending, History, MomentaryZero, Operation};

/// How many configurations the search may visit before it answers [`Answer::Unknown`].
const CONFIGURATIONS_MAX: usize = 1_000_000;

/// What the oracle says of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Allowed, by this linearization.
    Allowed(Vec<Step>),
    /// What has returned cannot be explained.
    NoLinearization,
    /// What has returned can be explained, but not that these operations stay blocked: they are
    /// enabled in the final state. Indices among the operations.
    Stuck(Vec<usize>),
    /// Undecided, and why.
    Unknown(String),
}

/// Judges a history of a queue with these constants.
///
/// A history that ended quiescent needs one linearization in which nothing that is pending has
/// taken effect and everything that is pending waits in the final state. In any other history what
/// is pending may have taken effect or not.
pub fn judge(constants: Constants, zero: MomentaryZero, history: &History) -> Answer {
    let operations = match history.operations() {
        Ok(operations) if operations.len() <= OPERATIONS_MAX => operations,
        Ok(operations) => return too_long(operations.len()),
        Err(malformed) => return Answer::Unknown(malformed.to_string()),
    };
    let relation = Exact(constants);
    match explain(&relation, zero, history, &operations) {
        Found::Linearization(steps) => Answer::Allowed(steps),
        Found::OutOfBudget => out_of_budget(),
        Found::Nothing if history.ending != Ending::Quiescent => Answer::NoLinearization,
        Found::Nothing => judge_returned(&relation, history, &operations),
    }
}

/// Searches for a linearization of the whole history by any relation.
pub fn explain<R: Relation>(
    relation: &R,
    momentary_zero: MomentaryZero,
    history: &History,
    operations: &[Operation],
) -> Found {
    let blocked_must_wait = history.ending == Ending::Quiescent;
    let question = Question { history, operations, blocked_must_wait, momentary_zero };
    search(relation, &question, CONFIGURATIONS_MAX)
}

/// The history is not allowed: is it what returned, or only what stays blocked?
fn judge_returned(relation: &Exact, history: &History, operations: &[Operation]) -> Answer {
    let returned: Vec<Operation> =
        operations.iter().copied().filter(|o| o.returned.is_some()).collect();
    let question = Question {
        history,
        operations: &returned,
        blocked_must_wait: true,
        momentary_zero: MomentaryZero::MayMiss,
    };
    let steps = match search(relation, &question, CONFIGURATIONS_MAX) {
        Found::Linearization(steps) => steps,
        Found::Nothing => return Answer::NoLinearization,
        Found::OutOfBudget => return out_of_budget(),
    };
    let run = Run::replay(relation.0, &returned, &steps);
    let pending = |i: &usize| operations[*i].returned.is_none();
    let enabled = |i: &usize| !relation.waits(run.end(), operations[*i].op);
    let stuck: Vec<usize> = (0..operations.len()).filter(pending).filter(enabled).collect();
    // The counts of the final state do not depend on the linearization, so an empty list means
    // that a join missed a zero that its profile does not let it miss.
    if stuck.is_empty() {
        let joins = |i: &usize| matches!(operations[*i].op, spec::Op::Join(_));
        return Answer::Stuck((0..operations.len()).filter(pending).filter(joins).collect());
    }
    Answer::Stuck(stuck)
}

fn too_long(operations: usize) -> Answer {
    Answer::Unknown(format!(
        "the history has {operations} operations; the search takes at most {OPERATIONS_MAX}"
    ))
}

fn out_of_budget() -> Answer {
    Answer::Unknown(format!("no answer within {CONFIGURATIONS_MAX} configurations"))
}
