//! The model, stepped beside the process: the states in which the queue may be, after what it has
//! answered.
//!
//! The model is *clients × sequential specification*. After a step everything has come to rest, so
//! what returned must have taken effect in some order, and what has not returned must wait in the
//! state that this leads to.

use super::session::{Answer, Call};
use spec::{
    CancelledPut, Choices, Constants, MomentaryZero, Op, Outcome, State, Visibility, queue,
};
use std::collections::{BTreeMap, BTreeSet};

/// What the queue is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The queue.
    pub constants: Constants,
    /// What its profile chooses.
    pub choices: Choices,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Tracker {
    rules: Rules,
    /// The queue is in one of these.
    states: BTreeSet<State>,
    /// What has not returned.
    pending: BTreeMap<usize, Call>,
}

/// What has happened in a step.
#[derive(Clone, Debug, Default)]
pub struct Happened {
    /// The calls that were made.
    pub called: Vec<(usize, Call)>,
    /// What has come back.
    pub answered: Vec<(usize, Answer)>,
}

impl Tracker {
    /// A fresh queue.
    pub fn new(rules: Rules) -> Tracker {
        Tracker { rules, states: BTreeSet::from([queue::init()]), pending: BTreeMap::new() }
    }

    /// A state in which the queue may be.
    pub fn state(&self) -> &State {
        self.states.first().expect("there is one, or the step was refused")
    }

    /// The model after a step; `None` if it does not allow what happened.
    pub fn after(&self, happened: &Happened) -> Option<Tracker> {
        let mut pending = self.pending.clone();
        pending.extend(happened.called.iter().copied());
        let take = |(client, answer): &(usize, Answer)| {
            // Who is killed need not have called anything.
            pending.remove(client).map(|call| (call, answer.clone()))
        };
        let effects: Vec<(Call, Answer)> = happened.answered.iter().filter_map(take).collect();
        // One that is called in this step may have come after whatever else happens in it.
        let was_called = |client: &usize| happened.called.iter().any(|(other, _)| other == client);
        let join =
            |(client, call): (&usize, &Call)| matches!(call.op, Op::Join(_)) && !was_called(client);
        let misses_none = self.rules.choices.momentary_zero == MomentaryZero::MustReturn
            && pending.iter().any(join);
        let search = Search { rules: self.rules, effects: &effects, misses_none };
        let reached = search.all(&self.states);
        let waits = |state: &State| {
            let ops = pending.values();
            ops.into_iter().all(|c| queue::answer(&self.rules.constants, state, c.op).is_none())
        };
        let states: BTreeSet<State> = reached.into_iter().filter(waits).collect();
        (!states.is_empty()).then_some(Tracker { rules: self.rules, states, pending })
    }

    /// Whether what happened would be allowed if more came back: somebody is slow, or blocked for ever.
    pub fn awaits_more(&self, happened: &Happened) -> bool {
        let called: Vec<(usize, Call)> = happened.called.clone();
        let answered = happened.answered.clone();
        let freed = |client: &usize| answered.iter().any(|(other, _)| other == client);
        let mut without = self.clone();
        without.pending.retain(|client, _| freed(client));
        let called = called.into_iter().filter(|(client, _)| freed(client)).collect();
        without.after(&Happened { called, answered: answered.clone() }).is_some()
    }
}

/// The search for the orders in which effects may have taken place.
struct Search<'a> {
    rules: Rules,
    effects: &'a [(Call, Answer)],
    /// Whether a join waits through all of it that would have met any zero.
    misses_none: bool,
}

impl Search<'_> {
    /// The states after all effects, in any order.
    fn all(&self, from: &BTreeSet<State>) -> BTreeSet<State> {
        let mut layer: BTreeSet<(u64, State)> = from.iter().map(|s| (0, s.clone())).collect();
        for _ in 0..self.effects.len() {
            let next = layer.iter().flat_map(|(placed, state)| {
                let left = (0..self.effects.len()).filter(move |at| placed >> at & 1 == 0);
                left.flat_map(move |at| {
                    let after = self.after(state, at);
                    after.into_iter().map(move |state| (placed | 1 << at, state))
                })
            });
            layer = next.filter(|(_, state)| !self.misses_none || state.unfinished > 0).collect();
        }
        layer.into_iter().map(|(_, state)| state).collect()
    }

    /// The states after one effect.
    fn after(&self, state: &State, at: usize) -> Vec<State> {
        let (Call { op, flawed }, answer) = &self.effects[at];
        let step = |outcome| queue::step(&self.rules.constants, state, *op, outcome);
        let nothing = || vec![state.clone()];
        let either = |outcome| nothing().into_iter().chain(step(outcome)).collect();
        match answer {
            // It was put and counted, or neither: PUT-5.
            Answer::Raised(_) if *flawed => either(Outcome::Done),
            Answer::Raised(_) => vec![],
            // The same, if it fails later, on its way.
            Answer::Outcome(Outcome::Done) if *flawed && self.is_eventual() => {
                either(Outcome::Done)
            }
            Answer::Outcome(Outcome::Empty)
                if self.is_beside(at, |op| !matches!(op, Op::Join(_))) =>
            {
                nothing()
            }
            Answer::Outcome(Outcome::Full) if self.is_beside(at, |op| matches!(op, Op::Get(_))) => {
                nothing()
            }
            Answer::Outcome(Outcome::Cancelled) if op.item().is_some() && self.puts_cancelled() => {
                either(Outcome::Done)
            }
            Answer::Outcome(outcome) => step(*outcome).into_iter().collect(),
            Answer::Killed => match op {
                Op::Get(_) => {
                    let next = queue::next(&self.rules.constants, state);
                    let got = next.map(|at| Outcome::Got(state.items[at]));
                    nothing().into_iter().chain(got.and_then(step)).collect()
                }
                _ => either(Outcome::Done),
            },
        }
    }

    fn puts_cancelled(&self) -> bool {
        self.rules.choices.cancelled_put == CancelledPut::MayHaveHappened
    }

    fn is_eventual(&self) -> bool {
        self.rules.choices.visibility == Visibility::Eventual
    }

    /// Whether something else happens in the same step on account of which a queue with eventual
    /// visibility may say `empty` or `full`: VIS-3.
    fn is_beside(&self, at: usize, what: fn(Op) -> bool) -> bool {
        let mut others = self.effects.iter().enumerate().filter(|(other, _)| *other != at);
        self.is_eventual() && others.any(|(_, (call, _))| what(call.op))
    }
}
