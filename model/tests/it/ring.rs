//! The ring: pinned numbers of states, nothing vacuous, and a counterexample for each twin. The
//! larger scenarios are in `examples/ring.rs`.

use spec::{Client, Constants, Discipline, Item, Op, Scenario, Shutdown, Wait};
use stateright::{Checker, Expectation, Model, StateRecorder};
use std::collections::{BTreeSet, HashSet};
use taskdone_model::Pool;
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::ring::{Ring, State};
use taskdone_model::refinement::Checked;

const GET: Op = Op::Get(Wait::Forever);
const TRY_GET: Op = Op::Get(Wait::Never);
const DONE: Op = Op::TaskDone;
const JOIN: Op = Op::Join(Wait::Forever);
const GRACEFUL: Op = Op::Shutdown(Shutdown::Graceful);
const IMMEDIATE: Op = Op::Shutdown(Shutdown::Immediate);

fn put(item: u32) -> Op {
    Op::Put(Item(item), Wait::Forever)
}

fn try_put(item: u32) -> Op {
    Op::Put(Item(item), Wait::Never)
}

fn scenario(capacity: usize, clients: &[&[Op]]) -> Scenario {
    let client = |ops: &&[Op]| Client { name: "client".to_string(), ops: ops.to_vec() };
    Scenario {
        title: String::new(),
        constants: Constants { discipline: Discipline::Fifo, capacity: Some(capacity) },
        clients: clients.iter().map(client).collect(),
    }
}

/// Producers, puts, workers, joiners, capacity.
type Size = (u32, u32, u32, u32, usize);

fn pool((producers, puts, workers, joiners, capacity): Size) -> Scenario {
    let pool = Pool { producers, puts, workers, joiners, capacity: Some(capacity) };
    pool.scenario(Discipline::Fifo)
}

/// Checks a ring up to the names of its clients, and returns which `sometimes` properties were
/// reached. Every other one has to hold.
#[track_caller]
fn check(ring: Ring, states: usize) -> BTreeSet<&'static str> {
    let scenario = format!("{ring:?}");
    let checker = Checked(ring).checker().threads(2).spawn_dfs().join();
    let mut reached = BTreeSet::new();
    for (name, path) in checker.discoveries() {
        let property = checker.model().property(name);
        let sometimes = matches!(property.expectation, Expectation::Sometimes);
        assert!(sometimes, "{name} fails in {scenario}\n{path}");
        reached.insert(name);
    }
    assert_eq!(checker.unique_state_count(), states, "{scenario}");
    reached
}

#[test]
fn pools() {
    let single = |size, states| check(Ring::new(pool(size)), states);
    single((1, 1, 1, 1, 1), 709);
    single((1, 2, 1, 1, 1), 10_945);
    single((1, 2, 1, 1, 2), 4_584);
    single((2, 1, 2, 1, 1), 217_906);
    single((2, 1, 2, 1, 2), 100_146);
    single((1, 2, 2, 2, 1), 461_743);
}

#[test]
fn pools_by_attempts() {
    let merged = |size, states| check(Ring::new(pool(size)).merged(), states);
    merged((1, 2, 2, 2, 1), 46_941);
    merged((2, 2, 2, 0, 1), 276_571);
    merged((2, 2, 2, 0, 2), 226_733);
}

#[test]
fn answers_at_once() {
    let (one, other): (&[Op], &[Op]) = (&[put(1), try_put(2)], &[put(3), try_put(4)]);
    let work: &[Op] = &[TRY_GET, DONE];
    check(Ring::new(scenario(1, &[one, other, work, work])), 48_258);
    check(Ring::new(scenario(2, &[one, &[TRY_GET, try_put(3), TRY_GET], &[GET]])), 16_346);
}

#[test]
fn shutdowns() {
    let (one, two, work): (&[Op], &[Op], &[Op]) = (&[put(1)], &[put(1), put(2)], &[GET, DONE]);
    for (shutdown, counts) in
        [(GRACEFUL, [30_927, 99_908, 4_553, 29_135]), (IMMEDIATE, [63_530, 156_463, 6_703, 57_133])]
    {
        let end: &[Op] = &[shutdown];
        check(Ring::new(scenario(1, &[two, work, &[JOIN], end])), counts[0]);
        check(Ring::new(scenario(1, &[one, work, work, &[JOIN], end])), counts[1]);
        check(Ring::new(scenario(1, &[one, &[try_put(2)], &[TRY_GET], end])), counts[2]);
        // The producer reports tasks that nobody has got.
        let early: &[Op] = &[put(1), try_put(2), DONE];
        check(Ring::new(scenario(2, &[early, work, &[JOIN], end])), counts[3]);
    }
    check(
        Ring::new(scenario(1, &[&[put(1), try_put(2)], work, &[GRACEFUL], &[IMMEDIATE]])),
        29_242,
    );
}

#[test]
fn shutdowns_by_attempts() {
    let (one, two): (&[Op], &[Op]) = (&[put(1), put(2)], &[put(3), put(4)]);
    let work: &[Op] = &[GET, DONE];
    check(Ring::new(scenario(1, &[one, two, work, work, &[GRACEFUL]])).merged(), 469_427);
    let both: [&[Op]; 6] = [&[put(1)], &[put(2)], work, work, &[GRACEFUL], &[IMMEDIATE]];
    check(Ring::new(scenario(1, &both)).merged(), 800_648);
}

/// Each `sometimes` is reached in some scenario, and missed in one in which it cannot happen.
#[test]
fn nothing_is_vacuous() {
    let reached = |scenario, states| check(Ring::new(scenario), states);
    let busy = reached(pool((1, 2, 2, 2, 1)), 461_743);
    let rivals = reached(scenario(2, &[&[put(1)], &[put(2)]]), 32);
    let clients: [&[Op]; 4] = [&[put(1), put(2), DONE], &[GET], &[JOIN], &[IMMEDIATE]];
    let dropped = reached(scenario(2, &clients), 34_596);
    let all = Ring::reaches().iter().map(|property| property.name).collect::<BTreeSet<_>>();
    let some = busy.iter().chain(&rivals).chain(&dropped).copied().collect::<BTreeSet<_>>();
    assert_eq!(all, some);
    let missed: [&str; 4] = [
        "a put fails to claim",
        "an item is dropped that was never published",
        "more tasks are done than were got when the rest is dropped",
        "others finish a shutdown",
    ];
    assert_eq!(all.difference(&busy).copied().collect::<Vec<_>>(), missed);
    let few = ["a put fails to claim", "somebody looks and nobody waits"];
    assert_eq!(rivals, BTreeSet::from(few));
}

/// The states in which nobody can go on.
fn ends(ring: &Ring) -> HashSet<State> {
    let (recorder, visited) = StateRecorder::new_with_accessor();
    Checked(ring.clone()).checker().visitor(recorder).spawn_bfs().join();
    let ends = |s: &State| {
        let mut steps = Vec::new();
        ring.steps(s, &mut steps);
        steps.is_empty()
    };
    visited().into_iter().map(|reached| reached.state).filter(ends).collect()
}

/// Merging the accesses of an attempt loses no end, and makes none up.
#[test]
fn attempts_end_as_single_accesses_do() {
    let same = |scenario: Scenario, number: usize| {
        let single = ends(&Ring::new(scenario.clone()));
        assert_eq!(single, ends(&Ring::new(scenario.clone()).merged()), "\n{scenario}");
        assert_eq!(single.len(), number, "\n{scenario}");
    };
    let (puts, gets): (&[Op], &[Op]) = (&[put(1), try_put(2)], &[TRY_GET, DONE]);
    same(scenario(1, &[puts, gets, &[JOIN]]), 9);
    same(scenario(1, &[puts, &[try_put(3)], gets, &[GET]]), 17);
    same(scenario(2, &[puts, gets, &[JOIN], &[IMMEDIATE]]), 13);
}
