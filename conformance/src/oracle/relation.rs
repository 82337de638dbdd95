//! What a history is checked against.

use spec::{CancelledPut, Constants, Op, Outcome, State, queue};
use std::hash::Hash;

/// A sequential object: the specification ([`Exact`]), or a weakened one that shows which rule a
/// history breaks.
pub trait Relation {
    /// A state of the object.
    type State: Clone + Eq + Hash;

    /// The state before the first operation.
    fn init(&self) -> Self::State;

    /// The states in which `op` may leave the object when it answers `outcome`, which is not that
    /// it was cancelled.
    fn after(&self, state: &Self::State, op: Op, outcome: Outcome) -> Vec<Self::State>;

    /// The states in which `op` may leave the object, whatever it answers.
    fn after_any(&self, state: &Self::State, op: Op) -> Vec<Self::State>;

    /// Whether `op` may have had an effect although it was cancelled.
    fn acts_cancelled(&self, op: Op) -> bool;

    /// The states in which a cancelled `op` may leave the object, if it had an effect.
    fn after_cancelled(&self, state: &Self::State, op: Op) -> Vec<Self::State>;

    /// Whether `op` has to wait in this state.
    fn waits(&self, state: &Self::State, op: Op) -> bool;

    /// Whether no task is unfinished in this state.
    fn idle(&self, state: &Self::State) -> bool;

    /// The specification, if this is nothing weaker.
    fn specification(&self) -> Option<Exact> {
        None
    }
}

/// The sequential specification.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    /// The queue.
    pub constants: Constants,
    /// What a cancelled put has done.
    pub cancelled_put: CancelledPut,
}

/// The default choice about cancelled puts.
impl From<Constants> for Exact {
    fn from(constants: Constants) -> Exact {
        Exact { constants, cancelled_put: CancelledPut::default() }
    }
}

impl Relation for Exact {
    type State = State;

    fn init(&self) -> State {
        queue::init()
    }

    fn after(&self, state: &State, op: Op, outcome: Outcome) -> Vec<State> {
        queue::step(&self.constants, state, op, outcome).into_iter().collect()
    }

    fn after_any(&self, state: &State, op: Op) -> Vec<State> {
        queue::answer(&self.constants, state, op).map(|(_, after)| after).into_iter().collect()
    }

    fn acts_cancelled(&self, op: Op) -> bool {
        self.cancelled_put == CancelledPut::MayHaveHappened && matches!(op, Op::Put(..))
    }

    fn after_cancelled(&self, state: &State, op: Op) -> Vec<State> {
        if self.acts_cancelled(op) { self.after(state, op, Outcome::Done) } else { Vec::new() }
    }

    fn waits(&self, state: &State, op: Op) -> bool {
        queue::answer(&self.constants, state, op).is_none()
    }

    fn idle(&self, state: &State) -> bool {
        state.unfinished == 0
    }

    fn specification(&self) -> Option<Exact> {
        Some(*self)
    }
}
