//! The search for a linearization: depth first, memoised, exact.
//!
//! Wing and Gong's search in the just-in-time form of Lowe ("Testing for linearizability", 2017):
//! the events are walked in order, and operations are linearized only when a return demands it.
//! Every linearization can be brought into that form by moving each point as far right as the next
//! such return.

use super::relation::Relation;
use spec::{EventKind, History, MomentaryZero, Operation, Outcome};
use std::collections::HashSet;

/// How many operations a history may have.
pub const OPERATIONS_MAX: usize = 128;

/// An operation took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its index among the operations of the history.
    pub operation: usize,
    /// It took effect just before this event.
    pub before: usize,
}

/// What is asked.
pub struct Question<'a> {
    /// The history.
    pub history: &'a History,
    /// Its operations, at most [`OPERATIONS_MAX`].
    pub operations: &'a [Operation],
    /// Whether what is pending must not have taken effect and must wait in the final state.
    pub blocked_must_wait: bool,
    /// Whether a join that is pending at the end must not have met a zero.
    pub momentary_zero: MomentaryZero,
}

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A linearization.
    Linearization(Vec<Step>),
    /// There is none.
    Nothing,
    /// The budget of configurations was used up before the search was over.
    OutOfBudget,
}

/// Searches for a linearization, visiting at most `budget` configurations.
pub fn search<R: Relation>(relation: &R, question: &Question, budget: usize) -> Found {
    let mut search =
        Search { relation, question, failed: HashSet::new(), budget, steps: Vec::new() };
    let found = search.walk(0, Set(0), &relation.init());
    match found {
        true => Found::Linearization(search.steps),
        false if search.failed.len() >= budget => Found::OutOfBudget,
        false => Found::Nothing,
    }
}

/// A set of operations by index.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Set(u128);

impl Set {
    fn has(self, operation: usize) -> bool {
        self.0 >> operation & 1 == 1
    }

    fn with(self, operation: usize) -> Set {
        Set(self.0 | 1 << operation)
    }
}

struct Search<'a, R: Relation> {
    relation: &'a R,
    question: &'a Question<'a>,
    /// Configurations (event, linearized, state) from which there is no way to the end.
    failed: HashSet<(usize, Set, R::State)>,
    budget: usize,
    steps: Vec<Step>,
}

impl<R: Relation> Search<'_, R> {
    /// Whether the events from `at` on can be explained; if so, the steps are on the stack.
    fn walk(&mut self, at: usize, linearized: Set, state: &R::State) -> bool {
        if self.missed_a_zero(at, state) || self.failed.len() >= self.budget {
            return false;
        }
        let Some(event) = self.question.history.events.get(at) else {
            return self.may_end(state);
        };
        let due = match event.kind {
            EventKind::Return(_) => self.returning(at).filter(|due| !linearized.has(*due)),
            EventKind::Call(_) => None,
        };
        // What was cancelled need not take effect; if it does, then before it came back.
        let optional = event.kind == EventKind::Return(Outcome::Cancelled);
        let last_chance = optional && due.is_some_and(|due| self.acts_cancelled(due));
        let placed = optional || due.is_none();
        if placed && !last_chance && !self.sticky_call(at) {
            return self.walk(at + 1, linearized, state);
        }
        let key = (at, linearized, state.clone());
        if self.failed.contains(&key) {
            return false;
        }
        let explained = (placed && self.walk(at + 1, linearized, state))
            || due.is_some_and(|due| self.take(due, at, linearized, state))
            || (0..self.question.operations.len())
                .any(|other| Some(other) != due && self.take(other, at, linearized, state));
        if !explained {
            self.failed.insert(key);
        }
        explained
    }

    /// Lets `operation` take effect just before event `at`, if it can, and goes on from there.
    fn take(&mut self, operation: usize, at: usize, linearized: Set, state: &R::State) -> bool {
        let Operation { op, called, returned, .. } = self.question.operations[operation];
        let is_pending = called < at && !linearized.has(operation);
        let next = match returned {
            _ if !is_pending => return false,
            Some((event, Outcome::Cancelled)) if event < at => return false,
            Some((_, Outcome::Cancelled)) => self.relation.after_cancelled(state, op),
            Some((_, outcome)) => self.relation.after(state, op, outcome),
            None if self.question.blocked_must_wait => return false,
            None => self.relation.after_any(state, op),
        };
        for state in &next {
            self.steps.push(Step { operation, before: at });
            if self.walk(at, linearized.with(operation), state) {
                return true;
            }
            self.steps.pop();
        }
        false
    }

    fn returning(&self, at: usize) -> Option<usize> {
        let returns = |o: &Operation| o.returned.is_some_and(|(event, _)| event == at);
        self.question.operations.iter().position(returns)
    }

    fn acts_cancelled(&self, operation: usize) -> bool {
        self.relation.acts_cancelled(self.question.operations[operation].op)
    }

    fn may_end(&self, state: &R::State) -> bool {
        let mut pending = self.question.operations.iter().filter(|o| o.returned.is_none());
        !self.question.blocked_must_wait || pending.all(|o| self.relation.waits(state, o.op))
    }

    /// Joins that are blocked for ever although every zero that they meet would release them.
    fn sticky_joins(&self) -> impl Iterator<Item = &Operation> {
        let asked = self.question.blocked_must_wait
            && self.question.momentary_zero == MomentaryZero::MustReturn;
        let operations = self.question.operations.iter().filter(move |_| asked);
        operations.filter(|o| o.returned.is_none() && matches!(o.op, spec::Op::Join(_)))
    }

    fn missed_a_zero(&self, at: usize, state: &R::State) -> bool {
        self.relation.idle(state) && self.sticky_joins().any(|join| join.called < at)
    }

    /// Whether moving points to the right beyond event `at` could make a join meet a zero: then
    /// they may also be placed here.
    fn sticky_call(&self, at: usize) -> bool {
        self.sticky_joins().any(|join| join.called == at)
    }
}
