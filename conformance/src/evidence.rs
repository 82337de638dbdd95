//! Evidence: which clauses a run had something to say about.
//!
//! A clause that was never put to the test has not been kept, it is *vacuous*. So for each clause it
//! is counted in how many runs its precondition really occurred. The linearization that the oracle
//! found says in which states the operations took effect.

use crate::oracle::run::{Effect, Run};
use crate::oracle::search::Step;
use spec::{
    CLAUSES, Check, Clause, ClauseId, Constants, Discipline, History, Op, Operation, Outcome,
    Phase, Shutdown, State, Wait, queue,
};
use std::mem::discriminant;
use std::time::Duration;

/// The clauses whose precondition occurred in a run that conforms.
///
/// # Panics
///
/// If the steps are no linearization of the history.
pub fn occurred(constants: Constants, history: &History, steps: &[Step]) -> Vec<ClauseId> {
    let operations = history.operations().expect("the oracle has explained the history");
    let evidence = Evidence(Run::replay(constants, &operations, steps));
    let effects = 0..evidence.0.effects.len();
    let tested = |clause: &&Clause| effects.clone().any(|at| evidence.tests(clause.id, at));
    let in_effects =
        CLAUSES.iter().filter(|c| c.check == Check::Histories).filter(tested).map(|c| c.id);
    let mut all: Vec<ClauseId> = in_effects.chain(cancelled(&operations)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The clauses about cancellation, whose precondition is a call without an effect.
fn cancelled(operations: &[Operation]) -> Vec<ClauseId> {
    let mut clauses = Vec::new();
    for operation in operations {
        let Some((end, Outcome::Cancelled)) = operation.returned else { continue };
        let still_waits = |o: &Operation| o.returned.is_none_or(|(returned, _)| returned > end);
        let same_kind = |o: &Operation| discriminant(&o.op) == discriminant(&operation.op);
        let mut others = operations.iter().filter(|o| o.thread != operation.thread);
        let beside = others.any(|o| same_kind(o) && o.called < end && still_waits(o));
        let went_on = operations.iter().any(|o| o.called > end);
        match operation.op {
            Op::Get(_) => clauses.extend(went_on.then_some(ClauseId::Canc1)),
            Op::Put(..) => clauses.extend(went_on.then_some(ClauseId::Canc2)),
            _ => clauses.extend(beside.then_some(ClauseId::Canc4)),
        }
        let is_join = matches!(operation.op, Op::Join(_));
        clauses.extend((beside && !is_join).then_some(ClauseId::Canc3));
    }
    clauses
}

/// A run, asked about its clauses.
struct Evidence(Run);

impl Evidence {
    /// Whether the operation had to wait when it was called.
    ///
    /// The linearization places effects as late as it can. So it is not enough that the operation
    /// was not enabled in the state at its call: what enabled it must have been called afterwards.
    fn waited(&self, at: usize) -> bool {
        let Effect { op, called, call, .. } = self.0.effects[at];
        let waits = |i: &usize| queue::answer(&self.0.constants, &self.0.states[*i], op).is_none();
        let enabled_by = (called..at).rfind(waits).map(|i| self.0.effects[i]);
        op.may_block() && waits(&called) && enabled_by.is_some_and(|other| other.call > call)
    }

    /// The states between the call of an operation and its effect.
    fn meanwhile(&self, at: usize) -> &[State] {
        &self.0.states[self.0.effects[at].called..=at]
    }

    fn was_shut_down_immediately(&self, before: usize) -> bool {
        let immediate = |effect: &Effect| effect.op == Op::Shutdown(Shutdown::Immediate);
        self.0.effects[..before].iter().any(immediate)
    }

    /// How many joins were waiting when the effect at this position took place.
    fn joins_waiting(&self, at: usize) -> usize {
        let later = self.0.effects.iter().enumerate().skip(at + 1);
        later
            .filter(|(i, e)| matches!(e.op, Op::Join(_)) && e.called <= at && self.waited(*i))
            .count()
    }

    /// Whether a state in which work was left passed while a join waited.
    fn join_saw(&self, at: usize, work_left: impl Fn(usize, &State) -> bool) -> bool {
        let from = self.0.effects[at].called;
        let seen = self.meanwhile(at).iter().enumerate();
        self.waited(at) && seen.into_iter().any(|(i, state)| work_left(from + i, state))
    }

    /// Whether the effect at this position puts the clause to the test.
    fn tests(&self, clause: ClauseId, at: usize) -> bool {
        use ClauseId as C;
        let Effect { op, outcome, .. } = self.0.effects[at];
        let (before, after) = (&self.0.states[at], &self.0.states[at + 1]);
        let (open, shut) = (before.phase == Phase::Open, before.phase == Phase::Shut);
        let (put, get) = (matches!(op, Op::Put(..)), matches!(op, Op::Get(_)));
        let join = matches!(op, Op::Join(_));
        let got = matches!(outcome, Outcome::Got(_));
        let done = outcome == Outcome::Done;
        let refused = outcome == Outcome::ShutDown;
        let immediate = op == Op::Shutdown(Shutdown::Immediate);
        let unbounded = self.0.constants.capacity.is_none();
        let last = at + 1 == self.0.effects.len();
        let chose =
            |discipline| got && before.items.len() > 1 && self.0.constants.discipline == discipline;
        match clause {
            C::Put1 | C::Put2 | C::Get7 => put && done,
            C::Put3 => put && !done && !last,
            C::Get1 | C::Get2 | C::Get3 | C::Get4 => got,
            C::Get5 => outcome == Outcome::Empty,
            C::Get6 => get && !got && !last,
            C::Cap1 => put && done && queue::full(&self.0.constants, after),
            C::Cap2 => outcome == Outcome::Full,
            C::Cap3 => put && done && unbounded && !before.items.is_empty(),
            C::Ord1 => chose(Discipline::Fifo),
            C::Ord2 => chose(Discipline::Lifo),
            C::Ord3 => chose(Discipline::Priority),
            C::Done1 => op == Op::TaskDone && done,
            C::Done2 => outcome == Outcome::TooMany,
            C::Done3 => outcome == Outcome::TooMany && !last,
            C::Done4 => op == Op::TaskDone && done && before.unfinished <= before.items.len(),
            C::Join1 | C::Prog3 => join && self.waited(at),
            C::Join2 => join && done && self.meanwhile(at)[0].unfinished == 0,
            C::Join3 => join && self.join_saw(at, |_, s| s.items.is_empty() && s.unfinished > 0),
            C::Join4 => after.unfinished == 0 && self.joins_waiting(at) > 1,
            C::Join5 => outcome == Outcome::TimedOut,
            C::Shut1 => put && refused,
            C::Shut2 => got && shut,
            C::Shut3 => get && refused && !self.waited(at),
            C::Shut4 => get && refused && self.waited(at),
            C::Shut5 => put && refused && self.waited(at),
            C::Shut6 => immediate && !before.items.is_empty(),
            C::Shut7 => immediate && after.unfinished < before.unfinished,
            C::Shut8 => {
                join && self
                    .join_saw(at, |i, s| s.unfinished > 0 && self.was_shut_down_immediately(i))
                    || op == Op::TaskDone && done && self.was_shut_down_immediately(at)
            }
            C::Shut9 => immediate && before.items.len() > before.unfinished,
            C::Shut10 => refused || open && outcome == Outcome::Empty,
            C::Shut11 => op == Op::Shutdown(Shutdown::Graceful) && before.unfinished > 0,
            C::Shut12 => matches!(op, Op::Shutdown(_)) && shut && !last,
            C::Shut13 => immediate && after.unfinished == 0 && self.joins_waiting(at) > 0,
            C::Shut14 => put && refused && queue::full(&self.0.constants, before),
            C::Time3 => op.wait() == Some(Wait::AtMost(Duration::ZERO)),
            C::Obs1 => op == Op::Len,
            C::Obs2 => op == Op::Unfinished,
            C::Obs3 => op == Op::IsShutdown,
            C::Prog1 => got && self.waited(at),
            C::Prog2 => put && done && self.waited(at),
            C::Prog4 => !op.may_block(),
            C::Prog5 => true,
            // Histories do not show these; see `Check`.
            _ => false,
        }
    }
}
