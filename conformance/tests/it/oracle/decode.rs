//! Small histories from bytes, for fuzzing: any bytes make a history, with all operations, all
//! outcomes that an operation can have, and calls that do not return.

use crate::brute;
use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, Event, EventKind, History, Item,
    MomentaryZero, Op, Outcome, Shutdown, State, Visibility, Wait, queue,
};
use std::time::Duration;
use taskdone_conformance::oracle::relation::Exact;
use taskdone_conformance::oracle::segments::Segments;
use taskdone_conformance::oracle::{Answer, certificate, judge, long};

/// Bytes, and zeros when they are used up.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first)
    }

    fn choose<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.next() % from.len()]
    }
}

/// A queue and a history, of two to five clients and up to nine operations.
pub(crate) fn decode(bytes: &[u8]) -> (Constants, Choices, History) {
    let mut bytes = Bytes(bytes);
    let constants = Constants {
        discipline: bytes.choose(&[Discipline::Fifo, Discipline::Lifo, Discipline::Priority]),
        capacity: bytes.choose(&[None, Some(1), Some(2), Some(3)]),
    };
    let choices = Choices {
        momentary_zero: bytes.choose(&[MomentaryZero::MayMiss, MomentaryZero::MustReturn]),
        cancelled_put: bytes.choose(&[CancelledPut::NoEffect, CancelledPut::MayHaveHappened]),
        visibility: bytes.choose(&[
            Visibility::Immediate,
            Visibility::Immediate,
            Visibility::Eventual,
        ]),
    };
    let quiescent = bytes.next() % 2 == 1;
    let events = events(&mut bytes, constants);
    let ending =
        if quiescent { Ending::Quiescent } else { Ending::Cut("the bytes end here".to_string()) };
    (constants, choices, History { events, ending })
}

fn events(bytes: &mut Bytes, constants: Constants) -> Vec<Event> {
    let (clients, operations) = (2 + bytes.next() % 4, 4 + bytes.next() % 6);
    let (mut events, mut pending) = (Vec::new(), vec![None; clients]);
    let (mut state, mut called) = (queue::init(), 0);
    // As many events as there can be, and a few bytes for nothing.
    for _ in 0..3 * operations {
        let thread = bytes.next() % clients;
        let kind = match pending[thread].take() {
            Some(op) => {
                let Some(outcome) = outcome(bytes, constants, op, &mut state) else {
                    pending[thread] = Some(op);
                    continue;
                };
                EventKind::Return(outcome)
            }
            None if called < operations => {
                called += 1;
                let op = op(bytes, u32::try_from(called).expect("it is small"));
                pending[thread] = Some(op);
                EventKind::Call(op)
            }
            None => continue,
        };
        events.push(Event { thread, kind });
    }
    events
}

fn op(bytes: &mut Bytes, item: u32) -> Op {
    let wait = bytes.choose(&[Wait::Forever, Wait::Never, Wait::AtMost(Duration::from_millis(5))]);
    match bytes.next() % 12 {
        0..3 => Op::Put(Item(item), wait),
        // An item that may be there already.
        3 => Op::Put(Item(1), wait),
        4..7 => Op::Get(wait),
        7 | 8 => Op::TaskDone,
        9 => Op::Join(wait),
        10 => Op::Shutdown(bytes.choose(&[Shutdown::Graceful, Shutdown::Immediate])),
        _ => bytes.choose(&[Op::Len, Op::Unfinished, Op::IsShutdown]),
    }
}

/// What an operation answers: mostly what the queue would, or any of its outcomes; `None` if it waits.
fn outcome(bytes: &mut Bytes, constants: Constants, op: Op, state: &mut State) -> Option<Outcome> {
    let any = bytes.next();
    if !any.is_multiple_of(4) {
        let (outcome, after) = queue::answer(&constants, state, op)?;
        *state = after;
        return Some(outcome);
    }
    let n = any / 16;
    let plain = [
        Outcome::Done,
        Outcome::Full,
        Outcome::Empty,
        Outcome::ShutDown,
        Outcome::TooMany,
        Outcome::TimedOut,
        Outcome::Cancelled,
        Outcome::Is(n.is_multiple_of(2)),
        Outcome::Count(n % 3),
        Outcome::Got(Item(u32::try_from(n % 4).expect("it is small"))),
    ];
    let can: Vec<Outcome> = plain.into_iter().filter(|outcome| op.can_answer(*outcome)).collect();
    Some(bytes.choose(&can))
}

/// What a comparison was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    Allowed,
    Refused,
    /// Eventual visibility is not defined for these operations.
    NotJudged,
}

/// Compares what the oracle says of a history with brute force: the search, the search for long
/// histories, the certificates and the verdict in segments.
///
/// # Panics
///
/// If they do not agree.
pub(crate) fn check(bytes: &[u8]) -> Compared {
    let (constants, choices, history) = decode(bytes);
    let exact = Exact { constants, cancelled_put: choices.cancelled_put };
    let about = || format!("{constants:?} {choices:?}\n{history:?}");
    let answer = judge(constants, choices, &history);
    if let Answer::Unknown(why) = &answer {
        assert!(why.contains("eventual visibility"), "{why} {}", about());
        return Compared::NotJudged;
    }
    let is_allowed = |answer: &Answer| matches!(answer, Answer::Allowed(_));
    let expected = brute::allows(constants, choices, &history);
    assert_eq!(is_allowed(&answer), expected, "{answer:?} {}", about());
    let is_immediate = choices.visibility == Visibility::Immediate;
    let verify = |answer: &Answer| match answer {
        Answer::Allowed(steps) => certificate::verify(exact, &history, steps),
        _ => Ok(()),
    };
    if is_immediate {
        assert_eq!(verify(&answer), Ok(()), "{}", about());
    }
    let may_miss = choices.momentary_zero == MomentaryZero::MayMiss;
    if is_immediate && may_miss && constants.discipline == Discipline::Fifo {
        let long = long::judge(exact, &history, 1_000_000);
        if !matches!(long, Answer::Unknown(_)) {
            assert_eq!(is_allowed(&long), expected, "{long:?} {}", about());
            assert_eq!(verify(&long), Ok(()), "{}", about());
        }
    }
    let in_segments = allowed_in_segments(constants, choices, &history, 1);
    assert_eq!(in_segments, expected, "in segments: {}", about());
    if expected { Compared::Allowed } else { Compared::Refused }
}

/// Whether every segment is allowed.
pub(crate) fn allowed_in_segments(
    constants: Constants,
    choices: Choices,
    history: &History,
    at_least: usize,
) -> bool {
    let mut segments = Segments::new(constants, choices, at_least);
    let is_allowed =
        |segment: &History| matches!(judge(constants, choices, segment), Answer::Allowed(_));
    for event in &history.events {
        if segments.push(*event).is_some_and(|segment| !is_allowed(&segment)) {
            return false;
        }
    }
    segments.finish(history.ending.clone()).is_some_and(|segment| is_allowed(&segment))
}

/// A slice of what fuzzing does, from random bytes.
#[cfg(test)]
#[test]
fn random_bytes() {
    use rayon::prelude::*;
    let compared = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = fastrand::Rng::with_seed(7_000 + chunk);
        let mut counts = [0; 3];
        for _ in 0..500 {
            let bytes: Vec<u8> = std::iter::repeat_with(|| rng.u8(..)).take(96).collect();
            counts[check(&bytes) as usize] += 1;
        }
        counts
    });
    let add = |a: [u32; 3], b: [u32; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    let [allowed, refused, not_judged] = compared.reduce(|| [0; 3], add);
    let told = format!("{allowed} allowed, {refused} refused, {not_judged} not judged");
    assert!(allowed > 5_000 && refused > 5_000 && not_judged < 30_000, "{told}");
}
