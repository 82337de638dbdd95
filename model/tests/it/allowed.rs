//! Which outcomes are allowed, in scenarios small enough to tell by hand.

use spec::{Client, Constants, Discipline, Item, MomentaryZero, Op, Outcome, Scenario, Wait};
use taskdone_model::{Final, allowed};

const JOIN: Op = Op::Join(Wait::Forever);
const GET: Op = Op::Get(Wait::Forever);
const DONE: Outcome = Outcome::Done;

fn put(n: u32) -> Op {
    Op::Put(Item(n), Wait::Forever)
}

fn got(n: u32) -> Outcome {
    Outcome::Got(Item(n))
}

fn scenario(capacity: Option<usize>, scripts: &[&[Op]]) -> Scenario {
    let client = |(ops, name): (&&[Op], char)| Client { name: name.to_string(), ops: ops.to_vec() };
    Scenario {
        title: String::new(),
        constants: Constants { discipline: Discipline::Fifo, capacity },
        clients: scripts.iter().zip('a'..).map(client).collect(),
    }
}

/// What each client is answered, and who waits for ever.
type Ends<'a> = &'a [(&'a [&'a [Outcome]], &'a [usize])];

#[track_caller]
fn check(scenario: &Scenario, zero: MomentaryZero, expected: Ends) {
    let end = |(outcomes, blocked): &(&[&[Outcome]], &[usize])| Final {
        outcomes: outcomes.iter().map(|outcomes| outcomes.to_vec()).collect(),
        blocked: blocked.iter().copied().collect(),
    };
    assert_eq!(allowed(scenario, zero).finals, expected.iter().map(end).collect(), "\n{scenario}");
}

#[test]
fn forgetting_task_done_leaves_join_waiting() {
    let forgetful = scenario(None, &[&[put(1), JOIN], &[GET]]);
    check(&forgetful, MomentaryZero::MayMiss, &[(&[&[DONE], &[got(1)]], &[0])]);
    check(&forgetful, MomentaryZero::MustReturn, &[(&[&[DONE], &[got(1)]], &[0])]);
}

#[test]
fn a_full_queue_that_nobody_empties_leaves_put_waiting() {
    let full = scenario(Some(1), &[&[put(1), put(2)]]);
    check(&full, MomentaryZero::MayMiss, &[(&[&[DONE]], &[0])]);
}

#[test]
fn items_go_to_whoever_asks() {
    let two = scenario(None, &[&[put(1)], &[GET], &[GET]]);
    let ends: Ends = &[(&[&[DONE], &[got(1)], &[]], &[2]), (&[&[DONE], &[], &[got(1)]], &[1])];
    check(&two, MomentaryZero::MayMiss, ends);
}

/// The joiner is called before, between or after: it may miss the zero in the middle, unless it must
/// not.
#[test]
fn momentary_zero() {
    let zero = scenario(None, &[&[JOIN], &[put(1), Op::TaskDone, put(2)]]);
    let worker: &[Outcome] = &[DONE, DONE, DONE];
    let ends: Ends = &[(&[&[DONE], worker], &[]), (&[&[], worker], &[0])];
    check(&zero, MomentaryZero::MayMiss, ends);
    // Called after the second put it still waits for ever.
    check(&zero, MomentaryZero::MustReturn, ends);

    // With a joiner that is certainly waiting when the count touches zero the policies differ.
    let waiting = scenario(None, &[&[JOIN], &[put(1), Op::TaskDone, put(2), Op::TaskDone, put(3)]]);
    let states = |zero| allowed(&waiting, zero).states;
    assert!(states(MomentaryZero::MustReturn) < states(MomentaryZero::MayMiss));
}
