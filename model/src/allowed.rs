//! Which outcomes of a scenario are allowed.

use crate::{Clients, Stage, World};
use spec::{Ending, History, MomentaryZero, Outcome, Scenario};
use stateright::Model;
use std::collections::{BTreeSet, HashSet};

/// How a scenario can end: what each client was answered, and who waits for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Final {
    /// The outcomes of each client, in the order of its operations.
    pub outcomes: Vec<Vec<Outcome>>,
    /// The clients that stay blocked in the operation after their last outcome.
    pub blocked: BTreeSet<usize>,
}

/// What the specification allows in a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Every way in which it can end.
    pub finals: BTreeSet<Final>,
    /// How many states the model has.
    pub states: usize,
}

impl Allowed {
    /// Whether somebody may legitimately wait for ever.
    pub fn may_block(&self) -> bool {
        self.finals.iter().any(|end| !end.blocked.is_empty())
    }
}

/// Walks all states of the model of `scenario` and collects those in which nobody can move.
///
/// stateright's checkers report properties, not final states, so this is a plain depth-first walk
/// over the same [`Model`]; a test compares its state counts with stateright's.
pub fn allowed(scenario: &Scenario, momentary_zero: MomentaryZero) -> Allowed {
    let model = Clients { scenario: scenario.clone(), momentary_zero };
    let mut seen: HashSet<World> = model.init_states().into_iter().collect();
    let mut open: Vec<World> = seen.iter().cloned().collect();
    let mut finals = BTreeSet::new();
    while let Some(world) = open.pop() {
        let next = model.next_states(&world);
        if next.is_empty() {
            finals.insert(Final::of(&world));
        }
        open.extend(next.into_iter().filter(|world| seen.insert(world.clone())));
    }
    Allowed { finals, states: seen.len() }
}

impl Final {
    /// How a run of the scenario has ended; `None` if it was cut, has panicked or is malformed, or if
    /// a call was cancelled, which the clients of this model do not do.
    pub fn observed(scenario: &Scenario, history: &History) -> Option<Final> {
        if history.ending != Ending::Quiescent {
            return None;
        }
        let mut outcomes = vec![Vec::new(); scenario.clients.len()];
        let mut blocked = BTreeSet::new();
        for operation in history.operations().ok()? {
            match operation.returned {
                Some((_, Outcome::Cancelled)) => return None,
                Some((_, outcome)) => outcomes[operation.thread].push(outcome),
                None => drop(blocked.insert(operation.thread)),
            }
        }
        Some(Final { outcomes, blocked })
    }

    pub(crate) fn of(world: &World) -> Final {
        let clients = world.clients.iter().enumerate();
        let called = clients.filter(|(_, client)| client.stage == Stage::Called);
        Final {
            blocked: called.map(|(thread, _)| thread).collect(),
            outcomes: world.clients.iter().map(|client| client.outcomes.clone()).collect(),
        }
    }
}
