//! Makes a counterexample small: fewer clients, fewer operations, smaller capacity, and then an
//! execution with few switches between clients. It keeps breaking the same clause.

use crate::blame::{Verdict, Violation, judge};
use crate::check::Settings;
use crate::engine::{Disturbances, Engine, Execution, Extent, Plan, Sweep, Visitor, explore};
use crate::plan::{Case, Origin, plans};
use crate::subject::Subject;
use crate::tally::Witness;
use spec::{Choices, ClauseId, History, Scenario};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// How many executions of a smaller scenario to try.
const EXECUTIONS_MAX: u64 = 3_000;

/// A scenario and an execution of it that breaks a clause.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The scenario.
    pub scenario: Scenario,
    /// The clause and the reason.
    pub violation: Violation,
    /// The execution.
    pub execution: Execution,
}

/// Shrinks what `plan` has found.
pub fn shrink(
    subject: &Subject,
    scenario: &Scenario,
    plan: &Plan,
    witness: &Witness,
    settings: &Settings,
) -> Counterexample {
    let clause = witness.violation.clause;
    let mut best = Counterexample {
        scenario: scenario.clone(),
        violation: witness.violation.clone(),
        execution: witness.execution.clone(),
    };
    // The first that shows it need not be the one with the fewest switches.
    if let Some(found) = search(subject, best.scenario.clone(), plan, clause, settings) {
        best = found;
    }
    let mut candidates = reductions(&best.scenario).into_iter();
    while let Some(candidate) = candidates.next().filter(|_| settings.stop.over().is_none()) {
        if let Some(found) = search(subject, candidate, plan, clause, settings) {
            candidates = reductions(&found.scenario).into_iter();
            best = found;
        }
    }
    best
}

/// Every scenario with one thing less, the largest things first.
pub(crate) fn reductions(scenario: &Scenario) -> Vec<Scenario> {
    let mut all = Vec::new();
    if scenario.clients.len() > 1 {
        all.extend((0..scenario.clients.len()).map(|client| {
            let mut smaller = scenario.clone();
            smaller.clients.remove(client);
            smaller
        }));
    }
    for (client, script) in scenario.clients.iter().enumerate() {
        for op in 0..script.ops.len() {
            let mut smaller = scenario.clone();
            smaller.clients[client].ops.remove(op);
            smaller.clients.retain(|client| !client.ops.is_empty());
            all.extend((!smaller.clients.is_empty()).then_some(smaller));
        }
    }
    let capacity = scenario.constants.capacity;
    if let Some(capacity) = capacity.filter(|capacity| *capacity > 1) {
        let mut smaller = scenario.clone();
        smaller.constants.capacity = Some(capacity - 1);
        all.push(smaller);
    }
    for smaller in &mut all {
        smaller.title = shrunk_title(&scenario.title);
    }
    all
}

/// What the scenario was about need not be what its remainder shows.
fn shrunk_title(title: &str) -> String {
    const SHRUNK: &str = "shrunk from: ";
    if title.is_empty() || title.starts_with(SHRUNK) {
        return title.to_string();
    }
    format!("{SHRUNK}{title}")
}

/// Looks for an execution that breaks the clause, and takes one with few switches.
fn search(
    subject: &Subject,
    scenario: Scenario,
    found_by: &Plan,
    clause: ClauseId,
    settings: &Settings,
) -> Option<Counterexample> {
    let zero = subject.profile.momentary_zero;
    let case = Case::new(scenario, Origin::Sampled, zero);
    let plans = plans(subject, found_by.engine(), &case, settings).ok()?.into_iter().flatten();
    let mut plans: Vec<_> = plans.filter(|it| it.has_tasks() == found_by.has_tasks()).collect();
    if let Plan::Loom { preemption_bound } = *found_by {
        let fewest_first = 0..=preemption_bound;
        plans = fewest_first.map(|preemption_bound| Plan::Loom { preemption_bound }).collect();
    }
    if let Plan::Executor(Sweep::Exhaustive(most)) = plans[0] {
        plans.splice(0..0, fewest_first(most));
    }
    for plan in plans {
        let hunt = Hunt::new(&case.scenario, subject.profile.choices(), clause);
        let (extent, hunt) = explore(subject, &case.scenario, &plan, hunt);
        if let Some(Witness { violation, execution }) = hunt.found {
            return Some(Counterexample { scenario: case.scenario, violation, execution });
        }
        if extent == Extent::Exhaustive {
            return None;
        }
    }
    None
}

/// Without a disturbance, and then with one.
fn fewest_first(most: Disturbances) -> impl Iterator<Item = Plan> {
    let none = Disturbances::NONE;
    let limits = [
        none,
        Disturbances { cancelled: most.cancelled.min(1), ..none },
        Disturbances { forgotten: most.forgotten.min(1), ..none },
        Disturbances { spurious: most.spurious.min(1), ..none },
    ];
    limits.into_iter().map(|most| Plan::Executor(Sweep::Exhaustive(most)))
}

/// Hunts for a violation of one clause with as few switches as possible.
struct Hunt {
    scenario: Scenario,
    choices: Choices,
    clause: ClauseId,
    executions: u64,
    judged: HashSet<History>,
    found: Option<Witness>,
}

impl Hunt {
    fn new(scenario: &Scenario, choices: Choices, clause: ClauseId) -> Hunt {
        let scenario = scenario.clone();
        Hunt { scenario, choices, clause, executions: 0, judged: HashSet::new(), found: None }
    }

    fn is_better(&self, history: &History) -> bool {
        self.found
            .as_ref()
            .is_none_or(|found| switches(history) < switches(&found.execution.history))
    }
}

impl Visitor for Hunt {
    fn visit(&mut self, execution: Execution) -> ControlFlow<()> {
        self.executions += 1;
        if self.is_better(&execution.history) && self.judged.insert(execution.history.clone()) {
            let verdict = judge(&self.scenario, self.choices, &execution.history);
            if let Verdict::Violates(violation) = verdict
                && violation.clause == self.clause
            {
                self.found = Some(Witness { violation, execution: execution.clone() });
            }
        }
        // Real threads may need long until they show it again.
        // There are no more of them than states.
        let few = execution.repeat.engine() == Engine::Explore;
        let lucky = self.found.is_some() && execution.repeat.engine() == Engine::Threads;
        if lucky || !few && self.executions >= EXECUTIONS_MAX {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// How often the events change from one client to another.
fn switches(history: &History) -> usize {
    history.events.windows(2).filter(|pair| pair[0].thread != pair[1].thread).count()
}
