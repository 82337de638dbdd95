//! Refinement: whether every step of a design is a step of the specification, or a stutter.
//!
//! A design is given with a *refinement mapping*, from its states to those of the specification
//! (Abadi and Lamport, "The existence of refinement mappings", 1991). Each step says which operations
//! take effect in it. It refines if the specification can take those steps from the mapped state
//! before to the mapped state after, and if each operation takes effect exactly once between its call
//! and its return. Then every history of the design has a linearization.
//!
//! That nobody waits for ever who need not is no matter of single steps: in every state in which no
//! thread can go on, each client has finished or waits in an operation that the specification does
//! not enable.

use crate::algorithms::{Algorithm, Step};
use spec::{Constants, Op, Outcome, State, queue};
use stateright::{Model, Property};
use std::fmt::Debug;

/// What a step is in the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The operation that a client has called takes effect, and will answer this.
    Takes {
        /// The client.
        client: usize,
        /// What it has called.
        op: Op,
        /// What that will answer.
        outcome: Outcome,
    },
    /// The operation that a client has called was cancelled and has not taken effect.
    Cancelled {
        /// The client.
        client: usize,
    },
    /// The oldest item of a producer that others cannot see yet becomes visible.
    Delivers {
        /// The client that put it.
        client: usize,
    },
    /// The operation that a client has called takes for itself what it needs, and has not taken
    /// effect.
    Begins {
        /// The client.
        client: usize,
        /// What it has called.
        op: Op,
    },
    /// An operation that has taken effect gives back what it had taken for itself.
    Ends {
        /// The client.
        client: usize,
    },
}

/// Where a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Between two operations.
    Outside,
    /// It has called this, which has not taken effect.
    Called(Op),
    /// What it has called has taken effect and not returned.
    Effective,
    /// It has called everything.
    Finished,
}

/// What a design refines. [`Constants`] are the sequential specification itself.
pub trait Specification {
    /// VARIABLES
    type State: Clone + Debug + PartialEq;

    /// The state after an effect; `None` where that is not allowed.
    fn step(&self, s: &Self::State, effect: Effect) -> Option<Self::State>;

    /// Whether a client that has called this may wait in `s`.
    fn waits(&self, s: &Self::State, client: usize, op: Op) -> bool;
}

impl Specification for Constants {
    type State = State;

    fn step(&self, s: &State, effect: Effect) -> Option<State> {
        match effect {
            Effect::Takes { op, outcome, .. } => queue::step(self, s, op, outcome),
            Effect::Cancelled { .. } => Some(s.clone()),
            Effect::Delivers { .. } | Effect::Begins { .. } | Effect::Ends { .. } => None,
        }
    }

    fn waits(&self, s: &State, _: usize, op: Op) -> bool {
        queue::answer(self, s, op).is_none()
    }
}

/// An algorithm as a stateright model, with the refinement as a property. It goes on from the
/// [representative](Algorithm::representative) of a state, in which threads may have other names:
/// for a counterexample that is to be read, search without.
#[derive(Clone, Debug)]
pub struct Checked<A>(pub A);

/// A state, and whether the step that led to it refines.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reached<S> {
    /// The state of the algorithm.
    pub state: S,
    /// Whether the step to it was a step of the specification or a stutter.
    pub refines: bool,
}

/// The name of the property that fails where a step is none of the specification.
pub const REFINES: &str = "every step is a step of the specification or a stutter";

/// The name of the property that fails where somebody is blocked who could go on.
pub const PROGRESS: &str = "nobody is blocked who could go on";

/// The name of the property that fails where a state is out of shape.
pub const INVARIANT: &str = "the invariant holds";

impl<A: Algorithm> Model for Checked<A> {
    type State = Reached<A::State>;
    type Action = Step<A::State>;

    fn init_states(&self) -> Vec<Self::State> {
        vec![Reached { state: self.0.representative(&self.0.init()), refines: true }]
    }

    fn actions(&self, s: &Self::State, actions: &mut Vec<Self::Action>) {
        // What comes after a step that does not refine says nothing.
        if s.refines {
            self.0.steps(&s.state, actions);
        }
    }

    fn next_state(&self, s: &Self::State, step: Self::Action) -> Option<Self::State> {
        let refines = refines(&self.0, &s.state, &step);
        Some(Reached { state: self.0.representative(&step.next), refines })
    }

    fn format_action(&self, step: &Self::Action) -> String {
        format!("{}: {}", self.0.name(step.thread), step.label)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(REFINES, |_, s: &Self::State| s.refines),
            Property::always(PROGRESS, |model: &Self, s| {
                !s.refines || progresses(&model.0, &s.state)
            }),
            Property::always(INVARIANT, |model: &Self, s: &Self::State| {
                model.0.invariant(&s.state)
            }),
        ];
        properties.extend(A::reaches());
        properties
    }
}

/// Whether the step is a step of the specification or a stutter.
fn refines<A: Algorithm>(algorithm: &A, before: &A::State, step: &Step<A::State>) -> bool {
    let specification = algorithm.specification();
    let mut queue = algorithm.queue(before);
    for effect in &step.effects {
        match specification.step(&queue, *effect) {
            Some(after) => queue = after,
            None => return false,
        }
    }
    let each_once =
        (0..algorithm.clients()).all(|client| takes_effect_once(algorithm, before, step, client));
    each_once && queue == algorithm.queue(&step.next)
}

/// Whether the effects of a step on a client fit to what the client has called, and leave it where
/// they should: an operation takes effect or is cancelled before it returns, once, and what has
/// taken effect is over only when it returns.
fn takes_effect_once<A: Algorithm>(
    algorithm: &A,
    before: &A::State,
    step: &Step<A::State>,
    client: usize,
) -> bool {
    let after = algorithm.place(&step.next, client);
    let returns = step.returns && step.thread == client;
    let own = |effect: &&Effect| match **effect {
        Effect::Takes { client: of, .. } | Effect::Cancelled { client: of } => of == client,
        Effect::Delivers { .. } | Effect::Begins { .. } | Effect::Ends { .. } => false,
    };
    let mut effects = step.effects.iter().filter(own);
    let fits = match (algorithm.place(before, client), effects.next()) {
        // An operation may be called and take effect in one step.
        (Place::Outside, Some(Effect::Takes { .. })) => is_effective(after, returns),
        (Place::Called(called), Some(Effect::Takes { op, .. })) => {
            *op == called && is_effective(after, returns)
        }
        (Place::Called(_), Some(Effect::Cancelled { .. })) => returns && after != Place::Effective,
        (_, Some(_)) => false,
        (Place::Effective, None) => is_effective(after, returns),
        (Place::Outside, None) => !returns && matches!(after, Place::Outside | Place::Called(_)),
        (place @ (Place::Called(_) | Place::Finished), None) => !returns && after == place,
    };
    fits && effects.next().is_none()
}

/// Whether a client whose operation has taken effect may be there. If that has returned, the client
/// may have called the next one, which has not.
fn is_effective(after: Place, returned: bool) -> bool {
    returned != (after == Place::Effective)
}

/// Whether some thread can go on, or everybody who has not finished waits for a reason.
fn progresses<A: Algorithm>(algorithm: &A, s: &A::State) -> bool {
    let mut steps = Vec::new();
    algorithm.steps(s, &mut steps);
    let queue = algorithm.queue(s);
    let specification = algorithm.specification();
    let waits_rightly = |client| match algorithm.place(s, client) {
        Place::Finished => true,
        Place::Called(op) => specification.waits(&queue, client, op),
        Place::Outside | Place::Effective => false,
    };
    !steps.is_empty() || (0..algorithm.clients()).all(waits_rightly)
}
