//! The litmus histories: small ones, each with the clause that it is about, the reason for its
//! verdict, and the verdict. `litmus/*.txt` has them.

use crate::brute;
use crate::histories::{cancel, damage, shape, valid};
use fastrand::Rng;
use rayon::prelude::*;
use spec::{
    CancelledPut, Choices, ClauseId, Discipline, Ending, EventKind, MomentaryZero, Outcome,
    Visibility,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use taskdone_conformance::oracle::{Answer, judge};
use taskdone_conformance::recorded::{Expected, Recorded};
use taskdone_conformance::wire::read_recorded;

const CANCELLED_PUTS: [CancelledPut; 2] = [CancelledPut::NoEffect, CancelledPut::MayHaveHappened];

/// Every litmus history, with its place.
pub(crate) fn corpus() -> Vec<(String, Recorded)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("litmus");
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    let read = |path: &Path| {
        let histories = read_recorded(path).unwrap_or_else(|error| panic!("{error}"));
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        histories.into_iter().map(move |(line, recorded)| (format!("{name}:{line}"), recorded))
    };
    paths.iter().flat_map(|path| read(path)).collect()
}

#[test]
fn verdicts() {
    let wrong = corpus().into_iter().filter_map(|(place, recorded)| {
        let expected = recorded.expected.unwrap_or_else(|| panic!("{place} expects nothing"));
        let verdict = recorded.judge();
        (!expected.is(&verdict)).then(|| format!("{place}: {expected}, found {verdict:?}\n"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

/// The verdicts do not hang on the oracle.
#[test]
fn every_linearization_was_tried() {
    for (place, Recorded { constants, choices, history, expected, .. }) in corpus() {
        if let Ending::Panicked { .. } = history.ending {
            continue;
        }
        let conforms = expected == Some(Expected::Conforms);
        assert_eq!(brute::allows(constants, choices, &history), conforms, "{place}");
    }
}

/// The title begins with the clauses that a history is about, and says why it has its verdict.
#[test]
fn titles_name_the_clause_and_the_reason() {
    let mut titles = BTreeSet::new();
    for (place, Recorded { title, expected, constants, choices, .. }) in corpus() {
        let (clause, reason) = title.split_once(": ").expect("a clause and a reason");
        assert!(ClauseId::named(clause).is_some(), "{place}: {clause} is no clause");
        assert!(!reason.is_empty(), "{place}");
        let key = (title.clone(), expected.map(|e| e.to_string()), constants, choices);
        assert!(titles.insert(key), "{place}: {title} stands there twice");
    }
}

#[test]
fn what_the_corpus_has() {
    let corpus: Vec<Recorded> = corpus().into_iter().map(|(_, recorded)| recorded).collect();
    let count = |is: &dyn Fn(&Recorded) -> bool| corpus.iter().filter(|r| is(r)).count();
    let of = |discipline| count(&|r| r.constants.discipline == discipline);
    let conforms = count(&|r| r.expected == Some(Expected::Conforms));
    let violates = count(&|r| matches!(r.expected, Some(Expected::Violates(_))));
    let pending = count(&|r| {
        let operations = r.history.operations().expect("it is well formed");
        operations.iter().any(|o| o.returned.is_none())
    });
    assert!(corpus.len() >= 100 && conforms >= 40 && violates >= 40, "{conforms} and {violates}");
    assert!(of(Discipline::Lifo) + of(Discipline::Priority) >= 20);
    assert!(pending >= 20 && count(&|r| r.history.ending == Ending::Quiescent) >= 20);
    assert!(count(&|r| r.choices.momentary_zero == MomentaryZero::MustReturn) >= 4);
    assert!(count(&|r| r.choices.visibility == Visibility::Eventual) >= 20);
    let cancelled = EventKind::Return(Outcome::Cancelled);
    assert!(count(&|r| r.history.events.iter().any(|event| event.kind == cancelled)) >= 20);
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).expect("it is there");
    assert!(readme.contains(&format!("has {} small histories", corpus.len())), "the README counts");
}

/// The measure of the corpus is right about random histories, too.
#[test]
fn the_oracle_agrees_about_random_histories() {
    let disciplines = [Discipline::Fifo, Discipline::Lifo, Discipline::Priority];
    let refused = (0..100_u64).into_par_iter().map(|chunk| {
        let mut rng = Rng::with_seed(5_000 + chunk);
        let mut refused = 0;
        for run in 0..200 {
            let zero = [MomentaryZero::MayMiss, MomentaryZero::MustReturn][run % 2];
            let (scenario, mut history) = valid(&shape(3, 3, disciplines[run % 3]), zero, &mut rng);
            if run % 4 > 0 {
                damage(&mut history, &mut rng);
            }
            if run % 3 > 0 {
                cancel(&mut history, &mut rng);
            }
            let choices = Choices { cancelled_put: CANCELLED_PUTS[run % 5 % 2], ..zero.into() };
            let answer = judge(scenario.constants, choices, &history);
            let expected = brute::allows(scenario.constants, choices, &history);
            let is_allowed = matches!(answer, Answer::Allowed(_));
            assert_eq!(is_allowed, expected, "{answer:?} {choices:?}\n{scenario}{history:?}");
            refused += u32::from(!expected);
        }
        refused
    });
    let refused: u32 = refused.sum();
    assert!((2_000..18_000).contains(&refused), "both kinds: {refused} of 20000 refused");
}
