//! The traceability matrix: clause × how it is checked × what violates it.

use ::model::algorithms::catalogue as models;
use spec::{CLAUSES, Check, Clause, Discipline};
use taskdone_conformance::{catalogue, corpus};

/// A clause, and everything that shows that its check can fail.
fn row(clause: &Clause, queues: &[String], twins: &[String]) -> String {
    let scenarios = corpus::scenarios(Discipline::Fifo);
    let named = scenarios.iter().filter(|s| corpus::named_clauses(s).contains(&clause.id)).count();
    let check = match clause.check {
        Check::Histories => format!("histories, {named} scenarios of its own"),
        Check::Models => "models".to_string(),
        Check::Untested(why) => format!("untested: {why}"),
    };
    let violated: Vec<&str> = queues.iter().chain(twins).map(String::as_str).collect();
    format!("{:8} {check}\n           {}\n", clause.name, violated.join(", "))
}

/// No clause goes without a check that something fails, or a reason.
#[test]
fn every_clause_is_checked_by_something_that_can_fail() {
    let (mutants, models) = (catalogue::mutants(), models::all());
    let mut matrix = String::new();
    for clause in CLAUSES {
        let queues = mutants.iter().filter(|mutant| mutant.breaks == clause.id);
        let queues: Vec<String> = queues.map(|mutant| mutant.subject.name.clone()).collect();
        let twins = models.iter().filter(|entry| entry.breaks == Some(clause.id));
        let twins: Vec<String> = twins.map(|entry| entry.name.clone()).collect();
        match clause.check {
            Check::Histories => assert!(!queues.is_empty(), "no queue breaks {}", clause.name),
            Check::Models => assert!(!twins.is_empty(), "no twin breaks {}", clause.name),
            Check::Untested(why) => {
                assert!(
                    !why.is_empty() && queues.is_empty() && twins.is_empty(),
                    "{}",
                    clause.name
                );
            }
        }
        matrix += &row(clause, &queues, &twins);
    }
    println!("{matrix}");
    insta::assert_snapshot!(matrix);
}
