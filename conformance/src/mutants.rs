//! The suite's own evidence: every broken queue has to be caught by the engines that its header
//! names, and to survive those that are blind to it.

use crate::catalogue::Mutant;
use crate::check::{Explored, Settings, explore_case};
use crate::corpus;
use crate::engine::{Engine, Plan};
use crate::plan::{Case, Effort, Origin};
use crate::replay::{Again, replay};
use crate::shrink::{Counterexample, shrink};
use crate::stop::Over;
use crate::tally::{Stopped, Witness};
use crate::wire;
use impls::catalogue::Fate;
use spec::{ClauseId, Scenario};

/// What came of a broken queue.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// For each engine, the clause that it found broken.
    pub found: Vec<(Engine, Option<ClauseId>)>,
    /// The smallest way to show it; of an engine that repeats itself, if one of those found it.
    pub counterexample: Option<(Engine, Counterexample)>,
    /// Whether that was run again and showed the same history.
    pub replayed: bool,
    /// Why it was not tried to the end.
    pub over: Option<Over>,
}

impl Outcome {
    /// Whether the counterexample is of an engine that has to show it again.
    pub fn repeats_itself(&self) -> bool {
        self.counterexample.as_ref().is_some_and(|(engine, _)| *engine != Engine::Threads)
    }

    /// Whether every engine that was used did as the header declares.
    pub fn as_declared(&self, mutant: &Mutant) -> bool {
        let as_declared = |(engine, found): &(Engine, Option<ClauseId>)| match mutant.fate(*engine)
        {
            Some(Fate::Caught) => found.is_some_and(|clause| {
                clause == mutant.breaks || Some(clause) == mutant.also_breaks
            }),
            Some(Fate::Survives) => found.is_none(),
            // A defect may show in several ways; luck decides which of them comes first.
            Some(Fate::Chance) => {
                found.is_none_or(|clause| family(clause) == family(mutant.breaks))
            }
            None => false,
        };
        self.found.iter().all(as_declared)
    }
}

/// How many states of a scenario explore may tell apart.
const STATES_MAX: u64 = 20_000;

fn family(clause: ClauseId) -> &'static str {
    clause.clause().family()
}

/// Tries to catch a broken queue with each engine, in the scenarios written by hand; those that name
/// its clause come first.
pub fn hunt(mutant: &Mutant, settings: &Settings) -> Outcome {
    // Most are caught at once, and those that survive are to survive a quick look.
    let effort = Effort { runs_led: 0, states_max: STATES_MAX, ..settings.effort };
    let settings = &Settings { effort, ..settings.clone() };
    let mut scenarios = corpus::scenarios(mutant.subject.discipline);
    scenarios.sort_by_key(|scenario| !corpus::named_clauses(scenario).contains(&mutant.breaks));
    let mut outcome =
        Outcome { found: Vec::new(), counterexample: None, replayed: false, over: None };
    let mut shown: Vec<(Engine, Scenario, Plan, Witness)> = Vec::new();
    let given = settings.engines.iter().filter(|engine| mutant.fate(**engine).is_some());
    for engine in given {
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
            if let Some(Stopped::Over(over)) = stopped {
                outcome.over = Some(over);
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
    if let Some((_, example)) = &outcome.counterexample {
        let case = wire::Case::new(&mutant.subject.name, example);
        outcome.replayed = matches!(replay(&mutant.subject, &case), Again::Same(_));
    }
    outcome
}
