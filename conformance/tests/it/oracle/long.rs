//! Long valid histories are accepted, and their certificates hold.

use super::simulated::{Mix, everything, simulate};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{CancelledPut, Choices, Constants, Discipline, MomentaryZero, Shutdown};
use taskdone_conformance::oracle::relation::Exact;
use taskdone_conformance::oracle::{Answer, certificate, judge};

#[test]
fn valid_histories_are_accepted() {
    let mixes = [
        everything(1, 2, 1, 2),
        everything(1, 2, 1, 8),
        everything(3, 4, 1, 2),
        everything(3, 4, 1, 8),
        everything(3, 3, 2, 2),
        Mix { gives_up: false, ..everything(8, 8, 0, 8) },
        Mix { watchers: 1, shutdown: Some(Shutdown::Graceful), ..everything(2, 2, 1, 2) },
        Mix { watchers: 1, shutdown: Some(Shutdown::Immediate), ..everything(3, 3, 1, 8) },
        Mix { capacity: None, ..everything(2, 3, 1, 1) },
        Mix { cancels: Some(CancelledPut::NoEffect), ..everything(3, 4, 1, 8) },
        Mix { cancels: Some(CancelledPut::MayHaveHappened), ..everything(3, 4, 1, 2) },
    ];
    (0..20_u64).into_par_iter().for_each(|seed| {
        for mix in mixes {
            let history = simulate(mix, 20_000, &mut Rng::with_seed(seed));
            let constants = Constants { discipline: Discipline::Fifo, capacity: mix.capacity };
            let cancelled_put = mix.cancels.unwrap_or_default();
            let choices = Choices { cancelled_put, ..Choices::default() };
            let answer = judge(constants, choices, &history);
            let exact = Exact { constants, cancelled_put };
            let Answer::Allowed(steps) = answer else { panic!("{mix:?}: {answer:?}") };
            assert_eq!(certificate::verify(exact, &history, &steps), Ok(()), "{mix:?}");
        }
    });
}

/// A certificate is refused if anything in it is wrong.
#[test]
fn a_wrong_certificate_is_refused() {
    let mix = everything(2, 2, 1, 2);
    let history = simulate(mix, 200, &mut Rng::with_seed(1));
    let constants = Constants { discipline: Discipline::Fifo, capacity: mix.capacity };
    let Answer::Allowed(steps) = judge(constants, MomentaryZero::MayMiss, &history) else {
        panic!("it is valid");
    };
    let verify = |steps: &[_]| certificate::verify(constants, &history, steps);
    assert_eq!(verify(&steps), Ok(()));
    let operations = history.operations().expect("it is well formed");
    let returned = |at: &usize| operations[steps[*at].operation].returned.is_some();
    for at in (0..steps.len()).filter(returned) {
        let mut missing = steps.clone();
        missing.remove(at);
        assert!(verify(&missing).is_err(), "step {at} is missing");
        let mut late = steps.clone();
        late[at].before = history.events.len() + 1;
        assert!(verify(&late).is_err(), "step {at} is late");
    }
}
