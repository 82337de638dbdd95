//! Long runs of real threads: what they catch, and that they are as many as asked for.

use crate::setup::{settings, subject};
use taskdone_conformance::check::Settings;
use taskdone_conformance::engine::Engine;
use taskdone_conformance::long::{LongRuns, long_runs};
use taskdone_conformance::plan::Effort;

const OPERATIONS: u64 = 60_000;

fn run(name: &str) -> LongRuns {
    let settings = settings(&[Engine::Threads]);
    let effort = Effort { operations_long: OPERATIONS, ..settings.effort };
    let runs = long_runs(&subject(name), &Settings { effort, ..settings });
    runs.expect("it is compiled for real threads")
}

#[test]
fn right_queues_conform() {
    for name in ["mutex/fifo", "mutex/lifo", "async/priority", "atomic/fifo"] {
        let runs = run(name);
        assert!(runs.counterexample.is_none(), "{name}: {:?}", runs.counterexample);
        assert!(runs.unknown.is_none() && runs.over.is_none(), "{name}: {runs:?}");
        assert!(runs.operations >= OPERATIONS, "{name}: {runs:?}");
    }
}

/// A broken queue, and how many operations show its defect at most. Which of its clauses is blamed
/// depends on what the machine brings up.
#[track_caller]
fn check(name: &str, operations_max: usize) {
    let found = run(name).counterexample.expect("it is caught");
    let operations = found.execution.history.operations().expect("it is well formed");
    assert!(operations.len() <= operations_max, "{name}: {operations:?}");
    let called: usize = found.scenario.clients.iter().map(|client| client.ops.len()).sum();
    assert_eq!(called, operations.len(), "{name}");
}

#[test]
fn broken_queues_are_caught_and_reduced() {
    check("broken/get_overtakes", 20);
    check("broken/get_overtakes_lifo", 20);
    check("broken/get_notifies_nobody", 20);
    // Of 33 places at most.
    check("broken/capacity_off_by_one", 100);
}
