//! The specification as a monitor: it reads a history as it grows, and keeps every way in which the
//! history so far can be explained.
//!
//! A *configuration* is a state of the sequential specification and, for each client, whether its
//! pending operation has taken effect and with which outcome. The set of all configurations that a
//! history allows is closed under taking effect; a return keeps those in which the operation has
//! taken effect with that outcome. It is empty iff there is no linearization, and nothing else of
//! the past matters for what is still to come: so executions can be merged where their sets are
//! equal. (The determinised automaton of Alur, `McMillan` and Peled, "Model-checking of correctness
//! conditions for concurrent objects", 2000.)

use spec::{CancelledPut, Choices, Constants, MomentaryZero, Op, Outcome, State, Wait, queue};
use std::collections::BTreeSet;

/// A queue whose histories are followed.
#[derive(Clone, Copy, Debug)]
pub struct Monitor {
    /// The queue.
    pub constants: Constants,
    /// What it chooses where the specification leaves a choice.
    pub choices: Choices,
    /// How many clients there are.
    pub clients: usize,
}

/// How far the pending operation of a client has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    /// There is none.
    Outside,
    /// It was called and has not taken effect.
    Called(Op),
    /// It has taken effect and will answer this.
    Took(Op, Outcome),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Configuration {
    state: State,
    places: Vec<Place>,
}

/// Every way in which a history can be explained; none if it is not allowed. Kept are the
/// configurations that all others come from. Nothing takes effect twice, so they are the same for
/// every set that closes to the same one, and few.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Explanations(BTreeSet<Configuration>);

impl Explanations {
    /// Whether the history so far has no linearization.
    pub fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all others are among these, which are spelled out. Then whatever is explained after the
    /// others is explained after these.
    pub fn include(&self, others: &Explanations) -> bool {
        others.0.is_subset(&self.0)
    }
}

impl Monitor {
    /// Before anything has happened.
    pub fn start(&self) -> Explanations {
        let places = vec![Place::Outside; self.clients];
        Explanations([Configuration { state: queue::init(), places }].into())
    }

    /// A client calls an operation.
    pub fn call(&self, before: &Explanations, client: usize, op: Op) -> Explanations {
        let called = |configuration: &Configuration| {
            let mut after = configuration.clone();
            after.places[client] = Place::Called(op);
            after
        };
        self.sources(self.closed(before.0.iter().map(called).collect()))
    }

    /// The pending operation of a client returns.
    pub fn ret(&self, before: &Explanations, client: usize, outcome: Outcome) -> Explanations {
        let answers = |c: &&Configuration| match c.places[client] {
            Place::Took(_, took) if took == outcome => true,
            place => outcome == Outcome::Cancelled && self.may_be_cancelled(place),
        };
        let returned = |configuration: &Configuration| {
            let mut after = configuration.clone();
            after.places[client] = Place::Outside;
            after
        };
        let closed = self.closed(before.0.iter().cloned().collect());
        self.sources(closed.iter().filter(answers).map(returned).collect())
    }

    /// Whether an operation that has come so far may be cancelled. A join changes nothing, so it does
    /// not matter whether it has taken effect.
    fn may_be_cancelled(&self, place: Place) -> bool {
        let puts_may = self.choices.cancelled_put == CancelledPut::MayHaveHappened;
        match place {
            Place::Outside => false,
            Place::Called(op) => op.can_be_cancelled(),
            Place::Took(Op::Join(_), _) => true,
            Place::Took(Op::Put(..), _) => puts_may,
            // What it took would be lost.
            Place::Took(..) => false,
        }
    }

    /// Whether the history may end here with nobody able to move: nothing that is pending has taken
    /// effect, and all of it waits.
    pub fn may_rest(&self, explanations: &Explanations) -> bool {
        explanations.0.iter().any(|Configuration { state, places }| {
            places.iter().all(|place| match place {
                Place::Outside => true,
                Place::Called(op) => queue::answer(&self.constants, state, *op).is_none(),
                Place::Took(..) => false,
            })
        })
    }

    /// The same explanations, with those that come from others.
    pub fn spelled_out(&self, explanations: &Explanations) -> Explanations {
        Explanations(self.closed(explanations.0.iter().cloned().collect()))
    }

    /// Adds what can take effect.
    fn closed(&self, mut open: Vec<Configuration>) -> BTreeSet<Configuration> {
        let mut closed = BTreeSet::new();
        while let Some(configuration) = open.pop() {
            if closed.contains(&configuration) {
                continue;
            }
            open.extend(self.next(&configuration));
            if !self.misses_a_zero(&configuration) {
                closed.insert(configuration);
            }
        }
        closed
    }

    /// The configurations of a closed set that no other leads to.
    fn sources(&self, mut closed: BTreeSet<Configuration>) -> Explanations {
        let led_to: Vec<Configuration> =
            closed.iter().flat_map(|configuration| self.next(configuration)).collect();
        for configuration in &led_to {
            closed.remove(configuration);
        }
        Explanations(closed)
    }

    /// What one pending operation that takes effect leads to.
    fn next(&self, before: &Configuration) -> impl Iterator<Item = Configuration> {
        (0..self.clients).filter_map(|client| self.takes(before, client))
    }

    /// The operation of a client takes effect, if it can.
    fn takes(&self, before: &Configuration, client: usize) -> Option<Configuration> {
        let Place::Called(op) = before.places[client] else { return None };
        let (outcome, state) = queue::answer(&self.constants, &before.state, op)?;
        let mut places = before.places.clone();
        places[client] = Place::Took(op, outcome);
        Some(Configuration { state, places })
    }

    /// Whether a join waits on although the count is zero, and must not. That it takes effect at the
    /// first zero loses nothing: it changes nothing.
    fn misses_a_zero(&self, Configuration { state, places }: &Configuration) -> bool {
        let waits = Place::Called(Op::Join(Wait::Forever));
        let must_return = self.choices.momentary_zero == MomentaryZero::MustReturn;
        must_return && state.unfinished == 0 && places.contains(&waits)
    }
}
