//! An algorithm without its specification: what a model checker that knows nothing of refinement
//! does with it. For comparing searches; [`crate::refinement::Checked`] is the one that proves.

use crate::algorithms::Algorithm;
use crate::refinement::INVARIANT;
use stateright::{Model, Property};

/// An algorithm as a stateright model that checks the invariant and nothing else.
#[derive(Clone, Debug)]
pub struct Bare<A>(pub A);

impl<A: Algorithm> Model for Bare<A> {
    type State = A::State;
    type Action = A::State;

    fn init_states(&self) -> Vec<A::State> {
        vec![self.0.representative(&self.0.init())]
    }

    fn actions(&self, s: &A::State, actions: &mut Vec<A::State>) {
        self.0.successors(s, actions);
    }

    fn next_state(&self, _: &A::State, next: A::State) -> Option<A::State> {
        Some(self.0.representative(&next))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always(INVARIANT, |model: &Self, s| model.0.invariant(s))]
    }
}
