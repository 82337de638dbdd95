//! A shortest run to each allowed outcome.

use spec::{Discipline, MomentaryZero, Outcome, queue};
use std::collections::BTreeSet;
use taskdone_model::{Pool, allowed, shortest_runs};

/// Every allowed end has a run, the run is one of the specification, and it ends there.
#[test]
fn runs_lead_to_every_allowed_end() {
    let pool = Pool { producers: 2, puts: 1, workers: 1, joiners: 2, capacity: Some(1) };
    for zero in [MomentaryZero::MayMiss, MomentaryZero::MustReturn] {
        let scenario = pool.scenario(Discipline::Fifo);
        let runs = shortest_runs(&scenario, zero);
        assert_eq!(runs.keys().cloned().collect::<BTreeSet<_>>(), allowed(&scenario, zero).finals);
        for (end, effects) in runs {
            let mut state = queue::init();
            let mut outcomes: Vec<Vec<Outcome>> = vec![Vec::new(); scenario.clients.len()];
            for effect in &effects {
                let next = queue::step(&scenario.constants, &state, effect.op, effect.outcome);
                state = next.unwrap_or_else(|| panic!("{effect:?} in {effects:?}"));
                outcomes[effect.client].push(effect.outcome);
            }
            assert_eq!(outcomes, end.outcomes);
        }
    }
}
