//! A linearization played back, state by state.

use super::search::Step;
use spec::{Constants, Op, Operation, Outcome, State, queue};

/// An operation took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The operation.
    pub op: Op,
    /// What it answered.
    pub outcome: Outcome,
    /// How many operations had taken effect when it was called.
    pub called: usize,
    /// The event of its call.
    pub call: usize,
}

/// A run, operation by operation in the order of its linearization.
#[derive(Clone, Debug)]
pub struct Run {
    /// The queue.
    pub constants: Constants,
    /// The operations that took effect.
    pub effects: Vec<Effect>,
    /// The state before the first effect, and after each.
    pub states: Vec<State>,
    steps: Vec<Step>,
}

impl Run {
    /// Plays a linearization of the operations.
    ///
    /// # Panics
    ///
    /// If it is none.
    pub fn replay(constants: Constants, operations: &[Operation], steps: &[Step]) -> Run {
        let steps = steps.to_vec();
        let mut run = Run { constants, effects: Vec::new(), states: vec![queue::init()], steps };
        for at in 0..run.steps.len() {
            let Operation { op, returned, called, .. } = operations[run.steps[at].operation];
            let before = &run.states[at];
            let effect = match returned {
                // It is among the steps, so it has happened all the same.
                Some((_, Outcome::Cancelled)) => queue::answer(&constants, before, op),
                Some((_, o)) => queue::step(&constants, before, op, o).map(|after| (o, after)),
                None => queue::answer(&constants, before, op),
            };
            let (outcome, after) = effect.expect("the steps are a linearization");
            run.states.push(after);
            let before = run.effects_before(called);
            run.effects.push(Effect { op, outcome, called: before, call: called });
        }
        run
    }

    /// How many operations had taken effect when this event happened.
    pub fn effects_before(&self, event: usize) -> usize {
        self.steps.iter().take_while(|step| step.before <= event).count()
    }

    /// The state after everything.
    pub fn end(&self) -> &State {
        self.states.last().expect("there is at least the initial state")
    }
}
