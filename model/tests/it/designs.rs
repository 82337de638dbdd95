//! What the tests of all designs share.

use spec::{Client, Op, Scenario};
use stateright::{Checker, Expectation, Model};
use std::collections::{BTreeMap, BTreeSet};
use taskdone_model::algorithms::Algorithm;
use taskdone_model::refinement::Checked;

/// What a check has found out.
#[derive(Debug)]
pub(crate) struct Found {
    /// How many states there are.
    pub(crate) states: usize,
    /// The properties that fail, each with the steps of a shortest counterexample.
    pub(crate) fails: BTreeMap<&'static str, String>,
    /// The `sometimes` properties that never come up.
    pub(crate) missed: BTreeSet<&'static str>,
}

/// Explores every state of a design.
pub(crate) fn explore<A: Algorithm>(design: A) -> Found {
    let model = Checked(design);
    let checker = model.clone().checker().spawn_bfs().join();
    let mut paths = checker.discoveries();
    let (mut fails, mut missed) = (BTreeMap::new(), BTreeSet::new());
    for property in model.properties() {
        let path = paths.remove(property.name).map(|path| {
            let steps = path.into_actions().into_iter();
            steps.map(|step| model.format_action(&step)).collect::<Vec<_>>().join("; ")
        });
        match (property.expectation, path) {
            (Expectation::Sometimes, None) => drop(missed.insert(property.name)),
            (Expectation::Sometimes, Some(_)) => {}
            (_, Some(path)) => drop(fails.insert(property.name, path)),
            (_, None) => {}
        }
    }
    Found { states: checker.unique_state_count(), fails, missed }
}

/// The scenario with one more client.
pub(crate) fn with(mut scenario: Scenario, name: &str, ops: &[Op]) -> Scenario {
    scenario.clients.push(Client { name: name.to_string(), ops: ops.to_vec() });
    scenario
}
