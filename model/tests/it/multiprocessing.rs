//! `multiprocessing.JoinableQueue` refines the specification of eventual visibility, and each of
//! its twins does not.

use crate::designs::{Twin, check_each_has_twin, check_twin, explore, models_only, with};
use spec::ClauseId::{Ord4, Vis1, Vis2};
use spec::{Discipline, Item, Op, Scenario, Wait};
use std::collections::BTreeSet;
use taskdone_model::Pool;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::multiprocessing::{Defect, Multiprocessing};
use taskdone_model::eventual::State;
use taskdone_model::refinement::{PROGRESS, REFINES};

const GET: Op = Op::Get(Wait::Forever);
const TRY_GET: Op = Op::Get(Wait::Never);
const JOIN: Op = Op::Join(Wait::Forever);
const DONE: Op = Op::TaskDone;

const fn put(n: u32) -> Op {
    Op::Put(Item(n), Wait::Forever)
}

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

const TWINS: &[Twin<Defect>] = &[
    // bpo-4660: `task_done` said that it was one too many for an item that was just put.
    Twin {
        defect: Defect::CountsLate,
        capacity: 1,
        clients: &[("a", &[put(1)]), ("b", &[GET, DONE])],
        property: REFINES,
        steps: "a: put takes a slot; a: put hands over and has not counted; \
            feeder of a: takes the writer lock; feeder of a: writes; \
            b: get takes the reader lock; b: get reads; b: get gives the reader lock back; \
            b: get gives the slot back; b: task_done is one too many",
    },
    Twin {
        defect: Defect::KeepsSlot,
        capacity: 1,
        clients: &[("a", &[put(1), put(2)]), ("b", &[GET])],
        property: PROGRESS,
        steps: "a: put takes a slot; a: put counts and hands over; \
            feeder of a: takes the writer lock; feeder of a: writes; \
            b: get takes the reader lock; b: get reads; b: get gives the reader lock back; \
            b: get gives the slot back",
    },
    Twin {
        defect: Defect::KeepsReaderLock,
        capacity: 1,
        clients: &[("a", &[TRY_GET]), ("b", &[put(1)]), ("c", &[GET])],
        property: PROGRESS,
        steps: "a: get takes the reader lock; a: get finds nothing; b: put takes a slot; \
            b: put counts and hands over; feeder of b: takes the writer lock; \
            feeder of b: writes",
    },
    Twin {
        defect: Defect::NotifiesOne,
        capacity: 1,
        clients: &[("a", &[put(1), DONE]), ("b", &[JOIN]), ("c", &[JOIN])],
        property: PROGRESS,
        steps: "a: put takes a slot; a: put counts and hands over; \
            feeder of a: takes the writer lock; feeder of a: writes; b: join sleeps; \
            c: join sleeps; a: task_done notifies; c: join wakes; a: task_done returns; \
            c: join returns",
    },
    // A second join sleeps after the zero and takes the wake-up of the first.
    Twin {
        defect: Defect::AwaitsNobody,
        capacity: 1,
        clients: &[("a", &[put(1), DONE, GET, put(2)]), ("b", &[JOIN]), ("c", &[JOIN])],
        property: REFINES,
        steps: "a: put takes a slot; a: put counts and hands over; \
            feeder of a: takes the writer lock; feeder of a: writes; c: join sleeps; \
            a: task_done; a: get takes the reader lock; a: get reads; \
            a: get gives the reader lock back; a: get gives the slot back; \
            a: put takes a slot; a: put counts and hands over; \
            feeder of a: takes the writer lock; feeder of a: writes; b: join sleeps; \
            b: join wakes",
    },
    Twin {
        defect: Defect::SleepsLater,
        capacity: 1,
        clients: &[("a", &[put(1), DONE]), ("b", &[JOIN])],
        property: PROGRESS,
        steps: "a: put takes a slot; a: put counts and hands over; \
            feeder of a: takes the writer lock; feeder of a: writes; \
            b: join tests and lets go of the condition; a: task_done; b: join sleeps",
    },
    // Item 2 can be got, and item 1 cannot.
    Twin {
        defect: Defect::FeederTakesNewest,
        capacity: 2,
        clients: &[("a", &[put(1), put(2)])],
        property: REFINES,
        steps: "a: put takes a slot; a: put counts and hands over; a: put takes a slot; \
            a: put counts and hands over; feeder of a: takes the writer lock; \
            feeder of a: writes",
    },
    // Both puts have returned, item 2 is in the buffer, and its feeder sleeps.
    Twin {
        defect: Defect::FeederSleepsUntested,
        capacity: 2,
        clients: &[("a", &[put(1), put(2)]), ("b", &[GET, GET])],
        property: PROGRESS,
        steps: "a: put takes a slot; a: put counts and hands over; a: put takes a slot; \
            a: put counts and hands over; feeder of a: takes the writer lock; \
            feeder of a: writes; b: get takes the reader lock; b: get reads; \
            b: get gives the reader lock back; b: get gives the slot back; \
            b: get takes the reader lock",
    },
];

#[test]
fn twins_are_refuted() {
    for twin in TWINS {
        check_twin(twin, |scenario, defect| Multiprocessing { scenario, defect });
    }
}

#[test]
fn each_defect_has_a_twin() {
    check_each_has_twin(Defect::ALL, TWINS);
    let broken = models_only(Defect::ALL.iter().map(|defect| defect.breaks()));
    assert_eq!(broken, BTreeSet::from([Ord4, Vis1, Vis2]));
}
