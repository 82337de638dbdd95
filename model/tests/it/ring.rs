//! The ring refines the specification, nothing is vacuous, and attempts end as accesses do.

use crate::verified::small;
use spec::{Client, Constants, Discipline, Item, Op, Scenario, Shutdown, Wait};
use stateright::{Checker, Model, StateRecorder};
use std::collections::{BTreeSet, HashSet};
use taskdone_model::algorithms::Algorithm;
use taskdone_model::algorithms::ring::{Ring, State};
use taskdone_model::refinement::Checked;

const GET: Op = Op::Get(Wait::Forever);
const TRY_GET: Op = Op::Get(Wait::Never);
const DONE: Op = Op::TaskDone;
const JOIN: Op = Op::Join(Wait::Forever);
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

/// Each `sometimes` is reached in some scenario, and missed in one in which it cannot happen.
#[test]
fn refines_and_is_not_vacuous() {
    let searched = small::<Ring>();
    let reached = |name: &str| {
        let searched = searched.iter().find(|searched| searched.name == name);
        searched.expect("a row of the file").verdict.reaches.clone()
    };
    let busy = reached("1×2 puts, 2 workers, 2 joiners; fifo of 1 | by accesses");
    let rivals = reached("`put 1` ∥ `put 2`; fifo of 2 | by accesses");
    let dropped = "`put 1, put 2, done` ∥ `get` ∥ `join` ∥ `shutdown immediate`; fifo of 2";
    let dropped = reached(&format!("{dropped} | by accesses"));
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
