//! What a core leaves out, an allowed history can do without: so a core is bad for no reason of its
//! own.

use super::DISCIPLINES;
use super::differential::drawn;
use super::simulated::{everything, simulate};
use crate::histories::{cancel, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{CancelledPut, Choices, Constants, EventKind, History, MomentaryZero, Visibility};
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
    let is_allowed =
        |history: &History| matches!(judge(constants, choices, history), Answer::Allowed(_));
    if !is_allowed(&history) {
        return 0;
    }
    let calls = history.events.iter().filter(|event| matches!(event.kind, EventKind::Call(_)));
    let all: Vec<usize> = (0..calls.count()).collect();
    let mut taken = 0;
    for units in dispensable(constants, choices, &history) {
        let gone: Vec<Vec<usize>> = units.into_iter().filter(|_| rng.u8(..3) > 0).collect();
        let is_left = |at: &usize| !gone.iter().flatten().any(|gone| gone == at);
        let left: Vec<usize> = all.iter().copied().filter(is_left).collect();
        let rest = restrict(&history, &left);
        assert!(
            is_allowed(&rest),
            "{constants:?} {choices:?}\n{:?}{:?}\nwithout {gone:?}",
            history.operations(),
            history.ending
        );
        taken += gone.len();
    }
    taken
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
