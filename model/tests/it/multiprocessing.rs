//! `multiprocessing.JoinableQueue` refines the specification of eventual visibility, and each of
//! its twins does not.

use crate::designs::{explore, with};
use spec::{Discipline, Item, Op, Scenario, Wait};
use std::collections::BTreeSet;
use taskdone_model::Pool;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::multiprocessing::Multiprocessing;
use taskdone_model::eventual::State;

const TRY_GET: Op = Op::Get(Wait::Never);

fn try_put(n: u32) -> Op {
    Op::Put(Item(n), Wait::Never)
}

/// Two producers of two items each, two workers, two joiners.
fn pool(capacity: Option<usize>) -> Scenario {
    let pool = Pool { producers: 2, puts: 2, workers: 2, joiners: 2, capacity };
    pool.scenario(Discipline::Fifo)
}

/// Explores the design and returns what never comes up.
#[track_caller]
fn check(scenario: &Scenario, states: usize) -> BTreeSet<&'static str> {
    let found = explore(Multiprocessing { scenario: scenario.clone(), defect: None });
    assert!(found.fails.is_empty(), "{:?} in\n{scenario}", found.fails);
    assert_eq!(found.states, states, "\n{scenario}");
    found.missed
}

#[test]
fn refines() {
    check(&pool(Some(1)), 11_589);
    check(&pool(Some(2)), 33_962);
    check(&pool(None), 62_558);
}

#[test]
fn refines_with_calls_that_give_up() {
    let impatient = |capacity| with(pool(capacity), "impatient", &[TRY_GET, try_put(5)]);
    let missed = check(&impatient(Some(1)), 56_842);
    assert_eq!(missed, BTreeSet::new());
    check(&impatient(Some(2)), 169_186);
    check(&with(pool(Some(1)), "impatient", &[try_put(5), TRY_GET]), 80_111);
}

#[test]
fn starts_with_an_empty_queue() {
    let design = Multiprocessing { scenario: pool(Some(1)), defect: None };
    assert_eq!(design.queue(&design.init()), State::init(design.clients()));
}
