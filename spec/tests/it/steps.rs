//! Every row of the table of operations and outcomes, in each discipline.

use std::time::Duration;
use taskdone_spec::Discipline::{Fifo, Lifo, Priority};
use taskdone_spec::Phase::{Open, Shut};
use taskdone_spec::{
    Constants, Discipline, Item, Op, Outcome, Phase, Shutdown, State, Wait, queue,
};

const TIMED: Wait = Wait::AtMost(Duration::from_millis(5));

fn state(items: &[u32], unfinished: usize, phase: Phase) -> State {
    State { items: items.iter().map(|n| Item(*n)).collect(), unfinished, phase }
}

fn constants(discipline: Discipline, capacity: Option<usize>) -> Constants {
    Constants { discipline, capacity }
}

/// A step is allowed and leads to a state (`Some`), or is not allowed (`None`).
#[track_caller]
#[allow(clippy::needless_pass_by_value)] // a table of values reads better
fn check(c: Constants, from: State, op: Op, outcome: Outcome, to: Option<State>) {
    assert_eq!(queue::step(&c, &from, op, outcome), to, "{c:?} {from:?}: {op} -> {outcome}");
}

#[test]
fn put() {
    let put = |wait| Op::Put(Item(2), wait);
    for wait in [Wait::Never, TIMED, Wait::Forever] {
        for discipline in [Fifo, Lifo, Priority] {
            let c = constants(discipline, Some(2));
            let one = state(&[1], 1, Open);
            check(c, one.clone(), put(wait), Outcome::Done, Some(state(&[1, 2], 2, Open)));
            check(c, one.clone(), put(wait), Outcome::Full, None);
            check(c, one, put(wait), Outcome::ShutDown, None);

            let full = state(&[1, 3], 2, Open);
            check(c, full.clone(), put(wait), Outcome::Done, None);
            let gives_up = (wait != Wait::Forever).then(|| full.clone());
            check(c, full.clone(), put(wait), Outcome::Full, gives_up);

            for shut in [state(&[], 0, Shut), state(&[1, 3], 2, Shut)] {
                check(c, shut.clone(), put(wait), Outcome::Done, None);
                check(c, shut.clone(), put(wait), Outcome::Full, None);
                check(c, shut.clone(), put(wait), Outcome::ShutDown, Some(shut));
            }
        }
    }
}

#[test]
fn put_keeps_the_order_of_the_discipline() {
    let put = Op::Put(Item(2), Wait::Forever);
    for (discipline, after) in [(Fifo, [1, 3, 2]), (Lifo, [1, 3, 2]), (Priority, [1, 2, 3])] {
        let c = constants(discipline, None);
        check(c, state(&[1, 3], 2, Open), put, Outcome::Done, Some(state(&after, 3, Open)));
    }
}

#[test]
fn an_unbounded_queue_is_never_full() {
    let c = constants(Fifo, None);
    let many = state(&[1; 1000], 1000, Open);
    check(c, many, Op::Put(Item(2), Wait::Never), Outcome::Full, None);
}

#[test]
fn get() {
    let cases = [(Fifo, 2, [3, 1]), (Lifo, 1, [2, 3]), (Priority, 1, [2, 3])];
    for wait in [Wait::Never, TIMED, Wait::Forever] {
        for (discipline, next, rest) in cases {
            let c = constants(discipline, None);
            let items = if discipline == Priority { [1, 2, 3] } else { [2, 3, 1] };
            for phase in [Open, Shut] {
                let from = state(&items, 3, phase);
                for item in [1, 2, 3, 4] {
                    let to = (item == next).then(|| state(&rest, 3, phase));
                    check(c, from.clone(), Op::Get(wait), Outcome::Got(Item(item)), to);
                }
                check(c, from.clone(), Op::Get(wait), Outcome::Empty, None);
                check(c, from, Op::Get(wait), Outcome::ShutDown, None);
            }
            let empty = state(&[], 1, Open);
            check(c, empty.clone(), Op::Get(wait), Outcome::Got(Item(1)), None);
            check(c, empty.clone(), Op::Get(wait), Outcome::ShutDown, None);
            let gives_up = (wait != Wait::Forever).then(|| empty.clone());
            check(c, empty, Op::Get(wait), Outcome::Empty, gives_up);

            let shut = state(&[], 1, Shut);
            check(c, shut.clone(), Op::Get(wait), Outcome::Empty, None);
            check(c, shut.clone(), Op::Get(wait), Outcome::ShutDown, Some(shut));
        }
    }
}

#[test]
fn task_done() {
    for phase in [Open, Shut] {
        let c = constants(Fifo, None);
        // Also early, while every unfinished task is still queued.
        for items in [&[][..], &[1, 2]] {
            let two = state(items, 2, phase);
            check(c, two.clone(), Op::TaskDone, Outcome::Done, Some(state(items, 1, phase)));
            check(c, two, Op::TaskDone, Outcome::TooMany, None);
            let none = state(items, 0, phase);
            check(c, none.clone(), Op::TaskDone, Outcome::Done, None);
            check(c, none.clone(), Op::TaskDone, Outcome::TooMany, Some(none));
        }
    }
}

#[test]
fn join() {
    for wait in [Wait::Never, TIMED, Wait::Forever] {
        for (items, phase) in [(&[][..], Open), (&[1], Open), (&[], Shut)] {
            let c = constants(Fifo, None);
            let idle = state(items, 0, phase);
            check(c, idle.clone(), Op::Join(wait), Outcome::Done, Some(idle.clone()));
            check(c, idle, Op::Join(wait), Outcome::TimedOut, None);
            let busy = state(items, 1, phase);
            check(c, busy.clone(), Op::Join(wait), Outcome::Done, None);
            let gives_up = (wait != Wait::Forever).then(|| busy.clone());
            check(c, busy, Op::Join(wait), Outcome::TimedOut, gives_up);
        }
    }
}

#[test]
fn shutdown() {
    let graceful = Op::Shutdown(Shutdown::Graceful);
    let immediate = Op::Shutdown(Shutdown::Immediate);
    for discipline in [Fifo, Lifo, Priority] {
        let c = constants(discipline, Some(3));
        for phase in [Open, Shut] {
            // Two queued, one in flight.
            let from = state(&[1, 2], 3, phase);
            check(c, from.clone(), graceful, Outcome::Done, Some(state(&[1, 2], 3, Shut)));
            check(c, from, immediate, Outcome::Done, Some(state(&[], 1, Shut)));
            // Two queued, one of them reported early; then both.
            for reported in [1, 2] {
                let early = state(&[1, 2], 2 - reported, phase);
                check(c, early, immediate, Outcome::Done, Some(state(&[], 0, Shut)));
            }
        }
    }
}

#[test]
fn observers() {
    let c = constants(Lifo, None);
    for (from, is_shut) in [(state(&[1, 2], 3, Open), false), (state(&[1, 2], 3, Shut), true)] {
        for n in 0..5 {
            let same = |right: bool| right.then(|| from.clone());
            check(c, from.clone(), Op::Len, Outcome::Count(n), same(n == 2));
            check(c, from.clone(), Op::Unfinished, Outcome::Count(n), same(n == 3));
        }
        for value in [false, true] {
            let same = (value == is_shut).then(|| from.clone());
            check(c, from.clone(), Op::IsShutdown, Outcome::Is(value), same);
        }
    }
}

#[test]
fn outcomes_of_other_operations_are_not_allowed() {
    let c = constants(Fifo, None);
    let from = state(&[1], 1, Open);
    check(c, from.clone(), Op::Get(Wait::Forever), Outcome::Done, None);
    check(c, from.clone(), Op::Put(Item(1), Wait::Forever), Outcome::Got(Item(1)), None);
    check(c, from.clone(), Op::Len, Outcome::Done, None);
    check(c, from.clone(), Op::Len, Outcome::Is(true), None);
    check(c, from, Op::IsShutdown, Outcome::Count(1), None);
}

/// Whoever waits may give up at any time, and nothing has changed. What does not wait cannot.
#[test]
fn cancelled() {
    for (capacity, from) in [(None, state(&[], 0, Open)), (Some(1), state(&[1], 1, Shut))] {
        let c = constants(Fifo, capacity);
        for op in [Op::Put(Item(4), Wait::Forever), Op::Get(Wait::Forever), Op::Join(TIMED)] {
            check(c, from.clone(), op, Outcome::Cancelled, Some(from.clone()));
        }
        for op in [Op::TaskDone, Op::Len, Op::Shutdown(Shutdown::Graceful)] {
            assert!(!op.can_be_cancelled());
            check(c, from.clone(), op, Outcome::Cancelled, None);
        }
    }
}

/// `answer` finds the enabled outcome, if there is one, and there is never more than one.
#[test]
fn at_most_one_outcome_is_enabled() {
    let outcomes = [Outcome::Done, Outcome::Full, Outcome::Empty, Outcome::ShutDown]
        .into_iter()
        .chain([Outcome::TooMany, Outcome::TimedOut, Outcome::Is(true), Outcome::Is(false)])
        .chain((0..5).map(Outcome::Count))
        .chain((0..5).map(|n| Outcome::Got(Item(n))));
    let outcomes: Vec<Outcome> = outcomes.collect();
    let waits = [Wait::Never, TIMED, Wait::Forever];
    let ops = waits.into_iter().flat_map(|w| [Op::Put(Item(4), w), Op::Get(w), Op::Join(w)]);
    let ops = ops
        .chain([Op::TaskDone, Op::Len, Op::Unfinished, Op::IsShutdown])
        .chain([Op::Shutdown(Shutdown::Graceful), Op::Shutdown(Shutdown::Immediate)]);
    for op in ops {
        for discipline in [Fifo, Lifo, Priority] {
            for items in [&[][..], &[1], &[1, 3]] {
                for unfinished in 0..4 {
                    for phase in [Open, Shut] {
                        let c = constants(discipline, Some(2));
                        let from = state(items, unfinished, phase);
                        let step = |o: &Outcome| queue::step(&c, &from, op, *o).map(|to| (*o, to));
                        let enabled: Vec<_> = outcomes.iter().filter_map(step).collect();
                        assert!(enabled.iter().all(|(outcome, _)| op.can_answer(*outcome)));
                        assert!(enabled.len() <= 1, "{op} in {from:?}: {enabled:?}");
                        let answer = queue::answer(&c, &from, op);
                        assert_eq!(enabled.first(), answer.as_ref(), "{op} in {from:?}");
                        assert!(answer.is_some() || op.may_block(), "{op} must not wait");
                        assert!(answer.is_none_or(|(_, to)| queue::type_ok(&c, &to)));
                    }
                }
            }
        }
    }
}
