//! One defect in 20,000 operations: found, reduced to a few operations, and blamed.

use super::simulated::{Bug, Mix, everything, simulate_bug};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{
    CancelledPut, ClauseId, Constants, Discipline, EventKind, History, MomentaryZero, Scenario,
};
use taskdone_conformance::blame::{self, Verdict, Violation};
use taskdone_conformance::oracle::{Answer, certificate, core, judge};

/// The scenario that a history may have come from.
fn scenario(constants: Constants, history: &History) -> Scenario {
    let threads = history.events.iter().map(|event| event.thread + 1).max().unwrap_or_default();
    let client = |thread| {
        let calls = history.events.iter().filter(|event| event.thread == thread);
        let ops = calls.filter_map(|event| match event.kind {
            EventKind::Call(op) => Some(op),
            EventKind::Return(_) => None,
        });
        spec::Client { name: format!("client {thread}"), ops: ops.collect() }
    };
    Scenario { title: String::new(), constants, clients: (0..threads).map(client).collect() }
}

/// The clauses that may be blamed for a defect. A lost item shows as a later one that overtakes it,
/// or, in a bounded queue, as a put for which there was no room; an early join also by what comes
/// after it, as a report too many.
fn clauses(bug: Bug, discipline: Discipline) -> Vec<ClauseId> {
    let order = match discipline {
        Discipline::Fifo => ClauseId::Ord1,
        Discipline::Lifo => ClauseId::Ord2,
        Discipline::Priority => ClauseId::Ord3,
    };
    match bug {
        Bug::OrderSwap | Bug::LostItem => vec![order, ClauseId::Cap1],
        Bug::Overfull => vec![ClauseId::Cap1],
        Bug::LateEmpty => vec![ClauseId::Get5],
        Bug::EarlyJoin => vec![ClauseId::Join1, ClauseId::Join3, ClauseId::Done2],
        Bug::LostWakeUp => vec![ClauseId::Prog1],
        Bug::MissedZero => vec![ClauseId::Join2, ClauseId::Prog3],
        Bug::CancelledGet => vec![ClauseId::Canc1],
        Bug::CancelledPut => vec![ClauseId::Canc2],
    }
}

/// What became of one defect.
enum Fate {
    /// It never showed, or the history can be explained all the same; certified.
    Explained,
    /// It was found, and this is the core and who is to blame.
    Found(usize, ClauseId),
}

fn fate(mix: Mix, operations: usize, bug: Bug, seed: u64) -> Fate {
    let (history, _) = simulate_bug(mix, operations, bug, &mut Rng::with_seed(seed));
    let constants = Constants { discipline: mix.discipline, capacity: mix.capacity };
    match judge(constants, MomentaryZero::MayMiss, &history) {
        Answer::Unknown(why) => panic!("{bug:?}, {seed}: {why}"),
        Answer::Allowed(steps) => {
            assert_eq!(certificate::verify(constants, &history, &steps), Ok(()), "{bug:?}, {seed}");
            return Fate::Explained;
        }
        Answer::NoLinearization | Answer::Stuck(_) => {}
    }
    let core = core::core(constants, MomentaryZero::MayMiss, &history).history;
    let operations = core.operations().expect("it is well formed").len();
    let answer = judge(constants, MomentaryZero::MayMiss, &core);
    let is_bad = matches!(answer, Answer::NoLinearization | Answer::Stuck(_));
    assert!(is_bad, "{bug:?}, {seed}: {answer:?}\n{core:?}");
    assert!(operations <= 12, "{bug:?}, {seed}: {core:?}");
    // A cancelled call is no part of a core; blame adds the one that explains it.
    let blamed = match bug {
        Bug::CancelledGet | Bug::CancelledPut => &history,
        _ => &core,
    };
    match blame::judge(&scenario(constants, blamed), MomentaryZero::MayMiss, blamed) {
        Verdict::Violates(violation) => Fate::Found(operations, violation.clause),
        other => panic!("{bug:?}, {seed}: {other:?}"),
    }
}

/// Every defect, in many histories of these mixes: each is judged, and most are blamed on the right
/// clause. Out of its order, an item may also leave too early or too late for somebody's answer.
fn check(mixes: &[Mix], operations: usize, seeds: u64) {
    for bug in Bug::ALL {
        let runs: Vec<(Mix, u64)> =
            mixes.iter().flat_map(|mix| (0..seeds).map(|seed| (*mix, seed))).collect();
        let fates = runs.into_par_iter().map(|(mix, seed)| fate(mix, operations, bug, seed));
        let found = fates.filter_map(|fate| match fate {
            Fate::Found(size, clause) => Some((size, clause)),
            Fate::Explained => None,
        });
        let found: Vec<(usize, ClauseId)> = found.collect();
        let discipline = mixes[0].discipline;
        assert!(!found.is_empty(), "{discipline}: {bug:?} is never found");
        let right = clauses(bug, discipline);
        let rightly = found.iter().filter(|(_, clause)| right.contains(clause)).count();
        assert!(rightly * 4 >= found.len() * 3, "{discipline}: {bug:?} is blamed on {found:?}");
    }
}

#[test]
fn defects_are_found_reduced_and_blamed() {
    let mixes = [
        everything(1, 2, 1, 2),
        everything(1, 2, 1, 8),
        everything(3, 4, 1, 2),
        Mix { cancels: Some(CancelledPut::NoEffect), ..everything(1, 2, 1, 2) },
    ];
    check(&mixes, 20_000, 3);
}

/// Here it may take one item more than fits to see that something is wrong, and all that left before
/// them.
#[test]
fn cores_of_a_large_queue() {
    let mix = everything(3, 4, 1, 8);
    let constants = Constants { discipline: mix.discipline, capacity: mix.capacity };
    let found = |bug, seed| {
        let (history, _) = simulate_bug(mix, 20_000, bug, &mut Rng::with_seed(seed));
        let core = core::core(constants, MomentaryZero::MayMiss, &history);
        let size = core.operations.len();
        let scenario = scenario(constants, &history);
        let Verdict::Violates(Violation { clause, reason }) =
            blame::judge(&scenario, MomentaryZero::MayMiss, &history)
        else {
            panic!("{bug:?}, {seed} is not found");
        };
        format!("{bug:?}, {seed}: {size} operations, {clause}: {reason}")
    };
    let all = [(Bug::OrderSwap, 8), (Bug::CancelledGet, 1), (Bug::Overfull, 10)];
    insta::assert_snapshot!(all.map(|(bug, seed)| found(bug, seed)).join("\n"), @r"
    OrderSwap, 8: 9 operations, CAP-1: `put 3643` of client 1 answered `ok`; here it has to wait (not shown: 9 operations that in every order that is allowed came after all of this)
    CancelledGet, 1: 3 operations, CANC-1: `get_timeout 5ms` of client 3 answered `item 4135`; here only `item 3636` is allowed; a cancelled `get` of client 6 has left something behind
    Overfull, 10: 9 operations, CAP-1: `try_put 3642` of client 1 answered `ok`; here only `full` is allowed (not shown: 9 operations that in every order that is allowed came after all of this)
    ");
}

#[test]
fn every_discipline_has_cores() {
    for discipline in [Discipline::Lifo, Discipline::Priority] {
        // Where more is put than got, the count seldom touches zero, and an early join shows.
        let mixes = [everything(1, 2, 1, 2), everything(2, 1, 1, 2)];
        check(&mixes.map(|mix| Mix { discipline, ..mix }), 2_000, 24);
    }
}
