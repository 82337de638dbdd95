//! The search for long histories against the search for short ones, and against brute force.

use super::simulated::{Mix, simulate};
use crate::brute;
use crate::histories::{cancel, damage, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{
    CancelledPut, Choices, Constants, Discipline, Ending, Event, EventKind, History, Item,
    MomentaryZero, Op, Shutdown, queue,
};
use taskdone_conformance::oracle::relation::Exact;
use taskdone_conformance::oracle::{Answer, certificate, judge, long};

/// How often each answer was given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub allowed: u64,
    pub refused: u64,
    pub stuck: u64,
    /// Histories that brute force has judged too.
    pub by_brute_force: u64,
    /// Histories that the search for long ones leaves undecided: an item is put more than once.
    pub unknown: u64,
}

/// Compares that many histories, in chunks.
///
/// # Panics
///
/// At the first disagreement.
pub(crate) fn compare(histories: u64, seed: u64) -> Tally {
    const CHUNK: u64 = 1_000;
    let chunks = (0..histories.div_ceil(CHUNK)).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(seed + chunk);
        let mut tally = Tally::default();
        for run in 0..CHUNK {
            compare_one(run, &mut rng, &mut tally);
        }
        tally
    });
    chunks.reduce(Tally::default, |a, b| Tally {
        allowed: a.allowed + b.allowed,
        refused: a.refused + b.refused,
        stuck: a.stuck + b.stuck,
        by_brute_force: a.by_brute_force + b.by_brute_force,
        unknown: a.unknown + b.unknown,
    })
}

fn compare_one(run: u64, rng: &mut Rng, tally: &mut Tally) {
    let (constants, mut history) = drawn(run, rng);
    if run % 8 > 1 {
        damage(&mut history, rng);
    }
    for _ in 0..rng.usize(..3) {
        cancel(&mut history, rng);
    }
    let cancelled_put =
        if rng.bool() { CancelledPut::NoEffect } else { CancelledPut::MayHaveHappened };
    let (exact, choices) =
        (Exact { constants, cancelled_put }, Choices { cancelled_put, ..Choices::default() });
    let expected = judge(constants, choices, &history);
    let answer = long::judge(exact, &history, 1_000_000);
    match &answer {
        Answer::Allowed(_) => tally.allowed += 1,
        Answer::NoLinearization => tally.refused += 1,
        Answer::Stuck(_) => tally.stuck += 1,
        Answer::Unknown(why) => {
            assert!(why.contains("more than once"), "{why}\n{history:?}");
            tally.unknown += 1;
            return;
        }
    }
    match (&answer, &expected) {
        (Answer::Allowed(one), Answer::Allowed(other)) => {
            for steps in [one, other] {
                let verified = certificate::verify(exact, &history, steps);
                assert_eq!(verified, Ok(()), "{exact:?}\n{history:?}");
            }
        }
        // Who is stuck depends on which of the cancelled puts have happened.
        (Answer::Stuck(_), Answer::Stuck(_)) if cancelled_put == CancelledPut::MayHaveHappened => {}
        _ => assert_eq!(answer, expected, "{exact:?}\n{history:?}"),
    }
    if run.is_multiple_of(5) {
        let allowed = matches!(answer, Answer::Allowed(_));
        assert_eq!(
            allowed,
            brute::allows(constants, choices, &history),
            "{constants:?}\n{history:?}"
        );
        tally.by_brute_force += 1;
    }
}

/// Of one of three kinds, in turns.
pub(crate) fn drawn(run: u64, rng: &mut Rng) -> (Constants, History) {
    match run % 3 {
        0 => walked(rng),
        1 => simulated(rng),
        _ => overlapping(rng),
    }
}

/// A walk through the model: few operations of every kind.
fn walked(rng: &mut Rng) -> (Constants, History) {
    let clients = rng.usize(2..=5);
    let shape = shape(clients, if clients > 3 { 2 } else { 3 }, Discipline::Fifo);
    let (scenario, history) = valid(&shape, MomentaryZero::MayMiss, rng);
    (scenario.constants, history)
}

/// Clients with roles, so that many operations succeed.
fn simulated(rng: &mut Rng) -> (Constants, History) {
    let mix = Mix {
        producers: rng.usize(1..=2),
        consumers: rng.usize(1..=2),
        joiners: rng.usize(..=1),
        watchers: usize::from(rng.u8(..4) == 0),
        discipline: Discipline::Fifo,
        capacity: *rng.choice(&[Some(1), Some(2), Some(3), None]).expect("it is not empty"),
        gives_up: rng.bool(),
        cancels: *rng.choice(&[None, Some(CancelledPut::NoEffect)]).expect("it is not empty"),
        shutdown: *rng
            .choice(&[None, None, Some(Shutdown::Graceful), Some(Shutdown::Immediate)])
            .expect("it is not empty"),
    };
    let mut history = simulate(mix, rng.usize(4..=9), rng);
    // What stays pending here cannot go on.
    if rng.bool() {
        history.ending = Ending::Quiescent;
    }
    (Constants { discipline: Discipline::Fifo, capacity: mix.capacity }, history)
}

/// Up to nine operations, each of a thread of its own, one after the other on the specification and
/// then stretched at random: any of them may overlap.
fn overlapping(rng: &mut Rng) -> (Constants, History) {
    let capacity = *rng.choice(&[Some(1), Some(2), Some(3), None]).expect("it is not empty");
    let constants = Constants { discipline: Discipline::Fifo, capacity };
    let alphabet = shape(1, 1, Discipline::Fifo).alphabet;
    let (operations, stretch) = (rng.usize(4..=9), rng.u32(1..=8));
    let (mut state, mut timed) = (queue::init(), Vec::new());
    for thread in 0..operations {
        let at = 10 * u32::try_from(thread).expect("it is small") + 100;
        let mut event = |time: u32, kind| timed.push((time, Event { thread, kind }));
        let op = match *rng.choice(&alphabet).expect("it is not empty") {
            Op::Put(_, wait) => Op::Put(Item(u32::try_from(thread).expect("it is small")), wait),
            op => op,
        };
        event(at - rng.u32(1..=10 * stretch), EventKind::Call(op));
        if let Some((outcome, after)) = queue::answer(&constants, &state, op) {
            state = after;
            if rng.u8(..16) > 0 {
                event(at + rng.u32(1..=10 * stretch), EventKind::Return(outcome));
            }
        }
    }
    timed.sort_by_key(|(time, _)| *time);
    let quiescent = rng.bool();
    let ending = if quiescent { Ending::Quiescent } else { Ending::Cut("a test".to_string()) };
    (constants, History { events: timed.into_iter().map(|(_, event)| event).collect(), ending })
}

#[test]
fn agrees_on_300_000_histories() {
    let tally = compare(300_000, 3_000);
    let enough = tally.allowed > 90_000 && tally.refused > 60_000 && tally.stuck > 5_000;
    assert!(enough && tally.by_brute_force > 50_000 && tally.unknown < 3_000, "{tally:?}");
}
