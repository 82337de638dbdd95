//! The kill matrix: what each engine makes of each broken queue, in both directions; and every
//! counterexample replays.

use crate::setup::settings;
use impls::catalogue::Fate;
use rayon::prelude::*;
use spec::{CLAUSES, Check};
use std::collections::BTreeSet;
use taskdone_conformance::catalogue::{self, Mutant};
use taskdone_conformance::engine::Engine;
use taskdone_conformance::mutants::{Outcome, hunt};
use taskdone_conformance::replay::{Again, replay};
use taskdone_conformance::wire::Case;

/// A line for each broken queue; what depends on luck is left out.
fn matrix(hunted: &[(Mutant, Outcome)]) -> String {
    let cell = |mutant: &Mutant, engine, found: Option<spec::ClauseId>| match mutant.fate(engine) {
        Some(Fate::Chance) => format!("{engine} by chance"),
        _ => format!("{engine} {}", found.map_or("-".to_string(), |clause| clause.to_string())),
    };
    let line = |(mutant, outcome): &(Mutant, Outcome)| {
        let cells = outcome.found.iter().map(|(engine, found)| cell(mutant, *engine, *found));
        let cells: Vec<String> = cells.collect();
        format!("{:36} {:8} {}\n", mutant.subject.name, mutant.breaks, cells.join(", "))
    };
    hunted.iter().map(line).collect()
}

#[test]
fn every_broken_queue_fares_as_declared_and_its_counterexample_replays() {
    let mutants = catalogue::mutants();
    assert!(mutants.len() >= 12);
    let hunt = |mutant: Mutant| {
        let outcome = hunt(&mutant, &settings(&Engine::ALL));
        (mutant, outcome)
    };
    let hunted: Vec<(Mutant, Outcome)> = mutants.into_par_iter().map(hunt).collect();
    insta::assert_snapshot!(matrix(&hunted));
    let folder = tempfile::tempdir().expect("a folder for the cases");
    for (mutant, outcome) in &hunted {
        assert!(outcome.as_declared(mutant), "{}: {:?}", mutant.subject.name, outcome.found);
        let (_, example) = outcome.counterexample.as_ref().expect("some engine has caught it");
        let case = Case::new(&mutant.subject.name, example);
        let path = case.write(folder.path()).expect("the folder can be written");
        let read = Case::read(&path).expect("it was just written");
        assert_eq!(read, case);
        let again = replay(&mutant.subject, &read);
        assert!(matches!(again, Again::Same(_)), "{}: {again:?}", mutant.subject.name);
    }
}

#[test]
fn every_clause_is_broken_by_some_queue() {
    let broken: BTreeSet<_> = catalogue::mutants().iter().map(|mutant| mutant.breaks).collect();
    let in_histories = CLAUSES.iter().filter(|clause| clause.check == Check::Histories);
    let unbroken: Vec<_> =
        in_histories.filter(|c| !broken.contains(&c.id)).map(|c| c.name).collect();
    assert_eq!(unbroken, Vec::<&str>::new());
}

#[test]
fn a_defect_is_a_few_lines() {
    for mutant in catalogue::mutants() {
        let lines = mutant.declared.patch.lines().skip(2);
        let changed = |line: &&str| line.starts_with('+') || line.starts_with('-');
        let changed = lines.filter(changed).count();
        assert!((1..=16).contains(&changed), "{}: {changed} lines", mutant.subject.name);
    }
}
