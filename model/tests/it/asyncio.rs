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

use crate::designs::{Twin, check_each_has_twin, check_twin, explore, models_only, scenario, with};
use spec::ClauseId::{Canc1, Canc2, Canc3, Canc4, Join6, Prog6};
use spec::{Discipline, Item, Op, Scenario, Shutdown, Wait};
use std::collections::BTreeSet;
use taskdone_model::Pool;
use taskdone_model::algorithms::asyncio::{Asyncio, Defect};
use taskdone_model::refinement::{INVARIANT, PROGRESS, REFINES};

const GET: Op = Op::Get(Wait::Forever);
const JOIN: Op = Op::Join(Wait::Forever);
const SHUTDOWN: Op = Op::Shutdown(Shutdown::Graceful);

const fn put(n: u32) -> Op {
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

const TWINS: &[Twin<Defect>] = &[
    Twin {
        defect: Defect::CancelledGetKeepsWakeUp,
        capacity: 1,
        clients: &[("a", &[GET]), ("b", &[GET]), ("c", &[put(1)])],
        property: PROGRESS,
        steps: "b: get waits; a: get waits; c: put; b: is cancelled; b: unwinds",
    },
    Twin {
        defect: Defect::CancelledPutKeepsWakeUp,
        capacity: 1,
        clients: &[("a", &[put(1)]), ("b", &[put(2)]), ("c", &[put(3)]), ("d", &[GET])],
        property: PROGRESS,
        steps: "c: put; b: put waits; a: put waits; d: get; b: is cancelled; b: unwinds",
    },
    // The item leaves the queue, and nobody has got it.
    Twin {
        defect: Defect::CancelledGetTakesItem,
        capacity: 1,
        clients: &[("a", &[GET]), ("b", &[put(1)])],
        property: REFINES,
        steps: "a: get waits; b: put; a: is cancelled; a: unwinds",
    },
    // An item is in the queue that nobody has put.
    Twin {
        defect: Defect::CancelledPutAddsItem,
        capacity: 1,
        clients: &[("a", &[put(1), put(2)]), ("b", &[GET])],
        property: REFINES,
        steps: "a: put; a: put waits; b: get; a: is cancelled; a: unwinds",
    },
    // One is cancelled, and two are told so.
    Twin {
        defect: Defect::JoinsShareFuture,
        capacity: 1,
        clients: &[("a", &[put(1)]), ("b", &[JOIN]), ("c", &[JOIN])],
        property: INVARIANT,
        steps: "a: put; b: join waits; c: join waits; b: is cancelled",
    },
    // The next batch keeps who waits for the end of the first.
    Twin {
        defect: Defect::JoinTestsAgain,
        capacity: 1,
        clients: &[("a", &[put(1), GET, Op::TaskDone, put(2)]), ("b", &[JOIN])],
        property: PROGRESS,
        steps: "a: put; a: get; b: join waits; a: task_done; a: put",
    },
    Twin {
        defect: Defect::ShutdownForgetsPuts,
        capacity: 1,
        clients: &[("a", &[put(1), put(2)]), ("b", &[SHUTDOWN])],
        property: PROGRESS,
        steps: "a: put; a: put waits; b: shutdown",
    },
    Twin {
        defect: Defect::PutLeavesEventSet,
        capacity: 1,
        clients: &[("a", &[put(1)]), ("b", &[JOIN])],
        property: REFINES,
        steps: "a: put; b: join",
    },
    Twin {
        defect: Defect::EventSetEarly,
        capacity: 1,
        clients: &[("a", &[put(1), GET, put(2), Op::TaskDone]), ("b", &[JOIN])],
        property: REFINES,
        steps: "a: put; a: get; a: put; b: join waits; a: task_done",
    },
    Twin {
        defect: Defect::GetTestsOnce,
        capacity: 1,
        clients: &[("a", &[GET]), ("b", &[GET]), ("c", &[put(1)])],
        property: REFINES,
        steps: "b: get waits; c: put; a: get; b: get finds no item",
    },
];

/// Somebody has to be cancelled to show a clause on cancellation, and nobody to show another.
fn cancellations(defect: Defect) -> usize {
    usize::from(defect.breaks().clause().family() == "CANC")
}

#[test]
fn twins_are_refuted() {
    for twin in TWINS {
        let cancellations = cancellations(twin.defect);
        check_twin(twin, |scenario, defect| Asyncio { scenario, cancellations, defect });
    }
}

#[test]
fn each_defect_has_a_twin() {
    check_each_has_twin(Defect::ALL, TWINS);
    let broken = models_only(Defect::ALL.iter().map(|defect| defect.breaks()));
    let clauses = [Canc1, Canc2, Canc3, Canc4, Join6, Prog6];
    assert_eq!(broken, BTreeSet::from(clauses));
}

/// What is wrong with these shows only when somebody is cancelled.
#[test]
fn twins_of_cancellation_hold_without_one() {
    for twin in TWINS.iter().filter(|twin| cancellations(twin.defect) > 0) {
        let scenario = scenario(twin.capacity, twin.clients);
        let design = Asyncio { scenario, cancellations: 0, defect: Some(twin.defect) };
        assert!(explore(design).fails.is_empty(), "{}", twin.defect);
    }
}
