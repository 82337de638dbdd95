//! What a history is checked against.

use spec::{Constants, Op, Outcome, State, queue};
use std::hash::Hash;

/// A sequential object: the specification ([`Exact`]), or a weakened one that shows which rule a
/// history breaks.
pub trait Relation {
    /// A state of the object.
    type State: Clone + Eq + Hash;

    /// The state before the first operation.
    fn init(&self) -> Self::State;

    /// The states in which `op` may leave the object when it answers `outcome`.
    fn after(&self, state: &Self::State, op: Op, outcome: Outcome) -> Vec<Self::State>;

    /// The states in which `op` may leave the object, whatever it answers.
    fn after_any(&self, state: &Self::State, op: Op) -> Vec<Self::State>;

    /// Whether `op` has to wait in this state.
    fn waits(&self, state: &Self::State, op: Op) -> bool;

    /// Whether no task is unfinished in this state.
    fn idle(&self, state: &Self::State) -> bool;

    /// The queue, if this is its specification and nothing weaker.
    fn specification(&self) -> Option<Constants> {
        None
    }
}

/// The sequential specification.
#[derive(Clone, Copy, Debug)]
pub struct Exact(pub Constants);

impl Relation for Exact {
    type State = State;

    fn init(&self) -> State {
        queue::init()
    }

    fn after(&self, state: &State, op: Op, outcome: Outcome) -> Vec<State> {
        queue::step(&self.0, state, op, outcome).into_iter().collect()
    }

    fn after_any(&self, state: &State, op: Op) -> Vec<State> {
        queue::answer(&self.0, state, op).map(|(_, after)| after).into_iter().collect()
    }

    fn waits(&self, state: &State, op: Op) -> bool {
        queue::answer(&self.0, state, op).is_none()
    }

    fn idle(&self, state: &State) -> bool {
        state.unfinished == 0
    }

    fn specification(&self) -> Option<Constants> {
        Some(self.0)
    }
}
