//! `asyncio.Queue` refines the sequential specification, and each of its twins does not.
//!
//! With capacities 1 and 2 the pools hold for every number of cancellations: six tasks can wait, and
//! each is cancelled once at most. That takes too long for a test. With six cancellations there are
//! so many states:
//!
//! | capacity | no shutdown | graceful | immediate |
//! |---|---|---|---|
//! | 1 | 689 478 | 1 390 185 | 1 317 949 |
//! | 2 | 300 136 | 751 515 | 672 444 |

use crate::designs::{Clients, check_fails, explore, scenario, with};
use spec::{Discipline, Item, Op, Scenario, Shutdown, Wait};
use std::collections::BTreeSet;
use taskdone_model::Pool;
use taskdone_model::algorithms::asyncio::{Asyncio, Defect};
use taskdone_model::refinement::{PROGRESS, REFINES};

const GET: Op = Op::Get(Wait::Forever);
const JOIN: Op = Op::Join(Wait::Forever);
const SHUTDOWN: Op = Op::Shutdown(Shutdown::Graceful);

fn put(n: u32) -> Op {
    Op::Put(Item(n), Wait::Forever)
}

/// Two producers of two items each, two workers, two joiners.
fn pool(capacity: Option<usize>) -> Scenario {
    let pool = Pool { producers: 2, puts: 2, workers: 2, joiners: 2, capacity };
    pool.scenario(Discipline::Fifo)
}

fn closed(capacity: usize, mode: Shutdown) -> Scenario {
    with(pool(Some(capacity)), "closer", &[Op::Shutdown(mode)])
}

/// Somebody who waits for nothing, and so comes in before those who were woken.
fn barged(capacity: usize) -> Scenario {
    let ops = [Op::Get(Wait::Never), Op::Put(Item(5), Wait::Never)];
    with(pool(Some(capacity)), "barger", &ops)
}

/// The numbers of states with no cancellation, with one, and so on. Returns what never comes up.
#[track_caller]
fn check(scenario: &Scenario, states: &[usize]) -> BTreeSet<&'static str> {
    let mut missed: Option<BTreeSet<_>> = None;
    for (cancellations, states) in states.iter().enumerate() {
        let design = Asyncio { scenario: scenario.clone(), cancellations, defect: None };
        let found = explore(design);
        assert!(found.fails.is_empty(), "{:?} in\n{scenario}", found.fails);
        assert_eq!(found.states, *states, "{cancellations} cancellations in\n{scenario}");
        missed = Some(missed.map_or(found.missed.clone(), |missed| &missed & &found.missed));
    }
    missed.unwrap_or_default()
}

#[test]
fn refines_with_cancellations() {
    check(&pool(Some(1)), &[14_457, 92_619, 268_845]);
    check(&pool(Some(2)), &[11_465, 64_275, 160_627]);
    check(&pool(None), &[8_051, 36_961]);
}

#[test]
fn refines_with_a_shutdown() {
    let missed = check(&closed(1, Shutdown::Graceful), &[33_018, 201_972]);
    assert_eq!(missed, BTreeSet::new());
    check(&closed(1, Shutdown::Immediate), &[31_798, 192_679]);
    check(&closed(2, Shutdown::Graceful), &[30_658]);
    check(&closed(2, Shutdown::Immediate), &[27_717]);
}

#[test]
fn refines_with_a_barger() {
    check(&barged(1), &[67_762]);
    check(&barged(2), &[54_151]);
}

#[track_caller]
fn check_twin(defect: Defect, cancellations: usize, clients: Clients, property: &str, steps: &str) {
    let scenario = scenario(1, clients);
    let design = Asyncio { scenario, cancellations, defect: None };
    assert!(explore(design.clone()).fails.is_empty(), "\n{}", design.scenario);
    check_fails(Asyncio { defect: Some(defect), ..design }, property, steps);
}

#[test]
fn twins_that_lose_a_wake_up() {
    let clients: Clients = &[("a", &[GET]), ("b", &[GET]), ("c", &[put(1)])];
    let steps = "b: get waits; a: get waits; c: put; b: is cancelled; b: unwinds";
    check_twin(Defect::CancelledGetKeepsWakeUp, 1, clients, PROGRESS, steps);

    let clients: Clients = &[("a", &[put(1)]), ("b", &[put(2)]), ("c", &[put(3)]), ("d", &[GET])];
    let steps = "c: put; b: put waits; a: put waits; d: get; b: is cancelled; b: unwinds";
    check_twin(Defect::CancelledPutKeepsWakeUp, 1, clients, PROGRESS, steps);

    let clients: Clients = &[("a", &[put(1), put(2)]), ("b", &[SHUTDOWN])];
    let steps = "a: put; a: put waits; b: shutdown";
    check_twin(Defect::ShutdownForgetsPuts, 0, clients, PROGRESS, steps);
}

#[test]
fn twins_that_join_too_early() {
    let clients: Clients = &[("a", &[put(1)]), ("b", &[JOIN])];
    check_twin(Defect::PutLeavesEventSet, 0, clients, REFINES, "a: put; b: join");

    let clients: Clients = &[("a", &[put(1), GET, put(2), Op::TaskDone]), ("b", &[JOIN])];
    let steps = "a: put; a: get; a: put; b: join waits; a: task_done";
    check_twin(Defect::EventSetEarly, 0, clients, REFINES, steps);
}

#[test]
fn a_twin_that_does_not_test_again() {
    let clients: Clients = &[("a", &[GET]), ("b", &[GET]), ("c", &[put(1)])];
    let steps = "b: get waits; c: put; a: get; b: get finds no item";
    check_twin(Defect::GetTestsOnce, 0, clients, REFINES, steps);
}
