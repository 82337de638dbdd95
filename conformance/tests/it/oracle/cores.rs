//! What a core leaves out, an allowed history can do without: so a core is bad for no reason of its
//! own.

use super::DISCIPLINES;
use super::differential::drawn;
use super::simulated::{everything, simulate};
use crate::histories::{cancel, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, Event, EventKind, History, Item,
    MomentaryZero, Op, Outcome, Visibility, Wait,
};
use taskdone_conformance::oracle::core::{dispensable, restrict};
use taskdone_conformance::oracle::{Answer, judge};

/// Histories that are likely to be allowed.
fn history(run: u64, rng: &mut Rng) -> (Constants, Choices, History) {
    let zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn];
    let cancelled_put =
        if rng.bool() { CancelledPut::NoEffect } else { CancelledPut::MayHaveHappened };
    let visibility = *rng
        .choice(&[Visibility::Immediate, Visibility::Immediate, Visibility::Eventual])
        .expect("it is not empty");
    let choices = Choices { cancelled_put, visibility, ..Choices::default() };
    let (constants, choices, mut history) = match run % 4 {
        0 => {
            let momentary_zero = *rng.choice(&zero).expect("it is not empty");
            let shape = shape(4, 3, *rng.choice(&DISCIPLINES).expect("it is not empty"));
            let (scenario, history) = valid(&shape, momentary_zero, rng);
            (scenario.constants, Choices { momentary_zero, ..choices }, history)
        }
        1 => {
            let mix = everything(rng.usize(1..=3), rng.usize(1..=3), 1, rng.usize(1..=3));
            let constants = Constants { discipline: mix.discipline, capacity: mix.capacity };
            (constants, choices, simulate(mix, rng.usize(10..60), rng))
        }
        _ => {
            let (constants, history) = drawn(run, rng);
            (constants, choices, history)
        }
    };
    for _ in 0..rng.usize(..2) {
        cancel(&mut history, rng);
    }
    (constants, choices, history)
}

/// Takes some of what an allowed history can do without away. How many were taken away at once.
fn check(run: u64, rng: &mut Rng) -> usize {
    let (constants, choices, history) = history(run, rng);
    if !is_allowed(constants, choices, &history) {
        return 0;
    }
    let lists = dispensable(constants, choices, &history).into_iter();
    let gone = lists.map(|units| units.into_iter().filter(|_| rng.u8(..3) > 0).collect());
    gone.map(|gone: Vec<_>| take_away(constants, choices, &history, &gone)).sum()
}

fn is_allowed(constants: Constants, choices: Choices, history: &History) -> bool {
    matches!(judge(constants, choices, history), Answer::Allowed(_))
}

fn take_away(
    constants: Constants,
    choices: Choices,
    history: &History,
    gone: &[Vec<usize>],
) -> usize {
    let calls = history.events.iter().filter(|event| matches!(event.kind, EventKind::Call(_)));
    let is_left = |at: &usize| !gone.iter().flatten().any(|gone| gone == at);
    let left: Vec<usize> = (0..calls.count()).filter(is_left).collect();
    assert!(
        is_allowed(constants, choices, &restrict(history, &left)),
        "{constants:?} {choices:?}\n{:?}{:?}\nwithout {gone:?}",
        history.operations(),
        history.ending
    );
    gone.len()
}

fn call(thread: usize, op: Op) -> Event {
    Event { thread, kind: EventKind::Call(op) }
}

fn ret(thread: usize, outcome: Outcome) -> Event {
    Event { thread, kind: EventKind::Return(outcome) }
}

/// Takes all that an allowed history can do without away, a list at a time.
fn check_all(capacity: Option<usize>, choices: Choices, events: Vec<Event>) {
    let history = History { events, ending: Ending::Cut("a test".to_string()) };
    let constants = Constants { discipline: Discipline::Fifo, capacity };
    assert!(is_allowed(constants, choices, &history));
    for units in dispensable(constants, choices, &history) {
        take_away(constants, choices, &history, &units);
    }
}

/// Item 1 has left when item 2 fills the queue, although its put has not returned: so that there is
/// no room then says nothing about it, and the client that found no room had met it.
#[test]
fn an_item_may_have_left_before_the_queue_is_full() {
    let events = vec![
        call(0, Op::Put(Item(1), Wait::Forever)),
        call(1, Op::Get(Wait::Forever)),
        call(2, Op::Put(Item(3), Wait::Never)),
        ret(2, Outcome::Full),
        call(3, Op::Put(Item(2), Wait::Forever)),
        ret(3, Outcome::Done),
        call(4, Op::Get(Wait::Forever)),
        ret(1, Outcome::Got(Item(1))),
        ret(0, Outcome::Done),
        ret(4, Outcome::Got(Item(2))),
    ];
    check_all(Some(1), Choices::default(), events);
}

#[test]
fn what_cores_leave_out_leaves_200_000_histories_allowed() {
    let chunks = (0..200_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(chunk);
        (0..1_000).map(|run| check(run, &mut rng)).sum::<usize>()
    });
    let taken: usize = chunks.sum();
    assert!(taken > 400_000, "only {taken} were taken away");
}
