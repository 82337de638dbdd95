//! What the tests of all designs share.

use spec::{Check, ClauseId, Client, Constants, Discipline, Op, Scenario};
use stateright::{Checker, Expectation, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::refinement::Checked;

/// Names and what they call.
pub(crate) type Clients<'a> = &'a [(&'a str, &'a [Op])];

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

/// A scenario of roles and what they call.
pub(crate) fn scenario(capacity: usize, clients: Clients) -> Scenario {
    let constants = Constants { discipline: Discipline::Fifo, capacity: Some(capacity) };
    let nobody = Scenario { title: String::new(), constants, clients: Vec::new() };
    clients.iter().fold(nobody, |scenario, (name, ops)| with(scenario, name, ops))
}

/// A twin, and how it is refuted.
pub(crate) struct Twin<D: 'static> {
    /// What is wrong with it.
    pub(crate) defect: D,
    /// The capacity of the queue.
    pub(crate) capacity: usize,
    /// The clients that show it.
    pub(crate) clients: Clients<'static>,
    /// The property that fails.
    pub(crate) property: &'static str,
    /// A shortest counterexample.
    pub(crate) steps: &'static str,
}

/// The twin is refuted, and by its defect alone: the design holds in the same scenario.
#[track_caller]
pub(crate) fn check_twin<A: Algorithm, D: Copy + Display>(
    twin: &Twin<D>,
    design: impl Fn(Scenario, Option<D>) -> A,
) {
    let scenario = scenario(twin.capacity, twin.clients);
    let sound = explore(design(scenario.clone(), None));
    assert!(sound.fails.is_empty(), "{:?} in\n{scenario}", sound.fails);
    let found = explore(design(scenario, Some(twin.defect)));
    let steps = found.fails.get(twin.property).map(String::as_str);
    assert_eq!(steps, Some(twin.steps), "{} {:?}", twin.defect, found.fails);
}

/// No defect goes without a counterexample.
#[track_caller]
pub(crate) fn check_each_has_twin<D: PartialEq + Display>(all: &[D], twins: &[Twin<D>]) {
    for defect in all {
        assert!(twins.iter().any(|twin| twin.defect == *defect), "no counterexample: {defect}");
    }
}

/// The clauses among these that no history can show.
pub(crate) fn models_only(broken: impl Iterator<Item = ClauseId>) -> BTreeSet<ClauseId> {
    broken.filter(|clause| clause.clause().check == Check::Models).collect()
}
