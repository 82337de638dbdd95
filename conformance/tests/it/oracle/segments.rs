//! Histories that are judged in segments.

use super::decode::allowed_in_segments;
use super::simulated::{Mix, everything, simulate};
use crate::histories::{cancel, damage};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{CancelledPut, Choices, Constants, Discipline, MomentaryZero, Shutdown};
use taskdone_conformance::oracle::segments::Segments;
use taskdone_conformance::oracle::{Answer, judge};

const DISCIPLINES: [Discipline; 3] = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];

/// Few clients, so that often nothing overlaps.
fn mix(rng: &mut Rng, discipline: Discipline) -> Mix {
    let modes = [None, None, Some(Shutdown::Graceful), Some(Shutdown::Immediate)];
    let cancels = [None, Some(CancelledPut::NoEffect), Some(CancelledPut::MayHaveHappened)];
    Mix {
        discipline,
        watchers: rng.usize(..=1),
        capacity: *rng.choice(&[None, Some(1), Some(2)]).expect("it is not empty"),
        gives_up: true,
        cancels: *rng.choice(&cancels).expect("it is not empty"),
        shutdown: *rng.choice(&modes).expect("it is not empty"),
        ..everything(rng.usize(1..=2), 1, rng.usize(..=1), 1)
    }
}

#[test]
fn the_verdict_is_that_on_the_whole() {
    let counts = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(8_000 + chunk);
        let (mut allowed, mut refused) = (0, 0);
        for run in 0..100 {
            let mix = mix(&mut rng, DISCIPLINES[run % 3]);
            let mut history = simulate(mix, rng.usize(10..=60), &mut rng);
            if run % 4 > 0 {
                damage(&mut history, &mut rng);
                cancel(&mut history, &mut rng);
            }
            let constants = Constants { discipline: mix.discipline, capacity: mix.capacity };
            let momentary_zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn][run % 2];
            let cancelled_put = mix.cancels.unwrap_or_default();
            let choices = Choices { momentary_zero, cancelled_put, ..Choices::default() };
            let whole = judge(constants, choices, &history);
            assert!(!matches!(whole, Answer::Unknown(_)), "{whole:?}");
            let expected = matches!(whole, Answer::Allowed(_));
            let found = allowed_in_segments(constants, choices, &history, 1);
            assert_eq!(found, expected, "{whole:?} {constants:?} {choices:?}\n{history:?}");
            if expected { allowed += 1 } else { refused += 1 }
        }
        (allowed, refused)
    });
    let (allowed, refused) = counts.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    assert!(allowed > 2_000 && refused > 2_000, "both kinds: {allowed} and {refused}");
}

/// What is held in memory does not grow with the history.
#[test]
fn segments_are_short() {
    for discipline in DISCIPLINES {
        let mix = Mix { discipline, ..everything(1, 1, 0, 2) };
        let constants = Constants { discipline, capacity: mix.capacity };
        let history = simulate(mix, 200_000, &mut Rng::with_seed(1));
        let mut segments = Segments::new(constants, Choices::default(), 1_000);
        let mut longest = 0;
        for event in history.events {
            let Some(segment) = segments.push(event) else { continue };
            longest = longest.max(segment.events.len());
            let answer = judge(constants, Choices::default(), &segment);
            assert!(matches!(answer, Answer::Allowed(_)), "{discipline}: {answer:?}");
        }
        assert!(segments.count() > 200, "{discipline}: {} segments", segments.count());
        // The state ahead of a segment adds some operations.
        assert!(longest < 3_000 && segments.longest() <= longest, "{discipline}: {longest}");
    }
}
