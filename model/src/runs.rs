//! How each allowed end of a scenario comes about.

use crate::{Clients, Final, World};
use spec::{MomentaryZero, Op, Outcome, Scenario};
use stateright::Model;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// An operation took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The client.
    pub client: usize,
    /// The operation.
    pub op: Op,
    /// What it answered.
    pub outcome: Outcome,
}

/// Every way in which the scenario may end, each with the effects on a shortest run to it.
pub fn shortest_runs(
    scenario: &Scenario,
    momentary_zero: MomentaryZero,
) -> BTreeMap<Final, Vec<Effect>> {
    let model = Clients { scenario: scenario.clone(), momentary_zero };
    let mut open = VecDeque::from(model.init_states());
    let mut came_by: HashMap<World, Option<World>> =
        open.iter().map(|world| (world.clone(), None)).collect();
    let mut runs = BTreeMap::new();
    while let Some(world) = open.pop_front() {
        let steps = model.next_steps(&world);
        if steps.is_empty() {
            runs.entry(Final::of(&world)).or_insert_with(|| effects(&model, &came_by, &world));
        }
        for (_, next) in steps {
            if let Entry::Vacant(vacant) = came_by.entry(next) {
                open.push_back(vacant.key().clone());
                vacant.insert(Some(world.clone()));
            }
        }
    }
    runs
}

/// The effects on the way to a world. A step may let several operations take effect: a zero that
/// every waiting join meets.
fn effects(model: &Clients, came_by: &HashMap<World, Option<World>>, end: &World) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut world = end;
    while let Some(before) = &came_by[world] {
        for client in (0..world.clients.len()).rev() {
            let outcomes = &world.clients[client].outcomes;
            let at = before.clients[client].outcomes.len();
            if let Some(outcome) = outcomes.get(at) {
                let op = model.scenario.clients[client].ops[at];
                effects.push(Effect { client, op, outcome: *outcome });
            }
        }
        world = before;
    }
    effects.reverse();
    effects
}
