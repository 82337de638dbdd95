//! `MutexQueue` in every scenario of two clients with up to two operations each, every schedule.
//!
//! Here with the operations that wait or change something; `taskdone check mutex/fifo --engine
//! shuttle --profile deep` does the same with all fifteen.

use crate::setup::{judge_all, subject};
use rayon::prelude::*;
use spec::{Item, Op, Scenario, Shutdown, Wait};
use taskdone_conformance::engine::{Extent, Plan};
use taskdone_conformance::plan::bounds;
use taskdone_conformance::subject::Subject;

/// Explores a scenario to the end; returns the numbers of executions and of allowed outcomes, all of
/// which were seen.
fn explore_all(subject: &Subject, scenario: &Scenario) -> (u64, u64) {
    let (extent, tally) = judge_all(subject, scenario, &Plan::Dfs);
    assert_eq!(extent, Extent::Exhaustive, "{scenario}{:?}", tally.witness);
    assert_eq!(tally.unknown, None, "{scenario}");
    let allowed = model::allowed(scenario, subject.profile.momentary_zero).finals;
    assert_eq!(tally.finals, allowed, "{scenario}");
    (tally.executions, allowed.len() as u64)
}

#[test]
fn every_schedule_and_every_allowed_outcome() {
    let subject = subject("mutex/fifo");
    let mut bounds = bounds(&subject, 2);
    bounds.alphabet = vec![
        Op::Put(Item(0), Wait::Forever),
        Op::Put(Item(0), Wait::Never),
        Op::Get(Wait::Forever),
        Op::Get(Wait::Never),
        Op::TaskDone,
        Op::Join(Wait::Forever),
        Op::Shutdown(Shutdown::Graceful),
        Op::Shutdown(Shutdown::Immediate),
    ];
    let scenarios: Vec<Scenario> = model::scenarios(&bounds).collect();
    assert_eq!(scenarios.len(), 3_375);
    let explored = scenarios.par_iter().map(|scenario| explore_all(&subject, scenario));
    let (executions, outcomes) = explored.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    assert_eq!((executions, outcomes), (4_026_350, 6_976));
}
