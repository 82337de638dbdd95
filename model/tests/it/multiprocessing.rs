//! `multiprocessing.JoinableQueue` refines the specification of eventual visibility, and each of
//! its twins does not.

use crate::designs::{Clients, check_fails, explore, scenario, with};
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

fn put(n: u32) -> Op {
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

#[track_caller]
fn check_twin(defect: Defect, clients: Clients, property: &str, steps: &str) {
    let design = Multiprocessing { scenario: scenario(1, clients), defect: None };
    assert!(explore(design.clone()).fails.is_empty(), "\n{}", design.scenario);
    check_fails(Multiprocessing { defect: Some(defect), ..design }, property, steps);
}

/// bpo-4660: `task_done` said that it was one too many for an item that was just put.
#[test]
fn a_twin_that_counts_late() {
    let clients: Clients = &[("a", &[put(1)]), ("b", &[GET, DONE])];
    let steps = "a: put takes a slot; a: put hands over and has not counted; \
        feeder of a: takes the writer lock; feeder of a: writes; \
        b: get takes the reader lock; b: get reads; b: get gives the reader lock back; \
        b: get gives the slot back; b: task_done is one too many";
    check_twin(Defect::CountsLate, clients, REFINES, steps);
}

#[test]
fn twins_that_keep_what_others_wait_for() {
    let clients: Clients = &[("a", &[put(1), put(2)]), ("b", &[GET])];
    let steps = "a: put takes a slot; a: put counts and hands over; \
        feeder of a: takes the writer lock; feeder of a: writes; \
        b: get takes the reader lock; b: get reads; b: get gives the reader lock back; \
        b: get gives the slot back";
    check_twin(Defect::KeepsSlot, clients, PROGRESS, steps);

    let clients: Clients = &[("a", &[TRY_GET]), ("b", &[put(1)]), ("c", &[GET])];
    let steps = "a: get takes the reader lock; a: get finds nothing; b: put takes a slot; \
        b: put counts and hands over; feeder of b: takes the writer lock; feeder of b: writes";
    check_twin(Defect::KeepsReaderLock, clients, PROGRESS, steps);
}

#[test]
fn twins_that_lose_a_wake_up() {
    let clients: Clients = &[("a", &[put(1), DONE]), ("b", &[JOIN]), ("c", &[JOIN])];
    let steps = "a: put takes a slot; a: put counts and hands over; \
        feeder of a: takes the writer lock; feeder of a: writes; b: join sleeps; \
        c: join sleeps; a: task_done notifies; c: join wakes; a: task_done returns; \
        c: join returns";
    check_twin(Defect::NotifiesOne, clients, PROGRESS, steps);

    let clients: Clients = &[("a", &[put(1), DONE]), ("b", &[JOIN])];
    let steps = "a: put takes a slot; a: put counts and hands over; \
        feeder of a: takes the writer lock; feeder of a: writes; \
        b: join tests and lets go of the condition; a: task_done; b: join sleeps";
    check_twin(Defect::SleepsLater, clients, PROGRESS, steps);
}

/// A second join sleeps after the zero and takes the wake-up of the first.
#[test]
fn a_twin_that_joins_too_early() {
    let clients: Clients = &[("a", &[put(1), DONE, GET, put(2)]), ("b", &[JOIN]), ("c", &[JOIN])];
    let steps = "a: put takes a slot; a: put counts and hands over; \
        feeder of a: takes the writer lock; feeder of a: writes; c: join sleeps; \
        a: task_done; a: get takes the reader lock; a: get reads; \
        a: get gives the reader lock back; a: get gives the slot back; a: put takes a slot; \
        a: put counts and hands over; feeder of a: takes the writer lock; \
        feeder of a: writes; b: join sleeps; b: join wakes";
    check_twin(Defect::AwaitsNobody, clients, REFINES, steps);
}
