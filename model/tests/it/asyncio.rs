//! `asyncio.Queue` refines the sequential specification, and each of its twins does not.
//!
//! With capacities 1 and 2 the pools hold for every number of cancellations: six tasks can wait,
//! and each is cancelled once at most. That takes too long for a test. With six cancellations there
//! are so many states:
//!
//! | capacity | no shutdown | graceful | immediate |
//! |---|---|---|---|
//! | 1 | 689 478 | 1 390 185 | 1 317 949 |
//! | 2 | 300 136 | 751 515 | 672 444 |

use crate::designs::{explore, with};
use spec::{Discipline, Item, Op, Scenario, Shutdown, Wait};
use std::collections::BTreeSet;
use taskdone_model::Pool;
use taskdone_model::algorithms::Twin;
use taskdone_model::algorithms::asyncio::{Asyncio, Defect};

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

/// What is wrong with these shows only when somebody is cancelled.
#[test]
fn twins_of_cancellation_hold_without_one() {
    for twin in Defect::ALL.iter().map(|defect| defect.twin()) {
        if twin.cancellations > 0 {
            let found = explore(Asyncio { cancellations: 0, ..twin.clone() });
            assert!(found.fails.is_empty(), "{twin:?}");
        }
    }
}
