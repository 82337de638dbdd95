//! The suite's own evidence: every broken queue has to be caught by the engines that its header
//! names, and to survive those that are blind to it.

use crate::catalogue::Mutant;
use crate::check::{Explored, Settings, explore_case};
use crate::corpus;
use crate::engine::{Engine, Plan};
use crate::plan::{Case, Origin};
use crate::shrink::{Counterexample, shrink};
use crate::tally::{Stopped, Witness};
use impls::catalogue::Fate;
use spec::{ClauseId, Scenario};

/// What came of a broken queue.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For each engine, the clause that it found broken.
    pub found: Vec<(Engine, Option<ClauseId>)>,
    /// The smallest way to show it; of an engine that repeats itself, if one of those found it.
    pub counterexample: Option<(Engine, Counterexample)>,
    /// Why it was not tried to the end.
    pub stopped: Option<Stopped>,
}

impl Outcome {
    /// Whether every engine did as the header declares, and some engine caught it.
    pub fn as_declared(&self, mutant: &Mutant) -> bool {
        let as_declared = |(engine, found): &(Engine, Option<ClauseId>)| match mutant.fate(*engine)
        {
            Fate::Caught => *found == Some(mutant.breaks),
            Fate::Survives => found.is_none(),
            Fate::Chance => true,
        };
        self.found.iter().all(as_declared) && self.found.iter().any(|(_, found)| found.is_some())
    }
}

/// Tries to catch a broken queue with each engine, in the scenarios written by hand; those that name
/// its clause come first.
pub fn hunt(mutant: &Mutant, settings: &Settings) -> Outcome {
    let mut scenarios = corpus::scenarios(mutant.subject.discipline);
    scenarios.sort_by_key(|scenario| !corpus::named_clauses(scenario).contains(&mutant.breaks));
    let mut outcome = Outcome { found: Vec::new(), counterexample: None, stopped: None };
    let mut shown: Vec<(Engine, Scenario, Plan, Witness)> = Vec::new();
    for engine in &settings.engines {
        let mut found = None;
        for scenario in &scenarios {
            let zero = mutant.subject.profile.momentary_zero;
            let case = Case::new(scenario.clone(), Origin::Written, zero);
            let Explored { witness, stopped, .. } =
                explore_case(&mutant.subject, *engine, &case, settings);
            if let Some((plan, witness)) = witness {
                found = Some(witness.violation.clause);
                shown.push((*engine, case.scenario, plan, witness));
                break;
            }
            if let Some(over) = stopped.filter(|s| !matches!(s, Stopped::Executions(_))) {
                outcome.stopped = Some(over);
                break;
            }
        }
        outcome.found.push((*engine, found));
    }
    // Real threads do not repeat themselves, so they are the last resort.
    shown.sort_by_key(|(engine, ..)| *engine == Engine::Threads);
    outcome.counterexample = shown.first().map(|(engine, scenario, plan, witness)| {
        (*engine, shrink(&mutant.subject, scenario, plan, witness, settings))
    });
    outcome
}
