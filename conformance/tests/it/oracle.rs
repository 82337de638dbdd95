//! The oracle against other ways to an answer.

mod cores;
mod decode;
mod differential;
mod injected;
mod long;
mod reference;
mod segments;
pub(crate) mod simulated;

use crate::brute;
use crate::histories::{damage, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use reference::stateright_accepts;
use spec::{
    Constants, Discipline, Ending, Event, EventKind, History, Item, MomentaryZero, Op, Outcome,
    Wait,
};
use taskdone_conformance::oracle::{Answer, judge};

const DISCIPLINES: [Discipline; 3] = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];

/// What the specification generates, the oracle accepts.
#[test]
fn no_false_alarm_on_100_000_histories_of_the_model() {
    let chunks: u64 = 100;
    (0..chunks).into_par_iter().for_each(|chunk| {
        let mut rng = Rng::with_seed(chunk);
        for run in 0..1_000 {
            let zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn][run % 2];
            let shape = shape(4, 3, DISCIPLINES[run % 3]);
            let (scenario, history) = valid(&shape, zero, &mut rng);
            let answer = judge(scenario.constants, zero, &history);
            assert!(matches!(answer, Answer::Allowed(_)), "{answer:?}\n{scenario}{history:?}");
        }
    });
}

#[test]
fn agrees_with_brute_force() {
    let counts = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(1_000 + chunk);
        let (mut allowed, mut refused) = (0, 0);
        for run in 0..400 {
            let zero = MomentaryZero::MayMiss;
            let (scenario, mut history) = valid(&shape(3, 3, DISCIPLINES[run % 3]), zero, &mut rng);
            if run % 4 > 0 {
                damage(&mut history, &mut rng);
            }
            let answer = judge(scenario.constants, zero, &history);
            let expected = brute::allows(scenario.constants, zero, &history);
            let is_allowed = matches!(answer, Answer::Allowed(_));
            assert_eq!(is_allowed, expected, "{answer:?}\n{scenario}{history:?}");
            if expected { allowed += 1 } else { refused += 1 }
        }
        (allowed, refused)
    });
    let (allowed, refused) = counts.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    assert!(allowed > 10_000 && refused > 10_000, "both kinds: {allowed} and {refused}");
}

/// stateright knows nothing of blocked operations, so the histories are taken as cut.
#[test]
fn agrees_with_stateright_on_10_000_damaged_histories() {
    let counts = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(2_000 + chunk);
        let mut refused = 0;
        for run in 0..100 {
            let zero = MomentaryZero::MayMiss;
            let (scenario, mut history) = valid(&shape(3, 3, DISCIPLINES[run % 3]), zero, &mut rng);
            damage(&mut history, &mut rng);
            history.ending = Ending::Cut("stateright cannot tell".to_string());
            let answer = judge(scenario.constants, zero, &history);
            let expected = stateright_accepts(scenario.constants, &history);
            let is_allowed = matches!(answer, Answer::Allowed(_));
            assert_eq!(is_allowed, expected, "{answer:?}\n{scenario}{history:?}");
            refused += u32::from(!expected);
        }
        refused
    });
    let refused: u32 = counts.sum();
    assert!((1_000..9_000).contains(&refused), "both kinds: {refused} of 10000 refused");
}

/// What the oracle cannot decide it does not let pass.
#[test]
fn too_much_overlap_is_unknown() {
    let put = |n: u32| EventKind::Call(Op::Put(Item(n), Wait::Forever));
    let judged = |operations: u32| {
        let event = |n: u32, kind| Event { thread: n as usize, kind };
        let calls = (0..operations).map(|n| event(n, put(n)));
        let returns = (0..operations).map(|n| event(n, EventKind::Return(Outcome::Done)));
        let history = History { events: calls.chain(returns).collect(), ending: Ending::Quiescent };
        let constants = Constants { discipline: Discipline::Lifo, capacity: None };
        judge(constants, MomentaryZero::MayMiss, &history)
    };
    assert!(matches!(judged(64), Answer::Allowed(_)));
    assert!(matches!(judged(65), Answer::Unknown(_)));
}
