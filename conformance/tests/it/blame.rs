//! What a person is told about a history that is not allowed.

use crate::histories::{cancel, damage, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{ClauseId, Discipline, MomentaryZero};
use taskdone_conformance::blame::{Verdict, Violation, judge};
use taskdone_conformance::oracle::{self, Answer};
use taskdone_conformance::text::{parse_history, parse_scenario};

/// A scenario, and a history of it.
fn told(case: &str) -> String {
    let (scenario, history) = case.split_once("\n\n").expect("a scenario and a history");
    let scenario = parse_scenario(scenario).unwrap_or_else(|error| panic!("{error}\n{scenario}"));
    let history = parse_history(&scenario, history).unwrap_or_else(|e| panic!("{e}\n{history}"));
    match judge(&scenario, MomentaryZero::MayMiss, &history) {
        Verdict::Violates(Violation { clause, reason }) => format!("{clause}: {reason}\n"),
        other => format!("{other:?}\n"),
    }
}

const CASES: [&str; 12] = [
    "queue fifo\np: put 1\nw: get; done\nj: join\n\np: put 1\np: -> ok\nj: join\nj: -> ok\nquiescent",
    "queue fifo\np: put 1; put 2\nw: get; get\n\np: put 1\np: -> ok\np: put 2\np: -> ok\nw: get\n\
     w: -> item 2\nw: get\nw: -> item 1\nquiescent",
    "queue fifo\np: put 1\nw: get\nv: get\n\np: put 1\np: -> ok\nw: get\nw: -> item 1\nv: get\n\
     v: -> item 1\nquiescent",
    "queue fifo\nw: try_get\n\nw: try_get\nw: -> item 7\nquiescent",
    "queue fifo capacity=1\np: try_put 1; try_put 2\n\np: try_put 1\np: -> ok\np: try_put 2\np: -> ok\n\
     quiescent",
    "queue fifo\np: put 1\nw: get\n\nw: get\np: put 1\np: -> ok\nquiescent",
    "queue fifo\nw: get\no: shutdown graceful\n\nw: get\no: shutdown graceful\no: -> ok\nquiescent",
    "queue fifo\nw: put 1; done\nj: join\nk: join\n\nj: join\nw: put 1\nw: -> ok\nk: join\nw: done\n\
     w: -> ok\nj: -> ok\nquiescent",
    "queue fifo\nj: join\n\nj: join\nquiescent",
    "queue fifo\nw: done; done\n\nw: done\nw: -> ok\nquiescent",
    "queue fifo\nw: get\n\nw: get\npanicked: w: index out of bounds",
    "queue fifo\np: put 1\nw: get\nv: get\n\nw: get\np: put 1\np: -> ok\nv: get\nv: -> item 1\nquiescent",
];

#[test]
fn clauses_and_reasons() {
    insta::assert_snapshot!(CASES.map(told).concat());
}

/// Whatever a history looks like, it is blamed exactly if the oracle refuses it.
#[test]
fn damaged_histories_are_blamed_if_and_only_if_they_are_refused() {
    let refused = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(3_000 + chunk);
        let mut refused = 0;
        for run in 0..100 {
            let discipline = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority][run % 3];
            let zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn][run % 2];
            let (scenario, mut history) = valid(&shape(4, 4, discipline), zero, &mut rng);
            damage(&mut history, &mut rng);
            if run % 5 < 2 {
                cancel(&mut history, &mut rng);
            }
            let allowed = match oracle::judge(scenario.constants, zero, &history) {
                Answer::Allowed(_) => true,
                Answer::NoLinearization | Answer::Stuck(_) => false,
                Answer::Unknown(why) => panic!("{why}\n{scenario}{history:?}"),
            };
            match judge(&scenario, zero, &history) {
                Verdict::Conforms(_) => assert!(allowed, "\n{scenario}{history:?}"),
                Verdict::Violates(violation) => {
                    assert!(!allowed && !violation.reason.is_empty(), "\n{scenario}{history:?}");
                }
                Verdict::Unknown(why) => panic!("{why}\n{scenario}{history:?}"),
            }
            refused += u32::from(!allowed);
        }
        refused
    });
    let refused: u32 = refused.sum();
    assert!((1_000..9_000).contains(&refused), "both kinds: {refused} of 10000 refused");
}

/// One worker that puts and gets; two of its items change places in the middle.
#[test]
fn a_long_history_is_blamed_by_its_core() {
    let mut lines = String::new();
    for n in 0..2_000 {
        lines += &format!("w: put {n}\nw: -> ok\n");
        if n % 2 == 1 {
            let (first, second) = if n == 1_001 { (n, n - 1) } else { (n - 1, n) };
            lines += &format!("w: get\nw: -> item {first}\nw: get\nw: -> item {second}\n");
        }
    }
    let scenario = parse_scenario("queue fifo\nw: len").expect("it is right");
    let judged = |text: &str| {
        let history = parse_history(&scenario, text).unwrap_or_else(|error| panic!("{error}"));
        judge(&scenario, MomentaryZero::MayMiss, &history)
    };
    let Verdict::Violates(violation) = judged(&(lines.clone() + "quiescent")) else {
        panic!("item 1001 overtakes item 1000");
    };
    assert_eq!(violation.clause, ClauseId::Ord1);
    assert!(violation.reason.starts_with("`get` of w answered `item 1001`"), "{violation:?}");
    let right =
        lines.replace("item 1001\nw: get\nw: -> item 1000", "item 1000\nw: get\nw: -> item 1001");
    assert!(matches!(judged(&(right + "quiescent")), Verdict::Conforms(_)));
}
