//! The examples of the specification are executed: what it calls allowed the model allows, what it
//! calls forbidden the model does not.

use crate::setup::scenario;
use spec::{CLAUSES, Check, Example, MomentaryZero, PATTERNS, Scenario};
use taskdone_conformance::corpus;
use taskdone_conformance::text::{parse_outcomes, print_outcomes};

#[track_caller]
fn check(name: &str, example: &Example, zero: MomentaryZero) {
    let scenario = scenario(example.scenario);
    let finals = model::allowed(&scenario, zero).finals;
    let read = |text: &str| {
        let end = parse_outcomes(&scenario, text).unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
        assert_eq!(print_outcomes(&scenario, &end), text, "{name}");
        end
    };
    assert!(finals.contains(&read(example.allowed)), "{name} allows {}", example.allowed);
    if let Some(forbidden) = example.forbidden {
        assert!(!finals.contains(&read(forbidden)), "{name} forbids {forbidden}");
    }
}

#[test]
fn the_examples_of_the_clauses() {
    for clause in CLAUSES {
        let sticky = clause.needs.contains(&spec::Feature::StickyJoin);
        let zero = if sticky { MomentaryZero::MustReturn } else { MomentaryZero::MayMiss };
        check(clause.name, &clause.example, zero);
        // A permission forbids nothing, and a panic is no outcome.
        let forbids = clause.level == spec::Level::Must && clause.name != "PROG-5";
        let told = clause.example.forbidden.is_some() || matches!(clause.check, Check::Untested(_));
        assert!(told || !forbids, "{} forbids nothing", clause.name);
    }
}

#[test]
fn the_patterns() {
    for pattern in PATTERNS {
        check(pattern.name, &pattern.example, MomentaryZero::MayMiss);
    }
}

/// Every clause that histories can show has scenarios of its own, for every engine to run.
#[test]
fn every_clause_has_scenarios() {
    let scenarios: Vec<Scenario> = corpus::scenarios(spec::Discipline::Fifo);
    for clause in CLAUSES.iter().filter(|clause| clause.check == Check::Histories) {
        let named = |s: &&Scenario| corpus::named_clauses(s).contains(&clause.id);
        assert!(scenarios.iter().any(|s| named(&s)), "{}", clause.name);
    }
}
