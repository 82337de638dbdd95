//! One defect in 20,000 operations: found, reduced to a few operations, and blamed.

use super::simulated::{Bug, Mix, everything, simulate_bug};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{ClauseId, Constants, Discipline, EventKind, History, MomentaryZero, Scenario};
use taskdone_conformance::blame::{self, Verdict};
use taskdone_conformance::oracle::{Answer, certificate, core, judge, long};

const BUDGET: usize = 1_000_000;

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
/// or, in a bounded queue, as a put for which there was no room.
fn clauses(bug: Bug) -> &'static [ClauseId] {
    match bug {
        Bug::OrderSwap => &[ClauseId::Ord1, ClauseId::Cap1],
        Bug::LostItem => &[ClauseId::Ord1, ClauseId::Cap1],
        Bug::Overfull => &[ClauseId::Cap1],
        Bug::LateEmpty => &[ClauseId::Get5],
        Bug::EarlyJoin => &[ClauseId::Join1, ClauseId::Join3],
        Bug::LostWakeUp => &[ClauseId::Prog1],
        Bug::MissedZero => &[ClauseId::Join2, ClauseId::Prog3],
    }
}

/// What became of one defect.
enum Fate {
    /// It never showed, or the history can be explained all the same; certified.
    Explained,
    /// It was found, and this is the core and who is to blame.
    Found(usize, ClauseId),
}

fn fate(mix: Mix, bug: Bug, seed: u64) -> Fate {
    let (history, _) = simulate_bug(mix, 20_000, bug, &mut Rng::with_seed(seed));
    let constants = Constants { discipline: Discipline::Fifo, capacity: mix.capacity };
    match long::judge(constants, &history, BUDGET) {
        Answer::Unknown(why) => panic!("{bug:?}, {seed}: {why}"),
        Answer::Allowed(steps) => {
            assert_eq!(certificate::verify(constants, &history, &steps), Ok(()), "{bug:?}, {seed}");
            return Fate::Explained;
        }
        Answer::NoLinearization | Answer::Stuck(_) => {}
    }
    let core = core::core(constants, &history, BUDGET);
    let operations = core.operations().expect("it is well formed").len();
    let answer = judge(constants, MomentaryZero::MayMiss, &core);
    let is_bad = matches!(answer, Answer::NoLinearization | Answer::Stuck(_));
    assert!(is_bad, "{bug:?}, {seed}: {answer:?}\n{core:?}");
    match blame::judge(&scenario(constants, &core), MomentaryZero::MayMiss, &core) {
        Verdict::Violates(violation) => Fate::Found(operations, violation.clause),
        other => panic!("{bug:?}, {seed}: {other:?}"),
    }
}

#[test]
fn defects_are_found_reduced_and_blamed() {
    let mixes = [everything(1, 2, 1, 2), everything(1, 2, 1, 8), everything(3, 4, 1, 2)];
    for bug in Bug::ALL {
        let runs: Vec<(Mix, u64)> =
            mixes.iter().flat_map(|mix| (0..6).map(|seed| (*mix, seed))).collect();
        let fates = runs.into_par_iter().map(|(mix, seed)| fate(mix, bug, seed));
        let fates: Vec<Fate> = fates.collect();
        let (mut blamed, mut sizes) = (Vec::new(), Vec::new());
        for fate in &fates {
            if let Fate::Found(size, clause) = fate {
                sizes.push(*size);
                blamed.push(*clause);
            }
        }
        assert!(!sizes.is_empty(), "{bug:?} is never found");
        assert!(sizes.iter().all(|size| *size <= 12), "{bug:?}: cores of {sizes:?}");
        let right = |clause: &ClauseId| clauses(bug).contains(clause);
        // Out of its order, an item may also leave too early or too late for somebody's answer.
        let rightly = blamed.iter().filter(|clause| right(clause)).count();
        assert!(rightly * 4 >= blamed.len() * 3, "{bug:?} is blamed on {blamed:?}");
    }
}
