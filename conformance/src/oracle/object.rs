//! What the search explores: an object, and how an operation takes effect on it.

use super::relation::{Exact, Relation};
use spec::{Op, Operation};
use std::hash::Hash;

/// The phase of an operation that has done all that it does. Before its first move it is in phase 0.
pub const DONE: u8 = 2;

/// An object on which operations take effect in one or several moves.
pub trait Object {
    /// A state of the object.
    type State: Clone + Eq + Hash;

    /// The state before the first operation.
    fn init(&self) -> Self::State;

    /// The next moves that `operation` can make in this phase, each with the phase and the state
    /// after it. What it answered, if it has returned, decides which they are.
    fn moves(
        &self,
        state: &Self::State,
        operation: &Operation,
        phase: u8,
    ) -> Vec<(u8, Self::State)>;

    /// Whether `op` may have had an effect although it was cancelled.
    fn acts_cancelled(&self, op: Op) -> bool;

    /// The same for an operation that was cancelled, if it had an effect.
    fn moves_cancelled(
        &self,
        state: &Self::State,
        operation: &Operation,
        phase: u8,
    ) -> Vec<(u8, Self::State)>;

    /// Whether `op` has to wait in this state.
    fn waits(&self, state: &Self::State, op: Op) -> bool;

    /// Whether no task is unfinished in this state.
    fn idle(&self, state: &Self::State) -> bool;

    /// The sequential specification, if this is nothing weaker.
    fn specification(&self) -> Option<Exact> {
        None
    }
}

/// An operation on a sequential object takes effect in one move.
impl<R: Relation> Object for R {
    type State = R::State;

    fn init(&self) -> R::State {
        Relation::init(self)
    }

    fn moves(&self, state: &R::State, operation: &Operation, _: u8) -> Vec<(u8, R::State)> {
        let after = match operation.returned {
            Some((_, outcome)) => self.after(state, operation.op, outcome),
            None => self.after_any(state, operation.op),
        };
        after.into_iter().map(|state| (DONE, state)).collect()
    }

    fn acts_cancelled(&self, op: Op) -> bool {
        Relation::acts_cancelled(self, op)
    }

    fn moves_cancelled(
        &self,
        state: &R::State,
        operation: &Operation,
        _: u8,
    ) -> Vec<(u8, R::State)> {
        let after = self.after_cancelled(state, operation.op);
        after.into_iter().map(|state| (DONE, state)).collect()
    }

    fn waits(&self, state: &R::State, op: Op) -> bool {
        Relation::waits(self, state, op)
    }

    fn idle(&self, state: &R::State) -> bool {
        Relation::idle(self, state)
    }

    fn specification(&self) -> Option<Exact> {
        Relation::specification(self)
    }
}
