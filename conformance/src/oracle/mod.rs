//! The oracle: whether the specification allows a history.
//!
//! It knows the specification and nothing else: no scenario, no engine, no clause.
//!
//! There are two searches. [`search`](mod@search) is general: any discipline, any weakened
//! specification, any policy on a momentary zero. It regrets its choices when they fail, so its time
//! is anybody's guess where much overlaps, and it has a budget. [`long`] is for queues that are first
//! in, first out, and for histories of any length: it reads a history into compact entries, narrows
//! the window of each by what the others answered, and searches lazily in what is left. Each is the
//! other's test. A queue with eventual visibility is searched, too, and its histories have to be short.
//! [`segments`] cuts a history into pieces to be judged one by one. [`certificate`] checks what either says is allowed, and [`core`](mod@core) reduces
//! what is not.

pub mod certificate;
pub mod core;
mod counts;
mod eventual;
mod goal;
mod index;
mod lazy;
pub mod long;
pub mod object;
mod read;
mod record;
mod reduction;
pub mod relation;
pub mod run;
pub mod search;
pub mod segments;
mod spans;
mod state;
mod windows;

use object::Object;
use relation::{Exact, Relation};
use run::Run;
use search::{Found, Question, Step, search};
use spec::{
    Choices, Constants, Discipline, Ending, EventKind, History, MomentaryZero, Operation,
    Visibility,
};

/// From how many operations on a history is long.
pub const OPERATIONS_MAX: usize = 128;

/// How many configurations the search may visit before it answers [`Answer::Unknown`].
const CONFIGURATIONS_MAX: usize = 1_000_000;

/// How many steps the search for long histories may take before it answers [`Answer::Unknown`]:
/// so many, and so many more for each event.
const STEPS_MAX: usize = 1_000_000;
const STEPS_PER_EVENT_MAX: usize = 10;

/// What the oracle says of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Allowed, by this linearization. With eventual visibility it is no linearization of the
    /// sequential specification, but the order in which items were put and got.
    Allowed(Vec<Step>),
    /// What has returned cannot be explained.
    NoLinearization,
    /// What has returned can be explained, but not that these operations stay blocked: they are
    /// enabled in the final state. Indices among the operations.
    Stuck(Vec<usize>),
    /// Undecided, and why.
    Unknown(String),
}

/// Judges a history of a queue with these constants and choices.
///
/// A history that ended quiescent needs one linearization in which nothing that is pending has
/// taken effect and everything that is pending waits in the final state. In any other history what
/// is pending may have taken effect or not.
pub fn judge(constants: Constants, choices: impl Into<Choices>, history: &History) -> Answer {
    let choices = choices.into();
    let Choices { momentary_zero: zero, cancelled_put, visibility } = choices;
    if visibility == Visibility::Eventual {
        return eventual::judge(constants, choices, history);
    }
    let relation = Exact { constants, cancelled_put };
    let calls = history.events.iter().filter(|e| matches!(e.kind, EventKind::Call(_))).count();
    if calls > OPERATIONS_MAX && is_exact_for_long(constants, zero, history) {
        return long::judge(relation, history, steps_max(history));
    }
    let operations = match history.operations() {
        Ok(operations) => operations,
        Err(malformed) => return Answer::Unknown(malformed.to_string()),
    };
    match explain(&relation, zero, history, &operations) {
        Found::Linearization(steps) => Answer::Allowed(steps),
        Found::OutOfBudget => out_of_budget(),
        Found::Nothing if history.ending != Ending::Quiescent => Answer::NoLinearization,
        Found::Nothing => judge_returned(&relation, history, &operations),
    }
}

/// Whether [`long`] decides the histories of such a queue. A join that must not miss a zero, and is
/// still waiting at the end, constrains what comes before it.
fn is_exact_for_long(constants: Constants, zero: MomentaryZero, history: &History) -> bool {
    let may_have_missed = history.ending == Ending::Quiescent && zero == MomentaryZero::MustReturn;
    constants.discipline == Discipline::Fifo && !may_have_missed
}

fn steps_max(history: &History) -> usize {
    STEPS_MAX + STEPS_PER_EVENT_MAX * history.events.len()
}

/// Searches for a linearization of the whole history by any relation. Where the relation is the
/// specification of a queue that is first in, first out, there are two ways to find one: the search
/// for long histories if it is long, or if the other gives up.
pub fn explain<R: Relation>(
    relation: &R,
    momentary_zero: MomentaryZero,
    history: &History,
    operations: &[Operation],
) -> Found {
    let exact = Object::specification(relation);
    let exact = exact.filter(|e| is_exact_for_long(e.constants, momentary_zero, history));
    let by_long = |exact: Exact| long::explain(exact, history, operations, steps_max(history));
    if let Some(exact) = exact.filter(|_| operations.len() > OPERATIONS_MAX) {
        return by_long(exact);
    }
    let blocked_must_wait = history.ending == Ending::Quiescent;
    let question = Question { history, operations, blocked_must_wait, momentary_zero };
    match (search(relation, &question, CONFIGURATIONS_MAX), exact) {
        (Found::OutOfBudget, Some(exact)) => by_long(exact),
        (found, _) => found,
    }
}

/// The history is not allowed: is it what returned, or only what stays blocked?
fn judge_returned(relation: &Exact, history: &History, operations: &[Operation]) -> Answer {
    let returned: Vec<Operation> =
        operations.iter().copied().filter(|o| o.returned.is_some()).collect();
    let steps = match explain(relation, MomentaryZero::MayMiss, history, &returned) {
        Found::Linearization(steps) => steps,
        Found::Nothing => return Answer::NoLinearization,
        Found::OutOfBudget => return out_of_budget(),
    };
    let run = Run::replay(relation.constants, &returned, &steps);
    let pending = |i: &usize| operations[*i].returned.is_none();
    let enabled = |i: &usize| !Relation::waits(relation, run.end(), operations[*i].op);
    let stuck: Vec<usize> = (0..operations.len()).filter(pending).filter(enabled).collect();
    // The counts of the final state do not depend on the linearization, so an empty list means
    // that a join missed a zero that its profile does not let it miss.
    if stuck.is_empty() {
        let joins = |i: &usize| matches!(operations[*i].op, spec::Op::Join(_));
        return Answer::Stuck((0..operations.len()).filter(pending).filter(joins).collect());
    }
    Answer::Stuck(stuck)
}

fn out_of_budget() -> Answer {
    Answer::Unknown(format!(
        "too much overlaps: no answer within {CONFIGURATIONS_MAX} configurations"
    ))
}
